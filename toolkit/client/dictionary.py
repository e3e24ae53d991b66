"""The data dictionary: every table and column of the contract, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.tables import TABLES, Column, Table

_HEAD = """# Data dictionary

A client folder has `client.yml` and any of these tables, each as `NAME.csv`, `NAME.parquet` or a
sheet `NAME` of `data.xlsx`. **Bold** columns are required wherever the table stands. Text files
are UTF-8, parted by commas, with a decimal dot and days as YYYY-MM-DD; `client.yml` says so where
a file is built differently. An empty cell means that nothing is known.

`_ATTRIBUTE` stands for one column per attribute of `client.yml`. Where a table holds money
(purchases, campaigns, levers, products), `client.yml` should name the currency; without one, sums
are shown without one.
"""
_TYPES = {
    "text": "text, as written",
    "category": "one of a few words",
    "number": "number",
    "whole": "whole number",
    "date": "day",
    "month": "month, YYYY-MM",
    "claims": "attributes, joined by `;`",
}


def data_dictionary() -> str:
    """What may stand in which table? Markdown from the contract, byte for byte the same."""
    return "\n".join([_HEAD, *(line for t in TABLES.values() for line in _table(t))])


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    names = ", ".join(f"`{name}`" for name in table.key)
    key = f" No two rows have the same {names}." if names else ""
    traits = " The traits of `client.yml` may stand here too." if table.traits else ""
    yield f"One row is {table.row}.{key}{traits}\n"
    yield "| column | says | type | holds | if empty |"
    yield "| --- | --- | --- | --- | --- |"
    yield from (_column(c) for c in table.columns)
    yield ""


def _column(column: Column) -> str:
    name = f"`{column.name.replace('_*', '_ATTRIBUTE')}`"
    name = f"**{name}**" if column.required else name
    default = column.default or ""
    filled = f"as `{default[1:]}`" if default.startswith("=") else default
    return f"| {name} | {column.says} | {_TYPES[column.type]} | {_holds(column)} | {filled} |"


def _holds(column: Column) -> str:
    if column.values:
        return ", ".join(column.values)
    if column.scale:
        return f"the scale `{column.scale}` of `client.yml`"
    if column.low is None:
        return ""
    return (
        f"{column.low:g} or more" if column.high is None else f"{column.low:g} to {column.high:g}"
    )
