"""The page over all clients, and its table for a spreadsheet."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report import handmade
from tests.report.page import Page
from toolkit.catalogue import NOT_YET_BUILT
from toolkit.finding import Audit, Verdict
from toolkit.report.page.index import COLUMNS, index_csv, index_html, read_index_rows, write_index


def put(out: Path, audit: Audit) -> None:
    folder = out / audit.client["id"]
    folder.mkdir(parents=True)
    (folder / "findings.json").write_text(audit.to_json(), encoding="utf-8")


def fail(out: Path, id: str, name: str) -> None:
    (out / id).mkdir(exist_ok=True)
    facts = {"id": id, "name": name, "step": "read the folder", "why": ["No <b>amount</b>."]}
    facts["todo"] = "Mend it."
    (out / id / "failure.json").write_text(json.dumps(facts), encoding="utf-8")


def spending(out: Path, id: str, total: float) -> None:
    put(out, handmade.audit(id, id.title()))
    (out / id / "size.json").write_text(json.dumps({"spend": total}), encoding="utf-8")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    spending(tmp_path, "rich", 9_000_000)
    spending(tmp_path, "poor", 240_000)
    clear = handmade.with_verdict(Verdict.CLEAR)
    put(tmp_path, replace(clear, client=dict(clear.client) | {"id": "calm", "name": "=Calm()"}))
    fail(tmp_path, "broken", "Broken")
    return tmp_path


def test_most_found_first_then_the_larger_part_of_own_spend_and_failures_last(out: Path) -> None:
    assert [row.id for row in read_index_rows(out)] == ["poor", "rich", "calm", "broken"]


def test_the_matrix_has_a_named_mark_for_every_judged_mistake(out: Path) -> None:
    page = Page(index_html(read_index_rows(out)))
    marks = [v for t, a in page.tags if t == "span" and "role" in a for v in [a["aria-label"]]]
    assert len(marks) == 3 * 6
    assert marks.count("clear") == 2 + 6
    assert "Phantom segments" not in page.text
    assert "This version does not look at: first sale only" in page.text


def test_every_client_is_linked_and_a_failed_one_says_why(out: Path) -> None:
    page = Page(index_html(read_index_rows(out)))
    assert page.live() == []
    assert page.unbalanced == []
    assert {"poor/report.html", "broken/failure.html"} <= set(page.values("href"))
    assert "No <b>amount</b>." in page.text


def test_a_client_that_fails_now_keeps_a_way_to_its_earlier_report(out: Path) -> None:
    fail(out, "rich", "Rich")
    page = Page(index_html(read_index_rows(out)))
    assert {"rich/failure.html", "rich/report.html"} <= set(page.values("href"))


def test_the_table_has_the_agreed_columns_and_one_row_per_client(out: Path) -> None:
    rows = list(csv.DictReader(index_csv(read_index_rows(out)).splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["id"] == "poor"
    assert (rows[0]["found"], rows[0]["suspected"], rows[0]["clear"]) == ("3", "1", "1")
    assert (rows[0]["worst_mistake"], rows[0]["kind"]) == ("spend-off-say", "spend to move")
    assert float(rows[0]["money_low"]) == 74_400
    assert (rows[3]["status"], rows[3]["report"]) == ("failed", "broken/failure.html")


def test_a_failed_client_has_no_numbers_of_its_earlier_report_in_the_table(out: Path) -> None:
    fail(out, "rich", "Rich")
    rows = {r["id"]: r for r in csv.DictReader(index_csv(read_index_rows(out)).splitlines())}
    told = {key for key, cell in rows["rich"].items() if cell}
    assert told == {"id", "name", "status", "report"}
    assert rows["rich"]["report"] == "rich/failure.html"


def test_one_client_that_was_asked_less_does_not_empty_the_matrix(out: Path) -> None:
    odd = handmade.audit("odd", "Odd")
    put(out, replace(odd, mistakes=tuple(replace(m, why=NOT_YET_BUILT) for m in odd.mistakes)))
    text = Page(index_html(read_index_rows(out))).text
    assert "Client At stake Consumer ignored Buyer ignored Spend off say" in text
    assert "This version does not look at: first sale only, wrong audience" in text


def test_what_is_only_ruled_out_somewhere_gets_no_column_of_its_own(out: Path) -> None:
    shop = handmade.audit("shop", "Shop")
    ruled_out = {"verdict": Verdict.NOT_APPLICABLE, "why": "Buyer and consumer are one."}
    put(out, replace(shop, mistakes=tuple(replace(m, **ruled_out) for m in shop.mistakes)))
    heads = Page(index_html(read_index_rows(out))).text
    assert "This version does not look at: first sale only" in heads
    alone = Page(index_html([row for row in read_index_rows(out) if row.id == "shop"])).text
    assert "does not look at" not in alone


@pytest.mark.parametrize("file", ["findings.json", "failure.json", "size.json"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": 1}',
        b'{"name": "\\ud800", "step": "x", "why": ["y"], "spend": "much"}',
        b'{"client": [], "mistakes": {"a": 1}, "name": 1, "step": 2, "why": "no", "spend": null}',
    ],
)
def test_what_cannot_be_read_is_left_out_with_a_line_that_says_so(
    out: Path, file: str, content: bytes
) -> None:
    (out / "rich" / file).write_bytes(content)
    readable = (file, content) == ("size.json", b'{"format": 1}')
    write_index(out)
    page = Page((out / "index.html").read_text(encoding="utf-8"))
    assert (f"The folder rich has a {file} that is damaged" in page.text) is not readable
    table = (out / "index.csv").read_text(encoding="utf-8")
    assert ("rich" in table) is readable
    assert "poor" in table


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("estimate", "13"),
        ("low", True),
        ("high", 10**400),
        ("verdict", "perhaps"),
        ("why", None),
        ("money", {"low": 1, "mid": 2, "high": 3, "kind": "gold"}),
        ("money", [1, 2, 3]),
        ("extra", 1),
    ],
)
def test_findings_that_only_look_like_ours_are_left_out(out: Path, key: str, value: object) -> None:
    path = out / "rich" / "findings.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["mistakes"][0][key] = value
    path.write_text(json.dumps(facts), encoding="utf-8")
    assert [row.damaged for row in read_index_rows(out) if row.id == "rich"] == ["findings.json"]


def test_beside_a_failure_of_now_an_earlier_report_may_be_damaged(out: Path) -> None:
    (out / "rich" / "findings.json").write_text("{", encoding="utf-8")
    fail(out, "rich", "Rich")
    (row,) = (row for row in read_index_rows(out) if row.id == "rich")
    assert (row.damaged, row.mistakes) == ("", ())
    assert row.failure is not None


def test_no_cell_of_the_table_is_a_live_formula(out: Path) -> None:
    rows = list(csv.DictReader(index_csv(read_index_rows(out)).splitlines()))
    assert rows[2]["name"] == "'=Calm()"


def test_the_index_is_made_from_what_lies_in_the_folder(out: Path) -> None:
    write_index(out)
    first = (out / "index.html").read_bytes()
    write_index(out)
    assert (out / "index.html").read_bytes() == first
    assert b"Broken" in first


def test_an_empty_folder_gives_an_index_that_says_so(tmp_path: Path) -> None:
    assert "no clients audited" in Page(index_html(read_index_rows(tmp_path))).text
