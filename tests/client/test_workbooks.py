"""Excel and Parquet: their own types kept, and every way a workbook can be broken."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.client.folder import CONFIG, PURCHASES, client, errors, folder, only, problems
from toolkit.client.load import load

HEADER = ["order_id", "date", "buyer_id", "amount"]
ROW = ["1", date(2024, 3, 1), "B1", 10.5]


def book(path: Path, **sheets: list[list[object]]) -> Path:
    """Write a workbook with these sheets, given as rows."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_numbers_and_dates_of_a_sheet_are_what_they_are(tmp_path: Path) -> None:
    folder(tmp_path)
    book(tmp_path / "data.xlsx", purchases=[HEADER, [7, datetime(2024, 3, 1, 10), "007", 10.5]])
    made = load(tmp_path)
    frame = made.table("purchases")
    assert frame["order_id"].tolist() == ["7"]
    assert frame["buyer_id"].tolist() == ["007"]
    assert frame["date"].tolist() == [pd.Timestamp("2024-03-01")]
    assert frame["amount"].tolist() == [10.5]
    assert {"number-as-text", "time-dropped"} <= {p.code for p in made.problems}
    assert made.sources["purchases"].file == "data.xlsx, sheet purchases"


def test_a_real_number_needs_no_decimal_mark_and_a_text_does(tmp_path: Path) -> None:
    setting = 'tables: {purchases: {decimal: ",", dates: "%d.%m.%Y"}}'
    folder(tmp_path, config=f"{CONFIG}{setting}\n")
    rows: list[list[object]] = [HEADER, ROW, ["2", "02.03.2024", "B2", "10,5"]]
    book(tmp_path / "data.xlsx", purchases=rows)
    frame = load(tmp_path).table("purchases")
    assert frame["amount"].tolist() == [10.5, 10.5]
    assert frame["date"].dt.day.tolist() == [1, 2]


def test_problems_name_the_row_the_spreadsheet_shows(tmp_path: Path) -> None:
    folder(tmp_path)
    book(tmp_path / "data.xlsx", purchases=[HEADER, ROW, [], [], ["2", date(2024, 3, 1), "B", "x"]])
    found = only(tmp_path, "not-a-number")
    assert (found.file, found.line, found.column) == ("data.xlsx, sheet purchases", 5, "amount")


def test_empty_cells_beyond_the_header_do_no_harm_and_filled_ones_are_told(tmp_path: Path) -> None:
    folder(tmp_path)
    book(tmp_path / "data.xlsx", purchases=[HEADER, [*ROW, None, " "], [*ROW, None, "stray"]])
    assert only(tmp_path, "ragged-row").line == 3


def test_formulas_without_a_value_and_error_cells_are_errors(tmp_path: Path) -> None:
    folder(tmp_path)
    rows: list[list[object]] = [HEADER, ["1", ROW[1], "B1", "=1+1"], ["2", ROW[1], "B1", "#REF!"]]
    book(tmp_path / "data.xlsx", purchases=rows)
    found = only(tmp_path, "broken-formula")
    assert (found.line, found.count) == (2, 2)
    assert "Excel" in found.fix


def test_a_month_that_excel_made_a_date_is_still_a_month(tmp_path: Path) -> None:
    folder(tmp_path)
    rows: list[list[object]] = [["account_id", "period", "active"], ["a", date(2024, 3, 1), 1]]
    book(tmp_path / "data.xlsx", usage=rows)
    assert load(tmp_path).table("usage")["period"].tolist() == ["2024-03"]


def test_a_date_where_a_number_belongs_and_a_number_where_a_date_belongs(tmp_path: Path) -> None:
    folder(tmp_path)
    book(tmp_path / "data.xlsx", purchases=[HEADER, ["1", 45352, "B1", date(2024, 3, 1)]])
    assert sorted(errors(tmp_path)) == ["not-a-date", "not-a-number"]


def test_one_table_from_two_sources_is_an_error(tmp_path: Path) -> None:
    folder(tmp_path, purchases=PURCHASES)
    book(tmp_path / "data.xlsx", purchases=[HEADER, ROW])
    assert "purchases.csv and in data.xlsx" in only(tmp_path, "two-sources").message
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "purchases.parquet")
    assert "purchases.parquet" in only(tmp_path, "two-sources").message


def test_client_yml_decides_between_two_sources(tmp_path: Path) -> None:
    config = f"{CONFIG}tables: {{purchases: {{file: purchases.csv}}}}\n"
    folder(tmp_path, config=config, purchases=PURCHASES)
    book(tmp_path / "data.xlsx", purchases=[HEADER, ROW, ROW])
    assert load(tmp_path).sources["purchases"].file == "purchases.csv"


def test_a_sheet_of_another_name_can_be_declared_and_others_are_noted(tmp_path: Path) -> None:
    folder(tmp_path, config=f"{CONFIG}tables: {{purchases: {{file: o.xlsx, sheet: Orders}}}}\n")
    book(tmp_path / "o.xlsx", Orders=[HEADER, ROW], Purchase=[["x"]])
    assert len(load(tmp_path).table("purchases")) == 1
    found = only(tmp_path, "unused-sheet")
    assert 'Did you mean "purchases"?' in found.fix


def test_a_declared_sheet_or_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder(tmp_path, config=f"{CONFIG}tables: {{purchases: {{sheet: Ordrs}}}}\n")
    book(tmp_path / "data.xlsx", Orders=[HEADER, ROW])
    assert 'Did you mean "Orders"?' in only(tmp_path, "missing-sheet").fix
    folder(tmp_path, config=f"{CONFIG}tables: {{purchases: {{file: dat.xlsx}}}}\n")
    assert 'Did you mean "data.xlsx"?' in only(tmp_path, "missing-file").fix


def test_a_file_outside_the_folder_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.csv").write_text("\n".join(PURCHASES), encoding="utf-8")
    folder(inside, config=f"{CONFIG}tables: {{purchases: {{file: ../secret.csv}}}}\n")
    assert errors(inside) == ["outside-folder"]
    folder(inside)
    (inside / "purchases.csv").symlink_to(tmp_path / "secret.csv")
    assert errors(inside) == ["outside-folder"]


def whole(path: Path) -> bytes:
    return book(path / "data.xlsx", purchases=[HEADER, ROW]).read_bytes()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"order_id,date\n1,2\n", "wrong-format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "protected-file"),
        (b"", "empty-file"),
        (b"PK\x03\x04" + b"\0" * 100, "unreadable-file"),
    ],
)
def test_what_is_no_workbook_is_called_what_it_is(tmp_path: Path, data: bytes, code: str) -> None:
    folder(tmp_path)
    (tmp_path / "data.xlsx").write_bytes(data)
    assert errors(tmp_path) == [code]


def test_a_workbook_cut_off_anywhere_is_an_error(tmp_path: Path) -> None:
    folder(tmp_path)
    data = whole(tmp_path)
    for share in (0.2, 0.5, 0.9, 0.99):
        (tmp_path / "data.xlsx").write_bytes(data[: int(len(data) * share)])
        assert errors(tmp_path) == ["unreadable-file"]


def test_a_zip_that_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    folder(tmp_path)
    with zipfile.ZipFile(tmp_path / "data.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    assert errors(tmp_path) == ["wrong-format"]


def test_a_workbook_that_would_unfold_to_far_more_is_not_opened(tmp_path: Path) -> None:
    folder(tmp_path)
    whole(tmp_path)
    with zipfile.ZipFile(tmp_path / "data.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/bomb.xml", b" " * 20_000_000)
    assert errors(tmp_path) == ["too-large"]


def test_a_sheet_with_a_far_away_row_number_is_not_walked_through(tmp_path: Path) -> None:
    folder(tmp_path)
    source = zipfile.ZipFile(io.BytesIO(whole(tmp_path)))
    with zipfile.ZipFile(tmp_path / "data.xlsx", "w") as archive:
        for name in source.namelist():
            text = source.read(name).replace(b'r="2"', b'r="999999999"')
            archive.writestr(name, text.replace(b'"A2"', b'"A999999999"'))
    assert errors(tmp_path) == ["too-large"]


def test_parquet_columns_keep_their_types(tmp_path: Path) -> None:
    folder(tmp_path)
    frame = pd.DataFrame(
        {
            "order_id": [7, 8, 9],
            "date": pd.to_datetime(["2024-03-01", "2024-03-02", "2024-03-03"]),
            "buyer_id": pd.Categorical(["B1", "B2", "B1"]),
            "amount": [Decimal("10.50"), Decimal("0.00"), Decimal("3.25")],
            "consumer_id": ["C1", None, "C2"],
            "quantity": pd.array([1, None, 3], dtype="Int64"),
            "extra": [[1], [2], [3]],
        }
    )
    frame.to_parquet(tmp_path / "purchases.parquet")
    made = load(tmp_path)
    read = made.table("purchases")
    assert read["order_id"].tolist() == ["7", "8", "9"]
    assert read["buyer_id"].tolist() == ["B1", "B2", "B1"]
    assert read["amount"].tolist() == [10.5, 0, 3.25]
    assert read["quantity"].tolist() == [1, 1, 3]
    assert read["date"].dt.day.tolist() == [1, 2, 3]
    assert (made.sources["purchases"].rows, made.sources["purchases"].kept) == (3, 2)


def test_wrong_cells_of_parquet_are_told_by_their_row(tmp_path: Path) -> None:
    folder(tmp_path)
    pd.DataFrame(
        {"order_id": ["1", "2"], "date": ["2024-03-01"] * 2, "buyer_id": ["a", "b"]}
    ).assign(amount=[1.5, float("inf")]).to_parquet(tmp_path / "purchases.parquet")
    assert only(tmp_path, "not-a-number").line == 2


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_parquet_file_cut_off_is_an_error(tmp_path: Path, share: float) -> None:
    folder(tmp_path)
    path = tmp_path / "purchases.parquet"
    pd.DataFrame({"order_id": ["1"] * 100}).to_parquet(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert errors(tmp_path) == ["unreadable-file"]


def test_csv_parquet_and_sheet_give_the_same_client(tmp_path: Path) -> None:
    lines = ["respondent_id,role,importance_price,date", "r1,buyer,4.5,2024-03-01"]
    for form in ("csv", "parquet", "xlsx"):
        (tmp_path / form).mkdir()
        folder(tmp_path / form)
    frames = [client(tmp_path / "csv", survey=lines).table("survey")]
    plain = pd.DataFrame(
        {"respondent_id": ["r1"], "role": ["buyer"], "importance_price": [4.5]}
    ).assign(date=pd.Timestamp("2024-03-01"))
    plain.to_parquet(tmp_path / "parquet" / "survey.parquet")
    plain.to_excel(tmp_path / "xlsx" / "data.xlsx", sheet_name="survey", index=False)
    frames += [load(tmp_path / form).table("survey") for form in ("parquet", "xlsx")]
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])


def test_files_that_are_no_tables_are_noted_if_they_look_like_some(tmp_path: Path) -> None:
    folder(tmp_path, purchases=PURCHASES)
    for name in ("purchase.csv", "old.xls", "notes.md", ".hidden.csv", "~$data.xlsx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    notes = {p.file: p.fix for p in problems(tmp_path, "unused-file")}
    assert notes.keys() == {"purchase.csv", "old.xls"}
    assert 'Did you mean "purchases"?' in notes["purchase.csv"]
