"""Everything that can be wrong with what a user hands us, said so that it can be mended.

ToolkitError
├── ClientError      a client folder is refused; carries every problem at once
├── ParameterError   a notebook was given a parameter it does not declare
├── ScenarioError    a scenario cannot be read, or does not fit its client
├── ExploreError     the what-if cannot be opened in a browser
└── RunError         a notebook or a report could not be made
    ├── OutputError       … but only one of a report's files, without which it stands
    └── RefusedError      … until something is done that its text says
        ├── AnotherClientError  … where its report would stand, there is another client's
        └── LockedError         … while another run is at work on it (`report.store.locks`)

KeyError
└── UnknownNameError  Python code asked for a mistake, measure, group or table that is not there
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

Severity = Literal["error", "left_out", "note"]
CLOSE_MATCH = 0.75  # how alike a known name must be before it is suggested
SAMPLE_CLIENTS, REAL_DATA = ("datasets", "clients"), ("datasets", "real")
NOT_INSTALLED = "The sample data come with the toolkit's checkout and are not installed: work there"
OWN_CLIENT = (
    ", make the sample clients here with `python -m toolkit.simulate datasets`, or name a client "
    "folder of your own (in a notebook as `client`)"
)


class ToolkitError(Exception):
    """Base of all errors that are the input's, not the program's."""


class ParameterError(ToolkitError):
    """A notebook was given an unknown parameter, or a value of another type."""


class ScenarioError(ToolkitError):
    """A scenario that cannot be read or does not fit its client; the text holds every reason."""


class ExploreError(ToolkitError):
    """The what-if cannot be opened in a browser: something is missing, or does not start."""


class RunError(ToolkitError):
    """A notebook or a report of one client could not be made."""


class RefusedError(RunError):
    """A client that is not run as things stand; the text says what to do about it."""


class OutputError(RunError):
    """One of a report's files cannot be made; the text says why, and the report stands without."""


class AnotherClientError(RefusedError):
    """Where its report would stand, there is that of another client."""


class UnknownNameError(KeyError):
    """Nothing has the name that Python code asked for; `unknown_name` writes its text.

    A KeyError, so that it is caught as one; its text is shown as it is, not as a quoted string.
    """

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Problem:
    """What is wrong (or worth knowing) at one place of a client folder.

    `line` is the physical line of a text file or the row number a spreadsheet shows;
    `column` is written as in the file. `count` cells are alike, of which this is the first.
    `quotes` are the parts of the texts that were taken from the file's own cells.
    """

    kind: Severity
    code: str
    file: str
    message: str
    fix: str = ""
    line: int | None = None
    column: str | None = None
    value: str | None = None
    count: int = 1
    quotes: tuple[str, ...] = ()

    def without_quotes(self) -> str:
        """How is it told where no reader may see what the file's cells hold?"""
        column = "…" if self.column in self.quotes else self.column
        hidden = replace(self, column=column, value=None, quotes=())
        for quote in filter(None, self.quotes):
            message, fix = (t.replace(quote, "“…”") for t in (hidden.message, hidden.fix))
            hidden = replace(hidden, message=message, fix=fix)
        return str(hidden)

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


def describe_program_error(error: BaseException) -> str:
    """How is an error of the program told? By its kind and place: its text may quote the data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "toolkit" in Path(f.filename).parts]
    place = f" ({Path(ours[-1].filename).name}, line {ours[-1].lineno})" if ours else ""
    return f"Our error: {type(error).__name__}{place}"


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Which known name was probably meant: ` Did you mean "spend"?`, or an empty text."""
    close = get_close_matches(
        name.casefold(), [k.casefold() for k in known], n=1, cutoff=CLOSE_MATCH
    )
    meant = [k for k in known if close and k.casefold() == close[0]]
    return f' Did you mean "{meant[0]}"?' if meant else ""


def sample_hint(path: str | Path) -> str:
    """What is to be done where data are missing that only a checkout of the toolkit has?

    One sentence for a path into `datasets/clients` or `datasets/real` where neither the current
    folder nor any above it has such a folder; empty for any other path.
    """
    here, home = Path.cwd(), Path(path).parts[:2]
    if home not in (SAMPLE_CLIENTS, REAL_DATA):
        return ""
    if any(base.joinpath(*home).is_dir() for base in (here, *here.parents)):
        return ""
    return f"{NOT_INSTALLED}{OWN_CLIENT if home == SAMPLE_CLIENTS else ''}."


def unknown_name(what: str, name: object, known: Iterable[str]) -> UnknownNameError:
    """What was asked for, which known name comes nearest, and which are there?

    >>> print(unknown_name("measure of roles", "seperation", ["say", "separation"]))
    No measure of roles "seperation". Did you mean "separation"? There are: say, separation.
    """
    names = [str(one) for one in known]
    meant = did_you_mean(str(name), names)
    return UnknownNameError(f'No {what} "{name}".{meant} There are: {", ".join(names) or "none"}.')
