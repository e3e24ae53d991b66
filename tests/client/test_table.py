"""Rows: keys, what cannot say what is asked, what repeats, what does not fit between tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.folder import client, errors, folder, only, problems
from toolkit.client.load import check_folder

HEADER = "order_id,date,buyer_id,amount"
ROW = "1,2024-03-01,B1,5"


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ("survey", ["respondent_id,role", "r1,buyer", "r2,buyer", "r1,consumer"]),
        ("feedback", ["feedback_id,role", "f1,buyer", "f2,buyer", "f1 ,consumer"]),
        ("people", ["person_id,role", "p1,buyer", "p2,buyer", "p1,consumer"]),
        ("products", ["product,price", "a,1", "b,1", "a,2"]),
        ("usage", ["account_id,period,active", "a,2024-01,1", "a,2024-02,1", "a,2024-01,0"]),
        (
            "influence",
            [
                "account_id,informant,role,points",
                "a,buyer,buyer,1",
                "a,buyer,consumer,1",
                "a,buyer,buyer,2",
            ],
        ),
    ],
)
def test_a_duplicate_key_shows_both_lines(tmp_path: Path, table: str, lines: list[str]) -> None:
    path = folder(tmp_path, **{table: lines})
    found = only(path, "duplicate-key")
    assert found.line == 4
    assert "line 2" in found.message
    assert errors(path) == ["duplicate-key"]


def test_informants_stages_and_roles_tell_rows_of_influence_apart(tmp_path: Path) -> None:
    lines = ["account_id,informant,informant_id,role,stage,points"]
    lines += ["a,buyer,i1,buyer,need,5", "a,buyer,i2,buyer,need,5", "a,buyer,i1,buyer,use,5"]
    assert len(client(tmp_path, influence=lines).table("influence")) == 3


def test_without_informant_id_the_kind_of_informant_stands_for_it(tmp_path: Path) -> None:
    lines = ["account_id,informant,role,points", "a,buyer,buyer,5", "a,consumer,buyer,5"]
    frame = client(tmp_path, influence=lines).table("influence")
    assert frame["informant_id"].tolist() == ["buyer", "consumer"]


def test_purchases_of_an_unknown_consumer_are_left_out_counted_and_stay(tmp_path: Path) -> None:
    rows = ["1,2024-03-01,B1,5,C1,", "2,2024-03-01,B1,5,,gift", "3,2024-03-01,B1,5,,"]
    made = client(tmp_path, purchases=[f"{HEADER},consumer_id,bought_for", *rows])
    source = made.sources["purchases"]
    assert (source.rows, source.kept, len(made.table("purchases"))) == (3, 2, 3)
    found = only(tmp_path, "no-consumer")
    assert (found.kind, found.line, found.count) == ("left_out", 4, 1)
    assert any("cannot say who uses" in note for note in source.notes)


def test_without_any_column_for_the_consumer_no_row_is_left_out(tmp_path: Path) -> None:
    made = client(tmp_path, purchases=[HEADER, ROW])
    assert made.sources["purchases"].kept == 1
    assert only(tmp_path, "no-consumer").kind == "note"


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ("campaigns", ["campaign,audience,spend,claims", "A,buyer,5,price", "B,buyer,5,"]),
        ("rivals", ["rival,audience,claims", "A,buyer,price", "B,buyer,"]),
    ],
)
def test_rows_without_claims_are_left_out(tmp_path: Path, table: str, lines: list[str]) -> None:
    made = client(tmp_path, **{table: lines})
    assert (made.sources[table].rows, made.sources[table].kept) == (2, 1)
    assert (only(tmp_path, "no-claims").kind, only(tmp_path, "no-claims").line) == ("left_out", 3)


def test_without_a_claims_column_no_campaign_is_left_out(tmp_path: Path) -> None:
    made = client(tmp_path, campaigns=["campaign,audience,spend", "A,buyer,5"])
    assert made.sources["campaigns"].kept == 1


def test_informants_who_give_no_points_are_left_out(tmp_path: Path) -> None:
    lines = ["account_id,informant,role,stage,points", "a,buyer,buyer,need,0"]
    lines += ["a,buyer,consumer,need,0", "a,buyer,buyer,use,0", "a,buyer,consumer,use,4"]
    made = client(tmp_path, influence=lines)
    assert made.sources["influence"].kept == 2
    assert only(tmp_path, "no-points").count == 2


def test_respondents_without_an_answer_are_left_out_and_gaps_are_counted(tmp_path: Path) -> None:
    lines = ["respondent_id,role,importance_price,satisfaction,account_id"]
    lines += ["r1,buyer,3,7,a", "r2,buyer,,8,b", "r3,consumer,,,c", "r4,consumer,2,1,d"]
    made = client(tmp_path, survey=lines)
    assert (made.sources["survey"].rows, made.sources["survey"].kept) == (4, 3)
    assert only(tmp_path, "no-answer").line == 4
    missing = {p.column: p.message for p in problems(tmp_path, "missing-answers")}
    assert missing["importance_price"].startswith("2 of 4 answers are missing (50.0%)")
    assert missing["satisfaction"].startswith("1 of 4 answers are missing (25.0%)")


def test_a_wrong_answer_is_not_a_missing_one(tmp_path: Path) -> None:
    lines = ["respondent_id,role,importance_price", "r1,buyer,9", "r2,buyer,3"]
    path = folder(tmp_path, survey=lines)
    assert errors(path) == ["out-of-scale"]
    assert not problems(path, "missing-answers")
    assert not problems(path, "no-answer")


def test_repeated_order_lines_are_kept_and_noted(tmp_path: Path) -> None:
    made = client(tmp_path, purchases=[HEADER, ROW, "1,2024-03-01,B1,6", ROW])
    assert len(made.table("purchases")) == 3
    assert (only(tmp_path, "repeated-lines").kind, only(tmp_path, "repeated-lines").line) == (
        "note",
        4,
    )


def test_lines_that_differ_in_a_column_we_do_not_read_are_no_repeats(tmp_path: Path) -> None:
    folder(tmp_path, purchases=[f"{HEADER},line", f"{ROW},1", f"{ROW},2"])
    assert not problems(tmp_path, "repeated-lines")


def test_accounts_of_one_table_that_another_lacks_are_counted(tmp_path: Path) -> None:
    survey = ["respondent_id,role,account_id", "r1,buyer,a", "r2,buyer,b", "r3,buyer,c"]
    usage = ["account_id,period,active", "a,2024-01,1", "z,2024-01,1"]
    found = only(folder(tmp_path, survey=survey, usage=usage), "unmatched-accounts")
    assert found.kind == "note"
    assert "2 of 3 accounts are not in usage" in found.message
    assert "1 of 2 accounts of usage are not here" in found.message


def test_accounts_are_compared_only_where_both_tables_name_them(tmp_path: Path) -> None:
    survey = ["respondent_id,role", "r1,buyer"]
    path = folder(tmp_path, survey=survey, purchases=[HEADER, ROW])
    assert not problems(path, "unmatched-accounts")
    assert "account of their own" in only(path, "no-account").message


def test_rows_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [f"{i},2024-03-0{1 + i % 9},B{9 - i % 7},{i}" for i in range(50)]
    frame = client(tmp_path, purchases=[HEADER, *rows]).table("purchases")
    assert frame["order_id"].tolist() == [str(i) for i in range(50)]
    assert frame["amount"].tolist() == [float(i) for i in range(50)]


def test_all_problems_of_all_files_come_in_one_pass(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        config="id: a\ncurrency: EUR\nlangage: en\n",
        purchases=[f"{HEADER},bought_for", "1,2024-03-01,B1,ten,", "2,03.04.2024,B1,5,"],
        survey=["respondent_id,role", "r1,byer"],
        rivals=[""],
    )
    found, made = check_folder(path)
    assert made is None
    assert {p.code for p in found} >= {
        "unknown-key",
        "not-a-number",
        "not-a-date",
        "unknown-category",
        "empty-file",
        "no-consumer",
    }
    kinds = [p.kind for p in found]
    assert kinds == sorted(kinds, key=["error", "left_out", "note"].index)
