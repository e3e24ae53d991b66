"""Text files: encodings, delimiters, quotes, and physical line numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.folder import CONFIG, PURCHASES, client, errors, folder, only, problems
from toolkit.client.load import check_folder, load

HEADER = "order_id,date,buyer_id,amount"
ROW = "1,2024-03-01,B1,10.5"


def purchases(path: Path, data: bytes, *, config: str = CONFIG) -> Path:
    folder(path, config=config)
    (path / "purchases.csv").write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(tmp_path: Path, encoding: str) -> None:
    data = f"{HEADER}\n1,2024-03-01,Ayşe,10.5\n".encode(encoding)
    frame = load(purchases(tmp_path, data)).table("purchases")
    assert frame["buyer_id"].tolist() == ["Ayşe"]


def test_another_encoding_is_never_guessed_but_its_readings_are_shown(tmp_path: Path) -> None:
    data = f"{HEADER}\n{ROW}\n2,2024-03-01,Işık,1\n".encode("cp1254")
    found = only(purchases(tmp_path, data), "wrong-encoding")
    assert found.line == 3
    assert 'cp1254 reads "Işık"' in found.message
    assert 'latin-1 reads "Iþýk"' in found.message
    assert "set encoding" in found.fix


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    config = f"{CONFIG}tables: {{purchases: {{encoding: cp1254}}}}\n"
    data = f"{HEADER}\n2,2024-03-01,Işık,1\n".encode("cp1254")
    frame = load(purchases(tmp_path, data, config=config)).table("purchases")
    assert frame["buyer_id"].tolist() == ["Işık"]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\r\n", b"\xff\xfe", b",,,\n"])
def test_a_file_without_content_is_an_error(tmp_path: Path, data: bytes) -> None:
    assert errors(purchases(tmp_path, data)) == ["empty-file"]


def test_a_nul_sign_is_an_error_with_its_line(tmp_path: Path) -> None:
    data = f"{HEADER}\n{ROW}\n2,2024-03-01,B\0,1\n".encode()
    assert only(purchases(tmp_path, data), "wrong-encoding").line == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "password"),
        (b"PAR1rest", "Parquet"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_is_no_text_is_called_what_it_is(
    tmp_path: Path, data: bytes, words: str
) -> None:
    assert words in only(purchases(tmp_path, data), "wrong-format").message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_kinds_of_line_ends_are_read(tmp_path: Path, end: str) -> None:
    data = end.join([HEADER, ROW, "2,2024-03-01,B2,x"]).encode()
    assert only(purchases(tmp_path, data), "not-a-number").line == 3


def test_a_blank_line_does_not_shift_the_line_numbers(tmp_path: Path) -> None:
    lines = [HEADER, "", ROW, "", "", "2,2024-03-01,B2,x"]
    assert only(folder(tmp_path, purchases=lines), "not-a-number").line == 6


def test_a_line_break_inside_a_cell_does_not_shift_the_line_numbers(tmp_path: Path) -> None:
    lines = [f"{HEADER},channel", f'{ROW},"a\nb\nc"', "2,2024-03-01,B2,x,shop"]
    assert only(folder(tmp_path, purchases=lines), "not-a-number").line == 5


def test_rows_of_delimiters_alone_are_passed_over_with_a_note(tmp_path: Path) -> None:
    made = client(tmp_path, purchases=[HEADER, ROW, ",,,", ",,,"])
    assert len(made.table("purchases")) == 1
    found = only(tmp_path, "blank-rows")
    assert (found.kind, found.line, found.count) == ("note", 3, 2)


@pytest.mark.parametrize(
    ("sign", "name", "setting"),
    [(";", "semicolon", '";"'), ("\t", "tab", '"\\t"'), ("|", "bar", '"|"')],
)
def test_a_wrong_delimiter_is_one_error_that_says_which_would_fit(
    tmp_path: Path, sign: str, name: str, setting: str
) -> None:
    lines = [HEADER.replace(",", sign), "1;2024-03-01;B1;10,5".replace(";", sign)]
    found = only(folder(tmp_path, purchases=lines), "wrong-delimiter")
    assert name in found.message
    assert f"delimiter: {setting}" in found.fix
    assert errors(tmp_path) == ["wrong-delimiter"]


def test_a_wrong_delimiter_and_a_decimal_comma_are_told_together(tmp_path: Path) -> None:
    lines = [HEADER.replace(",", ";"), "1;2024-03-01;B1;1.010,50"]
    path = folder(tmp_path, purchases=lines)
    setting = 'delimiter: ";" and decimal: ","'
    told = f"Set {setting} for this table in client.yml. (Then: {HEADER.replace(',', ', ')})"
    assert only(path, "wrong-delimiter").fix == told
    (path / "purchases.csv").write_text(f"{lines[0]}\n1;2024-03-01;B1;10.5\n", encoding="utf-8")
    assert "decimal" not in only(path, "wrong-delimiter").fix


@pytest.mark.parametrize("written", ['"\\t"', "tab", '"\t"'])
def test_a_tab_can_be_declared(tmp_path: Path, written: str) -> None:
    config = f"{CONFIG}tables: {{purchases: {{delimiter: {written}}}}}\n"
    lines = [HEADER.replace(",", "\t"), ROW.replace(",", "\t")]
    assert len(client(tmp_path, config=config, purchases=lines).table("purchases")) == 1


def test_long_and_short_rows_are_errors_and_the_others_are_still_checked(tmp_path: Path) -> None:
    lines = [HEADER, "1,2024-03-01,B1,10,50", "2,2024-03-01", "3,2024-03-01,B1,x", f"{ROW},7"]
    path = folder(tmp_path, purchases=lines)
    long, short = sorted(problems(path, "ragged-row"), key=lambda p: p.line or 0)
    assert (long.line, long.count, short.line) == (2, 2, 3)
    assert "5 cells" in long.message
    assert only(path, "not-a-number").line == 4


def test_an_unclosed_quote_names_the_row_it_opens_in(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=[HEADER, ROW, '2,2024-03-01,"B2,1', ROW])
    found = only(path, "broken-quote")
    assert found.line == 3
    assert "never closed" in found.message


def test_text_after_a_closing_quote_is_an_error(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=[HEADER, '2,2024-03-01,"B"2,1'])
    assert "closing quote" in only(path, "broken-quote").message


def test_a_title_above_the_header_is_pointed_out(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=["Orders of 2024,,,", HEADER, ROW])
    found = only(path, "header-not-first")
    assert "line 2" in found.message
    assert errors(path) == ["header-not-first"]


def test_a_header_that_stands_twice_is_pointed_out(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=[HEADER, ROW, HEADER, "2,2024-03-01,B1,1"])
    assert only(path, "repeated-header").line == 3


def test_a_thousand_wrong_cells_of_one_kind_are_one_problem(tmp_path: Path) -> None:
    rows = [f"{i},2024-03-01,B{i},ten" for i in range(1000)]
    found = only(folder(tmp_path, purchases=[HEADER, *rows]), "not-a-number")
    assert (found.line, found.count) == (2, 1000)
    assert "2, 3, 4, 5, 6, …" in found.fix


def test_at_most_fifty_problems_are_shown_for_a_file_and_the_rest_is_counted(
    tmp_path: Path,
) -> None:
    extra = [f"x{i}" for i in range(80)]
    lines = [",".join([PURCHASES[0], *extra]), ",".join([PURCHASES[1], *["1"] * 80])]
    shown = [
        p for p in check_folder(folder(tmp_path, purchases=lines))[0] if p.file == "purchases.csv"
    ]
    assert len(shown) == 51
    assert (shown[-1].code, shown[-1].count) == ("and-more", 30)
