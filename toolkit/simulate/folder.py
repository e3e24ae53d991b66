"""What would a simulated client hand in? A folder; the same world gives the same bytes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from toolkit.simulate.draw import Frames, draw_tables
from toolkit.simulate.world import World

WIDTH = 96
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the time a zip archive cannot be without
PLAIN = re.compile(r"[A-Za-z]([A-Za-z0-9 _./-]*[A-Za-z0-9])?")
WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def write_simulated_client(world: World, folder: Path, accounts: int, seed: int) -> list[Path]:
    """What would this client hand in? Writes client.yml and the tables, and returns their paths.

    Tables are CSV unless `world.files` says parquet or xlsx (then a sheet of data.xlsx). A CSV
    follows what `client["tables"]` says of it: file, delimiter, decimal, dates, columns. No clock
    and no host goes in: a second run gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = draw_tables(world, accounts, seed)
    contents = {"client.yml": _yaml_text(world.client).encode()}
    contents |= dict(_files(world, frames))
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def _yaml_text(content: Mapping[str, Any]) -> str:
    """The content as YAML 1.2: long texts folded, maps of maps as blocks, all else on one line.

    >>> tables = {"purchases": {"decimal": ","}}
    >>> print(_yaml_text({"name": "Little Bear", "tables": tables}), end="")
    name: Little Bear
    tables:
      purchases: {decimal: ","}
    """
    return "".join(_entry(key, value) for key, value in content.items())


def _entry(key: str, value: object) -> str:
    if isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values()):
        return f"{key}:\n" + "".join(f"  {k}: {_inline(v)}\n" for k, v in value.items())
    if isinstance(value, str) and len(value) > WIDTH:
        return f"{key}: >-\n" + "".join(f"  {line}\n" for line in wrap(value, WIDTH))
    return f"{key}: {_inline(value)}\n"


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)


def _files(world: World, frames: Frames) -> Iterator[tuple[str, bytes]]:
    kinds = {name: world.files.get(name, "csv") for name in frames}
    for name, frame in frames.items():
        if kinds[name] == "csv":
            told = world.client.get("tables", {}).get(name, {})
            yield told.get("file", f"{name}.csv"), _csv_bytes(frame, told)
        elif kinds[name] == "parquet":
            yield f"{name}.parquet", _parquet_bytes(frame)
    sheets = {name: frame for name, frame in frames.items() if kinds[name] == "xlsx"}
    if sheets:
        yield "data.xlsx", _workbook_bytes(sheets)


def _csv_bytes(frame: pd.DataFrame, told: Mapping[str, Any]) -> bytes:
    whole = {c: "Int64" for c in frame.select_dtypes("float") if (frame[c].dropna() % 1 == 0).all()}
    text: str = (
        frame.astype(whole)
        .rename(columns=told.get("columns", {}))
        .to_csv(
            index=False,
            sep=told.get("delimiter", ","),
            decimal=told.get("decimal", "."),
            date_format=told.get("dates", "%Y-%m-%d"),
            lineterminator="\n",
        )
    )
    return text.encode()


def _parquet_bytes(frame: pd.DataFrame) -> bytes:
    for column in frame.select_dtypes("datetime"):
        frame = frame.assign(**{column: frame[column].dt.date})
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _workbook_bytes(sheets: Frames) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, frame in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(frame.columns))
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
            sheet.append([v.date() if isinstance(v, pd.Timestamp) else v for v in row])
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(archive: bytes) -> bytes:
    """The same workbook without the time it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"2024-01-01T00:00:00Z", data)
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            new.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
