"""Which numbers of human behaviour does a what-if rest on, and what has been published of them?

They belong to explorers and never to findings: each holds for some people and goods, and its
published range says how little one number tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.models.behaviour import DISCOUNT_A_DAY, LOSS_AVERSION, SUNK_COST, Published

OWN_TRIAL = "no published value known to us: take it from a trial of your own with a holdout"


@dataclass(frozen=True)
class Assumption:
    """One number: `value` unless a scenario says otherwise, and the range one may set it in."""

    id: str
    label: str
    value: float
    low: float
    high: float
    source: str


def _published(id: str, label: str, value: float, known: tuple[Published, ...]) -> Assumption:
    """The range from the least to the most that these sources give."""
    low = min(p.value if p.low is None else p.low for p in known)
    high = max(p.value if p.high is None else p.high for p in known)
    return Assumption(
        id, label, value, low, high, "; ".join(dict.fromkeys(p.source for p in known))
    )


_FULL, _REDUCED = SUNK_COST[0].value, SUNK_COST[1].value
ASSUMPTIONS: Mapping[str, Assumption] = {
    a.id: a
    for a in (
        Assumption(
            "response",
            "response to spend: exponent of diminishing returns",
            0.12,
            0.09,
            0.24,
            "Sethuraman, Tellis & Briesch (2011), Journal of Marketing Research 48, 457–471: 0.12 "
            "in the short and 0.24 in the long run; Henningsen, Heuke & Clement (2011), BuR "
            "Business Research 4, 193–239: 0.09",
        ),
        Assumption(
            "elasticity",
            "price elasticity: per cent less sold for one per cent dearer",
            2.62,
            1.76,
            2.62,
            "Bijmolt, Van Heerde & Pieters (2005), Journal of Marketing Research 42, 141–156: "
            "2.62; Tellis (1988), Journal of Marketing Research 25, 331–341: 1.76",
        ),
        _published(
            "loss_aversion",
            "loss aversion: how much more a loss weighs than a gain",
            LOSS_AVERSION[1].value,
            LOSS_AVERSION,
        ),
        _published(
            "discount_a_day",
            "discounting: what a day of waiting takes off",
            DISCOUNT_A_DAY[1].value,
            DISCOUNT_A_DAY,
        ),
        Assumption(
            "sunk_cost",
            "sunk cost: how much more those use it who paid the full price",
            _FULL / _REDUCED,
            1.0,
            _FULL / _REDUCED,
            f"{SUNK_COST[0].source}: {_FULL:g} plays of 5 seen at the full price, {_REDUCED:g} at "
            "a reduced one",
        ),
        Assumption(
            "fear_of_missing_out",
            "fear of missing out: share of first orders that “only today” adds",
            0.0,
            0.0,
            1.0,
            OWN_TRIAL,
        ),
        Assumption(
            "regret",
            "share of the orders so added that are taken back, the account lost",
            0.0,
            0.0,
            1.0,
            OWN_TRIAL,
        ),
    )
}
