"""Which positive parameters make the data most likely, and how sure are they?

Parameters are searched on their logarithms, so that they stay positive and the likelihood is
closer to a parabola; nothing is added to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.stats.input_checks import finite_vector, instance_of, unfit_input, whole_number
from toolkit.stats.interval import Array, CannotTell, Interval, normal_quantile, tail_probability

WIDEST = 10.0  # logarithms beyond ±10 mean: the data push this parameter to 0 or to infinity
ROUNDS = 500
LEVEL_STEP = 1e-8  # a step this short no longer counts
DIFFERENCE_STEP = 1e-4
METHOD = "maximum likelihood, curvature on the log scale"

Likelihood = Callable[[Array], tuple[float, Array]]


@dataclass(frozen=True, eq=False)
class LikelihoodMaximum:
    """Where is the likelihood largest? `at` (k,) are logarithms, `covariance` (k, k) theirs."""

    at: Array
    covariance: Array
    loglik: float
    n: int

    @property
    def values(self) -> Array:
        """The parameters themselves."""
        return np.exp(self.at)

    @property
    def standard_errors(self) -> Array:
        """Standard errors of the parameters themselves, to first order."""
        return self.values * np.sqrt(np.diag(self.covariance))

    def interval(self, place: int, *, level: float = 0.95) -> Interval:
        """How large is one parameter? exp(log estimate ± z · standard error)."""
        if whole_number(place, "place") >= self.at.size:
            raise unfit_input("place", f"one of {self.at.size} parameters", repr(place))
        half = normal_quantile(1 - tail_probability(level)) * float(
            np.sqrt(self.covariance[place, place])
        )
        value = float(self.at[place])
        low, high = np.exp([value - half, value + half])
        return Interval(float(np.exp(value)), float(low), float(high), self.n, METHOD)


def maximise_likelihood(
    likelihood: Likelihood, start: Array, *, n: int
) -> LikelihoodMaximum | CannotTell:
    """Which parameters make the data most likely? `likelihood` gives its value and gradient.

    Both in the logarithms of the parameters. Cannot tell where the likelihood has no top inside
    (a parameter runs to 0 or infinity) or is flat there, so that no error can be given.
    """
    begin = finite_vector(start, "start")
    if (begin <= 0).any():
        raise unfit_input("start", "numbers above 0", repr(start))
    at = _climb(likelihood, np.log(begin), whole_number(n, "n", least=1))
    if (np.abs(at) >= WIDEST).any():
        return CannotTell("the data push a parameter of the model to its edge")
    return _curved(likelihood, at, n)


def _climb(likelihood: Likelihood, at: Array, n: int) -> Array:
    """Uphill by the BFGS method, at most 1 a step in each logarithm, until it is level.

    Own lines, since scipy's optimisers spend their time in threads that a problem of four
    numbers does not need. Source: Nocedal & Wright (2006), Numerical Optimization, ch. 6.
    """
    (value, slope), bend = likelihood(at), np.eye(at.size) / n
    for _ in range(ROUNDS):
        step = bend @ slope
        if np.abs(step).max() < LEVEL_STEP or (np.abs(at) >= WIDEST).any():
            break
        step /= max(1.0, float(np.abs(step).max()))
        higher, steeper = likelihood(at + step)
        while not higher >= value and np.abs(step).max() > LEVEL_STEP:
            step = step / 2
            higher, steeper = likelihood(at + step)
        if not higher >= value:
            break
        bend = _updated(bend, step, slope - steeper)
        at, value, slope = at + step, higher, steeper
    return np.clip(at, -WIDEST, WIDEST)


def _updated(bend: Array, step: Array, fall: Array) -> Array:
    """What the step taught of the curvature: the inverse Hessian's BFGS update."""
    along = float(step @ fall)
    if along <= 1e-12 * float(np.linalg.norm(step) * np.linalg.norm(fall)):
        return bend
    turn = np.eye(step.size) - np.outer(step, fall) / along
    return np.asarray(turn @ bend @ turn.T + np.outer(step, step) / along)


def _curved(likelihood: Likelihood, at: Array, n: int) -> LikelihoodMaximum | CannotTell:
    """The maximum with its covariance, after one last Newton step."""
    hessian = -numeric_jacobian(lambda x: likelihood(x)[1], at)
    hessian = (hessian + hessian.T) / 2
    bends = np.linalg.eigvalsh(hessian) if np.isfinite(hessian).all() else np.zeros(1)
    if not bends[0] > 1e-9 * bends[-1]:
        return CannotTell("the data do not tell the parameters of the model apart")
    covariance = np.asarray(np.linalg.inv(hessian), dtype=np.float64)
    at = at + covariance @ likelihood(at)[1]
    return LikelihoodMaximum(at, covariance, float(likelihood(at)[0]), n)


def numeric_jacobian(function: Callable[[Array], Array], at: Array) -> Array:
    """How does each output move with each input? (outputs, inputs), by central differences."""
    at = finite_vector(at, "at")
    steps = DIFFERENCE_STEP * np.eye(at.size)
    moved = [(function(at + h) - function(at - h)) / (2 * DIFFERENCE_STEP) for h in steps]
    return np.stack(moved, axis=-1)


def delta_method(
    function: Callable[[Array], Array], maximum: LikelihoodMaximum
) -> tuple[Array, Array]:
    """What follows from the parameters, and with which standard errors?

    `function` takes the log parameters (k,) and gives (m,) numbers. To first order: √(J V Jᵀ).
    Source: Oehlert (1992), The American Statistician 46, 27–29.
    """
    instance_of(maximum, LikelihoodMaximum, "maximum")
    slope = numeric_jacobian(function, maximum.at)
    variance = np.einsum("mi,ij,mj->m", slope, maximum.covariance, slope)
    return function(maximum.at), np.sqrt(variance)
