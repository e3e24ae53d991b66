"""A batch of forty clients, killed again and again at random moments until it is done."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.faults.processes import left, marked
from tests.faults.runner import started
from tests.faults.world import small
from tests.report.batches import content, notebook
from toolkit.report.store.files import report_is_whole

CLIENTS, KILLS = 40, 10
SECONDS = 8.0  # within which a run is killed; it begins to work after two
Identity = Mapping[str, tuple[int, int]]


@cache
def batch(clients: int) -> tuple[Path, dict[str, bytes]]:
    """So many clients, and what an undisturbed run makes of them."""
    place = Path(tempfile.mkdtemp(prefix="k-"))
    small(place / "in", *(f"c{number:02d}" for number in range(clients)))
    with started([place / "in"], place / "out", [notebook("good")], temporary=place / "tmp") as run:
        _, said = run.communicate()
        assert run.returncode == 0, said
    return place / "in", content(place / "out")


def killed_again_and_again(number: int, clients: int = CLIENTS, kills: int = KILLS) -> list[str]:
    """What went wrong while a batch was killed so many times, and then ran to its end?"""
    folder, due = batch(clients)
    chance, wrong = random.Random(f"kills {number}"), list[str]()
    with tempfile.TemporaryDirectory(prefix="k-") as place:
        one = _Batch(folder, Path(place), due)
        while kills:
            hit, said = one.run(chance.uniform(0, SECONDS))
            kills -= hit
            wrong += said
        return wrong + one.run(None)[1]


class _Batch:
    """Reports that come to be run by run, and which of them are finished already."""

    def __init__(self, clients: Path, place: Path, due: Mapping[str, bytes]) -> None:
        self._clients, self._place, self._due = clients, place, due
        self._out = place / "out"
        self._finished: Identity = {}
        self._times = 0

    def run(self, seconds: float | None) -> tuple[bool, list[str]]:
        """Run until then, or to the end; was it killed, and what is wrong?"""
        run = started([self._clients], self._out, [notebook("good")], temporary=self._place / "tmp")
        with run:
            if seconds is not None:
                time.sleep(seconds)
                run.kill()
            _, said = run.communicate()
        wrong, now = left(lambda: marked(run.pid)), finished(self._out)
        again = [id for id, file in self._finished.items() if now.get(id) != file]
        wrong += [f"{id} was done twice" for id in again]
        self._finished = now
        return (True, wrong) if run.returncode < 0 else (False, wrong + self._over(said))

    def _over(self, said: str) -> list[str]:
        """A run came to its end: is all as due? The next one begins with nothing."""
        made = content(self._out)
        names = sorted({*made, *self._due})
        wrong = [f"{n} is not as due" for n in names if made.get(n) != self._due.get(n)]
        wrong += [f"{p.name} is left" for p in (self._place / "tmp").iterdir()]
        self._times += 1
        self._out, self._finished = self._place / f"out-{self._times}", {}
        return wrong + ([said[-500:]] if said else [])


def finished(out: Path) -> Identity:
    """Which reports are whole, and which very files are they?"""
    folders = [f for f in out.glob("c*") if report_is_whole(f)] if out.exists() else []
    facts = {f.name: os.stat(f / "report.html") for f in folders}
    return {id: (fact.st_ino, fact.st_mtime_ns) for id, fact in facts.items()}
