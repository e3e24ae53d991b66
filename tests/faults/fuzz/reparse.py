"""A second, plain reading of a client's folder: no more than what each format itself says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
from ruamel.yaml import YAML

from toolkit.client.model import Client

BOOK = "data.xlsx"


@dataclass(frozen=True)
class Sheet:
    """A table as its file holds it: the header, the rows that are not empty, how cells are told."""

    header: list[str]
    rows: list[list[Any]]
    decimal: str = "."
    dates: str | None = None


def settings(folder: Path) -> dict[str, Any]:
    """client.yml with every value as the text it is written as."""
    text = _text((folder / "client.yml").read_bytes(), "utf-8-sig")
    return dict(YAML(typ="base", pure=True).load(text) or {})


def sheets(folder: Path, client: Client) -> Iterator[tuple[str, Sheet]]:
    """Every table that was loaded, read again from the file that it is said to come from."""
    layouts = settings(folder).get("tables") or {}
    for table, source in client.sources.items():
        layout = layouts.get(table) or {}
        path = folder / source.file.partition(",")[0]
        found = _rows(path, layout.get("sheet") or table, layout)
        rows = [row for row in found if any(_filled(cell) for cell in row)]
        header = ["" if cell is None else str(cell) for cell in rows[0]]
        yield table, Sheet(header, rows[1:], layout.get("decimal") or ".", layout.get("dates"))


def _rows(path: Path, sheet: str, layout: dict[str, Any]) -> list[list[Any]]:
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        return [table.column_names, *zip(*(c.to_pylist() for c in table.columns), strict=True)]
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, data_only=True)
        return [list(row) for row in book[sheet].iter_rows(values_only=True)]
    text = _text(path.read_bytes(), layout.get("encoding") or "utf-8-sig")
    delimiter = layout.get("delimiter") or ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _text(data: bytes, encoding: str) -> str:
    """By its mark if it has one, or else in this encoding."""
    marks = {b"\xff\xfe\0\0": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    return data.decode(next((e for mark, e in marks.items() if data.startswith(mark)), encoding))


def _filled(cell: object) -> bool:
    return cell is not None and bool(str(cell).strip())
