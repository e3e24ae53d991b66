"""The reported say: averages in their order, and what says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tests.clients import client, frame, points
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.influence import influence_by_account, misallocated_share, spend_versus_say


def test_points_are_normalised_and_averaged_by_kind_then_stage_then_account() -> None:
    rows = [
        *points(1, "buyer", "need", buyer=60, consumer=40),
        *points(1, "buyer", "choice", buyer=100),
        *points(1, "consumer", "need", buyer=10, consumer=10),  # 20 points in all: .5 and .5
        *points(2, "buyer", "need", gatekeeper=5),
    ]
    whole, kinds = influence_by_account(frame("influence", rows))
    # account 1: the buyer says (.6 + 1) / 2 = .8, the consumer .5, so .65
    assert whole == pytest.approx(np.array([[0.65, 0.35, 0, 0], [0, 0, 0, 1]]))
    assert kinds["buyer"][0] == pytest.approx([0.8, 0.2, 0, 0])
    assert kinds["consumer"] == pytest.approx(np.array([[0.5, 0.5, 0, 0]]))


def test_two_informants_of_a_kind_count_as_one_voice() -> None:
    rows = [
        *[r | {"informant_id": "x"} for r in points(1, "consumer", consumer=100)],
        *[r | {"informant_id": "y"} for r in points(1, "consumer", buyer=100)],
        *points(1, "buyer", buyer=100),
    ]
    whole, _ = influence_by_account(frame("influence", rows))
    assert whole == pytest.approx(np.array([[0.75, 0.25, 0, 0]]))


def test_an_informant_who_gives_no_points_says_nothing() -> None:
    rows = [*points(1, "buyer", buyer=0, consumer=0), *points(2, "buyer", consumer=3)]
    whole, _ = influence_by_account(frame("influence", rows))
    assert whole == pytest.approx(np.array([[0, 1, 0, 0]]))


def test_misallocation_is_the_money_to_move() -> None:
    rows = [r for a in range(40) for r in points(a, "buyer", buyer=30, consumer=40, gatekeeper=30)]
    say = require_measure(Facts(client(influence=rows)).say)
    found = misallocated_share(spend_versus_say(say, np.array([0.7, 0.2, 0.1])), 0.95)
    assert found.value == pytest.approx(0.40)  # methods: (.7,.2,.1) against (.3,.4,.3)
    assert found.low == pytest.approx(0.40)  # everybody reports alike: nothing is uncertain
