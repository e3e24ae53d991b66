"""Does one satisfaction work through the other? Total, direct and indirect parts of a link."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.models.cannot import CannotTell
from toolkit.stats.arrays import Array, vector
from toolkit.stats.bootstrap import DRAWS, Resample, by_account
from toolkit.stats.interval import Interval
from toolkit.stats.means import percentile
from toolkit.text import counted

FEWEST = 30
PAIRS = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]  # xx, xm, xy, mm, my: all the paths need
METHOD = "least squares, percentile bootstrap of accounts"


@dataclass(frozen=True)
class Mediation:
    """Parts of the link from x to y: total = direct + indirect, indirect = a · b.

    `a` is m per x, `b` is y per m at equal x, `direct` is y per x at equal m.
    """

    a: Interval
    b: Interval
    total: Interval
    direct: Interval
    indirect: Interval


def mediation(
    x: ArrayLike,
    through: ArrayLike,
    y: ArrayLike,
    accounts: NDArray[np.intp],
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> Mediation | CannotTell:
    """How much of what goes with x reaches y through a third quantity? Rows (n,) each.

    Straight lines fitted by least squares; where y is 0 or 1 the effects are differences of
    probability (linear probability model). Percentile intervals over resampled accounts, because
    a product of estimates is skewed. It is no proof of a mechanism: what moves m and y alike
    looks the same (Bullock, Green & Ha 2010, J Pers Soc Psychol 98). Cannot tell from fewer than
    30 accounts or where x or m does not vary on its own.
    Source: Preacher & Hayes (2008), Behavior Research Methods 40, 879–891.
    """
    rows = np.column_stack([vector(x, "x"), vector(through, "through"), vector(y, "y")])
    unit = np.unique(accounts, return_inverse=True)[1]
    n = int(unit.max()) + 1
    if n < FEWEST:
        have = counted(n, "account has", "accounts have")
        return CannotTell(f"{have} all three numbers; {FEWEST} are needed.")
    rows = rows - rows.mean(axis=0)
    products = [rows[:, i] * rows[:, j] for i, j in PAIRS]
    sums = by_account(unit, np.column_stack([np.ones(len(rows)), rows, *products]), n)
    if _alone(_moments(sums.sum(axis=0)))[0] <= 0:
        return CannotTell("One of the quantities does not vary apart from the other.")
    values = _paths(_moments(sums.sum(axis=0)))
    drawn = _paths(_moments(Resample(n, draws, seed).totals(sums)))
    found = (percentile(float(v), d, n=n, level=level) for v, d in zip(values, drawn, strict=True))
    return Mediation(*(Interval(i.value, i.low, i.high, n, METHOD) for i in found))


def _moments(sums: Array) -> Array:
    """Centred second moments (5, …) in the order of PAIRS, from sums (…, 9)."""
    count, first, second = sums[..., 0], np.moveaxis(sums[..., 1:4], -1, 0), sums[..., 4:]
    means = [first[i] * first[j] / count for i, j in PAIRS]
    return np.moveaxis(second, -1, 0) - np.stack(means)


def _alone(moments: Array) -> Array:
    """How much do x and m vary apart from each other? 0 within rounding where they do not."""
    xx, xm, _, mm, _ = moments
    apart = xx * mm - xm**2
    return np.atleast_1d(np.where(apart > 1e-12 * xx * mm, apart, 0.0))


def _paths(moments: Array) -> Array:
    """a, b, total, direct, indirect, one row each."""
    xx, xm, xy, mm, my = moments
    apart = xx * mm - xm**2
    a, b = xm / xx, (my * xx - xy * xm) / apart
    direct = (xy * mm - my * xm) / apart
    return np.stack([a, b, xy / xx, direct, a * b])
