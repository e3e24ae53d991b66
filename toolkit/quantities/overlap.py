"""Which share of the people pays and uses: sellers who shop on the platform they sell on?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio
from toolkit.tables import ROLES

PERSON = {"people": "person_id", "survey": "respondent_id"}


def overlap(frames: Mapping[str, pd.DataFrame], level: float) -> dict[str, Interval]:
    """Which share of persons is in both roles, as each table tells it?

    `people` and `survey`: persons whose role is both, of all listed. `purchases`: persons who pay
    for others on one order and use what others pay for on another, of all who are named on orders
    where buyer and consumer differ; buying for oneself is no second role. Tables that name nobody
    are left out. The unit is the account; Wilson's interval at the effective number, see
    `stats.means.ratio`.
    """
    persons = {
        table: _listed(frames[table], column) for table, column in PERSON.items() if table in frames
    }
    if "purchases" in frames:
        persons["purchases"] = _named(frames["purchases"])
    return {name: _share(found, level) for name, found in persons.items() if len(found)}


def _listed(table: pd.DataFrame, person: str) -> pd.DataFrame:
    """One row per person listed: account (the person, where none is given) and both or not."""
    account = table["account_id"].fillna(table[person])
    return pd.DataFrame({"account": account, "both": table["role"].eq("both")})


def _named(purchases: pd.DataFrame) -> pd.DataFrame:
    """One row per person on orders of two persons; the account is the first one seen."""
    known = purchases["consumer_id"].notna()
    lines = purchases[known & purchases["consumer_id"].ne(purchases["buyer_id"])]
    sides = [
        pd.DataFrame({"person": lines[f"{role}_id"], "account": lines["account_id"], "role": role})
        for role in ROLES
    ]
    people = pd.concat(sides, ignore_index=True).groupby("person", sort=True)
    return people.agg(account=("account", "first"), both=("role", "nunique")).assign(
        both=lambda p: p["both"].gt(1)
    )


def _share(persons: pd.DataFrame, level: float) -> Interval:
    accounts = persons.groupby("account", sort=True)["both"].agg(["sum", "size"])
    tops, bottoms = accounts["sum"].to_numpy(float), accounts["size"].to_numpy(float)
    return ratio(tops, bottoms, level=level, share=True)
