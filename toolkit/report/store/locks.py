"""Who works on a client, since when, and when is a lock nobody's? One run at a time.

A lock is the file ``.ID.lock`` beside the client's report. That of a process of this machine that
has ended is taken over; that of another machine, or of a container, once the time its client may
take is over.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from toolkit.errors import RefusedError
from toolkit.report.processes.system import machine_code, process_start, same_process
from toolkit.report.store.files import read_json
from toolkit.wording import format_day

if sys.platform != "win32":
    import fcntl

TRIES = 20
PAUSE = 0.05  # seconds; a lock being written has no content yet


class LockedError(RefusedError):
    """Somebody else is working on this client."""


@dataclass(frozen=True)
class LockHolder:
    """Who holds a lock: `since` and `until` in seconds of the clock, `run` as in the job.

    `place` is where its number of a process counts (`alive.here`); `host` is for readers.
    """

    user: str
    host: str
    process: int
    started: str
    run: str
    since: float
    until: float
    place: str = ""

    @classmethod
    def here(cls, run: str, seconds: float) -> LockHolder:
        """This very process, for so many seconds at most."""
        own, now = os.getpid(), time.time()
        host, until = socket.gethostname(), now + seconds
        return cls(_user(), host, own, process_start(own), run, now, until, machine_code())

    def gone(self, run: str) -> bool:
        """May another take its place: has it ended, or is this the same run trying again?"""
        if run and self.run == run:
            return True
        if self.place == machine_code():
            return not same_process(self.process, self.started)
        return time.time() > self.until

    def __str__(self) -> str:
        since = datetime.fromtimestamp(self.since, UTC)
        who = f"{self.user}@{self.host} (process {self.process})"
        return f"{who} since {since:%H:%M} UTC on {format_day(since.date())}"


@contextmanager
def client_lock(out: Path, id: str, run: str, seconds: float) -> Iterator[None]:
    """Nobody else works on client `id` while the block runs; raises LockedError if one does.

    `run` names the run, so that its second attempt need not wait for the first; `seconds` is how
    long the work may take at most, for machines that cannot see whether this process still runs.
    """
    out.mkdir(parents=True, exist_ok=True)
    path, mine = out / f".{id}.lock", LockHolder.here(run, seconds)
    _take(path, mine)
    try:
        yield
    finally:
        if _holder(path) == mine:
            path.unlink(missing_ok=True)


def lock_holder(out: Path, id: str) -> LockHolder | None:
    """Who works on client `id` now? None where nobody does."""
    holder = _holder(out / f".{id}.lock")
    return holder if holder and not holder.gone("") else None


def release_lock(path: Path, run: str = "") -> None:
    """Take a lock away if it is nobody's any more; those who ask at once do so one by one.

    Where the system does not let us, it stays.
    """
    with suppress(FileNotFoundError, PermissionError), _opened(path) as stream:
        if sys.platform != "win32":
            fcntl.flock(stream, fcntl.LOCK_EX)
        holder = _settled(path)
        if _stands(stream.fileno(), path) and (holder is None or holder.gone(run)):
            path.unlink(missing_ok=True)


def _opened(path: Path) -> IO[str]:
    """To write, as locks of network disks need it, or to read, where it is another user's."""
    try:
        return path.open("r+")
    except PermissionError:
        return path.open()


def _stands(opened: int, path: Path) -> bool:
    """Is this still the file that was opened? Its holder may take it away at any moment."""
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False


def _take(path: Path, mine: LockHolder) -> None:
    for _ in range(TRIES):
        try:
            return _write(path, mine)
        except FileExistsError:
            release_lock(path, mine.run)
        holder = _settled(path)
        if holder and not holder.gone(mine.run):
            break
    raise LockedError(
        f"It is being worked on by {holder or 'another run'}. Run it again when that has ended; "
        f"if it has, and this comes back, take {path.name} away."
    )


def _write(path: Path, mine: LockHolder) -> None:
    with path.open("x", encoding="utf-8") as stream:
        try:
            stream.write(json.dumps(asdict(mine)))
            stream.flush()
        except OSError:  # a full disk: an empty lock would keep everybody waiting
            path.unlink(missing_ok=True)
            raise


def _settled(path: Path) -> LockHolder | None:
    """Who holds it, once it says so; None where that never comes, as its writer has died."""
    for _ in range(TRIES):
        holder = _holder(path)
        if holder or not path.exists():
            return holder
        time.sleep(PAUSE)
    return None


def _holder(path: Path) -> LockHolder | None:
    content = read_json(path)
    try:
        return LockHolder(**content)
    except TypeError:  # nothing there, not yet written, or not ours
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a system that knows its users by number only
        return "somebody"
