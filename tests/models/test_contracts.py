import numpy as np
import pytest

from toolkit.models.cannot import CannotTell
from toolkit.models.contracts import (
    Renewals,
    ShiftedBetaGeometric,
    fit_renewals,
    retention_multiple,
)
from toolkit.stats.interval import Interval
from toolkit.stats.shares import wilson

TRUTH = ShiftedBetaGeometric(0.9, 3.0)


def cohort(n: int, periods: int, seed: int) -> list[int]:
    """How many of n are left at the start and after each renewal?"""
    rng = np.random.default_rng(seed)
    leaves = rng.geometric(np.maximum(rng.beta(*TRUTH, n), 1e-12))
    return [int((leaves > t).sum()) for t in range(periods + 1)]


def test_what_will_be_left_is_recovered_and_covered() -> None:
    covered = []
    for seed in range(150):
        found = fit_renewals(cohort(500, 6, seed))
        assert isinstance(found, Renewals)
        ends = found.survival([6, 12])
        covered.append(
            [i.low < t < i.high for i, t in zip(ends, TRUTH.survival([6, 12]), strict=True)]
        )
    assert (np.mean(covered, axis=0) > 0.89).all()  # 95 % in the long run


def test_many_customers_tell_the_parameters() -> None:
    found = fit_renewals(cohort(200_000, 8, seed=1))
    assert isinstance(found, Renewals)
    for interval, truth in zip(found.parameters(level=0.99).values(), TRUTH, strict=True):
        assert interval.low < truth < interval.high
        assert interval.high / interval.low < 1.2


def test_retention_rises_with_age_and_makes_up_survival() -> None:
    rates = TRUTH.retention(np.arange(1, 20))
    assert (np.diff(rates) > 0).all()
    assert np.cumprod(rates) == pytest.approx(TRUTH.survival(np.arange(1, 20)))
    assert TRUTH.survival(0) == 1


def test_too_little_cannot_tell() -> None:
    short = fit_renewals([1000, 800])
    assert short == CannotTell(
        "expected 3 counts and 30 customers lost, found 2 counts and 200 lost"
    )
    loyal = fit_renewals([1000, 990, 980])
    assert isinstance(loyal, CannotTell)


def test_counts_that_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="never rise"):
        fit_renewals([100, 60, 70])


def test_the_multiple_is_the_sum_of_the_discounted_payments() -> None:
    years = np.arange(1, 2_000)
    payments = (0.85 / 1.1) ** years
    assert retention_multiple(0.85, rate=0.1).value == pytest.approx(payments.sum())
    at_once = retention_multiple(0.85, rate=0.1, paid="start")
    assert at_once.value == pytest.approx(1 + payments.sum())
    assert "start" in at_once.method


def test_the_multiple_is_as_sure_as_the_retention() -> None:
    share = wilson(170, 200)
    found = retention_multiple(share, rate=0.1)
    assert found.low == retention_multiple(share.low, rate=0.1).value
    assert found.high == retention_multiple(share.high, rate=0.1).value
    assert found.n == 200


@pytest.mark.parametrize(("retention", "rate"), [(1.1, 0.1), (-0.1, 0.1), (1.0, 0.0), (0.5, -0.1)])
def test_an_endless_or_impossible_customer_is_refused(retention: float, rate: float) -> None:
    with pytest.raises(ValueError, match="retention"):
        retention_multiple(Interval.constant(retention, 1), rate=rate)
