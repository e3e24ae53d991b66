"""Whole runs for the tests: copies of one small client, one notebook, and what a folder holds."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from toolkit.report.job import ClientJob, ClientResult, RunPlace
from toolkit.report.options import RunLimits, RunOptions
from toolkit.report.run import audit_folders

NOTEBOOKS = Path(__file__).parent / "notebooks"
SAMPLE = Path(__file__).parents[2] / "datasets" / "clients" / "sweet-corner"


def content(folder: Path) -> dict[str, bytes]:
    """Every file in it."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def notebook(kind: str) -> Path:
    """The one notebook of the run: `good`, or broken in one way."""
    return NOTEBOOKS / kind / "01_roles.ipynb"


def run(kind: str, clients: Path, out: Path | str, **options: Any) -> list[ClientResult]:
    """One client at a time, one notebook each."""
    return audit_folders([clients], out, workers=1, notebooks=[notebook(kind)], **options)


def several(folder: Path, *names: str) -> Path:
    """A folder of clients of these names, alike but for their ids."""
    for name in names:
        shutil.copytree(SAMPLE, folder / name)
        settings = folder / name / "client.yml"
        text = settings.read_text(encoding="utf-8").replace("id: sweet-corner", f"id: {name}")
        settings.write_text(text, encoding="utf-8")
    return folder


def job(folder: Path, out: Path, private: Path) -> ClientJob:
    """The work on one client, without notebooks."""
    options = RunOptions(notebooks=(), limits=RunLimits(cell_seconds=60, client_seconds=60))
    return ClientJob("sweet-corner", "Sweet Corner", folder, private, options, RunPlace(out))
