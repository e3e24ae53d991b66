"""What would the client's own tables say if the scenario were so?

The audits then run on the changed client as on any other: there is no second way to reckon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from toolkit.client import Client
from toolkit.client.large.accounts import AccountLedger
from toolkit.explore.pricing import demand, margin_at
from toolkit.explore.scenario import DIMENSIONS, UNCHANGED, Scenario
from toolkit.models.cannot import CannotTell
from toolkit.quantities import Facts
from toolkit.quantities.answers import Array
from toolkit.quantities.bridge import POINTS, Bridge, bridge
from toolkit.tables import ROLES

OF_CAMPAIGNS = {"spend", "audiences", "claims", "price"}  # parts that change their table
AT_COST = 1e-5  # a price that sliders round to what a piece costs leaves no more than this
TREATED = ("customers", "converted", "cost")  # of a lever; its control group stays what it is


def applied(client: Client, scenario: Scenario, facts: Facts | None = None) -> Client:
    """The client as it would be; itself where nothing changes.

    What was observed stays evidence: contacts, conversions and trials keep their counts, however
    much more is spent. Satisfaction of consumers follows a lift as it goes together with
    performance (`quantities.bridge`); `facts` are those of the client, where they are known.
    """
    if replace(scenario, name="", assumptions={}) == UNCHANGED:
        return client
    frames = dict(client.frames)
    if "campaigns" in frames and OF_CAMPAIGNS & {*scenario.changes}:
        frames["campaigns"] = _campaigns(client, scenario)
    if "purchases" in frames and scenario.price != 1:
        frames["purchases"] = _scaled(frames["purchases"], {"amount": turnover(scenario)})
    if "products" in frames:
        factors = {"price": scenario.price, "free_cost": scenario.free_cost}
        frames["products"] = _scaled(frames["products"], factors)
    if "levers" in frames and scenario.levers:
        frames["levers"] = _levers(frames["levers"], scenario.levers)
    if "survey" in frames and scenario.lift:
        points = satisfaction_points(facts or Facts.of(client))
        frames["survey"] = _lifted(client, scenario.lift, points)
    thresholds = dict(client.settings.thresholds) | dict(scenario.thresholds)
    return replace(
        client,
        frames=frames,
        accounts=_ledger(client.accounts, turnover(scenario)),
        margin=new_margin(client.margin, scenario.price),
        settings=replace(client.settings, thresholds=thresholds),
    )


def _ledger(accounts: AccountLedger | None, times: float) -> AccountLedger | None:
    """What all accounts bought, where purchases are too many to hold, paid so many times over."""
    if accounts is None or times == 1:
        return accounts
    paid = ("amount", "known", "apart")
    return replace(accounts, **{name: getattr(accounts, name) * times for name in paid})


def turnover(scenario: Scenario) -> float:
    """Which multiple of what each account paid would it pay?"""
    return demand(scenario).turnover(scenario.price) if scenario.price != 1 else 1.0


def new_margin(margin: float | None, price: float) -> float | None:
    """Which share of revenue would be margin? None where it is not known."""
    if margin is None or price == 1:
        return margin
    kept = margin_at(price, margin)
    return 0.0 if -AT_COST < kept < 0 else kept


@dataclass(frozen=True, eq=False)
class Rows:
    """The campaign rows of a client: the `spend` of each (rows,), and its names by dimension."""

    spend: Array
    names: Mapping[str, list[str]]

    @classmethod
    @lru_cache(maxsize=2)
    def of(cls, client: Client) -> Rows:
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
def linked_attributes(facts: Facts) -> Bridge | CannotTell:
    """What does a point of each attribute go together with? The last clients' are remembered."""
    if facts.answers is None or facts.contentment is None:
        return CannotTell("There is no survey that says how satisfied its respondents are.")
    return bridge(facts.answers, facts.contentment, facts.linked, level=facts.level)


def satisfaction_points(facts: Facts) -> dict[str, float]:
    """How many points of their satisfaction go together with a point of performance?

    For consumers, by attribute; empty where that cannot be told.
    """
    told = linked_attributes(facts)
    if isinstance(told, CannotTell):
        return {}
    return {attribute: moved.value / POINTS for attribute, moved in told.satisfaction.items()}


def _campaigns(client: Client, scenario: Scenario) -> pd.DataFrame:
    spend = Rows.of(client).spend * Rows.of(client).factors(scenario)
    changed = _scaled(client.frames["campaigns"], {"revenue": turnover(scenario)})
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


def _lifted(
    client: Client, lift: Mapping[str, Mapping[str, float]], points: Mapping[str, float]
) -> pd.DataFrame:
    survey = client.frames["survey"]
    felt = np.zeros(len(survey))
    changed: dict[str, Array] = {}
    low, high = client.scales["performance"]
    for role in (role for role in ROLES if role in lift):  # ends of a scale make the order matter
        mine = survey["role"].isin([role, "both"]).to_numpy()
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
