"""What in the data could mislead, although every number is right: asked of every client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.client import Client
from toolkit.quantities.answers import Answers, Array
from toolkit.quantities.say import Say
from toolkit.stats.interval import Interval
from toolkit.stats.shares import bounded_mean
from toolkit.stats.strata import contrast
from toolkit.tables import ROLES, SAY_ROLES

STRAIGHT_WORRY = 0.10  # share of respondents who answer everything alike
FEWEST_ITEMS = 3  # two equal answers are no line
SHIFT_WORRY = 0.125  # distance of the roles' mean ratings: half a step of a five-point scale
NARROW_WORRY = 0.75  # spread of one role's ratings, as a share of the other's
REPORTS_WORRY = 0.15  # distance of what buyers and consumers report of one role's say
LEFT_OUT_WORRY = 0.20  # share of rows that could not be used
LEVEL = 0.95  # of the intervals that must bear a worry out


@dataclass(frozen=True)
class ScaleUse:
    """How the roles use the importance scale, before ratings are made into shares.

    `mean` and `spread` of a respondent's own ratings, per role, as shares of the scale.
    `shifted` and `narrower` name the role that rates higher, or spreads its ratings less, by more
    than chance and more than SHIFT_WORRY or NARROW_WORRY; None where neither does.
    """

    mean: tuple[float, float]
    spread: tuple[float, float]
    shifted: str | None
    narrower: str | None


@dataclass(frozen=True)
class Reports:
    """What buyers and consumers report of one role's say, where the two cannot both be right."""

    role: str
    buyers: Interval
    consumers: Interval


@dataclass(frozen=True)
class LeftOut:
    """A table of which a large share of rows could not be used."""

    table: str
    share: float


def straight_lining(answers: Answers) -> float | None:
    """Which share of respondents gives every attribute the same importance, if it is a worry?

    Of those who rated at least FEWEST_ITEMS attributes; None where at most STRAIGHT_WORRY do.
    Some always do by chance, and some mean it: a share this large says that the questions were
    not read. Source: Krosnick (1991), Applied Cognitive Psychology 5 (satisficing).
    """
    rated = answers.importance[(~np.isnan(answers.importance)).sum(axis=1) >= FEWEST_ITEMS]
    if not len(rated):
        return None
    share = float((np.nanmax(rated, axis=1) == np.nanmin(rated, axis=1)).mean())
    return share if share > STRAIGHT_WORRY else None


def scale_use(answers: Answers) -> ScaleUse | None:
    """Does one role use a higher, or a narrower, part of the importance scale than the other?

    Compares the mean and the standard deviation of each respondent's own ratings; None where the
    roles use it alike. Such habits say nothing about what is weighed, and shares of a respondent's
    total take most of them out; raw ratings would not.
    Source: Baumgartner & Steenkamp (2001), Journal of Marketing Research 38 (response styles).
    """
    rows = (~np.isnan(answers.importance)).sum(axis=1) >= FEWEST_ITEMS
    asked = [rows & member & (answers.weight > 0) for member in answers.member]
    if min(int(mask.sum()) for mask in asked) == 0:
        return None
    ratings = [answers.importance[mask] for mask in asked]
    means, spreads = ([f(r, axis=1) for r in ratings] for f in (np.nanmean, np.nanstd))
    mean, spread = (_by_role(x, answers, asked) for x in (means, spreads))
    shifted = _higher(means, mean, answers, asked, mean[0] - mean[1], SHIFT_WORRY)
    narrowed = 1 - min(spread) / max(spread) if max(spread) > 0 else 0.0
    wider = _higher(spreads, spread, answers, asked, narrowed, 1 - NARROW_WORRY)
    narrower = ROLES[1 - ROLES.index(wider)] if wider else None
    return ScaleUse(mean, spread, shifted, narrower) if shifted or narrower else None


def key_informants(say: Say) -> tuple[Reports, ...]:
    """Of whose say do buyers and consumers tell stories that cannot both be right?

    Roles of which the two reports differ by more than REPORTS_WORRY with 95 % intervals apart.
    Source: Kohli & Zaltman (1988), Industrial Marketing Management 17: informants overstate
    themselves, and no sample size settles which of them is right.
    """
    both = [say.by_informant[role] for role in ROLES]
    if any(len(rows) < 2 for rows in both):
        return ()
    told = (
        Reports(role, *(bounded_mean(rows[:, i], level=LEVEL) for rows in both))
        for i, role in enumerate(SAY_ROLES)
    )
    return tuple(r for r in told if _distance(r) > REPORTS_WORRY and _apart(r))


def left_out(client: Client, tables: Sequence[str]) -> tuple[LeftOut, ...]:
    """Of which of these tables could more than LEFT_OUT_WORRY of the rows not be used?"""
    sources = {name: client.sources[name] for name in tables if client.has(name)}
    shares = {name: 1 - s.kept / s.rows for name, s in sources.items() if s.rows}
    return tuple(LeftOut(name, share) for name, share in shares.items() if share > LEFT_OUT_WORRY)


def unanswered(answers: Answers) -> float:
    """Which share of the importance answers is missing? Attributes nobody rated are not counted."""
    return float(np.isnan(answers.importance).mean())


def _by_role(
    scores: Sequence[Array], answers: Answers, asked: Sequence[NDArray[np.bool_]]
) -> tuple[float, float]:
    buyers, consumers = (
        float(np.average(s, weights=answers.weight[mask]))
        for s, mask in zip(scores, asked, strict=True)
    )
    return buyers, consumers


def _higher(
    scores: Sequence[Array],
    mean: tuple[float, float],
    answers: Answers,
    asked: Sequence[NDArray[np.bool_]],
    size: float,
    worry: float,
) -> str | None:
    """The role with the surely higher mean score, where `size` is beyond the worry."""
    if abs(size) <= worry:
        return None
    buyers, consumers = asked
    ends = contrast(
        scores[0],
        scores[1],
        units=(answers.account[buyers], answers.account[consumers]),
        weights=(answers.weight[buyers], answers.weight[consumers]),
        count=answers.accounts,
    ).interval(level=LEVEL)
    sure = ends.low > 0 or ends.high < 0
    return ROLES[int(mean[1] > mean[0])] if sure else None


def _distance(reports: Reports) -> float:
    return abs(reports.buyers.value - reports.consumers.value)


def _apart(reports: Reports) -> bool:
    low, high = sorted((reports.buyers, reports.consumers), key=lambda r: r.value)
    return low.high < high.low
