"""Files appear whole or not at all: built beside their place, then swapped in.

A report folder is built as ``.ID.PROCESS.TOKEN`` next to where it will stand. Whatever ends the
process, the earlier report stays whole; what it leaves behind is swept by the next run.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from toolkit.errors import RunError
from toolkit.report.earlier import bring_along, made
from toolkit.report.files import FAILURE, FINDINGS, read_json, seal

STRAY = re.compile(
    r"\.(?P<id>[a-z0-9][a-z0-9-]{0,63})\.(?P<process>\d+)\.[0-9a-f]{8}(?P<old>\.old)?"
)


@contextmanager
def building(out: Path, id: str, today: date) -> Iterator[Path]:
    """Where is the new report of `id` built? Published when the block ends, dropped if it fails.

    What stood there with other findings is kept among the earlier audits.
    """
    target = out / id
    refuse_unsafe(target)
    built = out / f".{id}.{os.getpid()}.{secrets.token_hex(4)}"
    built.mkdir(parents=True)
    try:
        yield built
        seal(built, made(target, built, today))
        bring_along(target, built)
        _swap(built, target)
    finally:
        shutil.rmtree(built, ignore_errors=True)


def refuse_unsafe(target: Path) -> None:
    """May a report stand here? Never in the place of a client folder, never through a link."""
    if (target / "client.yml").exists():
        raise RunError(f"{target} is a client folder; choose another place for the reports.")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise RunError(f"{target} is not a plain folder; move it away or choose another place.")


def mark(folder: Path) -> str:
    """How does a failure remember the client folder it came from, without telling its place?"""
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]


def withdraw(out: Path, marks: Collection[str], ids: Collection[str]) -> None:
    """Take back old failures of these folders that stand under other ids, reports apart.

    A folder without a valid id fails under a made-up one; once mended, it has another.
    """
    for page in sorted(out.glob("*/" + FAILURE[1])):
        told, folder = read_json(page), page.parent
        came_from = told.get("folder") if isinstance(told, dict) else None
        kept = folder.name in ids or (folder / FINDINGS).exists() or folder.is_symlink()
        if came_from in marks and not kept:
            for name in FAILURE:
                (folder / name).unlink(missing_ok=True)
            if not any(folder.iterdir()):
                folder.rmdir()


def sweep(out: Path) -> None:
    """What did a broken run leave behind? It goes; a report caught in mid-swap comes back."""
    for stray in sorted(out.glob(".*.old")) + sorted(out.glob(".*")):
        match = STRAY.fullmatch(stray.name)
        if match and stray.exists() and not alive(int(match["process"])):
            target = out / match["id"]
            if match["old"] and not target.exists():
                os.rename(stray, target)
            else:
                shutil.rmtree(stray, ignore_errors=True)


def _swap(built: Path, target: Path) -> None:
    old = built.with_name(built.name + ".old")
    if target.exists():
        os.rename(target, old)
    try:
        os.rename(built, target)
    except OSError:
        if old.exists():
            os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def alive(process: int) -> bool:
    """Does this process still run? Where the system cannot be asked harmlessly: maybe."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
