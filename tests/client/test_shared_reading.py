"""What one process read, the others of the same audit take over, problems and all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.client.large.orders import order_lines, shop
from toolkit.client.load import check_folder, load
from toolkit.client.problems import ProblemCode, ProblemList
from toolkit.client.table import SHARED_FOLDER, read_once


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the processes of one audit share."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setenv(SHARED_FOLDER, str(folder))
    return folder


def counted(ledger: ProblemList, asked: object, times: list[int]) -> str:
    """What is read, noting how often."""

    def read() -> str:
        times.append(1)
        ledger.add("note", ProblemCode.FINE_AMOUNTS, "seen")
        return "found"

    return read_once(asked, ledger, read)


def test_it_is_read_once_and_its_problems_are_told_each_time(home: Path) -> None:
    times = list[int]()
    for _ in range(3):
        ledger = ProblemList("purchases.csv")
        assert counted(ledger, "a", times) == "found"
        assert [p.message for p in ledger.problems] == ["seen"]
    assert times == [1]
    assert len(list(home.iterdir())) == 1


def test_other_questions_are_not_answered_with_it(home: Path) -> None:
    times = list[int]()
    for asked, file in (("a", "x.csv"), ("b", "x.csv"), ("a", "y.csv")):
        counted(ProblemList(file), asked, times)
    assert len(times) == 3


def test_without_a_shared_folder_everybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    times = list[int]()
    for _ in range(2):
        counted(ProblemList("x.csv"), "a", times)
    assert len(times) == 2


def test_a_disk_without_room_only_makes_it_slower(home: Path) -> None:
    home.rmdir()
    times = list[int]()
    for _ in range(2):
        assert counted(ProblemList("x.csv"), "a", times) == "found"
    assert len(times) == 2


def test_a_client_is_the_same_from_what_another_process_left(tmp_path: Path, home: Path) -> None:
    tables = "tables: {purchases: {file: 'purchase*.csv', dates: '%Y-%m-%d'}}\n"
    folder = shop(tmp_path / "shop", tables)
    order_lines(300).to_csv(folder / "purchases.csv", index=False)
    (first_told, first), (told, second) = check_folder(folder), check_folder(folder)
    assert first is not None
    assert second is not None
    assert len(list(home.iterdir())) == 1
    assert told == first_told
    pd.testing.assert_frame_equal(first.frames["purchases"], second.frames["purchases"])
    (folder / "purchases.csv").write_text((folder / "purchases.csv").read_text().replace("P1", "Q"))
    assert "Q" in set(load(folder).frames["purchases"]["product"])
