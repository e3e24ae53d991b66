"""What may be asked of a run? Each option stands here once, and travels whole to where it counts.

A new option is a field here, a flag of the command, and the line that acts on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.errors import RunError
from toolkit.hashing import hash_file

TOOLKIT_FOLDER = Path(__file__).resolve().parents[1]
SHAPES: Mapping[str, Any] = {"shapes": True}  # marks a field by which a report says something else


def default_notebooks() -> tuple[Path, ...]:
    """Which notebooks walk through the audits? Those of the checkout, or of the installation."""
    for home in (TOOLKIT_FOLDER.parent, TOOLKIT_FOLDER):
        found = sorted((home / "notebooks" / "audit").glob("[0-9]*.ipynb"))
        if found:
            return tuple(found)
    raise RunError("The audits' notebooks are missing; install the toolkit again.")


@dataclass(frozen=True)
class RunLimits:
    """How long may a cell and a whole client take, and how many bytes may a process of it hold?

    `memory` None means this machine's own share: all it has, divided by its cores.
    """

    cell_seconds: float = 120.0
    client_seconds: float = 600.0
    memory: int | None = None

    @classmethod
    def of(cls, minutes: float, memory: int | None = None) -> RunLimits:
        """A client may take so many minutes, and each cell a fifth of them, like by default."""
        return cls(minutes * 60 / 5, minutes * 60, memory)


@dataclass(frozen=True)
class RunOptions:
    """What is asked of a run, the same for all its clients.

    - `workers`: clients at once on this machine; None: one per core.
    - `limits`: what each client may take of time and memory.
    - `force`: also clients whose report is there and up to date.
    - `outputs`: by their names in `report.outputs`, which files a report has beside those it
      always has.
    - `scenario`: a file of the what-if; each client is audited as it changes it.
    - `quotes`: how many texts of feedback a report shows for each theme and role.
    - `scheduler`: the address of a Dask cluster that does the work, tcp://host:8786.
    - `notebooks`: those that are run for each client, each named after its audit.
    - `today`: the day that new audits are remembered by.
    """

    workers: int | None = None
    limits: RunLimits = RunLimits()
    force: bool = False
    outputs: Sequence[str] = ()
    scenario: Path | None = field(default=None, metadata=SHAPES)
    quotes: int = field(default=0, metadata=SHAPES)
    scheduler: str | None = None
    notebooks: Sequence[Path] = field(default_factory=lambda: default_notebooks())
    today: date = field(default_factory=date.today)

    def shaping_options(self) -> dict[str, Any]:
        """What was asked that makes a report say something else? A file counts by its content.

        The notebooks are left out: a recipe tells of each. Raises RunError where a file cannot be
        read.
        """
        asked = {f.name: (getattr(self, f.name), f.default) for f in fields(self) if f.metadata}
        return {name: _content(value) for name, (value, usual) in asked.items() if value != usual}


def _content(value: Any) -> Any:
    try:
        return hash_file(value) if isinstance(value, Path) else value
    except OSError as error:
        raise RunError(f"{value} cannot be read: {error.strerror}.") from error
