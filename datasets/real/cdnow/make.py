"""Makes this folder's purchases.parquet from the published file.

    python datasets/real/cdnow/make.py

Downloads the package lifetimes 0.11.3 from the Python Package Index, checks that it is the one
the committed file was made from, and writes its CDNOW_master.txt as the table `purchases`.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

PACKAGE = "lifetimes==0.11.3"
MEMBER = "lifetimes/datasets/CDNOW_master.txt"
WHEEL_SHA256 = "261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8"
MEMBER_SHA256 = "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef"
COLUMNS = {
    "customer_id": "buyer_id",
    "date": "date",
    "number_of_cds": "quantity",
    "dollar_value": "amount",
}


def download() -> bytes:
    """The published text file, checked against its SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*command, "--dest", folder, PACKAGE], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        _check(wheel.read_bytes(), WHEEL_SHA256, wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            text = archive.read(MEMBER)
    _check(text, MEMBER_SHA256, MEMBER)
    return text


def purchases(text: bytes) -> pd.DataFrame:
    """The transactions as the contract's table; nothing is dropped, nothing merged.

    The file has no order id: the line number in the file, where the header is line 1, serves.
    """
    frame = pd.read_csv(io.BytesIO(text), sep=r"\s+", dtype={"customer_id": str, "date": str})
    frame = frame.rename(columns=COLUMNS)
    order_id = pd.Series(range(2, len(frame) + 2)).astype(str)
    date = pd.to_datetime(frame["date"], format="%Y%m%d").dt.date
    frame = frame.assign(order_id=order_id, date=date)
    return frame[["order_id", "date", "buyer_id", "amount", "quantity"]]


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write the table; the same table gives the same bytes with the same pyarrow."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")


def _check(data: bytes, expected: str, name: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"{name}: expected SHA-256 {expected}, found {found}; nothing was written")


if __name__ == "__main__":
    write(purchases(download()), Path(__file__).with_name("purchases.parquet"))
