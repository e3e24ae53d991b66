"""Delimited text → Grid, with the physical line of every row, quotes read strictly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection

from toolkit.client.encoding import decode_text
from toolkit.client.grid import Grid, RawRow, build_grid, canonical_text
from toolkit.client.layout import TableLayout
from toolkit.client.problems import ProblemCode, ProblemList, list_names

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
LOOKED_AT = 20  # rows below the header in which a decimal comma is looked for
_COMMA = re.compile(r'"?[-+]?[\d.]*\d,\d+"?', re.ASCII)


def read_delimited(
    data: bytes, layout: TableLayout, known: Collection[str], ledger: ProblemList
) -> Grid | None:
    """Which table does the file hold? None, with the reasons, where it cannot be read."""
    text = decode_text(data, layout.encoding, ledger)
    if text is None or _other_delimiter(text, layout, known, ledger):
        return None
    records = _records(text, layout.delimiter, ledger)
    return build_grid(records, known, ledger) if records is not None else None


def _records(text: str, delimiter: str, ledger: ProblemList) -> list[RawRow] | None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[RawRow] = []
    before = 0
    try:
        for cells in reader:
            records.append(RawRow(before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        _broken(str(error), before + 1, ledger)
        return None
    return records


def _broken(reason: str, line: int, ledger: ProblemList) -> None:
    if "expected after" in reason:
        message = "After a closing quote more text follows in the same cell."
        fix = 'Write a quote inside a quoted cell twice: "".'
    else:  # the end of the file, or a cell of absurd length, came before the closing quote
        message = "A quote that opens in this row is never closed."
        fix = "Close it, or take it away."
    ledger.add("error", ProblemCode.BROKEN_QUOTE, message, fix, lines=[line])


def _other_delimiter(
    text: str, layout: TableLayout, known: Collection[str], ledger: ProblemList
) -> bool:
    delimiter, header = layout.delimiter, text.lstrip().split("\n", 1)[0].split("\r", 1)[0]
    if len(header) > csv.field_size_limit():
        return False
    names = {d: _names(header, d, known) for d in dict.fromkeys((delimiter, *DELIMITERS))}
    best = max(names, key=lambda d: len(names[d]))
    if best == delimiter or len(names[best]) <= max(1, len(names[delimiter])):
        return False
    said = repr(delimiter).strip("'")
    message = f'The columns are not parted by "{said}"; {DELIMITERS[best]} would fit.'
    setting = 'delimiter: "\\t"' if best == "\t" else f'delimiter: "{best}"'
    setting += ' and decimal: ","' if _decimal_comma(text, best, layout.decimal) else ""
    fix = f"Set {setting} for this table in client.yml. (Then: {list_names(names[best])})"
    ledger.add("error", ProblemCode.WRONG_DELIMITER, message, fix, lines=[1])
    return True


def _names(header: str, delimiter: str, known: Collection[str]) -> list[str]:
    """The known names in the header, each once, in the file's order."""
    parts = (canonical_text(part.strip().strip('"')) for part in header.split(delimiter))
    return list(dict.fromkeys(part for part in parts if part in known))


def _decimal_comma(text: str, delimiter: str, decimal: str) -> bool:
    """Do cells look like 10,5 once the right delimiter parts them?"""
    if delimiter == "," or decimal == ",":
        return False
    rows = text.lstrip().splitlines()[1 : 1 + LOOKED_AT]
    return any(_COMMA.fullmatch(cell.strip()) for row in rows for cell in row.split(delimiter))
