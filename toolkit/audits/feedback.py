"""Who is heard, on what, how satisfied are they, and what does it say to the buyer?

The measures come first: who is heard, satisfaction, proof, and the bridge to money.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Finding, measure_rows, stack_measures, suppression_note
from toolkit.measures.cautions import LEFT_OUT_WORRY, interval_cautions, left_out_cautions
from toolkit.measures.facts import Facts
from toolkit.measures.feedback import feedback_versus_say
from toolkit.measures.repurchase import AttributeLinks, attribute_links
from toolkit.measures.survey import FEWEST_ACCOUNTS, SatisfactionAnswers
from toolkit.models.linkage import GOES_TOGETHER
from toolkit.models.satisfaction import net_promoter_by_account, satisfaction_index
from toolkit.models.themes import ThemeContrast
from toolkit.questions import AUDITS
from toolkit.stats.bootstrap import smooth_interval
from toolkit.stats.interval import CannotTell, Interval
from toolkit.stats.strata import mean_contrast
from toolkit.wording import count_with_noun, format_percent, format_points, format_range, join_words

PROOF = 70.0  # points of performance that a claim to the buyer must surely reach
NO_TEXT = CannotTell("No words of feedback are written down.")
NO_SURVEY = CannotTell("No survey asks for performance and satisfaction.")


def _theme_leans(facts: Facts) -> list[ThemeContrast] | CannotTell:
    """Of which attributes do buyers speak more than consumers?"""
    return facts.spoken.leans(level=facts.level) if facts.spoken else NO_TEXT


def _attribute_bridge(facts: Facts) -> AttributeLinks | CannotTell:
    """What does better performance for consumers go together with?"""
    if facts.answers is None or facts.contentment is None:
        return NO_SURVEY
    return attribute_links(facts.answers, facts.contentment, facts.linked, level=facts.level)


def _voice_measures(
    facts: Facts, leaning: list[ThemeContrast] | CannotTell
) -> Iterator[pd.DataFrame]:
    """Who speaks, against whose say, and of what?"""
    level = facts.level
    if facts.voices:
        yield measure_rows("heard", "share", facts.voices.shares(level=level))
        pair = feedback_versus_say(facts.voices, facts.say) if facts.say else None
        yield measure_rows("say_of_two", "share", pair.say(level=level) if pair else {})
    if facts.spoken:
        yield measure_rows("uncoded", "share", {"": facts.spoken.uncoded(level=level)})
        yield measure_rows("theme", "share", facts.spoken.themes(level=level))
    if not isinstance(leaning, CannotTell):
        yield measure_rows("theme_lean", "log-odds", {one.theme: one.log_odds for one in leaning})


def _satisfaction_measures(
    said: SatisfactionAnswers | None, level: float
) -> Iterator[pd.DataFrame]:
    """How satisfied is each role, would it recommend, and how far are the two apart?"""
    if said is None:
        return
    index, recommend = {}, {}
    for role, mine in zip(ROLES, said.member, strict=True):
        account, weight = said.account[mine], said.weight[mine]
        index[role] = satisfaction_index(
            said.satisfaction[mine], account, counted=weight, level=level
        )
        recommend[role] = net_promoter_by_account(
            said.recommend[mine], account, counted=weight, level=level
        )
    yield measure_rows("satisfaction_index", "points", _known_by_role(index))
    if len(_known_by_role(index)) == len(ROLES):
        yield measure_rows("satisfaction_gap", "points", {"": _satisfaction_gap(said, level)})
    yield measure_rows("recommend", "points", _known_by_role(recommend))


def _proof_points(facts: Facts) -> dict[str, Interval]:
    """Which of the things consumers weigh do they surely find well served? By attribute.

    The consumers' performance where its lower end reaches PROOF and the attribute weighs at
    least as much as the average attribute.
    """
    answers, served, r = facts.answers, facts.served, ROLES.index("consumer")
    if answers is None or served is None or answers.accounts_of("consumer") < FEWEST_ACCOUNTS:
        return {}
    n = answers.accounts_of("consumer")
    found: dict[str, Interval] = {}
    for a in np.flatnonzero(served.weights[r] * len(served.attributes) >= 1):
        draws = served.performance_draws[:, r, a]
        if np.isfinite(draws).all():
            told = smooth_interval(served.performance[r, a], draws, n=n, level=facts.level).within(
                0, 100
            )
            found |= {served.attributes[a]: told} if told.low >= PROOF else {}
    return found


def _bridge_measures(facts: Facts, found: AttributeLinks | CannotTell) -> Iterator[pd.DataFrame]:
    """The bridge, attribute by attribute: to satisfaction, to repurchase, to margin per year."""
    if isinstance(found, CannotTell):
        return
    yield measure_rows("moves_satisfaction", "points", found.satisfaction)
    yield measure_rows("moves_repurchase", "share", found.repurchase)
    returns, margin = facts.returns, facts.client.margin
    if returns is not None and returns.years and margin is not None:
        a_year = margin * float(returns.revenue.sum()) / returns.years
        money = {a: share.scaled(a_year) for a, share in found.repurchase.items()}
        yield measure_rows("moves_margin", "currency per year", money)


def _known_by_role(by_role: dict[str, Interval | CannotTell]) -> dict[str, Interval]:
    return {role: i for role, i in by_role.items() if not isinstance(i, CannotTell)}


def _satisfaction_gap(said: SatisfactionAnswers, level: float) -> Interval:
    """Buyers' mean satisfaction less consumers', by account, so that pairs count as pairs."""
    buyers, consumers = (mine & ~np.isnan(said.satisfaction) for mine in said.member)
    return mean_contrast(
        said.satisfaction[buyers],
        said.satisfaction[consumers],
        units=(said.account[buyers], said.account[consumers]),
        weights=(said.weight[buyers], said.weight[consumers]),
        count=len(said.names),
    ).interval(level=level)


NEITHER = "Bring feedback, or a survey that asks for satisfaction or recommendation."


def audit(client: Client, facts: Facts | None = None) -> Finding:
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
    facts, question = facts or Facts(client), AUDITS["feedback"]
    if facts.voices is None and facts.contentment is None:
        return Finding.without("feedback", "skipped", NEITHER)
    leaning, over, proofs = _theme_leans(facts), _attribute_bridge(facts), _proof_points(facts)
    parts = [
        *_voice_measures(facts, leaning),
        *_satisfaction_measures(facts.contentment, facts.level),
    ]
    frame = stack_measures(
        [*parts, measure_rows("proof", "points", proofs), *_bridge_measures(facts, over)]
    )
    said = Finding("feedback", question.question, "", frame)
    return Finding(
        "feedback",
        question.question,
        " ".join(_answer(said, client, proofs)),
        frame,
        (
            *_limits(facts, leaning, over),
            *left_out_cautions(facts, ("feedback", "survey")),
            *suppression_note(frame),
            *interval_cautions(frame, facts.level),
        ),
        question.claims,
    )


def _answer(said: Finding, client: Client, proofs: dict[str, Interval]) -> Iterator[str]:
    """At most three sentences: who is heard, who is how satisfied, what to show to buyers."""
    spoken, index = said.measure("heard"), said.measure("satisfaction_index")
    if len(spoken):
        row = spoken.loc["consumer"]
        between = format_range(row["low"], row["high"], "share")
        yield f"{format_percent(row['value'])} of the feedback ({between}) comes from consumers."
    if len(index):
        told = [f"{format_points(row['value'])} for {role}s" for role, row in index.iterrows()]
        yield f"Satisfaction stands at {join_words(told)}, of 100."
    if proofs:
        named = [f"“{client.attributes[a].label}”" for a in proofs]
        yield f"Consumers surely find {join_words(named)} good: proof to show to buyers."


def _limits(
    facts: Facts, leaning: list[ThemeContrast] | CannotTell, over: AttributeLinks | CannotTell
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


def _of_words(facts: Facts, leaning: list[ThemeContrast] | CannotTell) -> Iterator[str]:
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
            f"{format_percent(unknown.value)} of the utterances hold no word of any attribute; add "
            "words "
            "to the attributes in client.yml, or a subject is missing there."
        )
    if facts.spoken.silent:
        wordless = count_with_noun(facts.spoken.silent, "utterance has", "utterances have")
        yield f"{wordless} no words."
    if isinstance(leaning, CannotTell):
        yield f"Whether the roles speak of different things cannot be told: {leaning.why}"
