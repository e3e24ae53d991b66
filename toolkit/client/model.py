"""A client as the audits see it: settings and typed tables, all checked, none changed.

With the ledger of all accounts: what each bought, on which days, and for whom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.errors import Problem, unknown_name
from toolkit.wording import count_with_noun, fit_on_line, format_count, html_table

MOST_ACCOUNTS = 100_000  # that are drawn to stand line by line
MOST_LINES = 1_000_000  # of purchases held line by line; tables of more lines get a ledger
_CHUNK = 100_000  # names hashed at once: they become objects for that
Counts = NDArray[np.int64]
Places = NDArray[np.int32]
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AccountLedger:
    """What G accounts bought on V buying days; all of one account's day is one visit.

    `names` (G,) stand in the order of a hash, so that the first of them are a sample by chance.
    (G,) each: `orders`, `orders_known` (that say who consumes), `orders_apart` (buyer ≠ consumer),
    `known` and `apart` (revenue of such lines, in currency). (V,) each, by account and day:
    `account` (place in `names`), `day` (days from the first of all, `start`), `amount` (currency).
    `products`: lines of each product named, by name; `lines`: of purchases in all.
    """

    names: pd.Index
    orders: Counts
    orders_known: Counts
    orders_apart: Counts
    known: Array
    apart: Array
    account: Places
    day: Places
    amount: Array
    start: pd.Timestamp
    products: pd.Series
    lines: int

    @property
    def revenue(self) -> Array:
        """How much did each account pay in all? (G,) currency."""
        sums = np.bincount(self.account, self.amount, len(self.names))
        return sums.astype(np.float64)

    @property
    def end(self) -> int:
        """The last day of all, counted from `start`."""
        return int(self.day.max())

    def drawn_of(self, most: int) -> int:
        """How many accounts, the first ones, stand line by line where `most` lines may?

        At most MOST_ACCOUNTS, and so few that no more than `most` lines are to be expected. Which
        accounts they are has no part in how many, so large and small ones are drawn alike.
        """
        return accounts_to_draw(len(self.names), self.lines, most)

    def visits(self) -> pd.DataFrame:
        """A row per account and day: account_id, date, amount, as purchases have them."""
        return pd.DataFrame(
            {
                "account_id": self.names.take(self.account),
                "date": self.start + pd.to_timedelta(self.day, unit="D"),
                "amount": self.amount,
            }
        )


def accounts_to_draw(accounts: int, lines: int, most: int) -> int:
    """How many of so many accounts, with so many lines in all, have about `most` of them?"""
    return max(1, min(MOST_ACCOUNTS, most * accounts // lines))


def hash_names(names: pd.Index) -> NDArray[np.uint64]:
    """A number for each name that looks like chance and is the same everywhere; (G,).

    SipHash of the text, as `pandas.util.hash_array` has it. Who is drawn by it stays drawn when
    other accounts come or go.
    """
    parts = [
        pd.util.hash_array(names[i : i + _CHUNK].to_numpy(object), categorize=False)
        for i in range(0, len(names), _CHUNK)
    ]
    return np.concatenate(parts)


PROBLEM_WORDS = {"error": "refused", "left_out": "left out", "note": "noted"}
LONGEST_NAME = 40  # characters of an id or a name in the short text of a client
DEFAULT_LEVEL = 0.95
DEFAULT_SEED = 1
DEFAULT_REPEAT_WINDOW_DAYS = 180


@dataclass(frozen=True)
class Attribute:
    """Something the product is judged by; `serves` is reason, experience, or None (not said)."""

    id: str
    label: str
    serves: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClientSettings:
    """What a client may set about the calculations."""

    level: float = DEFAULT_LEVEL
    seed: int = DEFAULT_SEED
    repeat_window_days: int = DEFAULT_REPEAT_WINDOW_DAYS
    thresholds: Mapping[str, float] = field(default_factory=dict)
    stage_mix: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class TableSource:
    """Where a table came from: file name, its SHA-256, rows in it, rows kept, what to know."""

    file: str
    sha256: str
    rows: int
    kept: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Client:
    """One client: who it is, its attributes and scales, and its tables.

    Every table in `frames` has all contract columns (an optional column the file lacks is
    empty), ids and categories as text, numbers as float64, dates as datetime64, plus
    `importance_ATTR` / `performance_ATTR` for every attribute and the traits where they stand.
    Defaults of the contract are filled in. `problems` holds what was left out and noted.
    `accounts` is given where the purchases are too many to hold: what all accounts bought; the
    table then holds the lines of some whole accounts, drawn by a hash of their names.
    """

    id: str
    name: str
    about: str
    currency: str
    language: str
    setting: str
    scales: Mapping[str, tuple[float, float]]
    attributes: Mapping[str, Attribute]
    frames: Mapping[str, pd.DataFrame]
    sources: Mapping[str, TableSource]
    margin: float | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    settings: ClientSettings = ClientSettings()
    problems: tuple[Problem, ...] = ()
    folder: Path | None = None
    accounts: AccountLedger | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        name, id = fit_on_line(self.name, LONGEST_NAME), fit_on_line(self.id, LONGEST_NAME)
        tables = ", ".join(f"{t} {format_count(n)}" for t, n in self._row_counts().items())
        return f"<Client {id}: {name}; rows: {tables or 'no table'}; {self._problem_counts()}>"

    def _repr_html_(self) -> str:
        rows = [(table, format_count(n)) for table, n in self._row_counts().items()]
        title = f"{self.name} ({self.id}), {self._problem_counts()}"
        return html_table(title, rows, ("table", "rows"))

    def _row_counts(self) -> dict[str, int]:
        """Rows of each table, as many as its files have where not all of them are held."""
        counts = {name: len(frame) for name, frame in self.frames.items()}
        if self.accounts is not None and "purchases" in self.sources:
            counts["purchases"] = self.sources["purchases"].rows
        return counts

    def _problem_counts(self) -> str:
        kinds = Counter(PROBLEM_WORDS[problem.kind] for problem in self.problems)
        told = [f"{count} {word}" for word, count in kinds.items()]
        total = count_with_noun(len(self.problems), "problem", "problems")
        return total + (f" ({', '.join(told)})" if told else "")

    def has(self, table: str) -> bool:
        """Is the table there, with at least one row?"""
        return table in self.frames and len(self.frames[table]) > 0

    def table(self, name: str) -> pd.DataFrame:
        """One table, whose changes nobody else sees; KeyError where the client has none of it."""
        if name not in self.frames:
            raise unknown_name(f"table of the client {self.id}", name, self.frames)
        return self.frames[name].copy(deep=False)  # pandas copies what is changed
