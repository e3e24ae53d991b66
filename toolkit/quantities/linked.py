"""What goes together with the buyer's next purchase: satisfaction of consumer and buyer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.models.cannot import CannotTell
from toolkit.models.linkage import FEWEST_ACCOUNTS, Linkage, linkage
from toolkit.quantities.answers import Array
from toolkit.quantities.contentment import Contentment
from toolkit.quantities.returns import Returns
from toolkit.tables import ROLES

BOTH = ("consumer", "buyer")
PRICE = "price_gap"
TOLD = "the survey's answer on buying again"
SEEN = "orders after the answer"


@dataclass(frozen=True, eq=False)
class Linked:
    """The link of satisfaction with repurchase, one row per account with all that it takes.

    `again` (n,) 0 or 1; `satisfaction[role]` (n,) the mean answer in points of 0…100;
    `account` (n,) numbers the account in the survey; `outcome` is TOLD or SEEN;
    `immature` accounts answered too late to be watched for the whole window.
    """

    link: Linkage | CannotTell
    again: Array
    satisfaction: dict[str, Array]
    account: NDArray[np.intp]
    outcome: str
    immature: int

    def has(self, name: str) -> bool:
        """Does the link hold a part for that column?"""
        return isinstance(self.link, Linkage) and name in self.link.names


def linked(
    survey: pd.DataFrame, contentment: Contentment, returns: Returns | None, window: int
) -> Linked | None:
    """Does satisfaction go together with the next purchase? None without any outcome.

    The outcome is `rebought` as the survey has it (the buyer's answer before others'), or else
    whether the account bought within `window` days after its last answer. Both satisfactions
    enter together (and the price gap where it was asked); where too few accounts have both, or
    they cannot be told apart, that of the consumer alone, then that of the buyer.
    """
    told = survey["rebought"].to_numpy(float)
    if (~np.isnan(told)).any():
        again, outcome = _told(contentment, told), TOLD
    elif returns is not None and not np.isnat(contentment.day).all():
        again, outcome = _seen(contentment, returns, window), SEEN
    else:
        return None
    scores = {role: contentment.by_account(role) for role in BOTH}
    price = contentment.by_account("buyer", _optional(survey))
    tries = _tries(again, scores, price, len(contentment.names))
    fullest = next(tries)
    found = (one for one in chain([fullest], tries) if isinstance(one[0], Linkage))
    link, rows = next(found, fullest)
    return Linked(
        link,
        again[rows],
        {role: scores[role][rows] for role in BOTH},
        rows,
        outcome,
        _immature(contentment, again) if outcome == SEEN else 0,
    )


def _told(contentment: Contentment, told: Array) -> Array:
    """What each account says of buying again, buyers before others: 1, 0 or NaN; (G,)."""
    said = [contentment.by_account(role, told) for role in ROLES]
    mean = np.where(np.isnan(said[0]), said[1], said[0])
    return np.where(np.isnan(mean), np.nan, (mean >= 0.5).astype(float))


def _seen(contentment: Contentment, returns: Returns, window: int) -> Array:
    """Did each account of the survey buy within the window after its last answer? (G,)"""
    day = (contentment.day - np.datetime64(returns.start)) / np.timedelta64(1, "D")
    last = pd.Series(day).groupby(contentment.account).max().to_numpy(float)
    place = contentment.names.get_indexer(returns.names)
    own = np.where(place >= 0, last[place], np.nan)
    came = returns.bought_within(own, window)
    again = np.full(len(contentment.names), np.nan)
    again[place[place >= 0]] = came[place >= 0]
    return again


def _immature(contentment: Contentment, again: Array) -> int:
    """How many accounts say how satisfied their people are, but not whether they came back?"""
    scores = np.array([contentment.by_account(role) for role in ROLES])
    return int((np.isnan(again) & ~np.isnan(scores).all(axis=0)).sum())


def _optional(survey: pd.DataFrame) -> Array:
    """The price gap each respondent states; NaN where the survey did not ask."""
    return survey[PRICE].to_numpy(float) if PRICE in survey else np.full(len(survey), np.nan)


def _tries(
    again: Array, scores: dict[str, Array], price: Array, count: int
) -> Iterator[tuple[Linkage | CannotTell, NDArray[np.intp]]]:
    """The links that may be had, the fullest first, each with the accounts it rests on."""
    asked = [{PRICE: price}] if (~np.isnan(price)).sum() >= FEWEST_ACCOUNTS else []
    for roles in (BOTH, *((role,) for role in BOTH)):
        mine = {role: scores[role] for role in roles}
        for columns in (*(mine | extra for extra in asked), mine):
            table = np.column_stack([again, *columns.values()])
            rows = np.flatnonzero(~np.isnan(table).any(axis=1))
            yield _linked_rows(again[rows], columns, rows, count), rows


def _linked_rows(
    again: Array, columns: dict[str, Array], rows: NDArray[np.intp], count: int
) -> Linkage | CannotTell:
    if not len(rows):
        return CannotTell("No account has both an answer on satisfaction and a known outcome.")
    held = {name: values[rows] for name, values in columns.items()}
    return linkage(again, held, rows, count=count)
