"""What roles weigh and how they are served: hand-made numbers, missing answers, symmetry.

The room that rivals leave: counted by hand, at its ends, and mirrored.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.clients import client, frame, noisy_survey, respondent
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.survey import respondent_weights
from toolkit.measures.value_delivered import ValueByRole, open_ground, rival_claims

TWO = [
    respondent(1, "buyer", 1, importance_price=5, importance_fun=1, performance_price=5)
    | {"performance_fun": 1},
    respondent(2, "buyer", 2, importance_price=3, importance_fun=3, performance_price=3)
    | {"performance_fun": 3},
    respondent(3, "consumer", 1, importance_price=1, importance_fun=1, performance_price=1)
    | {"performance_fun": 5},
]


def test_weights_performance_and_value_follow_the_formula_by_hand() -> None:
    served = require_measure(Facts(client(survey=TWO)).served)
    # buyers: (1, 0) and (.5, .5); the consumer rates all at the minimum: equal shares
    assert served.weights == pytest.approx(np.array([[0.75, 0.25], [0.5, 0.5]]))
    assert served.performance == pytest.approx(np.array([[75, 25], [0, 100]]))
    assert served.value == pytest.approx([0.75 * 75 + 0.25 * 25, 50])


def test_survey_weights_count() -> None:
    rows = [TWO[0] | {"weight": 3.0}, TWO[1] | {"weight": 1.0}, TWO[2]]
    served = require_measure(Facts(client(survey=rows)).served)
    assert served.weights[0] == pytest.approx([(3 * 1 + 0.5) / 4, (3 * 0 + 0.5) / 4])


def test_who_is_both_counts_in_both_roles() -> None:
    rows = [TWO[0] | {"role": "both"}, TWO[2]]
    served = require_measure(Facts(client(survey=rows)).served)
    assert served.weights[0] == pytest.approx([1, 0])
    assert served.weights[1] == pytest.approx([0.75, 0.25])


def test_answers_missing_at_random_leave_the_weights_where_they_are() -> None:
    middle = {"importance_a": 4.6, "importance_b": 2.0, "importance_c": 2.4, "importance_d": 3.0}
    rows = noisy_survey(3000, {"buyer": middle, "consumer": middle}, seed=4)
    whole = require_measure(Facts(client(survey=_scored(rows), attributes=tuple("abcd"))).served)
    rng = np.random.default_rng(1)
    holed = [
        {k: None if k.startswith("importance") and rng.random() < 0.2 else v for k, v in r.items()}
        for r in rows
    ]
    thin = require_measure(Facts(client(survey=_scored(holed), attributes=tuple("abcd"))).served)
    assert thin.weights.sum(axis=1) == pytest.approx([1, 1])
    # normalising over the answered ones alone would move the largest weight by 0.013
    assert np.abs(thin.weights - whole.weights).max() < 0.005


def _scored(rows: list[dict]) -> list[dict]:
    return [r | {f"performance_{a}": 3.0 for a in "abcd"} for r in rows]


def test_complete_answers_are_shared_out_exactly() -> None:
    answers = require_measure(Facts(client(survey=TWO)).answers)
    own = respondent_weights(answers, 0)
    assert own[:2] == pytest.approx(np.array([[1, 0], [0.5, 0.5]]))


def test_swapping_the_roles_swaps_the_results_and_their_draws() -> None:
    middles = {
        "buyer": {"importance_price": 4, "importance_fun": 2, "performance_price": 4}
        | {"performance_fun": 3},
        "consumer": {"importance_price": 2, "importance_fun": 4, "performance_price": 3}
        | {"performance_fun": 2},
    }
    rows = noisy_survey(60, middles)
    other = {"buyer": "consumer", "consumer": "buyer"}
    swapped = [r | {"role": other[r["role"]]} for r in rows]
    a, b = (require_measure(Facts(client(survey=s)).served) for s in (rows, swapped))
    assert a.value[::-1] == pytest.approx(b.value)
    assert a.value_draws[:, ::-1] == pytest.approx(b.value_draws)


def test_an_attribute_only_one_role_rated_is_left_out_of_both() -> None:
    rows = [TWO[0], TWO[2] | {"importance_fun": None}]
    answers = require_measure(Facts(client(survey=rows)).answers)
    assert answers.attributes == ("price",)


def test_holding_one_role_still_leaves_only_the_other_uncertain() -> None:
    served = require_measure(Facts(client(survey=noisy_survey(40, _MIDDLES))).served)
    alone = served.value_alone("consumer")
    assert np.ptp(alone[:, 0]) == pytest.approx(0)
    assert np.ptp(alone[:, 1]) > 0


_MIDDLES = {
    role: {"importance_price": 3, "importance_fun": 3, "performance_price": 3}
    | {"performance_fun": 3}
    for role in ("buyer", "consumer")
}

SAME = {"performance_price": 3.0, "performance_fun": 3.0}
MIDDLES = {
    "buyer": {"importance_price": 4.5, "importance_fun": 2.0} | SAME,
    "consumer": {"importance_price": 2.0, "importance_fun": 4.5} | SAME,
}
ATTRIBUTES = ("price", "fun")


def message(audience: str, claims: str, weight: float = 1.0) -> dict[str, Any]:
    """A rival's message."""
    return {"rival": "R", "audience": audience, "claims": claims, "weight": weight}


def served_alike() -> ValueByRole:
    """What 120 buyers and 120 consumers weigh."""
    return require_measure(Facts(client(survey=noisy_survey(120, MIDDLES))).served)


def ground(*rows: dict[str, Any]) -> dict:
    """Open ground against these messages."""
    return open_ground(served_alike(), frame("rivals", list(rows)), [120, 120], 0.95)


def test_messages_count_by_weight_and_both_is_seen_whole_by_either_role() -> None:
    rows = [message("buyer", "price", 3), message("both", "price;fun", 1)]
    told = rival_claims(frame("rivals", rows), ATTRIBUTES)
    assert told == pytest.approx(np.array([[1, 1 / 4], [1, 1]]))


def test_what_influencers_hear_and_what_nobody_weighs_takes_no_ground() -> None:
    rows = [message("influencer", "price"), message("buyer", "looks")]
    told = rival_claims(frame("rivals", rows), ATTRIBUTES)
    assert told == pytest.approx(np.zeros((2, 2)))


def test_unclaimed_ground_is_the_whole_weight_and_ground_all_claim_is_none() -> None:
    found, weights = ground(message("buyer", "price")), served_alike().weights
    assert (found["buyer:price"].value, found["buyer:price"].high) == (0, 0)
    assert found["buyer:fun"].value == pytest.approx(weights[0, 1])
    assert found["consumer:fun"].value == pytest.approx(weights[1, 1])  # nobody speaks to them
    assert found["consumer:fun"].low < weights[1, 1] < found["consumer:fun"].high


def test_half_the_messages_leave_half_the_weight_and_half_its_uncertainty() -> None:
    half = ground(message("buyer", "price"), message("buyer", "fun"))["buyer:fun"]
    full = ground(message("buyer", "price"))["buyer:fun"]
    assert half.value == pytest.approx(full.value / 2)
    assert half.high - half.low == pytest.approx((full.high - full.low) / 2)


def test_weights_in_other_units_and_rows_in_another_order_change_nothing() -> None:
    rows = [message("both", "fun", 2), message("buyer", "price", 5)]
    tenfold = [row | {"weight": 10 * row["weight"]} for row in rows[::-1]]
    assert {k: v.value for k, v in ground(*rows).items()} == pytest.approx(
        {k: v.value for k, v in ground(*tenfold).items()}
    )


def test_a_role_without_answers_leaves_the_ground_unknown() -> None:
    rows = [r for r in noisy_survey(40, MIDDLES) if r["role"] == "buyer"]
    lone = require_measure(Facts(client(survey=rows)).served)
    assert open_ground(lone, frame("rivals", [message("buyer", "price")]), [40, 0], 0.95) == {}
