"""Clients that are met one after another in one place for reports, and never mixed."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.report.batches import SAMPLE, content, run, several


def rename(client: Path, name: str) -> None:
    settings = client / "client.yml"
    text = settings.read_text("utf-8").replace("name: Sweet Corner", f"name: {name}")
    settings.write_text(text, "utf-8")


def test_another_client_of_the_same_id_is_refused_and_the_first_report_stays(
    tmp_path: Path,
) -> None:
    first = several(tmp_path / "north", "shop") / "shop"
    second, out = tmp_path / "south" / "shop", tmp_path / "out"
    shutil.copytree(SAMPLE.with_name("corner-coffee"), second)
    settings = second / "client.yml"
    text = settings.read_text("utf-8").replace("id: corner-coffee", "id: shop")
    settings.write_text(text, "utf-8")
    run("good", first, out)
    before = content(out / "shop")
    (refused,) = run("good", second, out)
    assert refused.status == "failed"
    assert "holds the report of another client" in refused.why
    assert content(out / "shop") == before
    assert refused.id.startswith("shop-")
    page = (out / refused.id / "failure.html").read_text("utf-8")
    assert "Corner Coffee" in page
    assert "Sweet Corner" not in page
    with (out / "index.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["id"]: (row["name"], row["status"]) for row in csv.DictReader(table)}
    assert rows == {
        "shop": ("Sweet Corner", "done"),
        refused.id: ("Corner Coffee", "failed"),
    }


def test_a_refusal_that_stands_apart_goes_once_the_client_has_its_own_id(tmp_path: Path) -> None:
    first = several(tmp_path / "north", "shop") / "shop"
    second, out = tmp_path / "south" / "shop", tmp_path / "out"
    shutil.copytree(SAMPLE.with_name("corner-coffee"), second)
    settings = second / "client.yml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("id: corner-coffee", "id: shop"), "utf-8")
    run("good", first, out)
    run("good", second, out)
    settings.write_text(text, "utf-8")
    run("good", second, out)
    folders = {path.name for path in out.iterdir() if path.is_dir()}
    assert folders == {"shop", "corner-coffee"}


def test_a_client_under_a_new_name_is_known_by_its_tables(tmp_path: Path) -> None:
    client = several(tmp_path / "in", "shop") / "shop"
    run("good", client, tmp_path / "out")
    rename(client, "Sweet Corner & Sons")
    (outcome,) = run("good", client, tmp_path / "out")
    assert outcome.status == "done", outcome.why


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root reads whatever it likes"
)
def test_a_folder_that_may_not_be_read_stops_no_other_client(tmp_path: Path) -> None:
    folder = several(tmp_path / "in", "apple", "berry")
    os.chmod(folder / "berry", 0)
    try:
        apple, berry = run("good", folder, tmp_path / "out")
    finally:
        os.chmod(folder / "berry", 0o700)
    assert (apple.status, berry.status) == ("done", "failed")


def test_hidden_files_beside_parts_of_a_table_are_no_tables(tmp_path: Path) -> None:
    client = several(tmp_path / "in", "shop") / "shop"
    parts = client / "orders"
    parts.mkdir()
    shutil.copy(client / "purchases.csv", parts / "one.csv")
    (parts / "._one.csv").write_bytes(b"\x00\x05\x16\x07")
    settings = client / "client.yml"
    text = settings.read_text("utf-8") + '\ntables: {purchases: {file: "orders/*.csv"}}\n'
    settings.write_text(text, "utf-8")
    (outcome,) = run("good", client, tmp_path / "out")
    assert outcome.status == "done", outcome.why
