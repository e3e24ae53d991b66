"""Expected answers on a scale, against every combination written out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from toolkit.simulate.answers import answer_probabilities, expected_weights, mean_scale_share


def test_expected_shares_equal_the_sum_over_every_combination_of_answers() -> None:
    answers = answer_probabilities(np.array([1.2, 2.9, 4.4]), 1.3, (1, 5))
    by_hand = np.zeros(3)
    for points in product(range(5), repeat=3):
        chance = np.prod([answers[a, x] for a, x in enumerate(points)])
        total = sum(points)
        by_hand += chance * (np.array(points) / total if total else np.full(3, 1 / 3))
    assert expected_weights(answers) == pytest.approx(by_hand, abs=1e-14)


def test_expected_shares_sum_to_one() -> None:
    answers = answer_probabilities(np.array([1.0, 1.0, 2.0, 6.5]), 0.8, (1, 7))
    assert expected_weights(answers).sum() == pytest.approx(1, abs=1e-14)


def test_nobody_who_weighs_nothing_weighs_all_alike() -> None:
    assert expected_weights(np.array([[1.0, 0.0], [1.0, 0.0]])) == pytest.approx([0.5, 0.5])


def test_probabilities_sum_to_one_and_mirror_around_the_middle() -> None:
    low, high = answer_probabilities(np.array([2.2, 3.8]), 0.9, (1, 5))
    assert low.sum() == pytest.approx(1, abs=1e-15)
    assert low == pytest.approx(high[::-1], abs=1e-15)


def test_the_mean_share_of_a_sure_answer_is_its_place_on_the_scale() -> None:
    assert mean_scale_share(np.array([[0, 0, 0, 1.0, 0]])) == pytest.approx([0.75])
