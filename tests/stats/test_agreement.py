"""Agreement of coders: identities and chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from toolkit.stats.agreement import (
    kendall_tau_b,
    kendall_tau_b_draws,
    krippendorff_alpha,
    rank_agreement,
)

# Tuna: lightness by instrument and quality by panel, nine lots
# Hollander & Wolfe (1973), Nonparametric Statistical Methods, p. 185; R's help page of cor.test
LIGHT = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
PANEL = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]


def test_tau_gives_the_published_number() -> None:
    assert kendall_tau_b(LIGHT, PANEL) == pytest.approx(0.4444, abs=5e-5)


def test_tau_counts_ties_as_kendall_does() -> None:
    assert kendall_tau_b([1, 1, 2], [1, 2, 3]) == pytest.approx(2 / math.sqrt(2 * 3))
    assert math.isnan(kendall_tau_b([1, 1, 1], [1, 2, 3]))
    assert math.isnan(kendall_tau_b([1], [2]))


def test_tau_is_symmetric_and_turns_its_sign() -> None:
    assert kendall_tau_b(PANEL, LIGHT) == kendall_tau_b(LIGHT, PANEL)
    assert kendall_tau_b(np.negative(LIGHT), PANEL) == -kendall_tau_b(LIGHT, PANEL)
    assert kendall_tau_b(np.exp(LIGHT), PANEL) == kendall_tau_b(LIGHT, PANEL)


def test_draws_are_ranked_one_by_one() -> None:
    rng = np.random.default_rng(1)
    X, Y = rng.integers(0, 4, (200, 6)), rng.integers(0, 4, (200, 6))
    assert kendall_tau_b_draws(X, Y) == pytest.approx(
        [kendall_tau_b(x, y) for x, y in zip(X, Y, strict=True)], nan_ok=True
    )
    with pytest.raises(ValueError, match="alike"):
        kendall_tau_b_draws(X, Y[:, :5])


def test_agreement_lies_between_the_quantiles_of_its_draws() -> None:
    rng = np.random.default_rng(2)
    x, y = np.arange(8.0), np.array([1.0, 0, 2, 4, 3, 5, 7, 6])
    X, Y = x + rng.normal(0, 1, (2000, 8)), y + rng.normal(0, 1, (2000, 8))
    found = rank_agreement(x, y, X, Y, n=90)
    taus = kendall_tau_b_draws(X, Y)
    assert found.value == kendall_tau_b(x, y)
    assert found.n == 90
    assert np.mean(taus < found.low) <= 0.025
    assert np.mean(taus > found.high) <= 0.025
    assert rank_agreement(x, y, X, Y, n=90, level=0.5).low > found.low


def test_rankings_that_rank_nothing_have_no_agreement() -> None:
    flat = np.ones((10, 3))
    found = rank_agreement(flat[0], [1, 2, 3], flat, flat, n=50)
    assert math.isnan(found.value)
    assert math.isnan(found.low)


def test_full_agreement_is_1_and_chance_about_0() -> None:
    rng = np.random.default_rng(1)
    one = rng.integers(0, 3, 2000)
    assert krippendorff_alpha([one, one]) == 1
    assert krippendorff_alpha([one, rng.permutation(one)]) == pytest.approx(0, abs=0.05)


def test_coders_and_units_may_stand_in_any_order() -> None:
    codes = np.array([[1.0, 2, 3, 3, np.nan], [1, 2, 2, 3, 1], [np.nan, 2, 3, 3, 1]])
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        plain = krippendorff_alpha(codes, metric=metric)
        assert krippendorff_alpha(codes[::-1, ::-1], metric=metric) == pytest.approx(plain)


def test_names_of_codes_do_not_matter_where_they_are_only_names() -> None:
    codes = np.array([[1.0, 2, 3, 3, 1], [1, 2, 2, 3, 1]])
    renamed = np.select([codes == 1, codes == 2], [70.0, -4.0], 9.0)
    assert krippendorff_alpha(renamed) == pytest.approx(krippendorff_alpha(codes))


def test_units_coded_once_tell_nothing() -> None:
    codes = np.array([[1.0, 2, 3, 3, 1], [1, 2, 2, 3, np.nan]])
    assert krippendorff_alpha(codes) == pytest.approx(krippendorff_alpha(codes[:, :4]))
    assert math.isnan(krippendorff_alpha([[1, 1], [1, 1]]))
    assert math.isnan(krippendorff_alpha([[1.0, np.nan], [np.nan, 2.0]]))
