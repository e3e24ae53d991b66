"""Collects what is wrong with one file, alike cells as one problem, fifty problems at most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from toolkit.client.codes import Code
from toolkit.errors import Kind, Problem

SHOWN = 50  # problems shown per file; the rest is counted
LINES_NAMED = 5  # of cells that are alike
VALUE_LENGTH = 40  # characters of a cell that are shown
_ORDER = {"error": 0, "left_out": 1, "note": 2}


@dataclass
class Ledger:
    """What is wrong with the file named `file`? `add` a problem, read `closed()` at the end."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        kind: Kind,
        code: Code,
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
        if len(ordered) <= SHOWN:
            return ordered
        rest = ordered[SHOWN:]
        message = f"and {len(rest)} more problems that are not shown."
        more = Problem(rest[0].kind, Code.AND_MORE.value, self.file, message, count=len(rest))
        return [*ordered[:SHOWN], more]


def quoted(value: str) -> str:
    """How is a cell shown? In quotes, on one line, cut to VALUE_LENGTH characters.

    >>> print(quoted("ten"), quoted("a" * 60))
    "ten" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"
    """
    return f'"{shortened(value)}"'


def shortened(value: str) -> str:
    """A cell's text without line breaks and other control signs, cut to VALUE_LENGTH."""
    plain = "".join(c if c.isprintable() else " " for c in value[: VALUE_LENGTH + 1])
    return plain if len(value) <= VALUE_LENGTH else plain[: VALUE_LENGTH - 1] + "…"


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in a row, at most `most` of them.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    known = [shortened(n) for n in names]
    rest = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + rest


def _places(lines: Sequence[int]) -> str:
    if len(lines) < 2:
        return ""
    named = ", ".join(str(n) for n in lines[:LINES_NAMED])
    return f"(Lines {named}{', …' if len(lines) > LINES_NAMED else ''})"
