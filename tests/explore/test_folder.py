"""The changed client as a folder that anything may audit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.audits import audit
from toolkit.client import Client
from toolkit.client import load as load_client
from toolkit.errors import ScenarioError
from toolkit.explore.applied import applied
from toolkit.explore.controls import controls
from toolkit.explore.file import save
from toolkit.explore.folder import prepared, write_applied
from toolkit.explore.scenario import Scenario

MANY = Scenario(
    name="Many things",
    spend={"audience": {"buyer": 1.2}},
    claims={"Take It Home": ("price",)},
    price=1.1,
    lift={"consumer": {"price": 6}},
    levers={"incentive": 2, "support": 0},
    thresholds={"spend-off-say": 0.2},
)


def test_auditing_the_folder_is_auditing_the_changed_client(bright: Client, tmp_path: Path) -> None:
    write_applied(bright, MANY, tmp_path)
    told = [json.loads(audit(c).to_json()) for c in (load_client(tmp_path), applied(bright, MANY))]
    for content in told:
        del content["data"]  # other files, the same rows
    assert told[0] == told[1]


def test_the_same_scenario_gives_the_same_bytes(bear: Client, tmp_path: Path) -> None:
    scenario = Scenario(price=1.1, lift={"buyer": {"price": 3}})
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        write_applied(bear, scenario, folder)
    one, two = ({p.name: p.read_bytes() for p in sorted(f.iterdir())} for f in folders)
    assert one == two
    assert {"client.yml", "purchases.parquet", "survey.parquet"} <= {*one}


def test_a_report_is_told_what_was_changed(bright: Client, tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    save(MANY, path, bright)
    said = prepared(bright, path, tmp_path / "client")
    assert said[0].startswith("What-if “Many things”. This is a what-if, not what was observed")
    assert "Spend by audience: buyer +20%." in said
    assert "The lever “support” is stopped." in said


def test_nothing_is_written_where_the_scenario_does_not_fit(bear: Client, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text('{"format": 1, "foo": 1}', "utf-8")
    with pytest.raises(ScenarioError, match="foo"):
        prepared(bear, path, tmp_path / "client")
    assert not (tmp_path / "client").exists()


def test_where_every_lever_is_stopped_the_client_has_none(bright: Client, tmp_path: Path) -> None:
    names = bright.frames["levers"]["lever"].unique()
    write_applied(bright, Scenario(levers=dict.fromkeys(names, 0.0)), tmp_path)
    assert not load_client(tmp_path).has("levers")


def test_words_that_excel_knows_as_errors_stay_words(bear: Client, tmp_path: Path) -> None:
    bear = replace(bear, frames={"purchases": bear.frames["purchases"].assign(product="#N/A")})
    write_applied(bear, Scenario(price=1.1), tmp_path)
    assert set(load_client(tmp_path).frames["purchases"]["product"]) == {"#N/A"}


@pytest.mark.parametrize("margin", [0.18, 0.123456789])
def test_at_the_lowest_price_a_client_has_no_margin_left(
    margin: float, bear: Client, tmp_path: Path
) -> None:
    thin = replace(bear, margin=margin)
    (lowest,) = (c for c in controls(thin, "price")["Price"] if c.key == "price")
    write_applied(thin, lowest.write(Scenario(), lowest.low), tmp_path)
    assert load_client(tmp_path).margin == pytest.approx(0, abs=1e-5)
