"""Does giving it away pay? Conversions of free users against what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.cannot import CannotTell
from toolkit.models.survival import kaplan_meier
from toolkit.stats.arrays import Array, vector
from toolkit.stats.interval import Interval
from toolkit.stats.shares import jeffreys


def break_even_conversion(
    *, cost: float, paid_value: float, referred: float = 0.0, referred_value: float = 0.0
) -> float:
    """Which share of free users must pay, so that a free user costs nothing in the end?

    (cost − referred · referred value) / value of a payer; 0 or less where referrals alone pay.
    `cost` of a free user, `referred` new customers each brings.

    >>> break_even_conversion(cost=2, paid_value=80)
    0.025
    """
    if paid_value <= 0:
        raise ValueError(f"paid_value: expected above 0, found {paid_value}")
    return (cost - referred * referred_value) / paid_value


@dataclass(frozen=True)
class Freemium:
    """Does a free user pay for herself? `value` each, `pays` the chance that it is above 0."""

    conversion: Interval
    break_even: float
    value: Interval
    pays: float


def freemium(
    converted: int,
    users: int,
    *,
    cost: float,
    paid_value: ArrayLike,
    referred: float = 0.0,
    referred_value: float = 0.0,
    level: float = 0.95,
) -> Freemium:
    """Does a free user pay for herself? Value = conversion · value of a payer + referrals − cost.

    `converted` of `users` seen long enough (else take `conversion_by`); `paid_value` is one number
    or draws (k,) of what a payer is worth. Chance under Jeffreys' prior, exact given the draws;
    free users and payers are often other people: count conversions by account.
    """
    worth = vector(np.atleast_1d(np.asarray(paid_value)), "paid_value")
    terms = {"cost": cost, "referred": referred, "referred_value": referred_value}
    even = break_even_conversion(paid_value=float(worth.mean()), **terms)
    share, extra = jeffreys(converted, users, level=level), referred * referred_value - cost
    ends = _product(share, worth, level)
    middle, low, high = (end + extra for end in ends)
    value = Interval(middle, low, high, users, "conversion × value of a payer, squares added")
    return Freemium(share, even, value, _chance(converted, users, worth, extra))


def conversion_by(
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


def _chance(converted: int, users: int, worth: Array, extra: float) -> float:
    """How likely is conversion · worth + extra above 0? Averaged over the draws of the worth."""
    a, b = converted + 0.5, users - converted + 0.5
    even = np.clip(np.divide(-extra, worth, out=np.full(worth.shape, 1.0), where=worth != 0), 0, 1)
    over, under = special.betaincc(a, b, even), special.betainc(a, b, even)
    pays = np.where(worth > 0, over, np.where(worth < 0, under, float(extra > 0)))
    return float(pays.mean())


def _product(share: Interval, worth: Array, level: float) -> tuple[float, float, float]:
    """Share times worth, and its ends: distances of both, each times the other, added squared."""
    mean = float(worth.mean())
    low, high = np.quantile(worth, [(1 - level) / 2, (1 + level) / 2])
    value = share.value * mean
    down = np.hypot((share.value - share.low) * mean, share.value * (mean - low))
    up = np.hypot((share.high - share.value) * mean, share.value * (high - mean))
    return value, value - float(down), value + float(up)
