"""Which clients are meant: folders, folders of folders, and the id each will be published under."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from toolkit.client.config import ID, NAME, read_config
from toolkit.client.ledger import Ledger
from toolkit.errors import RunError


def expand(folders: Iterable[str | Path]) -> list[Path]:
    """Which client folders are these? A folder of clients stands for every one in it, sorted.

    Raises RunError where a path is no folder, or neither is a client nor holds any.
    """
    found: dict[Path, None] = {}
    for folder in map(Path, folders):
        found |= dict.fromkeys(_clients(folder))
    return list(found)


def _clients(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RunError(f"{folder} is not a folder. Name a client folder, or a folder of them.")
    if (folder / NAME).exists():
        return [folder.resolve()]
    inside = sorted(f.resolve() for f in folder.iterdir() if (f / NAME).exists())
    if not inside:
        raise RunError(
            f"{folder} has no {NAME}, and no folder in it has one. "
            "Make a client folder with `audit new`."
        )
    return inside


def ids(folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Under which id and name does each folder go? Those it cannot state get one made up."""
    return [_identity(folder) for folder in folders]


def shared(names: Sequence[tuple[str, str]]) -> set[str]:
    """Which ids are claimed by more than one folder?"""
    return {id for id, times in Counter(id for id, _ in names).items() if times > 1}


def _identity(folder: Path) -> tuple[str, str]:
    config = read_config(folder, Ledger(NAME))
    id, name = (config.id, config.name) if config else (folder.name, folder.name)
    return (id, name or id) if ID.fullmatch(id) else (_made_up(folder.name), name or folder.name)


def _made_up(name: str) -> str:
    """An id for a folder that has no valid one: its refusal has to stand somewhere."""
    letters = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "client"
    return f"{letters}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
