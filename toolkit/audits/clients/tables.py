"""The finding as small tables for readers: with currency, and expected beside seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.finding import Finding
from toolkit.text import count, figure, span

CURRENCY = "currency per customer"
CENTS = 2  # digits of a sum in a table: less is nothing
MOST = "7"  # purchases from which customers are put together


def told(finding: Finding, names: Mapping[str, str], currency: str) -> pd.DataFrame:
    """Some measures as one table: `names` says what each is called, groups stand behind it."""
    rows = {
        ", ".join(part for part in (name, str(group)) if part): {
            "estimate": _value(row, currency),
            "interval": span(row["low"], row["high"], row["unit"], currency),
            "n": count(int(row["n"])),
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
        line = rows.setdefault(f"{made} or more" if made == MOST else made, {})
        line["customers"] = count(int(row["n"]))
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
    return said if low == high else f"{said} ({span(low, high, row['unit'], currency)})"


def _value(row: Mapping[str, Any], currency: str) -> str:
    value, unit = row["value"], str(row["unit"])
    return figure(round(value, CENTS) if unit == CURRENCY else value, unit, currency)
