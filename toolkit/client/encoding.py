"""Bytes → text: what kind of file it really is, and in which encoding it was written."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import numpy as np

from toolkit.client.problems import ProblemCode, ProblemList, quote_text

GUESSES = ("cp1254", "cp1256", "latin-1")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAX_LINE = 10_000_000  # bytes
LINE_BLOCK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body|<table|<\?xml)", re.IGNORECASE)
_ODD = re.compile(rb"[^\s,;|\"]*[\x80-\xff][^\s,;|\"]*")


def read_bytes(path: Path, root: Path, ledger: ProblemList) -> bytes | None:
    """What is in the file? None, with the reason in the ledger, where it cannot be read.

    A file must lie inside `root`, links followed; it must hold something.
    """
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            message = "The file lies outside the client's folder."
            ledger.add("error", ProblemCode.OUTSIDE_FOLDER, message, "Copy it into the folder.")
            return None
        if not path.is_file():
            message = "This is not a readable file (a folder, or a link that leads nowhere)."
            ledger.add("error", ProblemCode.UNREADABLE_FILE, message, "Put a file in its place.")
            return None
        if _has_endless_line(path):
            message = f"A line has more than {MAX_LINE:,} bytes; the file is not read."
            ledger.add("error", ProblemCode.TOO_LARGE, message, "Look for lost line breaks.")
            return None
        data = path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle
        why = getattr(error, "strerror", None) or "its name or its links cannot be followed"
        message = f"The file cannot be read: {why}."
        ledger.add(
            "error", ProblemCode.UNREADABLE_FILE, message, "Check its name and access rights."
        )
        return None
    if data.strip(b"\xef\xbb\xbf \t\r\n"):
        return data
    ledger.add(
        "error", ProblemCode.EMPTY_FILE, "The file is empty.", "Save it again, or take it away."
    )
    return None


def _has_endless_line(path: Path) -> bool:
    """Has a text file a line that no table has? Looked for block by block, before it is read."""
    if path.stat().st_size <= MAX_LINE:
        return False
    length = 0
    with path.open("rb") as stream:
        if detect_form(stream.peek(LINE_BLOCK)[:512]) != "text":
            return False
        while block := stream.read(LINE_BLOCK):
            signs = np.frombuffer(block, np.uint8)
            ends = np.flatnonzero((signs == ord("\n")) | (signs == ord("\r")))
            length += int(ends[0]) if len(ends) else len(block)
            if length > MAX_LINE:  # a block is shorter: no line within one can be as long
                return True
            length = len(block) - int(ends[-1]) if len(ends) else length
    return False


def detect_form(data: bytes) -> str:
    """Which kind of file is it, by its first bytes?

    >>> detect_form(b"PK\\x03\\x04..."), detect_form(b"a,b\\n1,2\\n")
    ('zip', 'text')
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith(_OLE):
        return "ole"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"\x1f\x8b", b"%PDF", b"7z\xbc\xaf", b"Rar!")):
        return "packed"
    return "html" if _HTML.match(data.removeprefix(codecs.BOM_UTF8)) else "text"


_NOT_TEXT = {
    "zip": ("This is an Excel workbook or another zip archive, not a text file.", ".xlsx"),
    "ole": ("This is an old or password-protected Excel file, not a text file.", ".csv"),
    "parquet": ("This is a Parquet file, not a text file.", ".parquet"),
    "packed": ("This is a packed file or a PDF, not a text file.", ".csv"),
    "html": ("This is a web page, not a table; perhaps a log-in page was saved.", ".csv"),
}


def decode_text(data: bytes, encoding: str | None, ledger: ProblemList) -> str | None:
    """Which text do the bytes carry?

    UTF-8, or UTF-16 and UTF-32 with their mark; else the encoding that is declared. A byte that
    does not fit is an error that shows how likely encodings would read it, never a guess.
    """
    if (form := detect_form(data)) in _NOT_TEXT:
        message, ending = _NOT_TEXT[form]
        fix = f"Save it as {ending}." if form != "html" else "Export the table again as CSV."
        ledger.add("error", ProblemCode.WRONG_FORMAT, message, fix)
        return None
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(marked or encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeError as error:
        _wrong_encoding(data, marked or encoding or "utf-8", error, ledger)
        return None
    if "\0" not in text:
        return text
    line = text.count("\n", 0, text.index("\0")) + 1
    fix = "Save it as UTF-8; if it is UTF-16 without a mark, set encoding: utf-16-le."
    ledger.add("error", ProblemCode.WRONG_ENCODING, "The file holds NUL signs.", fix, lines=[line])
    return None


def _wrong_encoding(data: bytes, name: str, error: UnicodeError, ledger: ProblemList) -> None:
    at = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = data.count(b"\n", 0, at) + 1
    begin = max(data.rfind(b"\n", 0, at) + 1, at - 20)
    word = next((w.group() for w in _ODD.finditer(data, begin) if w.end() > at), data[at : at + 9])
    read = {g: quote_text(word[:20].decode(g, "replace")) for g in GUESSES}
    samples = ", ".join(f"{g} reads {text}" for g, text in read.items())
    message = f"The file is not {name.upper()}. Here {samples}."
    fix = "Save it as UTF-8, or set encoding for this table in client.yml to the one that fits."
    quotes = list(read.values())
    ledger.add("error", ProblemCode.WRONG_ENCODING, message, fix, lines=[line], quotes=quotes)


_ENCODINGS = """
    utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 ascii cp437 cp850 cp852 cp857 cp866
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    latin-1 iso8859-2 iso8859-3 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-13
    iso8859-15 koi8-r koi8-u mac-roman mac-turkish big5 gb18030 gbk euc-jp euc-kr shift_jis
"""
ENCODINGS = tuple(_ENCODINGS.split())
