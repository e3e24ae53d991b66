"""What if money moved between buyer and consumer? Every step worked out the audit's own way.

The small what-if of a report stands in the page as words, numbers and a little script. The script
only looks up what stands in the page, and the page names it by its hash, so that a browser runs it
and nothing else. Nothing that a client wrote is in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from markupsafe import Markup

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.finding import Judgement, Verdict
from toolkit.measures.facts import Facts, require_measure
from toolkit.report.page.sentences import VERDICTS
from toolkit.stats.interval import CannotTell, Interval
from toolkit.whatif.money import (
    GUARD,
    campaign_margins,
    extrapolation_note,
    margin_gain,
    transfer_factors,
)
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.sentences import change_sentences
from toolkit.whatif.whatif import ScenarioResult, WhatIf
from toolkit.wording import (
    format_money,
    format_money_range,
    format_percent,
    format_range,
    format_with_unit,
)

MOVED = ("buyer", "consumer")  # the audiences between which money moves
STEP = 2  # per cent of all spend
NOTHING = "Nothing is moved: this is what the audit found."
AS_FOUND = "All verdicts are again what was found."
FAR = (
    f"Some campaigns then get over {GUARD:.0%} more or less than they did; how people respond to "
    "that was not seen."
)


@dataclass(frozen=True)
class SpendStep:
    """So much moved, in per cent of all spend: to consumers, or from them where it is negative.

    `moved` and `says` put it in words, `headline` says which verdicts turn; `mistakes` are the
    verdicts then, by their ids.
    """

    per_cent: int
    moved: str
    says: str
    headline: str
    mistakes: Mapping[str, Judgement]

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdicts in the order of the catalogue."""
        return [m.verdict for m in self.mistakes.values()]


@dataclass(frozen=True)
class SpendSteps:
    """All steps from the most that buyers may get to the most that consumers may."""

    steps: tuple[SpendStep, ...]
    currency: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Which mistakes does moving money change, as a reader sees them?"""
        told = {id: {self.said(step.mistakes[id]) for step in self.steps} for id in MISTAKE_TYPES}
        return tuple(id for id, seen in told.items() if len(seen) > 1)

    def said(self, mistake: Judgement) -> tuple[str, str, str]:
        """Its size with its interval, its verdict, and the money at stake."""
        sums = mistake.money
        stake = (
            f"{format_money_range(sums.low, sums.high, self.currency)} {sums.kind}" if sums else ""
        )
        return _size(mistake, self.currency), str(mistake.verdict), stake

    @property
    def nothing(self) -> int:
        """Which step moves nothing? Its place among them."""
        return next(i for i, step in enumerate(self.steps) if step.per_cent == 0)

    @property
    def turns(self) -> list[SpendStep]:
        """From which steps on, going away from none, does a verdict turn?"""
        far = [self.steps[self.nothing :: -1], self.steps[self.nothing :]]
        return [now for way in far for then, now in pairwise(way) if then.verdicts != now.verdicts]


def spend_steps(client: Client, facts: Facts | None = None) -> SpendSteps | None:
    """What would each step change? None where no money can move, or nothing would change."""
    taken = _per_cents(client)
    if len(taken) < 2:
        return None
    what_if, counted = WhatIf(client, facts=facts), _all_say_what_they_brought(client)
    steps = tuple(_step(what_if, per_cent, counted=counted) for per_cent in taken)
    told = SpendSteps(steps, client.currency)
    return told if told.ids else None


def shift_spend(client: Client, per_cent: int) -> Scenario:
    """Which scenario moves so much of all spend to consumers, or from them where it is negative?

    Each campaign of an audience gives, or gets, in proportion to what is spent on it.
    """
    giver, taker = ("buyer", "consumer") if per_cent > 0 else ("consumer", "buyer")
    return Scenario(spend={"audience": transfer_factors(client, giver, taker, abs(per_cent) / 100)})


def _per_cents(client: Client) -> range:
    """The steps after which either audience still has something; empty where one has nothing."""
    if not client.has("campaigns"):
        return range(0)
    spend = client.frames["campaigns"].groupby("audience")["spend"].sum()
    shares = [100 * float(spend.get(a, 0.0)) / (float(spend.sum()) or 1.0) for a in MOVED]
    if min(shares) <= 0:
        return range(0)
    to_consumers, to_buyers = (math.ceil(share / STEP) - 1 for share in shares)
    return range(-to_buyers * STEP, to_consumers * STEP + STEP, STEP)


def _all_say_what_they_brought(client: Client) -> bool:
    """May margin be told? A sum over some of the campaigns would leave out what others lose."""
    campaigns = client.frames["campaigns"]
    giving = campaigns[campaigns["audience"].isin(MOVED)]
    told = campaign_margins(replace(client, frames={"campaigns": giving}))
    return not isinstance(told, CannotTell) and len(told.names) == len(giving)


def _step(what_if: WhatIf, per_cent: int, *, counted: bool) -> SpendStep:
    before, after = what_if.observed, what_if.under(shift_spend(what_if.client, per_cent))
    headline = change_sentences(before, after)[0]
    sum_ = format_money(abs(per_cent) / 100 * before.facts.total_spend, what_if.client.currency)
    to = "from buyers to consumers" if per_cent > 0 else "from consumers to buyers"
    moved = f"{sum_} {to}" if per_cent else "nothing"
    says = " ".join(_sentences(after, headline, counted=counted)) if per_cent else NOTHING
    turned = [m.verdict for m in before.mistakes] != [m.verdict for m in after.mistakes]
    told = headline if turned else AS_FOUND
    return SpendStep(per_cent, moved, says, told, {m.id: m for m in after.mistakes})


def _sentences(after: ScenarioResult, headline: str, *, counted: bool) -> Iterator[str]:
    client = after.observed.client
    buyer, consumer, _ = require_measure(after.facts.spend)
    shares = format_percent(buyer), format_percent(consumer)
    yield f"Buyers then get {shares[0]} of all spend, consumers {shares[1]}."
    yield headline
    more = margin_gain(client, after.scenario, level=after.facts.level) if counted else None
    if isinstance(more, Interval):
        ends = format_range(more.low, more.high, "currency", client.currency)
        value = format_money(more.value, client.currency)
        yield f"By what the campaigns brought so far, margin would change by {value} ({ends})."
    if extrapolation_note(client, after.scenario):
        yield FAR


def _size(mistake: Judgement, currency: str) -> str:
    if mistake.estimate is None:
        return "no estimate"
    written = format_with_unit(mistake.estimate, mistake.unit, currency)
    if mistake.low is None or mistake.high is None or mistake.low == mistake.high:
        return written
    return f"{written} ({format_range(mistake.low, mistake.high, mistake.unit, currency)})"


SCRIPT = Path(__file__).parent / "templates" / "what_if.js"
ROOM = 0.04  # of a scale, left free at either end


@dataclass(frozen=True)
class WhatIfRow:
    """One mistake, and what the audit found of it."""

    id: str
    title: str
    size: str
    verdict: Verdict
    stake: str
    sign: str
    words: str


@dataclass(frozen=True)
class WhatIfPanel:
    """What the page shows: `told` is all that the script looks up, as JSON."""

    least: int
    most: int
    rows: tuple[WhatIfRow, ...]
    turns: tuple[SpendStep, ...]
    told: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Which mistakes does it show?"""
        return tuple(row.id for row in self.rows)

    @property
    def script(self) -> Markup:
        """The script, as it must stand in the page to the letter."""
        return Markup(panel_script())

    @property
    def allowed(self) -> str:
        """By which name does the page's security policy allow the script?"""
        digest = hashlib.sha256(panel_script().encode()).digest()
        return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def panel_script() -> str:
    """Which script moves the panel? The same in every report."""
    return SCRIPT.read_text(encoding="utf-8")


def what_if_panel(moving: SpendSteps) -> WhatIfPanel:
    """How does the page show these steps?"""
    observed, ids = moving.steps[moving.nothing], moving.ids
    scales = {id: _scale(step.mistakes[id] for step in moving.steps) for id in ids}
    steps = [
        [step.moved, step.says, [_cell(moving, step.mistakes[id], scales[id]) for id in ids]]
        for step in moving.steps
    ]
    told = {
        "steps": steps,
        "lines": [_at(observed.mistakes[id].threshold, scales[id]) for id in ids],
        "verdicts": {v: [v.sign, VERDICTS[v]] for v in Verdict},
    }
    return WhatIfPanel(
        -moving.nothing,
        len(steps) - 1 - moving.nothing,
        tuple(_row(moving, observed.mistakes[id]) for id in ids),
        tuple(moving.turns),
        json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
    )


def _row(moving: SpendSteps, found: Judgement) -> WhatIfRow:
    size, _, stake = moving.said(found)
    verdict = found.verdict
    title = MISTAKE_TYPES[found.id].title
    return WhatIfRow(found.id, title, size, verdict, stake, verdict.sign, VERDICTS[verdict])


def _cell(
    moving: SpendSteps, mistake: Judgement, scale: tuple[float, float]
) -> list[str | list[float]]:
    """Size, verdict, money, and where the interval starts, ends and has its estimate."""
    ends = (mistake.low, mistake.high, mistake.estimate)
    return [*moving.said(mistake), [_at(end, scale) for end in ends if end is not None]]


def _scale(mistakes: Iterable[Judgement]) -> tuple[float, float]:
    """From where to where do all steps of one mistake reach, its threshold among them?"""
    known = [x for m in mistakes for x in (m.low, m.high, m.estimate, m.threshold) if x is not None]
    low, high = min(known), max(known)
    free = ROOM * ((high - low) or 1.0)
    return low - free, high + free


def _at(value: float, scale: tuple[float, float]) -> float:
    """Where does it stand on the scale, in per cent?"""
    low, high = scale
    return round(100 * (value - low) / (high - low), 1)
