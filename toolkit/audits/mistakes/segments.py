"""wrong-audience and phantom-segments: do segments get what works for them, and differ at all?"""

from __future__ import annotations

import math
from typing import TypeVar

from toolkit.audits.mistakes.effect import (
    DataGap,
    Effect,
    MoneyRange,
    decisive_and_shown,
    estimator_of,
)
from toolkit.audits.mistakes.needs import error_to_threshold, strictest_alpha
from toolkit.finding import DataNeeds
from toolkit.measures.campaign_response import SegmentResponses
from toolkit.measures.facts import Facts, require_measure
from toolkit.models.response import FEWEST_FOR_LOSS, FEWEST_FOR_SPREAD, LostShare, ResponseSpread
from toolkit.stats.hypothesis_tests import MOST_UNITS, more_units
from toolkit.stats.interval import CannotTell, Interval
from toolkit.wording import count_with_noun

T = TypeVar("T")
YEAR = 365.25
FEWEST_DAYS = 180  # less time of campaigns says nothing about a year
NO_LOT = (
    "audiences were not drawn by lot, so a better rate goes together with a campaign and need not "
    "come from it"
)


def need_response(facts: Facts) -> DataGap | None:
    """Does any campaign row say which segment it reached, how many, and how many acted?"""
    if facts.responses is not None:
        return None
    why = "No campaign row names a segment with its contacts and conversions."
    return DataGap(DataNeeds("campaigns", None, None), why)


def need_several_campaigns(facts: Facts) -> DataGap | None:
    """Did a segment get at least two campaigns, with 100 expected conversions a cell?"""
    told = require_measure(facts.responses)
    if not told.compared.any():
        return _gap(told, "No segment got two campaigns, so none can be called the wrong one.")
    if isinstance(told.lost, LostShare):
        return None
    why = f"{told.lost.why} They must be expected of each campaign in each segment."
    n, x = (counts[told.compared] for counts in (told.contacts, told.conversions))
    expected = n * (x.sum(axis=1) / n.sum(axis=1))[:, None]
    return _gap(told, why, float(expected[n > 0].min()), FEWEST_FOR_LOSS)


def need_several_segments(facts: Facts) -> DataGap | None:
    """Were at least two segments reached, with enough expected conversions each?"""
    told = require_measure(facts.responses)
    if isinstance(told.spread, ResponseSpread):
        return None
    if len(told.segments) < 2:
        return _gap(told, "Campaign results name one segment only; two are the least to compare.")
    reached = told.contacts.sum(axis=1)
    expected = float(reached.min() * told.conversions.sum() / reached.sum())
    return _gap(told, told.spread.why, expected, FEWEST_FOR_SPREAD)


@estimator_of("wrong-audience", need_response, need_several_campaigns)
def wrong_audience(facts: Facts, threshold: float) -> Effect:
    """Which share of attainable conversions is lost because segments got what works elsewhere?

    θ = Σ_s Σ_k n_sk (p_s,best − p_sk) / Σ_s n_s p_s,best over segments that had at least two
    campaigns. The best of several estimated rates is too high, so lower end and p invert a test
    with selection of what may be best (Andrews & Soares 2010): see `models.response`. Contacts
    are taken as independent trials; rates are effects only where audiences were drawn by lot.
    """
    told = require_measure(facts.responses)
    found = _model_answer(told.lost)
    decisive, shown = decisive_and_shown(facts.level, lambda level: found.interval(level=level))
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


@estimator_of("phantom-segments", need_response, need_several_segments)
def phantom_segments(facts: Facts, threshold: float) -> Effect:
    """How far apart do segments respond? θ = standard deviation of response / overall response.

    Weighted by contacts. Interval and p invert the χ² of homogeneity, non-central with
    λ = n θ² p̄ / (1 − p̄) (Steiger 2004): see `models.response`. Less is worse: p is for θ ≥ δ.
    Contacts are taken as independent trials.
    """
    told = require_measure(facts.responses)
    found = _model_answer(told.spread)
    decisive, shown = decisive_and_shown(facts.level, lambda level: found.interval(level=level))
    return Effect(
        shown=shown,
        decisive=decisive,
        p=found.p_at_least(threshold),
        n={"campaigns": told.rows},
        money=_extra_spend(told, decisive, threshold),
        undecided=_rows_to_decide(told, -decisive, -threshold),
    )


def _model_answer(found: T | CannotTell) -> T:
    """The model's answer, where a need has made sure before that there is one."""
    if isinstance(found, CannotTell):
        raise LookupError(found.why)
    return found


def _gap(told: SegmentResponses, why: str, now: float = 0.0, least: float = 0.0) -> DataGap:
    """What is missing: rows like today's, as many as it takes from `now` to `least`."""
    rows = math.ceil(told.rows * (least / now - 1)) if 0 < now < least else None
    rows = rows if rows is None or rows <= MOST_UNITS else None
    return DataGap(DataNeeds("campaigns", None, rows), why, {"campaigns": told.rows})


def _rows_to_decide(told: SegmentResponses, interval: Interval, threshold: float) -> DataNeeds:
    """About how many more campaign rows, as large as today's, would decide?"""
    error = error_to_threshold(interval, threshold)
    rows = more_units(interval.value, threshold, error, told.rows, alpha_found=strictest_alpha())
    return DataNeeds("campaigns", None, rows)


def _margin_lost(
    told: SegmentResponses, lost: Interval, margin: float | None
) -> tuple[MoneyRange | None, str | None]:
    """Margin per year of the conversions lost: contacts × rate lost × revenue of one × margin.

    Where θ of what could be had is lost and C conversions were had, C θ / (1 − θ) were lost. They
    were lost while these campaigns ran, so they are scaled to a year.
    """
    worth = told.revenue_per_conversion
    if worth is None or margin is None:
        missing = "margin" if worth is not None else "revenue of campaigns"
        return None, f"The {missing} is not known, so lost conversions have no price."
    if told.days is None or told.days < FEWEST_DAYS:
        time = (
            "no dates" if told.days is None else f"only {count_with_noun(told.days, 'day', 'days')}"
        )
        return None, f"The campaigns show {time}; a year cannot be told from that."
    yearly = told.conversions[told.compared].sum() * worth * margin * YEAR / told.days
    low, mid, high = (
        float(yearly * share / (1 - share)) for share in (lost.low, lost.value, lost.high)
    )
    return MoneyRange(low, mid, high), None


def _extra_spend(told: SegmentResponses, spread: Interval, threshold: float) -> MoneyRange:
    """Spend on campaigns for all segments but the costliest: surely, as estimated, possibly.

    Segments that respond alike need no campaigns of their own; surely so where the whole interval
    is below the threshold, possibly where any of it is.
    """
    by_segment = told.spend.sum(axis=1)
    extra = float(by_segment.sum() - by_segment.max())
    low, mid, high = (
        extra if end < threshold else 0.0 for end in (spread.high, spread.value, spread.low)
    )
    return MoneyRange(low, mid, high)
