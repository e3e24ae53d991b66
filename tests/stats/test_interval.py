"""The difference of two estimates from their intervals alone.

Its published numbers, for differences of shares, stand in test_shares: `newcombe` is this of two
Wilson intervals.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.stats.worlds import at_least, at_most, distribution, kink_interval
from toolkit.stats.bootstrap import resample_counts
from toolkit.stats.interval import Array, Interval, independent_difference, interval_at_level
from toolkit.stats.means import bounded_mean, mean_interval
from toolkit.stats.shares import wilson


def test_a_negated_interval_swaps_its_ends() -> None:
    assert -Interval(2, 1, 4, 30, "m") == Interval(-2, -4, -1, 30, "m")


def test_a_scaled_interval_keeps_what_it_rests_on() -> None:
    assert Interval(2, 1, 4, 30, "m").scaled(10) == Interval(20, 10, 40, 30, "m")


def test_a_known_constant_has_no_width() -> None:
    known = Interval.constant(0.25, 12)
    assert (known.low, known.value, known.high, known.n) == (0.25, 0.25, 0.25, 12)


WORLDS = 2000
Draw = Callable[[np.random.Generator, float], Interval]


def means(n: int) -> Draw:
    return lambda rng, shift: mean_interval(rng.normal(shift, 1.0, n))


def shares(n: int) -> Draw:
    return lambda rng, shift: wilson(rng.binomial(n, 0.1 + 0.2 * shift), n)


def skewed(n: int) -> Draw:
    return lambda rng, shift: bounded_mean(rng.beta(0.3, 2.7, n) * (1 - shift) + shift)


def noisy(first: Draw, second: Draw, shift: float, worlds: int = WORLDS) -> int:
    """In how many pairs does the change look like more than noise?"""
    rng = np.random.default_rng(12)
    pairs = (independent_difference(first(rng, 0.0), second(rng, shift)) for _ in range(worlds))
    return sum(not pair.low <= 0 <= pair.high for pair in pairs)


def test_two_known_constants_differ_by_a_known_number() -> None:
    found = independent_difference(Interval.constant(5.0, 9), Interval.constant(3.0, 7))
    assert (found.low, found.value, found.high, found.n) == (2.0, 2.0, 2.0, 7)


def test_then_and_now_exchanged_give_the_same_change_with_the_other_sign() -> None:
    a, b = Interval(0.3, 0.25, 0.41, 60, ""), Interval(0.1, 0.02, 0.13, 200, "")
    there, back = independent_difference(a, b), -independent_difference(b, a)
    assert (there.value, there.low, there.high) == (back.value, back.low, back.high)


def test_an_interval_of_its_own_level_stays_and_to_another_level_and_back_is_the_same() -> None:
    given = Interval(1.0, 0.4, 1.9, 30, "")
    assert interval_at_level(given, 0.95) is given
    back = interval_at_level(interval_at_level(given, 0.95, level=0.8), 0.8)
    assert (back.low, back.high) == pytest.approx((0.4, 1.9))
    assert interval_at_level(given, 0.99).high < 1.9


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (means(30), means(30)),
        (means(30), means(300)),
        (shares(60), shares(400)),
        (skewed(40), skewed(150)),
    ],
)
def test_where_nothing_moved_at_most_one_in_twenty_seems_to(first: Draw, second: Draw) -> None:
    assert at_most(0.05, noisy(first, second, 0.0), WORLDS)


def test_where_much_moved_it_is_seen() -> None:
    assert at_least(0.9, noisy(means(100), means(100), 0.5), WORLDS)
    assert at_least(0.9, noisy(shares(200), shares(200), 1.0), WORLDS)


def test_accounts_asked_twice_make_the_answer_careful_and_never_rash() -> None:
    rng, rash = np.random.default_rng(4), 0
    for _ in range(WORLDS):
        lasting = rng.normal(size=50)
        then, now = (mean_interval(lasting + rng.normal(size=50)) for _ in range(2))
        change = independent_difference(now, then)
        rash += not change.low <= 0 <= change.high
    assert rash / WORLDS < 0.03


@pytest.mark.parametrize("apart", [0.0, 0.15])
def test_distances_of_shares_at_their_kink_and_off_it_hold_too(apart: float) -> None:
    middle = np.array([0.3, 0.3, 0.4])
    theta, sample = distribution(middle, middle + apart * np.array([1.0, -1.0, 0.0]))

    def draw(n: int) -> Draw:
        drawn = resample_counts(n, 299, seed=6) / n

        def interval(rng: np.random.Generator, shift: float) -> Interval:
            rows: Array = sample(rng, n)
            return kink_interval(theta, rows.mean(axis=0), drawn @ rows, n=n)

        return interval

    assert at_most(0.05, noisy(draw(60), draw(300), 0.0, worlds=200), 200)
