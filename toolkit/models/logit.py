"""Which traits go together with a yes, one at a time, the others held fixed? Binary logit.

P(yes) = 1 / (1 + exp(−x b)), fitted by Newton's method. What is reported are average marginal
effects, changes of P(yes) averaged over the rows, since b itself has no unit a reader knows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from toolkit.models.cannot import CannotTell
from toolkit.models.estimates import Estimates
from toolkit.stats.arrays import Array
from toolkit.stats.bootstrap import by_account

STEPS = 50
EXACT = 1e-10
LONGEST = 5.0  # in x b: longer steps overshoot
STEEP = 30.0  # |x b| that only a fit running off to infinity reaches
METHOD = "logit, mean effect, jackknife of accounts"


@dataclass(frozen=True, eq=False)
class Logit:
    """A fitted logit: coefficients (k,) for a design (rows, k), and its log-likelihood."""

    design: Array
    outcome: Array
    coefficients: Array
    log_likelihood: float

    @property
    def inverse(self) -> Array:
        """The inverse information (k, k): the covariance if rows are independent."""
        p = self.probabilities()
        information = (self.design * (p * (1 - p))[:, None]).T @ self.design
        return np.asarray(np.linalg.inv(information))

    def probabilities(self, shift: ArrayLike = 0.0) -> Array:
        """P(yes) of each row, with the design moved by `shift`."""
        return np.asarray(expit((self.design + np.asarray(shift)) @ self.coefficients))

    def slopes(self) -> tuple[Array, Array]:
        """Marginal effect of each column on each row, (rows, k), and their mean's gradient (k, k).

        ∂P/∂x_j = P (1 − P) b_j; the gradient's row j is that of the mean effect of column j in b.
        """
        p = self.probabilities()
        bend = p * (1 - p)
        turn = ((bend * (1 - 2 * p))[:, None] * self.design).mean(axis=0)
        gradient = np.diag(np.full(len(self.coefficients), bend.mean()))
        return np.outer(bend, self.coefficients), gradient + np.outer(self.coefficients, turn)

    def switch(self, column: int) -> tuple[Array, Array]:
        """P(yes) with a 0/1 column at 1 minus at 0, each row (rows,), and its gradient (k,)."""
        ends = []
        for value in (1.0, 0.0):
            moved = self.design.copy()
            moved[:, column] = value
            p = expit(moved @ self.coefficients)
            ends.append((p, ((p * (1 - p))[:, None] * moved).mean(axis=0)))
        return ends[0][0] - ends[1][0], ends[0][1] - ends[1][1]


def logit(outcome: ArrayLike, design: ArrayLike) -> Logit | CannotTell:
    """How does a yes-or-no outcome (rows,) depend on a design (rows, k, a constant included)?

    Cannot tell where the columns repeat each other, or where some of them tell every yes from
    every no: then no finite b fits best (Albert & Anderson 1984, Biometrika 71).
    """
    X, y = np.asarray(design, dtype=np.float64), np.asarray(outcome, dtype=np.float64)
    if np.linalg.matrix_rank(X) < X.shape[1]:
        return CannotTell("Some columns repeat each other, so their parts cannot be told apart.")
    b = np.zeros(X.shape[1])
    for _ in range(STEPS):
        p = expit(X @ b)
        information = (X * (p * (1 - p))[:, None]).T @ X
        step = np.linalg.lstsq(information, X.T @ (y - p), rcond=None)[0]
        step *= min(1.0, LONGEST / max(np.abs(X @ step).max(), EXACT))
        b = b + step
        if np.abs(X @ b).max() > STEEP:
            return CannotTell("The columns tell every yes from every no; no effect size fits best.")
        if np.abs(X @ step).max() < EXACT:
            likelihood = float(np.log(np.where(y > 0, expit(X @ b), expit(-X @ b))).sum())
            return Logit(X, y, b, likelihood)
    return CannotTell("The fit does not settle; too few answers of one kind.")


@dataclass(frozen=True, eq=False)
class LeftOut:
    """A fit with every account left out in turn, which says how sure its means are.

    An account's error is what leaving it out takes from a mean: the mean of the other rows, at
    coefficients moved by one Newton step, (H − H_g)⁻¹ s_g, with its information H_g and score
    s_g. This jackknife (CR3) allows for few accounts, where the plain sandwich falls short: with
    t at n − 1 it covers 92–96 % at 30 accounts and 93–97 % from 60 on (600 worlds a cell).
    `accounts` number each row's account, `moved` (accounts, k) are those steps.
    Source: Bell & McCaffrey (2002), Survey Methodology 28; MacKinnon, Nielsen & Webb (2023),
    Journal of Applied Econometrics 38; the mean over a sample: Dowd, Greene & Norton (2014),
    Health Services Research 49.
    """

    fit: Logit
    accounts: NDArray[np.intp]
    moved: Array

    @classmethod
    def of(cls, fit: Logit, accounts: NDArray[np.intp], count: int) -> LeftOut:
        """`accounts` number each row's account out of `count`; the rows count as a sample of all.

        Raises LinAlgError where one account alone carries a column.
        """
        p, X = fit.probabilities(), fit.design
        scores = by_account(accounts, X * (fit.outcome - p)[:, None], count)
        bends = np.einsum("ij,ik->ijk", X * (p * (1 - p))[:, None], X).reshape(len(X), -1)
        each = by_account(accounts, bends, count).reshape(count, X.shape[1], -1)
        steps = np.linalg.solve(each.sum(axis=0) - each, scores[:, :, None])
        return cls(fit, accounts, steps[:, :, 0])

    def mean(self, rows: Array, gradient: Array) -> Estimates:
        """The means of row effects (rows, m) whose means change by `gradient` (m, k) in b."""
        count = len(self.moved)
        mean, others = rows.mean(axis=0), len(rows) - np.bincount(self.accounts, minlength=count)
        own = by_account(self.accounts, rows - mean, count) / others[:, None]
        present = np.count_nonzero(others < len(rows))
        # Estimates multiplies by n / (n − 1); a jackknife wants (n − 1) / n.
        errors = (own + self.moved @ np.atleast_2d(gradient).T) * (present - 1) / present
        return Estimates(mean, errors, METHOD)

    def effects(self) -> Estimates:
        """By how much does P(yes) change on average as each column grows by 1? (k,)"""
        return self.mean(*self.fit.slopes())

    def coefficients(self) -> Estimates:
        """The coefficients themselves; (k,)."""
        b = self.fit.coefficients
        return self.mean(np.tile(b, (len(self.accounts), 1)), np.eye(len(b)))
