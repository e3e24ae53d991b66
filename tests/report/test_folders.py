"""Under which id does a folder go that cannot say it?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.report.batches import SAMPLE, content, notebook, run, several
from toolkit.report.folders import client_ids
from toolkit.report.job import ClientResult
from toolkit.report.run import audit_folders

BROKEN = "id: [\n"


def broken(folder: Path) -> None:
    (folder / "client.yml").write_text(BROKEN, encoding="utf-8")


def test_its_own_name_unless_another_client_says_that_it_has_it(tmp_path: Path) -> None:
    folder = several(tmp_path, "acme", "berry", "cherry")
    (folder / "berry" / "client.yml").write_text("id: acme\ncurrency: EUR\n", encoding="utf-8")
    broken(folder / "acme")
    broken(folder / "cherry")
    (one, _), (other, _), (third, _) = client_ids(sorted(folder.iterdir()), tmp_path / "out")
    assert (other, third) == ("acme", "cherry")
    assert one.startswith("acme-")


def test_two_of_one_name_in_two_places_are_told_apart(tmp_path: Path) -> None:
    two = [several(tmp_path / place, "acme") / "acme" for place in ("one", "two")]
    for folder in two:
        broken(folder)
    (first, _), (second, _) = client_ids(two, tmp_path / "out")
    assert first == "acme"
    assert second.startswith("acme-")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Reports of a folder `acme`, whose client is called sweet."""
    folder = several(tmp_path / "in", "acme")
    text = (folder / "acme" / "client.yml").read_text(encoding="utf-8")
    (folder / "acme" / "client.yml").write_text(text.replace("id: acme", "id: sweet"), "utf-8")
    (outcome,) = run("good", folder, tmp_path / "out")
    assert outcome.id == "sweet"
    return tmp_path / "out"


def failed(folder: Path, out: Path) -> ClientResult:
    broken(folder)
    (outcome,) = run("good", folder, out)
    assert outcome.status == "failed"
    return outcome


def test_that_of_the_report_which_was_made_from_it(out: Path, tmp_path: Path) -> None:
    assert failed(tmp_path / "in" / "acme", out).id == "sweet"
    assert {"report.html", "failure.html"} <= set(content(out / "sweet"))


def test_not_that_of_another_clients_report(out: Path, tmp_path: Path) -> None:
    before = content(out / "sweet")
    folder = several(tmp_path / "more", "sweet") / "sweet"
    assert failed(folder, out).id.startswith("sweet-")
    assert content(out / "sweet") == before


def test_a_folder_of_the_same_name_elsewhere_is_another_client(out: Path, tmp_path: Path) -> None:
    first = tmp_path / "in" / "acme"
    second = tmp_path / "later" / "acme"
    shutil.copytree(SAMPLE.with_name("corner-coffee"), second)
    before = content(out / "sweet")
    broken(second)
    kept, apart = audit_folders([first, second], out, notebooks=[notebook("good")], workers=1)
    assert (kept.id, kept.status) == ("sweet", "done")
    assert (apart.id, apart.status) == ("acme", "failed")
    assert failed(second, out).id == "acme"
    assert content(out / "sweet") == before


def test_an_id_that_a_report_is_kept_under_is_taken(out: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "acme"
    shutil.copytree(tmp_path / "in" / "acme", copy)
    broken(copy)
    kept, apart = audit_folders(
        [tmp_path / "in" / "acme", copy], out, notebooks=[notebook("good")], workers=1
    )
    assert (kept.id, kept.status) == ("sweet", "done")
    assert apart.id.startswith("acme-")
