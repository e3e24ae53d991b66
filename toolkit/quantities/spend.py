"""Where the campaign money goes, what it promises, and how well a promise fits a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.quantities.answers import Array
from toolkit.tables import ROLES

AUDIENCES = ("buyer", "consumer", "influencer")


def split_spend(campaigns: pd.DataFrame) -> Array:
    """How much of each row is aimed at buyer, consumer and influencer? Shape (rows, 3).

    `both` counts half for the buyer and half for the consumer; `influencer` stands for
    everybody who has a say but neither pays nor uses.
    """
    share = {a: np.eye(3)[i] for i, a in enumerate(AUDIENCES)} | {"both": np.array([0.5, 0.5, 0])}
    aimed = np.array([share[a] for a in campaigns["audience"]]).reshape(-1, 3)
    return aimed * campaigns["spend"].to_numpy(float)[:, None]


def spend_shares(campaigns: pd.DataFrame) -> Array:
    """s_r: the share of all spend aimed at buyer, consumer, influencer; NaN if nothing is spent."""
    aimed = split_spend(campaigns).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return aimed / aimed.sum()


@dataclass(frozen=True, eq=False)
class Messages:
    """The campaign rows that promise something, as arrays of length K.

    `claims` (K, A): does row k claim attribute a? `spend` (K,) money; `aimed` (K, 2): the part of
    it aimed at buyer and at consumer; `total` all spend, of rows without claims too.
    """

    names: tuple[str, ...]
    claims: NDArray[np.bool_]
    spend: Array
    aimed: Array
    total: float

    @property
    def one_role(self) -> NDArray[np.bool_]:
        """Which rows are aimed at one of the two roles alone? Shape (K,)."""
        return (self.aimed > 0).sum(axis=1) == 1

    def claim_shares(self) -> Array:
        """How is each role's claim money shared over attributes? Shape (2, A); NaN if none.

        A row's spend is split evenly over its claims.
        """
        even = self.claims / self.claims.sum(axis=1, keepdims=True)
        money = self.aimed.T @ even
        with np.errstate(invalid="ignore"):
            return money / money.sum(axis=1, keepdims=True)


def messages(campaigns: pd.DataFrame, attributes: Sequence[str]) -> Messages:
    """Which rows promise which of the attributes that respondents weighed?

    A row whose claims are all outside `attributes` says nothing about fit and is left out.
    """
    said = campaigns["claims"].fillna("").astype(str).str.split(";")
    claims = np.array([[a in row for a in attributes] for row in said]).reshape(
        len(campaigns), len(attributes)
    )
    speaks = claims.any(axis=1)
    rows = campaigns[speaks]
    return Messages(
        names=tuple(rows["campaign"]),
        claims=claims[speaks],
        spend=rows["spend"].to_numpy(float),
        aimed=split_spend(rows)[:, : len(ROLES)],
        total=float(campaigns["spend"].sum()),
    )


def fit(weights: Array, claims: NDArray[np.bool_]) -> Array:
    """How much of what a role weighs do a message's claims cover? In 0…1.

    Σ of w over the claims, divided by the sum of as many of the largest w. `weights` (…, A) and
    `claims` (K, A) give (…, K).
    """
    covered = weights @ claims.T
    best = np.cumsum(-np.sort(-weights, axis=-1), axis=-1)
    return covered / best[..., claims.sum(axis=1) - 1]
