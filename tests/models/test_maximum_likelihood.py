import numpy as np
import pytest

from toolkit.models.maximum_likelihood import LikelihoodMaximum, delta_method, maximise_likelihood
from toolkit.stats.interval import Array, CannotTell


def exponential(total: float, n: int, at: Array) -> tuple[float, Array]:
    """n waiting times that add up to `total`, at rate exp(at)."""
    rate = float(np.exp(at[0]))
    return n * at[0] - rate * total, np.array([n - rate * total])


def test_a_rate_is_found_with_its_known_error() -> None:
    top = maximise_likelihood(lambda at: exponential(20.0, 100, at), np.array([0.01]), n=100)
    assert isinstance(top, LikelihoodMaximum)
    assert top.values[0] == pytest.approx(5)
    assert top.standard_errors[0] == pytest.approx(5 / np.sqrt(100), rel=1e-6)
    found = top.interval(0)
    assert (found.low, found.high) == pytest.approx(
        (5 * np.exp(-0.196), 5 * np.exp(0.196)), rel=1e-4
    )
    assert found.n == 100


def test_what_follows_from_it_has_the_error_of_the_slope() -> None:
    top = maximise_likelihood(lambda at: exponential(20.0, 100, at), np.array([1.0]), n=100)
    assert isinstance(top, LikelihoodMaximum)
    values, errors = delta_method(lambda at: np.array([3 * at[0], np.exp(-at[0])]), top)
    assert values == pytest.approx([3 * np.log(5), 0.2])
    assert errors == pytest.approx([0.3, 0.02], rel=1e-6)


def test_a_parameter_that_runs_away_cannot_be_told() -> None:
    found = maximise_likelihood(lambda at: (float(at[0]), np.ones(1)), np.array([1.0]), n=10)
    assert found == CannotTell("the data push a parameter of the model to its edge")


def test_two_parameters_that_only_count_together_cannot_be_told_apart() -> None:
    def together(at: Array) -> tuple[float, Array]:
        gap = float(at.sum())
        return -(gap**2), np.array([-2 * gap, -2 * gap])

    found = maximise_likelihood(together, np.array([2.0, 3.0]), n=10)
    assert found == CannotTell("the data do not tell the parameters of the model apart")
