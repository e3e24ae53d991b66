"""Which hidden groups explain how answers go together? Mixtures of categories and numbers, by EM.

Within a group all items are independent: an item of categories has its own shares in each group,
a number its own mean, with one variance for all groups (so that no group can shrink onto a single
value). Missing answers are left out item by item. Source: Goodman (1974), Biometrika 61, 215–231;
with numbers: Vermunt & Magidson (2002), in Applied Latent Class Analysis, ch. 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.stats.arrays import Array

SHORT, LONG = 20, 5000  # steps of a first look at a start, and of the best ones afterwards
KEPT = 3  # starts that are followed to the end
EXACT = 1e-9  # gain of log-likelihood per row and step at which a fit has settled
FLOOR = 1e-12  # keeps logarithms finite; an empty category adds nothing anywhere
WAITING = 10  # steps between looks at the gain
LEAST_VARIANCE = 1e-3  # of a standardised number, within groups


@dataclass(frozen=True, eq=False)
class Items:
    """What was answered: `marks` (rows, categories) 0/1 by item, `numbers` (rows, Q) standardised.

    `blocks` name the item of each category. A missing answer has marks of 0, or a number of NaN.
    """

    marks: Array
    blocks: NDArray[np.intp]
    numbers: Array

    @property
    def parameters(self) -> tuple[int, int]:
        """How many free parameters has each group, and how many are common to all?"""
        items = len(np.unique(self.blocks))
        return len(self.blocks) - items + self.numbers.shape[1], self.numbers.shape[1]

    @property
    def known(self) -> Array:
        """1 where a number was given (rows, Q)."""
        return np.asarray(~np.isnan(self.numbers), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Groups:
    """Parameters of B fits side by side: k groups' shares (B, k), category shares (B, k, C),
    means (B, k, Q), variances (B, Q), and each fit's log-likelihood (B,)."""

    shares: Array
    marks: Array
    means: Array
    variances: Array
    log_likelihood: Array

    def pick(self, which: NDArray[np.intp]) -> Groups:
        """The fits at these places."""
        parts = (self.shares, self.marks, self.means, self.variances, self.log_likelihood)
        return Groups(*(part[which] for part in parts))

    def beside(self, other: Groups) -> Groups:
        """These fits and others of as many groups."""
        names = ("shares", "marks", "means", "variances", "log_likelihood")
        pairs = ((getattr(self, n), getattr(other, n)) for n in names)
        return Groups(*(np.concatenate(pair) for pair in pairs))


def membership(items: Items, groups: Groups) -> tuple[Array, Array]:
    """How likely is each group for each row (B, k, rows), and each row as such (B, rows, logs)?"""
    logs = np.log(np.maximum(groups.shares, FLOOR))[:, :, None]
    logs = logs + np.log(np.maximum(groups.marks, FLOOR)) @ items.marks.T
    if items.numbers.shape[1]:
        logs = logs + _normal(items, groups)
    most = logs.max(axis=1, keepdims=True)
    rows = np.exp(logs - most)
    total = rows.sum(axis=1, keepdims=True)
    return rows / total, (most + np.log(total))[:, 0]


def fit(
    items: Items, weights: Array, groups: Groups, *, steps: int = LONG, exact: float = EXACT
) -> Groups:
    """Which parameters near these starts are likeliest? Weights (1 or B, rows) count the rows.

    Expectation and maximisation in turn, all fits at once (Dempster, Laird & Rubin 1977, JRSS B
    39). No step lowers the likelihood.
    """
    known, values = items.known, np.nan_to_num(items.numbers)
    before = np.full(len(groups.shares), -np.inf)
    for step in range(steps):
        rows, logs = membership(items, groups)
        if step % WAITING == WAITING - 1:
            now = (logs * weights).sum(axis=1)
            if (now - before <= WAITING * exact * weights.sum(axis=1)).all():
                break
            before = now
        held = rows * weights[:, None, :]
        groups = _maximised(items, held, known, values)
    likelihood = (membership(items, groups)[1] * weights).sum(axis=1)
    return replace(groups, log_likelihood=likelihood)


def starts(items: Items, weights: Array, k: int, count: int, rng: np.random.Generator) -> Groups:
    """From where may a fit of k groups start? Each group around a row picked at random.

    Weights (1 or B, rows) give B · `count` starts, `count` for each row of weights.
    """
    odds = np.repeat(weights, count, axis=0)
    picked = np.argsort(-np.log(rng.random(odds.shape)) / np.maximum(odds, FLOOR), axis=1)[:, :k]
    common = items.marks.mean(axis=0)
    numbers = np.nan_to_num(items.numbers)
    variances = np.ones((len(odds), items.numbers.shape[1]))
    marks = (items.marks[picked] + common) / 2
    marks = marks / np.maximum(_by_block(items, marks), FLOOR)
    even = np.full((len(odds), picked.shape[1]), 1 / picked.shape[1])
    return Groups(even, marks, numbers[picked], variances, np.full(len(odds), -np.inf))


def best_fit(
    items: Items, weights: Array, k: int, *, count: int, seed: int, exact: float = EXACT
) -> Groups:
    """Which k groups are likeliest? One fit: the best of `count` starts. Weights (rows,).

    Settled where a step gains less than `exact` per row.
    """
    one = weights[None, :]
    groups = starts(items, one, k, 1 if k == 1 else count, np.random.default_rng(seed))
    looked = fit(items, one, groups, steps=SHORT)
    followed = fit(items, one, looked.pick(np.argsort(-looked.log_likelihood)[:KEPT]), exact=exact)
    best = followed.pick(np.array([followed.log_likelihood.argmax()]))
    return _by_size(best)


def bic(items: Items, groups: Groups, rows: float) -> float:
    """How good is a fit for its number of parameters? Smaller is better.

    −2 log-likelihood + parameters · ln rows. Source: Schwarz (1978), Annals of Statistics 6.
    """
    k, (each, common) = groups.shares.shape[1], items.parameters
    return float(-2 * groups.log_likelihood[0] + (k - 1 + k * each + common) * math.log(rows))


def _maximised(items: Items, held: Array, known: Array, values: Array) -> Groups:
    size = held.sum(axis=2)
    marks = held @ items.marks
    seen = np.maximum(held @ known, FLOOR)
    means = held @ values / seen
    square = (held.sum(axis=1) @ values**2)[:, None] - (seen * means**2).sum(axis=1)[:, None]
    variances = np.maximum(square[:, 0] / seen.sum(axis=1), LEAST_VARIANCE)
    shares = size / size.sum(axis=1, keepdims=True)
    marks = marks / np.maximum(_by_block(items, marks), FLOOR)
    return Groups(shares, marks, means, variances, np.full(len(size), -np.inf))


def _normal(items: Items, groups: Groups) -> Array:
    known, values = items.known, np.nan_to_num(items.numbers)
    precision = 1 / groups.variances[:, None, :]
    squares = precision @ (values**2).T - 2 * (groups.means * precision) @ values.T
    squares = squares + (groups.means**2 * precision) @ known.T
    return np.asarray(-(squares + np.log(2 * math.pi / precision) @ known.T) / 2)


def _by_block(items: Items, marks: Array) -> Array:
    """Each category's sum over its item, in place of the category: (…, C) to (…, C)."""
    same = (items.blocks[:, None] == items.blocks).astype(np.float64)
    return np.asarray(marks @ same)


def _by_size(groups: Groups) -> Groups:
    order = np.argsort(-groups.shares[0], kind="stable")
    shares, marks, means = (p[:, order] for p in (groups.shares, groups.marks, groups.means))
    return replace(groups, shares=shares, marks=marks, means=means)
