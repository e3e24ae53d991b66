"""A table too large to hold is read once for all processes that audit one client.

They share a private folder, named by `SHARED_FOLDER`, where the first of them leaves what it read.
Without one, as in a notebook opened by hand, every process reads for itself.
"""

from __future__ import annotations

import os
import pickle
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from toolkit.client.problems import ProblemList
from toolkit.errors import Problem
from toolkit.hashing import hash_text

SHARED_FOLDER = (
    "AUDIT_KEPT"  # of the environment: a folder that only this user can read, this audit's own
)
Read = TypeVar("Read")


def read_once(asked: object, ledger: ProblemList, read: Callable[[], Read]) -> Read:
    """What does `read` give, which tells `ledger` what is wrong? From the folder if it is there.

    `asked` is all that decides it, the hash of the content included; its `repr` is the key.
    """
    home = os.environ.get(SHARED_FOLDER)
    if not home:
        return read()
    key = hash_text(repr((asked, ledger)))
    place = Path(home) / key
    told = _found(place)
    if told is None:
        fresh = read(), ledger.problems
        _keep(place, fresh)  # and takes the copy: sums of another layout may differ in the last bit
        told = _found(place) or fresh
    found, ledger.problems = told
    return found


def _found(place: Path) -> tuple[Any, list[Problem]] | None:
    try:
        with place.open("rb") as stream:
            found: tuple[Any, list[Problem]] = pickle.load(stream)  # ours: nobody else writes there
            return found
    except FileNotFoundError:
        return None


def _keep(place: Path, found: object) -> None:
    """All of it or nothing; a disk that has no room for it is no reason to stop."""
    draft = place.with_suffix(f".{secrets.token_hex(4)}")
    with suppress(OSError):
        try:
            with draft.open("wb") as stream:
                pickle.dump(found, stream, protocol=pickle.HIGHEST_PROTOCOL)
            os.replace(draft, place)
        finally:
            draft.unlink(missing_ok=True)
