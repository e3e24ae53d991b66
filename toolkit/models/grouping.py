"""How many hidden groups are there, and would another sample show the same ones?

Among 1…`most` groups the one with the smallest BIC is taken, provided it is stable: refitted to
resampled accounts it must put the same rows together (median adjusted Rand index ≥ 0.7), else
the next best by BIC is asked. One group is always stable, so "no groups" is a possible answer.
Source: Schwarz (1978); Hennig (2007), Computational Statistics & Data Analysis 52, 258–271;
Hubert & Arabie (1985), Journal of Classification 2, 193–218.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from toolkit.models.cannot import CannotTell
from toolkit.models.mixture import Groups, Items, best_fit, bic, fit, membership, starts
from toolkit.stats.arrays import Array, tail
from toolkit.stats.bootstrap import counts
from toolkit.stats.interval import Interval
from toolkit.stats.means import smooth
from toolkit.text import counted

STABLE = 0.7
MOST = 6
RESAMPLES = 40
STARTS = 12
EXACT = 1e-6  # as exact as a choice by BIC needs
RISES = 2  # more groups are not tried after BIC has grown so often in a row
FRESH = 2  # random starts of a refit, beside the groups found: so that others have a chance
REFIT_STEPS = 50
FEWEST_ACCOUNTS = 30


@dataclass(frozen=True)
class Tried:
    """A number of groups that was tried; `stability` is None where it was not asked for."""

    groups: int
    log_likelihood: float
    bic: float
    stability: float | None


@dataclass(frozen=True, eq=False)
class Grouping:
    """The groups found: `labels` (rows,) from 0, largest group first, `likely` (rows, k).

    `agreements` (refits,) are the adjusted Rand indices behind `stability`.
    """

    labels: NDArray[np.intp]
    likely: Array
    shares: tuple[Interval, ...]
    groups: Groups
    tried: tuple[Tried, ...]
    agreements: Array

    @property
    def count(self) -> int:
        """How many groups?"""
        return len(self.shares)

    @property
    def stability(self) -> float:
        """The median adjusted Rand index of the groups taken; 1 for one group."""
        taken = next(t for t in self.tried if t.groups == self.count)
        return 1.0 if taken.stability is None else taken.stability

    def stable(self, *, level: float = 0.95) -> Interval:
        """How well do refits agree with it? The median, and where such a share of refits lies."""
        low, high = np.quantile(self.agreements, [tail(level), 1 - tail(level)])
        accounts = self.shares[0].n
        return Interval(self.stability, float(low), float(high), accounts, "refits to accounts")


def grouped(
    items: Items, accounts: NDArray[np.intp], *, most: int = MOST, seed: int = 1
) -> Grouping | CannotTell:
    """Which groups are there, how large, and who is in which? Rows of `items` by account.

    Shares come with intervals from the same refits, group matched to group by common rows.
    Cannot tell from fewer than 30 accounts.
    """
    unit = np.unique(accounts, return_inverse=True)[1]
    accounts_known = int(unit.max(initial=-1)) + 1
    if accounts_known < FEWEST_ACCOUNTS:
        found = counted(accounts_known, "account is", "accounts are").capitalize()
        return CannotTell(f"{found} known; {FEWEST_ACCOUNTS} are needed.")
    patterns, place = _patterns(items)
    weights = np.bincount(place).astype(np.float64)
    fits, scores = _tried(patterns, weights, most, seed)
    stability: dict[int, float] = {}
    for at in np.argsort(scores):
        again = _refitted(patterns, place, unit, fits[at], seed)
        stability[int(at)] = float(np.median(again[0]))
        if stability[int(at)] >= STABLE:
            break
    tried = tuple(
        Tried(k + 1, float(f.log_likelihood[0]), scores[k], stability.get(k))
        for k, f in enumerate(fits)
    )
    likely = membership(patterns, fits[at])[0][0].T[place]
    shares = _intervals(fits[at].shares[0], again[1], int(unit.max()) + 1)
    return Grouping(likely.argmax(axis=1), likely, shares, fits[at], tried, again[0])


def _tried(items: Items, weights: Array, most: int, seed: int) -> tuple[list[Groups], list[float]]:
    fits: list[Groups] = []
    scores: list[float] = []
    for k in range(1, most + 1):
        fits.append(best_fit(items, weights, k, count=STARTS, seed=seed, exact=EXACT))
        scores.append(bic(items, fits[-1], float(weights.sum())))
        if k > RISES and (np.diff(scores[-RISES - 1 :]) > 0).all():
            break
    return fits, scores


def adjusted_rand(first: ArrayLike, second: ArrayLike) -> float:
    """Do two groupings put the same things together? 1 the same, 0 as by chance.

    Source: Hubert & Arabie (1985).

    >>> round(adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]), 4)
    0.5714
    """
    table = _crossed(np.asarray(first), np.asarray(second))

    def pairs(n: Array) -> float:
        return float((n * (n - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / max(pairs(table.sum(keepdims=True)), 1.0)
    most = (rows + columns) / 2
    return (both - chance) / (most - chance) if most > chance else 1.0


def _refitted(
    items: Items, place: NDArray[np.intp], unit: NDArray[np.intp], found: Groups, seed: int
) -> tuple[Array, Array]:
    """The agreement of each refit to resampled accounts, and its shares (refits, k)."""
    k, drawn = found.shares.shape[1], counts(int(unit.max()) + 1, RESAMPLES, seed)[:, unit]
    if k == 1:
        return np.ones(RESAMPLES), np.ones((RESAMPLES, 1))
    totals = [np.bincount(place, row, len(items.marks)) for row in drawn]
    weights = np.array(totals, dtype=np.float64)
    best = _best_refit(items, weights, found, np.random.default_rng(seed))
    labels = membership(items, found)[0][0].argmax(axis=0)[place]
    others = membership(items, best)[0].argmax(axis=1)[:, place]
    agreement = np.array([adjusted_rand(labels, other) for other in others])
    matched = [_matched(labels, other, k) for other in others]
    return agreement, np.take_along_axis(best.shares, np.stack(matched), axis=1)


def _best_refit(items: Items, weights: Array, found: Groups, rng: np.random.Generator) -> Groups:
    """The likeliest refit to each row of weights, from the groups found and from fresh starts."""
    fresh = starts(items, weights, found.shares.shape[1], FRESH, rng)
    same = found.pick(np.zeros(len(weights), dtype=np.intp))
    all_weights = np.concatenate([weights, np.repeat(weights, FRESH, axis=0)])
    refits = fit(items, all_weights, same.beside(fresh), steps=REFIT_STEPS)
    owner = np.concatenate([np.arange(len(weights)), np.repeat(np.arange(len(weights)), FRESH)])
    order = np.lexsort((-refits.log_likelihood, owner))
    return refits.pick(order[:: FRESH + 1])


def _matched(labels: NDArray[np.intp], others: NDArray[np.intp], k: int) -> NDArray[np.intp]:
    """Which of the other groups is each group, so that most rows stay together?"""
    table = np.zeros((k, k))
    np.add.at(table, (labels, others), 1)
    return np.asarray(linear_sum_assignment(table, maximize=True)[1])


def _intervals(shares: Array, drawn: Array, accounts: int) -> tuple[Interval, ...]:
    found = []
    for share, draws in zip(shares, drawn.T, strict=True):
        one = smooth(float(share), draws, n=accounts)
        low, high = max(0.0, one.low), min(1.0, one.high)
        found.append(Interval(one.value, low, high, accounts, "mixture, refitted to accounts"))
    return tuple(found)


def _crossed(first: NDArray[np.intp], second: NDArray[np.intp]) -> Array:
    rows, columns = (np.unique(one, return_inverse=True)[1] for one in (first, second))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    return table


def _patterns(items: Items) -> tuple[Items, NDArray[np.intp]]:
    """The different rows, and which of them each row is: what EM needs to look at once only."""
    rows = np.hstack([items.marks, np.nan_to_num(items.numbers, nan=np.inf)])
    _, first, place = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return Items(items.marks[first], items.blocks, items.numbers[first]), place.ravel()
