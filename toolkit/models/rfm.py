"""Which customers are recent, frequent and large, and which of them answer?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.models.shrink import shrunken_rates
from toolkit.stats.arrays import vector

PARTS = 5


def scores(values: ArrayLike, *, parts: int = PARTS) -> np.ndarray:
    """In which fifth does each value lie? 1 lowest … 5 highest, (n,) whole numbers.

    By the middle rank of all equal values, so that equals score alike, whatever their order in
    the file, and only the order of values counts, not their distance. Where many are equal the
    fifths are not of one size, and some may be empty.

    >>> scores([0, 0, 0, 7, 9]).tolist()
    [2, 2, 2, 4, 5]
    """
    ranks = pd.Series(vector(values)).rank(method="average").to_numpy()
    return np.floor((ranks - 0.5) / len(ranks) * parts).astype(int) + 1


def rfm(history: pd.DataFrame) -> pd.DataFrame:
    """How recent, frequent and large is each customer, from 1 to 5 each?

    `history` as `history.history` makes it; columns recency (5: bought lately), frequency,
    monetary, and cell ("555" are the best).
    Source: Hughes (1994), Strategic Database Marketing; scored by customers, each on its own.
    """
    since = history["T"] - history["recency"]
    columns = {"recency": -since, "frequency": history["frequency"]}
    columns["monetary"] = history["monetary"]
    table = pd.DataFrame({k: scores(v.to_numpy()) for k, v in columns.items()}, history.index)
    digits = table.astype(str)
    return table.assign(cell=digits["recency"] + digits["frequency"] + digits["monetary"])


def response_by_cell(cells: pd.Series, answered: ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """Which share of each cell answered? Cells of few customers lean on the others.

    `cells` and `answered` (yes or no) one per customer. Index cell; columns customers, answered,
    rate, low, high, best rate first.
    """
    yes = pd.Series(np.asarray(answered, dtype=bool), cells.index)
    table = yes.groupby(cells).agg(customers="size", answered="sum")
    rates = shrunken_rates(table["answered"], table["customers"], level=level)
    ends = [(r.value, r.low, r.high) for r in rates]
    shown = pd.DataFrame(ends, table.index, ["rate", "low", "high"])
    return table.join(shown).sort_values("rate", ascending=False, kind="stable")
