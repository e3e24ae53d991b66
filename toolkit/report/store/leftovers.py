"""What do broken runs leave? Builds, drafts, locks, and failures under a name of the moment."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from toolkit.errors import RefusedError
from toolkit.report.processes.system import is_running, machine_code
from toolkit.report.store.files import CLIENT, DRAFT, FAILURE, FINDINGS, read_json
from toolkit.report.store.locks import lock_holder, release_lock

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
