"""What a single cell gives: a value, a remark on it, or both."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from toolkit.client.codes import Code
from toolkit.errors import Kind


class Remark(NamedTuple):
    """What is to be said about a cell; alike cells have equal remarks.

    `says` goes on after the value in quotes; `word` and `known` are for the hint which of the
    known names was probably meant, looked for only when the remark is shown.
    """

    kind: Kind
    code: Code
    says: str
    fix: str = ""
    word: str = ""
    known: tuple[str, ...] = ()


class Reading(NamedTuple):
    """A cell's value (None: empty or wrong) and the remark on it, if there is one."""

    value: float | str | date | None
    remark: Remark | None = None


def wrong(code: Code, says: str, fix: str = "") -> Reading:
    """A cell that cannot be read."""
    return Reading(None, Remark("error", code, says, fix))
