"""Makes this folder's visits.parquet from the published file.

    python datasets/real/randhie/make.py

Reads `randhie.csv` from the installed package statsmodels, checks that it is the one the committed
file was made from, and writes it as it is.
"""

from __future__ import annotations

import hashlib
import io
import sys
from importlib import resources
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

PACKAGE, MEMBER = "statsmodels.datasets.randhie", "randhie.csv"
SHA256 = "9f6c87d05aef087a82cc4465310c8cd3f38327be6eafa43bd81fb98c4f3d088c"


def published() -> bytes:
    """The published text file, checked against its SHA-256."""
    text = resources.files(PACKAGE).joinpath(MEMBER).read_bytes()
    found = hashlib.sha256(text).hexdigest()
    if found != SHA256:
        sys.exit(f"{MEMBER}: expected SHA-256 {SHA256}, found {found}; nothing was written")
    return text


def visits(text: bytes) -> pd.DataFrame:
    """One row per person and year, all columns under their own names; nothing is dropped."""
    return pd.read_csv(io.BytesIO(text))


def write(frame: pd.DataFrame, path: Path) -> None:
    """Write the table; the same table gives the same bytes with the same pyarrow."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")


if __name__ == "__main__":
    write(visits(published()), Path(__file__).with_name("visits.parquet"))
