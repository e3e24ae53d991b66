"""Which groups exist, who responds, and who knows what they want and where to find it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.audits.segments.knowledge import knowledge
from toolkit.audits.segments.response import by_campaign, by_segment
from toolkit.audits.segments.words import answer, limits
from toolkit.audits.segments.worth import worth
from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures, stacked
from toolkit.models.segments import Trait
from toolkit.quantities import Facts
from toolkit.quantities.cautions import counting
from toolkit.quantities.groups import Group, levels
from toolkit.stats.bootstrap import by_account
from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio

WHAT_TO_BRING = (
    "Bring people with the traits that client.yml names, a survey that asks knows_what and "
    "knows_where, or campaigns with segment, contacts and conversions."
)


def audit(client: Client) -> Finding:
    """Which groups exist, and who responds?

    Measures: `stability` (KIND, or all traits: median adjusted Rand index of refits, 1 for one
    segment), `segment_share` (SEGMENT, or TRAIT:LEVEL), `profile` (SEGMENT:TRAIT or
    SEGMENT:TRAIT:LEVEL, here minus all others; shares and means apart), `response` (the segments
    that campaigns name) and `campaign_response` (SEGMENT:CAMPAIGN), shrunk, `value` (TRAIT:LEVEL,
    SEGMENT; revenue per account that bought, shrunk), `knowledge` (neither, what_only, both,
    where_only) and `knowledge_by_role` (KIND:ROLE). Skipped where nothing of it is known.
    """
    facts = Facts.of(client)
    told, level = facts.responses, client.settings.level
    whole, by_role = _knowledge(client)
    if facts.people is None and told is None and not whole:
        return Finding.without("segments", "skipped", WHAT_TO_BRING)
    groups = [g for g in facts.groups.values() if isinstance(g, Group)]
    shares, means = _profiles(groups)
    response, value = by_segment(told, level) if told else {}, worth(facts)
    parts = [
        measures("stability", "adjusted Rand index", _stability(groups, level)),
        measures("segment_share", "share", _sizes(facts, groups)),
        measures("profile", "share", shares),
        measures("profile", "difference of means", means),
        measures("response", "share", response),
        measures("campaign_response", "share", by_campaign(told, level) if told else {}),
        measures("value", "currency per account", value),
        measures("knowledge", "share", whole),
        measures("knowledge_by_role", "share", by_role),
    ]
    frame, question = stacked(parts), AUDITS["segments"]
    return Finding(
        "segments",
        question.question,
        answer(groups, response, whole),
        frame,
        (*limits(facts, whole, value), *counting(frame, level)),
        question.claims,
    )


def descriptions(client: Client) -> dict[str, str]:
    """What is each segment like, in words? By the segment's name; empty where all are one."""
    groups = [g for g in Facts.of(client).groups.values() if isinstance(g, Group)]
    return {g.name(s): g.words(s) for g in groups for s in _several(g)}


def _knowledge(client: Client) -> tuple[dict[str, Interval], dict[str, Interval]]:
    if not client.has("survey"):
        return {}, {}
    return knowledge(client.frames["survey"], client.settings.level)


def _several(group: Group) -> range:
    count = group.found.grouping.count
    return range(count if count > 1 else 0)


def _stability(groups: list[Group], level: float) -> dict[str, Interval]:
    return {g.kind: g.found.grouping.stable(level=level) for g in groups}


def _sizes(facts: Facts, groups: list[Group]) -> dict[str, Interval]:
    """How large is each segment: of a model, and of each trait's levels?"""
    found = {g.name(s): g.found.grouping.shares[s] for g in groups for s in _several(g)}
    return found | dict(_level_shares(facts))


def _level_shares(facts: Facts) -> Iterator[tuple[str, Interval]]:
    if facts.people is None or facts.people.accounts < 2:
        return
    account, count = facts.people.account, facts.people.accounts
    for trait, level in levels(facts.people).items():
        known = by_account(account, level.notna().to_numpy(float), count)
        for name in sorted(level.dropna().unique(), key=str):
            mine = by_account(account, (level == name).to_numpy(float), count)
            yield f"{trait}:{name}", ratio(mine, known, level=facts.level, share=True)


def _profiles(groups: list[Group]) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """What each segment has more, or less, of: differences of shares, and of means."""
    lines: Mapping[tuple[str, Trait], Interval] = {
        (g.name(t.segment), t): t.difference for g in groups for t in g.lines
    }
    shares = {f"{s}:{t.trait}:{t.value}": d for (s, t), d in lines.items() if t.value}
    means = {f"{s}:{t.trait}": d for (s, t), d in lines.items() if not t.value}
    return shares, means
