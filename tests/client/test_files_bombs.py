"""Small files that would fill the memory are refused before they unfold."""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.client.folder import errors, folder, only
from toolkit.client import encoding

HEADER = b"order_id,date,buyer_id,amount\n"


@pytest.mark.parametrize(
    "data",
    [HEADER + b"a" * 20_000_000, b"a," * 10_000_000, HEADER + b"1,\r" * 5 + b"," * 20_000_000],
)
def test_an_endless_line_is_refused_before_the_file_is_read(tmp_path: Path, data: bytes) -> None:
    folder(tmp_path)
    (tmp_path / "purchases.csv").write_bytes(data)
    tracemalloc.start()
    found = only(tmp_path, "too-large")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "line" in found.message
    assert peak < 8 * encoding.LINE_BLOCK


def test_many_lines_of_common_length_are_no_endless_line(tmp_path: Path) -> None:
    folder(tmp_path)
    path = tmp_path / "purchases.csv"
    path.write_bytes(HEADER + b"1,2024-03-01,%b,1\r\n" % (b"x" * 990) * 11_000)
    assert path.stat().st_size > encoding.MAX_LINE
    assert "too-large" not in errors(tmp_path)


@pytest.mark.parametrize("name", ["purchases.csv", "purchases.parquet"])
def test_a_packed_file_under_another_name_is_never_unpacked(tmp_path: Path, name: str) -> None:
    folder(tmp_path)
    (tmp_path / name).write_bytes(gzip.compress(HEADER + b"1,2024-03-01,a,1\n" * 1_000_000))
    assert errors(tmp_path) == ["wrong-format"]


def test_parquet_of_one_value_repeated_endlessly_is_refused(tmp_path: Path) -> None:
    folder(tmp_path)
    path = tmp_path / "survey.parquet"
    zeros = pa.table({"respondent_id": pa.array(np.zeros(6_000_000, dtype=np.int8))})
    pq.write_table(zeros, path, compression="zstd")
    assert path.stat().st_size < 100_000
    assert errors(tmp_path) == ["too-large"]


def test_parquet_of_one_long_text_repeated_is_refused(tmp_path: Path) -> None:
    folder(tmp_path)
    path = tmp_path / "survey.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(200_000, np.int32)), ["x" * 6_000])
    pq.write_table(pa.table({"respondent_id": text}), path)
    assert path.stat().st_size < 100_000
    assert "letters" in only(tmp_path, "too-large").message


def test_a_workbook_of_nested_names_is_not_multiplied(tmp_path: Path) -> None:
    folder(tmp_path)
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE x [<!ENTITY l0 "lol">{names}]><sst><si><t>&l11;</t></si></sst>'
    with zipfile.ZipFile(tmp_path / "data.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", text)
        archive.writestr("[Content_Types].xml", text)
    assert errors(tmp_path) == ["unreadable-file"]
