"""What consumers say, put into words that buyers count in."""

from __future__ import annotations

import pandas as pd

from toolkit.client import Client
from toolkit.finding import Finding
from toolkit.models.linkage import GOES_TOGETHER
from toolkit.text import figure, money, span

COLUMNS = ("for consumers", "more buyers come back", "margin a year", "what to tell the buyer")
UNSURE = "too uncertain to be told"


def in_buyers_words(client: Client, finding: Finding) -> pd.DataFrame:
    """What is 10 points more of each attribute worth to the one who pays? A row per attribute.

    Each cell is an interval; the last is a sentence for buyers where consumers' satisfaction
    surely goes with the attribute. Most satisfaction first; empty where there is no bridge.
    """
    steps = [finding.measure(f"moves_{name}") for name in ("satisfaction", "repurchase", "margin")]
    ranked = steps[0].sort_values("value", ascending=False, kind="stable").index
    rows = {
        client.attributes[a].label: [
            *(_written(step, str(a), client.currency) for step in steps),
            _told(steps[0], steps[1], str(a), client.attributes[str(a)].label),
        ]
        for a in ranked
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))


def _written(step: pd.DataFrame, attribute: str, currency: str) -> str:
    if attribute not in step.index:
        return "not known"
    row = step.loc[attribute]
    if str(row["unit"]).startswith("currency"):
        return money(row["low"], row["high"], currency)
    value, between = figure(row["value"], row["unit"]), span(row["low"], row["high"], row["unit"])
    return f"{value} ({between})"


def _told(glad: pd.DataFrame, back: pd.DataFrame, attribute: str, label: str) -> str:
    """The translation, as strong as the weakest step that is sure."""
    if glad.loc[attribute, "low"] <= 0:
        return UNSURE
    if attribute in back.index and back.loc[attribute, "low"] > 0:
        row = back.loc[attribute]
        more = span(100 * row["low"], 100 * row["high"], "")
        return f"Better “{label}” in use {GOES_TOGETHER} {more} more of 100 buyers coming back."
    return f"Better “{label}” in use {GOES_TOGETHER} users who are more content."
