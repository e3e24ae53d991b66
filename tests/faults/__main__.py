"""Run the study and write RESULTS.md: `python -m tests.faults [SHARE]`.

Finished trials are kept in build/faults, so that an interrupted study goes on where it was. With a
share below 1 fewer trials of every kind are made, and the table is printed but not kept.
"""

from __future__ import annotations

import math
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.faults import alike, disk, fuzz, kills, kinds, leaks, orphans, scripts
from tests.faults.study import KEPT, Part, studied, version
from tests.faults.table import RESULTS, write_table

EACH = 20
FAULTS = dict.fromkeys(kinds.KINDS, kinds.fault) | dict.fromkeys(disk.DISKS, disk.on_disk)
WHOLE = "earlier reports whole, none partly new, client and cause named, nothing left"


def parts() -> list[Part]:
    """Everything that is studied, in the order of the table."""
    each = [
        Part(kind.replace(" ", "-"), kind, WHOLE, EACH, partial(trial, kind))
        for kind, trial in FAULTS.items()
    ]
    channels, clients = len(scripts.CHANNELS), 200
    return [
        *each,
        Part(
            "kills",
            f"batch of {kills.CLIENTS} clients killed, and run again",
            "all finish, none twice, bytes of an undisturbed run",
            20,
            kills.killed_again_and_again,
            times=kills.KILLS,
        ),
        Part(
            "orphans", "cells that leave processes", "none left", len(orphans.WAYS), orphans.ended
        ),
        Part(
            "canaries",
            "clients with a mark in every cell, in one run",
            "no personal mark, none of another client",
            1,
            lambda number: leaks.leaked(clients),
            times=clients,
        ),
        Part("alike", "other surroundings", "the same bytes", len(alike.WAYS), alike.alike),
        Part(
            "fuzz",
            "folders broken by chance",
            "no traceback, no silent change, each error with its place",
            40,
            lambda number: [said for n in range(25) for said in fuzz.fuzzed(25 * number + n)],
            times=25,
        ),
        Part(
            "scripts",
            f"script texts in {channels} channels, in Chromium",
            "none live, no request",
            len(scripts.PAYLOADS),
            scripts.live,
            times=channels,
        ),
    ]


def main() -> None:
    """Study every part, then write the table."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    folder = KEPT / version()
    folder.mkdir(parents=True, exist_ok=True)
    done = [studied(part, folder, math.ceil(share * part.calls)) for part in parts()]
    if share >= 1:
        write_table(done)
    else:
        with tempfile.TemporaryDirectory() as place:
            write_table(done, place=Path(place) / RESULTS.name, whole=False)


if __name__ == "__main__":
    main()
