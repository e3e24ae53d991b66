"""A study's parts, each many trials by number; what is done is kept, and never done twice."""

from __future__ import annotations

import hashlib
import json
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests.report.batches import SAMPLE

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "faults"
LONGEST = 3600  # seconds a trial may take before it counts as hung


@dataclass(frozen=True)
class Part:
    """One kind of trial: `trial` of a number says what went wrong; it counts as `times` trials."""

    id: str
    what: str
    goal: str
    calls: int
    trial: Callable[[int], list[str]]
    times: int = 1


@dataclass(frozen=True)
class Result:
    """What became of one part: how many trials, what went wrong, and how long it took."""

    part: Part
    trials: int
    wrong: tuple[str, ...]
    seconds: float


def version() -> str:
    """Which code is judged? Results of other code are never mixed in."""
    rooms = (ROOT / "toolkit", ROOT / "notebooks", Path(__file__).parent, SAMPLE)
    files = sorted(p for room in rooms for p in room.rglob("*") if p.is_file())
    listed = [(p.relative_to(ROOT).as_posix(), p) for p in files if "__pycache__" not in p.parts]
    told = [f"{name} {hashlib.sha256(p.read_bytes()).hexdigest()}" for name, p in listed]
    aside = ("RESULTS.md", "/table.py", "/test_")  # say nothing else, and judge nothing
    code = [line for line in told if not any(name in line for name in aside)]
    return hashlib.sha256("\n".join(code).encode()).hexdigest()[:12]


def studied(part: Part, folder: Path, calls: int) -> Result:
    """Every trial of the part that is not done yet, then all of them together."""
    wrong, seconds = list[str](), 0.0
    for number in range(calls):
        place = folder / f"{part.id}-{number:04d}.json"
        if not place.exists():
            _keep(part, number, place)
        told = json.loads(place.read_text("utf-8"))
        wrong += told["wrong"]
        seconds += told["seconds"]
    return Result(part, calls * part.times, tuple(wrong), seconds)


def _keep(part: Part, number: int, place: Path) -> None:
    started = time.monotonic()
    wrong = judged(part, number)
    told = {"wrong": wrong, "seconds": round(time.monotonic() - started, 1)}
    draft = place.with_suffix(".part")
    draft.write_text(json.dumps(told), "utf-8")
    draft.replace(place)
    print(f"{part.id} {number}: {wrong or 'as it should be'}", file=sys.stderr)  # noqa: T201


def judged(part: Part, number: int) -> list[str]:
    """What went wrong in this trial? An error of the trial itself counts, and so does hanging."""
    try:
        with _no_longer_than(LONGEST):
            return [f"{part.id} {number}: {said}" for said in part.trial(number)]
    except Exception:
        return [f"{part.id} {number}: {traceback.format_exc(limit=-3)}"]


@contextmanager
def _no_longer_than(seconds: int) -> Iterator[None]:
    def hung(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"it hung for {seconds} seconds")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
