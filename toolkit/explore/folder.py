"""The changed client as a folder of its own, so that whatever takes a client takes a scenario."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.client import Client
from toolkit.client.config import NAME
from toolkit.errors import ScenarioError
from toolkit.explore.applied import applied
from toolkit.explore.file import load
from toolkit.explore.scenario import Scenario
from toolkit.explore.told import told

TOO_MANY = (
    "{}: a report of a scenario needs purchases that are held line by line; these are {:,} lines. "
    "Look at the scenario in Python (toolkit.explore.WhatIf), or bring purchases of fewer accounts."
)


def prepared(client: Client, path: Path, folder: Path) -> tuple[str, ...]:
    """Write the client as the scenario file changes it; what must a report of it open with?

    Returns the sentences of `told`. Raises ScenarioError where the file does not fit the client,
    or its purchases are too many to write out, before anything is written.
    """
    scenario = load(path, client)
    if client.accounts is not None:
        raise ScenarioError(TOO_MANY.format(path.name, client.accounts.lines))
    write_applied(client, scenario, folder)
    return told(scenario, client)


def write_applied(client: Client, scenario: Scenario, folder: Path) -> None:
    """Write client.yml and the tables so that `toolkit.load` gives the changed client.

    Every table is Parquet, whatever it was; tables without rows, as of levers that are all stopped,
    and columns without any entry are left out. What the tables note of themselves stays with the
    client's own folder.
    """
    changed = applied(client, scenario)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_config(changed), indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", "utf-8")
    for name, frame in ((n, f) for n, f in changed.frames.items() if len(f)):
        _dated(frame.dropna(axis=1, how="all")).to_parquet(folder / f"{name}.parquet", index=False)


def _config(client: Client) -> dict[str, Any]:
    """What client.yml says; JSON is YAML."""
    same = ("id", "name", "about", "language", "setting", "margin", "currency")
    said = {key: getattr(client, key) for key in same}
    attributes = {id: _said(vars(a)) for id, a in client.attributes.items()}
    settings = {
        k: dict(v) if isinstance(v, Mapping) else v for k, v in vars(client.settings).items()
    }
    return _said(said) | {
        "scales": {name: list(ends) for name, ends in client.scales.items()},
        "attributes": {
            id: {k: v for k, v in a.items() if k != "id"} for id, a in attributes.items()
        },
        "traits": dict(client.traits),
        "settings": settings,
    }


def _said(named: Mapping[str, Any]) -> dict[str, Any]:
    """What says something: no empty text, no missing number."""
    return {key: value for key, value in named.items() if value not in (None, "", ())}


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as days: the reader takes no times."""
    days = {column: frame[column].dt.date for column in frame.select_dtypes("datetime")}
    return frame.assign(**days)
