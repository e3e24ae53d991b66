"""What would the client's own tables say if the scenario were so?

The audits then run on the changed client as on any other: there is no second way to reckon. The
changed client can be written as a folder of its own, so that whatever takes a client takes a
scenario.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.client.config import CONFIG_NAME
from toolkit.client.model import AccountLedger, Client
from toolkit.contract import ROLES
from toolkit.measures.facts import Facts
from toolkit.measures.repurchase import POINTS, AttributeLinks, attribute_links
from toolkit.stats.interval import Array, CannotTell
from toolkit.whatif.scenario import (
    DIMENSIONS,
    UNCHANGED,
    Scenario,
    new_margin_share,
    revenue_factor,
)

CAMPAIGN_PARTS = {"spend", "audiences", "claims", "price"}  # parts that change their table

TREATED = ("customers", "converted", "cost")  # of a lever; its control group stays what it is


def apply_scenario(client: Client, scenario: Scenario, facts: Facts | None = None) -> Client:
    """The client as it would be; itself where nothing changes.

    What was observed stays evidence: contacts, conversions and trials keep their counts, however
    much more is spent. Satisfaction of consumers follows a lift as it goes together with
    performance (`measures.repurchase`); `facts` are those of the client, where they are known.
    """
    if replace(scenario.unnamed, assumptions={}) == UNCHANGED:
        return client
    frames = dict(client.frames)
    if "campaigns" in frames and CAMPAIGN_PARTS & {*scenario.changes}:
        frames["campaigns"] = _campaigns(client, scenario)
    if "purchases" in frames and scenario.price != 1:
        frames["purchases"] = _scaled(frames["purchases"], {"amount": revenue_factor(scenario)})
    if "products" in frames:
        factors = {"price": scenario.price, "free_cost": scenario.free_cost}
        frames["products"] = _scaled(frames["products"], factors)
    if "levers" in frames and scenario.levers:
        frames["levers"] = _levers(frames["levers"], scenario.levers)
    if "survey" in frames and scenario.lift:
        points = satisfaction_points(facts or Facts(client))
        frames["survey"] = _lifted_table(client, scenario.lift, points)
    thresholds = dict(client.settings.thresholds) | dict(scenario.thresholds)
    return replace(
        client,
        frames=frames,
        accounts=_paid_more(client.accounts, revenue_factor(scenario)),
        margin=new_margin_share(client.margin, scenario.price),
        settings=replace(client.settings, thresholds=thresholds),
    )


def _paid_more(accounts: AccountLedger | None, times: float) -> AccountLedger | None:
    """What all accounts bought, where purchases are too many to hold, paid so many times over."""
    if accounts is None or times == 1:
        return accounts
    paid = ("amount", "known", "apart")
    return replace(accounts, **{name: getattr(accounts, name) * times for name in paid})


@dataclass(frozen=True, eq=False)
class CampaignRows:
    """The campaign rows of a client: the `spend` of each (rows,), and its names by dimension."""

    spend: Array
    names: Mapping[str, list[str]]

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, client: Client) -> CampaignRows:
        """The rows of a client with campaigns; the last clients' are remembered."""
        campaigns = client.frames["campaigns"]
        names = {dimension: campaigns[dimension].tolist() for dimension in DIMENSIONS}
        return cls(campaigns["spend"].to_numpy(float), names)

    def factors(self, scenario: Scenario, dimensions: Sequence[str] = DIMENSIONS) -> Array:
        """By how much is the spend of each row multiplied, in these dimensions? (rows,)"""
        factor = np.ones(len(self.spend))
        for dimension in dimensions:
            named = scenario.spend.get(dimension, {})
            if named:
                factor *= np.array([named.get(name, 1.0) for name in self.names[dimension]])
        return factor


@lru_cache(maxsize=2)
def linked_attributes(facts: Facts) -> AttributeLinks | CannotTell:
    """What does a point of each attribute go together with? The last clients' are remembered."""
    if facts.answers is None or facts.contentment is None:
        return CannotTell("There is no survey that says how satisfied its respondents are.")
    return attribute_links(facts.answers, facts.contentment, facts.linked, level=facts.level)


def satisfaction_points(facts: Facts) -> dict[str, float]:
    """How many points of their satisfaction go together with a point of performance?

    For consumers, by attribute; empty where that cannot be told.
    """
    told = linked_attributes(facts)
    if isinstance(told, CannotTell):
        return {}
    return {attribute: moved.value / POINTS for attribute, moved in told.satisfaction.items()}


def _campaigns(client: Client, scenario: Scenario) -> pd.DataFrame:
    spend = CampaignRows.of(client).spend * CampaignRows.of(client).factors(scenario)
    changed = _scaled(client.frames["campaigns"], {"revenue": revenue_factor(scenario)})
    changed = changed.assign(spend=spend)
    for name, audience in scenario.audiences.items():
        changed.loc[changed["campaign"] == name, "audience"] = audience
    for name, claims in scenario.claims.items():
        changed.loc[changed["campaign"] == name, "claims"] = ";".join(claims)
    return changed


def _levers(levers: pd.DataFrame, factors: Mapping[str, float]) -> pd.DataFrame:
    """A stopped lever is gone; an extended one has a row more, beside its trial and without one."""
    factor = levers["lever"].map(factors).fillna(1.0)
    kept = levers[factor > 0]
    more = kept[factor[kept.index] > 1]
    extra = more.assign(control_customers=np.nan, control_converted=np.nan)
    times = factor[more.index] - 1
    for column in TREATED:
        scaled = more[column] * times
        extra[column] = scaled if column == "cost" else scaled.round()
    return pd.concat([kept, extra], ignore_index=True) if len(extra) else kept


@lru_cache(maxsize=2)
def _role_rows(client: Client) -> dict[str, Array]:
    """Which rows of the survey are of each role, as 0 and 1? The last clients' are remembered."""
    said = client.frames["survey"]["role"]
    return {role: said.isin([role, "both"]).to_numpy().astype(float) for role in ROLES}


def _lifted_table(
    client: Client, lift: Mapping[str, Mapping[str, float]], points: Mapping[str, float]
) -> pd.DataFrame:
    survey = client.frames["survey"]
    felt = np.zeros(len(survey))
    changed: dict[str, Array] = {}
    low, high = client.scales["performance"]
    for role in (role for role in ROLES if role in lift):  # ends of a scale make the order matter
        mine = _role_rows(client)[role]
        for attribute, more in lift[role].items():
            column = f"performance_{attribute}"
            before = changed.get(column, survey[column].to_numpy(float))
            after = (before + mine * more * (high - low) / 100).clip(low, high)
            changed[column] = after
            if role == "consumer":
                moved = np.nan_to_num(after - before) * 100 / (high - low)
                felt += moved * points.get(attribute, 0.0)
    low, high = client.scales["satisfaction"]
    answered = survey["satisfaction"].to_numpy(float) + felt * (high - low) / 100
    return survey.assign(**changed, satisfaction=answered.clip(low, high))


def _scaled(frame: pd.DataFrame, factors: Mapping[str, float]) -> pd.DataFrame:
    """The table with these columns multiplied; itself where all factors are 1."""
    changed = {column: frame[column] * f for column, f in factors.items() if f != 1}
    return frame.assign(**changed) if changed else frame


def write_changed_client(client: Client, scenario: Scenario, folder: Path) -> None:
    """Write client.yml and the tables so that `toolkit.load` gives the changed client.

    Every table is Parquet, whatever it was; tables without rows, as of levers that are all stopped,
    and columns without any entry are left out. What the tables note of themselves stays with the
    client's own folder.
    """
    changed = apply_scenario(client, scenario)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_client_config(changed), indent=1, ensure_ascii=False)
    (folder / CONFIG_NAME).write_text(text + "\n", "utf-8")
    for name, frame in ((n, f) for n, f in changed.frames.items() if len(f)):
        _times_as_days(frame.dropna(axis=1, how="all")).to_parquet(
            folder / f"{name}.parquet", index=False
        )


def _client_config(client: Client) -> dict[str, Any]:
    """What client.yml says; JSON is YAML."""
    same = ("id", "name", "about", "language", "setting", "margin", "currency")
    said = {key: getattr(client, key) for key in same}
    attributes = {id: _without_empty(vars(a)) for id, a in client.attributes.items()}
    settings = {
        k: dict(v) if isinstance(v, Mapping) else v for k, v in vars(client.settings).items()
    }
    return _without_empty(said) | {
        "scales": {name: list(ends) for name, ends in client.scales.items()},
        "attributes": {
            id: {k: v for k, v in a.items() if k != "id"} for id, a in attributes.items()
        },
        "traits": dict(client.traits),
        "settings": settings,
    }


def _without_empty(named: Mapping[str, Any]) -> dict[str, Any]:
    """What says something: no empty text, no missing number."""
    return {key: value for key, value in named.items() if value not in (None, "", ())}


def _times_as_days(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as days: the reader takes no times."""
    days = {column: frame[column].dt.date for column in frame.select_dtypes("datetime")}
    return frame.assign(**days)
