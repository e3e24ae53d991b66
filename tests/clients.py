"""Clients written by hand, as the reader would hand them over, for numbers known beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.client.model import Attribute, Client, ClientSettings, TableSource
from toolkit.contract import TABLES

SCALES = {"importance": (1.0, 5.0), "performance": (1.0, 5.0), "satisfaction": (0.0, 10.0)}


def frame(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table of the contract: absent columns empty, defaults filled in."""
    made = pd.DataFrame(rows)
    for column in TABLES[table].columns:
        if "*" in column.name:
            continue
        if column.name not in made:
            made[column.name] = np.nan if column.type in ("number", "whole") else None
        default = column.default
        if default is not None:
            fill = made[default[1:]] if default.startswith("=") else float(default)
            made[column.name] = made[column.name].where(made[column.name].notna(), fill)
    return made


def client(*, attributes: tuple[str, ...] = ("price", "fun"), **more: Any) -> Client:
    """A client from rows per table: `client(survey=[{...}], campaigns=[{...}])`."""
    frames = {name: frame(name, more.pop(name)) for name in list(more) if name in TABLES}
    settings = ClientSettings(**more.pop("settings", {}))
    serves = {"price": "reason", "fun": "experience"}
    return Client(
        id="made-by-hand",
        name="Made by Hand",
        about="",
        currency="EUR",
        language="en",
        setting="household",
        scales=SCALES,
        attributes={a: Attribute(a, a.capitalize(), serves.get(a)) for a in attributes},
        frames=frames,
        sources={n: TableSource(f"{n}.csv", "0" * 64, len(f), len(f)) for n, f in frames.items()},
        settings=settings,
        **more,
    )


def respondent(number: int, role: str, account: int, **scores: float) -> dict[str, Any]:
    """A survey row; `importance_price=5` and the like give the scores."""
    return {"respondent_id": f"r{number}", "role": role, "account_id": f"a{account}", **scores}


def noisy_survey(
    accounts: int, means: dict[str, dict[str, float]], *, seed: int = 0, spread: float = 1.0
) -> list[dict[str, Any]]:
    """A buyer and a consumer per account whose ratings scatter around each role's means.

    `means["buyer"]["importance_price"]` is the middle of the ratings before rounding to 1–5.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for account in range(accounts):
        shared = rng.normal(0, 0.4)
        for k, role in enumerate(("buyer", "consumer")):
            noise = rng.normal(shared, spread, len(means[role]))
            scores = {
                item: float(np.clip(np.rint(middle + e), 1, 5))
                for (item, middle), e in zip(means[role].items(), noise, strict=True)
            }
            rows.append(respondent(2 * account + k, role, account, **scores))
    return rows


def points(account: int, informant: str, stage: str | None = None, **given: float) -> list[dict]:
    """Influence rows: what one informant of an account gives each role."""
    return [
        {
            "account_id": f"a{account}",
            "informant": informant,
            "role": role,
            "points": value,
            "stage": stage,
        }
        for role, value in given.items()
    ]


def noisy_points(accounts: int, mean: dict[str, float], *, seed: int = 0) -> list[dict]:
    """One buyer per account who shares out 100 points around the given means."""
    rng = np.random.default_rng(seed)
    alpha = 12 * np.array(list(mean.values()))
    rows = []
    for account in range(accounts):
        shares = rng.dirichlet(alpha)
        rows += points(account, "buyer", **dict(zip(mean, 100 * shares, strict=True)))
    return rows
