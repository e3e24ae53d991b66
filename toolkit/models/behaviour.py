"""How do people stray from reckoning? Formulas for explorers and lessons, never for findings.

Each carries the published values of its parameter, with where they come from, since they differ
by people, goods and study far more than one number shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.input_checks import alike_arrays, finite_number, number_array, unfit_input
from toolkit.stats.interval import Array, Interval
from toolkit.stats.shares import newcombe

TVERSKY = "Tversky & Kahneman (1992), Journal of Risk and Uncertainty 5, 297–323"
GYM = "DellaVigna & Malmendier (2006), American Economic Review 96, 694–719"


@dataclass(frozen=True)
class PublishedValue:
    """One published value of a parameter: 95 % interval where the source gives one."""

    parameter: str
    value: float
    source: str
    low: float | None = None
    high: float | None = None


LOSS_AVERSION = (
    PublishedValue("loss aversion", 2.25, TVERSKY),
    PublishedValue(
        "loss aversion",
        1.955,
        "Brown, Imai, Vieider & Camerer (2024), Journal of Economic Literature 62, 485–516",
        1.820,
        2.102,
    ),
    PublishedValue(
        "loss aversion",
        1.31,
        "Walasek, Mullett & Stewart (2024), Journal of Economic Psychology 103",
        1.10,
        1.53,
    ),
)
KIRBY = "Kirby, Petry & Bickel (1999), Journal of Experimental Psychology: General 128, 78–87"
DISCOUNT_A_DAY = (  # the least, the middle and the most that its 27 choices tell apart
    PublishedValue("discount a day", 0.00016, KIRBY),
    PublishedValue("discount a day", 0.0060, KIRBY),
    PublishedValue("discount a day", 0.25, KIRBY),
)
SUNK_COST = (
    PublishedValue("plays seen of 5, full price", 4.1, "Arkes & Blumer (1985), OBHDP 35, 124–140"),
    PublishedValue("plays seen of 5, discount", 3.3, "Arkes & Blumer (1985), OBHDP 35, 124–140"),
    PublishedValue("visits a month on a flat fee of over $70", 4.3, GYM),
    PublishedValue("paid per expected visit on a flat fee", 17.0, GYM),
    PublishedValue("price of a visit by pass", 10.0, GYM),
)


def prospect_value(x: ArrayLike, *, loss_aversion: float = 2.25, curvature: float = 0.88) -> Array:
    """How much does a gain or a loss of x weigh? x^a, or −λ (−x)^a. See `LOSS_AVERSION`.

    NaN where x is. Source: Tversky & Kahneman (1992).

    >>> prospect_value([100, -100]).round(3).tolist()
    [57.544, -129.474]
    """
    amount = number_array(x, "x")
    loss_aversion = finite_number(loss_aversion, "loss_aversion", least=0)
    curvature = finite_number(curvature, "curvature", above=0)
    size = np.abs(amount) ** curvature
    return np.where(amount >= 0, size, -loss_aversion * size)


def present_value(amount: ArrayLike, days: ArrayLike, *, k: float) -> Array:
    """What is an amount `days` away worth today? A / (1 + k D). See `DISCOUNT_A_DAY`.

    Who pays now may see it so, who uses later otherwise. NaN where either is. Source: Mazur (1987),
    in Quantitative Analyses of Behavior 5.

    >>> present_value(100, 30, k=0.01).round(3).item()
    76.923
    """
    money, delay = alike_arrays(amount=amount, days=days)
    k = finite_number(k, "k", least=0)
    if (delay < 0).any():
        raise unfit_input("days", "0 or more", repr(days))
    return np.asarray(money / (1 + k * delay))


@dataclass(frozen=True)
class FlatFee:
    """What does a flat fee cost who uses it this much? Money of one period."""

    per_visit: float
    break_even_visits: float
    forgone: float


def flat_fee(fee: float, visits: float, per_use: float) -> FlatFee:
    """Is a flat fee dearer than paying by use? See `SUNK_COST` for how it went in gyms.

    `forgone` is what paying by use would have saved (below 0: the fee is the cheaper); ∞ a visit
    for a payer who never uses. Source: DellaVigna & Malmendier (2006).

    >>> flat_fee(70, 4, 10)
    FlatFee(per_visit=17.5, break_even_visits=7.0, forgone=30)
    """
    for name, number in (("fee", fee), ("visits", visits), ("price of use", per_use)):
        finite_number(number, name, least=0)
    if per_use <= 0:
        raise unfit_input("per_use", "a price of use above 0", repr(per_use))
    each = fee / visits if visits else math.inf
    return FlatFee(each, fee / per_use, fee - visits * per_use)


def scarcity_effect(
    pressed: tuple[int, int, int], holdout: tuple[int, int, int], *, gain: float, loss: float
) -> Interval:
    """Does "only today" bring more than it takes back later? Net money per person addressed.

    Each arm: people, who bought, who returned it or left afterwards; `gain` of a purchase, `loss`
    of a return. Difference in purchases · gain − difference in returns · loss; squares of the
    distances of both added, as if apart. Those who return have bought, so the interval is the
    wider for it. Source: Newcombe (1998), Statistics in Medicine 17, 873–890; Zou & Donner (2008),
    Statistics in Medicine 27, 1693–1702.
    """
    (n, bought, back), (m, usual, normal_back) = _three_counts(pressed), _three_counts(holdout)
    gain, loss = finite_number(gain, "gain", least=0), finite_number(loss, "loss", least=0)
    more = newcombe(bought, n, usual, m).scaled(gain)
    later = -newcombe(back, n, normal_back, m).scaled(loss)
    value = more.value + later.value
    down = math.hypot(more.value - more.low, later.value - later.low)
    up = math.hypot(more.high - more.value, later.high - later.value)
    return Interval(value, value - down, value + up, more.n, "Newcombe, squares added")


def _three_counts(arm: tuple[int, int, int]) -> tuple[int, int, int]:
    """People of an arm, who bought, who returned it; none of the last two more than there are."""
    if not isinstance(arm, tuple) or len(arm) != 3:
        raise unfit_input("arm", "(people, bought, returned)", repr(arm))
    return arm
