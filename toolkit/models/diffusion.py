"""How does a new product spread, in which stage of its life is it, and how sure? The Bass curve.

Those who have not bought yet buy at the rate p + q · share of buyers: p innovators, q imitators.
First the curve with known and with fitted parameters, then the stage, from first purchases by
period.
Source: Bass (1969), A New Product Growth Model for Consumer Durables, Management Science 15,
215–227.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.stats.bootstrap import percentile_interval
from toolkit.stats.input_checks import (
    finite_vector,
    number_array,
    random_seed,
    real_number,
    unfit_input,
    whole_number,
)
from toolkit.stats.interval import (
    Array,
    Interval,
    student_quantile,
    tail_probability,
)

FIT_ROUNDS = 60
SHORT_STEP = 1e-7  # a step in the logarithms that no longer counts
TINY = 1e-12  # keeps a step defined where a parameter has no effect
FURTHEST_LOGARITHM = 12.0  # furthest a logarithm may go from where it started
FIT_STARTS = ((0.001, 0.3), (0.005, 0.5), (0.02, 0.3), (0.03, 0.1), (0.02, 0.8))


class BassCurve(NamedTuple):
    """m buyers in all, p rate of innovation, q rate of imitation, per period."""

    m: float
    p: float
    q: float

    def sales(self, t: ArrayLike) -> Array:
        """How many buy for the first time in the period around t?

        m ((p + q)² / p) e^(−(p + q) t) / (1 + (q / p) e^(−(p + q) t))².

        >>> BassCurve(68e3, 6.6e-3, 0.638).sales([1, 7, 10]).round(-1).tolist()
        [840.0, 11060.0, 5110.0]
        """
        sold: Array = _curve_sales(np.array([self]), number_array(t, "t"))[0]
        return sold

    @property
    def peak(self) -> float:
        """When do most buy? T* = ln(q / p) / (p + q); before 0 where imitation is the weaker."""
        return math.log(self.q / self.p) / (self.p + self.q)

    @property
    def turns(self) -> tuple[float, float, float]:
        """When do introduction, growth and maturity end? T1, T*, T2.

        T1 and T2 = −ln((2 ± √3) p / q) / (p + q): where the curve bends most, either side of T*.
        Source: Mahajan, Muller & Srivastava (1990), Journal of Marketing Research 27, 37–50.
        """
        away = math.log(2 + math.sqrt(3)) / (self.p + self.q)
        return self.peak - away, self.peak, self.peak + away


@dataclass(frozen=True, eq=False)
class BassFit:
    """Least-squares Bass curve: parameters, their standard errors, residual error and freedom."""

    model: BassCurve
    standard_errors: BassCurve
    residuals: Array
    residual_error: float
    df: int


def fit_bass(sales: ArrayLike) -> BassFit:
    """Which Bass curve comes nearest to first purchases of periods 1, 2, …, n?

    Nonlinear least squares from several starts. Expects first purchases: repeat sales have
    another course. Raises ValueError for fewer than four periods.
    Source: Srinivasan & Mason (1986), Marketing Science 5, 169–178.
    """
    y = finite_vector(sales, "sales")
    total = y.sum()
    if len(y) < 4 or total <= 0 or (y < 0).any():
        raise ValueError(f"sales: expected four or more periods, none below 0, found {y}")
    tries = np.array([(2 * total * scale, p, q) for p, q in FIT_STARTS for scale in (0.6, 1.5)])
    found, error = _fit_curves(np.broadcast_to(y, (len(tries), len(y))), tries)
    best = found[np.argmin(error)]
    t = np.arange(1.0, len(y) + 1)
    residuals, df = y - _curve_sales(best[None], t)[0], len(y) - 3
    variance = float(residuals @ residuals) / df
    slopes = (
        _curve_slopes(best[None], t)[0] / best
    )  # from slopes in logarithms to slopes in m, p, q
    covariance = np.linalg.pinv(slopes.T @ slopes, hermitian=True) * variance
    errors = BassCurve(*np.sqrt(np.diag(covariance)).tolist())
    return BassFit(BassCurve(*best.tolist()), errors, residuals, math.sqrt(variance), df)


def _fit_curves(y: Array, start: Array) -> tuple[Array, Array]:
    """Which curves come nearest to many series at once? Levenberg–Marquardt in logarithms.

    `y` (series, periods), `start` (series, 3); gives parameters (series, 3) and the sums of
    squares (series,).
    """
    t = np.arange(1, y.shape[1] + 1)
    at, damp = np.log(start), np.full(len(y), 1e-2)
    low, high = at - FURTHEST_LOGARITHM, at + FURTHEST_LOGARITHM
    error = ((y - _curve_sales(start, t)) ** 2).sum(axis=1)
    for _ in range(FIT_ROUNDS):
        tried = np.clip(at + _fit_step(np.exp(at), y, t, damp), low, high)
        if np.abs(tried - at).max() < SHORT_STEP:
            break
        reached = ((y - _curve_sales(np.exp(tried), t)) ** 2).sum(axis=1)
        better = reached < error
        at, error = np.where(better[:, None], tried, at), np.where(better, reached, error)
        damp = np.clip(np.where(better, damp / 4, damp * 4), 1e-10, 1e10)
    return np.exp(at), error


def _fit_step(models: Array, y: Array, t: Array, damp: Array) -> Array:
    """The damped Gauss–Newton step of each series, at most 1 in each logarithm."""
    slopes = _curve_slopes(models, t)
    square = np.einsum("dti,dtj->dij", slopes, slopes)
    diagonal = np.einsum("dii->di", square)
    ridge = damp[:, None] * diagonal + TINY * diagonal.sum(axis=1, keepdims=True)
    lean = square + ridge[..., None] * np.eye(3)
    pull = np.einsum("dti,dt->di", slopes, y - _curve_sales(models, t))
    return np.clip(np.linalg.solve(lean, pull[..., None])[..., 0], -1, 1)


def _curve_sales(models: Array, t: Array) -> Array:
    """Sales of each (series, 3) curve in each period: (series, periods)."""
    m, p, q = (column[:, None] for column in models.T)
    fall = np.exp(-(p + q) * t)
    return np.asarray(m * (p + q) ** 2 / p * fall / (1 + q / p * fall) ** 2)


def _curve_slopes(models: Array, t: Array) -> Array:
    """How do they move with the logarithms of m, p and q? (series, periods, 3)"""
    _, p, q = (column[:, None] for column in models.T)
    fall = q / p * np.exp(-(p + q) * t)
    bent = 2 * fall / (1 + fall)
    by_p = p * (2 / (p + q) - t + bent * (1 / p + t)) - 1
    by_q = q * (2 / (p + q) - t - bent * (1 / q - t))
    logs = np.stack([np.ones_like(by_p), by_p, by_q], axis=-1)
    return np.asarray(_curve_sales(models, t)[..., None] * logs)


FEWEST_PERIODS = 8
DRAWS = 500
STAGES = ("introduction", "growth", "maturity", "decline")
TREND_METHOD = "straight line, t"
CURVE_LEVEL = 0.05  # a curve must beat no curve at this level before it is read


@dataclass(frozen=True, eq=False)
class LifeStage:
    """How likely is each stage, at the last period?

    `chances` by stage add up to 1; empty where it cannot be told, and then `why` says so. `turns`
    are the ends of introduction (T1), growth (T*) and maturity (T2), in periods from the start, and
    `drawn` (draws, 3) those of the refitted curves.
    `trend` is what can be said in any case: change per period as a share of mean sales.
    """

    trend: Interval
    why: str | None = None
    chances: dict[str, float] = field(default_factory=dict)
    turns: dict[str, Interval] = field(default_factory=dict)
    fit: BassFit | None = None
    drawn: Array = field(default_factory=lambda: np.zeros((0, len(STAGES) - 1)))

    def at(self, moment: float) -> dict[str, float]:
        """How likely is each stage at that moment, in periods? Empty where it cannot be told.

        Sales of period n are read as the curve's at n, so n + ½ is the end of that period.
        """
        if math.isnan(real_number(moment, "moment")):
            raise unfit_input("moment", "a number of periods", repr(moment))
        return _stage_shares(self.drawn, moment) if len(self.drawn) else {}


def life_stage(
    sales: ArrayLike,
    *,
    draws: int = DRAWS,
    seed: int | np.random.SeedSequence = 1,
    level: float = 0.95,
) -> LifeStage:
    """In which stage is a product after these periods of first purchases (not repeat sales)?

    A Bass curve by least squares; chances of the stages by refitting it to `draws` series made of
    the curve and its own residuals (blown up by √(n / df)). Grey, with the direction only: fewer
    than 8 periods, no curve better than a level line, or a peak not yet passed, since before it
    the size of the market cannot be read off its sales.
    Source: Bass (1969); Mahajan, Muller & Srivastava (1990) for the turns; Polli & Cook (1969),
    Journal of Business 42, for the direction; Van den Bulte & Lilien (1997), Marketing Science
    16, for what goes wrong before the peak.
    """
    y, draws = finite_vector(sales, "sales"), whole_number(draws, "draws", least=1)
    random_seed(seed)
    if (y < 0).any():
        raise unfit_input("sales", "none below 0", f"{y.min():g}")
    slope = sales_trend(y, level=level)
    if len(y) < FEWEST_PERIODS:
        return LifeStage(slope, f"expected {FEWEST_PERIODS} periods, found {len(y)}")
    if not y.any():
        return LifeStage(slope, "nothing was sold")
    fit = fit_bass(y)
    why = _doubt(fit, y)
    if why:
        return LifeStage(slope, why)
    models = _refitted_curves(fit, len(y), draws, seed)
    drawn = np.array([BassCurve(*row).turns for row in models.tolist()])
    turns = _turn_intervals(fit.model, drawn, len(y), level)
    return LifeStage(slope, None, _stage_shares(drawn, len(y)), turns, fit, drawn)


def sales_trend(sales: ArrayLike, *, level: float = 0.95) -> Interval:
    """Do sales rise or fall? Change per period as a share of mean sales; straight line, t.

    Takes the periods as independent about the line: neighbours that go together make it look
    surer than it is. Unbounded for fewer than three periods.
    """
    y, tail = finite_vector(sales, "sales"), tail_probability(level)
    n, size = len(y), float(y.mean())
    if n < 3 or size == 0:
        return Interval(0.0, -math.inf, math.inf, n, TREND_METHOD)
    t = np.arange(n) - (n - 1) / 2
    slope = float(t @ y / (t @ t))
    residuals = y - size - slope * t
    error = math.sqrt(float(residuals @ residuals) / (n - 2) / float(t @ t))
    half = student_quantile(1 - tail, n - 2) * error
    return Interval(slope / size, (slope - half) / size, (slope + half) / size, n, TREND_METHOD)


def _doubt(fit: BassFit, y: Array) -> str | None:
    """Why must this curve not be read?"""
    left = float(fit.residuals @ fit.residuals)
    gain = float(((y - y.mean()) ** 2).sum()) - left
    if left > 0 and special.fdtrc(2, fit.df, max(gain, 0.0) / 2 / (left / fit.df)) > CURVE_LEVEL:
        return "sales do not rise and fall clearly enough to read a curve from them"
    if fit.model.peak > len(y) or np.argmax(y) == len(y) - 1:
        return "the peak is not yet passed, so the size of the market is unknown"
    return None


def _refitted_curves(fit: BassFit, n: int, draws: int, seed: int | np.random.SeedSequence) -> Array:
    """The curve refitted to what it might as well have met: (draws, 3)."""
    expected = fit.model.sales(np.arange(1, n + 1))
    noise = (fit.residuals - fit.residuals.mean()) * math.sqrt(n / fit.df)
    picks = np.random.default_rng(seed).integers(0, n, (draws, n))
    return _fit_curves(expected + noise[picks], np.tile(fit.model, (draws, 1)))[0]


def _stage_shares(drawn: Array, now: float) -> dict[str, float]:
    """Which share of the curves has `now` in each stage?"""
    passed = (now > drawn).sum(axis=1)
    shares = np.bincount(passed, minlength=len(STAGES)) / len(drawn)
    return dict(zip(STAGES, shares.tolist(), strict=True))


def _turn_intervals(model: BassCurve, drawn: Array, n: int, level: float) -> dict[str, Interval]:
    """How sure are the ends of the stages? An interval reaches to its value where refits shift."""
    found = zip(("T1", "T*", "T2"), model.turns, drawn.T, strict=True)
    return {
        name: _reaching(percentile_interval(v, column, n=n, level=level))
        for name, v, column in found
    }


def _reaching(found: Interval) -> Interval:
    ends = min(found.low, found.value), max(found.high, found.value)
    return Interval(found.value, *ends, found.n, found.method)
