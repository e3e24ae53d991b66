"""Which segments do people fall into by their traits: by each kind alone, and by all together?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.models.segmentation import (
    CustomerSegments,
    TraitDifference,
    find_segments,
    is_numeric_trait,
    merge_rare_levels,
    segment_profile,
)
from toolkit.stats.interval import CannotTell
from toolkit.wording import format_number, format_percent

TOGETHER = "all traits"
MOST_PEOPLE = 1_500  # more make segments hardly clearer and the search slow
WORTH_SAYING = 0.05  # q up to which a line of a profile is said
LINES = 3  # lines of a profile that are said


@dataclass(frozen=True, eq=False)
class PeopleTraits:
    """Who has which traits: `traits` (P rows, one column a trait), `account` (P,) codes."""

    traits: pd.DataFrame
    account: NDArray[np.intp]
    names: pd.Index
    role: pd.Series

    @property
    def accounts(self) -> int:
        """From how many accounts do they come?"""
        return len(self.names)


@dataclass(frozen=True, eq=False)
class TraitSegments:
    """Segments by one kind of trait, or by all: `found` by a model, `lines` say what they are.

    `rows` are the places in `PeopleTraits` that were looked at.
    """

    kind: str
    traits: tuple[str, ...]
    found: CustomerSegments
    lines: tuple[TraitDifference, ...]
    rows: NDArray[np.intp]

    def name(self, segment: int) -> str:
        """How is one of the segments called? Largest first, from 1."""
        return f"{self.kind} {segment + 1}"

    def words(self, segment: int) -> str:
        """What is this segment like? `city Cologne 71%, others 12%`."""
        mine = [t for t in self.lines if t.segment == segment and t.q < WORTH_SAYING]
        more = [t for t in mine if not t.value or t.difference.value > 0]
        return "; ".join(map(_line, more[:LINES])) or "like all others"


def people_traits(
    frames: Mapping[str, pd.DataFrame], traits: Mapping[str, str]
) -> PeopleTraits | None:
    """Whose traits are known? From the people table, else the survey; None where neither has any.

    Without account_id each person is an account of their own.
    """
    for table in ("people", "survey"):
        frame = frames.get(table, pd.DataFrame())
        columns = [t for t in traits if t in frame and frame[t].notna().any()]
        if columns:
            return _people(frame, {t: traits[t] for t in columns})
    return None


def _people(frame: pd.DataFrame, kinds: Mapping[str, str]) -> PeopleTraits:
    own = pd.Series([f"\0{i}" for i in range(len(frame))], index=frame.index)
    account, names = pd.factorize(frame["account_id"].astype(object).fillna(own))
    known = {t: _read(frame[t].reset_index(drop=True), kind) for t, kind in kinds.items()}
    return PeopleTraits(pd.DataFrame(known), account, names, frame["role"])


def _read(column: pd.Series, kind: str) -> pd.Series:
    """A trait as numbers where all of it is in digits; a place's digits are codes and stay."""
    if kind == "place":
        return column
    numbers = pd.to_numeric(column, errors="coerce")
    whole = bool(numbers.notna().eq(column.notna()).all()) and is_numeric_trait(numbers)
    return numbers if whole else column


def _traits_by_kind(found: PeopleTraits, traits: Mapping[str, str]) -> dict[str, list[str]]:
    """Which traits belong to which kind (demographic, place, behaviour, psychographic)?"""
    kinds: dict[str, list[str]] = {}
    for trait in found.traits:
        kinds.setdefault(traits[str(trait)], []).append(str(trait))
    return kinds


def trait_segments(
    found: PeopleTraits, traits: Mapping[str, str], seed: int
) -> dict[str, TraitSegments | CannotTell]:
    """Which segments show, kind by kind and all together? See `models.segmentation`.

    A kind of a single category needs no model: its levels are the segments; see `category_levels`.
    Of more than MOST_PEOPLE people some accounts are drawn.
    """
    kinds = _traits_by_kind(found, traits)
    asked = {k: t for k, t in kinds.items() if len(t) > 1 or is_numeric_trait(found.traits[t[0]])}
    whole = list(found.traits.columns)
    asked = {k: t for k, t in asked.items() if t != whole} | {TOGETHER: whole}
    rows = _drawn(found, seed)
    return {kind: _group(found, kind, columns, rows, seed) for kind, columns in asked.items()}


def _group(
    found: PeopleTraits, kind: str, columns: list[str], rows: NDArray[np.intp], seed: int
) -> TraitSegments | CannotTell:
    traits, account = found.traits.iloc[rows][columns], found.account[rows]
    made = find_segments(traits, account, seed=seed)
    if isinstance(made, CannotTell):
        return made
    units = np.unique(account, return_inverse=True)[1]
    several = made.grouping.count > 1
    lines = segment_profile(traits, made.labels, units) if several else []
    return TraitSegments(kind, tuple(columns), made, tuple(lines), rows)


def _drawn(found: PeopleTraits, seed: int) -> NDArray[np.intp]:
    """The people looked at: all, or those of accounts drawn until there are MOST_PEOPLE."""
    if len(found.account) <= MOST_PEOPLE:
        return np.arange(len(found.account))
    order = np.random.default_rng(seed).permutation(found.accounts)
    sizes = np.bincount(found.account, minlength=found.accounts)[order]
    chosen = order[np.cumsum(sizes) <= MOST_PEOPLE]
    return np.flatnonzero(np.isin(found.account, chosen))


def category_levels(found: PeopleTraits) -> dict[str, pd.Series]:
    """Which level of each category has each person, rare ones put together? By trait."""
    return {
        str(name): merge_rare_levels(column).where(column.notna())
        for name, column in found.traits.items()
        if not is_numeric_trait(column) and column.nunique() > 1
    }


def account_levels(found: PeopleTraits, level: pd.Series) -> pd.Series:
    """Which level has each account? Its payer's, else its first person's; by account's name.

    `level` (P,), empty where unknown.
    """
    pays = found.role.isin(["buyer", "both"]).to_numpy()
    known = level.notna().to_numpy()
    order = np.lexsort((np.arange(len(pays)), ~pays, ~known))
    first = pd.Series(level.to_numpy(object)[order]).groupby(found.account[order]).first()
    return first.set_axis(found.names[first.index]).dropna()


def _line(line: TraitDifference) -> str:
    if line.value:
        here, rest = format_percent(line.here), format_percent(line.rest)
        return f"{line.trait} {line.value} {here}, others {rest}"
    return f"{line.trait} {format_number(line.here)} on average, others {format_number(line.rest)}"
