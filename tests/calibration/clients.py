"""One simulated client as arrays, straight to its verdicts: no files, no texts to read."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.clients import client
from toolkit.audits.mistakes.judge import judge_mistakes
from toolkit.finding import Judgement
from toolkit.measures.facts import INFLUENCE, Facts
from toolkit.measures.influence import InfluenceShares, influence_of_votes
from toolkit.measures.survey import SurveyAnswers
from toolkit.simulate.answers import draw_answers
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.people import (
    BOTH,
    BUYER,
    CONSUMER,
    DrawnPeople,
    draw_people,
    influence_arrays,
    random_stream,
)
from toolkit.simulate.world import FloatArray, World
from toolkit.stats.bootstrap import Resample

TRADED = ("survey", "purchases", "products", "campaigns", "feedback", "levers", "usage")


def judged(world: World, accounts: int, seed: int) -> tuple[Judgement, ...]:
    """The verdicts on one client of that world."""
    return judge_mistakes(facts(world, accounts, seed))


def facts(world: World, accounts: int, seed: int) -> Facts:
    """The facts of one client of that world: survey and say as arrays, what it trades as tables."""
    made = client(
        **_tables(world, accounts, seed),
        attributes=world.attributes,
        margin=world.client.get("margin"),
        settings=dict(world.client.get("settings", {})) | {"seed": seed},
    )
    cast = draw_people(world, accounts, random_stream(seed, "cast"))
    known = Facts.given(made, answers=_answers(world, cast, seed))
    say = _say(world, cast, seed, known) if world.say else None
    return Facts.given(made, answers=known.answers, say=say)


def _tables(world: World, accounts: int, seed: int) -> dict[str, Any]:
    """The tables that are not drawn as arrays; a world that trades nothing has campaigns only."""
    if world.trade is None:
        return {"campaigns": [dict(row) for row in world.campaigns]}
    return dict(draw_tables(world, accounts, seed, tables=TRADED))


def _answers(world: World, cast: DrawnPeople, seed: int) -> SurveyAnswers:
    given = draw_answers(world, cast, random_stream(seed, "answers"))
    rng = random_stream(seed, "missing")
    weight = np.array(world.survey.weights or [1.0] * len(world.accounts.leaning))
    return SurveyAnswers(
        attributes=world.attributes,
        account=cast.account,
        accounts=cast.size,
        weight=weight[cast.leaning][cast.account],
        importance=_scaled(world, "importance", given.importance, rng),
        performance=100 * _scaled(world, "performance", given.performance, rng),
        member=np.array([np.isin(cast.kind, [role, BOTH]) for role in (BUYER, CONSUMER)]),
    )


def _scaled(world: World, scale: str, rating: FloatArray, rng: np.random.Generator) -> FloatArray:
    low, high = world.scale(scale)
    lost = rng.random(rating.shape) < world.survey.missing
    return np.where(lost, np.nan, (rating - low) / (high - low))


def _say(world: World, cast: DrawnPeople, seed: int, known: Facts) -> InfluenceShares:
    account, kind, stage, given = influence_arrays(world, cast, random_stream(seed, "influence"))
    whole, kinds = influence_of_votes(account, kind, stage, given)
    resample = Resample(len(whole), known.draws, known.seed(INFLUENCE))
    return InfluenceShares(whole, kinds, len(given) / len(whole), resample)
