"""Whole runs: real folders, real kernels, and what they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.report.batches import NOTEBOOKS, SAMPLE, content, notebook, run, several
from tests.report.page import Page
from toolkit.errors import ParameterError, RunError
from toolkit.report.files import whole
from toolkit.report.run import audit_folders

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
    assert whole(reports / "sweet-corner")
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
