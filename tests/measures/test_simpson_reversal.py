"""Differences between roles that turn around within a trait: known numbers, symmetry, chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, respondent
from toolkit.client.model import Client
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.simpson_reversal import (
    FEWEST_OF_A_ROLE,
    VALUE,
    stratified_contrast,
    value_reversals,
    value_scores,
    weight_reversals,
)
from toolkit.measures.survey import SurveyAnswers

CELLS = [(role, city) for city in ("here", "there") for role in ("buyer", "consumer")]
MIXED = dict(zip(CELLS, (120, 30, 30, 120), strict=True))
EVEN = dict.fromkeys(CELLS, 75)
SCORES = dict(zip(CELLS, ((2, 3), (1, 3), (4, 5), (3, 5)), strict=True))  # taken in turn
Asked = tuple[SurveyAnswers, dict[str, pd.Series]]


def asked(counts: dict, swap: dict | None = None) -> Asked:
    """One attribute; in either city buyers rate half a step (12.5 points) above consumers."""
    rows = []
    for (role, city), n in counts.items():
        for i in range(n):
            row = respondent(len(rows), (swap or {}).get(role, role), len(rows))
            score = SCORES[role, city][i % 2]
            rows.append(row | {"importance_fun": 4, "performance_fun": score, "city": city})
    made = client(attributes=("fun",), survey=rows, traits={"city": "place"})
    return require_measure(Facts(made).answers), {"city": made.frames["survey"]["city"]}


def test_a_constructed_reversal_has_the_numbers_it_was_built_with() -> None:
    (found,) = value_reversals(*asked(MIXED))
    assert (found.of, found.trait, found.against, found.strata) == (VALUE, "city", 2, 2)
    buyers, consumers = (120 * 37.5 + 30 * 87.5) / 150, (30 * 25 + 120 * 75) / 150
    assert found.pooled == pytest.approx(buyers - consumers)
    assert found.within.value == pytest.approx(12.5)
    assert found.within.low > 0


def test_the_same_answers_mixed_evenly_turn_nowhere() -> None:
    assert value_reversals(*asked(EVEN)) == ()


def test_swapping_the_roles_flips_both_signs() -> None:
    (found,) = value_reversals(*asked(MIXED))
    (mirror,) = value_reversals(*asked(MIXED, {"buyer": "consumer", "consumer": "buyer"}))
    assert mirror.pooled == pytest.approx(-found.pooled)
    assert (mirror.within.low, mirror.within.high) == pytest.approx(
        (-found.within.high, -found.within.low)
    )


def test_a_stratum_with_too_few_of_one_role_is_left_out_and_one_alone_says_nothing() -> None:
    few = MIXED | {("buyer", "there"): FEWEST_OF_A_ROLE - 1}
    assert value_reversals(*asked(few)) == ()


def test_few_people_who_turn_as_chance_may_are_not_flagged() -> None:
    small = {cell: max(n // 4, FEWEST_OF_A_ROLE) for cell, n in MIXED.items()}
    assert value_reversals(*asked(small)) == ()  # it turns, but not surely


def test_people_whose_trait_is_unknown_are_left_out() -> None:
    answers, traits = asked(MIXED)
    unknown = traits["city"].where(traits["city"] == "here")
    assert value_reversals(answers, {"city": unknown}) == ()


def test_linearised_values_average_to_the_value_delivered_with_missing_answers() -> None:
    answers, trait = random_answers(np.random.default_rng(4), people=400, missing=0.2)
    served = require_measure(Facts(_client_of(answers)).served)
    pooled = stratified_contrast(answers, trait, value_scores(answers))
    assert pooled is not None
    assert pooled.pooled.value == pytest.approx(served.value[0] - served.value[1], abs=0.15)
    ends, draws = pooled.pooled.interval(), served.value_draws
    spread = (draws[:, 0] - draws[:, 1]).std() * 1.96
    assert (ends.high - ends.low) / 2 == pytest.approx(spread, rel=0.1)


def test_weights_that_turn_are_named_by_attribute() -> None:
    answers, traits = asked(MIXED)
    fun = {("buyer", "here"): 0.6, ("consumer", "here"): 0.4, ("buyer", "there"): 1.0}
    role = np.where(answers.member[0], "buyer", "consumer")
    mine = [fun.get(cell, 0.8) for cell in zip(role, traits["city"], strict=True)]
    noise = np.random.default_rng(1).normal(0, 0.05, len(mine))
    share = np.clip(np.array(mine) + noise, 0.01, 1)
    both = np.column_stack([share, 1.01 - share])
    two = replace(answers, attributes=("fun", "price"), importance=both, performance=100 * both)
    assert {found.of for found in weight_reversals(two, traits)} == {"fun", "price"}


def test_where_nothing_differs_chance_flags_fewer_than_one_client_in_fifty() -> None:
    rng = np.random.default_rng(7)
    flagged = 0
    for _ in range(250):
        answers, trait = random_answers(rng, people=300)
        traits = {"city": trait}
        flagged += bool(value_reversals(answers, traits) + weight_reversals(answers, traits))
    assert flagged / 250 < 0.02


def random_answers(
    rng: np.random.Generator, *, people: int, missing: float = 0.0
) -> tuple[SurveyAnswers, pd.Series]:
    """Buyers and consumers alike, in three cities, in accounts of two."""
    importance = rng.integers(0, 5, (people, 4)) / 4
    performance = rng.integers(0, 5, (people, 4)) * 25.0
    lost = rng.random((2, people, 4)) < missing
    buyer = np.arange(people) % 2 == 0
    made = SurveyAnswers(
        attributes=("a", "b", "c", "d"),
        account=np.arange(people) // 2,
        accounts=people // 2,
        weight=rng.choice([0.5, 1.0, 2.0], people),
        importance=np.where(lost[0], np.nan, importance),
        performance=np.where(lost[1], np.nan, performance),
        member=np.array([buyer, ~buyer]),
    )
    return made, pd.Series(rng.choice(["x", "y", "z"], people))


def _client_of(answers: SurveyAnswers) -> Client:
    rows = []
    for i, account in enumerate(answers.account):
        row = respondent(i, "buyer" if answers.member[0, i] else "consumer", account)
        for a, name in enumerate(answers.attributes):
            row[f"importance_{name}"] = 1 + 4 * answers.importance[i, a]
            row[f"performance_{name}"] = 1 + answers.performance[i, a] / 25
        rows.append(row | {"weight": answers.weight[i]})
    return client(attributes=answers.attributes, survey=rows)
