"""What the segments audit says, and what a reader must know before using it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.audits.segments.sizes import several
from toolkit.models.cannot import CannotTell
from toolkit.quantities import Facts
from toolkit.quantities.cautions import leaving_out
from toolkit.quantities.groups import TOGETHER, Group
from toolkit.quantities.responses import Responses
from toolkit.stats.interval import Interval
from toolkit.text import count, counted, listed, percent, span


def answer(
    groups: Sequence[Group], response: Mapping[str, Interval], kinds: Mapping[str, Interval]
) -> str:
    """Which groups exist, who responds, who knows what and where? One sentence each, at most."""
    return " ".join(s for s in (_exist(groups), _respond(response), _know(kinds)) if s)


def _exist(groups: Sequence[Group]) -> str:
    if not groups:
        return "No segments can be told from traits."
    split = [g for g in groups if g.found.grouping.count > 1]
    if not split and len(groups) == 1 and len(groups[0].traits) == 1:
        return f"Of people only “{groups[0].traits[0]}” is known: it makes the only segments."
    if not split:
        return "The traits make no groups: people who share one trait do not share the others."
    best = next((g for g in split if g.kind == TOGETHER), split[0])
    said = [
        f"{percent(share.value)} are “{best.name(s)}” ({best.words(s)})"
        for s, share in several(best).items()
    ]
    count = best.found.grouping.count
    return f"By {best.kind}, people fall into {count} stable segments: {listed(said)}."


def _respond(response: Mapping[str, Interval]) -> str:
    if len(response) < 2:
        return ""
    ranked = sorted(response, key=lambda name: -response[name].value)
    first, last = (response[ranked[i]] for i in (0, -1))
    if first.low <= last.high:
        return f"The {len(ranked)} segments that campaigns name respond about alike."
    most, least = (
        f"“{name}” ({percent(r.value)}, {span(r.low, r.high, 'share')})"
        for name, r in ((ranked[0], first), (ranked[-1], last))
    )
    return f"Of those reached by campaigns, {most} respond most and {least} least."


def _know(kinds: Mapping[str, Interval]) -> str:
    both, neither = kinds.get("both"), kinds.get("neither")
    if both is None:
        return ""
    also = f", {percent(neither.value)} know neither" if neither else ""
    return (
        f"{percent(both.value)} ({span(both.low, both.high, 'share')}) of respondents know what "
        f"they want and where to find it{also}."
    )


def limits(
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
    yield from leaving_out(facts, ("people", "survey", "campaigns"))


def _of_groups(facts: Facts) -> Iterator[str]:
    if facts.people is None:
        yield "Without traits of people no segments can be looked for."
        return
    for kind, found in facts.groups.items():
        if isinstance(found, CannotTell):
            yield f"Segments by {kind} cannot be told. {found.why}"
    looked = [g for g in facts.groups.values() if isinstance(g, Group)]
    if looked and len(looked[0].rows) < len(facts.people.account):
        yield (
            f"Segments were looked for among {count(len(looked[0].rows))} of "
            f"{count(len(facts.people.account))} people, whole accounts picked at random."
        )
    if any(g.lines for g in looked):
        yield (
            "Segments were made from these traits, so they differ in them by construction; what "
            "counts is how large the differences are, and whether they respond differently."
        )


def _of_response(told: Responses) -> Iterator[str]:
    yield "Contacts are taken as independent trials; people reached twice make intervals too short."
    if not told.randomised:
        yield (
            "Who got which campaign was not drawn by lot: response goes together with segment and "
            "campaign, and neither need be its cause."
        )
    if told.unused:
        rows = counted(told.unused, "campaign row names", "campaign rows name")
        yield f"{rows} a segment but not who was reached and acted; left out."
    alone = [s for s, two in zip(told.segments, told.compared, strict=True) if not two]
    if alone:
        names = listed([f"“{name}”" for name in alone])
        yield f"Only one campaign reached {names}: whether another works better is not known."
    if told.turned:
        first, second = told.turned
        yield (
            f"Over all contacts “{first}” does better than “{second}”, yet within segments worse: "
            "it reached segments that respond to anything. Compare within segments."
        )
