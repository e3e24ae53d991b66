"""Two folders change places in one step, where the system can do that."""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

HERE = -100  # AT_FDCWD: paths as the process sees them
EXCHANGE = 2  # RENAME_EXCHANGE


def put(built: Path, target: Path) -> None:
    """Let `built` stand in the place of `target`; what stood there is left beside it, or gone.

    On Linux there is no moment without a whole folder at `target`. Elsewhere, and on disks that
    cannot exchange, a process killed between two steps leaves the old one beside its place as
    ``BUILT.old``, whence the next run brings it back.
    """
    if not target.exists():
        os.rename(built, target)
    elif not _exchanged(built, target):
        _in_two_steps(built, target)


def _exchanged(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # not Linux, or one from before 2018
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return bool(rename(HERE, paths[0], HERE, paths[1], EXCHANGE) == 0)


def _in_two_steps(built: Path, target: Path) -> None:
    old = built.with_name(built.name + ".old")
    os.rename(target, old)
    try:
        os.rename(built, target)
    except OSError:
        os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)
