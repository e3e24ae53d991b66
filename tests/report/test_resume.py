"""A client whose report was made from the very same files is left alone; any other is redone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.batches import content, notebook, run
from toolkit.report.job import Limits
from toolkit.report.store.inputs import PACKAGE, files_in, inputs, recipe, source
from toolkit.report.store.resume import made_from, unchanged

OTHER = """
import json, sys
from pathlib import Path
from toolkit.report.run import audit_folders
(outcome,) = audit_folders([sys.argv[1]], sys.argv[2], notebooks=[Path(sys.argv[3])])
loaded = [name for name in ("numpy", "pandas", "jinja2", "papermill") if name in sys.modules]
print(json.dumps([outcome.unchanged, outcome.verdicts, loaded]))
"""


@pytest.fixture
def place(clients: Path, reports: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The client's folder and its finished reports, for this test alone."""
    shutil.copytree(clients, tmp_path / "in")
    shutil.copytree(reports, tmp_path / "out")
    return tmp_path / "in" / "sweet-corner", tmp_path / "out"


def kept(client: Path, out: Path) -> bool:
    return client in unchanged([client], out, recipe([notebook("good")], {}))


def test_a_run_with_nothing_changed_writes_nothing_and_loads_nothing(
    place: tuple[Path, Path],
) -> None:
    client, out = place
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in out.rglob("*")}
    call = [sys.executable, "-c", OTHER, str(client), str(out), str(notebook("good"))]
    said = subprocess.run(call, capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert json.loads(said.stdout) == [True, {"cannot_tell": 15}, []]
    after = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in out.rglob("*")}
    assert after == before


def test_force_does_it_again_and_gives_the_same_bytes(place: tuple[Path, Path]) -> None:
    client, out = place
    before = content(out)
    (outcome,) = run("good", client, out, force=True)
    assert not outcome.unchanged
    assert content(out) == before


def grow(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")


CHANGES: dict[str, Callable[[Path, Path], object]] = {
    "a table": lambda client, out: grow(client / "survey.csv"),
    "client.yml": lambda client, out: grow(client / "client.yml"),
    "a new file": lambda client, out: (client / "usage.csv").write_text("account_id\n"),
    "a file less": lambda client, out: (client / "survey.csv").unlink(),
    "a file in a folder": lambda client, out: (
        (client / "orders").mkdir() or (client / "orders" / "1.parquet").write_text("x")
    ),
    "the folder's name": lambda client, out: client.rename(client.with_name("other")),
    "the report": lambda client, out: grow(out / "sweet-corner" / "report.html"),
    "a notebook of the report": lambda client, out: (
        out / "sweet-corner" / "notebooks" / "01_roles.ipynb"
    ).unlink(),
    "its manifest": lambda client, out: (out / "sweet-corner" / "manifest.json").unlink(),
    "the report's folder": lambda client, out: (out / "sweet-corner").rename(out / "bear"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_the_client_is_done_again(change: str, place: tuple[Path, Path]) -> None:
    client, out = place
    assert kept(client, out)
    CHANGES[change](client, out)
    client = client if client.exists() else client.with_name("other")
    assert not kept(client, out)


def test_another_toolkit_python_package_notebook_or_wish_makes_another_report(
    place: tuple[Path, Path],
) -> None:
    client, out = place
    given = recipe([notebook("good")], {})
    packages = {**given["packages"], "numpy": "1.0"}
    others = [
        {"toolkit": {**given["toolkit"], "version": "9"}},
        {"toolkit": {**given["toolkit"], "sha256": "0"}},
        {"python": "3.99.0"},
        {"packages": packages},
        {"notebooks": recipe([notebook("lies")], {})["notebooks"]},
        {"options": {"scenario": "0" * 64}},
    ]
    assert unchanged([client], out, given)
    assert [unchanged([client], out, given | other) for other in others] == [{}] * len(others)


def test_an_edited_checkout_is_another_toolkit(tmp_path: Path) -> None:
    for copy in ("one", "two", "three"):
        shutil.copytree(PACKAGE / "report", tmp_path / copy, ignore=lambda *_: ["__pycache__"])
    (tmp_path / "two" / "__pycache__").mkdir()
    (tmp_path / "two" / "__pycache__" / "run.pyc").write_bytes(b"compiled")
    grow(tmp_path / "three" / "templates" / "style.css")
    one, two, three = (source(tmp_path / copy) for copy in ("one", "two", "three"))
    assert one == two
    assert three != one


def test_a_client_moved_elsewhere_is_the_same_client(place: tuple[Path, Path]) -> None:
    client, out = place
    there = client.parent.with_name("elsewhere")
    shutil.copytree(client.parent, there)
    assert kept(there / client.name, out)


def test_limits_are_no_part_of_a_report(place: tuple[Path, Path]) -> None:
    client, out = place
    (outcome,) = run("good", client, out, limits=Limits(cell_seconds=7, memory=3 * 1024**3))
    assert outcome.unchanged


def test_hidden_files_count_only_where_client_yml_names_them(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    for name in (".DS_Store", "~$data.xlsx", ".orders.csv", ".cache/x", "a.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "client.yml").write_text("tables: {purchases: {file: .orders.csv}}")
    assert set(files_in(tmp_path)) == {"client.yml", ".orders.csv", "a.csv"}


def test_a_link_counts_as_what_it_leads_to(tmp_path: Path) -> None:
    folder = tmp_path / "client"
    (folder / "one").mkdir(parents=True)
    (folder / "two").mkdir()
    (folder / "client.yml").write_text("id: x")
    (tmp_path / "a.csv").write_text("a")
    (folder / "table.csv").symlink_to(tmp_path / "a.csv")
    (folder / "orders").symlink_to("one")
    before = files_in(folder)
    assert set(before) == {"client.yml", "table.csv", "orders"}
    (tmp_path / "a.csv").write_text("b")
    (folder / "orders").unlink()
    (folder / "orders").symlink_to("two")
    after = files_in(folder)
    assert [name for name in before if before[name] != after[name]] == ["orders", "table.csv"]


def test_a_client_that_is_well_again_loses_its_failure_and_the_index_says_so(
    place: tuple[Path, Path],
) -> None:
    client, out = place
    survey, before = (client / "survey.csv").read_bytes(), content(out)
    (client / "survey.csv").write_bytes(b"")
    (failed,) = run("good", client, out)
    assert failed.status == "failed"
    assert b"failure.html" in content(out)["index.html"]
    (client / "survey.csv").write_bytes(survey)
    (outcome,) = run("good", client, out)
    assert outcome.unchanged
    assert content(out) == before


@pytest.mark.parametrize("page", ["index.html", "index.csv", "manifest.json"])
def test_a_damaged_index_is_written_anew_though_no_client_changed(
    page: str, place: tuple[Path, Path]
) -> None:
    client, out = place
    before = content(out)
    (out / page).write_text("x")
    (outcome,) = run("good", client, out)
    assert outcome.unchanged
    assert content(out) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"inputs": 7}', '{"inputs": {"fingerprint": 1}}'])
def test_a_damaged_manifest_says_nothing_and_stops_nothing(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert made_from(tmp_path) is None


def test_the_manifest_says_all_that_a_report_was_made_from(place: tuple[Path, Path]) -> None:
    client, out = place
    told = made_from(out / "sweet-corner")
    assert told == inputs(client, recipe([notebook("good")], {}))
    assert str(client.parent).encode() not in (out / "sweet-corner" / "manifest.json").read_bytes()
