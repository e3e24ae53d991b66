"""Cells: each type in its declared form and no other, with the reason and the mending fix."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.client.folder import CONFIG, client, errors, folder, only
from toolkit.client.cells import (
    read_category,
    read_claims,
    read_date,
    read_month,
    read_number,
    read_whole,
)
from toolkit.client.load import check_folder

HEADER = "order_id,date,buyer_id,amount"


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("10.5", ".", 10.5),
        ("10,5", ",", 10.5),
        ("-3", ".", -3),
        ("+3.", ".", 3),
        (".5", ".", 0.5),
        ("1E+05", ".", 100_000),
        ("1.234", ".", 1.234),
        ("007", ".", 7),
        ("0.1", ".", 0.1),
    ],
)
def test_a_number_is_read_with_its_declared_mark(text: str, decimal: str, value: float) -> None:
    assert read_number(text, decimal) == (value, None)


@pytest.mark.parametrize(
    ("text", "decimal", "says", "fix"),
    [
        ("10,50", ".", "decimal comma", 'decimal: ","'),
        ("10.50", ",", "decimal dot", 'decimal: "."'),
        ("1,234", ".", "two ways", 'decimal: ","'),
        ("1.234", ",", "two ways", 'decimal: "."'),
        ("1,234.50", ".", "thousands", "without thousands"),
        ("1.234,50", ",", "thousands", "without thousands"),
        ("1.234,50", ".", "thousands", 'decimal: ","'),
        ("1,234,567", ".", "thousands", "without thousands"),
        ("1 234", ".", "between its digits", "without thousands"),
        ("1\u00a0234", ".", "between its digits", "without thousands"),
        ("1_000", ".", "between its digits", "without thousands"),
        ("1'000", ".", "between its digits", "without thousands"),
        ("₺10.50", ".", "currency", "alone"),
        ("10.50 €", ".", "currency", "alone"),
        ("10 EUR", ".", "letters", "alone"),
        ("12%", ".", "percentage", "alone"),
        ("(10.50)", ".", "brackets", "minus"),
        ("\u221210", ".", "typographic", "minus"),
        ("۱۰", ".", "other digits", "0–9"),
        ("nan", ".", "not a number", "empty"),
        ("-inf", ".", "not a number", "empty"),
        ("n/a", ".", "not a number", "empty"),
        ("-", ".", "not a number", "empty"),
        ("1e400", ".", "too large", "below 10^15"),
        ("-1e15", ".", "too large", "below 10^15"),
        ("1000000000000000,0", ",", "too large", "below 10^15"),
        ("2024-03-01", ".", "date", "shifted"),
        ("ten", ".", "not a number", "digits"),
        ("0x1F", ".", "not a number", "digits"),
    ],
)
def test_what_is_no_number_is_explained_and_never_guessed(
    text: str, decimal: str, says: str, fix: str
) -> None:
    value, remark = read_number(text, decimal)
    assert value is None
    assert remark is not None
    assert (remark.kind, remark.code) == ("error", "not-a-number")
    assert says in remark.says
    assert fix in remark.fix


def test_numbers_just_below_ten_to_the_fifteenth_are_read_exactly() -> None:
    assert read_number("999999999999999", ".") == (999_999_999_999_999.0, None)
    assert read_whole("999999999999999", ".") == (999_999_999_999_999.0, None)
    assert read_whole("1e15", ".").value is None


def test_only_a_negative_amount_is_told_about_refunds(tmp_path: Path) -> None:
    purchases = [HEADER + ",quantity", "1,2024-03-01,B1,-5,-1"]
    path = folder(tmp_path, purchases=purchases)
    fixes = {p.column: p.fix for p in check_folder(path)[0] if p.code == "below-zero"}
    assert fixes["quantity"] == "A number from 0 on is expected."
    assert fixes["amount"].startswith("A number from 0 on is expected; refunds belong")


def test_a_whole_number_may_have_zeros_after_the_dot_and_nothing_else() -> None:
    assert read_whole("2.0", ".").value == 2
    remark = read_whole("2.5", ".").remark
    assert remark is not None
    assert remark.code == "not-whole"


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2024-02-29", None, date(2024, 2, 29)),
        ("01.03.2024", "%d.%m.%Y", date(2024, 3, 1)),
        ("03/04/2024", "%m/%d/%Y", date(2024, 3, 4)),
        ("20240301", "%Y%m%d", date(2024, 3, 1)),
    ],
)
def test_a_day_is_read_in_its_declared_form(text: str, form: str | None, day: date) -> None:
    assert read_date(text, form) == (day, None)


@pytest.mark.parametrize("time", ["T10:30", " 10:30:15", "T10:30:15.5Z", "T10:30:00+02:00"])
def test_a_time_of_day_is_dropped_with_a_note(time: str) -> None:
    value, remark = read_date(f"2024-03-01{time}", None)
    assert value == date(2024, 3, 1)
    assert remark is not None
    assert (remark.kind, remark.code) == ("note", "time-dropped")


def test_midnight_is_no_time_worth_a_note() -> None:
    assert read_date("2024-03-01 00:00:00", None).remark is None


@pytest.mark.parametrize(
    ("text", "form", "says", "fix"),
    [
        ("03/04/2024", None, "two ways", '"%d/%m/%Y"'),
        ("03/04/2024", None, "two ways", '"%m/%d/%Y"'),
        ("13.04.2024", None, "not a date", '"%d.%m.%Y"'),
        ("04/13/24", None, "not a date", '"%m/%d/%y"'),
        ("2024/03/01", None, "not a date", '"%Y/%m/%d"'),
        ("20240301", None, "not a date", '"%Y%m%d"'),
        ("45352", None, "lost its format", "Format the column"),
        ("2024-02-30", None, "calendar", "right day"),
        ("2024-3-1", None, "not a date", "dates:"),
        ("1403-01-15", None, "Jalali", "Gregorian"),
        ("0202-01-15", None, "outside the years", "right day"),
        ("2024-03-01x", None, "goes on", "YYYY-MM-DD"),
        ("yesterday", None, "not a date", "dates:"),
        ("2024-03-01", "%d.%m.%Y", "does not follow", "dates:"),
    ],
)
def test_what_is_no_day_is_explained_and_never_guessed(
    text: str, form: str | None, says: str, fix: str
) -> None:
    value, remark = read_date(text, form)
    assert value is None
    assert remark is not None
    assert remark.code == "not-a-date"
    assert says in remark.says
    assert fix in remark.fix


def test_a_month_is_a_year_and_a_month() -> None:
    assert read_month("2024-03") == ("2024-03", None)
    for text in ("2024-13", "2024-3", "2024-03-01", "March"):
        assert read_month(text).value is None


def test_capitals_in_a_category_are_read_small_with_a_note() -> None:
    value, remark = read_category("Buyer", ("buyer", "consumer"))
    assert value == "buyer"
    assert remark is not None
    assert remark.kind == "note"


def test_claims_are_attributes_each_once_in_their_order() -> None:
    known = ("price", "dryness")
    assert read_claims(" dryness ;price; ", known) == ("dryness;price", None)
    value, remark = read_claims("price;price", known)
    assert value == "price"
    assert remark is not None
    assert (remark.kind, remark.code) == ("note", "repeated-claim")
    assert read_claims(";", known).value is None


def test_the_frame_has_all_columns_in_the_types_of_the_contract(tmp_path: Path) -> None:
    lines = ["respondent_id,role,importance_price,rebought,date", "007,buyer,4,1,2024-03-01"]
    frame = client(tmp_path, survey=[*lines, "NA,consumer,,,"]).table("survey")
    assert frame["respondent_id"].tolist() == ["007", "NA"], "ids stay as written"
    assert frame["date"].dtype == np.dtype("datetime64[us]")
    assert {str(frame[c].dtype) for c in ("importance_price", "rebought", "weight")} == {"float64"}
    assert {str(frame[c].dtype) for c in ("role", "account_id", "knows_what")} == {"str"}
    for column in ("performance_price", "importance_dryness", "satisfaction", "knows_what"):
        assert frame[column].isna().all()
    assert frame.loc[1, ["importance_price", "rebought", "date"]].isna().all()


def test_defaults_of_the_contract_are_filled_in(tmp_path: Path) -> None:
    lines = ["order_id,date,buyer_id,amount,quantity,account_id", "1,2024-03-01,B1,5,,"]
    made = client(tmp_path, purchases=[*lines, "2,2024-03-01,B2,5,3,A2"])
    frame = made.table("purchases")
    assert frame["account_id"].tolist() == ["B1", "A2"]
    assert frame["quantity"].tolist() == [1, 3]
    notes = {p.column for p in made.problems if p.code == "default-filled"}
    assert notes == {"quantity", "account_id"}


def test_spaces_and_letters_made_of_parts_join_what_belongs_together(tmp_path: Path) -> None:
    rows = ["1,2024-03-01,Ayşe ,5", "2,2024-03-01,Ays\u0327e,5", "3,2024-03-01,Ayşe,5"]
    made = client(tmp_path, purchases=[HEADER, *rows])
    assert made.table("purchases")["buyer_id"].nunique() == 1
    assert (only(tmp_path, "trimmed-spaces").count, only(tmp_path, "trimmed-spaces").line) == (1, 2)
    assert only(tmp_path, "composed-letters").line == 3


def test_values_of_personal_columns_are_never_shown(tmp_path: Path) -> None:
    lines = ["feedback_id,role,text,account_id", 'f1,buyer," Call Leyla ", Leyla ', "f1,buyer,,x"]
    path = folder(tmp_path, feedback=lines)
    assert "Leyla" not in " ".join(f"{p}{p.value}" for p in check_folder(path)[0])


def test_a_number_beyond_its_bounds_is_refused(tmp_path: Path) -> None:
    survey = ["respondent_id,role,importance_price,recommend", "r1,buyer,6,11"]
    path = folder(tmp_path, survey=survey, purchases=[HEADER, "1,2024-03-01,B1,-5"])
    assert sorted(errors(path)) == ["below-zero", "out-of-scale", "out-of-scale"]


def test_the_clients_own_scale_is_the_bound(tmp_path: Path) -> None:
    config = f"{CONFIG}scales: {{importance: [0, 100]}}\n"
    lines = ["respondent_id,role,importance_price", "r1,buyer,70"]
    frame = client(tmp_path, config=config, survey=lines).table("survey")
    assert frame["importance_price"].tolist() == [70]


def test_an_unknown_category_names_the_nearest(tmp_path: Path) -> None:
    lines = ["respondent_id,role", "r1,buyer", "r2,byer"]
    found = only(folder(tmp_path, survey=lines), "unknown-category")
    assert (found.line, found.column, found.value) == (3, "role", "byer")
    assert 'Did you mean "buyer"?' in found.fix


def test_an_unknown_claim_names_the_nearest_attribute(tmp_path: Path) -> None:
    lines = ["campaign,audience,spend,claims", "A,buyer,5,price;drynes"]
    found = only(folder(tmp_path, campaigns=lines), "unknown-attribute")
    assert '"drynes"' in found.message
    assert 'Did you mean "dryness"?' in found.fix


@pytest.mark.parametrize("name", ["A:1", "A;1"])
def test_a_campaigns_name_must_not_hold_the_signs_that_join_names(
    tmp_path: Path, name: str
) -> None:
    path = folder(tmp_path, campaigns=["campaign,audience,spend", f"{name},buyer,5"])
    assert (only(path, "reserved-sign").line, only(path, "reserved-sign").value) == (2, name)


def test_an_empty_required_cell_is_an_error(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=[HEADER, "1,2024-03-01,,5", "2,,B1,5"])
    assert errors(path) == ["empty-cell", "empty-cell"]


def test_declared_forms_apply_to_the_whole_table(tmp_path: Path) -> None:
    config = f"""{CONFIG}tables:
  purchases:
    file: orders.csv
    delimiter: ";"
    decimal: ","
    dates: "%d.%m.%Y"
    columns: {{amount: Total, buyer_id: Customer}}
"""
    folder(tmp_path, config=config)
    text = "order_id;date;Customer;Total\n1;01.03.2024;B1;1234,50\n"
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    frame = client(tmp_path, config=config).table("purchases")
    assert frame["amount"].tolist() == [1234.5]
    assert frame["date"].tolist() == [pd.Timestamp("2024-03-01")]
    assert frame["buyer_id"].tolist() == ["B1"]
