"""Charts of clients: what the model foretold, what levers bring, what the first sale gets."""

from __future__ import annotations

import numpy as np
import pytest

from tests.audits.shops import audited, published
from toolkit import charts
from toolkit.text import count, percent

GYM = audited("clients/iron-gym")


def test_the_holdout_draws_what_was_foretold_beside_what_came() -> None:
    chart = charts.holdout(published())
    told = published().measure("tracked")["value"]
    last = max(int(group.split(":")[0]) for group in told.index)
    for what in ("expected", "seen"):
        written = count(round(told[f"{last}:{what}"]))
        assert written in chart.alt
        assert any(written in text.get_text() for text in chart.axes.texts)
    curves = [line for line in chart.axes.lines if np.size(line.get_xdata()) > 2]
    assert len(curves) == 2
    assert "weeks 1 to 38" in chart.alt


def test_each_lever_stands_at_its_net_gain_and_nothing_is_marked() -> None:
    axes = charts.levers(GYM, "EUR").axes
    dots = [np.ravel(line.get_xdata())[0] for line in axes.lines if line.get_marker() == "o"]
    assert dots == pytest.approx(list(GYM.measure("lever_net")["value"]))
    assert axes.get_xlabel().endswith("EUR")
    low, high = axes.get_xlim()
    assert low < 0 < high


def test_a_mistake_of_levers_or_of_the_first_sale_has_its_chart() -> None:
    for id in ("first-sale-only", "chasing-one-offs", "clients-left"):
        chart = charts.for_mistake(id, {"clients": GYM}, {})
        assert chart is not None
        assert chart.mistake == id
        assert chart.alt


def test_who_came_back_is_said_in_words() -> None:
    chart = charts.came_back(published())
    best = published().measure("rfm_return").loc["recency:5", "value"]
    assert f"bought lately: 5 of 5 {percent(best)}" in chart.alt
