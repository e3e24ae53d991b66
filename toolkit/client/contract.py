"""The contract's columns for one client: one per attribute where the contract has `_*`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from toolkit.tables import TABLES, Column

PER_ATTRIBUTE = "_*"
PRICES = ("price_too_cheap", "price_cheap", "price_expensive", "price_too_expensive")
ANSWERS = ["satisfaction", "recommend", "rebought", "knows_what", "knows_where", *PRICES]
ANSWERS_PER_ATTRIBUTE = ("importance_", "performance_")


def columns_of(
    table: str, attributes: Iterable[str] = (), traits: Iterable[str] = ()
) -> tuple[Column, ...]:
    """Which columns may the table have, for a client with these attributes and traits?

    >>> [c.name for c in columns_of("survey", ["price"])][5:8]
    ['importance_price', 'performance_price', 'satisfaction']
    """
    attributes = tuple(attributes)
    columns: list[Column] = []
    for column in TABLES[table].columns:
        if column.name.endswith(PER_ATTRIBUTE):
            stem = column.name.removesuffix("*")
            columns += [replace(column, name=stem + a) for a in attributes]
        else:
            columns.append(column)
    if TABLES[table].traits:
        columns += [Column(name, "a trait of the client's own") for name in traits]
    return tuple(columns)


def column_names(
    table: str, attributes: Iterable[str] = (), traits: Iterable[str] = ()
) -> tuple[str, ...]:
    """Their names."""
    return tuple(c.name for c in columns_of(table, attributes, traits))


def is_answer(column: str) -> bool:
    """Is the survey column an answer (not who answered, when, or with which weight)?"""
    return column in ANSWERS or column.startswith(ANSWERS_PER_ATTRIBUTE)


def is_personal(column: Column) -> bool:
    """May the cells name or describe a person, so that no message shows them?"""
    return column.type == "text" and column.name not in ("campaign", "product", "channel")
