import numpy as np
import pytest
from scipy import special

from toolkit.models.buying import Buying

MODELS = (
    Buying(0.24, 4.4, 0.79, 2.43),
    Buying(0.24, 4.4, 0.2, 0.5),  # a + b below 1
    Buying(30.0, 1.4, 0.8, 60.0),
    Buying(1.0, 1.0, 3.0, 200.0),
    Buying(2.0, 20.0, 40.0, 90.0),  # nearly one chance to stop for all
    Buying(1.0, 14.0, 16.0, 131.0),  # a − r whole: scipy's ₂F₁ is off near 1
)


def by_quadrature(model: Buying, t: float, x: float = 0, T: float = 0) -> float:
    """E[(1 − e^(−λ p t)) / p] over λ ~ Gamma(r + x, α + T), p ~ Beta(a, b + x), numerically."""
    u = np.linspace(-120, 60, 100_001)
    log_p, log_q = -np.logaddexp(0, -u), -np.logaddexp(0, u)
    p, stay = np.exp(log_p), model.b + x
    density = np.exp(model.a * log_p + stay * log_q - special.betaln(model.a, stay))
    stops = -np.expm1(-(model.r + x) * np.log1p(p * t / (model.alpha + T)))
    return float(np.trapezoid(density * stops / p, u))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("t", [0.5, 39, 520])
def test_expected_purchases_agree_with_the_definition(model: Buying, t: float) -> None:
    assert model.expected(t) == pytest.approx(by_quadrature(model, t), rel=1e-5)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("x", [0, 3, 150])
def test_what_is_expected_of_a_history_agrees_with_the_definition(model: Buying, x: int) -> None:
    last = 30.0 if x else 0.0
    alive = model.alive(x, last, 40.0)
    found = model.expected_given(52.0, x, last, 40.0)
    assert found == pytest.approx(alive * by_quadrature(model, 52, x, 40), rel=1e-5)


def test_nothing_jumps_where_the_formula_divides_zero_by_zero() -> None:
    around = [Buying(0.24, 4.4, a, 2.4).expected(39).item() for a in (0.9999, 1.0, 1.0001)]
    assert around[0] > around[1] > around[2]
    assert around[0] - around[2] < 2e-4


@pytest.mark.parametrize("model", MODELS)
def test_the_chances_of_all_counts_add_up_and_give_the_expectation(model: Buying) -> None:
    chances = np.array([model.chance(n, 2.0) for n in range(400)])
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert chances @ np.arange(400) == pytest.approx(model.expected(2.0).item(), rel=1e-6)


def test_a_long_silence_speaks_against_a_frequent_buyer_only() -> None:
    model = MODELS[0]
    alive = model.alive([0, 1, 10], [0, 5, 5], [50, 50, 50])
    assert alive[0] == 1
    assert alive[1] > 0.2
    assert alive[2] < 1e-6
    assert model.alive(10, 49, 50) > 0.9
