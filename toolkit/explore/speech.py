"""What does each campaign promise, and to whom, and how is that changed in a scenario?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from toolkit.client import Client
from toolkit.explore.scenario import Scenario

AS_OBSERVED = ""


def campaigns(client: Client) -> tuple[str, ...]:
    """Which campaigns are there, in the order of the table?"""
    if not client.has("campaigns"):
        return ()
    return tuple(dict.fromkeys(client.frames["campaigns"]["campaign"].astype(str)))


def claims(client: Client, scenario: Scenario, campaign: str) -> tuple[str, ...]:
    """What does the campaign promise in the scenario? All its rows together."""
    changed = scenario.claims.get(campaign)
    return changed if changed is not None else _observed(client, campaign)


def with_claims(
    client: Client, scenario: Scenario, campaign: str, promised: Iterable[str]
) -> Scenario:
    """The scenario in which it promises these; what was observed is no change.

    Of rows that promise different things all are shown together: chosen so, each keeps its own.
    """
    wanted = {*promised}
    chosen = tuple(a for a in client.attributes if a in wanted)
    others = {name: named for name, named in scenario.claims.items() if name != campaign}
    same = chosen == _observed(client, campaign)
    return replace(scenario, claims=others if same else others | {campaign: chosen})


def audience(scenario: Scenario, campaign: str) -> str:
    """Whom is it aimed at instead? AS_OBSERVED where that is not changed."""
    return scenario.audiences.get(campaign, AS_OBSERVED)


def with_audience(scenario: Scenario, campaign: str, aimed: str) -> Scenario:
    """The scenario in which it is aimed at these."""
    others = {name: whom for name, whom in scenario.audiences.items() if name != campaign}
    return replace(
        scenario, audiences=others if aimed == AS_OBSERVED else {**others, campaign: aimed}
    )


def _observed(client: Client, campaign: str) -> tuple[str, ...]:
    said = {claim for row in _rows(client, campaign) for claim in row}
    return tuple(a for a in client.attributes if a in said)


def _rows(client: Client, campaign: str) -> list[tuple[str, ...]]:
    table = client.frames["campaigns"]
    told = table.loc[table["campaign"].astype(str) == campaign, "claims"]
    return [() if pd.isna(row) else tuple(filter(None, str(row).split(";"))) for row in told]
