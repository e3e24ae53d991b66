"""One chance change of a client's folder: bytes, cells, headers, rows, or the whole file."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd

CELLS = (
    "", " ", "abc", "0", "-1", "1,5", "1.5", "1.234", "1 234", "1.234,56", "1e3", "1e999", "NaN",
    "inf", "-inf", "N/A", "null", "None", "TRUE", "yes", "NO", "Buyer", "BOTH", "consumer ", "x;y",
    "price;price", "price,fresh", ":", "2024-02-30", "31.12.2024", "12/11/2024", "2024-03",
    "2024-03-01T10:20", "1402-01-05", "45000", "=1+1", "@x", "+5", "'5", "５", "٣", "−5", "5€",
    "50 %", "(5)", "0x1A", "1_000", "9" * 40, "0." + "9" * 40, "a" * 70_000, "é", "e\u0301",
    "\u200b5", "\ufeff", "\x00", "\u2028", "a\nb", 'a"b', '"', "\\", "<b>", "{{x}}", "%s", "#REF!",
    "~", "007",
)  # fmt: skip
BYTES = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b'"', b",", b";", b"\t", b"\x1a",
    b"\xc3", b"\x80", b"1", b"-", b".", b" ", b"e", b"\xd9\xa3",
)  # fmt: skip
NAMES = (
    "", " ", "amount", "role", "Role", "role ", "account id", "account_id", "ACCOUNT_ID", "date",
    "importance_price", "importance_", "satisfaction", "points", "é", "x" * 300,
)  # fmt: skip
LINES = (
    "", ",,,,", "x", "margin: 7", "id: Ä", "name: NO", "name: 007", "- a", "&a *a", "a: b: c",
    "currency: euro", "settings: {seed: 1e3}", "traits: {x: y}", "\tname: x", "---",
)  # fmt: skip
ENCODINGS = ("utf-16", "latin-1", "cp1254", "utf-8-sig", "utf-32", "utf-7")


def mutated(folder: Path, copy: Path, chance: random.Random) -> str:
    """Copy the folder with one change, up to three at times; says which file was changed how."""
    shutil.copytree(folder, copy)
    path = chance.choice(sorted(p for p in copy.iterdir() if p.is_file()))
    kinds: dict[str, tuple[Callable[[Path, random.Random], str], ...]] = {
        ".csv": (_bytes, _cell, _cell, _cell, _header, _row, _line, _encoding, _file),
        ".yml": (_bytes, _line, _line, _row, _encoding, _file),
        ".parquet": (_bytes, _frame_cell, _frame_cell, _frame_header, _file),
        ".xlsx": (_bytes, _sheet_cell, _sheet_cell, _sheet_cell, _sheet_header, _file),
    }
    changes = [chance.choice(kinds[path.suffix])]
    changes += [change for change in changes if change is not _file] * chance.choice((0, 0, 2))
    return f"{path.name}: " + ", ".join(change(path, chance) for change in changes)


def _bytes(path: Path, chance: random.Random) -> str:
    data = bytearray(path.read_bytes())
    at, length = chance.randrange(len(data) + 1), chance.choice((0, 0, 1, 1, 2, 30, 4000))
    put = chance.choice((b"", chance.choice(BYTES), chance.choice(BYTES), chance.randbytes(8)))
    data[at : at + length] = put
    path.write_bytes(bytes(data))
    return f"{length} bytes at {at} become {put!r}"


def _file(path: Path, chance: random.Random) -> str:
    data, way = path.read_bytes(), chance.randrange(6)
    path.unlink()
    if way == 0:
        path.mkdir()
    elif way == 1:
        path.symlink_to(path.with_name("nowhere"))
    elif way < 5:
        path.write_bytes((b"", data[: chance.randrange(len(data))], data * 2)[way - 2])
    return "the file becomes " + ("a folder", "a link", "empty", "short", "double", "none")[way]


def _encoding(path: Path, chance: random.Random) -> str:
    encoding = chance.choice(ENCODINGS)
    path.write_bytes(path.read_text("utf-8", "replace").encode(encoding, "replace"))
    return f"saved as {encoding}"


def _line(path: Path, chance: random.Random) -> str:
    lines, put = _lines(path), chance.choice(LINES)
    at = chance.randrange(len(lines) + 1)
    lines[at : at + chance.randrange(2)] = [put]
    return _written(path, lines, f"line {at + 1} becomes {put!r}")


def _row(path: Path, chance: random.Random) -> str:
    lines, way = _lines(path), chance.randrange(3)
    one, other = (chance.randrange(len(lines)) for _ in range(2))
    if way == 0:
        lines.insert(other, lines[one])
    elif way == 1:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        del lines[one]
    return _written(path, lines, f"line {one + 1} is {('repeated', 'swapped', 'gone')[way]}")


def _cell(path: Path, chance: random.Random) -> str:
    return _put(path, chance, chance.choice(CELLS), of_header=False)


def _header(path: Path, chance: random.Random) -> str:
    return _put(path, chance, chance.choice(NAMES), of_header=True)


def _put(path: Path, chance: random.Random, text: str, *, of_header: bool) -> str:
    lines = _lines(path)
    at = 0 if of_header else chance.randrange(1, len(lines))
    delimiter = ";" if lines[0].count(";") > lines[0].count(",") else ","
    cells = lines[at].split(delimiter)
    column = chance.randrange(len(cells))
    quoted = '"' + text.replace('"', '""') + '"'
    cells[column] = quoted if chance.random() < 0.5 else text
    lines[at] = delimiter.join(cells)
    return _written(path, lines, f"cell {column + 1} of line {at + 1} becomes {text[:40]!r}")


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="surrogateescape").split("\n")


def _written(path: Path, lines: list[str], how: str) -> str:
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
    return how


def _value(chance: random.Random) -> object:
    more = (None, True, 7, -1, 2.5, 1e16, float("nan"), pd.Timestamp("2024-03-01").to_pydatetime())
    return chance.choice((chance.choice(CELLS), chance.choice(more)))


def _frame_cell(path: Path, chance: random.Random) -> str:
    frame = pd.read_parquet(path)
    row, column, value = chance.randrange(len(frame)), chance.choice(list(frame)), _value(chance)
    cells = frame[column].astype(object)
    cells.iloc[row] = value
    same = all(isinstance(cell, type(value)) for cell in cells)
    frame[column] = cells if same else cells.map(str)
    frame.to_parquet(path)
    return f"{column} of row {row + 1} becomes {str(value)[:40]!r}"


def _frame_header(path: Path, chance: random.Random) -> str:
    frame, name = pd.read_parquet(path), chance.choice(NAMES)
    column = chance.choice([c for c in frame if c != name])
    frame.drop(columns=[name], errors="ignore").rename(columns={column: name}).to_parquet(path)
    return f"column {column} becomes {name[:40]!r}"


def _sheet_cell(path: Path, chance: random.Random) -> str:
    return _in_sheet(path, chance, _value(chance), chance.randrange(2, 40))


def _sheet_header(path: Path, chance: random.Random) -> str:
    return _in_sheet(path, chance, chance.choice(NAMES), 1)


def _in_sheet(path: Path, chance: random.Random, value: object, row: int) -> str:
    book = openpyxl.load_workbook(path)
    sheet = chance.choice(book.worksheets)
    column = chance.randrange(1, sheet.max_column + 1)
    plain = not isinstance(value, str) or (len(value) < 30_000 and "\0" not in value)
    sheet.cell(row, column).value = value if plain else "x"
    book.save(path)
    return f"{sheet.title}, row {row}, column {column} becomes {str(value)[:40]!r}"
