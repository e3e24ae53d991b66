"""Which segments do customers fall into, by traits or by purchases, and what is each one like?

Traits are mixed: categories (city, device) and numbers (age). A mixture model treats both by what
they are and has a proper likelihood, hence a BIC; distances between mixed rows (k-prototypes,
Gower) need weights that nobody can defend, and Gaussian mixtures of 0/1 columns have none.
Source: Vermunt & Magidson (2002), in Applied Latent Class Analysis, ch. 3.

By their purchases (RFM): who is recent, frequent and large, and which cells of them answer?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from toolkit.models.latent_groups import MOST_GROUPS, LatentGrouping, category_items, find_groups
from toolkit.models.shrinkage import shrunken_rates
from toolkit.stats.hypothesis_tests import benjamini_hochberg
from toolkit.stats.input_checks import (
    account_codes,
    finite_number,
    finite_vector,
    instance_of,
    number_array,
    random_seed,
    table_columns,
    unfit_input,
    whole_number,
    yes_or_no,
)
from toolkit.stats.interval import Array, CannotTell, Interval, student_upper_tail, tail_probability
from toolkit.stats.strata import mean_contrast

DISTINCT = 8  # fewer different values, and a number is taken for a category
LONG_TAIL = 1.0  # skewness
RARE = 0.03  # levels with less than this share of the rows are put together
OTHER = "other"
NOBODY = -1  # the segment of a row with no trait known


@dataclass(frozen=True)
class TraitDifference:
    """How does a segment differ from all others in one trait?

    For a category `value` is the level and `here`, `rest` are shares; for a number `value` is ""
    and they are means. `difference` is here − rest; `q` is adjusted for all lines of the profile.
    """

    segment: int
    trait: str
    value: str
    here: float
    rest: float
    difference: Interval
    q: float


@dataclass(frozen=True, eq=False)
class CustomerSegments:
    """The segments: `labels` (rows,), −1 where no trait is known, and how they were found."""

    labels: NDArray[np.intp]
    grouping: LatentGrouping


def find_segments(
    traits: pd.DataFrame, accounts: NDArray[np.intp], *, most: int = MOST_GROUPS, seed: int = 1
) -> CustomerSegments | CannotTell:
    """Which segments are there? One row a respondent, one column a trait; one may be the answer.

    Rare levels are merged first. Numbers of few different values count as categories; numbers
    from 0 up with a long tail (skewness above 1) are taken as log(1 + x) where that shortens it,
    because the tail would look like a segment. How many, and how stable: see `grouping`. Cannot
    tell from fewer than 30 accounts, or without a trait that varies.
    """
    accounts = _checked_traits(traits, accounts)
    whole_number(most, "most", least=1)
    random_seed(seed)
    known = traits.notna().any(axis=1).to_numpy()
    numbers, levels = _split_traits(traits[known])
    if not (numbers.size or levels.shape[1]):
        return CannotTell("No trait varies from one respondent to the next.")
    items = category_items(levels, numbers)[0]
    found = find_groups(items, accounts[known], most=most, seed=seed)
    if isinstance(found, CannotTell):
        return found
    labels = np.full(len(traits), NOBODY, dtype=np.intp)
    labels[known] = found.labels
    return CustomerSegments(labels, found)


def segment_profile(
    traits: pd.DataFrame,
    labels: NDArray[np.intp],
    accounts: NDArray[np.intp],
    *,
    level: float = 0.95,
) -> list[TraitDifference]:
    """Of what does each segment have more, or less, than all others? Clearest first.

    Differences of shares or means, linearised over accounts, the segments taken as given: they
    were made from these traits, so differences are to be expected; what counts is how large.
    `q` is Benjamini and Hochberg's over all lines.
    """
    accounts = _checked_traits(traits, accounts)
    tail_probability(level)
    labels = _checked_labels(labels, len(traits))
    lines = list(_profile_lines(traits, labels, accounts, level))
    if not lines:
        return []
    adjusted = benjamini_hochberg([line.q for line in lines])
    full = [replace(line, q=float(q)) for line, q in zip(lines, adjusted, strict=True)]
    return sorted(full, key=lambda t: (t.segment, t.q, -abs(t.difference.value)))


def merge_rare_levels(column: pd.Series, *, rare: float = RARE) -> pd.Series:
    """Which levels are too rare to stand alone? Those under this share become "other".

    >>> merge_rare_levels(pd.Series(["a"] * 50 + ["b"] * 49 + ["c"])).value_counts().to_dict()
    {'a': 50, 'b': 49, 'other': 1}
    """
    instance_of(column, pd.Series, "column")
    rare = finite_number(rare, "rare", least=0, most=1)
    shares = column.value_counts(normalize=True)
    small = set(shares.index[shares < rare])
    return column.astype(object).where(~column.isin(small), OTHER)


def is_numeric_trait(column: pd.Series) -> bool:
    """Is this trait a number, rather than a category written in digits?"""
    instance_of(column, pd.Series, "column")
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return bool(numeric) and column.nunique() >= DISTINCT


def _checked_traits(traits: pd.DataFrame, accounts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The account of each row; the traits are a table without infinite numbers."""
    for name, column in table_columns(traits, (), "traits").items():
        if pd.api.types.is_numeric_dtype(column) and np.isinf(number_array(column)).any():
            raise unfit_input(str(name), "finite numbers, empty where unknown", "an infinite one")
    return account_codes(accounts, len(traits))


def _checked_labels(labels: NDArray[np.intp], rows: int) -> NDArray[np.intp]:
    """The segment of each row, −1 where none is known."""
    moved = number_array(labels, "labels") + 1
    if (moved != np.round(moved)).any():
        raise unfit_input("labels", "whole numbers", repr(labels))
    return account_codes(moved.astype(np.intp), rows, name="labels, counted from −1") - 1


def _split_traits(traits: pd.DataFrame) -> tuple[Array, pd.DataFrame]:
    """The numbers, standardised (rows, Q), and the categories with rare levels merged."""
    varying = traits[[name for name in traits if traits[name].nunique() > 1]]
    numeric = [name for name in varying if is_numeric_trait(varying[name])]
    columns = [
        _standardised(varying[name].to_numpy(np.float64, na_value=np.nan)) for name in numeric
    ]
    numbers = np.column_stack(columns) if columns else np.zeros((len(traits), 0))
    return numbers, varying.drop(columns=numeric).apply(merge_rare_levels)


def _standardised(values: Array) -> Array:
    if np.nanmin(values) >= 0 and _skewness(values) > LONG_TAIL:
        logs = np.log1p(values)
        values = logs if abs(_skewness(logs)) < _skewness(values) else values
    return np.asarray((values - np.nanmean(values)) / np.nanstd(values))


def _skewness(values: Array) -> float:
    z = (values - np.nanmean(values)) / np.nanstd(values)
    return float(np.nanmean(z**3))


def _profile_lines(
    traits: pd.DataFrame, labels: NDArray[np.intp], accounts: NDArray[np.intp], level: float
) -> Iterator[TraitDifference]:
    """Each line of the profile, its p in place of q."""
    for name in traits:
        for value, numbers in _trait_values(traits[name]):
            known = ~np.isnan(numbers) & (labels != NOBODY)
            for segment in np.unique(labels[known]):
                here, there = known & (labels == segment), known & (labels != segment)
                if not there.any():
                    continue
                units = accounts[here], accounts[there]
                found = mean_contrast(numbers[here], numbers[there], units=units)
                ends = found.interval(level=level)
                means = float(numbers[here].mean()), float(numbers[there].mean())
                yield TraitDifference(
                    int(segment), str(name), value, *means, ends, _two_sided(found.errors, ends)
                )


def _trait_values(column: pd.Series) -> Iterator[tuple[str, Array]]:
    """A number as it is, or each level of a category as 0/1; NaN where unknown."""
    if is_numeric_trait(column):
        yield "", column.to_numpy(np.float64, na_value=np.nan)
        return
    merged = merge_rare_levels(column)
    unknown = column.isna().to_numpy()
    for value in sorted(merged.dropna().unique(), key=str):
        yield str(value), np.where(unknown, np.nan, (merged == value).to_numpy(np.float64))


def _two_sided(errors: Array, ends: Interval) -> float:
    error = float(np.sqrt(ends.n / max(ends.n - 1, 1) * (errors @ errors)))
    if error == 0:
        return 1.0 if ends.value == 0 else 0.0
    return min(1.0, 2 * student_upper_tail(abs(ends.value) / error, ends.n - 1))


PARTS = 5


def fifth_scores(values: ArrayLike, *, parts: int = PARTS) -> np.ndarray:
    """In which fifth does each value lie? 1 lowest … 5 highest, (n,) whole numbers.

    By the middle rank of all equal values, so that equals score alike, whatever their order in
    the file, and only the order of values counts, not their distance. Where many are equal the
    fifths are not of one size, and some may be empty.

    >>> fifth_scores([0, 0, 0, 7, 9]).tolist()
    [2, 2, 2, 4, 5]
    """
    parts = whole_number(parts, "parts", least=1)
    ranks = pd.Series(finite_vector(values)).rank(method="average").to_numpy()
    return np.asarray(np.floor((ranks - 0.5) / len(ranks) * parts).astype(int) + 1)


def rfm_scores(history: pd.DataFrame) -> pd.DataFrame:
    """How recent, frequent and large is each customer, from 1 to 5 each?

    `history` as `history.history` makes it; columns recency (5: bought lately), frequency,
    monetary, and cell ("555" are the best).
    Source: Hughes (1994), Strategic Database Marketing; scored by customers, each on its own.
    """
    table_columns(history, ("frequency", "recency", "T", "monetary"), "history")
    for name in ("frequency", "recency", "T", "monetary"):
        finite_vector(history[name], name)
    since = history["T"] - history["recency"]
    columns = {"recency": -since, "frequency": history["frequency"]}
    columns["monetary"] = history["monetary"]
    table = pd.DataFrame({k: fifth_scores(v.to_numpy()) for k, v in columns.items()}, history.index)
    digits = table.astype(str)
    return table.assign(cell=digits["recency"] + digits["frequency"] + digits["monetary"])


def response_by_cell(cells: pd.Series, answered: ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """Which share of each cell answered? Cells of few customers lean on the others.

    `cells` and `answered` (yes or no) one per customer. Index cell; columns customers, answered,
    rate, low, high, best rate first.
    """
    instance_of(cells, pd.Series, "cells")
    if cells.isna().any() or cells.empty:
        raise unfit_input("cells", "a cell for every customer, at least one", repr(cells))
    yes = pd.Series(yes_or_no(answered, len(cells), "answered"), cells.index)
    table = yes.groupby(cells).agg(customers="size", answered="sum")
    rates = shrunken_rates(table["answered"], table["customers"], level=level)
    ends = [(r.value, r.low, r.high) for r in rates]
    shown = pd.DataFrame(ends, table.index, ["rate", "low", "high"])
    return table.join(shown).sort_values("rate", ascending=False, kind="stable")
