"""datapackage.json: the contract of the client tables, as other programs read it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from toolkit.client.data_package import data_package, data_package_text, dictionary_command
from toolkit.client.template import data_dictionary, write_template
from toolkit.contract import TABLES, Column

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = [(table.name, column) for table in TABLES.values() for column in table.columns]
TYPES = {
    "text": "string",
    "category": "string",
    "number": "number",
    "whole": "integer",
    "date": "date",
    "month": "yearmonth",
    "claims": "string",
}


def schema(table: str) -> dict[str, Any]:
    """The table's schema, as it stands in the committed file."""
    package = json.loads((ROOT / "datasets" / "datapackage.json").read_text("utf-8"))
    (resource,) = [r for r in package["resources"] if r["name"] == table]
    return dict(resource["schema"])


def test_the_data_package_in_datasets_is_the_contracts() -> None:
    path = ROOT / "datasets" / "datapackage.json"
    assert path.read_text("utf-8") == data_package_text()


def test_the_dictionary_command_writes_both_files(tmp_path: Path) -> None:
    assert dictionary_command([str(tmp_path)]) == 0
    written = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert written == {"DICTIONARY.md": data_dictionary(), "datapackage.json": data_package_text()}


@pytest.mark.parametrize("words", [[], ["a", "b"], ["--help"], ["nowhere"]])
def test_a_wrong_use_of_the_dictionary_command_is_told(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dictionary_command(words) == 2
    assert capsys.readouterr().err.startswith("use: python -m toolkit.client.data_package FOLDER")


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda x: getattr(x, "name", x))
def test_each_column_is_a_field_with_its_type_and_rules(table: str, column: Column) -> None:
    name = column.name.replace("*", "ATTRIBUTE")
    (field,) = [f for f in schema(table)["fields"] if f["name"] == name]
    rules = field.get("constraints", {})
    assert field["type"] == TYPES[column.type]
    assert column.says.lower() in field["description"].lower()
    assert rules.get("required", False) is column.required
    assert tuple(rules.get("enum", ())) == column.values
    assert (rules.get("minimum"), rules.get("maximum")) == (column.low, column.high)
    assert not column.scale or f"scale {column.scale} of client.yml" in field["description"]


@pytest.mark.parametrize("table", TABLES)
def test_the_fields_of_a_table_are_its_columns_in_their_order(table: str) -> None:
    names = [field["name"] for field in schema(table)["fields"]]
    assert names == [c.name.replace("*", "ATTRIBUTE") for c in TABLES[table].columns]


@pytest.mark.parametrize("table", TABLES)
def test_what_names_a_row_is_its_key_and_no_part_of_a_primary_key_may_be_empty(
    table: str,
) -> None:
    told = schema(table)
    primary = tuple(told.get("primaryKey", ()))
    assert primary in ((), TABLES[table].key)
    assert set(primary) <= set(TABLES[table].required)
    assert [primary, *map(tuple, told.get("uniqueKeys", ()))].count(TABLES[table].key) == 1


def test_its_paths_are_the_files_of_a_new_client_folder(tmp_path: Path) -> None:
    files = {path.name: path for path in write_template(tmp_path / "new") if path.suffix == ".csv"}
    resources = {r["path"]: r for r in data_package()["resources"]}
    assert resources.keys() == files.keys()
    for name, path in files.items():
        header = next(csv.reader(path.read_text("utf-8").splitlines()))
        fields = [f["name"] for f in resources[name]["schema"]["fields"]]
        assert set(plain(header)) == set(fields)


def plain(header: list[str]) -> list[str]:
    """The header with each attribute's column under the name that stands for all."""
    return [re.sub("^(importance|performance)_.*", r"\1_ATTRIBUTE", name) for name in header]


def test_every_description_is_a_sentence() -> None:
    described = [r["description"] for r in data_package()["resources"]]
    described += [f["description"] for table in TABLES for f in schema(table)["fields"]]
    assert all(re.fullmatch(r"[A-Z].*\.", text) for text in described)
