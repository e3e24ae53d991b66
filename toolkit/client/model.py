"""A client as the audits see it: settings and typed tables, all checked, none changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from toolkit.client.accounts import AccountLedger
from toolkit.errors import Problem

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

    def has(self, table: str) -> bool:
        """Is the table there, with at least one row?"""
        return table in self.frames and len(self.frames[table]) > 0

    def table(self, name: str) -> pd.DataFrame:
        """One table, whose changes nobody else sees; KeyError where the folder has none."""
        return self.frames[name].copy(deep=False)  # pandas copies what is changed
