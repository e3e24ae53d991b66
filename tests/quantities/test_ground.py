"""The room that rivals leave: counted by hand, at its ends, and mirrored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.clients import client, frame, noisy_survey
from toolkit.quantities import Facts
from toolkit.quantities.basis import known
from toolkit.quantities.ground import claimed_by_rivals, open_ground
from toolkit.quantities.served import Served

SAME = {"performance_price": 3.0, "performance_fun": 3.0}
MIDDLES = {
    "buyer": {"importance_price": 4.5, "importance_fun": 2.0} | SAME,
    "consumer": {"importance_price": 2.0, "importance_fun": 4.5} | SAME,
}
ATTRIBUTES = ("price", "fun")


def message(audience: str, claims: str, weight: float = 1.0) -> dict[str, Any]:
    """A rival's message."""
    return {"rival": "R", "audience": audience, "claims": claims, "weight": weight}


def served() -> Served:
    """What 120 buyers and 120 consumers weigh."""
    return known(Facts(client(survey=noisy_survey(120, MIDDLES))).served)


def ground(*rows: dict[str, Any]) -> dict:
    """Open ground against these messages."""
    return open_ground(served(), frame("rivals", list(rows)), [120, 120], 0.95)


def test_messages_count_by_weight_and_both_is_seen_whole_by_either_role() -> None:
    rows = [message("buyer", "price", 3), message("both", "price;fun", 1)]
    told = claimed_by_rivals(frame("rivals", rows), ATTRIBUTES)
    assert told == pytest.approx(np.array([[1, 1 / 4], [1, 1]]))


def test_what_influencers_hear_and_what_nobody_weighs_takes_no_ground() -> None:
    rows = [message("influencer", "price"), message("buyer", "looks")]
    told = claimed_by_rivals(frame("rivals", rows), ATTRIBUTES)
    assert told == pytest.approx(np.zeros((2, 2)))


def test_unclaimed_ground_is_the_whole_weight_and_ground_all_claim_is_none() -> None:
    found, weights = ground(message("buyer", "price")), served().weights
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
    lone = known(Facts(client(survey=rows)).served)
    assert open_ground(lone, frame("rivals", [message("buyer", "price")]), [40, 0], 0.95) == {}
