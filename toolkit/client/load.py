"""A client folder becomes a `Client`, or the full list of what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.client.codes import Code
from toolkit.client.config import NAME, Config, read_config
from toolkit.client.cross import cross_check
from toolkit.client.ledger import Ledger
from toolkit.client.model import Client, Source
from toolkit.client.places import Folder
from toolkit.client.table import Loaded, read_table
from toolkit.errors import ClientError, Problem, nearest

_EXACTLY = f" The file must be called {NAME}, in small letters."


def load(folder: str | Path) -> Client:
    """Which client does the folder hold?

    `folder` has client.yml and any of the tables, each NAME.csv, NAME.parquet or a sheet NAME of
    data.xlsx. A relative folder that is not below the current directory is looked for below its
    parents, so that a notebook may say `datasets/clients/little-bear` from where it stands.

    Raises ClientError with every problem of the folder, not only the first. What was left out
    or noted stands in `Client.problems` and, table by table, in `Client.sources`.
    """
    problems, client = check(folder)
    if client is None:
        raise ClientError(str(folder), problems)
    return client


def check(folder: str | Path) -> tuple[list[Problem], Client | None]:
    """What is wrong with the folder, and which client does it hold (None if it is refused)?

    Finds all problems in one pass and never raises for bad input: errors refuse the folder,
    rows left out and notes do not.
    """
    try:
        root = find_folder(folder)
    except ClientError as refused:
        return list(refused.problems), None
    ledger = Ledger(NAME)
    config = read_config(root, ledger)
    if config is None:
        return [*ledger.closed(), _not_read()], None
    files = Folder(root)
    places = files.places(config.layouts)
    tables = [read_table(place, config) for place in places]
    loaded = {t.name: t for t in tables if isinstance(t, Loaded)}
    problems = [*ledger.closed(), *files.problems]
    for table in tables:
        problems += (table.ledger if isinstance(table, Loaded) else table).closed()
    problems += cross_check(loaded, places, config)
    problems = _ordered(_empty_as_one(problems))
    stopped = any(p.kind == "error" for p in problems)
    return problems, None if stopped else _client(root, config, loaded, problems)


def find_folder(folder: str | Path) -> Path:
    """Where is the folder? Below the current directory, or else below one of its parents.

    Raises ClientError where it is not there, is a file, or has no client.yml.
    """
    path = Path(folder)
    here = Path.cwd()
    bases = [here] if path.is_absolute() else [here, *here.parents]
    root = next((base / path for base in bases if _stands(base / path)), None)
    if root is None:
        raise _refused(folder, Code.MISSING_FOLDER, "There is no such folder.", "Check its name.")
    if not root.is_dir():
        message = "This is a file; a client is a folder of files."
        raise _refused(folder, Code.NOT_A_FOLDER, message, "Name the folder it lies in.")
    try:
        names = os.listdir(root)
    except OSError:
        message = "The folder may not be read."
        raise _refused(folder, Code.UNREADABLE_FILE, message, "Check access rights.") from None
    if NAME not in names:
        message = f"The folder has no {NAME}."
        fix = nearest(NAME, names) or "`audit new FOLDER` makes one."
        raise _refused(folder, Code.MISSING_CONFIG, message, f"{fix.strip()}{_EXACTLY}")
    return Path(os.path.abspath(root))


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name no file can have
        return False


def _refused(folder: str | Path, code: Code, message: str, fix: str) -> ClientError:
    return ClientError(str(folder), [Problem("error", code.value, str(folder), message, fix)])


def _not_read() -> Problem:
    message = "The tables were not read, as client.yml says how they are built."
    return Problem("note", Code.MISSING_CONFIG.value, NAME, message)


def _empty_as_one(problems: Sequence[Problem]) -> list[Problem]:
    """All tables without rows in one note: a fresh template has many of them."""
    bare = [p for p in problems if p.code == Code.EMPTY_TABLE]
    if len(bare) < 2:
        return list(problems)
    message = "These tables have a header and no rows; they count as missing."
    note = Problem("note", Code.EMPTY_TABLE.value, ", ".join(p.file for p in bare), message)
    return [note, *(p for p in problems if p.code != Code.EMPTY_TABLE)]


def _ordered(problems: Sequence[Problem]) -> list[Problem]:
    kinds = ("error", "left_out", "note")
    return sorted(problems, key=lambda p: kinds.index(p.kind))


def _client(
    root: Path, config: Config, loaded: Mapping[str, Loaded], problems: Sequence[Problem]
) -> Client:
    return Client(
        id=config.id,
        name=config.name,
        about=config.about,
        currency=config.currency,
        language=config.language,
        setting=config.setting,
        scales=config.scales,
        attributes=config.attributes,
        frames={name: table.frame for name, table in loaded.items()},
        sources={name: _source(table, problems) for name, table in loaded.items()},
        margin=config.margin,
        traits=config.traits,
        settings=config.settings,
        problems=tuple(problems),
        folder=root,
        accounts=next((t.accounts for t in loaded.values() if t.accounts), None),
    )


def _source(table: Loaded, problems: Sequence[Problem]) -> Source:
    rows, file = table.rows, table.ledger.file
    notes = tuple(str(replace(p, file="")).lstrip(", :") for p in problems if p.file == file)
    return Source(file, table.sha256, rows, rows - table.left_out, notes)
