"""How often will a customer buy, and is she still one? The BG/NBD model with known parameters.

A customer buys at her own rate (gamma over customers) and after each purchase stops for good
with her own probability (beta over customers); nobody tells the shop.
Source: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24,
275–284; equations are theirs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from toolkit.stats.arrays import Array

POLE = 1e-7  # this close to a = 1 the closed form divides rounding by rounding
INTEGER = 1e-9
POINTS = 2_001
TINY = -600.0  # logarithm of a chance too small to divide by


class Buying(NamedTuple):
    """The four parameters: rates ~ Gamma(r, alpha), chances to stop ~ Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, t: ArrayLike) -> Array:
        """How many repeat purchases does a new customer make within time t? Equation 9.

        >>> Buying(0.24259, 4.4135, 0.79289, 2.42575).expected(39).round(3).item()
        1.195
        """
        time = np.asarray(t, dtype=np.float64)
        return self._purchases(time, np.zeros_like(time), self.alpha)

    def expected_given(self, t: ArrayLike, x: ArrayLike, tx: ArrayLike, T: ArrayLike) -> Array:
        """How many will a customer of history (x, tx, T) make in the time t after T? Equation 10.

        x repeat purchases, the last at tx, watched until T; all times in one unit.
        """
        count, age = np.asarray(x, dtype=np.float64), np.asarray(T, dtype=np.float64)
        buys = self._purchases(np.asarray(t, dtype=np.float64), count, self.alpha + age)
        return buys * self.alive(x, tx, T)

    def alive(self, x: ArrayLike, tx: ArrayLike, T: ArrayLike) -> Array:
        """How likely is a customer of history (x, tx, T) still one? 1 before a repeat purchase.

        Source: Fader, Hardie & Lee (2008), Computing P(alive) Using the BG/NBD Model.
        """
        count = np.asarray(x, dtype=np.float64)
        age, last = np.asarray(T, dtype=np.float64), np.asarray(tx, dtype=np.float64)
        waited = (self.r + count) * (np.log(self.alpha + age) - np.log(self.alpha + last))
        stopped = np.log(self.a / (self.b + np.maximum(count, 1) - 1)) + waited
        return np.where(count > 0, special.expit(-stopped), 1.0)

    def chance(self, n: int, t: float) -> float:
        """How likely does a new customer make exactly n repeat purchases in time t? Equation 8.

        >>> round(Buying(0.24259, 4.4135, 0.79289, 2.42575).chance(0, 39), 3)
        0.574
        """
        r, alpha, a, b = self
        share = t / (alpha + t)
        log_odds = special.gammaln(r + n) - special.gammaln(r) - special.gammaln(n + 1)
        stayed = log_odds + r * np.log1p(-share) + special.xlogy(n, share)
        chance = np.exp(special.betaln(a, b + n) - special.betaln(a, b) + stayed)
        if n > 0:  # or she would have bought more often, but stopped after the n-th
            left = np.exp(special.betaln(a + 1, b + n - 1) - special.betaln(a, b))
            chance = chance + left * special.betainc(n, r, share)
        return float(chance)

    def _purchases(self, t: Array, x: Array, alpha: float | Array) -> Array:
        """Purchases in time t by one who bought x times and is alive, her clock at `alpha`.

        As printed, with ₂F₁(r + x, b + x; c; z) (1 − z)^(r + x), c = a + b + x − 1, it overflows
        for frequent buyers; by Euler's transformation ₂F₁(c − r − x, a − 1; c; z) (1 − z)^(a − 1)
        is the same and does not. Where that fails too (a = 1, or z near 1), see `_integrated`.
        """
        often, stays, c = self.r + x, self.b + x, self.a + self.b + x - 1
        with np.errstate(all="ignore"):
            z = t / (alpha + t)
            left = special.hyp2f1(c - often, self.a - 1, c, z) * (1 - z) ** (self.a - 1)
            count = np.asarray(c / (self.a - 1) * (1 - left))
        whole = abs((self.a - self.r + 0.5) % 1 - 0.5) < INTEGER  # scipy is off there for z > 0.9
        failed = ~np.isfinite(count) | (abs(self.a - 1) < POLE) | (whole & (z > 0.9))
        if failed.any():
            wide = np.broadcast_arrays(often, stays, t / alpha, count)
            count = wide[3].copy()
            parts = [w[failed] for w in wide[:3]]
            count[failed] = [_integrated(self.a, *p) for p in zip(*parts, strict=True)]
        return count


def _integrated(a: float, often: float, stays: float, time: float) -> float:
    """E[(1 − (1 + p · time)^(−often)) / p] for p ~ Beta(a, stays): what ₂F₁ is the closed form of.

    By the trapezoidal rule in the log-odds of p, which is exact to rounding for such tails.
    """
    spread = 12 * np.sqrt(1 / a + 1 / stays)
    low, high = -spread - 45 / a, spread + 45 / stays
    u, step = np.log(a / stays) + np.linspace(low, high, POINTS), (high - low) / (POINTS - 1)
    log_p = -np.logaddexp(0, -u)
    density = np.exp(a * log_p - stays * np.logaddexp(0, u) - special.betaln(a, stays))
    stops = -np.expm1(-often * np.log1p(np.exp(log_p) * time))
    rate = np.where(log_p > TINY, stops / np.exp(np.maximum(log_p, TINY)), often * time)
    return float(density @ rate * step)
