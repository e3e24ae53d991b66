"""Satisfaction, recommendation and differences of roles, by account."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_most
from toolkit.models.satisfaction import (
    net_promoter,
    net_promoter_by_account,
    promoter_scores,
    respondent_scores,
    satisfaction_index,
)
from toolkit.stats.interval import CannotTell, Interval


def told(found: Interval | CannotTell) -> Interval:
    """An interval that there is."""
    assert isinstance(found, Interval)
    return found


def household(accounts: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Answers 0–10, three per account and alike within it."""
    of = np.repeat(np.arange(accounts), 3)
    mood = rng.normal(7.5, 2, accounts)[of] + 0.5 * rng.normal(size=len(of))
    return np.clip(np.round(mood), 0, 10), of


def test_the_index_of_respondents_is_the_index_of_their_means() -> None:
    rng = np.random.default_rng(1)
    answers, weights = rng.integers(1, 11, (50, 3)), [0.3885, 0.3190, 0.2925]
    points = (answers - 1) / 9 * 100
    found = told(satisfaction_index(points, np.arange(50), weights=weights))
    assert found.value == pytest.approx(np.average(points.mean(axis=0), weights=weights))


def test_a_question_not_answered_is_left_out_of_its_respondent_only() -> None:
    answers = [[40.0, 80.0], [np.nan, 60.0], [np.nan, np.nan]]
    scores = respondent_scores(answers, [1, 3])
    assert scores[:2].tolist() == [70, 60]
    assert np.isnan(scores[2])


def test_scores_are_covered_where_households_answer_alike() -> None:
    whole = household(50_000, np.random.default_rng(0))[0]
    true = promoter_scores(whole).mean(), 10 * whole.mean()
    misses = np.zeros(2)
    for seed in range(300):
        x, of = household(40, np.random.default_rng(seed + 1))
        both = told(net_promoter_by_account(x, of)), told(satisfaction_index(10 * x, of))
        for k, one in enumerate(both):
            misses[k] += not one.low <= true[k] <= one.high
    assert at_most(0.07, int(misses[0]), 300)
    assert at_most(0.07, int(misses[1]), 300)


def test_one_answer_an_account_is_the_plain_adjusted_interval() -> None:
    x = np.r_[np.full(13, 9.0), np.full(9, 3.0), np.full(14, 8.0)]
    plain, by_account = net_promoter(13, 9, 36), told(net_promoter_by_account(x, np.arange(36)))
    assert by_account.value == pytest.approx(plain.value)
    assert by_account.low == pytest.approx(plain.low, abs=1.0)


def test_promoters_and_detractors_change_places_with_the_sign() -> None:
    up, down = net_promoter(20, 5, 50), net_promoter(5, 20, 50)
    assert (up.value, up.low, up.high) == pytest.approx((-down.value, -down.high, -down.low))


def test_a_score_where_all_agree_is_not_taken_for_certain() -> None:
    found = net_promoter(12, 0, 12)
    assert found.value == found.high == 100
    assert found.low < 80
    together = told(net_promoter_by_account(np.full(30, 10.0), np.repeat(np.arange(10), 3)))
    assert together.low < told(net_promoter_by_account(np.full(30, 10.0), np.arange(30))).low


def test_no_answers_are_said_and_impossible_counts_refused() -> None:
    nothing = np.full(5, np.nan)
    assert isinstance(net_promoter_by_account(nothing, np.arange(5)), CannotTell)
    assert isinstance(satisfaction_index(nothing, np.arange(5)), CannotTell)
    with pytest.raises(ValueError, match="promoters"):
        net_promoter(6, 6, 10)
