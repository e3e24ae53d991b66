"""The pages over all clients: written anew only where they no longer say what the reports say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolkit.hashes import sha_of, sha_of_text
from toolkit.report.files import FAILURE, FINDINGS, MANIFEST, SINCE, SIZE, read_json, write
from toolkit.report.store.inputs import PACKAGE, source

PAGES = ("index.html", "index.csv")
READ = (FINDINGS, SINCE, SIZE, FAILURE[1])  # what the pages are made from, client by client


def renew(out: Path) -> None:
    """See that the pages over all clients say what lies in `out`; whole ones are left alone."""
    clients = dict(_contents(out))
    if read_json(out / MANIFEST) == _manifest(out, clients):
        return
    from toolkit.report.index import write_index  # loads pandas, so only where it is needed

    write_index(out)
    write(out / MANIFEST, json.dumps(_manifest(out, clients), indent=1) + "\n")


def told_of(out: Path) -> list[str]:
    """Of which clients do the pages over all clients tell? None where nothing says it."""
    content = read_json(out / MANIFEST)
    clients = content.get("clients") if isinstance(content, dict) else None
    return sorted(clients) if isinstance(clients, dict) else []


def _manifest(out: Path, clients: Mapping[str, str]) -> dict[str, object]:
    files = {name: sha_of(out / name) for name in PAGES if (out / name).is_file()}
    return {"format": 1, "files": files, "toolkit": source(PACKAGE), "clients": dict(clients)}


def _contents(out: Path) -> Iterator[tuple[str, str]]:
    """Each client, and a hash of what the pages say of it: what is read, and which files it has."""
    for folder in sorted(out.iterdir()):
        read = [sha_of(folder / name) for name in READ if (folder / name).is_file()]
        if read and not folder.name.startswith("."):
            names = sorted(path.name for path in folder.iterdir() if path.name[0] != ".")
            yield folder.name, sha_of_text(json.dumps([names, read]))
