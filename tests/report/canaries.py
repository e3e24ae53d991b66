"""Clients with a mark in every cell that no report may show, and marks in all that it may."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.report.batches import SAMPLE

PERSONAL = {"order_id", "buyer_id", "consumer_id", "account_id", "respondent_id", "informant_id"}
PERSONAL |= {"person_id", "feedback_id", "text", "email"}
PUBLIC = ("campaign", "product", "channel")
Row = dict[str, str]


def secret(name: str) -> str:
    """What stands in each personal cell of the client of this name, and nowhere else."""
    return f"qz{name}qz"


def shown(name: str) -> str:
    """What stands in its campaigns, products, labels, and may stand in its own report only."""
    return f"xw{name}xw"


def canary(folder: Path, name: str, sign: str = "") -> Path:
    """A client with its marks; `sign` is put into every text that a report may show, too."""
    made = folder / name
    shutil.copytree(SAMPLE, made)
    for table in made.glob("*.csv"):
        each_row(table, lambda row: _marked(row, name, sign))
    each_row(made / "people.csv", _with_email(name))
    _rare(made / "people.csv", name)
    settings = made / "client.yml"
    text = settings.read_text("utf-8").replace("id: sweet-corner", f"id: {name}")
    for told in ("Sweet Corner is", "label: Fresh", "label: Sweet", "name: Sweet Corner"):
        text = text.replace(told, f"{told} {shown(name)}")
    settings.write_text(text.replace("name: Sweet Corner", f"name: '{sign} Shop"), "utf-8")
    _quote_name(settings)
    return made


def _quote_name(settings: Path) -> None:
    lines = settings.read_text("utf-8").splitlines()
    closed = [f"{line}'" if line.startswith("name: '") else line for line in lines]
    settings.write_text("\n".join(closed) + "\n", "utf-8")


def each_row(table: Path, change: Callable[[Row], Row]) -> None:
    """Write a table anew with every row changed."""
    with table.open(encoding="utf-8", newline="") as stream:
        rows = [change(row) for row in csv.DictReader(stream)]
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _marked(row: Row, name: str, sign: str) -> Row:
    hidden = {c: f"{row[c]} {secret(name)}" for c in row if c in PERSONAL and row[c]}
    told = {c: f"{row[c]} {shown(name)} {sign}" for c in PUBLIC if row.get(c)}
    places = {"district": f"{row['district']} {sign}"} if row.get("district") else {}
    return row | hidden | told | places


def _with_email(name: str) -> Callable[[Row], Row]:
    return lambda row: row | {"email": f"{secret(name)}@example.org"}


def _rare(people: Path, name: str) -> None:
    """Two people live where nobody else does."""
    left = iter([secret(name)] * 2)
    each_row(people, lambda row: row | {"district": next(left, row["district"])})


def misplaced(folder: Path, name: str) -> Path:
    """A client refused for a personal cell that slipped into a column of numbers."""
    made = canary(folder, name)
    each_row(made / "purchases.csv", lambda row: row | {"amount": f"{secret(name)}@example.org"})
    each_row(made / "rivals.csv", lambda row: row | {"claims": f"price;{secret(name)}"})
    return made


def headless(folder: Path, name: str) -> Path:
    """A client refused for a table without its header: a person's row stands in its place."""
    made = canary(folder, name)
    text = (made / "survey.csv").read_text("utf-8").split("\n", 1)[1]
    first = text.split("\n", 1)[0]
    (made / "survey.csv").write_text(f"{first},{secret(name)}\n" * 3, "utf-8")
    return made


def miscoded(folder: Path, name: str) -> Path:
    """A client refused for a name in letters of an encoding that was not declared."""
    made = canary(folder, name)
    rows = (made / "people.csv").read_bytes()
    (made / "people.csv").write_bytes(
        rows.replace(b"qz" + name.encode(), b"qz\xe9" + name.encode())
    )
    return made
