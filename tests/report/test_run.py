"""Whole runs: real folders, real kernels, and what they leave.

A client whose report was made from the very same files is left alone; any other is redone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.batches import NOTEBOOKS, SAMPLE, content, notebook, run, several
from tests.report.page import Page
from toolkit.errors import ParameterError, RunError
from toolkit.report.options import RunLimits
from toolkit.report.run import audit_folders, unchanged_clients
from toolkit.report.store.files import report_is_whole
from toolkit.report.store.inputs import (
    PACKAGE,
    folder_hashes,
    recorded_inputs,
    report_inputs,
    run_recipe,
    source_hash,
)

NAMES = (
    "findings.json",
    "manifest.json",
    "report.html",
    "size.json",
    "notebooks/01_roles.ipynb",
)


def test_a_run_leaves_a_whole_report_and_an_index(reports: Path) -> None:
    assert set(content(reports)) == {"index.csv", "index.html", "manifest.json"} | {
        f"sweet-corner/{name}" for name in NAMES
    }
    assert report_is_whole(reports / "sweet-corner")
    page = Page((reports / "sweet-corner" / "report.html").read_text(encoding="utf-8"))
    assert "Shown to clients." in page.text
    assert "Only for learners." not in page.text


def test_nothing_published_names_a_place_on_this_machine(reports: Path, clients: Path) -> None:
    everything = b"".join(content(reports).values())
    for place in (clients, reports, Path(sys.prefix), Path.home() / ".", NOTEBOOKS.parents[2]):
        assert str(place).encode() not in everything


def test_a_second_run_gives_the_same_bytes(reports: Path, clients: Path) -> None:
    before = content(reports)
    run("good", clients, reports, force=True)
    assert content(reports) == before


def test_reports_are_never_written_into_a_client_folder(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "one") / "one"
    before = content(folder)
    for out in (folder, folder / "reports", folder / "a" / "b"):
        with pytest.raises(RunError, match="lies in the client folder"):
            audit_folders([folder], out, notebooks=[])
    assert content(folder) == before
    assert not (folder / "reports").exists()


def test_a_folder_without_clients_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"no client\.yml"):
        audit_folders([tmp_path], tmp_path / "out")


def test_a_notebook_with_other_parameters_is_refused_before_anything_runs(tmp_path: Path) -> None:
    pages = json.loads(notebook("good").read_text())
    pages["cells"][2]["source"] = 'clients = ""\nout = ""'
    path = tmp_path / "01_roles.ipynb"
    path.write_text(json.dumps(pages))
    with pytest.raises(ParameterError, match='Did you mean "clients"'):
        audit_folders([SAMPLE], tmp_path / "out", notebooks=[path])
    assert not (tmp_path / "out").exists()


def printed(module: str, expression: str) -> str:
    code = f"import sys, {module}; print({expression})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def test_papermill_is_imported_without_the_slow_grammar() -> None:
    asked = "[sys.modules[n] for n in ('rfc3987_syntax',)], 'lark' in sys.modules"
    assert printed("toolkit.report.deliver", asked) == "[None] False"


def test_the_name_record_costs_a_kernel_no_papermill() -> None:
    assert printed("toolkit", "(toolkit.record, 'papermill' in sys.modules)[1]") == "False"


def test_a_script_without_a_guard_audits_once(clients: Path, tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    paths = f"{str(clients)!r}, {str(tmp_path / 'out')!r}, {str(notebook('good'))!r}"
    script.write_text(f"""
from pathlib import Path
from toolkit.report.run import audit_folders
print("begun")
clients, out, one = {paths}
print([o.status for o in audit_folders([clients], out, notebooks=[Path(one)])])
""")
    env = {**os.environ, "PYTHONPATH": str(NOTEBOOKS.parents[2])}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=env)
    assert done.stdout == "begun\n['done']\n", done.stderr


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
    return client in unchanged_clients([client], out, run_recipe([notebook("good")], {}))


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
    given = run_recipe([notebook("good")], {})
    packages = {**given["packages"], "numpy": "1.0"}
    others = [
        {"toolkit": {**given["toolkit"], "version": "9"}},
        {"toolkit": {**given["toolkit"], "sha256": "0"}},
        {"python": "3.99.0"},
        {"packages": packages},
        {"notebooks": run_recipe([notebook("lies")], {})["notebooks"]},
        {"options": {"scenario": "0" * 64}},
    ]
    assert unchanged_clients([client], out, given)
    assert [unchanged_clients([client], out, given | other) for other in others] == [{}] * len(
        others
    )


def test_an_edited_checkout_is_another_toolkit(tmp_path: Path) -> None:
    for copy in ("one", "two", "three"):
        shutil.copytree(PACKAGE / "report", tmp_path / copy, ignore=lambda *_: ["__pycache__"])
    (tmp_path / "two" / "__pycache__").mkdir()
    (tmp_path / "two" / "__pycache__" / "run.pyc").write_bytes(b"compiled")
    grow(tmp_path / "three" / "page" / "templates" / "style.css")
    one, two, three = (source_hash(tmp_path / copy) for copy in ("one", "two", "three"))
    assert one == two
    assert three != one


def test_a_client_moved_elsewhere_is_the_same_client(place: tuple[Path, Path]) -> None:
    client, out = place
    there = client.parent.with_name("elsewhere")
    shutil.copytree(client.parent, there)
    assert kept(there / client.name, out)


def test_limits_are_no_part_of_a_report(place: tuple[Path, Path]) -> None:
    client, out = place
    (outcome,) = run("good", client, out, limits=RunLimits(cell_seconds=7, memory=3 * 1024**3))
    assert outcome.unchanged


def test_hidden_files_count_only_where_client_yml_names_them(tmp_path: Path) -> None:
    (tmp_path / ".cache").mkdir()
    for name in (".DS_Store", "~$data.xlsx", ".orders.csv", ".cache/x", "a.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "client.yml").write_text("tables: {purchases: {file: .orders.csv}}")
    assert set(folder_hashes(tmp_path)) == {"client.yml", ".orders.csv", "a.csv"}


def test_a_link_counts_as_what_it_leads_to(tmp_path: Path) -> None:
    folder = tmp_path / "client"
    (folder / "one").mkdir(parents=True)
    (folder / "two").mkdir()
    (folder / "client.yml").write_text("id: x")
    (tmp_path / "a.csv").write_text("a")
    (folder / "table.csv").symlink_to(tmp_path / "a.csv")
    (folder / "orders").symlink_to("one")
    before = folder_hashes(folder)
    assert set(before) == {"client.yml", "table.csv", "orders"}
    (tmp_path / "a.csv").write_text("b")
    (folder / "orders").unlink()
    (folder / "orders").symlink_to("two")
    after = folder_hashes(folder)
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
    assert recorded_inputs(tmp_path) is None


def test_the_manifest_says_all_that_a_report_was_made_from(place: tuple[Path, Path]) -> None:
    client, out = place
    told = recorded_inputs(out / "sweet-corner")
    assert told == report_inputs(client, run_recipe([notebook("good")], {}))
    assert str(client.parent).encode() not in (out / "sweet-corner" / "manifest.json").read_bytes()
