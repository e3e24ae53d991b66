"""`audit explore`: what it starts, what it says where it cannot, and that it ends.

The what-if notebook runs as papermill runs it, for any client.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from tests.whatif.conftest import SAMPLES
from toolkit.cli import app
from toolkit.errors import ExploreError
from toolkit.report.notebooks import execute_notebook
from toolkit.report.parameters import check_parameters
from toolkit.whatif import serve
from toolkit.whatif.serve import NOTEBOOK, PACKAGE, serve_whatif, set_parameters

AUDIT = Path(sys.executable).parent / "audit"
PATIENCE = 60  # seconds, on a machine that does other work too


def test_the_copy_says_which_client_and_changes_nothing_else() -> None:
    notebook = json.loads((serve.PACKAGE.parent / serve.NOTEBOOK).read_text("utf-8"))
    values = {"client": "/a 'b'\\c", "out": "/scénarios"}
    changed = set_parameters(notebook, values)
    mine = [c for c in changed["cells"] if "parameters" in c["metadata"].get("tags", ())]
    said: dict[str, str] = {}
    exec(mine[0]["source"], said)
    assert {name: said[name] for name in values} == values
    assert [c for c in changed["cells"] if c not in mine] == [
        c for c in notebook["cells"] if "parameters" not in c["metadata"].get("tags", ())
    ]


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        place = serve_whatif(SAMPLES / "little-bear", tmp_path, port=port)
        with pytest.raises(ExploreError, match=f"Port {port} cannot be used.*--port"), place:
            pass


def test_without_voila_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    place = serve_whatif(SAMPLES / "little-bear", tmp_path, app=True)
    with pytest.raises(ExploreError, match="pip install voila"), place:
        pass


def test_a_folder_that_cannot_be_audited_is_refused_with_its_problems(tmp_path: Path) -> None:
    (tmp_path / "client.yml").write_text("id: acme\ncurrency: beads\n", "utf-8")
    done = CliRunner().invoke(app, ["explore", str(tmp_path), "--no-browser"])
    assert done.exit_code == 1
    assert "must be mended" in done.output


def test_ctrl_c_ends_the_server_and_takes_its_private_folder_along(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    run = subprocess.Popen(
        [AUDIT, "explore", SAMPLES / "little-bear", "--no-browser"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(private)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.stdout is not None
    address = run.stdout.readline().split()[-1]
    port = int(address.split(":")[2].split("/")[0])
    assert address.startswith(f"http://127.0.0.1:{port}/doc/tree/what_if.ipynb?token=")
    assert urlopen(address, timeout=PATIENCE).status == 200
    with pytest.raises(HTTPError, match="403") as refused:
        urlopen(f"http://127.0.0.1:{port}/api/contents", timeout=PATIENCE)
    refused.value.close()
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert said.endswith("Ended.\n")
    assert not [path for path in private.iterdir() if path.name.startswith("what-if-")]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_kernels_of_closed_pages_are_told_to_end() -> None:
    place = Path("what_if.ipynb")
    for command in (serve._lab(place, 1), serve._voila(place, 1)):
        assert "--MappingKernelManager.cull_idle_timeout=60" in command
        assert "--MappingKernelManager.cull_interval=15" in command
        assert "--MappingKernelManager.cull_connected=False" in command
        assert [a for a in command if a.endswith(".ip=127.0.0.1")]


def test_the_page_without_code_names_no_other_machine() -> None:
    template = serve.TEMPLATES / "voila" / "templates" / "whatif"
    assert "http" not in (template / "index.html.j2").read_text("utf-8")


def test_a_folder_found_above_is_the_one_that_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def nowhere(client: Path, *_: object, **__: object) -> None:
        seen.append(client)
        raise ExploreError("far enough")

    monkeypatch.setattr(serve, "serve_whatif", nowhere)
    monkeypatch.chdir(serve.PACKAGE.parent / "notebooks")
    CliRunner().invoke(app, ["explore", "datasets/clients/little-bear", "--no-browser"])
    assert seen == [SAMPLES / "little-bear"]


WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_it_runs_under_papermill_and_shows_the_dashboard(tmp_path: Path) -> None:
    source = PACKAGE.parent / NOTEBOOK
    values = {"client": str(SAMPLES / "sweet-corner"), "out": str(tmp_path / "scenarios")}
    check_parameters(source, values)
    done = execute_notebook(
        str(source), None, parameters=values, kernel_name="python3", progress_bar=False
    )
    shown = [o for cell in done.cells for o in cell.get("outputs", [])]
    assert not [o for o in shown if o["output_type"] in ("error", "stream")]
    assert [o for o in shown if WIDGET in o.get("data", {})]
    assert not (tmp_path / "scenarios").exists(), "nothing is written before it is asked for"
