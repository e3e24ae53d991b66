"""How dear are the reports of many clients, against a plain loop and against plain functions?"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import NamedTuple

from tests.bench.cpu import BIN, ROOT, Row, cpu, printed
from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.sample import SAMPLES

CLIENTS, LOOPED = 20, 2  # so many of them are looped over: the loop takes as long for each
LISTED = 1000
NOTEBOOKS = sorted((ROOT / "notebooks" / "audit").glob("*.ipynb"))
PLAIN = """
import json, os, sys
from time import process_time
os.environ["MPLBACKEND"] = "agg"
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
folders, notebooks = map(json.loads, {told!r})
shell = InteractiveShell.instance()
def audited(folder):
    for path in notebooks:
        cells = [c for c in json.load(open(path))["cells"] if c["cell_type"] == "code"]
        with capture_output():
            for cell in cells:
                shell.run_cell("".join(cell["source"])).raise_error()
                if "parameters" in cell["metadata"].get("tags", ()):
                    shell.user_ns["client"] = folder
audited(folders[0])
start = process_time()
for folder in folders:
    audited(folder)
print(process_time() - start)
"""
INDEX = """
from time import process_time
from pathlib import Path
from toolkit.report.run import renew_index
renew_index(Path("{out}"))
print(process_time())
"""


class Spent(NamedTuple):
    """What a command took, in seconds."""

    wall: float
    cpu: float


def batch(scratch: Path) -> list[Row]:
    """Many clients, all notebooks and reports: wall time, CPU, a second run, and the index."""
    folders, out = _clients(scratch / "clients"), scratch / "reports"
    run = [str(BIN / "audit"), "run", str(scratch / "clients"), "--out", str(out)]
    first, again, loop = _spent(run), _spent(run), _looped(folders[:LOOPED], scratch)
    told = [json.dumps([str(path) for path in paths]) for paths in (folders, NOTEBOOKS)]
    functions, pages = printed(PLAIN.format(told=told)), printed(INDEX.format(out=_listed(out)))
    what = f"{CLIENTS} clients, nine notebooks and a report each"
    plain = f"papermill and nbconvert, one by one (measured on {LOOPED} of them)"
    return [
        Row(f"{what}, wall time", first.wall, plain, loop * CLIENTS / LOOPED, 1 / 8),
        Row(what, first.cpu, "the same cells in one warm process", functions, 2.5),
        Row("the same again, nothing changed", again.cpu, "the first time", first.cpu, 0.01),
        Row(f"pages over {LISTED:,} clients", pages, "", None, 5),
    ]


def _clients(place: Path) -> list[Path]:
    """Simulated clients of all kinds, each with an id of its own."""
    for number in range(CLIENTS):
        id, sample = list(SAMPLES.items())[number % len(SAMPLES)]
        folder = place / f"{id}-{number}"
        write_simulated_client(sample.world, folder, sample.accounts, seed=number)
        settings = folder / "client.yml"
        text = settings.read_text("utf-8").replace(f"id: {id}\n", f"id: {folder.name}\n")
        settings.write_text(text, "utf-8")
    return sorted(place.iterdir())


def _spent(command: list[str]) -> Spent:
    started = time.monotonic()
    used = cpu(command)
    return Spent(time.monotonic() - started, used)


def _looped(folders: list[Path], scratch: Path) -> float:
    """Wall seconds of the commands one would type, notebook by notebook."""
    started = time.monotonic()
    for folder in folders:
        for notebook in NOTEBOOKS:
            done = scratch / f"{folder.name}-{notebook.name}"
            said = ["-p", "client", str(folder)]
            cpu([str(BIN / "papermill"), str(notebook), str(done), *said])
            cpu([str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(done)])
    return time.monotonic() - started


def _listed(out: Path) -> Path:
    """The same reports under so many names."""
    many = out.with_name("many")
    many.mkdir()
    reports = sorted(folder for folder in out.iterdir() if (folder / "report.html").exists())
    for number in range(LISTED):
        report = reports[number % len(reports)]
        copy = many / f"c{number}"
        copy.mkdir()
        for file in report.iterdir():
            if file.is_file():
                os.link(file, copy / file.name)
    return many
