"""Does it pay to turn one-off customers into clients, or free users into payers?

One lever against doing nothing: what it brings per customer treated, how likely it pays, and
should it be tested first? Giving it away: conversions of free users against what they cost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.survival import kaplan_meier
from toolkit.stats.hypothesis_tests import holm
from toolkit.stats.input_checks import (
    finite_number,
    finite_numbers,
    instance_of,
    one_or_more,
    unfit_input,
    whole_number,
)
from toolkit.stats.interval import (
    Array,
    CannotTell,
    Interval,
    normal_quantile,
    tail_probability,
)
from toolkit.stats.shares import jeffreys, newcombe

CHANCE_TO_ACT = 0.8  # chance that it pays from which to act
RATE_POINTS = 500  # of the control's rate; twice as many move a chance by less than 1 in 10,000
FURTHEST = 8.0  # standard errors; a p below 1e-15 is not told apart from 0
HALVINGS = 40
WORTH_POINTS = 31  # of an uncertain value of a client
LEVER_METHOD = "Newcombe × value of a client − cost, squares added"


@dataclass(frozen=True)
class LeverTrial:
    """One lever against doing nothing: customers and converted of both arms, cost per treated."""

    lever: str
    customers: int
    converted: int
    control_customers: int
    control_converted: int
    cost: float

    def __post_init__(self) -> None:
        arms = ("customers", "converted"), ("control_customers", "control_converted")
        for all_of_them, some in arms:
            most = whole_number(getattr(self, all_of_them), all_of_them)
            if whole_number(getattr(self, some), some) > most:
                raise unfit_input(some, f"at most {most}, as many as there are", repr(self))
        finite_number(self.cost, "cost")


@dataclass(frozen=True)
class LeverGain:
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


def lever_gain(trial: LeverTrial, worth: Interval | float, *, level: float = 0.95) -> LeverGain:
    """Does this lever pay? Per customer treated: (rate − rate of the control) · worth − cost.

    `worth` of a client more than of a one-off customer: a number, or an interval at `level`,
    taken as normal on either side of its value. Arms are taken as independent trials; the lift is
    the lever's doing only where customers were assigned by chance. Interval: the distances of
    Newcombe's, times the worth, and those of the worth, times the lift, squared, added, rooted.
    Source: Newcombe (1998), Statistics in Medicine 17, 873–890; Zou & Donner (2008), Statistics
    in Medicine 27, 1693–1702; value of information: Raiffa & Schlaifer (1961).

    >>> g = lever_gain(LeverTrial("incentive", 1000, 60, 1000, 40, cost=1.5), 120)
    >>> round(g.pays, 3), round(g.expected, 2)
    (0.777, 0.9)
    """
    instance_of(trial, LeverTrial, "trial")
    value = worth if isinstance(worth, Interval) else _known_worth(worth)
    lift, ends = _lift(trial, level), net_lever_gain(trial, value, level=level)
    pays, expected, knowing = _decision(trial, value, level)
    p = lever_p_no_gain(trial, value, level=level)
    return LeverGain(trial.lever, lift, ends, p, pays, expected, knowing)


def net_lever_gain(trial: LeverTrial, worth: Interval, *, level: float = 0.95) -> Interval:
    """How much does treating a customer bring, cost deducted? `lever_gain`'s interval alone."""
    instance_of(trial, LeverTrial, "trial")
    instance_of(worth, Interval, "worth")
    return _net(trial, worth, level, level)


def lever_p_no_gain(trial: LeverTrial, worth: Interval, *, level: float = 0.95) -> float:
    """One-sided p for "it does not pay": half of what the interval leaves out that ends at 0.

    `worth` at `level`. Consistent with `net_lever_gain`: below (1 − level) / 2 where its low end is
    above 0.
    """
    instance_of(trial, LeverTrial, "trial")
    instance_of(worth, Interval, "worth")
    sign = 1 if _net(trial, worth, level, level).value > 0 else -1
    low, high = 0.0, FURTHEST  # of the normal quantile, searched by halving
    for _ in range(HALVINGS):
        z = (low + high) / 2
        ends = _net(trial, worth, math.erf(z / math.sqrt(2)), level)
        inside = ends.low <= 0 if sign > 0 else ends.high >= 0
        low, high = (low, z) if inside else (z, high)
    return float(special.ndtr(-sign * high))


def rank_levers(
    trials: Sequence[LeverTrial], worth: Interval | float, *, level: float = 0.95
) -> list[tuple[LeverGain, float]]:
    """Which lever first? By the lower end of the gain, each with its p after Holm over all."""
    if not isinstance(trials, (list, tuple)):
        raise unfit_input("trials", "several trials", repr(trials))
    gains = [lever_gain(trial, worth, level=level) for trial in trials]
    adjusted = holm([g.p for g in gains]).tolist() if gains else []
    ranked = sorted(zip(gains, adjusted, strict=True), key=lambda pair: -pair[0].gain.low)
    return ranked


def _known_worth(worth: float) -> Interval:
    return Interval.constant(finite_number(worth, "worth"), 0)


def _lift(trial: LeverTrial, level: float) -> Interval:
    arms = (trial.converted, trial.customers, trial.control_converted, trial.control_customers)
    return newcombe(*arms, level=level)


def _net(trial: LeverTrial, worth: Interval, level: float, given: float) -> Interval:
    """The gain's interval at `level`; that of the worth was made at `given`."""
    lift = _lift(trial, level)
    stretch = normal_quantile(1 - tail_probability(level)) / normal_quantile(
        1 - tail_probability(given)
    )
    under, over = (stretch * d for d in (worth.value - worth.low, worth.high - worth.value))
    value, size = lift.value * worth.value, abs(lift.value)
    if lift.value < 0:
        under, over = over, under
    down = math.hypot((lift.value - lift.low) * worth.value, size * under)
    up = math.hypot((lift.high - lift.value) * worth.value, size * over)
    net = value - trial.cost
    return Interval(net, net - down, net + up, lift.n, LEVER_METHOD)


def _decision(trial: LeverTrial, worth: Interval, level: float) -> tuple[float, float, float]:
    """Chance that it pays, expected gain, expected value of perfect information."""
    a, b = trial.converted + 1, trial.customers - trial.converted + 1
    c, d = trial.control_converted + 1, trial.control_customers - trial.control_converted + 1
    base = special.betaincinv(c, d, (np.arange(RATE_POINTS) + 0.5) / RATE_POINTS)
    mean, values = a / (a + b), _worth_points(worth, level)
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


def _worth_points(worth: Interval, level: float) -> Array:
    """The worth at evenly likely points, normal with its own spread on either side."""
    if worth.low == worth.high:
        return np.array([worth.value])
    z = special.ndtri((np.arange(WORTH_POINTS) + 0.5) / WORTH_POINTS)
    side = np.where(z < 0, worth.value - worth.low, worth.high - worth.value)
    return np.asarray(worth.value + z * side / normal_quantile(1 - tail_probability(level)))


def break_even_conversion(
    *, cost: float, paid_value: float, referred: float = 0.0, referred_value: float = 0.0
) -> float:
    """Which share of free users must pay, so that a free user costs nothing in the end?

    (cost − referred · referred value) / value of a payer; 0 or less where referrals alone pay.
    `cost` of a free user, `referred` new customers each brings.

    >>> break_even_conversion(cost=2, paid_value=80)
    0.025
    """
    finite_numbers(cost=cost, paid_value=paid_value, referred=referred)
    finite_number(referred_value, "referred_value")
    if paid_value <= 0:
        raise unfit_input("paid_value", "above 0", repr(paid_value))
    return (cost - referred * referred_value) / paid_value


@dataclass(frozen=True)
class FreemiumValue:
    """Does a free user pay for herself? `value` each, `pays` the chance that it is above 0."""

    conversion: Interval
    break_even: float
    value: Interval
    pays: float


def freemium_value(
    converted: int,
    users: int,
    *,
    cost: float,
    paid_value: ArrayLike,
    referred: float = 0.0,
    referred_value: float = 0.0,
    level: float = 0.95,
) -> FreemiumValue:
    """Does a free user pay for herself? Value = conversion · value of a payer + referrals − cost.

    `converted` of `users` seen long enough (else take `conversion_by_horizon`); `paid_value` is one
    number or draws (k,) of what a payer is worth. Chance under Jeffreys' prior, exact given the
    draws; free users and payers are often other people: count conversions by account.
    """
    worth = one_or_more(paid_value, "paid_value")
    terms = {"cost": cost, "referred": referred, "referred_value": referred_value}
    even = break_even_conversion(paid_value=float(worth.mean()), **terms)
    share, extra = jeffreys(converted, users, level=level), referred * referred_value - cost
    ends = _share_times_worth(share, worth, level)
    middle, low, high = (end + extra for end in ends)
    value = Interval(middle, low, high, users, "conversion × value of a payer, squares added")
    return FreemiumValue(share, even, value, _chance_of_gain(converted, users, worth, extra))


def conversion_by_horizon(
    days: ArrayLike, converted: ArrayLike, *, horizon: float, level: float = 0.95
) -> Interval | CannotTell:
    """Which share of free users has become a payer by `horizon` days, the young ones counted?

    `days` from sign-up to conversion, or to today for those not yet converted. Conversions over
    sign-ups would count who signed up yesterday as lost; see `survival.kaplan_meier`.
    """
    stays = kaplan_meier(days, converted, level=level).at(horizon)
    if isinstance(stays, CannotTell):
        return stays
    return Interval(1 - stays.value, 1 - stays.high, 1 - stays.low, stays.n, stays.method)


def _chance_of_gain(converted: int, users: int, worth: Array, extra: float) -> float:
    """How likely is conversion · worth + extra above 0? Averaged over the draws of the worth."""
    a, b = converted + 0.5, users - converted + 0.5
    even = np.clip(np.divide(-extra, worth, out=np.full(worth.shape, 1.0), where=worth != 0), 0, 1)
    over, under = special.betaincc(a, b, even), special.betainc(a, b, even)
    pays = np.where(worth > 0, over, np.where(worth < 0, under, float(extra > 0)))
    return float(pays.mean())


def _share_times_worth(share: Interval, worth: Array, level: float) -> tuple[float, float, float]:
    """Share times worth, and its ends: distances of both, each times the other, added squared."""
    mean = float(worth.mean())
    low, high = np.quantile(worth, [(1 - level) / 2, (1 + level) / 2])
    value = share.value * mean
    down = np.hypot((share.value - share.low) * mean, share.value * (mean - low))
    up = np.hypot((share.high - share.value) * mean, share.value * (high - mean))
    return value, value - float(down), value + float(up)
