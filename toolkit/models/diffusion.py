"""In which stage of its life is a product, and how sure? From first purchases by period."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.bass import Bass, Fit, fit_bass, least_squares
from toolkit.stats.arrays import Array, student, tail, vector
from toolkit.stats.interval import Interval
from toolkit.stats.means import percentile

FEWEST_PERIODS = 8
DRAWS = 500
STAGES = ("introduction", "growth", "maturity", "decline")
LINE = "straight line, t"
SURE = 0.05  # a curve must beat no curve at this level before it is read


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
    fit: Fit | None = None
    drawn: Array = field(default_factory=lambda: np.zeros((0, len(STAGES) - 1)))

    def at(self, moment: float) -> dict[str, float]:
        """How likely is each stage at that moment, in periods? Empty where it cannot be told.

        Sales of period n are read as the curve's at n, so n + ½ is the end of that period.
        """
        return _shares(self.drawn, moment) if len(self.drawn) else {}

    @property
    def direction(self) -> str:
        """Do sales rise, fall, or can it not be told?"""
        if self.trend.low > 0:
            return "rising"
        return "falling" if self.trend.high < 0 else "cannot tell"


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
    y = vector(sales, "sales")
    if (y < 0).any():
        raise ValueError(f"sales: expected none below 0, found {y.min():g}")
    slope = trend(y, level=level)
    if len(y) < FEWEST_PERIODS:
        return LifeStage(slope, f"expected {FEWEST_PERIODS} periods, found {len(y)}")
    if not y.any():
        return LifeStage(slope, "nothing was sold")
    fit = fit_bass(y)
    why = _doubt(fit, y)
    if why:
        return LifeStage(slope, why)
    models = _redrawn(fit, len(y), draws, seed)
    drawn = np.array([Bass(*row).turns for row in models.tolist()])
    turns = _turns(fit.model, drawn, len(y), level)
    return LifeStage(slope, None, _shares(drawn, len(y)), turns, fit, drawn)


def trend(sales: ArrayLike, *, level: float = 0.95) -> Interval:
    """Do sales rise or fall? Change per period as a share of mean sales; straight line, t.

    Takes the periods as independent about the line: neighbours that go together make it look
    surer than it is. Unbounded for fewer than three periods.
    """
    y = vector(sales, "sales")
    n, size = len(y), float(y.mean())
    if n < 3 or size == 0:
        return Interval(0.0, -math.inf, math.inf, n, LINE)
    t = np.arange(n) - (n - 1) / 2
    slope = float(t @ y / (t @ t))
    residuals = y - size - slope * t
    error = math.sqrt(float(residuals @ residuals) / (n - 2) / float(t @ t))
    half = student(1 - tail(level), n - 2) * error
    return Interval(slope / size, (slope - half) / size, (slope + half) / size, n, LINE)


def _doubt(fit: Fit, y: Array) -> str | None:
    """Why must this curve not be read?"""
    left = float(fit.residuals @ fit.residuals)
    gain = float(((y - y.mean()) ** 2).sum()) - left
    if left > 0 and special.fdtrc(2, fit.df, max(gain, 0.0) / 2 / (left / fit.df)) > SURE:
        return "sales do not rise and fall clearly enough to read a curve from them"
    if fit.model.peak > len(y) or np.argmax(y) == len(y) - 1:
        return "the peak is not yet passed, so the size of the market is unknown"
    return None


def _redrawn(fit: Fit, n: int, draws: int, seed: int | np.random.SeedSequence) -> Array:
    """The curve refitted to what it might as well have met: (draws, 3)."""
    expected = fit.model.sales(np.arange(1, n + 1))
    noise = (fit.residuals - fit.residuals.mean()) * math.sqrt(n / fit.df)
    picks = np.random.default_rng(seed).integers(0, n, (draws, n))
    return least_squares(expected + noise[picks], np.tile(fit.model, (draws, 1)))[0]


def _shares(drawn: Array, now: float) -> dict[str, float]:
    """Which share of the curves has `now` in each stage?"""
    passed = (now > drawn).sum(axis=1)
    shares = np.bincount(passed, minlength=len(STAGES)) / len(drawn)
    return dict(zip(STAGES, shares.tolist(), strict=True))


def _turns(model: Bass, drawn: Array, n: int, level: float) -> dict[str, Interval]:
    """How sure are the ends of the stages? An interval reaches to its value where refits shift."""
    found = zip(("T1", "T*", "T2"), model.turns, drawn.T, strict=True)
    return {name: _reaching(percentile(v, column, n=n, level=level)) for name, v, column in found}


def _reaching(found: Interval) -> Interval:
    ends = min(found.low, found.value), max(found.high, found.value)
    return Interval(found.value, *ends, found.n, found.method)
