"""Small whole folders of every form: CSV, German CSV, Parquet, Excel; each loads without error."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pandas as pd

from tests.faults.study import ROOT
from toolkit.client.load import load

ORIGINALS = ("sweet-corner", "iron-gym", "turbo-toys", "deskware", "little-bear")
ROWS = 45


def original(id: str, place: Path) -> None:
    """The first rows of every table of a sample client."""
    shutil.copytree(ROOT / "datasets" / "clients" / id, place)
    for path in sorted(place.iterdir()):
        {".csv": _csv, ".parquet": _parquet, ".xlsx": _excel}.get(path.suffix, _whole)(path)
    load(place)


def _whole(path: Path) -> None:
    """client.yml stays as it is."""


def _csv(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: ROWS + 1]))


def _parquet(path: Path) -> None:
    pd.read_parquet(path).head(ROWS).to_parquet(path)


def _excel(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book:
        sheet.delete_rows(ROWS + 2, sheet.max_row)
    book.save(path)
