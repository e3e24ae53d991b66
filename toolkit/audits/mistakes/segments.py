"""wrong-audience and phantom-segments: do segments get what works for them, and differ at all?"""

from __future__ import annotations

import math
from typing import TypeVar

from toolkit.audits.mistakes.effect import Effect, Gap, at_levels
from toolkit.audits.mistakes.needs import STRICTEST, standard_error
from toolkit.finding import Money, Needs
from toolkit.models.attainable import FEWEST, LostShare
from toolkit.models.cannot import CannotTell
from toolkit.models.response import FEWEST as FEWEST_TO_COMPARE
from toolkit.models.response import Spread
from toolkit.quantities import Facts
from toolkit.quantities.basis import known
from toolkit.quantities.responses import Responses
from toolkit.stats.interval import Interval
from toolkit.stats.power import MOST_UNITS, more_units
from toolkit.text import counted

T = TypeVar("T")
YEAR = 365.25
FEWEST_DAYS = 180  # less time of campaigns says nothing about a year
NO_LOT = (
    "audiences were not drawn by lot, so a better rate goes together with a campaign and need not "
    "come from it"
)


def wrong_audience(facts: Facts, threshold: float) -> Effect:
    """Which share of attainable conversions is lost because segments got what works elsewhere?

    θ = Σ_s Σ_k n_sk (p_s,best − p_sk) / Σ_s n_s p_s,best over segments that had at least two
    campaigns. The best of several estimated rates is too high, so lower end and p invert a test
    with selection of what may be best (Andrews & Soares 2010): see `models.attainable`. Contacts
    are taken as independent trials; rates are effects only where audiences were drawn by lot.
    """
    told = known(facts.responses)
    found = _told(told.lost)
    decisive, shown = at_levels(facts.level, lambda level: found.interval(level=level))
    money, why = _margin_lost(told, decisive, facts.client.margin)
    return Effect(
        shown=shown,
        decisive=decisive,
        p=found.p_at_most(threshold),
        n={"campaigns": told.rows},
        money=money,
        money_why=why,
        undecided=_rows_to_decide(told, decisive, threshold),
        caution=None if told.randomised else NO_LOT,
    )


def phantom_segments(facts: Facts, threshold: float) -> Effect:
    """How far apart do segments respond? θ = standard deviation of response / overall response.

    Weighted by contacts. Interval and p invert the χ² of homogeneity, non-central with
    λ = n θ² p̄ / (1 − p̄) (Steiger 2004): see `models.response`. Less is worse: p is for θ ≥ δ.
    Contacts are taken as independent trials.
    """
    told = known(facts.responses)
    found = _told(told.spread)
    decisive, shown = at_levels(facts.level, lambda level: found.interval(level=level))
    return Effect(
        shown=shown,
        decisive=decisive,
        p=found.p_at_least(threshold),
        n={"campaigns": told.rows},
        money=_extra(told, decisive, threshold),
        undecided=_rows_to_decide(told, -decisive, -threshold),
    )


def response_known(facts: Facts) -> Gap | None:
    """Does any campaign row say which segment it reached, how many, and how many acted?"""
    if facts.responses is not None:
        return None
    why = "No campaign row names a segment with its contacts and conversions."
    return Gap(Needs("campaigns", None, None), why)


def several_campaigns(facts: Facts) -> Gap | None:
    """Did a segment get at least two campaigns, with 100 expected conversions a cell?"""
    told = known(facts.responses)
    if not told.compared.any():
        return _gap(told, "No segment got two campaigns, so none can be called the wrong one.")
    if isinstance(told.lost, LostShare):
        return None
    why = f"{told.lost.why} They must be expected of each campaign in each segment."
    n, x = (counts[told.compared] for counts in (told.contacts, told.conversions))
    expected = n * (x.sum(axis=1) / n.sum(axis=1))[:, None]
    return _gap(told, why, float(expected[n > 0].min()), FEWEST)


def several_segments(facts: Facts) -> Gap | None:
    """Were at least two segments reached, with enough expected conversions each?"""
    told = known(facts.responses)
    if isinstance(told.spread, Spread):
        return None
    if len(told.segments) < 2:
        return _gap(told, "Campaign results name one segment only; two are the least to compare.")
    reached = told.contacts.sum(axis=1)
    expected = float(reached.min() * told.conversions.sum() / reached.sum())
    return _gap(told, told.spread.why, expected, FEWEST_TO_COMPARE)


def _told(found: T | CannotTell) -> T:
    """The model's answer, where a need has made sure before that there is one."""
    if isinstance(found, CannotTell):
        raise LookupError(found.why)
    return found


def _gap(told: Responses, why: str, now: float = 0.0, least: float = 0.0) -> Gap:
    """What is missing: rows like today's, as many as it takes from `now` to `least`."""
    rows = math.ceil(told.rows * (least / now - 1)) if 0 < now < least else None
    rows = rows if rows is None or rows <= MOST_UNITS else None
    return Gap(Needs("campaigns", None, rows), why, {"campaigns": told.rows})


def _rows_to_decide(told: Responses, interval: Interval, threshold: float) -> Needs:
    """About how many more campaign rows, as large as today's, would decide?"""
    error = standard_error(interval, threshold)
    rows = more_units(interval.value, threshold, error, told.rows, alpha_found=STRICTEST)
    return Needs("campaigns", None, rows)


def _margin_lost(
    told: Responses, lost: Interval, margin: float | None
) -> tuple[Money | None, str | None]:
    """Margin per year of the conversions lost: contacts × rate lost × revenue of one × margin.

    Where θ of what could be had is lost and C conversions were had, C θ / (1 − θ) were lost. They
    were lost while these campaigns ran, so they are scaled to a year.
    """
    worth = told.revenue_per_conversion
    if worth is None or margin is None:
        missing = "margin" if worth is not None else "revenue of campaigns"
        return None, f"The {missing} is not known, so lost conversions have no price."
    if told.days is None or told.days < FEWEST_DAYS:
        time = "no dates" if told.days is None else f"only {counted(told.days, 'day', 'days')}"
        return None, f"The campaigns show {time}; a year cannot be told from that."
    yearly = told.conversions[told.compared].sum() * worth * margin * YEAR / told.days
    low, mid, high = (
        float(yearly * share / (1 - share)) for share in (lost.low, lost.value, lost.high)
    )
    return Money(low, mid, high, "margin per year"), None


def _extra(told: Responses, spread: Interval, threshold: float) -> Money:
    """Spend on campaigns for all segments but the costliest: surely, as estimated, possibly.

    Segments that respond alike need no campaigns of their own; surely so where the whole interval
    is below the threshold, possibly where any of it is.
    """
    by_segment = told.spend.sum(axis=1)
    extra = float(by_segment.sum() - by_segment.max())
    low, mid, high = (
        extra if end < threshold else 0.0 for end in (spread.high, spread.value, spread.low)
    )
    return Money(low, mid, high, "spend at risk")
