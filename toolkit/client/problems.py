"""What can be wrong with a client folder, and how is it collected and shown?

The short, stable codes of everything the reader can say; the list of what is wrong with one file,
alike cells as one problem, fifty problems at most; and what a single cell gives: a value, a
problem with it, or both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from toolkit.errors import Problem, Severity


class ProblemCode(StrEnum):
    """Which kind of problem is it? The value stands in `Problem.code` and never changes."""

    # the folder and its files
    MISSING_FOLDER = "missing-folder"
    NOT_A_FOLDER = "not-a-folder"
    MISSING_CONFIG = "missing-config"
    FOLDER_IN_USE = "folder-in-use"
    MISSING_FILE = "missing-file"
    MISSING_SHEET = "missing-sheet"
    TWO_SOURCES = "two-sources"
    OUTSIDE_FOLDER = "outside-folder"
    UNREADABLE_FILE = "unreadable-file"
    EMPTY_FILE = "empty-file"
    WRONG_FORMAT = "wrong-format"
    PROTECTED_FILE = "protected-file"
    TOO_LARGE = "too-large"
    WRONG_ENCODING = "wrong-encoding"
    UNUSED_FILE = "unused-file"
    UNUSED_SHEET = "unused-sheet"
    UNUSED_SETTING = "unused-setting"
    EMPTY_TABLE = "empty-table"

    # client.yml
    BAD_YAML = "bad-yaml"
    REPEATED_KEY = "repeated-key"
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    WRONG_VALUE = "wrong-value"

    # rows and columns
    WRONG_DELIMITER = "wrong-delimiter"
    BROKEN_QUOTE = "broken-quote"
    RAGGED_ROW = "ragged-row"
    BLANK_ROWS = "blank-rows"
    HEADER_NOT_FIRST = "header-not-first"
    REPEATED_HEADER = "repeated-header"
    DUPLICATE_COLUMN = "duplicate-column"
    MISSING_COLUMN = "missing-column"
    MISSPELT_COLUMN = "misspelt-column"
    UNKNOWN_COLUMN = "unknown-column"

    # cells
    EMPTY_CELL = "empty-cell"
    NOT_A_NUMBER = "not-a-number"
    NOT_WHOLE = "not-whole"
    NOT_A_DATE = "not-a-date"
    NOT_A_MONTH = "not-a-month"
    UNKNOWN_CATEGORY = "unknown-category"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    OUT_OF_SCALE = "out-of-scale"
    BELOW_ZERO = "below-zero"
    RESERVED_SIGN = "reserved-sign"
    BROKEN_FORMULA = "broken-formula"
    DUPLICATE_KEY = "duplicate-key"

    # rows left out, counted and shown
    NO_CONSUMER = "no-consumer"
    NO_CLAIMS = "no-claims"
    NO_POINTS = "no-points"
    NO_ANSWER = "no-answer"

    # notes
    TRIMMED_SPACES = "trimmed-spaces"
    COMPOSED_LETTERS = "composed-letters"
    CATEGORY_CASE = "category-case"
    TIME_DROPPED = "time-dropped"
    NUMBER_AS_TEXT = "number-as-text"
    DEFAULT_FILLED = "default-filled"
    REPEATED_CLAIM = "repeated-claim"
    REPEATED_LINES = "repeated-lines"
    MISSING_ANSWERS = "missing-answers"
    NO_ACCOUNT = "no-account"
    UNMATCHED_ACCOUNTS = "unmatched-accounts"
    MISSING_TRAIT = "missing-trait"
    DRAWN_ACCOUNTS = "drawn-accounts"
    GIANT_ACCOUNTS = "giant-accounts"
    FINE_AMOUNTS = "fine-amounts"
    AND_MORE = "and-more"


MOST_SHOWN = 50  # problems shown per file; the rest is counted
LINES_NAMED = 5  # of cells that are alike
VALUE_LENGTH = 40  # characters of a cell that are shown
_ORDER = {"error": 0, "left_out": 1, "note": 2}


@dataclass
class ProblemList:
    """What is wrong with the file named `file`? `add` a problem, read `closed()` at the end."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        kind: Severity,
        code: ProblemCode,
        message: str,
        fix: str = "",
        *,
        lines: Sequence[int] = (),
        column: str | None = None,
        value: str | None = None,
        count: int | None = None,
        quotes: Sequence[str] = (),
    ) -> None:
        """Note one problem.

        `lines` are the places of all cells that are alike; `quotes` are what the message, the fix
        or the column's name took from cells: what a page that leaves the house must not show.
        """
        alike = count if count is not None else max(len(lines), 1)
        line = int(lines[0]) if len(lines) else None
        fix = " ".join(filter(None, (fix, _places(lines))))
        place = (line, column, value, alike)
        problem = Problem(kind, code.value, self.file, message, fix, *place, tuple(quotes))
        self.problems.append(problem)

    @property
    def refused(self) -> bool:
        """Is there an error among the problems?"""
        return any(p.kind == "error" for p in self.problems)

    def closed(self) -> list[Problem]:
        """All problems, errors first; what goes beyond SHOWN is one closing, counted problem."""
        ordered = sorted(self.problems, key=lambda p: (_ORDER[p.kind], p.line or 0))
        if len(ordered) <= MOST_SHOWN:
            return ordered
        rest = ordered[MOST_SHOWN:]
        message = f"and {len(rest)} more problems that are not shown."
        more = Problem(
            rest[0].kind, ProblemCode.AND_MORE.value, self.file, message, count=len(rest)
        )
        return [*ordered[:MOST_SHOWN], more]


def quote_text(value: str) -> str:
    """How is a cell shown? In quotes, on one line, cut to VALUE_LENGTH characters.

    >>> print(quote_text("ten"), quote_text("a" * 60))
    "ten" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"
    """
    return f'"{shorten_text(value)}"'


def shorten_text(value: str) -> str:
    """A cell's text without line breaks and other control signs, cut to VALUE_LENGTH."""
    plain = "".join(c if c.isprintable() else " " for c in value[: VALUE_LENGTH + 1])
    return plain if len(value) <= VALUE_LENGTH else plain[: VALUE_LENGTH - 1] + "…"


def list_names(names: Iterable[str], most: int = 12) -> str:
    """Names in a row, at most `most` of them.

    >>> list_names(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    known = [shorten_text(n) for n in names]
    rest = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + rest


def _places(lines: Sequence[int]) -> str:
    if len(lines) < 2:
        return ""
    named = ", ".join(str(n) for n in lines[:LINES_NAMED])
    return f"(Lines {named}{', …' if len(lines) > LINES_NAMED else ''})"


class CellProblem(NamedTuple):
    """What is to be said about a cell; alike cells have equal remarks.

    `says` goes on after the value in quotes; `word` and `known` are for the hint which of the
    known names was probably meant, looked for only when the remark is shown.
    """

    kind: Severity
    code: ProblemCode
    says: str
    fix: str = ""
    word: str = ""
    known: tuple[str, ...] = ()


class CellReading(NamedTuple):
    """A cell's value (None: empty or wrong) and the remark on it, if there is one."""

    value: float | str | date | None
    remark: CellProblem | None = None


def unreadable_cell(code: ProblemCode, says: str, fix: str = "") -> CellReading:
    """A cell that cannot be read."""
    return CellReading(None, CellProblem("error", code, says, fix))
