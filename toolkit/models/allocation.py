"""Which allocation of a sum has the highest lower end of what it brings more?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from toolkit.stats.arrays import Array, normal, tail

MOST_STEPS = 500
CLOSE = 1e-12  # of the sum of all margins


@dataclass(frozen=True, eq=False)
class Field:
    """K takers of money: `spend` on each, the `margin` it brought, its standard `error`; (K,).

    Margin follows spend to a power b, of which several are gone through (`exponents`): the lower
    end at one is Σ margin g − z √(Σ g² error²), g = f^b − 1, f the factor of the spend.
    """

    spend: Array
    margin: Array
    error: Array
    exponents: Sequence[float]
    level: float

    def low(self, factors: Array) -> Array:
        """The lower end of the gain at each exponent; (exponents,)."""
        gains, half = self.gains(factors)
        return gains - half

    def gains(self, factors: Array) -> tuple[Array, Array]:
        """The gain at each exponent, and half the width of its interval; (exponents,) each."""
        grown = self._grown(factors)
        return grown @ self.margin, self._reach * np.sqrt(grown**2 @ self.error**2)

    def slopes(self, factors: Array) -> Array:
        """How fast the lower end grows with each factor; (exponents, K)."""
        grown, powers = self._grown(factors), np.array(self.exponents)[:, None]
        error = np.sqrt(grown**2 @ self.error**2)[:, None]
        share = np.divide(grown * self.error**2, error, out=np.zeros_like(grown), where=error > 0)
        return (self.margin - self._reach * share) * powers * factors ** (powers - 1)

    def _grown(self, factors: Array) -> Array:
        return np.asarray(factors ** np.array(self.exponents)[:, None] - 1)

    @property
    def _reach(self) -> float:
        return normal(1 - tail(self.level))


def highest(field: Field, start: Array, guard: float) -> Array:
    """From factors `start` (K,), those with the highest lower end, the sum spent as it was.

    Each factor within 1 ± guard. The largest t that the lower end reaches at every exponent, by
    sequential quadratic programming (Kraft 1988, DFVLR-FB 88-28).
    """
    k, size = len(start), float(field.margin.sum()) or 1.0
    spent = np.append(field.spend / field.spend.sum(), 0.0)
    above = {
        "type": "ineq",
        "fun": lambda x: field.low(x[:k]) / size - x[k],
        "jac": lambda x: np.column_stack(
            [field.slopes(x[:k]) / size, -np.ones(len(field.exponents))]
        ),
    }
    found = minimize(
        lambda x: -x[k],
        np.append(start, field.low(start).min() / size),
        jac=lambda x: -np.eye(k + 1)[k],
        method="SLSQP",
        bounds=[(1 - guard, 1 + guard)] * k + [(None, None)],
        constraints=[
            above,
            {"type": "eq", "fun": lambda x: spent @ x - 1, "jac": lambda x: spent},
        ],
        options={"maxiter": MOST_STEPS, "ftol": CLOSE},
    )
    return np.clip(found.x[:k], 1 - guard, 1 + guard)
