"""Everything that can be wrong with what a user hands us, said so that it can be mended.

ToolkitError
├── ClientError      a client folder is refused; carries every problem at once
├── ParameterError   a notebook was given a parameter it does not declare
└── RunError         a notebook or a report could not be made
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Kind = Literal["error", "left_out", "note"]
CLOSE = 0.75  # how alike a known name must be before it is suggested


class ToolkitError(Exception):
    """Base of all errors that are the input's, not the program's."""


class ParameterError(ToolkitError):
    """A notebook was given an unknown parameter, or a value of another type."""


class RunError(ToolkitError):
    """A notebook or a report of one client could not be made."""


@dataclass(frozen=True)
class Problem:
    """What is wrong (or worth knowing) at one place of a client folder.

    `line` is the physical line of a text file or the row number a spreadsheet shows;
    `column` is written as in the file. `count` cells are alike, of which this is the first.
    """

    kind: Kind
    code: str
    file: str
    message: str
    fix: str = ""
    line: int | None = None
    column: str | None = None
    value: str | None = None
    count: int = 1

    def __str__(self) -> str:
        place = self.file
        place += f", line {self.line}" if self.line is not None else ""
        place += f', column "{self.column}"' if self.column is not None else ""
        alike = f" ({self.count} alike)" if self.count > 1 else ""
        fix = f" {self.fix}" if self.fix else ""
        return f"{place}: {self.message}{alike}{fix}"


class ClientError(ToolkitError):
    """A client folder that cannot be audited; `problems` holds all of them, errors first."""

    def __init__(self, folder: str, problems: Iterable[Problem]) -> None:
        order = {"error": 0, "left_out": 1, "note": 2}
        self.folder = folder
        self.problems = tuple(sorted(problems, key=lambda p: order[p.kind]))
        errors = [str(p) for p in self.problems if p.kind == "error"]
        super().__init__(f"{folder}: {len(errors)} errors\n" + "\n".join(errors))

    def __reduce__(self) -> tuple[type, tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.folder, self.problems)  # crosses process borders whole


def nearest(name: str, known: Sequence[str]) -> str:
    """Which known name was probably meant: ` Did you mean "spend"?`, or an empty text."""
    close = get_close_matches(name.casefold(), [k.casefold() for k in known], n=1, cutoff=CLOSE)
    meant = [k for k in known if close and k.casefold() == close[0]]
    return f' Did you mean "{meant[0]}"?' if meant else ""
