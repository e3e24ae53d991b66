"""Checks between tables and client.yml: accounts in one table only, traits found nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pandas as pd

from toolkit.client.codes import Code
from toolkit.client.config import NAME, Config
from toolkit.client.ledger import Ledger
from toolkit.client.places import Place
from toolkit.client.table import Loaded
from toolkit.errors import Problem
from toolkit.text import NO_CURRENCY

MONEY_TABLES = ("purchases", "campaigns", "levers", "products")


def cross_check(loaded: Mapping[str, Loaded], places: list[Place], config: Config) -> list[Problem]:
    """What does not fit between tables and client.yml? Notes, all of them."""
    whole = Ledger(NAME)
    _traits(loaded, config, whole)
    _currency(places, config, whole)
    problems = whole.closed()
    for one, other in combinations(loaded.values(), 2):
        problems += _accounts(one, other)
    return problems


def _traits(loaded: Mapping[str, Loaded], config: Config, ledger: Ledger) -> None:
    found = {name for table in loaded.values() for name in table.given}
    for trait in config.traits:
        if trait not in found:
            message = f"The trait {trait} is declared and stands in no table."
            ledger.add("note", Code.MISSING_TRAIT, message)


def _currency(places: list[Place], config: Config, ledger: Ledger) -> None:
    tables = [p.table for p in places if p.table in MONEY_TABLES]
    if tables and config.currency == NO_CURRENCY:
        message = "No currency is given; sums are shown without one."
        fix = "Write the three capitals of ISO 4217, such as currency: EUR."
        ledger.add("note", Code.MISSING_KEY, message, fix)


def _accounts(one: Loaded, other: Loaded) -> list[Problem]:
    if "account_id" not in one.given or "account_id" not in other.given:
        return []
    first, second = _names(one), _names(other)
    both = int(first.isin(second).sum())
    only, missed = len(first) - both, len(second) - both
    if not only and not missed:
        return []
    ledger = Ledger(one.ledger.file)
    message = f"{only} of {len(first)} accounts are not in {other.name}; "
    message += f"{missed} of {len(second)} accounts of {other.name} are not here."
    ledger.add("note", Code.UNMATCHED_ACCOUNTS, message)
    return ledger.closed()


def _names(table: Loaded) -> pd.Index:
    """Every account of the table, once."""
    if table.accounts:
        return table.accounts.names
    return pd.Index(table.frame["account_id"].dropna().unique())
