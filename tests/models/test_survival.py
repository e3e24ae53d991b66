import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from toolkit.models.survival import kaplan_meier, mature_cohorts
from toolkit.stats.interval import CannotTell, Interval
from toolkit.stats.shares import wilson


def watched(n: int, seed: int, rate: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Whole days until it happens, or until watching ends."""
    rng = np.random.default_rng(seed)
    until, happens = rng.uniform(2, 25, n), rng.exponential(1 / rate, n)
    return np.ceil(np.minimum(until, happens)), happens <= until


def test_shares_and_errors_agree_with_statsmodels() -> None:
    days, happened = watched(120, seed=1)
    ours, theirs = kaplan_meier(days, happened), SurvfuncRight(days, happened)
    assert ours.table["time"].tolist() == theirs.surv_times.tolist()
    assert ours.table["share"].to_numpy() == pytest.approx(theirs.surv_prob)
    low, high = np.log(ours.table["low"]), np.log(ours.table["high"])
    logs = np.log(ours.table["share"])
    error = np.log(low / high) / 2 / 1.959964 * np.abs(logs) * ours.table["share"]
    assert error.to_numpy() == pytest.approx(theirs.surv_prob_se, rel=1e-5)


def test_the_true_share_is_covered_although_many_are_not_watched_to_the_end() -> None:
    rng, covered, naive = np.random.default_rng(3), [], []
    for _ in range(300):
        happens, until = rng.exponential(20, 200), rng.uniform(0, 40, 200)
        days, happened = np.minimum(happens, until), happens <= until
        found = kaplan_meier(days, happened).at(15)
        assert isinstance(found, Interval)
        covered.append(found.low < np.exp(-15 / 20) < found.high)
        naive.append(1 - (happened & (days <= 15)).mean())
    assert 0.92 < np.mean(covered) < 0.98
    assert np.mean(naive) > np.exp(-15 / 20) + 0.08  # counting the young as spared misleads


def test_nothing_is_said_beyond_the_longest_watch_unless_none_is_left() -> None:
    found = kaplan_meier([1, 2, 3], [1, 1, 0]).at(4)
    assert found == CannotTell("nobody was watched for 4; the longest is 3")
    ended = kaplan_meier([1, 2, 3], [1, 1, 1]).at(4)
    assert isinstance(ended, Interval)
    assert (ended.value, ended.low) == (0, 0)
    assert ended.high > 0.5


def test_before_the_first_event_wilson_says_how_sure() -> None:
    early = kaplan_meier([5, 6, 7], [0, 1, 0]).at(5)
    assert isinstance(early, Interval)
    assert (early.value, early.low) == (1, wilson(3, 3).low)


def test_it_may_never_have_happened() -> None:
    spared = kaplan_meier([5, 6, 7], [0, 0, 0])
    assert spared.table.empty
    late = spared.at(7)
    assert isinstance(late, Interval)
    assert (late.value, late.low) == (1, wilson(3, 3).low)


def test_a_cohort_is_mature_when_its_last_member_was_watched_long_enough() -> None:
    first = ["2024-01-31", "2024-01-02", "2024-02-01", "2024-03-15"]
    told = mature_cohorts(first, horizon=30, until="2024-03-01")
    assert told["customers"].to_dict() == {"2024-01": 2, "2024-02": 1, "2024-03": 1}
    assert told["mature"].to_dict() == {"2024-01": True, "2024-02": False, "2024-03": False}
    later = mature_cohorts(first, horizon=29, until="2024-03-01")
    assert later["mature"].tolist() == [True, True, False]


def test_answers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one with each answer"):
        kaplan_meier([1, 2], [True])
