"""Does it pay to turn one-off customers into clients this way, and should it be tested first?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from toolkit.stats.arrays import Array, normal, tail
from toolkit.stats.interval import Interval
from toolkit.stats.multiple import holm
from toolkit.stats.shares import newcombe

ACT = 0.8  # chance that it pays from which to act
POINTS = 500  # of the control's rate; twice as many move a chance by less than 1 in 10,000
FURTHEST = 8.0  # standard errors; a p below 1e-15 is not told apart from 0
HALVINGS = 40
WORTHS = 31  # of an uncertain value of a client
METHOD = "Newcombe × value of a client − cost, squares added"


@dataclass(frozen=True)
class Trial:
    """One lever against doing nothing: customers and converted of both arms, cost per treated."""

    lever: str
    customers: int
    converted: int
    control_customers: int
    control_converted: int
    cost: float


@dataclass(frozen=True)
class Gain:
    """What does the lever bring per customer treated, and what would it bring to know better?

    `gain` in the currency of the cost; `p` one-sided for "it does not pay"; `pays` the chance
    that it pays, `expected` the gain expected, both under even priors; `perfect_information` what
    knowing the truth before deciding would bring per customer: less than a test costs, no test.
    """

    lever: str
    lift: Interval
    gain: Interval
    p: float
    pays: float
    expected: float
    perfect_information: float

    @property
    def act(self) -> bool:
        """Is it likely enough to pay?"""
        return self.pays >= ACT


def gain(trial: Trial, worth: Interval | float, *, level: float = 0.95) -> Gain:
    """Does this lever pay? Per customer treated: (rate − rate of the control) · worth − cost.

    `worth` of a client more than of a one-off customer: a number, or an interval at `level`,
    taken as normal on either side of its value. Arms are taken as independent trials; the lift is
    the lever's doing only where customers were assigned by chance. Interval: the distances of
    Newcombe's, times the worth, and those of the worth, times the lift, squared, added, rooted.
    Source: Newcombe (1998), Statistics in Medicine 17, 873–890; Zou & Donner (2008), Statistics
    in Medicine 27, 1693–1702; value of information: Raiffa & Schlaifer (1961).

    >>> g = gain(Trial("incentive", 1000, 60, 1000, 40, cost=1.5), 120)
    >>> round(g.pays, 3), round(g.expected, 2)
    (0.777, 0.9)
    """
    value = worth if isinstance(worth, Interval) else Interval.constant(worth, 0)
    lift, ends = _lift(trial, level), net_gain(trial, value, level=level)
    pays, expected, knowing = _decision(trial, value, level)
    p = p_no_gain(trial, value, level=level)
    return Gain(trial.lever, lift, ends, p, pays, expected, knowing)


def net_gain(trial: Trial, worth: Interval, *, level: float = 0.95) -> Interval:
    """How much does treating a customer bring, cost deducted? The interval of `gain` alone."""
    return _net(trial, worth, level, level)


def p_no_gain(trial: Trial, worth: Interval, *, level: float = 0.95) -> float:
    """One-sided p for "it does not pay": half of what the interval leaves out that ends at 0.

    `worth` at `level`. Consistent with `net_gain`: below (1 − level) / 2 where its low end is
    above 0.
    """
    sign = 1 if _net(trial, worth, level, level).value > 0 else -1
    low, high = 0.0, FURTHEST  # of the normal quantile, searched by halving
    for _ in range(HALVINGS):
        z = (low + high) / 2
        ends = _net(trial, worth, math.erf(z / math.sqrt(2)), level)
        inside = ends.low <= 0 if sign > 0 else ends.high >= 0
        low, high = (low, z) if inside else (z, high)
    return float(special.ndtr(-sign * high))


def ranking(
    trials: Sequence[Trial], worth: Interval | float, *, level: float = 0.95
) -> list[tuple[Gain, float]]:
    """Which lever first? By the lower end of the gain, each with its p after Holm over all."""
    gains = [gain(trial, worth, level=level) for trial in trials]
    adjusted = holm([g.p for g in gains]).tolist() if gains else []
    ranked = sorted(zip(gains, adjusted, strict=True), key=lambda pair: -pair[0].gain.low)
    return ranked


def _lift(trial: Trial, level: float) -> Interval:
    arms = (trial.converted, trial.customers, trial.control_converted, trial.control_customers)
    return newcombe(*arms, level=level)


def _net(trial: Trial, worth: Interval, level: float, given: float) -> Interval:
    """The gain's interval at `level`; that of the worth was made at `given`."""
    lift = _lift(trial, level)
    stretch = normal(1 - tail(level)) / normal(1 - tail(given))
    under, over = (stretch * d for d in (worth.value - worth.low, worth.high - worth.value))
    value, size = lift.value * worth.value, abs(lift.value)
    if lift.value < 0:
        under, over = over, under
    down = math.hypot((lift.value - lift.low) * worth.value, size * under)
    up = math.hypot((lift.high - lift.value) * worth.value, size * over)
    net = value - trial.cost
    return Interval(net, net - down, net + up, lift.n, METHOD)


def _decision(trial: Trial, worth: Interval, level: float) -> tuple[float, float, float]:
    """Chance that it pays, expected gain, expected value of perfect information."""
    a, b = trial.converted + 1, trial.customers - trial.converted + 1
    c, d = trial.control_converted + 1, trial.control_customers - trial.control_converted + 1
    base = special.betaincinv(c, d, (np.arange(POINTS) + 0.5) / POINTS)
    mean, values = a / (a + b), _worths(worth, level)
    pays, wins, gains = [], [], []
    for value in values:
        # it pays where the lever's rate is above the control's by what makes good the cost
        need = np.clip(base + trial.cost / value, 0, 1) if value > 0 else np.ones_like(base)
        above = special.betaincc(a, b, need)
        more = mean * special.betaincc(a + 1, b, need) - need * above
        pays.append(above.mean())
        wins.append(value * more.mean())
        gains.append(value * (mean - base.mean()) - trial.cost)
    expected = float(values.mean()) * (mean - c / (c + d)) - trial.cost
    knowing = float(np.mean(wins)) - max(float(np.mean(gains)), 0.0)  # both by the same points
    return float(np.mean(pays)), expected, max(knowing, 0.0)


def _worths(worth: Interval, level: float) -> Array:
    """The worth at evenly likely points, normal with its own spread on either side."""
    if worth.low == worth.high:
        return np.array([worth.value])
    z = special.ndtri((np.arange(WORTHS) + 0.5) / WORTHS)
    side = np.where(z < 0, worth.value - worth.low, worth.high - worth.value)
    return np.asarray(worth.value + z * side / normal(1 - tail(level)))
