"""Forked kernels: as good as cold ones, fresh every time, quiet, and unreachable from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from ipykernel import iostream
from jupyter_client.provisioning import KernelProvisionerFactory
from papermill.translators import PythonTranslator

from tests.report.batches import NOTEBOOKS, job, notebook, several
from toolkit.errors import RunError
from toolkit.report.notebooks import (
    MOST,
    _refuse_unfit,
    client_environment,
    completion_folder,
    run_notebook,
    scrub_notebook,
)
from toolkit.report.options import default_notebooks
from toolkit.report.processes import kernels as forked
from toolkit.report.processes.file_kernel import FileIOPubThread
from toolkit.report.run import audit_folders
from toolkit.report.store.files import report_is_whole

LINUX = pytest.mark.skipif(not forked.POSSIBLE, reason="kernels are forked on Linux only")
PROBE = """
import hashlib, json, os, random, stat, sys, tempfile
from pathlib import Path
import numpy, pandas, seaborn, toolkit
files = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
held = {os.readlink(name) for name in files if os.path.lexists(name)}
tables = [Path("/proc/net", name) for name in ("tcp", "tcp6")]
rows = [line.split() for t in tables if t.exists() for line in t.read_text().splitlines()]
runtime = Path(os.environ["JUPYTER_RUNTIME_DIR"])
rights = [stat.S_IMODE(folder.stat().st_mode) for folder in (runtime, runtime.parents[1])]
homes = [os.environ[name] for name in ("HOME", "IPYTHONDIR", "MPLCONFIGDIR")]
print(json.dumps({
    "fresh": not hasattr(toolkit, "spoilt") and "spoilt" not in globals(),
    "columns": pandas.get_option("display.max_columns"),
    "random": hashlib.sha256(numpy.random.get_state()[1].tobytes()).hexdigest(),
    "hash": hash("buyer"),
    "backend": os.environ["MPLBACKEND"],
    "utf8": [sys.flags.utf8_mode, os.environ["PYTHONUTF8"]],
    "parent": os.environ["JPY_PARENT_PID"] == str(os.getppid()),
    "session": os.getsid(0) == os.getpid(),
    "listens": [row for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held],
    "connections": sum(name.startswith("socket:") for name in held) > 0,
    "private": (rights[0] | rights[1]) & 0o777,
    "own": [*homes, tempfile.gettempdir()],
}))
toolkit.spoilt = spoilt = True
numpy.random.seed(5)
pandas.set_option("display.max_columns", 3)
"""


def asking(folder: Path, *names: str) -> list[Path]:
    """Notebooks that say how their kernel is, and then spoil it."""
    folder.mkdir()
    for name in names:
        content = json.loads(notebook("good").read_text(encoding="utf-8"))
        audit = name.partition("_")[2]
        code = f"from toolkit.audits import {audit}\nfinding = {audit}.audit(toolkit.load(client))"
        content["cells"][4]["source"] = f"{PROBE}\n{code}"
        (folder / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the kernels of two notebooks of each of two clients say of themselves."""
    place = tmp_path_factory.mktemp("kernels")
    clients, out = several(place / "in", "sweet-corner", "other"), place / "out"
    asked = asking(place / "notebooks", "01_roles", "02_motivations")
    outcomes = audit_folders([clients], out, workers=1, notebooks=asked)
    assert [o.status for o in outcomes] == ["done", "done"], [o.why for o in outcomes]
    shown = [json.loads(p.read_text("utf-8")) for p in sorted(out.glob("*/notebooks/*"))]
    outputs = [o for n in shown for cell in n["cells"] for o in cell.get("outputs", ())]
    return [json.loads("".join(o["text"])) for o in outputs if o["output_type"] == "stream"]


@LINUX
def test_every_kernel_is_fresh_and_all_are_alike(kernels: list[dict[str, Any]]) -> None:
    assert len(kernels) == 4
    assert all(k["fresh"] for k in kernels)
    for same in ("random", "hash", "columns", "backend", "utf8"):
        assert len({json.dumps(k[same]) for k in kernels}) == 1, same
    assert kernels[0]["columns"] == 20
    assert kernels[0]["utf8"] == [1, "1"]
    assert kernels[0]["backend"] == "module://matplotlib_inline.backend_inline"


@LINUX
def test_a_kernel_knows_its_parent_and_has_a_session_of_its_own(
    kernels: list[dict[str, Any]],
) -> None:
    assert all(k["parent"] and k["session"] for k in kernels)


@LINUX
def test_no_kernel_listens_on_the_network(kernels: list[dict[str, Any]]) -> None:
    assert all(k["connections"] for k in kernels)
    assert [k["listens"] for k in kernels] == [[]] * 4
    assert {k["private"] for k in kernels} == {0o700}


@pytest.mark.skipif(os.name != "posix", reason="sockets that are files")
def test_what_a_cells_own_processes_print_comes_in_by_a_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with tempfile.TemporaryDirectory() as folder, iostream.zmq.Context() as context:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", folder)
        with context.socket(iostream.zmq.PUB) as shown:
            thread = FileIOPubThread(shown, pipe=True)
            other, pipe = thread._setup_pipe_out()
            pipe.send_multipart([thread._pipe_uuid, b"hello"])
            assert thread._pipe_in.socket.poll(5000)
            assert thread._pipe_in.socket.recv_multipart() == [thread._pipe_uuid, b"hello"]
            assert [path.name for path in Path(folder).iterdir()] == [str(os.getpid())]
            pipe.close()
            other.term()
            context.destroy(linger=0)
            thread.io_loop.close()


@LINUX
def test_clients_share_no_home_and_no_cache(kernels: list[dict[str, Any]]) -> None:
    first, second, *others = (set(k["own"]) for k in kernels)
    assert first == second
    assert len(first) == 4
    assert all(not first & other for other in others)
    assert str(Path.home()) not in first


def test_a_forked_kernel_shows_what_a_cold_one_shows_pictures_too(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = default_notebooks()[0]
    (outcome,) = audit_folders([clients], tmp_path / "out", workers=1, notebooks=[roles])
    assert outcome.status == "done", outcome.why
    shown = (tmp_path / "out" / "sweet-corner" / "notebooks" / roles.name).read_text("utf-8")
    assert '"image/png"' in shown
    own = job(clients / "sweet-corner", tmp_path, tmp_path)
    completion_folder(own).mkdir()
    start_cold(tmp_path, monkeypatch)
    values = {"client": str(own.folder), "out": str(completion_folder(own))}
    cold = run_notebook(roles, values, cell_seconds=60, deadline=time.monotonic() + 60)
    assert scrub_notebook(cold, own, own.folder) == json.loads(shown)


def start_cold(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where forking is not safe: no kernel is set aside, and each starts anew."""
    known = dict(KernelProvisionerFactory.provisioners)
    monkeypatch.setattr(KernelProvisionerFactory, "provisioners", known)
    monkeypatch.setattr(KernelProvisionerFactory, "_instance", None)  # it remembers the name
    monkeypatch.setenv(KernelProvisionerFactory.default_provisioner_name_env, "none")
    monkeypatch.setattr(forked, "POSSIBLE", False)
    for name, value in client_environment(private).items():
        monkeypatch.setenv(name, value)
    forked.prefork_kernels(3)
    assert forked._aside == []


def shown(text: str, kind: str = "stream") -> nbformat.NotebookNode:
    """A notebook whose only cell showed this."""
    error = {"ename": text, "evalue": "", "traceback": []}
    told = {"stream": {"name": "stdout", "text": text}, "error": error}[kind]
    output = {"output_type": kind, **told}
    cell = nbformat.v4.new_code_cell("...", outputs=[nbformat.from_dict(output)])
    return nbformat.v4.new_notebook(cells=[cell])


def test_a_notebook_that_shows_too_much_or_ends_its_kernel_is_refused_by_cell() -> None:
    _refuse_unfit("01_roles.ipynb", shown("x" * (MOST // 2)))
    with pytest.raises(RunError, match=r"roles\.ipynb shows more than 16 MB by cell 1"):
        _refuse_unfit("01_roles.ipynb", shown("x" * (MOST + 1)))
    with pytest.raises(RunError, match=r"roles\.ipynb stopped in cell 1: SystemExit"):
        _refuse_unfit("01_roles.ipynb", shown("SystemExit", "error"))


def test_paths_are_scrubbed_from_long_texts_as_fast_as_from_short_ones(tmp_path: Path) -> None:
    own, long = job(tmp_path, tmp_path, tmp_path), "x" * 10**6
    started = time.process_time()
    text = json.dumps(scrub_notebook(shown(f"{long} /tmp/ipykernel_7/8.py {long}"), own, tmp_path))
    assert "xxx cell.py xxx" in text
    assert time.process_time() - started < 2


def test_a_name_in_any_script_survives_the_plainest_locale(tmp_path: Path) -> None:
    folder = several(tmp_path / "Müştəri – مشتری", "sweet-corner") / "sweet-corner"
    settings = folder / "client.yml"
    text = settings.read_text("utf-8").replace("name: Sweet Corner", "name: Şirin Künc – گوشه")
    settings.write_text(text, encoding="utf-8")
    code = "import sys, pathlib, toolkit.report.run as r; n = [pathlib.Path(sys.argv[3])]; "
    code += "print(r.audit_folders(sys.argv[1:2], sys.argv[2], notebooks=n)[0].why)"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    said = subprocess.run(
        [sys.executable, "-c", code, folder, tmp_path / "ausgabe–ö", notebook("good")],
        env={**env, "LC_ALL": "C"},
        capture_output=True,
        cwd=NOTEBOOKS.parents[2],
    )
    assert said.stdout.strip() == b"", (said.stdout, said.stderr)
    report = tmp_path / "ausgabe–ö" / "sweet-corner"
    assert report_is_whole(report)
    assert "Şirin Künc – گوشه" in (report / "report.html").read_text("utf-8")
    for executed in (report / "notebooks").iterdir():
        (cell, *_) = (c for c in json.loads(executed.read_text("utf-8"))["cells"] if _injected(c))
        assert 'client = "sweet-corner"' in "".join(cell["source"])


def _injected(cell: dict[str, Any]) -> bool:
    return "injected-parameters" in cell["metadata"].get("tags", ())


@pytest.mark.parametrize("name", ["müller", "گوشه", 'o"clock', "back\\slash", "it's", "e\u0301"])
def test_no_path_remains_however_its_folder_is_called(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name / "acme"
    own = job(folder, tmp_path, tmp_path)
    source = f"client = {PythonTranslator.translate(str(folder))}"
    cell = nbformat.v4.new_code_cell(source, outputs=[_printed(str(folder)), _printed(name)])
    left = scrub_notebook(nbformat.v4.new_notebook(cells=[cell]), own, folder)
    (cell,) = left["cells"]
    assert "".join(cell["source"]) == 'client = "acme"'
    assert ["".join(out["text"]) for out in cell["outputs"]] == ["acme", name]


def _printed(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("stream", text=text)
