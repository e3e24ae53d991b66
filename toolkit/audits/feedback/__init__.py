"""Who is heard, on what, how satisfied are they, and what does it say to the buyer?"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.audits.feedback.buyer_words import in_buyers_words
from toolkit.audits.feedback.measured import (
    across,
    bridged,
    heard,
    leans,
    proof_points,
    satisfied,
)
from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures, stacked, withheld
from toolkit.models.cannot import CannotTell
from toolkit.models.linkage import GOES_TOGETHER
from toolkit.models.themes import Lean
from toolkit.quantities import Facts
from toolkit.quantities.bridge import Bridge
from toolkit.quantities.cautions import counting, leaving_out
from toolkit.quantities.guards import LEFT_OUT_WORRY
from toolkit.stats.interval import Interval
from toolkit.text import counted, listed, percent, points, span

__all__ = ["audit", "in_buyers_words"]

NEITHER = "Bring feedback, or a survey that asks for satisfaction or recommendation."


def audit(client: Client) -> Finding:
    """Who is heard, on what, and how satisfied are they?

    Measures: `heard` (ROLE, share of utterances, who is both counted half) and `say_of_two`
    (ROLE, share of the two roles' say); `uncoded`, `theme` (ROLE:ATTR, share of the role's coded
    utterances) and `theme_lean` (ATTR, log-odds, buyers over consumers); `satisfaction_index`
    (ROLE, 0–100), `satisfaction_gap` (buyer − consumer) and `recommend` (ROLE, −100…100);
    `proof` (ATTR, consumers' performance where it surely reaches 70 and weighs at least the
    average); and the bridge, for 10 points more performance as consumers see it:
    `moves_satisfaction`, `moves_repurchase`, `moves_margin` (ATTR). Skipped without feedback and
    without a survey that asks for satisfaction.
    """
    facts, question = Facts.of(client), AUDITS["feedback"]
    if facts.voices is None and facts.contentment is None:
        return Finding.without("feedback", "skipped", NEITHER)
    leaning, over, proofs = leans(facts), bridged(facts), proof_points(facts)
    parts = [*heard(facts, leaning), *satisfied(facts.contentment, facts.level)]
    frame = stacked([*parts, measures("proof", "points", proofs), *across(facts, over)])
    said = Finding("feedback", question.question, "", frame)
    return Finding(
        "feedback",
        question.question,
        " ".join(_answer(said, client, proofs)),
        frame,
        (
            *_limits(facts, leaning, over),
            *leaving_out(facts, ("feedback", "survey")),
            *withheld(frame),
            *counting(frame, facts.level),
        ),
        question.claims,
    )


def _answer(said: Finding, client: Client, proofs: dict[str, Interval]) -> Iterator[str]:
    """At most three sentences: who is heard, who is how satisfied, what to show to buyers."""
    spoken, index = said.measure("heard"), said.measure("satisfaction_index")
    if len(spoken):
        row = spoken.loc["consumer"]
        between = span(row["low"], row["high"], "share")
        yield f"{percent(row['value'])} of the feedback ({between}) comes from consumers."
    if len(index):
        told = [f"{points(row['value'])} for {role}s" for role, row in index.iterrows()]
        yield f"Satisfaction stands at {listed(told)}, of 100."
    if proofs:
        named = [f"“{client.attributes[a].label}”" for a in proofs]
        yield f"Consumers surely find {listed(named)} good: proof to show to buyers."


def _limits(
    facts: Facts, leaning: list[Lean] | CannotTell, over: Bridge | CannotTell
) -> Iterator[str]:
    yield from _of_words(facts, leaning)
    if facts.contentment is None:
        yield "No survey asks how satisfied people are."
    elif facts.contentment.answers("consumer") == 0:
        yield "No consumer says how satisfied they are."
    if isinstance(over, CannotTell):
        yield f"The bridge from attributes to money cannot be built: {over.why}"
        return
    yield (
        f"The bridge rests on {over.n} accounts. Nothing in it was randomised: better "
        f"performance {GOES_TOGETHER} more satisfaction, and that with more repurchase; what "
        "moves several of them alike looks the same."
    )
    if not over.repurchase:
        why = facts.linked.link if facts.linked else None
        reason = f": {why.why}" if isinstance(why, CannotTell) else "."
        yield f"How consumers' satisfaction goes on to the next purchase is not known{reason}"
    elif facts.client.margin is None:
        yield "Without a margin in client.yml the bridge ends at repurchase."


def _of_words(facts: Facts, leaning: list[Lean] | CannotTell) -> Iterator[str]:
    """What feedback and its themes leave open."""
    if facts.voices is None:
        yield "There is no feedback: what people say of their own accord is not known."
        return
    if facts.say is None:
        yield "Nobody was asked who has how much say, so nothing tells how much each deserves."
    yield "Who speaks up is not drawn by lot: those who are very glad or very angry speak more."
    if facts.spoken is None:
        yield "The feedback has no words, so what it speaks of is not known."
        return
    unknown = facts.spoken.uncoded(level=facts.level)
    if unknown.value > LEFT_OUT_WORRY:
        yield (
            f"{percent(unknown.value)} of the utterances hold no word of any attribute; add words "
            "to the attributes in client.yml, or a subject is missing there."
        )
    if facts.spoken.silent:
        yield f"{counted(facts.spoken.silent, 'utterance has', 'utterances have')} no words."
    if isinstance(leaning, CannotTell):
        yield f"Whether the roles speak of different things cannot be told: {leaning.why}"
