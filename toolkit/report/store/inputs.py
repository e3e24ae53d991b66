"""What a report is made from: the client's files, the notebooks, this toolkit, what was asked."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit.hashes import sha_of, sha_of_text
from toolkit.report.files import CLIENT

PROJECT = "buyer-consumer-toolkit"
PACKAGE = Path(__file__).resolve().parents[2]
PARTS = {"fingerprint": str, "folder": str, "files": dict, "toolkit": dict, "python": str} | (
    dict.fromkeys(("packages", "notebooks", "options"), dict)
)
UNSEEN = (".", "~$")  # hidden files, and those a spreadsheet program has open


def recipe(notebooks: Sequence[Path], options: Mapping[str, Any]) -> dict[str, Any]:
    """What beside a client's own files decides what its report says? The same for a whole run."""
    return installed() | {
        "notebooks": {notebook.name: sha_of(notebook) for notebook in notebooks},
        "options": dict(options),
    }


def installed() -> dict[str, Any]:
    """Which toolkit calculates here, and with which Python and packages?"""
    return {
        "toolkit": {"version": metadata.version(PROJECT), "sha256": source(PACKAGE)},
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _needed()},
    }


def inputs(folder: Path, recipe: Mapping[str, Any]) -> dict[str, Any]:
    """From what would this client's report be made now? All parts, and one fingerprint of them.

    Raises OSError where a file cannot be read.
    """
    parts = {"folder": folder.name, "files": files_in(folder), **recipe}
    return {"fingerprint": sha_of_text(json.dumps(parts, sort_keys=True)), **parts}


def files_in(folder: Path) -> dict[str, str]:
    """Which files does a client's folder hold, each with its SHA-256?

    All but hidden ones, as a table may be in any of them; a hidden one where client.yml names it.
    Links count as the file they lead to, links to folders as where they lead.
    """
    told = (folder / CLIENT).read_text(encoding="utf-8", errors="replace")
    return {p.relative_to(folder).as_posix(): _content(p) for p in _walked(folder, told)}


@cache
def source(package: Path) -> str:
    """Which toolkit is this, by its source? One SHA-256, as it was when this process began."""
    paths = sorted(p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    listed = [(p.relative_to(package).as_posix(), sha_of(p)) for p in paths]
    return sha_of_text(json.dumps(listed))


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is other now than when the report was made? Plain sentences; none if nothing is."""
    said = [_file(name, how) for name, how in _changes(then, now, "files")]
    said += [f"The notebook {name} {how}." for name, how in _changes(then, now, "notebooks")]
    said += [f"The package {name} {how}." for name, how in _changes(then, now, "packages")]
    alone = {"folder": "The folder's name", "toolkit": "The toolkit", "python": "Python"}
    alone |= {"options": "What was asked of the run"}
    return said + [f"{what} is another." for key, what in alone.items() if then[key] != now[key]]


def _changes(
    then: Mapping[str, Any], now: Mapping[str, Any], part: str
) -> Iterator[tuple[str, str]]:
    before, after = then[part], now[part]
    for name in sorted({*before, *after}):
        if name not in after:
            yield name, "is gone"
        elif name not in before:
            yield name, "is new"
        elif before[name] != after[name]:
            yield name, "is another"


def _file(name: str, how: str) -> str:
    return f"The client's file {name} {'has changed' if how == 'is another' else how}."


def _walked(folder: Path, told: str) -> Iterator[Path]:
    def seen(name: str) -> bool:
        return not name.startswith(UNSEEN) or name in told

    def refuse(error: OSError) -> None:
        raise error

    for home, folders, names in os.walk(folder, onerror=refuse):
        links = [name for name in folders if Path(home, name).is_symlink()]
        folders[:] = sorted(name for name in folders if seen(name))
        yield from (Path(home, name) for name in sorted(filter(seen, names + links)))


def _content(path: Path) -> str:
    if path.is_file():
        return sha_of(path)
    if path.is_symlink():  # to a folder, or to nothing
        return f"leads to {hashlib.sha256(os.fsencode(os.readlink(path))).hexdigest()}"
    return "neither file nor folder"


def _needed() -> list[str]:
    """The packages that the toolkit itself asks for."""
    asked = (line for line in metadata.requires(PROJECT) or () if "extra ==" not in line)
    return sorted(match.group() for line in asked if (match := re.match(r"[\w.-]+", line)))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"
