"""The command: exit codes, words instead of tracebacks, and nothing damaged by wrong use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from toolkit.cli import app

ROOT = Path(__file__).resolve().parents[1]
SWEET_CORNER = ROOT / "datasets" / "clients" / "sweet-corner"


def call(*words: object) -> Result:
    """The command's answer to these words."""
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_good_folder_passes_the_check() -> None:
    done = call("check", SWEET_CORNER)
    assert done.exit_code == 0
    assert "can be audited" in done.output


def test_a_folder_of_clients_is_checked_client_by_client() -> None:
    done = call("check", ROOT / "datasets" / "clients")
    assert done.exit_code == 0
    assert done.output.count("can be audited") == len(list((ROOT / "datasets/clients").iterdir()))


def test_a_broken_folder_is_told_with_line_column_and_fix(tmp_path: Path) -> None:
    folder = tmp_path / "sweet-corner"
    shutil.copytree(SWEET_CORNER, folder)
    survey = (folder / "survey.csv").read_text("utf-8").splitlines()
    head = survey[0].split(",")
    row = survey[3].split(",")
    row[head.index("role")] = "byuer"
    survey[3] = ",".join(row)
    (folder / "survey.csv").write_text("\n".join(survey) + "\n", "utf-8")
    done = call("check", folder)
    assert done.exit_code == 1
    assert 'survey.csv, line 4, column "role"' in done.output
    assert 'Did you mean "buyer"' in done.output


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_place_without_clients_is_wrong_use(command: str, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        done = call(command, place)
        assert done.exit_code == 2
        assert "Traceback" not in done.output


def test_unknown_options_are_wrong_use() -> None:
    assert call("run", SWEET_CORNER, "--wrokers", 2).exit_code == 2
    assert call("run").exit_code == 2


def test_a_new_folder_can_be_checked_at_once_and_is_never_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    assert call("new", folder).exit_code == 0
    assert (folder / "client.yml").is_file()
    assert call("check", folder).exit_code == 0
    again = call("new", folder)
    assert again.exit_code == 2
    assert "is there already" in again.output
