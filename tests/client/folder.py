"""A client folder written line by line, and what the reader says about it."""

from __future__ import annotations

from pathlib import Path

from toolkit.client.load import check_folder, load
from toolkit.client.model import Client
from toolkit.errors import Problem

CONFIG = """\
id: little-bear
currency: EUR
attributes:
  price: {label: Price, serves: reason}
  dryness: {serves: experience}
"""
PURCHASES = ["order_id,date,buyer_id,amount,consumer_id", "1,2024-03-01,B1,10.5,C1"]


def folder(path: Path, *, config: str = CONFIG, **tables: list[str]) -> Path:
    """A folder with client.yml and a CSV file for each table, given as its lines."""
    (path / "client.yml").write_text(config, encoding="utf-8")
    for table, lines in tables.items():
        (path / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def client(path: Path, *, config: str = CONFIG, **tables: list[str]) -> Client:
    return load(folder(path, config=config, **tables))


def problems(path: Path, code: str) -> list[Problem]:
    """All problems of that code in the folder."""
    return [p for p in check_folder(path)[0] if p.code == code]


def only(path: Path, code: str) -> Problem:
    """The one problem of that code; there must be exactly one."""
    found = problems(path, code)
    assert len(found) == 1, [str(p) for p in check_folder(path)[0]]
    return found[0]


def errors(path: Path) -> list[str]:
    """The codes of all errors."""
    return [p.code for p in check_folder(path)[0] if p.kind == "error"]
