"""Where draws reach a height along a line, against looking everywhere."""

import numpy as np
import pytest

from toolkit.stats.kinked import Kinked, Line


def line(kind: str, seed: int, components: int = 6) -> Line:
    chance = np.random.default_rng(seed)
    theta = Kinked(kind, chance.random(components))  # type: ignore[arg-type]
    start, direction = chance.normal(0, 0.1, (2, components))
    return Line(theta, start, direction, chance.normal(0, 0.2, (components, 400)), 3.0)


@pytest.mark.parametrize("kind", ["absolute", "positive"])
@pytest.mark.parametrize("seed", range(12))
def test_the_first_place_at_which_enough_draws_are_there_is_found(kind: str, seed: int) -> None:
    one, enough = line(kind, seed), 30
    height = float(np.quantile(one.at(1.0), 0.9))

    def there(t: float) -> int:
        return int(np.count_nonzero(one.at(t) >= height))

    found = one.first_reached(height, enough)
    before = found - 1e-9 - np.geomspace(1e-9, max(found, 1e-9), 300)
    assert found == one.end or there(found + 1e-9) >= enough
    assert all(there(t) < enough for t in before[before >= 0])


def test_a_draw_that_falls_below_and_rises_again_counts_at_both_ends() -> None:
    # |t − 0.8| ≥ ½ holds up to 0.3 and again from 1.3 on; |t − 3| up to 2.5; |t| from 0.5 on.
    one = Line(
        Kinked("absolute", np.ones(1)), np.array([-2.0]), np.ones(1), np.array([[1.2, -1.0]]), 4.0
    )
    assert one.first_reached(0.5, 2) == 0.0
    assert one.first_reached(1.5, 1) == 0.0
    three = Line(one.theta, one.start, one.direction, np.array([[1.2, -1.0, 2.0]]), 4.0)
    assert three.first_reached(0.5, 3) == pytest.approx(1.3)


def test_where_too_few_draws_ever_get_there_the_end_is_given() -> None:
    assert line("absolute", 1).first_reached(1e6, 5) == 3.0


def test_slopes_are_those_of_the_pieces() -> None:
    one = line("positive", 3)
    parts = one.start[:, None] + one.noise
    ahead = one.theta.across(parts + 1e-7 * one.direction[:, None])
    slope = (ahead - one.theta.across(parts)) / 1e-7
    assert one.theta.slopes(parts, one.direction) == pytest.approx(slope, abs=1e-5)
