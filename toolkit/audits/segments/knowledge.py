"""Who knows what they want, and where to find it: the three kinds, and the fourth cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.bootstrap import by_account
from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio
from toolkit.tables import ROLES

KINDS = ("neither", "what_only", "both", "where_only")
NEEDS: Mapping[str, str] = {
    "neither": "help to find out what they need: show what it is for, and let them try it",
    "what_only": "a way to it: where it is sold, how to order, a place in the search results",
    "both": "ease and a reason to come back: stock, quick ordering, a fair price",
    "where_only": "help to choose where they already are: advice, comparison, samples",
}
METHOD = "Wilson at the effective number of accounts, simultaneous (Goodman)"


@dataclass(frozen=True)
class Known:
    """The share of each kind, and how many people each kind has, whole by whole."""

    shares: Mapping[str, Interval]
    members: Sequence[Mapping[str, int]]


def knowledge(survey: pd.DataFrame, level: float) -> tuple[Known, Known]:
    """Which share of respondents is of each kind? Of all (KIND) and by role (KIND:ROLE).

    Of those who answered both `knows_what` and `knows_where`, by survey weight; `both` respondents
    count in either role. Intervals hold at once for the four kinds: Wilson's, over accounts, at
    level 1 − (1 − level) / 4. Source: Goodman (1965), Technometrics 7, 247–254.
    """
    told = survey[
        survey[["knows_what", "knows_where"]].notna().all(axis=1) & (survey["weight"] > 0)
    ]
    parts = {role: told[told["role"].isin([role, "both"])] for role in ROLES}
    by_role = {
        f"{kind}:{role}": found
        for role, part in parts.items()
        for kind, found in _shares(part, level).items()
    }
    members = [
        {f"{kind}:{role}": count for kind, count in _members(part).items()}
        for role, part in parts.items()
    ]
    return Known(_shares(told, level), [_members(told)]), Known(by_role, members)


def _shares(told: pd.DataFrame, level: float) -> dict[str, Interval]:
    account, names = pd.factorize(told["account_id"])
    if len(names) < 2:
        return {}
    weight = told["weight"].to_numpy(float)
    mass, each = by_account(account, weight, len(names)), 1 - (1 - level) / len(KINDS)
    kinds = _kinds(told)
    found = {}
    for kind in KINDS:
        mine = np.minimum(by_account(account, weight * (kinds == kind), len(names)), mass)
        share = ratio(mine, mass, level=each, share=True)
        found[kind] = Interval(share.value, share.low, share.high, share.n, METHOD)
    return found


def _members(told: pd.DataFrame) -> dict[str, int]:
    kinds = _kinds(told)
    return {kind: int((kinds == kind).sum()) for kind in KINDS}


def _kinds(told: pd.DataFrame) -> np.ndarray:
    what, where = (told[name].eq("yes").to_numpy() for name in ("knows_what", "knows_where"))
    return np.select([what & where, what, where], ["both", "what_only", "where_only"], "neither")
