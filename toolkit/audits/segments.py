"""Which groups exist, who responds, and who knows what they want and where to find it?

How large is each segment, and which are large enough to be told of; response rates by segment, and
by campaign within segment; what an account is worth, its revenue shrunk towards that of all; the
three kinds of knowledge, and the fourth cell. Then what the audit says, and what a reader must
know before using it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import (
    Finding,
    measure_rows,
    stack_measures,
    suppress_small_counts,
    suppression_note,
)
from toolkit.measures.campaign_response import SegmentResponses
from toolkit.measures.cautions import interval_cautions, left_out_cautions
from toolkit.measures.facts import Facts
from toolkit.measures.purchases import revenue_by_account
from toolkit.measures.segments import (
    TOGETHER,
    PeopleTraits,
    TraitSegments,
    account_levels,
    category_levels,
)
from toolkit.models.segmentation import NOBODY, TraitDifference
from toolkit.models.shrinkage import shrunken_means, shrunken_rates
from toolkit.questions import AUDITS
from toolkit.stats.bootstrap import sum_by_account
from toolkit.stats.interval import CannotTell, Interval
from toolkit.stats.means import ratio_of_sums
from toolkit.wording import count_with_noun, format_count, format_percent, format_range, join_words


def _sizes_told(group: TraitSegments) -> dict[int, Interval]:
    """Which segments of a model are told of, and how large is each? None where all are one."""
    count = group.found.grouping.count
    shares = {group.name(s): group.found.grouping.shares[s] for s in range(count)}
    told = suppress_small_counts(shares, groups=[_members(group)])
    numbered = {s: shares[group.name(s)] for s in range(count) if group.name(s) in told}
    return numbered if count > 1 else {}


def _size_measures(facts: Facts, groups: Sequence[TraitSegments]) -> pd.DataFrame:
    """How large is each segment: of a model (SEGMENT), and of each trait (TRAIT:LEVEL)?"""
    models = [g for g in groups if g.found.grouping.count > 1]
    shares = {g.name(s): share for g in models for s, share in enumerate(g.found.grouping.shares)}
    members = [_members(g) for g in models]
    for trait, found in _level_shares(facts):
        shares |= {f"{trait}:{level}": share for level, (share, _) in found.items()}
        members.append({f"{trait}:{level}": count for level, (_, count) in found.items()})
    return measure_rows("segment_share", "share", shares, groups=members)


def _members(group: TraitSegments) -> dict[str, int]:
    labels = group.found.labels
    count = group.found.grouping.count
    return {group.name(s): int(np.count_nonzero(labels == s)) for s in range(count)}


def _level_shares(facts: Facts) -> Iterator[tuple[str, Mapping[str, tuple[Interval, int]]]]:
    """By trait: of each level its share of the accounts' people, and how many people it has."""
    if facts.people is None or facts.people.accounts < 2:
        return
    account, count = facts.people.account, facts.people.accounts
    for trait, level in category_levels(facts.people).items():
        known = sum_by_account(account, level.notna().to_numpy(float), count)
        found = {}
        for name in sorted(level.dropna().unique(), key=str):
            mine = (level == name).to_numpy()
            share = ratio_of_sums(
                sum_by_account(account, mine.astype(float), count),
                known,
                level=facts.level,
                share=True,
            )
            found[str(name)] = (share, int(mine.sum()))
        yield trait, found


def _response_by_segment(told: SegmentResponses, level: float) -> dict[str, Interval]:
    """Which share of those reached acts, segment by segment? Most first; see `models.shrinkage`."""
    reached, acted = told.contacts.sum(axis=1), told.conversions.sum(axis=1)
    found = shrunken_rates(acted, reached, level=level)
    order = np.argsort([-rate.value for rate in found], kind="stable")
    return {told.segments[s]: found[s] for s in order}


def _response_by_campaign(told: SegmentResponses, level: float) -> dict[str, Interval]:
    """Which share acts, campaign by campaign within segments? Keys SEGMENT:CAMPAIGN, shrunk.

    Segment by segment, best campaign first.
    """
    at = np.argwhere(told.contacts > 0)
    n, x = (counts[at[:, 0], at[:, 1]] for counts in (told.contacts, told.conversions))
    found = shrunken_rates(x, n, level=level)
    names = [f"{told.segments[s]}:{told.campaigns[k]}" for s, k in at]
    order = sorted(range(len(at)), key=lambda i: (at[i, 0], -found[i].value))
    return {names[i]: found[i] for i in order}


FEWEST_ACCOUNTS_OF_MEAN = 5  # accounts behind a mean: fewer say nothing of their spread


def _value_by_segment(facts: Facts) -> dict[str, Interval]:
    """How much revenue brings an account? By TRAIT:LEVEL, and by segment (SEGMENT).

    Of accounts that bought, over the time of the purchases. Within a trait each level leans on
    all levels, the more the less is known of it: see `models.shrinkage`. Levels of fewer than
    five accounts are left out.
    """
    people = facts.people
    if people is None or not facts.client.has("purchases"):
        return {}
    revenue = revenue_by_account(facts.client)
    found: dict[str, Interval] = {}
    for prefix, level in _ways_to_cut(facts, people):
        means = _means(revenue, account_levels(people, level), facts.level)
        found |= {f"{prefix}{name}": mean for name, mean in means.items()}
    return found


def _ways_to_cut(facts: Facts, people: PeopleTraits) -> Iterator[tuple[str, pd.Series]]:
    """Each way to cut the people: by a trait's levels, by the segments of a model."""
    for trait, level in category_levels(people).items():
        yield f"{trait}:", level
    for group in facts.groups.values():
        if isinstance(group, TraitSegments) and group.found.grouping.count > 1:
            yield "", _segment_names(people, group)


def _segment_names(people: PeopleTraits, group: TraitSegments) -> pd.Series:
    names = pd.Series(np.full(len(people.account), np.nan), dtype=object)
    known = group.found.labels != NOBODY
    names.iloc[group.rows[known]] = [group.name(s) for s in group.found.labels[known]]
    return names


def _means(revenue: pd.Series, level: pd.Series, confidence: float) -> dict[str, Interval]:
    bought = pd.DataFrame({"level": level, "revenue": revenue}).dropna()
    cells = bought.groupby("level")["revenue"].agg(["mean", "std", "size"])
    cells = cells[(cells["size"] >= FEWEST_ACCOUNTS_OF_MEAN) & (cells["std"] > 0)]
    if len(cells) < 2:
        return {}
    errors = cells["std"] / np.sqrt(cells["size"])
    found = shrunken_means(cells["mean"], errors, cells["size"], level=confidence)
    possible = [mean.within(0, math.inf) for mean in found]
    return dict(zip(map(str, cells.index), possible, strict=True))


KNOWLEDGE_KINDS = ("neither", "what_only", "both", "where_only")
KNOWLEDGE_NEEDS: Mapping[str, str] = {
    "neither": "help to find out what they need: show what it is for, and let them try it",
    "what_only": "a way to it: where it is sold, how to order, a place in the search results",
    "both": "ease and a reason to come back: stock, quick ordering, a fair price",
    "where_only": "help to choose where they already are: advice, comparison, samples",
}
KNOWLEDGE_METHOD = "Wilson at the effective number of accounts, simultaneous (Goodman)"


@dataclass(frozen=True)
class _KnowledgeShares:
    """The share of each kind, and how many people each kind has, whole by whole."""

    shares: Mapping[str, Interval]
    members: Sequence[Mapping[str, int]]


def _shares_by_knowledge(
    survey: pd.DataFrame, level: float
) -> tuple[_KnowledgeShares, _KnowledgeShares]:
    """Which share of respondents is of each kind? Of all (KIND) and by role (KIND:ROLE).

    Of those who answered both `knows_what` and `knows_where`, by survey weight; `both` respondents
    count in either role. Intervals hold at once for the four kinds: Wilson's, over accounts, at
    level 1 − (1 − level) / 4. Source: Goodman (1965), Technometrics 7, 247–254.
    """
    told = survey[
        survey[["knows_what", "knows_where"]].notna().all(axis=1) & (survey["weight"] > 0)
    ]
    parts = {role: told[told["role"].isin([role, "both"])] for role in ROLES}
    by_role = {
        f"{kind}:{role}": found
        for role, part in parts.items()
        for kind, found in _knowledge_shares(part, level).items()
    }
    members = [
        {f"{kind}:{role}": count for kind, count in _knowledge_counts(part).items()}
        for role, part in parts.items()
    ]
    return _KnowledgeShares(
        _knowledge_shares(told, level), [_knowledge_counts(told)]
    ), _KnowledgeShares(by_role, members)


def _knowledge_shares(told: pd.DataFrame, level: float) -> dict[str, Interval]:
    account, names = pd.factorize(told["account_id"])
    if len(names) < 2:
        return {}
    weight = told["weight"].to_numpy(float)
    mass, each = sum_by_account(account, weight, len(names)), 1 - (1 - level) / len(KNOWLEDGE_KINDS)
    kinds = _knowledge_kinds(told)
    found = {}
    for kind in KNOWLEDGE_KINDS:
        mine = np.minimum(sum_by_account(account, weight * (kinds == kind), len(names)), mass)
        share = ratio_of_sums(mine, mass, level=each, share=True)
        found[kind] = Interval(share.value, share.low, share.high, share.n, KNOWLEDGE_METHOD)
    return found


def _knowledge_counts(told: pd.DataFrame) -> dict[str, int]:
    kinds = _knowledge_kinds(told)
    return {kind: int((kinds == kind).sum()) for kind in KNOWLEDGE_KINDS}


def _knowledge_kinds(told: pd.DataFrame) -> np.ndarray:
    what, where = (told[name].eq("yes").to_numpy() for name in ("knows_what", "knows_where"))
    return np.select([what & where, what, where], ["both", "what_only", "where_only"], "neither")


def _answer(
    groups: Sequence[TraitSegments], response: Mapping[str, Interval], kinds: Mapping[str, Interval]
) -> str:
    """Which groups exist, who responds, who knows what and where? One sentence each, at most."""
    return " ".join(s for s in (_exist(groups), _respond(response), _know(kinds)) if s)


def _exist(groups: Sequence[TraitSegments]) -> str:
    if not groups:
        return "No segments can be told from traits."
    split = [g for g in groups if g.found.grouping.count > 1]
    if not split and len(groups) == 1 and len(groups[0].traits) == 1:
        return f"Of people only “{groups[0].traits[0]}” is known: it makes the only segments."
    if not split:
        return "The traits make no groups: people who share one trait do not share the others."
    best = next((g for g in split if g.kind == TOGETHER), split[0])
    said = [
        f"{format_percent(share.value)} are “{best.name(s)}” ({best.words(s)})"
        for s, share in _sizes_told(best).items()
    ]
    count = best.found.grouping.count
    return f"By {best.kind}, people fall into {count} stable segments: {join_words(said)}."


def _respond(response: Mapping[str, Interval]) -> str:
    if len(response) < 2:
        return ""
    ranked = sorted(response, key=lambda name: -response[name].value)
    first, last = (response[ranked[i]] for i in (0, -1))
    if first.low <= last.high:
        return f"The {len(ranked)} segments that campaigns name respond about alike."
    most, least = (
        f"“{name}” ({format_percent(r.value)}, {format_range(r.low, r.high, 'share')})"
        for name, r in ((ranked[0], first), (ranked[-1], last))
    )
    return f"Of those reached by campaigns, {most} respond most and {least} least."


def _know(kinds: Mapping[str, Interval]) -> str:
    both, neither = kinds.get("both"), kinds.get("neither")
    if both is None:
        return ""
    also = f", {format_percent(neither.value)} know neither" if neither else ""
    return (
        f"{format_percent(both.value)} ({format_range(both.low, both.high, 'share')}) of "
        "respondents know what "
        f"they want and where to find it{also}."
    )


def _limits(
    facts: Facts, kinds: Mapping[str, Interval], value: Mapping[str, Interval]
) -> Iterator[str]:
    """What in the data could mislead, and what was left out?"""
    yield from _of_groups(facts)
    if facts.responses:
        yield from _of_response(facts.responses)
    if value:
        yield (
            "Value is the revenue of accounts that bought, over all the time of the purchases; "
            "those who came late had less time. It goes together with traits, no more."
        )
    if facts.client.has("survey") and not kinds:
        yield "Nobody was asked whether they know what they want and where to find it."
    yield from left_out_cautions(facts, ("people", "survey", "campaigns"))


def _of_groups(facts: Facts) -> Iterator[str]:
    if facts.people is None:
        yield "Without traits of people no segments can be looked for."
        return
    for kind, found in facts.groups.items():
        if isinstance(found, CannotTell):
            yield f"Segments by {kind} cannot be told. {found.why}"
    looked = [g for g in facts.groups.values() if isinstance(g, TraitSegments)]
    if looked and len(looked[0].rows) < len(facts.people.account):
        yield (
            f"Segments were looked for among {format_count(len(looked[0].rows))} of "
            f"{format_count(len(facts.people.account))} people, whole accounts picked at random."
        )
    if any(g.lines for g in looked):
        yield (
            "Segments were made from these traits, so they differ in them by construction; what "
            "counts is how large the differences are, and whether they respond differently."
        )


def _of_response(told: SegmentResponses) -> Iterator[str]:
    yield "Contacts are taken as independent trials; people reached twice make intervals too short."
    if not told.randomised:
        yield (
            "Who got which campaign was not drawn by lot: response goes together with segment and "
            "campaign, and neither need be its cause."
        )
    if told.unused:
        rows = count_with_noun(told.unused, "campaign row names", "campaign rows name")
        yield f"{rows} a segment but not who was reached and acted; left out."
    alone = [s for s, two in zip(told.segments, told.compared, strict=True) if not two]
    if alone:
        names = join_words([f"“{name}”" for name in alone])
        yield f"Only one campaign reached {names}: whether another works better is not known."
    if told.turned:
        first, second = told.turned
        yield (
            f"Over all contacts “{first}” does better than “{second}”, yet within segments worse: "
            "it reached segments that respond to anything. Compare within segments."
        )


WHAT_TO_BRING = (
    "Bring people with the traits that client.yml names, a survey that asks knows_what and "
    "knows_where, or campaigns with segment, contacts and conversions."
)


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """Which groups exist, and who responds?

    Measures: `stability` (KIND, or all traits: median adjusted Rand index of refits, 1 for one
    segment), `segment_share` (SEGMENT, or TRAIT:LEVEL), `profile` (SEGMENT:TRAIT or
    SEGMENT:TRAIT:LEVEL, here minus all others; shares and means apart), `response` (the segments
    that campaigns name) and `campaign_response` (SEGMENT:CAMPAIGN), shrunk, `value` (TRAIT:LEVEL,
    SEGMENT; revenue per account that bought, shrunk), `knowledge` (neither, what_only, both,
    where_only) and `knowledge_by_role` (KIND:ROLE). Skipped where nothing of it is known.
    """
    facts = facts or Facts(client)
    told, level = facts.responses, client.settings.level
    whole, by_role = _knowledge(client)
    if facts.people is None and told is None and not whole.shares:
        return Finding.without("segments", "skipped", WHAT_TO_BRING)
    groups = [g for g in facts.groups.values() if isinstance(g, TraitSegments)]
    shares, means = _profiles(groups)
    response, value = _response_by_segment(told, level) if told else {}, _value_by_segment(facts)
    parts = [
        measure_rows("stability", "adjusted Rand index", _stability(groups, level)),
        _size_measures(facts, groups),
        measure_rows("profile", "share", shares),
        measure_rows("profile", "difference of means", means),
        measure_rows("response", "share", response),
        measure_rows(
            "campaign_response", "share", _response_by_campaign(told, level) if told else {}
        ),
        measure_rows("value", "currency per account", value),
        measure_rows("knowledge", "share", whole.shares, groups=whole.members),
        measure_rows("knowledge_by_role", "share", by_role.shares, groups=by_role.members),
    ]
    frame, question = stack_measures(parts), AUDITS["segments"]
    return Finding(
        "segments",
        question.question,
        _answer(groups, response, suppress_small_counts(whole.shares, groups=whole.members)),
        frame,
        (
            *_limits(facts, whole.shares, value),
            *suppression_note(frame),
            *interval_cautions(frame, level),
        ),
        question.claims,
    )


def segment_descriptions(facts: Facts) -> dict[str, str]:
    """What is each segment like, in words? By the segment's name; empty where all are one."""
    groups = [g for g in facts.groups.values() if isinstance(g, TraitSegments)]
    return {g.name(s): g.words(s) for g in groups for s in _sizes_told(g)}


def _knowledge(client: Client) -> tuple[_KnowledgeShares, _KnowledgeShares]:
    if not client.has("survey"):
        return _KnowledgeShares({}, ()), _KnowledgeShares({}, ())
    return _shares_by_knowledge(client.frames["survey"], client.settings.level)


def _stability(groups: list[TraitSegments], level: float) -> dict[str, Interval]:
    return {g.kind: g.found.grouping.stable(level=level) for g in groups}


def _profiles(groups: list[TraitSegments]) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """What each segment has more, or less, of: differences of shares, and of means."""
    lines: Mapping[tuple[str, TraitDifference], Interval] = {
        (g.name(t.segment), t): t.difference
        for g in groups
        for t in g.lines
        if t.segment in _sizes_told(g)
    }
    shares = {f"{s}:{t.trait}:{t.value}": d for (s, t), d in lines.items() if t.value}
    means = {f"{s}:{t.trait}": d for (s, t), d in lines.items() if not t.value}
    return shares, means
