"""Several estimates from the same accounts: how sure is each, and their sums and products?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.stats.arrays import Array, student, student_above, tail
from toolkit.stats.bootstrap import by_account
from toolkit.stats.interval import Interval

DRAWS = 20_000


@dataclass(frozen=True, eq=False)
class Estimates:
    """Values (m,) and what each account adds to their errors, (accounts, m).

    The errors of an account sum up over its rows, so rows of one account may be as alike as they
    like; estimates from other rows of the same accounts may be put side by side. `method` says
    how they came about.
    """

    values: Array
    errors: Array
    method: str

    @property
    def n(self) -> int:
        """How many accounts add anything?"""
        return int(np.count_nonzero(self.errors.any(axis=1)))

    @property
    def covariance(self) -> Array:
        """(m, m): n/(n − 1) Σ errors errorsᵀ over accounts. Infinite for one account."""
        n = self.n
        factor = n / (n - 1) if n > 1 else math.inf
        return np.asarray(factor * self.errors.T @ self.errors)

    def weighted(self, weights: ArrayLike) -> Estimates:
        """Sums of the estimates, with weights (m,) for one sum or (m, k) for k of them."""
        w = np.asarray(weights, dtype=np.float64).reshape(len(self.values), -1)
        return Estimates(self.values @ w, self.errors @ w, self.method)

    def beside(self, other: Estimates) -> Estimates:
        """These estimates and the other's, from the same accounts, in one."""
        values = np.concatenate([self.values, other.values])
        errors = np.hstack([self.errors, other.errors])
        return Estimates(values, errors, f"{self.method}; {other.method}")

    def interval(self, which: int = 0, *, level: float = 0.95) -> Interval:
        """Where does one of them lie? value ± t · standard error, t at n − 1."""
        value, error = float(self.values[which]), math.sqrt(self.covariance[which, which])
        half = student(1 - tail(level), self.n - 1) * error
        return Interval(value, value - half, value + half, self.n, self.method)

    def p_above(self, threshold: float = 0.0, which: int = 0) -> float:
        """How likely is an estimate this large or larger if the truth is `threshold`?"""
        error = math.sqrt(self.covariance[which, which])
        return student_above((float(self.values[which]) - threshold) / error, self.n - 1)

    def draws(self, *, draws: int = DRAWS, seed: int = 1) -> Array:
        """Values (draws, m) that could as well be the truth, as far as these accounts tell.

        Multivariate t at n − 1 around the estimates. Source: Krinsky & Robb (1986), Review of
        Economics and Statistics 68, 715–719.
        """
        rng = np.random.default_rng(seed)
        roots, axes = np.linalg.eigh(self.covariance)
        spread = axes * np.sqrt(np.maximum(roots, 0))
        wide = np.sqrt((self.n - 1) / rng.chisquare(self.n - 1, size=(draws, 1)))
        return self.values + wide * (rng.standard_normal((draws, len(self.values))) @ spread.T)

    def product(self, first: int, second: int, *, level: float = 0.95) -> Interval:
        """Where does the product of two of them lie? Percentiles of the product of `draws`.

        A product of estimates is skewed near 0, so no ± fits it. Source: MacKinnon, Lockwood &
        Williams (2004), Multivariate Behavioral Research 39, 99–128 (Monte Carlo method).
        """
        both = self.draws()[:, [first, second]].prod(axis=1)
        low, high = np.quantile(both, [tail(level), 1 - tail(level)])
        value = float(self.values[first] * self.values[second])
        return Interval(value, float(low), float(high), self.n, f"product of: {self.method}")


def linear(
    outcome: ArrayLike, design: ArrayLike, accounts: NDArray[np.intp], count: int
) -> Estimates:
    """How does an outcome (rows,) go together with the columns of a design (rows, k)?

    Least squares; an account's error is what leaving it out takes from the coefficients,
    (XᵀX − X_gᵀX_g)⁻¹ X_gᵀ e_g (jackknife, CR3). `accounts` number the account of each row out of
    `count`. Raises LinAlgError where columns repeat each other.
    Source: Liang & Zeger (1986), Biometrika 73; Bell & McCaffrey (2002), Survey Methodology 28.
    """
    X, y = np.asarray(design, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    coefficients = np.asarray(np.linalg.solve(X.T @ X, X.T @ y), dtype=np.float64)
    scores = by_account(accounts, X * (y - X @ coefficients)[:, None], count)
    products = np.einsum("ij,ik->ijk", X, X).reshape(len(X), -1)
    each = by_account(accounts, products, count).reshape(count, X.shape[1], -1)
    moved = np.linalg.solve(each.sum(axis=0) - each, scores[:, :, None])[:, :, 0]
    present = np.count_nonzero(np.bincount(accounts, minlength=count))
    errors = np.asarray(moved * (present - 1) / present, dtype=np.float64)
    return Estimates(coefficients, errors, "least squares, jackknife of accounts")
