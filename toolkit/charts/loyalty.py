"""Loyalty drawn: how soon accounts come back, what goes with it, of which kind, and use."""

from __future__ import annotations

import pandas as pd

from toolkit.charts.chart import MUTED, Chart
from toolkit.charts.dots import dots, written
from toolkit.finding import Finding
from toolkit.text import listed

SHARE = (0.0, 1.0)
KINDS = {
    "loyalist": "loyalists: back, content",
    "hostage": "hostages: back, not content",
    "mercenary": "mercenaries: content, not back",
    "defector": "defectors: neither",
}
ROLE_NAMES = {"buyer": "buyers' satisfaction", "consumer": "consumers' satisfaction"}
PATHS = {
    "total": "consumer's satisfaction, in all",
    "direct": "directly",
    "through the buyer": "through the buyer's satisfaction",
}


def returned(loyalty: Finding) -> Chart:
    """Which share of accounts has bought again by when?"""
    rows = _named(loyalty.measure("returned"), {})
    rows["label"] = ["within " + label for label in rows["label"]]
    return _shares(rows, "share of accounts that bought again")


def loyalty_kinds(loyalty: Finding) -> Chart:
    """How many accounts come back gladly, unhappily, or not at all?"""
    return _shares(_named(loyalty.measure("loyalty_kind"), KINDS), "share of accounts")


def linkage(loyalty: Finding) -> Chart:
    """How much more often do accounts buy again where a role is 10 points more satisfied?"""
    rows = _named(loyalty.measure("linkage"), ROLE_NAMES)
    rows["series"] = rows["group"]
    return _around_nothing(rows, "more who buy again, per 10 points")


def mediation(loyalty: Finding) -> Chart:
    """Does the consumer's satisfaction reach repurchase through the buyer's?"""
    rows = _named(loyalty.measure("mediation"), PATHS)
    return _around_nothing(rows, "more who buy again, per 10 points")


def not_used(loyalty: Finding) -> Chart:
    """Which share of the accounts that bought in a month did not use the product in it?"""
    return _shares(_named(loyalty.measure("not_used"), {}), "share of buying accounts not active")


def _named(measure: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = measure.reset_index().assign(series="other")
    return rows.assign(label=[names.get(g, g) for g in rows["group"]])


def _shares(rows: pd.DataFrame, what: str) -> Chart:
    axes = dots(rows, xlabel=what, bounds=SHARE)
    return Chart(axes, f"{what.capitalize()}: {_spoken(rows)}.")


def _around_nothing(rows: pd.DataFrame, what: str) -> Chart:
    axes = dots(rows, xlabel=what, bounds=None)
    axes.axvline(0, color=MUTED, linewidth=1, zorder=1)
    return Chart(axes, f"{what}: {_spoken(rows)}.")


def _spoken(rows: pd.DataFrame) -> str:
    return listed([f"{line.label} {written(line.value, 'share')}" for line in rows.itertuples()])
