"""What the feedback audit measures: who is heard, satisfaction, proof, and the bridge to money."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.finding import measures
from toolkit.models.cannot import CannotTell
from toolkit.models.satisfaction import recommendation, satisfaction_index
from toolkit.models.themes import Lean
from toolkit.quantities import Facts
from toolkit.quantities.answers import FEWEST_ACCOUNTS
from toolkit.quantities.bridge import Bridge, bridge
from toolkit.quantities.contentment import Contentment
from toolkit.quantities.off_say import off_say
from toolkit.stats.interval import Interval
from toolkit.stats.means import smooth
from toolkit.stats.strata import contrast
from toolkit.tables import ROLES

PROOF = 70.0  # points of performance that a claim to the buyer must surely reach
NO_TEXT = CannotTell("No words of feedback are written down.")
NO_SURVEY = CannotTell("No survey asks for performance and satisfaction.")


def leans(facts: Facts) -> list[Lean] | CannotTell:
    """Of which attributes do buyers speak more than consumers?"""
    return facts.spoken.leans(level=facts.level) if facts.spoken else NO_TEXT


def bridged(facts: Facts) -> Bridge | CannotTell:
    """What does better performance for consumers go together with?"""
    if facts.answers is None or facts.contentment is None:
        return NO_SURVEY
    return bridge(facts.answers, facts.contentment, facts.linked, level=facts.level)


def heard(facts: Facts, leaning: list[Lean] | CannotTell) -> Iterator[pd.DataFrame]:
    """Who speaks, against whose say, and of what?"""
    level = facts.level
    if facts.voices:
        yield measures("heard", "share", facts.voices.shares(level=level))
        pair = off_say(facts.voices, facts.say) if facts.say else None
        yield measures("say_of_two", "share", pair.say(level=level) if pair else {})
    if facts.spoken:
        yield measures("uncoded", "share", {"": facts.spoken.uncoded(level=level)})
        yield measures("theme", "share", facts.spoken.themes(level=level))
    if not isinstance(leaning, CannotTell):
        yield measures("theme_lean", "log-odds", {one.theme: one.log_odds for one in leaning})


def satisfied(said: Contentment | None, level: float) -> Iterator[pd.DataFrame]:
    """How satisfied is each role, would it recommend, and how far are the two apart?"""
    if said is None:
        return
    index, recommend = {}, {}
    for role, mine in zip(ROLES, said.member, strict=True):
        account, weight = said.account[mine], said.weight[mine]
        index[role] = satisfaction_index(
            said.satisfaction[mine], account, counted=weight, level=level
        )
        recommend[role] = recommendation(said.recommend[mine], account, counted=weight, level=level)
    yield measures("satisfaction_index", "points", _told(index))
    if len(_told(index)) == len(ROLES):
        yield measures("satisfaction_gap", "points", {"": _gap(said, level)})
    yield measures("recommend", "points", _told(recommend))


def proof_points(facts: Facts) -> dict[str, Interval]:
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
            told = smooth(served.performance[r, a], draws, n=n, level=facts.level).within(0, 100)
            found |= {served.attributes[a]: told} if told.low >= PROOF else {}
    return found


def across(facts: Facts, found: Bridge | CannotTell) -> Iterator[pd.DataFrame]:
    """The bridge, attribute by attribute: to satisfaction, to repurchase, to margin per year."""
    if isinstance(found, CannotTell):
        return
    yield measures("moves_satisfaction", "points", found.satisfaction)
    yield measures("moves_repurchase", "share", found.repurchase)
    returns, margin = facts.returns, facts.client.margin
    if returns is not None and returns.years and margin is not None:
        a_year = margin * float(returns.revenue.sum()) / returns.years
        money = {a: share.scaled(a_year) for a, share in found.repurchase.items()}
        yield measures("moves_margin", "currency per year", money)


def _told(by_role: dict[str, Interval | CannotTell]) -> dict[str, Interval]:
    return {role: i for role, i in by_role.items() if not isinstance(i, CannotTell)}


def _gap(said: Contentment, level: float) -> Interval:
    """Buyers' mean satisfaction less consumers', by account, so that pairs count as pairs."""
    buyers, consumers = (mine & ~np.isnan(said.satisfaction) for mine in said.member)
    return contrast(
        said.satisfaction[buyers],
        said.satisfaction[consumers],
        units=(said.account[buyers], said.account[consumers]),
        weights=(said.weight[buyers], said.weight[consumers]),
        count=len(said.names),
    ).interval(level=level)
