"""Which groups exist, who responds, and who knows what they want and where to find it?"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.audits.segments.knowledge import Known, knowledge
from toolkit.audits.segments.response import by_campaign, by_segment
from toolkit.audits.segments.sizes import several, sizes
from toolkit.audits.segments.words import answer, limits
from toolkit.audits.segments.worth import worth
from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures, stacked, tellable, withheld
from toolkit.models.segments import Trait
from toolkit.quantities import Facts
from toolkit.quantities.cautions import counting
from toolkit.quantities.groups import Group
from toolkit.stats.interval import Interval

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
    if facts.people is None and told is None and not whole.shares:
        return Finding.without("segments", "skipped", WHAT_TO_BRING)
    groups = [g for g in facts.groups.values() if isinstance(g, Group)]
    shares, means = _profiles(groups)
    response, value = by_segment(told, level) if told else {}, worth(facts)
    parts = [
        measures("stability", "adjusted Rand index", _stability(groups, level)),
        sizes(facts, groups),
        measures("profile", "share", shares),
        measures("profile", "difference of means", means),
        measures("response", "share", response),
        measures("campaign_response", "share", by_campaign(told, level) if told else {}),
        measures("value", "currency per account", value),
        measures("knowledge", "share", whole.shares, groups=whole.members),
        measures("knowledge_by_role", "share", by_role.shares, groups=by_role.members),
    ]
    frame, question = stacked(parts), AUDITS["segments"]
    return Finding(
        "segments",
        question.question,
        answer(groups, response, tellable(whole.shares, groups=whole.members)),
        frame,
        (*limits(facts, whole.shares, value), *withheld(frame), *counting(frame, level)),
        question.claims,
    )


def descriptions(client: Client) -> dict[str, str]:
    """What is each segment like, in words? By the segment's name; empty where all are one."""
    groups = [g for g in Facts.of(client).groups.values() if isinstance(g, Group)]
    return {g.name(s): g.words(s) for g in groups for s in several(g)}


def _knowledge(client: Client) -> tuple[Known, Known]:
    if not client.has("survey"):
        return Known({}, ()), Known({}, ())
    return knowledge(client.frames["survey"], client.settings.level)


def _stability(groups: list[Group], level: float) -> dict[str, Interval]:
    return {g.kind: g.found.grouping.stable(level=level) for g in groups}


def _profiles(groups: list[Group]) -> tuple[dict[str, Interval], dict[str, Interval]]:
    """What each segment has more, or less, of: differences of shares, and of means."""
    lines: Mapping[tuple[str, Trait], Interval] = {
        (g.name(t.segment), t): t.difference
        for g in groups
        for t in g.lines
        if t.segment in several(g)
    }
    shares = {f"{s}:{t.trait}:{t.value}": d for (s, t), d in lines.items() if t.value}
    means = {f"{s}:{t.trait}": d for (s, t), d in lines.items() if not t.value}
    return shares, means
