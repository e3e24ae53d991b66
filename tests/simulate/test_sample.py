"""The committed sample clients: fresh, deterministic, and sure to show what is expected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.simulate.plain import ESTIMATES
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.simulate.__main__ import samples_command
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.sample import SAMPLES
from toolkit.simulate.trade import true_stage
from toolkit.simulate.truth import MISTAKES, true_sizes

DATASETS = Path(__file__).parents[2] / "datasets"
ENOUGH = 6.0  # standard errors from the threshold: Holm over fifteen and 99 % of seeds take 5.2
SEEDS = 25
Estimate = Callable[..., dict[str, float]]
TEXT = {".csv", ".yml", ".json"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("datasets")
    assert samples_command([str(folder)]) == 0
    return folder


def _files(root: Path) -> dict[str, Path]:
    found = [p for part in ("clients", "truth") for p in (root / part).rglob("*") if p.is_file()]
    return {p.relative_to(root).as_posix(): p for p in found}


def test_the_committed_files_are_those_a_fresh_run_writes(fresh: Path) -> None:
    committed, new = _files(DATASETS), _files(fresh)
    assert set(committed) == set(new)
    for name in new:
        if new[name].suffix in TEXT:
            assert committed[name].read_bytes() == new[name].read_bytes(), name


def test_committed_workbooks_and_parquet_files_hold_the_same_cells(fresh: Path) -> None:
    # their bytes may differ between versions of the packages that write them
    binary = {n: p for n, p in _files(fresh).items() if p.suffix not in TEXT}
    assert {Path(name).suffix for name in binary} == {".xlsx", ".parquet"}
    for name, path in binary.items():
        committed = _read(DATASETS / name)
        for sheet, frame in _read(path).items():
            pd.testing.assert_frame_equal(frame, committed[sheet])


def test_a_second_run_writes_the_same_bytes(fresh: Path, tmp_path: Path) -> None:
    assert samples_command([str(tmp_path)]) == 0
    again = _files(tmp_path)
    assert all(again[n].read_bytes() == p.read_bytes() for n, p in _files(fresh).items())


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert samples_command([]) == 2
    assert "python -m toolkit.simulate" in capsys.readouterr().err


def _read(path: Path) -> dict[str, pd.DataFrame]:
    if path.suffix == ".parquet":
        return {path.stem: pd.read_parquet(path)}
    return pd.read_excel(path, sheet_name=None)


def test_the_truth_files_hold_theta_and_verdict_of_all_fifteen() -> None:
    for name, sample in SAMPLES.items():
        told = json.loads((DATASETS / "truth" / f"{name}.json").read_text(encoding="utf-8"))
        assert tuple(told) == MISTAKES
        for mistake, theta in true_sizes(sample.world).items():
            assert told[mistake]["expected"] == sample.expected[mistake]
            wanted = None if theta is None else pytest.approx(theta, abs=1e-8, rel=1e-8)
            assert told[mistake]["theta"] == wanted


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "sweet-corner"])
def test_expected_verdicts_lie_far_enough_from_the_threshold(name: str, estimate: Estimate) -> None:
    sample, true = SAMPLES[name], true_sizes(SAMPLES[name].world)
    drawn = []
    for seed in range(SEEDS):
        frames = draw_tables(sample.world, sample.accounts, seed)
        others = {mistake: plain(frames, sample.world) for mistake, plain in ESTIMATES.items()}
        drawn.append(estimate(frames, sample.world) | others)
    for mistake, expected in sample.expected.items():
        if expected in ("found", "clear") and mistake != "stage-mismatch":
            error = float(np.std([d[mistake] for d in drawn], ddof=1))
            distance = true[mistake] - MISTAKE_TYPES[mistake].threshold
            wanted = (expected == "found") == (MISTAKE_TYPES[mistake].direction == "above")
            assert (distance if wanted else -distance) > ENOUGH * error, mistake


def test_a_stage_expected_to_be_judged_is_long_past_its_last_turn() -> None:
    # spend is known and has no error: what can be uncertain is the stage, so it lies far off
    for sample in SAMPLES.values():
        launch = sample.world.trade.launch
        if sample.expected["stage-mismatch"] in ("found", "clear"):
            assert true_stage(launch, 0.6 * sample.world.trade.days) == "decline"
            theta = true_sizes(sample.world)["stage-mismatch"]
            threshold = MISTAKE_TYPES["stage-mismatch"].threshold
            assert (theta > threshold) == (sample.expected["stage-mismatch"] == "found")


def test_what_cannot_be_told_lacks_a_table_a_column_or_a_launch() -> None:
    for sample in SAMPLES.values():
        missing = {mistake for mistake, theta in true_sizes(sample.world).items() if theta is None}
        told = {sample.expected[mistake] for mistake in missing}
        assert told <= {"cannot_tell", "not_applicable"}


def test_sweet_corner_has_fewer_than_thirty_accounts_in_survey_and_influence() -> None:
    sample = SAMPLES["sweet-corner"]
    frames = draw_tables(sample.world, sample.accounts, sample.seed, tables=["survey", "influence"])
    assert all(frame["account_id"].nunique() < 30 for frame in frames.values())


def test_each_of_the_fifteen_is_found_clear_suspected_and_untold_in_some_sample() -> None:
    for mistake in MISTAKES:
        verdicts = {sample.expected[mistake] for sample in SAMPLES.values()}
        assert {"found", "clear", "suspected", "cannot_tell"} <= verdicts


@pytest.mark.parametrize("name", SAMPLES)
def test_the_story_is_told_in_three_to_six_sentences(name: str) -> None:
    about = SAMPLES[name].world.client["about"]
    assert 3 <= about.count(". ") + about.count("? ") + 1 <= 6
    assert 300 < len(about) < 900


def test_names_in_turkish_and_german_are_written_as_they_are_spelt(fresh: Path) -> None:
    told = (fresh / "clients" / "open-bazaar" / "campaigns.csv").read_bytes().decode("utf-8")
    assert "Tezgâhını Aç" in told
    told = (fresh / "clients" / "turbo-toys" / "bestellungen.csv").read_bytes().decode("utf-8")
    assert told.splitlines()[0].split(";")[:4] == ["order_id", "Datum", "Käufer", "Betrag"]
