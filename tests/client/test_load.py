"""The way in: where a folder is looked for, what is raised, and what nothing can break."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.client.folder import CONFIG, PURCHASES, client, folder, only
from toolkit.client.load import check_folder, find_sample, load
from toolkit.errors import ClientError


def test_a_folder_below_a_parent_of_the_current_one_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "datasets" / "clients" / "little-bear"
    target.mkdir(parents=True)
    folder(target, purchases=PURCHASES)
    notebooks = tmp_path / "notebooks" / "audit"
    notebooks.mkdir(parents=True)
    monkeypatch.chdir(notebooks)
    assert load("datasets/clients/little-bear").folder == target


@pytest.mark.parametrize("name", ["nowhere", "a\0b", "x" * 5000, "no/where"])
def test_a_missing_folder_is_said_in_plain_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(ClientError, match="no such folder") as raised:
        load(tmp_path / name)
    assert [p.code for p in raised.value.problems] == ["missing-folder"]


def test_a_sample_client_outside_the_checkout_is_said_to_be_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ClientError, match=r"come with the toolkit's checkout.* `client`"):
        load("datasets/clients/little-bear")
    (tmp_path / "datasets" / "clients").mkdir(parents=True)
    with pytest.raises(ClientError, match="Check its name"):
        load("datasets/clients/litle-bear")
    with pytest.raises(ClientError, match="Check its name"):
        load(tmp_path / "datasets" / "clients" / "little-bear")


def test_a_file_of_real_data_is_found_from_below_and_missed_outside_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "datasets/real/randhie/visits.parquet"
    with pytest.raises(FileNotFoundError, match=r"come with the toolkit's checkout.*work there\.$"):
        find_sample(name)
    (tmp_path / name).parent.mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match="Check its name"):
        find_sample(name)
    (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path / "datasets")
    assert find_sample(name) == tmp_path / name


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    assert only(tmp_path / "a.csv", "not-a-folder").kind == "error"


def test_a_folder_needs_a_client_yml_of_exactly_that_name(tmp_path: Path) -> None:
    assert only(tmp_path, "missing-config").kind == "error"
    (tmp_path / "client.yaml").write_text("id: a", encoding="utf-8")
    assert "client.yml" in only(tmp_path, "missing-config").fix


def test_a_client_yml_that_is_a_folder_or_a_dead_link_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "client.yml").mkdir()
    assert only(tmp_path, "unreadable-file").file == "client.yml"
    (tmp_path / "client.yml").rmdir()
    (tmp_path / "client.yml").symlink_to(tmp_path / "gone")
    assert only(tmp_path, "unreadable-file").file == "client.yml"


def test_links_in_a_circle_are_unreadable(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "purchases.csv").symlink_to(tmp_path / "purchases.csv")
    assert only(tmp_path, "unreadable-file").file == "purchases.csv"


def test_load_raises_one_error_with_every_problem(tmp_path: Path) -> None:
    lines = ["order_id,date,buyer_id,amount,extra", "1,03/04/2024,B1,ten,x"]
    with pytest.raises(ClientError) as raised:
        load(folder(tmp_path, purchases=lines))
    codes = [p.code for p in raised.value.problems]
    assert sorted(codes[:2]) == ["not-a-date", "not-a-number"]
    assert {"unknown-column", "no-consumer"} <= set(codes)
    assert pickle.loads(pickle.dumps(raised.value)).problems == raised.value.problems


def test_the_source_says_which_bytes_were_read(tmp_path: Path) -> None:
    source = client(tmp_path, purchases=PURCHASES).sources["purchases"]
    data = (tmp_path / "purchases.csv").read_bytes()
    assert (source.file, source.rows, source.kept) == ("purchases.csv", 1, 1)
    assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_the_same_folder_gives_the_same_problems_each_time(tmp_path: Path) -> None:
    lines = ["respondent_id,role,zeta,importance_smell", "r1,byer,1,2", "r1,buyer,1,2"]
    path = folder(tmp_path, config=CONFIG, survey=lines, rivals=["x"])
    assert check_folder(path)[0] == check_folder(path)[0]


def test_a_file_set_outside_the_folder_is_told_where_client_yml_names_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "orders.csv").write_text("\n".join(PURCHASES), encoding="utf-8")
    (home / "linked.csv").symlink_to(tmp_path / "orders.csv")
    for name in ("../orders.csv", "linked.csv", str(tmp_path / "orders.csv")):
        config = f"{CONFIG}tables:\n  purchases:\n    file: {name}\n"
        found = only(folder(home, config=config), "outside-folder")
        assert (found.file, found.line) == ("client.yml", config.count("\n"))
        assert [p.code for p in check_folder(home)[0] if p.kind == "error"] == ["outside-folder"]


MESSY = """\
id: a
tables:
  purchases: {columns: {zeta: a, eta: b, theta: c, iota: d}}
  usage: {delimiter: ";"}
  people: {delimiter: ";"}
  products: {delimiter: ";"}
settings: {thresholds: {wrong-message: 9, same-message: 9, one-ear: 9}}
"""


def test_the_same_folder_is_told_in_the_same_words_by_every_process(tmp_path: Path) -> None:
    head = "respondent_id;role;account_id;date;weight;satisfaction;recommend"
    folder(tmp_path, config=MESSY, survey=[head, "r;buyer;a;2024-03-01;1,5;3;4"])
    for name in ("alpha", "beta", "gamma", "delta"):
        (tmp_path / f"{name}.csv").write_text("x\n", encoding="utf-8")
    code = (
        f"from toolkit.client.load import check_folder; print(check_folder({str(tmp_path)!r})[0])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1


def test_seventy_thousand_lines_take_about_a_second(tmp_path: Path) -> None:
    days = [f"1997-{i % 12 + 1:02}-{i % 28 + 1:02}" for i in range(336)]
    rows = [f"{i:05},{days[i % 336]},{i % 23570:05},{i % 4000 / 100}" for i in range(70_000)]
    path = folder(tmp_path, purchases=["order_id,date,buyer_id,amount", *rows])
    start = time.process_time()
    frame = load(path).frames["purchases"]
    assert time.process_time() - start < 3, "0.7 s where this was written"
    assert (len(frame), frame["buyer_id"].nunique()) == (70_000, 23_570)


SIGNS = (b"&x", b"*x", b"!!int ", b": ", b"- ", b"[", b"}", b"\t", b"\n", b'"', b"'", b",", b";")
SIGNS += (b"\0", b"\xff", b"\xef\xbb\xbf", b"---\n", b"? ", b"|", b"#", b"%", b"nan", b"1e999")
SIGNS += (b"\r", b"9" * 400, b"\xd9\x83", b"\xe2\x80\xa8")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The file with bytes flipped, cut, taken out or put in."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                made[at:at] = chance.choice(SIGNS)
            case 2:
                del made[at : at + chance.randrange(20)]
            case _:
                made = made[:at] if chance.random() < 0.2 else made
    return bytes(made)


def test_damaged_files_end_in_problems_and_never_in_anything_else(tmp_path: Path) -> None:
    chance = random.Random(20240301)
    folder(
        tmp_path,
        config=CONFIG + "settings: {level: 0.9}\ntables: {rivals: {delimiter: ';'}}\n",
        purchases=[*PURCHASES, '2,2024-03-02,"B\n2",7.5,ş'],
        campaigns=["campaign,audience,spend,claims", "A,buyer,100,price;dryness"],
        rivals=["rival;audience;claims", "X;buyer;price"],
        usage=["account_id,period,active", "a,2024-01,1"],
    )
    files = {p: p.read_bytes() for p in sorted(tmp_path.iterdir())}
    for _ in range(300):
        path = chance.choice(list(files))
        path.write_bytes(damaged(files[path], chance))
        found, made = check_folder(tmp_path)
        assert made is not None or any(p.kind == "error" for p in found)
        assert all(str(p) and p.message for p in found)
        path.write_bytes(files[path])
