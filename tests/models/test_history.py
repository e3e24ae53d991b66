import pandas as pd
import pytest

from toolkit.models.history import buying_days, history


def rows(*lines: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=["customer", "date", "amount"])


def test_all_of_one_day_is_one_purchase() -> None:
    told = history(
        rows(
            ("a", "2024-01-01 12:00", 1), ("a", "2024-01-08 09:00", 2), ("a", "2024-01-08 17:00", 3)
        ),
        until="2024-01-29",
    )
    assert told.loc["a"].tolist() == [1, 1, 4, 5]


def test_the_first_purchase_is_no_repeat_and_its_amount_is_not_averaged() -> None:
    told = history(rows(("a", "2024-01-01", 100), ("a", "2024-01-15", 7)), until="2024-01-15")
    assert told.loc["a", ["frequency", "monetary"]].tolist() == [1, 7]
    once = history(rows(("a", "2024-01-01", 100)), until="2024-01-15")
    assert once.loc["a"].tolist() == [0, 0, 2, 0]


def test_purchases_after_the_end_are_not_looked_at() -> None:
    lines = (("a", "2024-01-01", 1), ("b", "2024-03-01", 1), ("a", "2024-03-01", 1))
    told = history(rows(*lines), until="2024-02-01")
    assert told.index.tolist() == ["a"]
    assert told.loc["a", "frequency"] == 0


def test_neither_the_order_of_rows_nor_the_unit_of_time_changes_what_is_told() -> None:
    lines = rows(("b", "2024-02-01", 1), ("a", "2024-01-10", 4), ("a", "2024-01-01", 2))
    forth = history(lines, until="2024-03-01")
    back = history(lines[::-1], until="2024-03-01")
    assert forth.index.tolist() == ["b", "a"]  # as they first appear
    assert forth.loc["a"].equals(back.loc["a"])
    daily = history(lines, until="2024-03-01", days=1)
    assert daily["T"].tolist() == pytest.approx((forth["T"] * 7).tolist())


def test_a_missing_column_or_date_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a column 'amount'"):
        buying_days(pd.DataFrame({"customer": ["a"], "date": ["2024-01-01"]}))
    with pytest.raises(ValueError, match="found an empty one"):
        buying_days(pd.DataFrame({"customer": ["a"], "date": [None], "amount": [1]}))
