"""Run the study on all cores and write RESULTS.md: `python -m tests.calibration [CLIENTS]`.

Finished batches are kept in build/calibration, so that an interrupted study goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.calibration.cells import ASKED, OPEN, cells
from tests.calibration.more import asked_and_decided
from tests.calibration.study import Tally, study
from tests.calibration.table import write_table
from tests.calibration.worlds import world

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "calibration"
BATCH = 25
CLIENTS = 1000
ESTIMATORS = ("stats", "models", "measures", "audits/mistakes", "simulate")


def main() -> None:
    """Study every cell with so many clients, then write the table."""
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else CLIENTS
    folder = KEPT / version()
    folder.mkdir(parents=True, exist_ok=True)
    todo = [
        (number, first)
        for first in range(0, clients, BATCH)
        for number, cell in enumerate(cells())
        if first < cell.most and not _place(folder, number, first).exists()
    ]
    asked = [n for n in range(len(OPEN)) if not _asked_place(folder, n).exists()]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(_batch, todo, [folder] * len(todo)):
            pass
        for _ in pool.map(_ask, asked, [folder] * len(asked)):
            pass
    told = [json.loads(_asked_place(folder, n).read_text("utf-8")) for n in range(len(OPEN))]
    write_table([_collected(folder, n, clients) for n in range(len(cells()))], clients, told)


def version() -> str:
    """Which estimators are these? Results of other code are never mixed in."""
    files = [p for room in ESTIMATORS for p in sorted((ROOT / "toolkit" / room).rglob("*.py"))]
    files += sorted(Path(__file__).parent.rglob("*.py"))
    content = b"".join(p.read_bytes() for p in files if p.name != "table.py")
    return hashlib.sha256(content).hexdigest()[:12]


def _batch(task: tuple[int, int], folder: Path) -> None:
    number, first = task
    tally = study(cells()[number], range(first, first + BATCH))
    place = _place(folder, number, first)
    draft = place.with_suffix(".part")
    draft.write_text(json.dumps(tally.to_dict()), "utf-8")
    draft.replace(place)


def _ask(number: int, folder: Path) -> None:
    times, accounts = OPEN[number]
    told = asked_and_decided(world(times), accounts, range(ASKED))
    place = _asked_place(folder, number)
    place.with_suffix(".part").write_text(json.dumps(told), "utf-8")
    place.with_suffix(".part").replace(place)


def _asked_place(folder: Path, number: int) -> Path:
    return folder / f"more-{number}.json"


def _place(folder: Path, number: int, first: int) -> Path:
    return folder / f"{number:02d}-{first:05d}.json"


def _collected(folder: Path, number: int, clients: int) -> Tally:
    whole = Tally()
    for first in range(0, min(clients, cells()[number].most), BATCH):
        part = Tally.from_dict(json.loads(_place(folder, number, first).read_text("utf-8")))
        whole.clients += part.clients
        whole.any_false += part.any_false
        for id, counts in part.told.items():
            whole.told.setdefault(id, counts.__class__()).update(counts)
    return whole


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
