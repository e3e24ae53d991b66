"""The CDNOW purchase history: complete, unchanged, and made by the committed script."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "datasets" / "real" / "cdnow"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make.py"))


@pytest.fixture(scope="module")
def purchases() -> pd.DataFrame:
    return pd.read_parquet(FOLDER / "purchases.parquet")


def test_every_transaction_of_every_customer_is_there(purchases: pd.DataFrame) -> None:
    # Fader & Hardie, "Forecasting Repeat Sales at CDNOW", Interfaces 31 (2001): 23,570 customers
    # who first bought in the first quarter of 1997, followed to the end of June 1998
    assert len(purchases) == 69_659
    assert purchases["buyer_id"].nunique() == 23_570
    assert str(purchases["date"].max()) == "1998-06-30"
    assert str(purchases.groupby("buyer_id")["date"].min().max()) < "1997-04-01"


def test_repeated_lines_and_zero_amounts_are_kept(purchases: pd.DataFrame) -> None:
    assert purchases.drop(columns="order_id").duplicated().sum() == 255
    assert (purchases["amount"] == 0).sum() == 80
    assert purchases.duplicated(["buyer_id", "date"]).sum() == 2_068


def test_nothing_is_said_about_consumers(purchases: pd.DataFrame) -> None:
    assert list(purchases) == ["order_id", "date", "buyer_id", "amount", "quantity"]


def test_the_order_id_is_the_line_number_and_ids_keep_their_zeros(script: dict[str, Any]) -> None:
    text = b" customer_id  date number_of_cds  dollar_value\n" + b" 00007 19970112  2   12.50\n" * 2
    made = script["purchases"](text)
    assert list(made["order_id"]) == ["2", "3"]
    assert list(made["buyer_id"]) == ["00007", "00007"]
    assert [str(d) for d in made["date"]] == ["1997-01-12"] * 2
    assert list(made["amount"]) == [12.5, 12.5]


def test_a_file_other_than_the_published_one_is_refused(script: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="nothing was written"):
        script["_check"](b"another file", script["WHEEL_SHA256"], "lifetimes.whl")


def test_the_same_table_is_written_as_the_same_bytes(
    script: dict[str, Any], purchases: pd.DataFrame, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        script["write"](purchases, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert pd.read_parquet(tmp_path / "one").equals(purchases)
