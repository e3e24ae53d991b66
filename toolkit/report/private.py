"""A run's own folder for keys and caches: nobody else may read it, and a killed one's is swept."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.report.publish import alive

NAME = re.compile(r"audit-(?P<process>\d+)-[a-z0-9_]{8}")  # short: sockets' paths must be


@contextmanager
def private_folder() -> Iterator[Path]:
    """Where may this run keep what no other may see? Gone when the block ends."""
    sweep_private(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"audit-{os.getpid()}-") as folder:
        yield Path(folder)


def sweep_private(home: Path) -> None:
    """Which folders did killed runs leave here? Ours, and of no living process: they go."""
    for folder in sorted(home.glob("audit-*")):
        match = NAME.fullmatch(folder.name)
        if match and _ours(folder) and not alive(int(match["process"])):
            shutil.rmtree(folder, ignore_errors=True)


def _ours(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:  # another run swept it first
        return False
    private = facts.st_mode & 0o077 == 0 and not folder.is_symlink() and folder.is_dir()
    return private and (not hasattr(os, "getuid") or facts.st_uid == os.getuid())
