"""A world that uses every option, and plain estimates of the mistakes from drawn tables.

The estimates are written from the definitions alone, row by row with pandas, and share no code
with the enumeration they are held against.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    Role,
    SurveyDesign,
    World,
)

Frames = dict[str, pd.DataFrame]
Estimate = Callable[[Frames, World], dict[str, float]]

ATTRIBUTES = {name: {"label": name} for name in ("price", "ease", "looks", "safety")}
CAMPAIGNS = (
    {"campaign": "A", "audience": "buyer", "spend": 300, "claims": "price;safety"},
    {"campaign": "B", "audience": "buyer", "spend": 200, "claims": "looks"},
    {"campaign": "C", "audience": "consumer", "spend": 250, "claims": "price"},
    {"campaign": "D", "audience": "consumer", "spend": 150, "claims": "ease;looks"},
    {"campaign": "E", "audience": "influencer", "spend": 50, "claims": "safety"},
    {"campaign": "F", "audience": "consumer", "spend": 50, "claims": ""},
)


@pytest.fixture(scope="session")
def world() -> World:
    """Every option away from its default: nothing in the truth is trivially right."""
    return World(
        client={"id": "all", "attributes": ATTRIBUTES, "scales": {"importance": [0, 4]}},
        buyer=Role(
            (3.0, 1.5, 0.8, 2.6), (3.4, 3.0, 3.9, 4.1), overstates=1.3, reports=0.9, pull=0.6
        ),
        consumer=Role(
            (1.2, 3.2, 2.4, 1.0), (3.1, 2.2, 3.0, 3.6), spread=1.1, overstates=1.5, reports=0.6
        ),
        accounts=AccountStructure(
            leaning=((-1.2, 0.3), (0.1, 0.5), (1.5, 0.2)),
            consumers={1: 0.5, 2: 0.3, 5: 0.2},
            growth=0.3,
            alone=0.15,
            also_use=0.2,
        ),
        survey=SurveyDesign(missing=0.2, straight=0.1, weights=(0.5, 1.0, 2.0)),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.6, buyer=50, consumer=30, influencer=20),
                DecisionProfile(0.4, buyer=30, consumer=30, influencer=5, gatekeeper=60),
            ),
            stages={"need": {"consumer": 2.0}, "payment": {"buyer": 2.0, "influencer": 0.0}},
            others=0.25,
        ),
        campaigns=CAMPAIGNS,
    )


@pytest.fixture(scope="session")
def estimate() -> Estimate:
    """The six estimates of a client's tables, by the definitions."""
    return _estimate


def _estimate(frames: Frames, world: World) -> dict[str, float]:
    weights, values = {}, {}
    for role in ("buyer", "consumer"):
        asked = frames["survey"].query("role in [@role, 'both']")
        weights[role], values[role] = _served(asked, world)
    say = _say(frames["influence"])
    rows = frames["campaigns"].fillna({"claims": ""})
    return {
        "consumer-ignored": values["buyer"] - values["consumer"],
        "buyer-ignored": values["consumer"] - values["buyer"],
        **_money(rows, say),
        "wrong-message": _wrong(rows, weights),
        "same-message": _same(rows, weights),
    }


def _served(asked: pd.DataFrame, world: World) -> tuple[pd.Series, float]:
    names = list(world.attributes)
    low, high = world.scale("performance")
    survey_weight = asked["weight"] if "weight" in asked else asked["role"].map(lambda _: 1.0)
    raw = asked[[f"importance_{a}" for a in names]].set_axis(names, axis=1).dropna()
    raw = raw - world.scale("importance")[0]
    shares = raw.div(raw.sum(axis=1).where(lambda s: s > 0), axis=0).fillna(1 / len(names))
    w = shares.mul(survey_weight, axis=0).sum() / survey_weight[shares.index].sum()
    scores = asked[[f"performance_{a}" for a in names]].set_axis(names, axis=1)
    counted = scores.notna().mul(survey_weight, axis=0)
    mean = scores.mul(survey_weight, axis=0).sum() / counted.sum()
    return w, float((w * (mean - low) / (high - low) * 100).sum())


def _say(influence: pd.DataFrame) -> pd.Series:
    one = ["account_id", "informant", "stage", "informant_id"]
    points = influence.pivot_table(index=one, columns="role", values="points", fill_value=0)
    points = points.reindex(columns=["buyer", "consumer", "influencer", "gatekeeper"], fill_value=0)
    shares = points.div(points.sum(axis=1), axis=0)
    for levels in (one[:3], one[:2], one[:1]):
        shares = shares.groupby(level=levels).mean()
    return shares.mean()


def _money(rows: pd.DataFrame, say: pd.Series) -> dict[str, float]:
    aimed = rows.groupby("audience")["spend"].sum() / rows["spend"].sum()
    both = aimed.get("both", 0.0) / 2
    spend = [aimed.get(r, 0.0) + both for r in ("buyer", "consumer")]
    spend.append(aimed.get("influencer", 0.0))
    other = say["influencer"] + say["gatekeeper"]
    gaps = np.abs(np.array([say["buyer"], say["consumer"], other]) - spend)
    return {"spend-off-say": gaps.sum() / 2, "missed-influencer": other - spend[2]}


def _wrong(rows: pd.DataFrame, weights: dict[str, pd.Series]) -> float:
    lost = 0.0
    for row in rows[rows["audience"].isin(["buyer", "consumer"])].itertuples():
        claims = [c for c in row.claims.split(";") if c]
        if claims:
            fits = {r: w[claims].sum() / w.nlargest(len(claims)).sum() for r, w in weights.items()}
            aimed = fits.pop(row.audience)
            lost += row.spend * max(0.0, fits.popitem()[1] - aimed)
    return lost / rows["spend"].sum()


def _same(rows: pd.DataFrame, weights: dict[str, pd.Series]) -> float:
    told = {}
    for role in ("buyer", "consumer"):
        total = weights[role] * 0
        for row in rows[rows["audience"].isin([role, "both"])].itertuples():
            claims = [c for c in row.claims.split(";") if c]
            part = 0.5 if row.audience == "both" else 1.0
            total[claims] += part * row.spend / max(len(claims), 1)
        told[role] = total / total.sum()
    alike = [1 - (d["buyer"] - d["consumer"]).abs().sum() / 2 for d in (told, weights)]
    return alike[0] - alike[1]
