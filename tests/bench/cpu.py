"""CPU time of whole commands, children included: steadier than wall time on a shared machine."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from toolkit.report.processes.system import adopt_orphans

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, against what, and the goal it is held to."""

    what: str
    ours: float
    against: str
    theirs: float | None
    goal: float | None
    unit: str = "s"

    @property
    def result(self) -> float:
        """The ratio, or the plain figure where there is nothing to compare with."""
        return self.ours / self.theirs if self.theirs else self.ours

    def __str__(self) -> str:
        kind = "×" if self.theirs else f" {self.unit}"
        theirs = f"{self.theirs:.2f} {self.unit}" if self.theirs else ""
        goal = "" if self.goal is None else f"≤ {self.goal:g}{kind}"
        return (
            f"| {self.what} | {self.ours:.2f} {self.unit} | {self.against} | {theirs} "
            f"| {self.result:.3g}{kind} | {goal} | {self._met} |"
        )

    @property
    def _met(self) -> str:
        if self.goal is None:
            return ""
        return "yes" if self.result <= self.goal else "**no**"


def cpu(*commands: Sequence[str], times: int = 1) -> float:
    """CPU seconds of the commands, one after another: the median over `times` runs."""
    return statistics.median(_once(commands) for _ in range(times))


def _once(commands: Sequence[Sequence[str]]) -> float:
    adopt_orphans()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with suppress(ChildProcessError):
        while True:  # what a command left to others is counted with it
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def printed(code: str) -> float:
    """The number that a fresh interpreter prints last when it runs this code."""
    return numbers(code)[-1]


def numbers(code: str) -> list[float]:
    """The numbers that a fresh interpreter prints when it runs this code."""
    done = subprocess.run(python(code), cwd=ROOT, check=True, capture_output=True, text=True)
    return [float(number) for number in done.stdout.split()]


def python(code: str) -> list[str]:
    """A fresh interpreter that runs this code."""
    return [sys.executable, "-c", code]
