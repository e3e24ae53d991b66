"""The tables of a client folder for other programs: a Frictionless Data Package of the contract.

`python -m toolkit.client.data_package datasets` writes it, and beside it the data dictionary that
says the same to people; `make dictionary` does so.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from toolkit.client.template import data_dictionary
from toolkit.contract import ATTRIBUTE_WILDCARD, TABLES, Column, Table

DICTIONARY_FILE = "DICTIONARY.md"
DATA_PACKAGE_FILE = "datapackage.json"
USAGE = (
    "use: python -m toolkit.client.data_package FOLDER  "
    f"(one that is there; writes {DICTIONARY_FILE} and {DATA_PACKAGE_FILE})\n"
)
ATTRIBUTE_PLACE = "_ATTRIBUTE"  # one column for each attribute of the client
_PROFILES = "https://datapackage.org/profiles/2.0/"
_ABOUT = (
    "The tables a client folder may hold, all optional, as `audit new` begins them. Put this file "
    "beside them and take out the tables that are not there. Columns that are not required may be "
    f"missing; {ATTRIBUTE_PLACE} stands for one column per attribute of client.yml. Files are "
    "UTF-8 with commas, decimal dots and days as YYYY-MM-DD; what client.yml says of files built "
    "otherwise is not told here."
)
_FIELD_TYPES = {
    "text": "string",
    "category": "string",
    "number": "number",
    "whole": "integer",
    "date": "date",
    "month": "yearmonth",
    "claims": "string",
}


def data_package() -> dict[str, Any]:
    """Which tables and columns does the contract know, as a Data Package (version 2) says it?

    A resource per table. A column is a field with its type, its sentence, and what may stand in
    it: required, the words of a category, the ends of a number. Ends that the client's scales
    give are told in words, as they differ from client to client.
    """
    return {
        "$schema": f"{_PROFILES}datapackage.json",
        "name": "buyer-consumer-client",
        "title": "Client folder of the buyer-consumer toolkit",
        "description": _ABOUT,
        "resources": [_resource(table) for table in TABLES.values()],
    }


def _resource(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": _table_sentences(table),
        "schema": _table_schema(table),
    }


def _table_sentences(table: Table) -> str:
    traits = " The traits of client.yml may stand here too." if table.traits else ""
    return f"One row is {table.row}.{traits}"


def _table_schema(table: Table) -> dict[str, Any]:
    """Columns may be missing or more (traits, notes), and stand in any order: a partial match.

    No field of a primary key may be empty, so a key that has a column which may be is a unique
    key: there rows with an empty one are not compared.
    """
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}tableschema.json",
        "fieldsMatch": "partial",
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key and set(table.key) <= set(table.required):
        schema["primaryKey"] = list(table.key)
    elif table.key:
        schema["uniqueKeys"] = [list(table.key)]
    return schema


def _field(column: Column) -> dict[str, Any]:
    field = {
        "name": column.name.replace(ATTRIBUTE_WILDCARD, ATTRIBUTE_PLACE),
        "type": _FIELD_TYPES[column.type],
        "description": _sentence(column),
    }
    constraints = _constraints(column)
    return field | ({"constraints": constraints} if constraints else {})


def _sentence(column: Column) -> str:
    parts = [column.says[0].upper() + column.says[1:]]
    if column.scale:
        parts.append(f"on the scale {column.scale} of client.yml")
    if column.default:
        known = column.default.removeprefix("=")
        parts.append(f"if empty, as {known}" if known != column.default else f"if empty, {known}")
    return "; ".join(parts) + "."


def _constraints(column: Column) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True} if column.required else {}
    if column.values:
        rules["enum"] = list(column.values)
    for name, end in (("minimum", column.low), ("maximum", column.high)):
        if end is not None:
            rules[name] = end
    return rules


def data_package_text() -> str:
    """The text of datapackage.json, byte for byte the same for the same contract."""
    return json.dumps(data_package(), indent=1, ensure_ascii=False) + "\n"


def dictionary_command(arguments: list[str]) -> int:
    """Write the dictionary and the data package into the folder named; returns the exit code."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write(USAGE)
        return 2
    texts = {DICTIONARY_FILE: data_dictionary(), DATA_PACKAGE_FILE: data_package_text()}
    for name, text in texts.items():
        (Path(arguments[0]) / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(dictionary_command(sys.argv[1:]))
