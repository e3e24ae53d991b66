"""The pages over all clients: written anew only where they no longer say what the reports say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from toolkit.report.files import FAILURE, FINDINGS, MANIFEST, SINCE, SIZE, read_json, sha_of, write
from toolkit.report.store.inputs import PACKAGE, source

PAGES = ("index.html", "index.csv")
READ = (FINDINGS, SINCE, SIZE, FAILURE[1])  # what the pages are made from, client by client


def renew(out: Path) -> None:
    """See that the pages over all clients say what lies in `out`; whole ones are left alone."""
    state = _state(out)
    if read_json(out / MANIFEST) == _manifest(out, state):
        return
    from toolkit.report.index import write_index  # loads pandas, so only where it is needed

    write_index(out)
    write(out / MANIFEST, json.dumps(_manifest(out, state), indent=1) + "\n")


def _manifest(out: Path, state: str) -> dict[str, object]:
    files = {name: sha_of(out / name) for name in PAGES if (out / name).is_file()}
    return {"format": 1, "files": files, "clients": state}


def _state(out: Path) -> str:
    listed = [source(PACKAGE), *_contents(out)]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


def _contents(out: Path) -> Iterator[list[object]]:
    for folder in sorted(out.iterdir()):
        if folder.is_dir() and not folder.name.startswith("."):
            names = sorted(path.name for path in folder.iterdir() if path.name[0] != ".")
            read = [sha_of(folder / name) for name in READ if (folder / name).is_file()]
            yield [folder.name, names, read]
