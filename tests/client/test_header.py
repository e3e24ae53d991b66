"""The header: names count as they are written, and what was probably meant is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.folder import CONFIG, PURCHASES, client, errors, folder, only, problems

HEADER, ROW = PURCHASES


def test_a_missing_required_column_says_what_the_file_has(tmp_path: Path) -> None:
    lines = [HEADER.replace("buyer_id", "buyers_id"), ROW]
    found = only(folder(tmp_path, purchases=lines), "missing-column")
    assert '"buyer_id"' in found.message
    assert 'Did you mean "buyers_id"?' in found.fix
    assert "order_id, date, buyers_id" in found.fix


@pytest.mark.parametrize("written", ["Amount", "AMOUNT", "amo\u200bunt", "\u200bamount"])
def test_another_spelling_of_a_required_column_is_an_error(tmp_path: Path, written: str) -> None:
    path = folder(tmp_path, purchases=[HEADER.replace("amount", written), ROW])
    assert 'Did you mean "amount"?' in only(path, "missing-column").fix


@pytest.mark.parametrize("written", ["Consumer ID", "consumer-id", "CONSUMER_ID", "consumer_ıd"])
def test_another_spelling_of_an_optional_column_is_an_error_too(
    tmp_path: Path, written: str
) -> None:
    path = folder(tmp_path, purchases=[HEADER.replace("consumer_id", written), ROW])
    assert errors(path) == ["misspelt-column"]
    assert only(path, "misspelt-column").column == written


def test_spaces_around_a_column_name_do_not_matter(tmp_path: Path) -> None:
    made = client(tmp_path, purchases=[HEADER.replace("amount", " amount "), ROW])
    assert made.table("purchases")["amount"].tolist() == [10.5]


def test_an_unknown_extra_column_is_noted_with_the_nearest_name(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=[f"{HEADER},chanel,colour", f"{ROW},shop,red"])
    notes = {p.column: p for p in problems(path, "unknown-column")}
    assert notes.keys() == {"chanel", "colour"}
    assert 'Did you mean "channel"?' in notes["chanel"].fix
    assert {p.kind for p in notes.values()} == {"note"}


def test_ratings_of_an_undeclared_attribute_are_noted(tmp_path: Path) -> None:
    path = folder(tmp_path, survey=["respondent_id,role,importance_smell", "r1,buyer,4"])
    assert 'attribute "smell"' in only(path, "unknown-column").fix


def test_a_column_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=[f"{HEADER},amount", f"{ROW},3"])
    found = only(path, "duplicate-column")
    assert "columns 4, 6" in found.message
    assert (found.line, found.column) == (1, "amount")
    assert problems(path, "unknown-column") == []


def test_an_extra_column_that_stands_twice_is_one_error_and_one_note(tmp_path: Path) -> None:
    path = folder(tmp_path, purchases=["", f"{HEADER},colour,colour", f"{ROW},red,blue"])
    assert only(path, "duplicate-column").line == 2
    assert only(path, "unknown-column").column == "colour"


def test_a_mapped_column_that_is_not_there_is_an_error_even_if_optional(tmp_path: Path) -> None:
    config = f"{CONFIG}tables: {{purchases: {{columns: {{channel: Shop}}}}}}\n"
    found = only(folder(tmp_path, config=config, purchases=PURCHASES), "missing-column")
    assert '"Shop"' in found.message


def test_two_columns_of_the_contract_may_come_from_one_of_the_file(tmp_path: Path) -> None:
    config = f"{CONFIG}tables: {{purchases: {{columns: {{account_id: buyer_id}}}}}}\n"
    frame = client(tmp_path, config=config, purchases=PURCHASES).table("purchases")
    assert frame["account_id"].tolist() == frame["buyer_id"].tolist() == ["B1"]


def test_declared_traits_are_read_and_a_missing_one_is_noted(tmp_path: Path) -> None:
    config = f"{CONFIG}traits: {{age: demographic, shoe: behaviour}}\n"
    made = client(tmp_path, config=config, survey=["respondent_id,role,age", "r1,buyer,34"])
    assert made.table("survey")["age"].tolist() == ["34"]
    assert "shoe" not in made.table("survey")
    assert "shoe" in only(tmp_path, "missing-trait").message


def test_a_header_without_rows_counts_as_missing(tmp_path: Path) -> None:
    made = client(tmp_path, purchases=PURCHASES[:1])
    assert not made.has("purchases")
    assert made.frames == {}
    assert only(tmp_path, "empty-table").kind == "note"


def test_a_header_without_rows_is_still_checked(tmp_path: Path) -> None:
    assert errors(folder(tmp_path, purchases=["order_id,date"])) == ["missing-column"] * 2


@pytest.mark.parametrize("written", ["ORDER_ID", "order id"])
def test_another_spelling_beside_the_column_itself_is_noted(tmp_path: Path, written: str) -> None:
    path = folder(tmp_path, purchases=[f"{HEADER},{written}", f"{ROW},other"])
    assert only(path, "unknown-column").column == written
    assert errors(path) == []
