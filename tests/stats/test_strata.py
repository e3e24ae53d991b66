"""Differences pooled and within strata: published reversals, closed forms, coverage, symmetry."""

from __future__ import annotations

import math

import numpy as np
import pytest

from toolkit.stats.strata import MeanContrast, StratifiedContrast, mean_contrast, within_strata

# Charig et al. (1986), BMJ 292, 879: successes of open surgery and of punctures, small and large
# stones; "93% v 87%, 73% v 69%, together 78% v 83%" (Julious & Mullee 1994, BMJ 309, 1480).
KIDNEY_STONES = (((81, 87), (234, 270)), ((192, 263), (55, 80)))
# Bickel, Hammel & O'Connell (1975), Science 187: men and women admitted, of those who applied, to
# the six largest departments, as printed in Freedman, Pisani & Purves, Statistics, ch. 2.
BERKELEY = (
    ((512, 825), (89, 108)),
    ((353, 560), (17, 25)),
    ((120, 325), (202, 593)),
    ((138, 417), (131, 375)),
    ((53, 191), (94, 393)),
    ((22, 373), (24, 341)),
)
Table = tuple[tuple[tuple[int, int], tuple[int, int]], ...]


def zeros_and_ones(table: Table, times: int = 1) -> StratifiedContrast:
    """A table of counts as people, each a unit of their own."""
    strata, start = [], 0
    total = times * sum(n for stratum in table for _, n in stratum)
    people: tuple[list, list] = ([], [])
    for stratum in table:
        values, units = [], []
        for group, (yes, n) in enumerate(stratum):
            values.append(np.repeat([1.0, 0.0], [times * yes, times * (n - yes)]))
            units.append(np.arange(start, start + times * n))
            start += times * n
            people[group].append((values[-1], units[-1]))
        strata.append(
            mean_contrast(values[0], values[1], units=(units[0], units[1]), count=total),
        )
    (a, of_a), (b, of_b) = (map(np.concatenate, zip(*g, strict=True)) for g in people)
    return StratifiedContrast(mean_contrast(a, b, units=(of_a, of_b), count=total), tuple(strata))


def test_kidney_stones_turn_within_sizes_as_published() -> None:
    found = zeros_and_ones(KIDNEY_STONES)
    assert found.pooled.value == pytest.approx(273 / 350 - 289 / 350)
    assert [s.value for s in found.strata] == pytest.approx([0.0644, 0.0425], abs=5e-5)
    assert found.turned
    assert found.against == 2


def test_two_turned_strata_that_chance_could_make_are_not_sure() -> None:
    # the published Mantel-Haenszel odds ratio, 1.447 (0.916 to 2.286), does not exclude 1 either
    assert not zeros_and_ones(KIDNEY_STONES).surely_turned()
    assert zeros_and_ones(KIDNEY_STONES, times=4).surely_turned()


def test_berkeley_admitted_more_men_pooled_and_not_within_departments() -> None:
    found = zeros_and_ones(BERKELEY)
    assert found.pooled.value == pytest.approx(0.445 - 0.304, abs=1e-3)
    assert found.pooled.interval().low > 0.1
    assert found.turned
    assert found.against == 4
    assert not found.surely_turned()  # odds ratio 0.905 (0.772 to 1.060)


def test_a_difference_of_shares_has_the_error_of_the_textbook() -> None:
    one, two = np.repeat([1.0, 0.0], [56, 14]), np.repeat([1.0, 0.0], [48, 32])
    d = mean_contrast(one, two, units=(np.arange(70), 70 + np.arange(80)))
    ends = d.interval()
    error = math.sqrt(0.8 * 0.2 / 70 + 0.6 * 0.4 / 80)
    assert d.value == pytest.approx(0.2)
    assert (ends.high - ends.low) / 2 == pytest.approx(1.976 * error * math.sqrt(150 / 149), 1e-3)


def test_the_average_within_equal_strata_is_their_mean_and_more_certain() -> None:
    rng = np.random.default_rng(1)
    units = np.arange(200)
    a, b = (
        mean_contrast(
            rng.normal(m, 1, 100), rng.normal(0, 1, 100), units=(units[:100], units[100:]), count=n
        )
        for m, n in ((1, 400), (3, 400))
    )
    b = MeanContrast(b.value, np.roll(b.errors, 200), b.sizes)  # other people
    both = within_strata((a, b))
    assert both.value == pytest.approx((a.value + b.value) / 2)
    width = both.interval().high - both.value
    assert width == pytest.approx(
        math.hypot(*(s.interval().high - s.value for s in (a, b))) / 2, 0.01
    )


def test_rows_of_one_unit_are_one_witness() -> None:
    rng = np.random.default_rng(2)
    x, y, units = rng.normal(1, 1, 50), rng.normal(0, 1, 50), np.arange(50)
    once = mean_contrast(x, y, units=(units, units))
    often = mean_contrast(
        np.repeat(x, 9), np.repeat(y, 9), units=(np.repeat(units, 9), np.repeat(units, 9))
    )
    one, many = once.interval(), often.interval()
    assert (many.value, many.low, many.high) == pytest.approx((one.value, one.low, one.high))
    assert many.n == one.n


def test_weights_count_as_repetitions_do() -> None:
    x, y, units = np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0]), np.arange(5)
    weighed = mean_contrast(
        x, y, units=(units[:3], units[3:]), weights=(np.array([1.0, 2, 3]), np.array([1.0, 1]))
    )
    assert weighed.value == pytest.approx((1 + 4 + 12) / 6 - 0.5)


def test_swapping_the_groups_flips_the_sign_and_nothing_else() -> None:
    swapped = zeros_and_ones(tuple((b, a) for a, b in BERKELEY))  # type: ignore[misc]
    straight = zeros_and_ones(BERKELEY)
    assert swapped.within.value == pytest.approx(-straight.within.value)
    assert (swapped.turned, swapped.against) == (straight.turned, straight.against)


def test_the_interval_covers_a_clustered_difference_and_a_row_interval_would_not() -> None:
    rng = np.random.default_rng(3)
    units, rounds = np.repeat(np.arange(60), 5), 600
    covered = by_row = 0
    for _ in range(rounds):
        shared = rng.normal(size=60)[units] + rng.normal(size=300)
        other = rng.normal(size=60)[units] + rng.normal(size=300)
        true = mean_contrast(shared, other, units=(units, 60 + units)).interval()
        naive = mean_contrast(
            shared, other, units=(np.arange(300), 300 + np.arange(300))
        ).interval()
        covered += true.low <= 0 <= true.high
        by_row += naive.low <= 0 <= naive.high
    assert 0.93 <= covered / rounds <= 0.97
    assert by_row / rounds < 0.85


def test_one_unit_tells_nothing_about_chance() -> None:
    lone = mean_contrast(
        np.array([1.0, 3.0]), np.array([0.0]), units=(np.zeros(2, int), np.zeros(1, int))
    )
    assert lone.interval().low == -math.inf
