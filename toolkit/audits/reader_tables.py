"""What do findings look like as small tables for readers?

With currency, expected beside seen, and what consumers say put into words that buyers count in.
The audits' notebooks show these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Finding
from toolkit.models.linkage import GOES_TOGETHER
from toolkit.wording import format_count, format_money_range, format_range, format_value

CURRENCY = "currency per customer"
CENTS = 2  # digits of a sum in a table: less is nothing
MOST_PURCHASES = "7"  # purchases from which customers are put together


def estimate_table(finding: Finding, names: Mapping[str, str], currency: str) -> pd.DataFrame:
    """Some measures as one table: `names` says what each is called, groups stand behind it."""
    rows = {
        ", ".join(part for part in (name, str(group)) if part): {
            "estimate": _value(row, currency),
            "interval": format_range(row["low"], row["high"], row["unit"], currency),
            "n": format_count(int(row["n"])),
        }
        for measure, name in names.items()
        for group, row in finding.measure(measure).iterrows()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "interval", "n"])


def holdout_table(finding: Finding) -> pd.DataFrame:
    """Purchases of a customer in the second half, foretold and seen, by those in the first."""
    rows: dict[str, dict[str, str]] = {}
    for group, row in finding.measure("holdout").iterrows():
        made, what = str(group).split(":")
        line = rows.setdefault(f"{made} or more" if made == MOST_PURCHASES else made, {})
        line["customers"] = format_count(int(row["n"]))
        line["foretold" if what == "expected" else "came"] = _cell(row, "")
    return pd.DataFrame(rows).T.rename_axis("bought again before")


def lever_table(finding: Finding, currency: str) -> pd.DataFrame:
    """The levers as a reader's table: effect, cost, net gain, chance that it pays, worth of a test.

    The last column is what knowing for sure would bring per customer: a test that costs less is
    worth making. Columns without a client's value: effect and cost only.
    """
    wanted = {
        "lever_lift": "more converted",
        "lever_cost": "cost per customer",
        "lever_net": "net gain per customer",
        "lever_pays": "chance that it pays",
        "lever_knowing": "knowing is worth",
    }
    columns = {
        head: {
            str(lever).replace("_", " "): _cell(row, currency)
            for lever, row in finding.measure(name).iterrows()
        }
        for name, head in wanted.items()
        if len(finding.measure(name))
    }
    return pd.DataFrame(columns)


def _cell(row: Mapping[str, Any], currency: str) -> str:
    said, (low, high) = _value(row, currency), (row["low"], row["high"])
    return said if low == high else f"{said} ({format_range(low, high, row['unit'], currency)})"


def _value(row: Mapping[str, Any], currency: str) -> str:
    value, unit = row["value"], str(row["unit"])
    return format_value(round(value, CENTS) if unit == CURRENCY else value, unit, currency)


BUYER_COLUMNS = (
    "for consumers",
    "more buyers come back",
    "margin a year",
    "what to tell the buyer",
)
UNSURE = "too uncertain to be told"


def buyer_value_table(client: Client, finding: Finding) -> pd.DataFrame:
    """What is 10 points more of each attribute worth to the one who pays? A row per attribute.

    Each cell is an interval; the last is a sentence for buyers where consumers' satisfaction
    surely goes with the attribute. Most satisfaction first; empty where there is no bridge.
    """
    steps = [finding.measure(f"moves_{name}") for name in ("satisfaction", "repurchase", "margin")]
    ranked = steps[0].sort_values("value", ascending=False, kind="stable").index
    rows = {
        client.attributes[a].label: [
            *(_interval_cell(step, str(a), client.currency) for step in steps),
            _sentence_for_buyers(steps[0], steps[1], str(a), client.attributes[str(a)].label),
        ]
        for a in ranked
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(BUYER_COLUMNS))


def _interval_cell(step: pd.DataFrame, attribute: str, currency: str) -> str:
    if attribute not in step.index:
        return "not known"
    row = step.loc[attribute]
    if str(row["unit"]).startswith("currency"):
        return format_money_range(row["low"], row["high"], currency)
    value, between = (
        format_value(row["value"], row["unit"]),
        format_range(row["low"], row["high"], row["unit"]),
    )
    return f"{value} ({between})"


def _sentence_for_buyers(glad: pd.DataFrame, back: pd.DataFrame, attribute: str, label: str) -> str:
    """The translation, as strong as the weakest step that is sure."""
    if glad.loc[attribute, "low"] <= 0:
        return UNSURE
    if attribute in back.index and back.loc[attribute, "low"] > 0:
        row = back.loc[attribute]
        more = format_range(100 * row["low"], 100 * row["high"], "")
        return f"Better “{label}” in use {GOES_TOGETHER} {more} more of 100 buyers coming back."
    return f"Better “{label}” in use {GOES_TOGETHER} users who are more content."


def needs_and_wants_table(client: Client, finding: Finding) -> pd.DataFrame:
    """Which attributes are needs, which are wants, and whose? One row per attribute.

    Columns: attribute, serves (reason or experience, as the client said), buyer, consumer (the
    weights), and `weighed more by`: the role whose weight is surely larger, `leaning` to it where
    the interval of the difference holds 0.
    """
    weight, gap = finding.measure("importance")["value"], finding.measure("importance_gap")
    rows = [
        {
            "attribute": client.attributes[a].label,
            "serves": client.attributes[a].serves or "not said",
            "buyer": weight[f"buyer:{a}"],
            "consumer": weight[f"consumer:{a}"],
            "weighed more by": _weighed_by(row),
        }
        for a, row in gap.iterrows()
    ]
    return pd.DataFrame(
        rows, columns=["attribute", "serves", "buyer", "consumer", "weighed more by"]
    )


def _weighed_by(gap: pd.Series) -> str:
    role = ROLES[0] if gap["value"] > 0 else ROLES[1]
    sure = gap["low"] > 0 or gap["high"] < 0
    return role if sure else f"leaning to {role}"
