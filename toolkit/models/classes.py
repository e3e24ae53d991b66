"""Which kinds of respondents explain how their answers go together? Latent class analysis.

Source: Goodman (1974), Biometrika 61, 215–231; Linzer & Lewis (2011), Journal of Statistical
Software 42(10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.models.cannot import CannotTell
from toolkit.models.grouping import MOST, Grouping, grouped
from toolkit.models.mixture import Items, best_fit
from toolkit.stats.arrays import Array


@dataclass(frozen=True, eq=False)
class Classes:
    """The classes found; `answers` has one row per item and answer, one column per class: the
    share of the class that gives it."""

    grouping: Grouping
    answers: pd.DataFrame


def latent_classes(
    answers: pd.DataFrame,
    *,
    accounts: NDArray[np.intp] | None = None,
    most: int = MOST,
    seed: int = 1,
) -> Classes | CannotTell:
    """Which classes of respondents are there? One row a respondent, one column an item.

    Any values, each a category of its own; missing ones are left out item by item. How many:
    see `grouping`. `accounts` number each row's account; by default each row is one.
    """
    items, names = categories(answers)
    units = np.arange(len(answers)) if accounts is None else accounts
    found = grouped(items, units, most=most, seed=seed)
    if isinstance(found, CannotTell):
        return found
    shares = pd.DataFrame(found.groups.marks[0].T, index=pd.MultiIndex.from_tuples(names))
    return Classes(found, shares)


def log_likelihood(
    answers: pd.DataFrame, classes: int, *, counts: Sequence[float] | None = None, seed: int = 1
) -> float:
    """How likely are the answers under the likeliest so many classes? The log-likelihood.

    `counts` tell how often each row was seen (default once).
    """
    weights = np.ones(len(answers)) if counts is None else np.asarray(counts, dtype=np.float64)
    found = best_fit(categories(answers)[0], weights, classes, count=30, seed=seed)
    return float(found.log_likelihood[0])


def categories(
    answers: pd.DataFrame, numbers: Array | None = None
) -> tuple[Items, list[tuple[str, str]]]:
    """Which item and answer does each column of marks stand for? Items for `mixture`, with names.

    `numbers` (rows, Q) are put beside the categories.
    """
    marks, blocks, names = [], [], []
    for place, (item, column) in enumerate(answers.items()):
        for level in sorted(column.dropna().unique(), key=str):
            marks.append((column == level).to_numpy(dtype=np.float64, na_value=0.0))
            blocks.append(place)
            names.append((str(item), str(level)))
    columns = np.column_stack(marks) if marks else np.zeros((len(answers), 0))
    beside = np.zeros((len(answers), 0)) if numbers is None else numbers
    return Items(columns, np.array(blocks, dtype=np.intp), beside), names
