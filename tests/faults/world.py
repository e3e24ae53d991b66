"""What every trial starts from: two small clients with an earlier audit each, and what is due."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.report.batches import SAMPLE, content
from toolkit.report.job import ClientResult
from toolkit.report.options import RunLimits
from toolkit.report.run import audit_folders

TABLES = ("client.yml", "campaigns.csv", "influence.csv", "products.csv", "rivals.csv")
VICTIM, OTHER = "one", "two"
THEN, NOW = date(2026, 1, 5), date(2026, 2, 6)
MOMENTS = 4  # places in each notebook at which its client's fault may strike
PROSE = "## Who pays\n\nShown to clients."
CODE = (
    "import toolkit\nfrom pathlib import Path",
    "from toolkit.audits import {audit}",
    "finding = {audit}.audit(toolkit.load(client))\ndisplay(finding.frame.head(2))",
    "toolkit.record(finding, out)",
)
STRIKE = 'moment = "{audit} {moment}"\nexec(Path({file!r}).read_text())'


def small(folder: Path, *names: str) -> Path:
    """Clients of few tables, so that a trial takes seconds."""
    for name in names:
        (folder / name).mkdir(parents=True)
        for table in TABLES:
            shutil.copy(SAMPLE / table, folder / name / table)
        settings = folder / name / "client.yml"
        text = settings.read_text(encoding="utf-8").replace("id: sweet-corner", f"id: {name}")
        settings.write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class World:
    """A folder with clients, notebooks, earlier reports, and those an undisturbed run gives."""

    place: Path

    @classmethod
    def made(cls, place: Path) -> World:
        """The world at this place; made there if it is not there yet."""
        world = cls(place)
        if not (place / "due").exists():
            small(world.clients, VICTIM, OTHER)
            _notebooks(place)
            world.strike("")
            for name in (VICTIM, OTHER):
                _less(world.clients / name / "influence.csv")
            world.run(place / "before", today=THEN)
            for name in (VICTIM, OTHER):
                shutil.copy(SAMPLE / "influence.csv", world.clients / name)
            shutil.copytree(place / "before", place / "made")
            world.run(place / "made")
            (place / "made").rename(place / "due")
        return world

    @property
    def clients(self) -> Path:
        """The two client folders."""
        return self.place / "in"

    @property
    def notebooks(self) -> list[Path]:
        """Two notebooks that let a fault strike at any of their cells."""
        return sorted((self.place / "notebooks").iterdir())

    @property
    def before(self) -> Path:
        """The earlier reports."""
        return self.place / "before"

    @property
    def due(self) -> dict[str, bytes]:
        """What an undisturbed run makes of them."""
        return content(self.place / "due")

    def strike(self, code: str, at: str = "") -> None:
        """Let this code run in the victim's notebooks, at that cell; none where it is empty."""
        lines = [f"if moment == {at!r} and Path(client).name == {VICTIM!r}:"]
        lines += [f"    {line}" for line in code.splitlines()]
        text = "\n".join(lines) if code else ""
        (self.place / "fault.py").write_text(text, encoding="utf-8")

    def run(self, out: Path, *, today: date = NOW, **options: Any) -> list[ClientResult]:
        """Audit both clients, at once unless told otherwise."""
        given: dict[str, Any] = {"workers": 2, "limits": RunLimits(60, 60)} | options
        return audit_folders([self.clients], out, notebooks=self.notebooks, today=today, **given)


@contextmanager
def temporary(folder: Path) -> Iterator[None]:
    """Runs of this process keep their private folders here for a while."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def moments(audits: Sequence[str] = ("roles", "targeting")) -> list[str]:
    """All places at which a fault may strike."""
    return [f"{audit} {moment}" for audit in audits for moment in range(MOMENTS)]


def _less(table: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(lines[:-60]), encoding="utf-8")


def _notebooks(place: Path) -> None:
    (place / "notebooks").mkdir()
    for number, audit in ((1, "roles"), (3, "targeting")):
        code = [line.format(audit=audit) for line in CODE]
        file = str(place / "fault.py")
        for moment in range(MOMENTS):
            code[moment] += "\n" + STRIKE.format(audit=audit, moment=moment, file=file)
        cells = [_cell("markdown", f"# {audit}"), _cell("code", 'client = ""\nout = ""')]
        cells[1]["metadata"]["tags"] = ["parameters"]
        cells += [_cell("markdown", PROSE), *(_cell("code", text) for text in code)]
        for n, cell in enumerate(cells):
            cell["id"] = f"cell-{n}"
        spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
        shown = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4}
        file = f"{number:02d}_{audit}.ipynb"
        (place / "notebooks" / file).write_text(
            json.dumps(shown | {"nbformat_minor": 5}), encoding="utf-8"
        )


def _cell(kind: str, source: str) -> dict[str, Any]:
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source} | code
