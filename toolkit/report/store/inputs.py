"""What is a report made from? The client's files, the notebooks, this toolkit, what was asked.

And what does the manifest of a report say that it was made from?
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit.hashing import hash_file, hash_text
from toolkit.report.store.files import CLIENT, MANIFEST, read_json

PROJECT = "buyer-consumer-toolkit"
PACKAGE = Path(__file__).resolve().parents[2]
PARTS = {"fingerprint": str, "folder": str, "files": dict, "toolkit": dict, "python": str} | (
    dict.fromkeys(("packages", "notebooks", "options"), dict)
)
UNSEEN = (".", "~$")  # hidden files, and those a spreadsheet program has open


def run_recipe(notebooks: Sequence[Path], options: Mapping[str, Any]) -> dict[str, Any]:
    """What beside a client's own files decides what its report says? The same for a whole run."""
    return installed_versions() | {
        "notebooks": {notebook.name: hash_file(notebook) for notebook in notebooks},
        "options": dict(options),
    }


def installed_versions() -> dict[str, Any]:
    """Which toolkit calculates here, and with which Python and packages?"""
    return {
        "toolkit": {"version": metadata.version(PROJECT), "sha256": source_hash(PACKAGE)},
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _needed()},
    }


def report_inputs(folder: Path, recipe: Mapping[str, Any]) -> dict[str, Any]:
    """From what would this client's report be made now? All parts, and one fingerprint of them.

    Raises OSError where a file cannot be read.
    """
    parts = {"folder": folder.name, "files": folder_hashes(folder), **recipe}
    return {"fingerprint": hash_text(json.dumps(parts, sort_keys=True)), **parts}


def folder_hashes(folder: Path) -> dict[str, str]:
    """Which files does a client's folder hold, each with its SHA-256?

    All but hidden ones, as a table may be in any of them; a hidden one where client.yml names it.
    Links count as the file they lead to, links to folders as where they lead.
    """
    told = (folder / CLIENT).read_text(encoding="utf-8", errors="replace")
    return {p.relative_to(folder).as_posix(): _content(p) for p in _walked(folder, told)}


@cache
def source_hash(package: Path) -> str:
    """Which toolkit is this, by its source? One SHA-256, as it was when this process began."""
    paths = sorted(p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    listed = [(p.relative_to(package).as_posix(), hash_file(p)) for p in paths]
    return hash_text(json.dumps(listed))


def input_differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
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
        return hash_file(path)
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


def recorded_inputs(report: Path) -> Mapping[str, Any] | None:
    """What does a report's manifest say it was made from? None where it does not, or not rightly.

    A report of a version that did not write it down counts as one that does not say.
    """
    content = read_json(report / MANIFEST)
    told = content.get("inputs") if isinstance(content, dict) else None
    told = told if isinstance(told, dict) else {}
    return told if all(isinstance(told.get(part), kind) for part, kind in PARTS.items()) else None


def reports_by_part(part: str, out: Path) -> Mapping[str, list[str]]:
    """Under which ids do reports stand here, by this part of what they were made from?"""
    known = defaultdict(list)
    for manifest in sorted(out.glob(f"*/{MANIFEST}")):
        if told := recorded_inputs(manifest.parent):
            known[told[part]].append(manifest.parent.name)
    return known
