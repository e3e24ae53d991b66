"""A disk that is full, or may only be read: a small one of the trial's own, mounted for it alone.

A trial runs in a process that sees a mount nobody else sees: `python -m tests.faults.disk KIND
NUMBER WORLD` prints what went wrong. It needs Linux and its command `unshare`, but no privileges.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.checks import Told
from tests.faults.kinds import SECONDS, Trial, settled, told_of, trial_of, world
from tests.faults.study import ROOT
from tests.faults.world import OTHER, VICTIM, World
from toolkit.errors import RunError

APART = ("unshare", "--user", "--map-root-user", "--mount", "--propagation", "private")
PAGE = 4096  # bytes; a file takes whole ones
NEEDED = 1_000_000  # bytes that a run writes at most
BROAD = "size=1g,mode=700"


def on_disk(kind: str, number: int) -> list[str]:
    """What went wrong in this trial of a broken disk?"""
    with tempfile.TemporaryDirectory(prefix="d-") as place:
        inner = f"mount -t tmpfs -o {BROAD} none {place} && exec {sys.executable} -m {__name__}"
        call = [*APART, "sh", "-c", f"{inner} '{kind}' {number} {place} {world().place}"]
        said = subprocess.run(call, capture_output=True, text=True, cwd=ROOT)
    try:
        return list(json.loads(said.stdout))
    except ValueError:
        return [said.stdout + said.stderr[-2000:]]


def full(trial: Trial, place: Path) -> list[str]:
    """No room is left once the run has written so many bytes."""
    used = sum(-(-p.stat().st_size // PAGE) * PAGE for p in place.rglob("*") if p.is_file())
    folders = 1 + sum(p.is_dir() for p in place.rglob("*"))
    _mounted(place, f"size={used + folders * PAGE + trial.chance.randrange(NEEDED)}")
    try:
        told = _run(trial)
    finally:
        _mounted(place, BROAD)
    return settled(trial, told, pages=False)


def read_only(trial: Trial, place: Path) -> list[str]:
    """From some moment on nothing may be written."""
    over, wait = threading.Event(), trial.chance.uniform(0, SECONDS)

    def strike() -> None:
        time.sleep(wait)
        while not over.is_set() and _remounted(place, "ro").returncode:  # while a file is open
            time.sleep(0.005)

    thread = threading.Thread(target=strike)
    thread.start()
    try:
        told = _run(trial)
    finally:
        over.set()
        thread.join()
        _mounted(place, "rw")
    return settled(trial, told, pages=False)


DISKS: dict[str, Callable[[Trial, Path], list[str]]] = {
    "disk full": full,
    "disk read-only": read_only,
}


def _run(trial: Trial) -> list[Told]:
    """The run on that disk; refused as a whole only where no client failed that it could name."""
    begun = list[str]()
    try:
        outcomes = trial.world.run(trial.out, progress=lambda d, n, words: begun.append(words))
    except RunError as error:
        whole = all((trial.out / id / "since.json").exists() for id in (VICTIM, OTHER))
        if "written" not in str(error) or (begun and not whole):
            raise
        return []
    return [told_of(o) for o in outcomes]


def _mounted(place: Path, how: str) -> None:
    _remounted(place, how).check_returncode()


def _remounted(place: Path, how: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["mount", "-o", f"remount,{how}", place], capture_output=True)


def main() -> None:
    """One trial, in a process that has the disk for itself."""
    kind, number, place, made = sys.argv[1:]
    world = World.made(Path(made))
    world.run(world.place / "due")  # nothing to do: the process's own folder comes to stand
    private = place if int(number) % 2 else tempfile.gettempdir()  # on that disk, too, or apart
    with trial_of(world, f"{kind} {number}", Path(place), Path(private)) as trial:
        wrong = DISKS[kind](trial, Path(place))
    print(json.dumps(wrong))  # noqa: T201  (whoever started the process reads it)


if __name__ == "__main__":
    main()
