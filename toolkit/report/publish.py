"""Files appear whole or not at all: built beside their place, then swapped in.

A report folder is built as ``.ID.PROCESS.TOKEN`` next to where it will stand. Whatever ends the
process, the earlier report stays whole; what it leaves behind is swept by the next run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from toolkit.errors import RunError

MANIFEST = "manifest.json"
SIZE = "size.json"  # the client's own spend and revenue, for the order of the index
FAILURE = ("failure.html", "failure.json")
STRAY = re.compile(
    r"\.(?P<id>[a-z0-9][a-z0-9-]{0,63})\.(?P<process>\d+)\.[0-9a-f]{8}(?P<old>\.old)?"
)


def write(path: Path, text: str) -> None:
    """Write a text file that is either the old one or the whole new one, on disk and all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def building(out: Path, id: str) -> Iterator[Path]:
    """Where is the new report of `id` built? Published when the block ends, dropped if it fails."""
    target = out / id
    refuse_unsafe(target)
    built = out / f".{id}.{os.getpid()}.{secrets.token_hex(4)}"
    built.mkdir(parents=True)
    try:
        yield built
        _carry_over(target, built)
        _seal(built)
        _swap(built, target)
    finally:
        shutil.rmtree(built, ignore_errors=True)


def refuse_unsafe(target: Path) -> None:
    """May a report stand here? Never in the place of a client folder, never through a link."""
    if (target / "client.yml").exists():
        raise RunError(f"{target} is a client folder; choose another place for the reports.")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise RunError(f"{target} is not a plain folder; move it away or choose another place.")


def files_of(manifest: Path) -> dict[str, str]:
    """Which files did a run write into a folder? Names and SHA-256; empty without a manifest.

    A manifest that is damaged or not ours counts as none.
    """
    content = read_json(manifest)
    files = content.get("files") if isinstance(content, dict) else None
    ours = isinstance(files, dict) and all(isinstance(sha, str) for sha in files.values())
    return dict(files) if isinstance(files, dict) and ours else {}


def read_json(path: Path) -> Any:
    """What does a file of JSON hold? None where it is not there, or holds no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def whole(folder: Path) -> bool:
    """Is the report in this folder complete and untouched since it was written?"""
    files = files_of(folder / MANIFEST)
    present = all((folder / name).is_file() for name in files)
    return bool(files) and present and all(_sha(folder / n) == sha for n, sha in files.items())


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
        kept = folder.name in ids or (folder / "findings.json").exists() or folder.is_symlink()
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


def _carry_over(old: Path, new: Path) -> None:
    """What others put into the folder stays there; our own earlier files do not."""
    ours = set(files_of(old / MANIFEST)) | {MANIFEST, *FAILURE}
    for path in sorted(old.rglob("*")) if old.is_dir() else []:
        name = path.relative_to(old)
        if path.is_file() and str(name) not in ours and not (new / name).exists():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, new / name, follow_symlinks=False)


def _seal(folder: Path) -> None:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    content = {"format": 1, "files": {name: _sha(folder / name) for name in names}}
    write(folder / MANIFEST, json.dumps(content, indent=1) + "\n")


def _swap(built: Path, target: Path) -> None:
    old = built.with_name(built.name + ".old")
    if target.exists():
        os.rename(target, old)
    os.rename(built, target)
    shutil.rmtree(old, ignore_errors=True)


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
