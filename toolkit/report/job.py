"""One client's work: what is asked, what became of it, and if nothing did, why and what to do."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from toolkit.errors import ClientError, ToolkitError

SHOWN = 30  # problems of a folder that a failure page lists; `audit check` lists all
READ, CALCULATE, WRITE = "read the folder", "calculate", "write the report"
CHECK = "Run “audit check” on the folder: it shows every problem with its place and its fix."
AGAIN = "Run it again. If it stops here once more, please report it with these lines."


@dataclass(frozen=True)
class Job:
    """One client to deliver: all a worker process needs to know.

    `seals` is where its notebooks say that they ended; `cell_seconds` and `client_seconds` bound
    a notebook's cell and the client as a whole. `today` is the day of the run, the same for all.
    """

    id: str
    name: str
    folder: Path
    out: Path
    notebooks: tuple[Path, ...]
    seals: Path
    cell_seconds: float
    client_seconds: float
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Failure:
    """Why there is no report: the step, sentences of plain text, and what to do."""

    step: str
    why: tuple[str, ...]
    todo: str


@dataclass(frozen=True)
class Outcome:
    """What became of one client folder. `verdicts` counts the mistakes by verdict."""

    id: str
    name: str
    folder: Path
    status: Literal["done", "failed"]
    seconds: float = 0.0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    failure: Failure | None = None

    @property
    def why(self) -> str:
        """Why did it fail? One sentence; empty where it did not."""
        return self.failure.why[0] if self.failure else ""


def explain(error: BaseException, step: str) -> Failure:
    """What does this error mean for a reader? No traceback; unforeseen ones name their place."""
    if isinstance(error, ClientError):
        errors = [str(p) for p in error.problems if p.kind == "error"]
        more = len(errors) - SHOWN
        rest = [f"And {more} more problems."] if more > 0 else []
        return Failure(step, (*errors[:SHOWN], *rest) or (str(error),), CHECK)
    if isinstance(error, ToolkitError):
        return Failure(step, (str(error),), AGAIN)
    if isinstance(error, OSError):
        said = error.strerror or str(error)
        todo = "Check that the disk has room and that the folder may be written, then run again."
        return Failure(step, (f"The system refused a file: {said}.",), todo)
    return Failure(step, (f"Our error: {type(error).__name__}: {error}{_place(error)}",), AGAIN)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "toolkit" in Path(f.filename).parts]
    return f" ({Path(ours[-1].filename).name}, line {ours[-1].lineno})" if ours else ""
