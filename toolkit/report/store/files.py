"""Which files has a report beside its outputs? Each appears whole or not at all.

A manifest seals a folder of them.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.hashing import hash_file
from toolkit.report.processes.system import machine_code

CLIENT = "client.yml"  # makes a folder a client's; said here too, as pandas stays out of here
MANIFEST = "manifest.json"
FINDINGS = "findings.json"
SINCE = "since.json"
EARLIER = "earlier"  # the folder of the audits before this one
SIZE = "size.json"  # the client's own spend and revenue, for the order of the index
FAILURE = ("failure.html", "failure.json")
DRAFT = re.compile(r"\..+\.(?P<place>[0-9a-f]{6})-(?P<process>\d{1,9})\.[0-9a-f]{8}\.draft")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file that is either the old one or the whole new one, on disk and all."""
    own = f"{machine_code()}-{os.getpid()}.{secrets.token_hex(4)}"
    draft = path.with_name(f".{path.name}.{own}.draft")
    try:
        with draft.open("wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """What does a file of JSON hold? None where it is not there, or holds no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def write_manifest(folder: Path, made: date, inputs: Mapping[str, Any] | None = None) -> None:
    """List every file of a report just built, with its SHA-256, the day, and what it is made of."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    files = {name: hash_file(folder / name) for name in names}
    content = {"format": 1, "made": made.isoformat(), "files": files}
    content |= {"inputs": dict(inputs)} if inputs else {}
    write_atomically(folder / MANIFEST, json.dumps(content, indent=1) + "\n")


def manifest_files(manifest: Path) -> dict[str, str]:
    """Which files did a run write into a folder? Names and SHA-256; empty without a manifest.

    A manifest that is damaged or not ours counts as none.
    """
    content = read_json(manifest)
    files = content.get("files") if isinstance(content, dict) else None
    ours = isinstance(files, dict) and all(isinstance(sha, str) for sha in files.values())
    return dict(files) if isinstance(files, dict) and ours else {}


def audit_date(folder: Path) -> date:
    """On which day was the audit in this folder made?

    What its manifest says; where that is damaged or does not say, the day its findings were
    written as the file system knows it.
    """
    content = read_json(folder / MANIFEST)
    try:
        return date.fromisoformat(content["made"])
    except (KeyError, TypeError, ValueError):
        return date.fromtimestamp((folder / FINDINGS).stat().st_mtime)


def report_is_whole(folder: Path) -> bool:
    """Is the report in this folder complete and untouched since it was written?"""
    files = manifest_files(folder / MANIFEST)
    present = all((folder / name).is_file() for name in files)
    return bool(files) and present and all(hash_file(folder / n) == sha for n, sha in files.items())


INDEX_PAGES = ("index.html", "index.csv")


def indexed_clients(out: Path) -> list[str]:
    """Of which clients do the pages over all clients tell? None where nothing says it."""
    content = read_json(out / MANIFEST)
    clients = content.get("clients") if isinstance(content, dict) else None
    return sorted(clients) if isinstance(clients, dict) else []
