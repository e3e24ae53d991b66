"""Which hidden groups explain how answers go together, how many are there, and are they stable?

Mixtures of categories and numbers, by EM. Within a group all items are independent: an item of
categories has its own shares in each group, a number its own mean, with one variance for all
groups (so that no group can shrink onto a single value). Missing answers are left out item by
item. Source: Goodman (1974), Biometrika 61, 215–231; with numbers: Vermunt & Magidson (2002), in
Applied Latent Class Analysis, ch. 3.

How many groups, and would another sample show the same ones? Among 1…`most` groups the one with
the smallest BIC is taken, provided it is stable: refitted to resampled accounts it must put the
same rows together (median adjusted Rand index ≥ 0.7), else the next best by BIC is asked. One
group is always stable, so "no groups" is a possible answer.
Source: Schwarz (1978); Hennig (2007), Computational Statistics & Data Analysis 52, 258–271;
Hubert & Arabie (1985), Journal of Classification 2, 193–218.

Of categories alone this is latent class analysis: Linzer & Lewis (2011), Journal of Statistical
Software 42(10).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from toolkit.stats.agreement import adjusted_rand
from toolkit.stats.bootstrap import resample_counts, smooth_interval
from toolkit.stats.input_checks import (
    account_codes,
    finite_matrix,
    finite_number,
    finite_vector,
    instance_of,
    number_array,
    random_seed,
    table_columns,
    unfit_input,
    whole_number,
)
from toolkit.stats.interval import Array, CannotTell, Interval, tail_probability
from toolkit.wording import count_with_noun

SHORT_RUN, LONG_RUN = 20, 5000  # steps of a first look at a start, and of the best ones afterwards
STARTS_FOLLOWED = 3  # starts that are followed to the end
EXACT = 1e-9  # gain of log-likelihood per row and step at which a fit has settled
FLOOR = 1e-12  # keeps logarithms finite; an empty category adds nothing anywhere
STEPS_BETWEEN_LOOKS = 10  # steps between looks at the gain
LEAST_VARIANCE = 1e-3  # of a standardised number, within groups


@dataclass(frozen=True, eq=False)
class MixedItems:
    """What was answered: `marks` (rows, categories) 0/1 by item, `numbers` (rows, Q) standardised.

    `blocks` name the item of each category. A missing answer has marks of 0, or a number of NaN.
    """

    marks: Array
    blocks: NDArray[np.intp]
    numbers: Array

    def __post_init__(self) -> None:
        marks, numbers = number_array(self.marks, "marks"), number_array(self.numbers, "numbers")
        if marks.ndim != 2 or not np.isin(marks, (0, 1)).all():
            raise unfit_input("marks", "(rows, categories) of 0 or 1", repr(self.marks))
        if numbers.ndim != 2 or len(numbers) != len(marks) or np.isinf(numbers).any():
            expected = f"{len(marks)} rows of numbers, NaN where unknown"
            raise unfit_input("numbers", expected, f"shape {numbers.shape}: {numbers!r}")
        account_codes(self.blocks, marks.shape[1], name="blocks")

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
class MixtureFits:
    """Parameters of B fits side by side: k groups' shares (B, k), category shares (B, k, C),
    means (B, k, Q), variances (B, Q), and each fit's log-likelihood (B,)."""

    shares: Array
    marks: Array
    means: Array
    variances: Array
    log_likelihood: Array

    def pick(self, which: NDArray[np.intp]) -> MixtureFits:
        """The fits at these places."""
        parts = (self.shares, self.marks, self.means, self.variances, self.log_likelihood)
        return MixtureFits(*(part[which] for part in parts))

    def beside(self, other: MixtureFits) -> MixtureFits:
        """These fits and others of as many groups."""
        names = ("shares", "marks", "means", "variances", "log_likelihood")
        pairs = ((getattr(self, n), getattr(other, n)) for n in names)
        return MixtureFits(*(np.concatenate(pair) for pair in pairs))


def _membership(items: MixedItems, groups: MixtureFits) -> tuple[Array, Array]:
    """How likely is each group for each row (B, k, rows), and each row as such (B, rows, logs)?"""
    logs = np.log(np.maximum(groups.shares, FLOOR))[:, :, None]
    logs = logs + np.log(np.maximum(groups.marks, FLOOR)) @ items.marks.T
    if items.numbers.shape[1]:
        logs = logs + _normal_logs(items, groups)
    most = logs.max(axis=1, keepdims=True)
    rows = np.exp(logs - most)
    total = rows.sum(axis=1, keepdims=True)
    return rows / total, (most + np.log(total))[:, 0]


def fit_mixture(
    items: MixedItems,
    weights: Array,
    groups: MixtureFits,
    *,
    steps: int = LONG_RUN,
    exact: float = EXACT,
) -> MixtureFits:
    """Which parameters near these starts are likeliest? Weights (1 or B, rows) count the rows.

    Expectation and maximisation in turn, all fits at once (Dempster, Laird & Rubin 1977, JRSS B
    39). No step lowers the likelihood.
    """
    instance_of(items, MixedItems, "items")
    instance_of(groups, MixtureFits, "groups")
    whole_number(steps, "steps", least=1)
    finite_number(exact, "exact", least=0)
    _check_weights(weights, items, (1, len(groups.shares)))
    known, values = items.known, np.nan_to_num(items.numbers)
    before = np.full(len(groups.shares), -np.inf)
    for step in range(steps):
        rows, logs = _membership(items, groups)
        if step % STEPS_BETWEEN_LOOKS == STEPS_BETWEEN_LOOKS - 1:
            now = (logs * weights).sum(axis=1)
            if (now - before <= STEPS_BETWEEN_LOOKS * exact * weights.sum(axis=1)).all():
                break
            before = now
        held = rows * weights[:, None, :]
        groups = _maximised(items, held, known, values)
    likelihood = (_membership(items, groups)[1] * weights).sum(axis=1)
    return replace(groups, log_likelihood=likelihood)


def mixture_starts(
    items: MixedItems, weights: Array, k: int, count: int, rng: np.random.Generator
) -> MixtureFits:
    """From where may a fit of k groups start? Each group around a row picked at random.

    Weights (1 or B, rows) give B · `count` starts, `count` for each row of weights.
    """
    instance_of(items, MixedItems, "items")
    instance_of(rng, np.random.Generator, "rng")
    _check_weights(weights, items)
    whole_number(k, "k", least=1)
    odds = np.repeat(weights, whole_number(count, "count", least=1), axis=0)
    picked = np.argsort(-np.log(rng.random(odds.shape)) / np.maximum(odds, FLOOR), axis=1)[:, :k]
    common = items.marks.mean(axis=0)
    numbers = np.nan_to_num(items.numbers)
    variances = np.ones((len(odds), items.numbers.shape[1]))
    marks = (items.marks[picked] + common) / 2
    marks = marks / np.maximum(_by_block(items, marks), FLOOR)
    even = np.full((len(odds), picked.shape[1]), 1 / picked.shape[1])
    return MixtureFits(even, marks, numbers[picked], variances, np.full(len(odds), -np.inf))


def best_mixture(
    items: MixedItems, weights: Array, k: int, *, count: int, seed: int, exact: float = EXACT
) -> MixtureFits:
    """Which k groups are likeliest? One fit: the best of `count` starts. Weights (rows,).

    Settled where a step gains less than `exact` per row.
    """
    one, k = finite_vector(weights, "weights")[None, :], whole_number(k, "k", least=1)
    random_seed(seed)
    groups = mixture_starts(items, one, k, 1 if k == 1 else count, np.random.default_rng(seed))
    looked = fit_mixture(items, one, groups, steps=SHORT_RUN)
    followed = fit_mixture(
        items, one, looked.pick(np.argsort(-looked.log_likelihood)[:STARTS_FOLLOWED]), exact=exact
    )
    best = followed.pick(np.array([followed.log_likelihood.argmax()]))
    return _by_size(best)


def _check_weights(weights: Array, items: MixedItems, fits: tuple[int, ...] | None = None) -> None:
    """Are these weights (fits, rows) ≥ 0, and there is a row to weigh?"""
    known = finite_matrix(weights, "weights")
    right = known.shape[1] == len(items.marks) and (fits is None or len(known) in fits)
    if not right or (known < 0).any():
        expected = f"weights ≥ 0 of {len(items.marks)} rows, for one or every fit"
        raise unfit_input("weights", expected, f"shape {known.shape}: {known!r}")


def _bic(items: MixedItems, groups: MixtureFits, rows: float) -> float:
    """How good is a fit for its number of parameters? Smaller is better.

    −2 log-likelihood + parameters · ln rows. Source: Schwarz (1978), Annals of Statistics 6.
    """
    k, (each, common) = groups.shares.shape[1], items.parameters
    return float(-2 * groups.log_likelihood[0] + (k - 1 + k * each + common) * math.log(rows))


def _maximised(items: MixedItems, held: Array, known: Array, values: Array) -> MixtureFits:
    size = held.sum(axis=2)
    marks = held @ items.marks
    seen = np.maximum(held @ known, FLOOR)
    means = held @ values / seen
    square = (held.sum(axis=1) @ values**2)[:, None] - (seen * means**2).sum(axis=1)[:, None]
    variances = np.maximum(square[:, 0] / seen.sum(axis=1), LEAST_VARIANCE)
    shares = size / size.sum(axis=1, keepdims=True)
    marks = marks / np.maximum(_by_block(items, marks), FLOOR)
    return MixtureFits(shares, marks, means, variances, np.full(len(size), -np.inf))


def _normal_logs(items: MixedItems, groups: MixtureFits) -> Array:
    known, values = items.known, np.nan_to_num(items.numbers)
    precision = 1 / groups.variances[:, None, :]
    squares = precision @ (values**2).T - 2 * (groups.means * precision) @ values.T
    squares = squares + (groups.means**2 * precision) @ known.T
    return np.asarray(-(squares + np.log(2 * math.pi / precision) @ known.T) / 2)


def _by_block(items: MixedItems, marks: Array) -> Array:
    """Each category's sum over its item, in place of the category: (…, C) to (…, C)."""
    same = (items.blocks[:, None] == items.blocks).astype(np.float64)
    return np.asarray(marks @ same)


def _by_size(groups: MixtureFits) -> MixtureFits:
    order = np.argsort(-groups.shares[0], kind="stable")
    shares, marks, means = (p[:, order] for p in (groups.shares, groups.marks, groups.means))
    return replace(groups, shares=shares, marks=marks, means=means)


STABLE_RAND = 0.7
MOST_GROUPS = 6
RESAMPLES = 40
STARTS = 12
EXACT_FOR_BIC = 1e-6  # as exact as a choice by BIC needs
BIC_RISES = 2  # more groups are not tried after BIC has grown so often in a row
FRESH_STARTS = 2  # random starts of a refit, beside the groups found: so that others have a chance
REFIT_STEPS = 50
FEWEST_ACCOUNTS = 30


@dataclass(frozen=True)
class TriedGroupCount:
    """A number of groups that was tried; `stability` is None where it was not asked for."""

    groups: int
    log_likelihood: float
    bic: float
    stability: float | None


@dataclass(frozen=True, eq=False)
class LatentGrouping:
    """The groups found: `labels` (rows,) from 0, largest group first, `likely` (rows, k).

    `agreements` (refits,) are the adjusted Rand indices behind `stability`.
    """

    labels: NDArray[np.intp]
    likely: Array
    shares: tuple[Interval, ...]
    groups: MixtureFits
    tried: tuple[TriedGroupCount, ...]
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
        low, high = np.quantile(
            self.agreements, [tail_probability(level), 1 - tail_probability(level)]
        )
        accounts = self.shares[0].n
        return Interval(self.stability, float(low), float(high), accounts, "refits to accounts")


def find_groups(
    items: MixedItems, accounts: NDArray[np.intp], *, most: int = MOST_GROUPS, seed: int = 1
) -> LatentGrouping | CannotTell:
    """Which groups are there, how large, and who is in which? Rows of `items` by account.

    Shares come with intervals from the same refits, group matched to group by common rows.
    Cannot tell from fewer than 30 accounts.
    """
    instance_of(items, MixedItems, "items")
    if not items.marks.shape[1] + items.numbers.shape[1]:
        raise unfit_input("items", "at least one category or number", "none")
    most = whole_number(most, "most", least=1)
    random_seed(seed)
    codes = account_codes(accounts, len(items.marks))
    unit = np.unique(codes, return_inverse=True)[1]
    accounts_known = int(unit.max(initial=-1)) + 1
    if accounts_known < FEWEST_ACCOUNTS:
        found = count_with_noun(accounts_known, "account is", "accounts are").capitalize()
        return CannotTell(f"{found} known; {FEWEST_ACCOUNTS} are needed.")
    patterns, place = _distinct_rows(items)
    weights = np.bincount(place).astype(np.float64)
    fits, scores = _fits_by_count(patterns, weights, most, seed)
    stability: dict[int, float] = {}
    for at in np.argsort(scores):
        again = _refitted(patterns, place, unit, fits[at], seed)
        stability[int(at)] = float(np.median(again[0]))
        if stability[int(at)] >= STABLE_RAND:
            break
    tried = tuple(
        TriedGroupCount(k + 1, float(f.log_likelihood[0]), scores[k], stability.get(k))
        for k, f in enumerate(fits)
    )
    likely = _membership(patterns, fits[at])[0][0].T[place]
    shares = _share_intervals(fits[at].shares[0], again[1], int(unit.max()) + 1)
    return LatentGrouping(likely.argmax(axis=1), likely, shares, fits[at], tried, again[0])


def _fits_by_count(
    items: MixedItems, weights: Array, most: int, seed: int
) -> tuple[list[MixtureFits], list[float]]:
    fits: list[MixtureFits] = []
    scores: list[float] = []
    for k in range(1, most + 1):
        fits.append(best_mixture(items, weights, k, count=STARTS, seed=seed, exact=EXACT_FOR_BIC))
        scores.append(_bic(items, fits[-1], float(weights.sum())))
        if k > BIC_RISES and (np.diff(scores[-BIC_RISES - 1 :]) > 0).all():
            break
    return fits, scores


def _refitted(
    items: MixedItems,
    place: NDArray[np.intp],
    unit: NDArray[np.intp],
    found: MixtureFits,
    seed: int,
) -> tuple[Array, Array]:
    """The agreement of each refit to resampled accounts, and its shares (refits, k)."""
    k, drawn = found.shares.shape[1], resample_counts(int(unit.max()) + 1, RESAMPLES, seed)[:, unit]
    if k == 1:
        return np.ones(RESAMPLES), np.ones((RESAMPLES, 1))
    totals = [np.bincount(place, row, len(items.marks)) for row in drawn]
    weights = np.array(totals, dtype=np.float64)
    best = _best_refit(items, weights, found, np.random.default_rng(seed))
    labels = _membership(items, found)[0][0].argmax(axis=0)[place]
    others = _membership(items, best)[0].argmax(axis=1)[:, place]
    agreement = np.array([adjusted_rand(labels, other) for other in others])
    matched = [_matched_groups(labels, other, k) for other in others]
    return agreement, np.take_along_axis(best.shares, np.stack(matched), axis=1)


def _best_refit(
    items: MixedItems, weights: Array, found: MixtureFits, rng: np.random.Generator
) -> MixtureFits:
    """The likeliest refit to each row of weights, from the groups found and from fresh starts."""
    fresh = mixture_starts(items, weights, found.shares.shape[1], FRESH_STARTS, rng)
    same = found.pick(np.zeros(len(weights), dtype=np.intp))
    all_weights = np.concatenate([weights, np.repeat(weights, FRESH_STARTS, axis=0)])
    refits = fit_mixture(items, all_weights, same.beside(fresh), steps=REFIT_STEPS)
    owner = np.concatenate(
        [np.arange(len(weights)), np.repeat(np.arange(len(weights)), FRESH_STARTS)]
    )
    order = np.lexsort((-refits.log_likelihood, owner))
    return refits.pick(order[:: FRESH_STARTS + 1])


def _matched_groups(labels: NDArray[np.intp], others: NDArray[np.intp], k: int) -> NDArray[np.intp]:
    """Which of the other groups is each group, so that most rows stay together?"""
    table = np.zeros((k, k))
    np.add.at(table, (labels, others), 1)
    return np.asarray(linear_sum_assignment(table, maximize=True)[1])


def _share_intervals(shares: Array, drawn: Array, accounts: int) -> tuple[Interval, ...]:
    found = []
    for share, draws in zip(shares, drawn.T, strict=True):
        one = smooth_interval(float(share), draws, n=accounts)
        low, high = max(0.0, one.low), min(1.0, one.high)
        found.append(Interval(one.value, low, high, accounts, "mixture, refitted to accounts"))
    return tuple(found)


def _distinct_rows(items: MixedItems) -> tuple[MixedItems, NDArray[np.intp]]:
    """The different rows, and which of them each row is: what EM needs to look at once only."""
    rows = np.hstack([items.marks, np.nan_to_num(items.numbers, nan=np.inf)])
    _, first, place = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return MixedItems(items.marks[first], items.blocks, items.numbers[first]), place.ravel()


def category_items(
    answers: pd.DataFrame, numbers: Array | None = None
) -> tuple[MixedItems, list[tuple[str, str]]]:
    """Which item and answer does each column of marks stand for? Items for `mixture`, with names.

    `numbers` (rows, Q) are put beside the categories.
    """
    table_columns(answers, (), "answers")
    marks, blocks, names = [], [], []
    for place, (item, column) in enumerate(answers.items()):
        for level in sorted(column.dropna().unique(), key=str):
            marks.append((column == level).to_numpy(dtype=np.float64, na_value=0.0))
            blocks.append(place)
            names.append((str(item), str(level)))
    columns = np.column_stack(marks) if marks else np.zeros((len(answers), 0))
    beside = np.zeros((len(answers), 0)) if numbers is None else numbers
    return MixedItems(columns, np.array(blocks, dtype=np.intp), beside), names
