"""Every kind of fault, at a random moment of a run over two clients, and the run after it."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.faults.checks import Told, after_fault, after_next
from tests.faults.processes import kill_one, left, marked, unkept
from tests.faults.runner import started
from tests.faults.study import ROOT
from tests.faults.world import OTHER, VICTIM, World, moments, temporary
from toolkit.report.job import ClientResult
from toolkit.report.options import RunLimits

SECONDS = 2.5  # a run takes no less, so what strikes before that strikes while it works
GIGABYTE = 1024**3
MINUTE = RunLimits(60, 60)


@dataclass(frozen=True)
class Trial:
    """One run in which something goes wrong: its reports, its private place, its chance."""

    world: World
    out: Path
    temporary: Path
    chance: random.Random


@dataclass(frozen=True)
class Cell:
    """What a cell of one client does, within which limits, and how its failure is named."""

    codes: tuple[str, ...]
    named: str
    limits: RunLimits = MINUTE

    def __call__(self, trial: Trial) -> list[str]:
        """A run in which it does so, at one of its cells, after a moment."""
        code = f"import time; time.sleep({trial.chance.uniform(0, 0.3)})\n"
        trial.world.strike(code + trial.chance.choice(self.codes), trial.chance.choice(moments()))
        told = [told_of(o) for o in trial.world.run(trial.out, limits=self.limits)]
        trial.world.strike("")
        status = {t.id: t.status for t in told}
        wrong = [] if status == {VICTIM: "failed", OTHER: "done"} else [f"became {told}"]
        named = re.search(self.named, next(t.why for t in told if t.id == VICTIM))
        return wrong + settled(trial, told) + ([] if named else [f"is not named: {told}"])


CELLS = {
    "kernel exits": Cell(("import os; os._exit(0)", "import os; os._exit(1)"), "Kernel died"),
    "cell leaves with sys.exit(0)": Cell(("import sys; sys.exit(0)",), "SystemExit"),
    "cell hangs": Cell(
        (
            "while True: pass",
            "time.sleep(999)",
            "import ctypes; ctypes.PyDLL(None).sleep(999)  # hears nothing meanwhile",
        ),
        "took over 2 seconds",
        RunLimits(2, 60),
    ),
    "cell prints 60 MB": Cell(
        ("for _ in range(60): print('x' * 10**6)", "for _ in range(60_000): print('x' * 999)"),
        "shows more than|took over",
    ),
    "cell eats memory": Cell(
        ("import numpy\nkept = []\nwhile True: kept.append(numpy.ones(2**23))",),
        "MemoryError|Kernel died",
        RunLimits(60, 60, GIGABYTE),
    ),
}


@dataclass(frozen=True)
class Killed:
    """One of the run's own processes is killed at any moment."""

    who: str

    def __call__(self, trial: Trial) -> list[str]:
        """A run in which that happens; tried again until something was there to kill."""
        over, hit = threading.Event(), list[bool]()
        wait, pick = trial.chance.uniform(0, SECONDS), trial.chance.random()

        def strike() -> None:
            time.sleep(wait)
            hit.append(kill_one(os.getpid(), self.who, over.is_set, pick))

        thread = threading.Thread(target=strike)
        thread.start()
        told = [told_of(o) for o in trial.world.run(trial.out)]
        over.set()
        thread.join()
        if not hit[0]:
            renewed(trial)
            return self(trial)
        return settled(trial, told)


KILLED = {
    "kernel killed": Killed("kernel"),
    "worker killed": Killed("worker"),
    "keeper of a worker killed": Killed("keeper"),
    "forkserver killed": Killed("server"),
}


def runner_killed(trial: Trial) -> list[str]:
    """The whole run is killed at any moment."""
    run = started(
        [trial.world.clients], trial.out, trial.world.notebooks, temporary=trial.temporary
    )
    with run:
        time.sleep(trial.chance.uniform(0, 3 * SECONDS))
        run.kill()
        run.communicate()
    return settled(trial, [], lambda: marked(run.pid))


BREAKS = """
import os, sys
if "forkserver" in " ".join(sys.orig_argv):
    from toolkit.audits import QUESTIONS
    real = QUESTIONS[{audit!r}]
    def breaks(client, facts):
        if client.id == {victim!r}:
            raise {error}
        return real(client, facts)
    QUESTIONS[{audit!r}] = breaks
"""
ERRORS = (
    "ValueError('cannot convert respondent qzannaqz')",
    "ZeroDivisionError('division by zero')",
    "KeyError('qzannaqz')",
    "MemoryError()",
    "RecursionError('too deep for qzannaqz')",
    "FloatingPointError('qzannaqz')",
)
AUDITS = ("roles", "motivations", "targeting", "feedback", "loyalty", "clients", "life_cycle")


def data_crash(trial: Trial) -> list[str]:
    """What stands in the data breaks an audit; the error's text quotes a person."""
    hooks = trial.out.with_name("hooks")
    hooks.mkdir()
    audit, error = trial.chance.choice(AUDITS), trial.chance.choice(ERRORS)
    code = BREAKS.format(audit=audit, victim=VICTIM, error=error)
    (hooks / "sitecustomize.py").write_text(code, encoding="utf-8")
    path = {"PYTHONPATH": f"{hooks}:{ROOT}"}
    clients, notebooks = [trial.world.clients], trial.world.notebooks
    run = started(clients, trial.out, notebooks, temporary=trial.temporary, env=path)
    said, more = run.communicate()
    told = [Told(*one) for one in json.loads(said)]
    status = {t.id: t.status for t in told}
    wrong = [] if status == {VICTIM: "failed", OTHER: "done"} else [f"became {told} {more}"]
    data = b"".join(p.read_bytes() for p in trial.out.rglob("*") if p.is_file())
    wrong += ["a person is quoted"] if b"qzannaqz" in data + said.encode() + more.encode() else []
    return wrong + settled(trial, told, lambda: marked(run.pid))


KINDS: dict[str, Callable[[Trial], list[str]]] = {
    **CELLS,
    **KILLED,
    "runner killed": runner_killed,
    "data that break an audit": data_crash,
}


@cache
def world() -> World:
    """The one world of this process."""
    return World.made(Path(tempfile.mkdtemp(prefix="w-")))


def fault(kind: str, number: int) -> list[str]:
    """What went wrong in this trial of this kind?"""
    with trial_of(world(), f"{kind} {number}") as trial:
        return KINDS[kind](trial)


@contextmanager
def trial_of(
    world: World, seed: str, place: Path | None = None, private: Path | None = None
) -> Iterator[Trial]:
    """A trial with the earlier reports in `place`, and private folders in `private`."""
    with (
        tempfile.TemporaryDirectory(prefix="t-", dir=place) as folder,
        tempfile.TemporaryDirectory(prefix="p-", dir=private) as own,
        temporary(Path(own)),
    ):
        trial = Trial(world, Path(folder) / "out", Path(own), random.Random(seed))
        renewed(trial)
        yield trial


def renewed(trial: Trial) -> None:
    """Put the earlier reports back."""
    shutil.rmtree(trial.out, ignore_errors=True)
    shutil.copytree(trial.world.before, trial.out)


def settled(
    trial: Trial,
    told: list[Told],
    look: Callable[[], list[int]] = unkept,
    *,
    pages: bool = True,
) -> list[str]:
    """What is wrong after the fault, ten seconds later, and after the next run?"""
    wrong = left(look)
    wrong += after_fault(trial.world, trial.out, told, pages=pages)
    then = once_more(trial)
    done = {t.id for t in told if t.status == "done"}
    wrong += [f"{t.id} was done twice" for t in then if t.id in done and not t.unchanged]
    failed = [t for t in then if t.status == "failed"]
    return wrong + after_next(trial.world, trial.out, trial.temporary, failed)


def once_more(trial: Trial) -> list[Told]:
    """What the same run says when nothing disturbs it."""
    return [told_of(o) for o in trial.world.run(trial.out)]


def told_of(outcome: ClientResult) -> Told:
    """What a run says of a client, as it would print it."""
    step = outcome.failure.step if outcome.failure else ""
    return Told(outcome.id, outcome.name, outcome.status, outcome.why, step, outcome.unchanged)
