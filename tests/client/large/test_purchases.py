"""Large purchases: the checks of small ones, the same words, the same table, whole accounts."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.client.large.orders import order_lines, shop
from toolkit.client.columns import ColumnReader
from toolkit.client.config import TableLayout, read_config
from toolkit.client.grid import Grid
from toolkit.client.large.duckdb_store import report_damage
from toolkit.client.large.purchases import LargePurchases, read_large_purchases
from toolkit.client.load import check_folder, load
from toolkit.client.problems import ProblemList
from toolkit.contract import contract_columns
from toolkit.errors import Problem

HEADER = "order_id,date,buyer_id,amount,consumer_id,bought_for,account_id,quantity"
RIGHT = """O1,2024-01-01,B1,5.5,C1,,A1,1
O1,2024-01-01T10:00,B1,1e1,,Gift,A1,
O2,2024-02-01 00:00:00, B2 ,+5.,,,,2
O3,2024-02-03,B3,.5,Ays\u0327e,self,A3,1
O3,2024-02-03,B3,.5,B3,self,A3,1
O3,2024-02-03,B3,.5,B3,self,A3,1"""
WRONG = """O1,2024-13-01,B1,-5.5,C1,,A1,1
,01/02/2024,B1,x,,gft,A1,1
O2,2024-02-01,,5\u20ac,5,,A2,1
O2,1403-02-01,\u00a0,1_0,5,,A2,1
O2,45292,B,nan,5,,A2,1"""
NARROW = "order_id,date,buyer_id,amount"
GERMAN = "order_id;Tag;buyer_id;amount\nO1;1.2.2024;B1;1,5\nO2;01.02.2024;B1;10\n"
SETTINGS = ", delimiter: ';', decimal: ',', dates: '%d.%m.%Y', columns: {date: Tag}"


def both_ways(path: Path, text: str, settings: str = "") -> list[tuple[list[Problem], object]]:
    """What the reader of small files says of the text, and what that of large ones says."""
    told = []
    for number, file in enumerate(("purchases.csv", "purchase*.csv")):
        tables = f"tables: {{purchases: {{file: '{file}'{settings}}}}}\n"
        folder = shop(path / str(number), tables)
        (folder / "purchases.csv").write_text(text, "utf-8")
        told.append(check_folder(folder))
    return told


def facts(problem: Problem) -> tuple[object, ...]:
    first = problem.line if problem.code != "repeated-lines" else None
    return problem.kind, problem.code, first, problem.count, problem.column, problem.message


@pytest.mark.parametrize(
    ("text", "settings"),
    [(f"{HEADER}\n{RIGHT}\n", ""), (GERMAN, SETTINGS)],
    ids=["plain", "german"],
)
def test_what_can_be_read_is_the_same_table_with_the_same_notes(
    tmp_path: Path, text: str, settings: str
) -> None:
    (small, one), (large, other) = both_ways(tmp_path, text, settings)
    assert one is not None
    assert other is not None
    pd.testing.assert_frame_equal(one.frames["purchases"], other.frames["purchases"])
    assert one.sources["purchases"].kept == other.sources["purchases"].kept
    assert sorted(map(facts, small), key=str) == sorted(map(facts, large), key=str)
    assert other.accounts is None


def test_what_cannot_be_read_is_refused_in_the_same_words(tmp_path: Path) -> None:
    (small, one), (large, other) = both_ways(tmp_path, f"{HEADER}\n{WRONG}\n")
    assert one is other is None
    wrong = [[facts(p) for p in told if p.kind == "error"] for told in (small, large)]
    assert len(wrong[0]) == 12
    assert sorted(wrong[0], key=str) == sorted(wrong[1], key=str)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (f"{NARROW}\nO1,2024-01-01,B1\n", "ragged-row", 2),
        (
            'order_id,date,buyer_id,amount\nO1,2024-01-01,B1,5\nO1,2024-01-01,"B1,5\n',
            "broken-quote",
            3,
        ),
        ("order_id,date,buyer,amount\nO1,2024-01-01,B1,5\n", "missing-column", None),
        ("order_id;date;buyer_id;amount\nO1;2024-01-01;B1;5\n", "wrong-delimiter", 1),
    ],
)
def test_a_file_that_is_built_wrongly_is_refused_with_its_line(
    tmp_path: Path, text: str, code: str, line: int | None
) -> None:
    for told, client in both_ways(tmp_path, text):
        assert client is None
        assert [(p.code, p.line) for p in told if p.kind == "error"] == [(code, line)]


def test_many_files_are_one_table_and_the_file_of_an_error_is_named(tmp_path: Path) -> None:
    folder = shop(tmp_path, "tables: {purchases: {file: 'orders/*.parquet'}}\n")
    (folder / "orders").mkdir()
    lines = order_lines(600)
    lines[:300].to_parquet(folder / "orders" / "2023.parquet")
    lines[300:].to_parquet(folder / "orders" / "2024.parquet")
    client = load(folder)
    held = client.frames["purchases"]
    pd.testing.assert_frame_equal(held[list(lines)], lines)
    assert (held["quantity"] == 1).all()
    assert client.sources["purchases"].file == "orders/*.parquet"
    lines[300:].assign(amount=-1.0).to_parquet(folder / "orders" / "2024.parquet")
    [problem] = [p for p in check_folder(folder)[0] if p.kind == "error"]
    assert (problem.code, problem.count, problem.line) == ("below-zero", 300, 1)
    assert "2024.parquet" in problem.fix


def test_a_pattern_that_finds_nothing_or_leads_out_is_an_error(tmp_path: Path) -> None:
    order_lines(20).to_parquet(tmp_path / "secret.parquet")
    for pattern in ("orders/*.parquet", "../*.parquet", "/*.parquet"):
        folder = shop(tmp_path / "shop", f"tables: {{purchases: {{file: '{pattern}'}}}}\n")
        told, client = check_folder(folder)
        assert {p.code for p in told if p.kind == "error"} <= {"missing-file", "outside-folder"}
        assert client is None


def read(path: Path, most: int) -> tuple[LargePurchases, list[Problem]]:
    """Purchases in a Parquet file, read as if no more than `most` lines could be held."""
    found, told = tried(path, most)
    assert found is not None
    return found, told


def read_or_refuse(path: Path, most: int) -> list[str]:
    """Why such a file is refused."""
    found, told = tried(path, most)
    assert found is None
    return [p.code for p in told if p.kind == "error"]


def tried(path: Path, most: int) -> tuple[LargePurchases | None, list[Problem]]:
    config = read_config(shop(path.parent), ProblemList("client.yml"))
    assert config is not None
    columns = contract_columns("purchases")
    readers = {c.name: ColumnReader(c, low=c.low, high=c.high) for c in columns}
    ledger = ProblemList(path.name)
    header = Grid.empty(list(pd.read_parquet(path)))
    found = read_large_purchases([path], "parquet", header, readers, TableLayout(), ledger, most)
    return found, ledger.closed()


def test_beyond_the_limit_whole_accounts_are_held_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "purchases.parquet"
    lines = order_lines(3000)
    lines.to_parquet(path)
    found, told = read(path, 600)
    assert found.accounts is not None
    drawn = found.accounts.names[: found.accounts.drawn_of(600)]
    held = lines[lines["account_id"].isin(drawn)].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.frame[list(lines)], held)
    assert 300 < len(held) < 900
    assert found.rows == len(lines)
    [note] = [p for p in told if p.code == "drawn-accounts"]
    assert f"3,000 lines of {len(found.accounts.names)} accounts" in note.message
    assert f"{len(drawn)} whole accounts" in note.message


def test_who_is_drawn_stays_drawn_when_other_accounts_come(tmp_path: Path) -> None:
    path, lines = tmp_path / "purchases.parquet", order_lines(3000)
    lines.to_parquet(path)
    before = set(read(path, 600)[0].frame["account_id"])
    new = lines[:200].assign(account_id="N" + lines["account_id"][:200])
    pd.concat([lines, new]).to_parquet(path)
    after = set(read(path, 600)[0].frame["account_id"])
    stayed = {a for a in after if not a.startswith("N")}
    assert len(stayed - before) <= 0.1 * len(before)
    assert len(stayed & before) >= 0.85 * len(before)


def of_one_account(lines: pd.DataFrame, name: str) -> pd.DataFrame:
    """The same lines, each third of them one account's."""
    return lines.assign(account_id=lines["account_id"].where(np.arange(len(lines)) % 3 > 0, name))


def test_an_account_with_more_lines_than_may_be_held_counts_in_sums_alone(tmp_path: Path) -> None:
    path = tmp_path / "purchases.parquet"
    of_one_account(order_lines(3000), "till").to_parquet(path)
    found, told = read(path, 600)
    assert found.accounts is not None
    assert "till" in found.accounts.names
    assert "till" not in set(found.frame["account_id"])
    assert 300 < len(found.frame) < 900
    [note] = [p for p in told if p.code == "giant-accounts"]
    assert note.message.startswith(f"1 of {len(found.accounts.names)} accounts have more than 600")
    assert "1,000 together" in note.message


def test_where_every_account_has_more_lines_than_may_be_held_the_table_is_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "purchases.parquet"
    order_lines(3000).assign(account_id="till").to_parquet(path)
    assert read_or_refuse(path, 600) == ["giant-accounts"]


def test_few_bytes_that_unfold_to_more_than_is_read_are_refused(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    one = order_lines(100).iloc[[0] * 2_000_000]
    one.to_parquet(folder / "purchases.parquet", compression="zstd")
    told, client = check_folder(folder)
    assert client is None
    [error] = [p for p in told if p.kind == "error"]
    assert error.code == "too-large"
    assert "purchases.parquet" in error.message


def test_a_text_no_name_is_as_long_as_is_refused_with_its_place(tmp_path: Path) -> None:
    path, lines = tmp_path / "purchases.parquet", order_lines(400)
    lines.loc[7:, "buyer_id"] = "B" * 20_000
    lines.to_parquet(path)
    assert read_or_refuse(path, 100) == ["too-large"]


def test_finer_amounts_than_thousandths_are_counted(tmp_path: Path) -> None:
    path, lines = tmp_path / "purchases.parquet", order_lines(400)
    lines.loc[:4, "amount"] = np.pi
    lines.to_parquet(path)
    [note] = [p for p in read(path, 100)[1] if p.code == "fine-amounts"]
    assert note.count == 5


def test_a_table_of_a_warehouse_is_written_into_the_folder_by_one_statement(
    tmp_path: Path,
) -> None:
    folder, lines = shop(tmp_path / "shop"), order_lines(200)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as house:
        house.register("lines", lines.rename(columns={"date": "day"}))
        house.execute("CREATE TABLE sales AS FROM lines").fetchall()
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as house:
        query = "SELECT * RENAME (day AS date) FROM sales"
        house.sql(query).write_parquet(str(folder / "purchases.parquet"))
    pd.testing.assert_frame_equal(load(folder).frames["purchases"][list(lines)], lines)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Baku", "+04:00", "-03:30"])
def test_a_moment_is_of_the_day_in_its_own_zone_wherever_it_is_read(
    tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/St_Johns")
    night = pd.date_range("2024-02-29 12:00", periods=24, freq="h", tz=zone)
    lines = pd.DataFrame({"date": night, "buyer_id": "B1", "amount": 5.0, "order_id": "O1"})
    frames = []
    for number, file in enumerate(("purchases.parquet", "purchase*.parquet")):
        folder = shop(tmp_path / str(number), f"tables: {{purchases: {{file: '{file}'}}}}\n")
        (folder / "purchases.csv").unlink(missing_ok=True)
        lines.to_parquet(folder / "purchases.parquet")
        frames.append(load(folder).frames["purchases"])
    pd.testing.assert_frame_equal(*frames)
    assert list(frames[0]["date"].dt.day) == [29] * 12 + [1] * 12


def test_pages_that_are_damaged_behind_a_sound_header_are_an_error_not_ours(
    tmp_path: Path,
) -> None:
    folder = shop(tmp_path / "shop", "tables: {purchases: {file: 'purchase*.parquet'}}\n")
    file = folder / "purchases.parquet"
    order_lines(5_000).to_parquet(file)
    content = bytearray(file.read_bytes())
    content[2_000:9_000] = bytes(7_000)
    file.write_bytes(content)
    problems, client = check_folder(folder)
    assert client is None
    assert {p.code for p in problems if p.kind == "error"} == {"unreadable-file"}


def test_a_full_disk_is_not_called_a_damaged_file() -> None:
    ledger = ProblemList("purchases.csv")
    with report_damage(ledger):
        raise duckdb.IOException('Could not write file "/tmp/store": No space left on device')
    with report_damage(ledger):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with report_damage(ledger):
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate block")
    said = [str(problem) for problem in ledger.closed()]
    assert len(said) == 3
    assert all("may be in order" in sentence for sentence in said)
    with pytest.raises(OSError, match="denied"), report_damage(ledger):
        raise PermissionError(errno.EACCES, "denied")
