"""Where are a run's keys and caches? In a folder nobody else may read; a killed run's is swept."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.errors import RunError
from toolkit.report.processes.system import is_running, machine_code

LONGEST = 107 - len("/audit-a1b2c3-4194304-abcd1234/12345/run/01_roles-ipc-5")  # what sockets leave
IN_USE = set[str]()  # folders of this process
ONE = threading.Lock()  # a folder just made is in use before anybody sweeps
NAME = re.compile(r"audit-(?P<place>[0-9a-f]{6})-(?P<process>\d+)-[a-z0-9_]{8}")
WEEK = 7 * 86_400.0  # seconds; no run takes as long, on whichever machine


@contextmanager
def private_folder() -> Iterator[Path]:
    """Where may this run keep what no other may see? Gone when the block ends.

    Raises RunError where temporary files cannot be written, or have so long a path that no socket
    can stand there. What cannot be taken away in the end is left to the next run's sweep.
    """
    home = _home()
    if os.name == "posix" and len(os.fsencode(home)) > LONGEST:
        raise RunError(
            f"The folder for temporary files, {home}, has too long a path for the kernels' sockets "
            f"(at most {LONGEST} letters). Set TMPDIR to a shorter one."
        )
    sweep_private_folders(Path(home))
    with ONE:
        made = _made()
        IN_USE.add(made.name)
    with made as folder:
        try:
            yield Path(folder)
        finally:
            IN_USE.discard(folder)


def _home() -> str:
    try:
        return tempfile.gettempdir()
    except OSError as error:
        raise _unwritable(error) from None


def _made() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix=_prefix(), ignore_cleanup_errors=True)
    except OSError as error:
        raise _unwritable(error) from None


def _prefix() -> str:
    return f"audit-{machine_code()}-{os.getpid()}-"


def _unwritable(error: OSError) -> RunError:
    return RunError(
        f"No temporary file can be written: {error.strerror}. Make room, or set TMPDIR."
    )


def lasting_folder() -> str:
    """A folder like that for as long as this process runs."""
    with ONE:
        folder = tempfile.mkdtemp(prefix=_prefix())
        IN_USE.add(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def sweep_private_folders(home: Path) -> None:
    """Which folders did earlier runs leave here? Ours, and in nobody's use: they go."""
    for folder in sorted(home.glob("audit-*")):
        match = NAME.fullmatch(folder.name)
        if match and _ours(folder) and not _in_use(folder, match["place"], int(match["process"])):
            shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: Path, place: str, process: int) -> bool:
    """By another process that runs, or by this one? A disk may have kept it from taking it away."""
    if place != machine_code():
        return time.time() - folder.lstat().st_mtime < WEEK
    if process != os.getpid():
        return is_running(process)
    with ONE:
        return str(folder) in IN_USE


def _ours(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:  # another run swept it first
        return False
    private = facts.st_mode & 0o077 == 0 and not folder.is_symlink() and folder.is_dir()
    return private and (not hasattr(os, "getuid") or facts.st_uid == os.getuid())
