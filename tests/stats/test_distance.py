import numpy as np
import pytest

from toolkit.stats.distance import positive_parts, tvd


def test_the_distance_is_the_share_that_would_have_to_move() -> None:
    assert tvd([0.7, 0.2, 0.1], [0.3, 0.4, 0.3]) == pytest.approx(0.40)
    assert tvd([1, 0], [0, 1]) == 1
    assert tvd([0.2, 0.8], [0.2, 0.8]) == 0


def test_the_distance_is_symmetric_and_keeps_the_triangle() -> None:
    p, q, r = np.random.default_rng(1).dirichlet(np.ones(5), 3)
    assert tvd(p, q) == tvd(q, p)
    assert tvd(p, r) <= tvd(p, q) + tvd(q, r)


def test_draws_are_measured_one_by_one() -> None:
    rng = np.random.default_rng(1)
    P, q = rng.dirichlet(np.ones(4), 20), rng.dirichlet(np.ones(4))
    assert tvd(P, q).tolist() == [float(tvd(p, q)) for p in P]
    d, weights = rng.normal(size=(20, 4)), rng.random(4)
    assert positive_parts(d, weights) == pytest.approx(
        [float(positive_parts(x, weights)) for x in d]
    )


@pytest.mark.parametrize(("n", "mean"), [(10, 0.1659), (30, 0.098), (100, 0.054), (300, 0.031)])
def test_noise_alone_makes_a_distance_of_the_known_size(n: int, mean: float) -> None:
    # Mean distance of n draws from the shares they are drawn from; for 10 by adding up all cases
    shares = [0.5, 0.3, 0.2]
    drawn = np.random.default_rng(2).multinomial(n, shares, 40_000) / n
    assert tvd(drawn, shares).mean() == pytest.approx(mean, abs=8e-4)


def test_positive_parts_of_a_difference_and_its_reverse_make_the_absolute() -> None:
    d, weights = np.random.default_rng(3).normal(size=6), np.full(6, 0.5)
    both = positive_parts(d, weights) + positive_parts(-d, weights)
    assert both == pytest.approx(np.abs(d).sum() / 2)


def test_what_is_no_distribution_is_refused() -> None:
    with pytest.raises(ValueError, match="q: expected shares that add up to 1"):
        tvd([0.5, 0.5], [0.5, 0.4])
    assert np.isnan(tvd([np.nan, 0.5], [0.5, 0.5]))
