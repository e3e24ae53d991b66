"""Who works on a client, since when, and when is a lock nobody's? One run at a time.

A lock is the file ``.ID.lock`` beside the client's report. That of a process of this machine that
has ended is taken over; that of another machine, or of a container, once the time its client may
take is over. What runs that were killed left behind, locks and drafts, is taken away by the next.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from toolkit.errors import RefusedError
from toolkit.report.processes.system import is_running, machine_code, process_start, same_process
from toolkit.report.store.files import CLIENT, DRAFT, FAILURE, FINDINGS, read_json
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


STRAY = re.compile(
    r"\.(?P<id>[a-z0-9][a-z0-9-]{0,63})\.(?P<process>\d+)\.[0-9a-f]{8}(?P<old>\.old)?"
)
LOCK = re.compile(r"\.[a-z0-9][a-z0-9-]{0,63}\.lock")
DRAFT_SECONDS = 600.0  # a file is written in far less, on whichever machine


def sweep_leftovers(out: Path) -> None:
    """What did a broken run leave behind? It goes; a report caught in mid-swap comes back.

    What a living run works on stays, be it on this machine or, as its lock says, on another.
    """
    for lock in filter(lambda path: LOCK.fullmatch(path.name), sorted(out.glob(".*.lock"))):
        release_lock(lock)
    for stray in sorted(out.glob(".*.old")) + sorted(out.glob(".*")):
        match = STRAY.fullmatch(stray.name)
        if match and not is_running(int(match["process"])) and not lock_holder(out, match["id"]):
            _put_right(stray, out / match["id"], caught=bool(match["old"]))
    for draft in (*out.glob(".*"), *out.glob("*/.*")):
        _drop(draft)


def refuse_unsafe_place(target: Path) -> None:
    """May a report stand here? Never in the place of a client folder, never through a link."""
    if (target / CLIENT).exists():
        raise RefusedError(f"{target} is a client folder; choose another place for the reports.")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise RefusedError(f"{target} is not a plain folder; move it away or choose another place.")


def folder_mark(folder: Path) -> str:
    """How does a failure remember the client folder it came from, without telling its place?"""
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]


def withdraw_failures(out: Path, marks: Collection[str], ids: Collection[str]) -> list[str]:
    """Take back old failures of these folders that stand under other ids, reports apart.

    A folder without a valid id fails under a made-up one; once mended, it has another. Returns
    the ids that are gone.
    """
    gone = []
    for page in sorted(out.glob("*/" + FAILURE[1])):
        told, folder = read_json(page), page.parent
        came_from = told.get("folder") if isinstance(told, dict) else None
        kept = folder.name in ids or (folder / FINDINGS).exists() or folder.is_symlink()
        if came_from in marks and not kept:
            forget_failure(folder)
            gone.append(folder.name)
            if not any(folder.iterdir()):
                folder.rmdir()
    return gone


def forget_failure(folder: Path) -> bool:
    """The client is well again: the page that says why it was not goes. Was there one?"""
    there = [folder / name for name in FAILURE if (folder / name).exists()]
    for path in there:
        path.unlink(missing_ok=True)
    return bool(there)


def _put_right(stray: Path, target: Path, *, caught: bool) -> None:
    try:
        if caught and not target.exists():
            os.rename(stray, target)
    except FileNotFoundError:  # another run put it right first
        pass
    except PermissionError:  # it is for another user to put right
        return
    shutil.rmtree(stray, ignore_errors=True)


def _drop(draft: Path) -> None:
    match = DRAFT.fullmatch(draft.name)
    with suppress(FileNotFoundError, PermissionError):
        old = match and time.time() - draft.lstat().st_mtime > DRAFT_SECONDS
        if match and (old or _ended(match)) and draft.is_file():
            draft.unlink()


def _ended(draft: re.Match[str]) -> bool:
    """Has the process that wrote it ended? Of one elsewhere that is not known."""
    return draft["place"] == machine_code() and not is_running(int(draft["process"]))
