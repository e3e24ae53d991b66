"""The table of the study, as it stands in RESULTS.md."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

from tests.faults.study import Result

RESULTS = Path(__file__).with_name("RESULTS.md")
SHOWN = 10  # of what went wrong, of each part
HEAD = """# Faults

What goes wrong when everything does: all trials of `make faults`, at moments and in forms drawn
by a seed ({machine}). A trial counts as wrong if anything at all is not as its goal says.

| what | trials | wrong | goal | met |
| --- | ---: | ---: | --- | --- |
"""


def write_table(results: Sequence[Result], *, place: Path = RESULTS, whole: bool = True) -> None:
    """Write the table, and below it what went wrong."""
    head = HEAD.format(machine=f"{platform.system()}, Python {platform.python_version()}")
    minutes = sum(result.seconds for result in results) / 60
    partly = "" if whole else "\nOnly a part of the study: fewer trials than `make faults` has.\n"
    text = head + "".join(map(_row, results)) + partly
    place.write_text(text + "".join(map(_wrong, results)), "utf-8")
    print(f"{text}\n{minutes:.0f} minutes")  # noqa: T201  (what one runs this for)


def _row(result: Result) -> str:
    part, wrong = result.part, len(result.wrong)
    met = "yes" if not wrong else "**no**"
    return f"| {part.what} | {result.trials:,} | {wrong} | {part.goal} | {met} |\n"


def _wrong(result: Result) -> str:
    if not result.wrong:
        return ""
    more = len(result.wrong) - SHOWN
    lines = [f"- {said}".replace("\n", " ") for said in result.wrong[:SHOWN]]
    rest = [f"- and {more} more"] if more > 0 else []
    return "\n".join(["", f"## {result.part.what}", "", *lines, *rest, ""])
