"""What is asked for one client, what became of it, and if nothing did, why and what to do?"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from toolkit.errors import (
    AnotherClientError,
    ClientError,
    RefusedError,
    ToolkitError,
    describe_program_error,
)
from toolkit.report.options import RunOptions

SHOWN = 30  # problems of a folder that a failure page lists; `audit check` lists all
READ, CALCULATE, WRITE = "read the folder", "calculate", "write the report"
CHECK = (
    "Run “audit check” on the folder: it shows every problem with its place and its fix, and what "
    "the cell holds, which this page leaves out (“…”)."
)
AGAIN = "Run it again. If it stops here once more, please report it with these lines."
FULL = (
    " All that the program knows of the error may quote the data, so it is not kept; “audit run "
    "--debug” shows it in the terminal."
)
MORE = "Run it again with more memory: “audit run --memory”, in gigabytes for each process."
DO = "Do as it says, then run it again."
GRACE = 30.0  # seconds past its own deadline before a client's processes are ended


@dataclass(frozen=True)
class RunPlace:
    """What the runner itself works out, the same for all clients of a run.

    Reports are built in the folder `reports`; `address` is where they finally go, if that is
    another place. `run` is a name that no other run has, `recipe` what beside a client's own files
    shapes its report (see `store.inputs`).
    """

    reports: Path
    run: str = ""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True)
class ClientJob:
    """One client to deliver: all a worker process needs to know.

    `options` are what was asked of the run, `place` is where and as what it runs. `private` is a
    folder of this client alone, for keys, caches and the signs that its notebooks ended.
    """

    id: str
    name: str
    folder: Path
    private: Path
    options: RunOptions
    place: RunPlace


@dataclass(frozen=True)
class ClientFailure:
    """Why there is no report: the step, sentences of plain text, and what to do.

    Of these nothing quotes a person's data. `full` is all that the program knows of an error, which
    may: it is for the terminal of who asks (`audit run --debug`), and is written nowhere. `apart`:
    it must not stand beside the report of that id, which is another client's.
    """

    step: str
    why: tuple[str, ...]
    todo: str
    full: str = field(default="", repr=False)
    apart: bool = False

    def told(self) -> dict[str, Any]:
        """What may stand in pages and files."""
        return {"step": self.step, "why": list(self.why), "todo": self.todo}


@dataclass(frozen=True)
class ClientResult:
    """What became of one client folder. `verdicts` counts the mistakes by verdict.

    `unchanged`: its report was there already, made from the very same files. `note` says what a
    reader should know though it is done, such as why there is no PDF.
    """

    id: str
    name: str
    folder: Path
    status: Literal["done", "failed"]
    seconds: float = 0.0
    verdicts: Mapping[str, int] = field(default_factory=dict)
    failure: ClientFailure | None = None
    unchanged: bool = False
    note: str = ""

    @classmethod
    def failed(cls, job: ClientJob, failure: ClientFailure, seconds: float = 0.0) -> ClientResult:
        """This client came to nothing, and why."""
        return cls(job.id, job.name, job.folder, "failed", seconds, failure=failure)

    @property
    def why(self) -> str:
        """Why did it fail? One sentence; empty where it did not."""
        return self.failure.why[0] if self.failure else ""


def explain_error(error: BaseException, step: str) -> ClientFailure:
    """What does this error mean for a reader? No traceback, and nothing that cells hold.

    Errors that nobody foresaw are told by kind and place alone: their texts may quote the data.
    """
    return replace(_explained_error(error, step), full="".join(traceback.format_exception(error)))


def _explained_error(error: BaseException, step: str) -> ClientFailure:
    if isinstance(error, ClientError):
        errors = [p.without_quotes() for p in error.problems if p.kind == "error"]
        more = len(errors) - SHOWN
        rest = [f"And {more} more problems."] if more > 0 else []
        return ClientFailure(step, (*errors[:SHOWN], *rest) or (str(error),), CHECK)
    if isinstance(error, RefusedError):
        return ClientFailure(step, (str(error),), DO, apart=isinstance(error, AnotherClientError))
    if isinstance(error, ToolkitError):
        return ClientFailure(step, (str(error),), AGAIN + (FULL if error.__cause__ else ""))
    if isinstance(error, MemoryError):
        return ClientFailure(step, ("It needs more memory than it may use.",), MORE)
    if isinstance(error, OSError):
        said = error.strerror or type(error).__name__
        todo = "Check that the disk has room and that the folder may be written, then run again."
        return ClientFailure(step, (f"The system refused a file: {said}.",), todo)
    return ClientFailure(step, (f"{describe_program_error(error)}.",), AGAIN + FULL)
