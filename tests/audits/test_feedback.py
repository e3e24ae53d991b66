"""The feedback audit: measures by name, proof, the bridge in buyers' words, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import toolkit
from tests.clients import client, noisy_survey, points, respondent
from toolkit.audits import feedback, reader_tables
from toolkit.client.model import Client

SAMPLES = Path(__file__).resolve().parents[2] / "datasets" / "clients"
MEASURES = {
    *("heard", "say_of_two", "uncoded", "theme", "theme_lean", "satisfaction_index"),
    *("satisfaction_gap", "recommend", "moves_satisfaction", "moves_repurchase", "moves_margin"),
}


@pytest.fixture(scope="module")
def crunch() -> Client:
    return toolkit.load(SAMPLES / "crunch-morning")


def without(audited: Client, *tables: str) -> Client:
    """The same client without some tables."""
    frames = {name: frame for name, frame in audited.frames.items() if name not in tables}
    return replace(audited, frames=frames)


def test_a_full_client_gets_every_measure_with_interval_and_count() -> None:
    found = feedback.audit(toolkit.load(SAMPLES / "little-bear"))
    assert found.status == "done"
    assert set(found.frame["measure"]) - {"proof"} == MEASURES
    assert (found.frame["low"] <= found.frame["value"] + 1e-9).all()
    assert (found.frame["value"] <= found.frame["high"] + 1e-9).all()
    assert (found.frame["n"] > 0).all()
    assert len(found.answer.split(". ")) <= 3


def test_it_works_with_whatever_is_there(crunch: Client) -> None:
    only_voices = feedback.audit(without(crunch, "survey", "influence", "purchases"))
    assert set(only_voices.frame["measure"]) == {"heard", "uncoded", "theme"}
    only_survey = feedback.audit(without(crunch, "feedback", "purchases"))
    assert "heard" not in set(only_survey.frame["measure"])
    assert {"satisfaction_index", "moves_repurchase"} <= set(only_survey.frame["measure"])
    assert "moves_margin" not in set(only_survey.frame["measure"])
    assert feedback.audit(without(crunch, "feedback", "survey")).status == "skipped"


def test_the_same_client_gives_the_same_finding(crunch: Client) -> None:
    one, two = feedback.audit(crunch), feedback.audit(replace(crunch))
    assert one.frame.equals(two.frame)
    assert one.limits == two.limits


def test_one_who_pays_and_uses_answers_for_both_and_weight_nought_for_nobody() -> None:
    rows = [respondent(i, "both", i, satisfaction=8.0, recommend=10.0) for i in range(6)]
    rows += [respondent(6, "consumer", 6, satisfaction=0.0, recommend=0.0, weight=0.0)]
    rows += [respondent(7, "buyer", 7, satisfaction=1.0, recommend=0.0, weight=2.0)]
    found = feedback.audit(client(survey=rows, attributes=()))
    index, score = found.measure("satisfaction_index"), found.measure("recommend")
    assert index.loc["consumer", "value"] == pytest.approx(80)
    assert index.loc["buyer", "value"] == pytest.approx((6 * 80 + 2 * 10) / 8)
    assert score.loc["consumer", "value"] == pytest.approx(100)
    assert score.loc["buyer", "value"] == pytest.approx(100 * (6 - 2) / 8)


def test_proof_is_what_consumers_weigh_and_surely_find_good() -> None:
    middles = {
        "buyer": {"importance_price": 3.0, "importance_fun": 3.0}
        | {"performance_price": 3.0, "performance_fun": 3.0},
        "consumer": {"importance_price": 2.0, "importance_fun": 4.5}
        | {"performance_price": 4.9, "performance_fun": 4.6},
    }
    rows = [r | {"satisfaction": 5.0} for r in noisy_survey(120, middles, seed=2)]
    found = feedback.audit(client(survey=rows))
    assert list(found.measure("proof").index) == ["fun"]
    assert "“Fun”" in found.answer


def test_the_bridge_reads_in_buyers_words_and_promises_only_what_is_sure(crunch: Client) -> None:
    finding = feedback.audit(crunch)
    table = reader_tables.buyer_value_table(crunch, finding)
    assert table.index[0] == "Taste"
    assert "more of 100 buyers coming back" in table.loc["Taste", "what to tell the buyer"]
    assert table["margin a year"].str.contains(r"\$").all()
    weak = finding.frame.copy()
    weak.loc[weak["measure"] == "moves_repurchase", "low"] = -0.01
    hedged = reader_tables.buyer_value_table(crunch, replace(finding, frame=weak))
    assert not hedged["what to tell the buyer"].str.contains("coming back").any()


def test_buyers_and_consumers_swapped_swap_what_is_measured() -> None:
    rng, other = np.random.default_rng(4), {"buyer": "consumer", "consumer": "buyer"}
    survey = [
        respondent(2 * i + k, role, i, satisfaction=float(rng.integers(0, 11)))
        for i in range(40)
        for k, role in enumerate(other)
    ]
    said = [r | {"role": other[r["role"]]} for r in survey]
    ours, mirror = (feedback.audit(client(survey=rows, attributes=())) for rows in (survey, said))
    gap, back = (f.measure("satisfaction_gap").iloc[0] for f in (ours, mirror))
    assert (gap["value"], gap["low"]) == pytest.approx((-back["value"], -back["high"]))


def test_it_says_when_nobody_knows_the_say_or_the_words() -> None:
    rows = [
        {"feedback_id": f"f{i}", "role": "buyer" if i % 2 else "consumer", "account_id": f"a{i}"}
        for i in range(40)
    ]
    limits = " ".join(feedback.audit(client(feedback=rows)).limits)
    assert "Nobody was asked who has how much say" in limits
    assert "no words" in limits
    told = feedback.audit(
        client(feedback=rows, influence=points(0, "buyer", buyer=60, consumer=40))
    )
    assert "Nobody was asked" not in " ".join(told.limits)
