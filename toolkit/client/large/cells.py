"""The cells of one column in SQL: which are written plainly, what they hold, what is odd."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.client.dates import FIRST_YEAR, LAST_YEAR
from toolkit.client.large.store import ident, literal
from toolkit.client.numbers import TOO_LARGE
from toolkit.client.typed import Reader

_GAPS = "".join(chr(c) for c in range(0x3001) if chr(c).isspace())  # what str.strip takes away
_GAP_CODES = ", ".join(str(ord(gap)) for gap in _GAPS) + ", 0"  # 0: the empty text
_NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "REAL")
_TIMED = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?( ?(Z|[-+]\d{2}:?\d{2}))?"


@dataclass(frozen=True)
class Cell:
    """A column as SQL; `kind` is DuckDB's name of its type in the file.

    A cell is plain where SQL reads it as the reader of small files would; whatever is not goes to
    that reader itself.
    """

    reader: Reader
    kind: str
    tidy: bool = False  # is every cell in ASCII, and none has spaces around it?

    @property
    def name(self) -> str:
        """The column, as SQL writes it."""
        return ident(self.reader.column.name)

    @property
    def native(self) -> bool:
        """Does the file itself call it a number or a date?"""
        return self.kind != "VARCHAR"

    @property
    def known(self) -> bool:
        """Can columns of that kind be read?"""
        if not self.native:
            return True
        match self.reader.column.type:
            case "number":
                return self.kind.startswith(_NUMBERS) or "INT" in self.kind
            case "date":
                return self.kind.startswith(("DATE", "TIMESTAMP"))
        return "INT" in self.kind and self.reader.column.type == "text"

    @property
    def untidy(self) -> str:
        """Is the cell a text that has letters beyond ASCII, or that may have spaces around it?"""
        if self.native:
            return "false"
        text = self.name
        return f"strlen({text}) <> length({text}) OR ord({text}) <= 32 OR ord({text}[-1]) <= 32"

    @property
    def bare(self) -> str:
        """The text without spaces around it, or NULL; SQL's own trim is slow, so only if needed."""
        if self.native or self.tidy:
            return self.name if self.tidy else f"{self.name}::VARCHAR"
        ends = " AND ".join(f"ord({self.name}{end}) NOT IN ({_GAP_CODES})" for end in ("", "[-1]"))
        trimmed = f"nullif(trim({self.name}, {literal(_GAPS)}), '')"
        return f"(CASE WHEN {ends} THEN {self.name} ELSE {trimmed} END)"

    @property
    def canonical(self) -> str:
        """The text in its one form, or NULL."""
        if self.native or self.tidy:
            return self.bare
        ascii_only = f"strlen({self.name}) = length({self.name})"
        return f"(CASE WHEN {ascii_only} THEN {self.bare} ELSE nfc_normalize({self.bare}) END)"

    @property
    def value(self) -> str:
        """What the cell holds, where it is plain."""
        match self.reader.column.type:
            case "number":
                return f"(TRY_CAST({self._dotted} AS DOUBLE) + 0.0)"
            case "date":
                return f"TRY_CAST({self._day} AS DATE)"
        return self.canonical

    @property
    def plain(self) -> str:
        """Is the cell plain? A text always is; an empty cell is none of this concern."""
        match self.reader.column.type:
            case "number":
                return self._plain_number
            case "date":
                return self._plain_date
            case "category":
                return f"{self.canonical} IN ({', '.join(map(literal, self._words))})"
        return "true"

    @property
    def timed(self) -> str:
        """Does the date come with a time of day, which is dropped?"""
        if self.reader.column.type != "date":
            return "false"
        if self.native:
            return f"{self.name} <> date_trunc('day', {self.name})"
        return f"strlen({self.name}) > 10 AND regexp_matches({self.bare}[11:], '[1-9]')"

    @property
    def _words(self) -> tuple[str, ...]:
        return self.reader.column.values

    @property
    def _dotted(self) -> str:
        comma = not self.native and self.reader.decimal == ","
        return (
            f"replace({self.bare}, ',', '.')" if comma else self.name if self.native else self.bare
        )

    @property
    def _plain_number(self) -> str:
        low = -TOO_LARGE if self.reader.low is None else self.reader.low
        high = TOO_LARGE if self.reader.high is None else self.reader.high
        other = "." if self.reader.decimal == "," else ","
        fits = f"{self.value} BETWEEN {low} AND {high} AND abs({self.value}) < {TOO_LARGE}"
        return fits if self.native else f"{fits} AND NOT regexp_matches({self.bare}, '[_{other}]')"

    @property
    def _day(self) -> str:
        if self.native:
            return self.name
        form = self.reader.dates
        return (
            f"{self.bare}[:10]" if form is None else f"TRY_STRPTIME({self.bare}, {literal(form)})"
        )

    @property
    def _plain_date(self) -> str:
        inside = f"{self.value} BETWEEN '{FIRST_YEAR}-01-01' AND '{LAST_YEAR}-12-31'"
        if self.native:
            return inside
        if self.reader.dates is None:
            iso = f"regexp_full_match({self.bare}, '{_TIMED}')"
            dashes = f"strlen({self.bare}) = 10 AND {self.bare}[5] = '-' AND {self.bare}[8] = '-'"
            return f"{inside} AND (({dashes}) OR {iso})"
        back = f"strftime({self._day}, {literal(self.reader.dates)}) = {self.bare}"
        return f"{inside} AND {back} AND {self._day} = date_trunc('day', {self._day})"
