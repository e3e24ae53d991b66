"""What if money moved between buyer and consumer? Every step worked out the audit's own way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from toolkit.catalogue import KINDS
from toolkit.client import Client
from toolkit.explore import Scenario, WhatIf
from toolkit.explore.spending import GUARD, beyond, gain, moved, yields
from toolkit.explore.told import changed
from toolkit.explore.whatif import Outcome
from toolkit.finding import Mistake, Verdict
from toolkit.models.cannot import CannotTell
from toolkit.quantities.basis import known
from toolkit.stats.interval import Interval
from toolkit.text import amount, money, percent, quantity, span

MOVED = ("buyer", "consumer")  # the audiences between which money moves
STEP = 2  # per cent of all spend
NOTHING = "Nothing is moved: this is what the audit found."
FAR = (
    f"Some campaigns then get over {GUARD:.0%} more or less than they did; how people respond to "
    "that was not seen."
)


@dataclass(frozen=True)
class Step:
    """So much moved, in per cent of all spend: to consumers, or from them where it is negative.

    `moved` and `says` put it in words; `mistakes` are the verdicts then, by their ids.
    """

    per_cent: int
    moved: str
    says: str
    headline: str
    mistakes: Mapping[str, Mistake]

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdicts in the order of the catalogue."""
        return [m.verdict for m in self.mistakes.values()]


@dataclass(frozen=True)
class Moving:
    """All steps from the most that buyers may get to the most that consumers may."""

    steps: tuple[Step, ...]
    currency: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Which mistakes does moving money change, as a reader sees them?"""
        told = {id: {self.said(step.mistakes[id]) for step in self.steps} for id in KINDS}
        return tuple(id for id, seen in told.items() if len(seen) > 1)

    def said(self, mistake: Mistake) -> tuple[str, str, str]:
        """Its size with its interval, its verdict, and the money at stake."""
        sums = mistake.money
        stake = f"{money(sums.low, sums.high, self.currency)} {sums.kind}" if sums else ""
        return _size(mistake, self.currency), str(mistake.verdict), stake

    @property
    def nothing(self) -> int:
        """Which step moves nothing? Its place among them."""
        return next(i for i, step in enumerate(self.steps) if step.per_cent == 0)

    @property
    def turns(self) -> list[Step]:
        """From which steps on, going away from none, does a verdict turn?"""
        far = [self.steps[self.nothing :: -1], self.steps[self.nothing :]]
        return [now for way in far for then, now in pairwise(way) if then.verdicts != now.verdicts]


def moving(client: Client) -> Moving | None:
    """What would each step change? None where no money can move, or nothing would change."""
    taken = _per_cents(client)
    if len(taken) < 2:
        return None
    what_if, counted = WhatIf(client), _all_say_what_they_brought(client)
    steps = tuple(_step(what_if, per_cent, counted=counted) for per_cent in taken)
    told = Moving(steps, client.currency)
    return told if told.ids else None


def move(client: Client, per_cent: int) -> Scenario:
    """Which scenario moves so much of all spend to consumers, or from them where it is negative?

    Each campaign of an audience gives, or gets, in proportion to what is spent on it.
    """
    giver, taker = ("buyer", "consumer") if per_cent > 0 else ("consumer", "buyer")
    return Scenario(spend={"audience": moved(client, giver, taker, abs(per_cent) / 100)})


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
    told = yields(replace(client, frames={"campaigns": giving}))
    return not isinstance(told, CannotTell) and len(told.names) == len(giving)


def _step(what_if: WhatIf, per_cent: int, *, counted: bool) -> Step:
    before, after = what_if.observed, what_if.under(move(what_if.client, per_cent))
    headline = changed(before, after)[0]
    sum_ = amount(abs(per_cent) / 100 * before.facts.total_spend, what_if.client.currency)
    to = "from buyers to consumers" if per_cent > 0 else "from consumers to buyers"
    moved = f"{sum_} {to}" if per_cent else "nothing"
    says = " ".join(_sentences(after, headline, counted=counted)) if per_cent else NOTHING
    return Step(per_cent, moved, says, headline, {m.id: m for m in after.mistakes})


def _sentences(after: Outcome, headline: str, *, counted: bool) -> Iterator[str]:
    client = after.observed.client
    buyer, consumer, _ = known(after.facts.spend)
    yield f"Buyers then get {percent(buyer)} of all spend, consumers {percent(consumer)}."
    yield headline
    more = gain(client, after.scenario, level=after.facts.level) if counted else None
    if isinstance(more, Interval):
        ends = span(more.low, more.high, "currency", client.currency)
        value = amount(more.value, client.currency)
        yield f"By what the campaigns brought so far, margin would change by {value} ({ends})."
    if beyond(client, after.scenario):
        yield FAR


def _size(mistake: Mistake, currency: str) -> str:
    if mistake.estimate is None:
        return "no estimate"
    written = quantity(mistake.estimate, mistake.unit, currency)
    if mistake.low is None or mistake.high is None or mistake.low == mistake.high:
        return written
    return f"{written} ({span(mistake.low, mistake.high, mistake.unit, currency)})"
