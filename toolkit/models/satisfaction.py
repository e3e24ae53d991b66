"""How satisfied are customers, would they recommend, and do two roles differ?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.stats.bootstrap import sum_by_account
from toolkit.stats.input_checks import (
    account_codes,
    finite_vector,
    known_vector,
    number_array,
    real_number,
    unfit_input,
)
from toolkit.stats.interval import (
    Array,
    CannotTell,
    Interval,
    normal_quantile,
    tail_probability,
)
from toolkit.stats.means import linearised_ratio, ratio_of_sums, weights_or_ones
from toolkit.wording import count_with_noun

PROMOTER, DETRACTOR = 9, 6
ADDED_ANSWERS = (
    3.0  # answers the adjusted Wald interval adds: ¾ of each kind but passive, 1½ of that
)
ADDED_PER_KIND = 0.75
FEWEST_ACCOUNTS = 2
SCORE_ROUNDING = 1e-14  # variance of a score of −1…1 below which it is rounding


def satisfaction_index(
    answers: ArrayLike,
    accounts: NDArray[np.intp],
    *,
    weights: Sequence[float] | None = None,
    counted: ArrayLike | None = None,
    level: float = 0.95,
) -> Interval | CannotTell:
    """How satisfied are they on 0…100? Answers (rows,) or (rows, questions), each 0…100 already.

    The mean over respondents of the weighted mean of their questions (weights alike by default),
    linearised over accounts. A question not answered is left out of the respondent's mean.
    `counted` (rows,) are survey weights ≥ 0.
    """
    scores = respondent_scores(answers, weights)
    tail_probability(level)
    accounts = account_codes(accounts, len(scores))
    if not scores.size:
        return _too_few(0)
    heavy = weights_or_ones(scores, counted)
    kept = ~np.isnan(scores) & (heavy > 0)
    unit = np.unique(accounts[kept], return_inverse=True)[1]
    count = int(unit.max(initial=-1)) + 1
    if count < FEWEST_ACCOUNTS:
        return _too_few(count)
    sums = sum_by_account(unit, np.column_stack([scores * heavy, heavy])[kept], count)
    return ratio_of_sums(sums[:, 0], sums[:, 1], level=level)


def respondent_scores(answers: ArrayLike, weights: Sequence[float] | None = None) -> Array:
    """Each respondent's weighted mean over the questions answered (rows,); NaN where none is."""
    x = number_array(answers, "answers")
    x = x[:, None] if x.ndim == 1 else x
    if x.ndim != 2 or np.isinf(x).any():
        expected = "(rows,) or (rows, questions) numbers, NaN where not answered"
        raise unfit_input("answers", expected, repr(answers))
    w = np.ones(x.shape[1]) if weights is None else finite_vector(weights, "weights")
    if w.size != x.shape[1] or (w < 0).any():
        expected = f"{x.shape[1]} numbers of 0 or more, one per question"
        raise unfit_input("weights", expected, repr(weights))
    seen = ~np.isnan(x) * w
    total = seen.sum(axis=1)
    unknown = np.full(len(x), np.nan)
    return np.asarray(np.divide(np.nan_to_num(x) @ w, total, out=unknown, where=total > 0))


def net_promoter(promoters: float, detractors: float, n: float, *, level: float = 0.95) -> Interval:
    """How many more promoters than detractors are there, per 100 answers (−100…100)?

    Adjusted Wald: three answers are added, ¾ each to promoters and detractors; the interval lies
    around the adjusted score, the value is the plain one. It covers where few answered, and is
    not empty where all agree. Source: Rocks (2016), The American Statistician 70, 365–372.

    >>> s = net_promoter(13, 9, 36)
    >>> round(s.value, 1), round(s.low, 1), round(s.high, 1)
    (11.1, -13.9, 34.4)
    """
    for name, count in (("promoters", promoters), ("detractors", detractors), ("n", n)):
        if math.isinf(real_number(count, name)):
            raise unfit_input(name, "a finite number", repr(count))
    if not (n > 0 and promoters >= 0 and detractors >= 0 and promoters + detractors <= n):
        raise ValueError(
            f"expected promoters + detractors ≤ n, found {promoters}, {detractors}, {n}"
        )
    size = n + ADDED_ANSWERS
    p, d = (promoters + ADDED_PER_KIND) / size, (detractors + ADDED_PER_KIND) / size
    half = normal_quantile(1 - tail_probability(level)) * math.sqrt((p + d - (p - d) ** 2) / size)
    low, high = max(-1.0, p - d - half), min(1.0, p - d + half)
    value = (promoters - detractors) / n
    return Interval(100 * value, 100 * low, 100 * high, int(n), "adjusted Wald")


def net_promoter_by_account(
    answers: ArrayLike,
    accounts: NDArray[np.intp],
    *,
    counted: ArrayLike | None = None,
    level: float = 0.95,
) -> Interval | CannotTell:
    """What is the net promoter score of answers 0–10 (rows,), several of an account allowed?

    `net_promoter` at the effective number of answers: n divided by the design effect, by which
    accounts that answer alike make the score vary more than n single answers do (at least 1).
    Missing answers (NaN) are left out. n counts the accounts. `counted` (rows,) are survey
    weights ≥ 0, whose unevenness is part of the design effect (Kish 1965, Survey Sampling).
    """
    x, _ = known_vector(answers, "answers"), tail_probability(level)
    accounts = account_codes(accounts, len(x))
    if not x.size:
        return _too_few(0)
    heavy = weights_or_ones(x, counted)
    kept = ~np.isnan(x) & (heavy > 0)
    unit = np.unique(accounts[kept], return_inverse=True)[1]
    count = int(unit.max(initial=-1)) + 1
    if count < FEWEST_ACCOUNTS:
        return _too_few(count)
    score, w = promoter_scores(x[kept]) / 100, heavy[kept] / heavy[kept].sum()
    variance = linearised_ratio(*sum_by_account(unit, np.column_stack([score * w, w]), count).T)[1]
    alone = float(w @ (score - w @ score) ** 2) / score.size
    effect = max(1.0, variance / alone) if alone > SCORE_ROUNDING else score.size / count
    n = score.size / effect
    found = net_promoter(float(w @ (score > 0)) * n, float(w @ (score < 0)) * n, n, level=level)
    return Interval(found.value, found.low, found.high, count, "adjusted Wald, by account")


def promoter_scores(answers: ArrayLike) -> Array:
    """100 for a promoter (9–10), −100 for a detractor (0–6), 0 between; their mean is the score."""
    x = number_array(answers, "answers")
    if np.isnan(x).any():
        raise unfit_input("answers", "a number for every answer", repr(answers))
    return np.where(x >= PROMOTER, 100.0, np.where(x <= DETRACTOR, -100.0, 0.0))


def _too_few(accounts: int) -> CannotTell:
    answered = count_with_noun(accounts, "account", "accounts").capitalize()
    return CannotTell(f"{answered} answered; an interval needs two.")
