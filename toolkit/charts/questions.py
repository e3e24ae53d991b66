"""One chart per measure: a finding goes in, a picture with its words comes out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.charts.chart import Chart
from toolkit.charts.dots import dots, paired, written
from toolkit.finding import Finding
from toolkit.text import listed

Labels = Mapping[str, str]
SHARE = (0.0, 1.0)
HUNDRED = (0.0, 100.0)
NAMES = {"orders": "of orders", "revenue": "of revenue"}


def separation(roles: Finding) -> Chart:
    """On what share of purchases is the buyer not the consumer?"""
    rows = _single(roles.measure("separation"))
    axes = dots(rows, xlabel="share where the buyer is not the consumer", bounds=SHARE)
    return Chart(axes, f"Share where the buyer is not the consumer: {_spoken(rows)}.")


def say(roles: Finding) -> Chart:
    """Who has how much say?"""
    rows = _single(roles.measure("say"))
    rows["series"] = [r if r in ("buyer", "consumer") else "other" for r in rows["label"]]
    axes = dots(rows, xlabel="share of say, as reported", bounds=SHARE)
    return Chart(axes, f"Share of say, as reported: {_spoken(rows)}.")


def importance(motivations: Finding, labels: Labels) -> Chart:
    """What does each role weigh?"""
    return _by_attribute(motivations, "importance", labels, "weight in the decision", "share")


def performance(motivations: Finding, labels: Labels) -> Chart:
    """How well is each attribute served, in the eyes of each role?"""
    what = "how well it is served, 0 to 100"
    return _by_attribute(motivations, "performance", labels, what, "points")


def _by_attribute(finding: Finding, measure: str, labels: Labels, what: str, unit: str) -> Chart:
    rows = paired(finding.measure(measure), labels, sort_by="consumer")
    bounds = SHARE if unit == "share" else HUNDRED
    axes = dots(rows, xlabel=what, unit=unit, bounds=bounds)
    return Chart(axes, f"{what.capitalize()}, by role: {_spoken(rows, unit)}.")


def value_delivered(motivations: Finding) -> Chart:
    """How much value reaches each role?"""
    rows = _single(motivations.measure("value_delivered"))
    rows["series"] = rows["label"]
    what = "value delivered, 0 to 100"
    axes = dots(rows, xlabel=what, unit="points", bounds=HUNDRED)
    return Chart(axes, f"{what.capitalize()}: {_spoken(rows, 'points')}.")


def spend_and_say(targeting: Finding, roles: Finding) -> Chart:
    """Does the money go where the say is?"""
    spend, say_ = _three(targeting.measure("spend_share")), _three(roles.measure("say"))
    rows = pd.concat([spend.assign(series="spend"), say_.assign(series="say")], ignore_index=True)
    rows = rows.sort_values("label", key=lambda s: s.map({"buyer": 0, "consumer": 1}).fillna(2))
    axes = dots(rows, xlabel="share of spend and share of say", bounds=SHARE)
    return Chart(axes, f"Share of spend and of say: {_spoken(rows)}.")


def _three(measure: pd.DataFrame) -> pd.DataFrame:
    """Buyer, consumer, and everybody else as one row; the ends add up, which is a little wide."""
    rows = measure.reset_index()
    rows["label"] = rows["group"].where(rows["group"].isin(["buyer", "consumer"]), "others")
    return rows.groupby("label", sort=False)[["value", "low", "high"]].sum().reset_index()


def message_fit(targeting: Finding, labels: Labels) -> Chart:
    """How well does each campaign's promise fit each role? `labels` may say whom it is aimed at."""
    rows = paired(targeting.measure("message_fit"), labels)
    axes = dots(rows, xlabel="fit: how much of what a role weighs is said", bounds=SHARE)
    return Chart(axes, f"Fit of each campaign's promise with each role: {_spoken(rows, 'fit')}.")


def open_ground(targeting: Finding, labels: Labels) -> Chart:
    """Which of the things a role weighs do rivals leave open?"""
    what = "weight that rivals leave open"
    return _by_attribute(targeting, "open_ground", labels, what, "share")


def _single(measure: pd.DataFrame) -> pd.DataFrame:
    rows = measure.reset_index().assign(series="other")
    return rows.assign(label=[NAMES.get(g, g) for g in rows["group"]])


def _spoken(rows: pd.DataFrame, unit: str = "share") -> str:
    return listed(
        [
            f"{line.label}{'' if line.series in ('other', line.label) else f' ({line.series})'} "
            f"{written(line.value, unit)}"
            for line in rows.itertuples()
        ]
    )
