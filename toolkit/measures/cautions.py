"""What in the data could mislead, although every number is right, and what must a reader be told?

Asked of every client: response styles, informants who contradict each other, rows left out; and
the same as sentences for `limits`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.client.model import Client
from toolkit.contract import ROLES, SAY_ROLES
from toolkit.measures.facts import Facts
from toolkit.measures.influence import InfluenceShares
from toolkit.measures.simpson_reversal import VALUE, SimpsonReversal
from toolkit.measures.survey import SurveyAnswers
from toolkit.stats.interval import Array, Interval
from toolkit.stats.means import bounded_mean
from toolkit.stats.strata import mean_contrast
from toolkit.wording import count_with_noun, format_percent, format_range, format_with_unit

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
class InformantReports:
    """What buyers and consumers report of one role's say, where the two cannot both be right."""

    role: str
    buyers: Interval
    consumers: Interval


@dataclass(frozen=True)
class LeftOutRows:
    """A table of which a large share of rows could not be used."""

    table: str
    share: float


def straight_lining(answers: SurveyAnswers) -> float | None:
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


def scale_use(answers: SurveyAnswers) -> ScaleUse | None:
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


def informant_conflicts(say: InfluenceShares) -> tuple[InformantReports, ...]:
    """Of whose say do buyers and consumers tell stories that cannot both be right?

    Roles of which the two reports differ by more than REPORTS_WORRY with 95 % intervals apart.
    Source: Kohli & Zaltman (1988), Industrial Marketing Management 17: informants overstate
    themselves, and no sample size settles which of them is right.
    """
    both = [say.by_informant[role] for role in ROLES]
    if any(len(rows) < 2 for rows in both):
        return ()
    told = (
        InformantReports(role, *(bounded_mean(rows[:, i], level=LEVEL) for rows in both))
        for i, role in enumerate(SAY_ROLES)
    )
    return tuple(r for r in told if _distance(r) > REPORTS_WORRY and _apart(r))


def left_out_tables(client: Client, tables: Sequence[str]) -> tuple[LeftOutRows, ...]:
    """Of which of these tables could more than LEFT_OUT_WORRY of the rows not be used?"""
    sources = {name: client.sources[name] for name in tables if client.has(name)}
    shares = {name: 1 - s.kept / s.rows for name, s in sources.items() if s.rows}
    return tuple(
        LeftOutRows(name, share) for name, share in shares.items() if share > LEFT_OUT_WORRY
    )


def unanswered_share(answers: SurveyAnswers) -> float:
    """Which share of the importance answers is missing? Attributes nobody rated are not counted."""
    return float(np.isnan(answers.importance).mean())


def _by_role(
    scores: Sequence[Array], answers: SurveyAnswers, asked: Sequence[NDArray[np.bool_]]
) -> tuple[float, float]:
    buyers, consumers = (
        float(np.average(s, weights=answers.weight[mask]))
        for s, mask in zip(scores, asked, strict=True)
    )
    return buyers, consumers


def _higher(
    scores: Sequence[Array],
    mean: tuple[float, float],
    answers: SurveyAnswers,
    asked: Sequence[NDArray[np.bool_]],
    size: float,
    worry: float,
) -> str | None:
    """The role with the surely higher mean score, where `size` is beyond the worry."""
    if abs(size) <= worry:
        return None
    buyers, consumers = asked
    ends = mean_contrast(
        scores[0],
        scores[1],
        units=(answers.account[buyers], answers.account[consumers]),
        weights=(answers.weight[buyers], answers.weight[consumers]),
        count=answers.accounts,
    ).interval(level=LEVEL)
    sure = ends.low > 0 or ends.high < 0
    return ROLES[int(mean[1] > mean[0])] if sure else None


def _distance(reports: InformantReports) -> float:
    return abs(reports.buyers.value - reports.consumers.value)


def _apart(reports: InformantReports) -> bool:
    low, high = sorted((reports.buyers, reports.consumers), key=lambda r: r.value)
    return low.high < high.low


def response_cautions(facts: Facts) -> Iterator[str]:
    """Did respondents answer in a way that could mislead: alike, on other scales, or not at all?"""
    if facts.answers is None:
        return
    straight, use = straight_lining(facts.answers), scale_use(facts.answers)
    if straight:
        yield (
            f"{format_percent(straight)} of respondents gave every attribute the same importance; "
            "they "
            "may not have read the questions, and make the roles look more alike than they are."
        )
    if use:
        yield from _scale_use(use)
    missing = unanswered_share(facts.answers)
    if missing > LEFT_OUT_WORRY:
        yield (
            f"{format_percent(missing)} of importance answers are missing; if those who skipped an "
            "attribute weigh it differently, the weights are off."
        )


def reversal_cautions(facts: Facts, about: Collection[str]) -> Iterator[str]:
    """Does a difference between the roles turn around within a trait?

    See `measures.simpson_reversal`. `about` names what the audit speaks of: VALUE, or attributes.
    """
    labels = {id: attribute.label for id, attribute in facts.client.attributes.items()}
    for found in facts.reversals:
        if found.of in about:
            yield _turns(found, labels)


def informant_cautions(facts: Facts) -> Iterator[str]:
    """Do buyers and consumers tell different stories of who has the say?"""
    found = informant_conflicts(facts.say) if facts.say else ()
    if found:
        yield (
            f"Buyers and consumers tell different stories: {'; '.join(map(_reports, found))}. The "
            "truth may lie anywhere between, and asking more accounts will not settle it."
        )


def left_out_cautions(facts: Facts, tables: Sequence[str]) -> Iterator[str]:
    """Of which tables could many rows not be used?"""
    for found in left_out_tables(facts.client, tables):
        yield (
            f"{format_percent(found.share)} of the rows of {found.table} do not say what is asked "
            "and are "
            "left out where it is; if they differ from the rest, what is said here is off."
        )


def interval_cautions(frame: pd.DataFrame, level: float) -> Iterator[str]:
    """How many intervals are shown, and how few accounts stand behind the weakest?"""
    uncertain = frame[frame["low"] < frame["high"]]
    if len(uncertain):
        yield (
            f"{count_with_noun(len(uncertain), 'interval is', 'intervals are')} shown; at "
            f"{format_percent(level)} "
            f"each, about one in {round(1 / (1 - level))} misses the truth. The fewest accounts "
            f"behind one: {int(uncertain['n'].min())}."
        )


def _scale_use(use: ScaleUse) -> Iterator[str]:
    for role, said, pair in (
        (use.shifted, "rate everything higher", use.mean),
        (use.narrower, "use a narrower part of the scale", use.spread),
    ):
        if role:
            mine, other = pair if role == ROLES[0] else pair[::-1]
            what = "mean" if pair is use.mean else "spread"
            yield (
                f"{role.capitalize()}s {said} ({what} of raw importance {format_percent(mine)} of "
                "the "
                f"scale, against {format_percent(other)}); so shares of each respondent's own "
                "total are "
                "compared, not raw ratings."
            )


def _turns(found: SimpsonReversal, labels: Mapping[str, str]) -> str:
    buyers, consumers = (f"{role}s" for role in ROLES)
    ahead, behind = (buyers, consumers) if found.pooled > 0 else (consumers, buyers)
    unit = "points" if found.of == VALUE else "share"
    low, high = sorted(abs(end) for end in (found.within.low, found.within.high))
    done = "are served better" if found.of == VALUE else f"weigh “{labels[found.of]}” more"
    return (
        f"Taken together {ahead} {done} than {behind} (by "
        f"{format_with_unit(abs(found.pooled), unit)}), "
        f"yet people of the same {found.trait} show the reverse ({format_range(low, high, unit)}, "
        "in "
        f"{found.against} of {found.strata} groups): look at each group of {found.trait} by itself."
    )


def _reports(found: InformantReports) -> str:
    """`of the buyer's say buyers report 51% to 53%, consumers 26% to 28%`."""
    buyers, consumers = (
        format_range(told.low, told.high, "share") for told in (found.buyers, found.consumers)
    )
    return f"of the {found.role}'s say buyers report {buyers}, consumers {consumers}"


def sampling_cautions(client: Client, what: str) -> Iterator[str]:
    """Which part of an answer rests on drawn accounts? A sentence for the limits, or none.

    `what` begins it: "the overlap of roles on orders rests".
    """
    if client.accounts is None:
        return
    held = int(client.frames["purchases"]["account_id"].nunique())
    yield (
        f"There are {client.accounts.lines:,} order lines: {what} on {held:,} of "
        f"{len(client.accounts.names):,} accounts, whole, drawn by a hash of account_id; all else "
        "that is said of purchases rests on every line."
    )
