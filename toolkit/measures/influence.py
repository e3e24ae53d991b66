"""Who has how much say in the decision, as informants report it?

And how far is the spend from the say?
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.contract import SAY_ROLES
from toolkit.stats.bootstrap import Resample
from toolkit.stats.interval import Array, Interval
from toolkit.stats.kinks import DrawNoise, KinkedFunction, KinkTest

INFORMANTS = ("buyer", "consumer", "other")
VOTE = ("account_id", "informant", "stage", "informant_id")  # what makes one vote
Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class InfluenceShares:
    """The share of say of buyer, consumer, influencer and gatekeeper, account by account.

    `by_account` (G, 4): each row sums to 1; `by_informant[kind]` (accounts, 4): what informants
    of one kind report; `rows_per_account`: lines of the influence table behind one account;
    `names` (G,): the accounts, empty where they are not known.
    """

    by_account: Array
    by_informant: dict[str, Array]
    rows_per_account: float
    resample: Resample
    names: pd.Index = field(default_factory=lambda: pd.Index([]))

    @property
    def accounts(self) -> int:
        """From how many accounts was say reported?"""
        return len(self.by_account)

    @property
    def mean(self) -> Array:
        """The reported say; shape (4,)."""
        return np.asarray(self.by_account.mean(axis=0))

    @cached_property
    def draws(self) -> Array:
        """Bootstrap draws of the reported say over accounts; shape (B, 4)."""
        return self.resample.totals(self.by_account) / self.accounts

    @cached_property
    def of_money(self) -> Array:
        """The say of buyer, consumer and other: campaigns do not tell the others apart; (3,)."""
        return _three(self.mean)

    @cached_property
    def noise(self) -> DrawNoise:
        """How far the draws of `of_money` lie from it."""
        return DrawNoise.of(self.of_money, _three(self.draws), n=self.accounts)

    def column(self, *roles: str) -> Array:
        """The say of these roles together, account by account; shape (G,)."""
        return np.asarray(self.by_account[:, [SAY_ROLES.index(r) for r in roles]].sum(axis=1))


def _three(say: Array) -> Array:
    return np.stack([say[..., 0], say[..., 1], say[..., 2] + say[..., 3]], axis=-1)


def influence_by_account(influence: pd.DataFrame) -> tuple[Array, dict[str, Array]]:
    """What say does each account report, over all informants and by kind of informant?

    One informant's points in one account and stage are normalised to 1 (a role not listed has 0;
    all zero says nothing and is left out). For the averages see `influence_of_votes`.
    """
    columns = [influence[name].astype(object).fillna("") for name in VOTE]
    account, _, stage, person = (pd.factorize(column)[0] for column in columns)
    kind = influence["informant"].map(INFORMANTS.index).to_numpy()
    ballots, ballot = np.unique(
        np.column_stack([account, kind, stage, person]), axis=0, return_inverse=True
    )
    points = np.zeros((len(ballots), len(SAY_ROLES)))
    role = influence["role"].map(SAY_ROLES.index).to_numpy()
    np.add.at(points, (ballot.ravel(), role), influence["points"].to_numpy(float))
    total = points.sum(axis=1)
    said = total > 0
    account, kind, stage = ballots[said, :3].T
    return influence_of_votes(account, kind, stage, points[said] / total[said, None])


def influence_of_votes(
    account: Codes, kind: Codes, stage: Codes, votes: Array
) -> tuple[Array, dict[str, Array]]:
    """Averages of votes (V, 4), each row summing to 1: by account, and by kind of informant.

    Over informants of a kind, then over stages, then over kinds. Informants overstate themselves
    (Kohli & Zaltman 1988): the gap to the true say is not in the data, so the kinds are kept
    apart as well. Accounts come in the order of their codes.
    """
    stages = int(stage.max(initial=0)) + 1
    by_stage, key = _means((account * len(INFORMANTS) + kind) * stages + stage, votes)
    by_kind, key = _means(key // stages, by_stage)
    whole, _ = _means(key // len(INFORMANTS), by_kind)
    kinds = key % len(INFORMANTS)
    return whole, {name: by_kind[kinds == i] for i, name in enumerate(INFORMANTS)}


def _means(key: Codes, values: Array) -> tuple[Array, Codes]:
    """The mean of the rows that share a key, and the keys, ascending."""
    keys, group = np.unique(key, return_inverse=True)
    sums = [np.bincount(group, column, len(keys)) for column in values.T]
    return np.column_stack(sums) / np.bincount(group, minlength=len(keys))[:, None], keys


def influence_shares(
    influence: pd.DataFrame, draws: int, seed: np.random.SeedSequence
) -> InfluenceShares | None:
    """How is the say shared out, and how sure is that? None where nobody gives any points.

    See `influence_by_account` for the averages.
    """
    whole, kinds = influence_by_account(influence)
    if not len(whole):
        return None
    points = influence.groupby("account_id", sort=False)["points"].sum()
    names = pd.Index(points.index[points > 0])
    resample = Resample(len(whole), draws, seed)
    return InfluenceShares(whole, kinds, len(influence) / len(whole), resample, names)


DISTANCE = KinkedFunction("absolute", np.full(3, 0.5))  # over buyer, consumer and other


def spend_versus_say(say: InfluenceShares, spend: Array) -> KinkTest:
    """How far is the say from the shares of spend (3,), ready for its interval and p?

    TVD(s, say) has a kink wherever a role's spend equals its say: see `stats.kinks`. The spend is
    known without sampling error.
    """
    return KinkTest.of(DISTANCE, say.of_money - spend, say.noise)


def misallocated_share(test: KinkTest, level: float) -> Interval:
    """Which share of the spend is not where the say is? TVD(s, say) over three roles.

    Few accounts may stretch the upper end beyond 1, which no distance of shares can be.
    """
    return test.interval(level=level).within(0, 1)
