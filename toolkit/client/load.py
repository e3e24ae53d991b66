"""A client folder becomes a `Client`, or the full list of what is wrong with it.

Checks between tables and client.yml stand here too: accounts in one table only, traits found
nowhere, money without a currency.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pandas as pd

from toolkit.client.config import CONFIG_NAME, ClientConfig, read_config
from toolkit.client.files import ClientFolder, TableFile
from toolkit.client.model import Client, TableSource
from toolkit.client.problems import ProblemCode, ProblemList
from toolkit.client.table import LoadedTable, read_table
from toolkit.errors import ClientError, Problem, did_you_mean, sample_hint
from toolkit.wording import NO_CURRENCY

_EXACTLY = f" The file must be called {CONFIG_NAME}, in small letters."


def load(folder: str | Path) -> Client:
    """Which client does the folder hold?

    `folder` has client.yml and any of the tables, each NAME.csv, NAME.parquet or a sheet NAME of
    data.xlsx. A relative folder that is not below the current directory is looked for below its
    parents, so that a notebook may say `datasets/clients/little-bear` from where it stands.

    Raises ClientError with every problem of the folder, not only the first. What was left out
    or noted stands in `Client.problems` and, table by table, in `Client.sources`.
    """
    problems, client = check_folder(folder)
    if client is None:
        raise ClientError(str(folder), problems)
    return client


def check_folder(folder: str | Path) -> tuple[list[Problem], Client | None]:
    """What is wrong with the folder, and which client does it hold (None if it is refused)?

    Finds all problems in one pass and never raises for bad input: errors refuse the folder,
    rows left out and notes do not.
    """
    try:
        root = _find_folder(folder)
    except ClientError as refused:
        return list(refused.problems), None
    ledger = ProblemList(CONFIG_NAME)
    config = read_config(root, ledger)
    if config is None:
        return [*ledger.closed(), _not_read()], None
    files = ClientFolder(root)
    places = files.places(config.layouts)
    tables = [read_table(place, config) for place in places]
    loaded = {t.name: t for t in tables if isinstance(t, LoadedTable)}
    problems = [*ledger.closed(), *files.problems]
    for table in tables:
        problems += (table.ledger if isinstance(table, LoadedTable) else table).closed()
    problems += _cross_check(loaded, places, config)
    problems = _ordered(_empty_as_one(problems))
    stopped = any(p.kind == "error" for p in problems)
    return problems, None if stopped else _client(root, config, loaded, problems)


def _find_folder(folder: str | Path) -> Path:
    """Where is the folder? Below the current directory, or else below one of its parents.

    Raises ClientError where it is not there, is a file, or has no client.yml.
    """
    root = _look_upwards(folder)
    if root is None:
        message = "There is no such folder."
        fix = sample_hint(folder) or "Check its name."
        raise _refused(folder, ProblemCode.MISSING_FOLDER, message, fix)
    if not root.is_dir():
        message = "This is a file; a client is a folder of files."
        raise _refused(folder, ProblemCode.NOT_A_FOLDER, message, "Name the folder it lies in.")
    try:
        names = os.listdir(root)
    except OSError:
        message = "The folder may not be read."
        raise _refused(
            folder, ProblemCode.UNREADABLE_FILE, message, "Check access rights."
        ) from None
    if CONFIG_NAME not in names:
        message = f"The folder has no {CONFIG_NAME}."
        fix = did_you_mean(CONFIG_NAME, names) or "`audit new FOLDER` makes one."
        raise _refused(folder, ProblemCode.MISSING_CONFIG, message, f"{fix.strip()}{_EXACTLY}")
    return Path(os.path.abspath(root))


def find_sample(file: str | Path) -> Path:
    """Where is this file of the checkout's data, such as `datasets/real/randhie/visits.parquet`?

    Looked for as `load` looks for a folder: below the current one, or else below its parents.
    Raises FileNotFoundError where it is not there, and says so where only a checkout has it.
    """
    found = _look_upwards(file)
    if found is None:
        fix = sample_hint(file) or "Check its name."
        raise FileNotFoundError(f"{file}: There is no such file. {fix}")
    return found


def _look_upwards(path: str | Path) -> Path | None:
    """Where does it stand: below the current folder, or else below one of its parents?"""
    here = Path.cwd()
    bases = [here] if Path(path).is_absolute() else [here, *here.parents]
    return next((base / path for base in bases if _stands(base / path)), None)


def _stands(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name no file can have
        return False


def _refused(folder: str | Path, code: ProblemCode, message: str, fix: str) -> ClientError:
    return ClientError(str(folder), [Problem("error", code.value, str(folder), message, fix)])


def _not_read() -> Problem:
    message = "The tables were not read, as client.yml says how they are built."
    return Problem("note", ProblemCode.MISSING_CONFIG.value, CONFIG_NAME, message)


def _empty_as_one(problems: Sequence[Problem]) -> list[Problem]:
    """All tables without rows in one note: a fresh template has many of them."""
    bare = [p for p in problems if p.code == ProblemCode.EMPTY_TABLE]
    if len(bare) < 2:
        return list(problems)
    message = "These tables have a header and no rows; they count as missing."
    note = Problem("note", ProblemCode.EMPTY_TABLE.value, ", ".join(p.file for p in bare), message)
    return [note, *(p for p in problems if p.code != ProblemCode.EMPTY_TABLE)]


def _ordered(problems: Sequence[Problem]) -> list[Problem]:
    kinds = ("error", "left_out", "note")
    return sorted(problems, key=lambda p: kinds.index(p.kind))


def _client(
    root: Path, config: ClientConfig, loaded: Mapping[str, LoadedTable], problems: Sequence[Problem]
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


def _source(table: LoadedTable, problems: Sequence[Problem]) -> TableSource:
    rows, file = table.rows, table.ledger.file
    notes = tuple(str(replace(p, file="")).lstrip(", :") for p in problems if p.file == file)
    return TableSource(file, table.sha256, rows, rows - table.left_out, notes)


MONEY_TABLES = ("purchases", "campaigns", "levers", "products")


def _cross_check(
    loaded: Mapping[str, LoadedTable], places: list[TableFile], config: ClientConfig
) -> list[Problem]:
    """What does not fit between tables and client.yml? Notes, all of them."""
    whole = ProblemList(CONFIG_NAME)
    _missing_traits(loaded, config, whole)
    _missing_currency(places, config, whole)
    problems = whole.closed()
    for one, other in combinations(loaded.values(), 2):
        problems += _unmatched_accounts(one, other)
    return problems


def _missing_traits(
    loaded: Mapping[str, LoadedTable], config: ClientConfig, ledger: ProblemList
) -> None:
    found = {name for table in loaded.values() for name in table.given}
    for trait in config.traits:
        if trait not in found:
            message = f"The trait {trait} is declared and stands in no table."
            ledger.add("note", ProblemCode.MISSING_TRAIT, message)


def _missing_currency(places: list[TableFile], config: ClientConfig, ledger: ProblemList) -> None:
    tables = [p.table for p in places if p.table in MONEY_TABLES]
    if tables and config.currency == NO_CURRENCY:
        message = "No currency is given; sums are shown without one."
        fix = "Write the three capitals of ISO 4217, such as currency: EUR."
        ledger.add("note", ProblemCode.MISSING_KEY, message, fix)


def _unmatched_accounts(one: LoadedTable, other: LoadedTable) -> list[Problem]:
    if "account_id" not in one.given or "account_id" not in other.given:
        return []
    first, second = _account_names(one), _account_names(other)
    both = int(first.isin(second).sum())
    only, missed = len(first) - both, len(second) - both
    if not only and not missed:
        return []
    ledger = ProblemList(one.ledger.file)
    message = f"{only} of {len(first)} accounts are not in {other.name}; "
    message += f"{missed} of {len(second)} accounts of {other.name} are not here."
    ledger.add("note", ProblemCode.UNMATCHED_ACCOUNTS, message)
    return ledger.closed()


def _account_names(table: LoadedTable) -> pd.Index:
    """Every account of the table, once."""
    if table.accounts:
        return table.accounts.names
    return pd.Index(table.frame["account_id"].dropna().unique())
