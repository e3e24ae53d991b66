"""The worlds of the sample clients as files: read when asked for, refused by file and field."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.finding import Verdict
from toolkit.simulate.sample import SAMPLES, parse_rows, read_sample
from toolkit.simulate.truth import MISTAKES

ROOT = Path(__file__).parents[2]
WORLDS = ROOT / "datasets" / "worlds"
USAGE = '  usage:\n    until: "2024-12"\n    idle: 0.7\n    active: 0.9\n'
Refused = Callable[[str, str, str], str]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """What is said of a sample's file after a change to its text, without the folder's name."""

    def read(id: str, old: str, new: str) -> str:
        text = (WORLDS / f"{id}.yml").read_text("utf-8")
        assert text.count(old) == 1, f"{id}: {old!r} does not stand there once"
        path = tmp_path / f"{id}.yml"
        path.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(ValueError, match=re.escape(str(path))) as error:
            read_sample(path)
        return str(error.value).replace(f"{tmp_path}/", "")

    return read


def test_the_files_are_those_of_the_samples_and_each_names_its_own_client() -> None:
    assert {path.name for path in WORLDS.iterdir()} == {f"{id}.yml" for id in SAMPLES}
    assert all(sample.world.client["id"] == id for id, sample in SAMPLES.items())
    assert len(SAMPLES) == 10
    assert "nobody" not in SAMPLES


def test_every_sample_expects_a_verdict_that_there_is_of_each_mistake_in_their_order() -> None:
    for sample in SAMPLES.values():
        assert tuple(sample.expected) == MISTAKES
        assert set(sample.expected.values()) <= {verdict.value for verdict in Verdict}


def test_no_file_is_read_before_a_sample_is_asked_for_and_each_only_once() -> None:
    code = (
        "import pathlib; read = []; whole = pathlib.Path.read_text\n"
        "def noted(path, *rest): read.append(path.stem); return whole(path, *rest)\n"
        "pathlib.Path.read_text = noted\n"
        "from toolkit.simulate.sample import SAMPLES\n"
        "list(SAMPLES), len(SAMPLES); print(read)\n"
        "SAMPLES['moon-lamp'], SAMPLES['moon-lamp']; print(read)\n"
    )
    assert _printed(code, ROOT).splitlines() == ["[]", "['moon-lamp']"]


def test_whole_numbers_stay_whole_and_others_stay_as_they_are_written() -> None:
    team, _, _ = SAMPLES["deskware"].world.trade.products
    assert (type(team.price), type(team.share)) == (int, float)
    assert type(SAMPLES["deskware"].world.levers[0].reached) is float
    assert type(SAMPLES["deskware"].world.say.profiles[0].buyer) is int


def test_a_field_left_out_takes_its_default() -> None:
    world = SAMPLES["corner-coffee"].world
    assert world.usage is None
    assert world.responses == ()
    assert world.trade.days == 548


def test_an_unknown_field_is_refused_by_file_and_field(refused: Refused) -> None:
    told = refused("deskware", "    idle: 0.7", "    idel: 0.7")
    assert told.startswith("deskware.yml: world.usage.idel: expected one of until, idle,")
    assert told.endswith('found idel. Did you mean "idle"?')
    assert refused("deskware", "seed: 7", "seed: 7\nseeds: 8").startswith("deskware.yml: seeds:")
    told = refused("deskware", "|reached|", "|Reached|")
    assert told.startswith("deskware.yml: world.levers.1.Reached: expected one of lever, reached")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("accounts: 260", "accounts: 260.0", "accounts: expected a whole number; found 260.0"),
        ("seed: 7", "seed: true", "seed: expected a whole number; found True (bool)"),
        ("    idle: 0.7", "    idle: most", "world.usage.idle: expected a number; found most"),
        ('until: "2024-12"', "until: 2024-12-01", "world.usage.until: expected text (in quotes"),
        ("{IT: 0.2,", "{7: 0.2,", "world.traits.department: expected text (in quotes"),
        ("{work: 1.0}", "{work: [1.0]}", "world.trade.bought_for.work: expected a number; found"),
        ("{work: 1.0}", "work", "world.trade.bought_for: expected a mapping; found work"),
        ("[0.9, 0.25, 0.1]", "[0.9]", "world.trade.again: expected 3 values; found 1"),
        ("[0.9, 0.25, 0.1]", "[0.9, no, 0.1]", "world.trade.again.2: expected a number; found no"),
        ("[1.2, 1.0, 0.8]", "1", "world.survey.weights: expected a list; found 1"),
        (USAGE, "  usage:\n", "world.usage: expected the fields until, idle, active, months;"),
        ("| 1450|", "| free|", "world.trade.products.1.price: expected a number; found free"),
        ("| 1450|", "| 1450|1|", "world.trade.products: expected 7 cells in each line; found 8"),
        ("|unit_cost|", "|price|", "world.trade.products: expected each column once; found"),
    ],
)
def test_a_value_of_another_type_is_refused(
    old: str, new: str, told: str, refused: Refused
) -> None:
    assert refused("deskware", old, new).startswith(f"deskware.yml: {told}")


def test_a_field_that_has_no_default_must_be_there(refused: Refused) -> None:
    told = refused("deskware", '    until: "2024-12"\n', "")
    assert told == "deskware.yml: world.usage.until: expected a value; found nothing"
    told = refused("deskware", "seed: 7\n", "")
    assert told == "deskware.yml: seed: expected a value; found nothing"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (", one-ear]", "]", "expected all mistakes; found no verdict for one-ear"),
        (", one-ear]", ", one-eer]", 'found one-eer. Did you mean "one-ear"?'),
        (", one-ear]", ", hostages]", "expected each mistake once; found hostages twice"),
        ("[buyer-ignored, wrong-message, one-ear]", "one-ear", "clear: expected a list; found"),
    ],
)
def test_each_mistake_is_expected_once(old: str, new: str, told: str, refused: Refused) -> None:
    said = refused("deskware", old, new)
    assert said.startswith("deskware.yml: expected")
    assert told in said


def test_only_one_verdict_may_hold_the_others(refused: Refused) -> None:
    told = refused("bright-reader", "clear: [buyer-ignored]", "clear: the others")
    assert told == "bright-reader.yml: expected: expected one verdict for the others; found 2"


def test_what_a_world_refuses_is_told_with_its_file(refused: Refused) -> None:
    told = refused("deskware", "{laptop: 0.8, tablet: 0.2}", "{laptop: 0.8, tablet: 0.3}")
    assert told == "deskware.yml: world.traits.device: expected shares that sum to 1; found 1.1"
    told = refused("deskware", "id: deskware", "id: deskwear")
    assert told == "deskware.yml: world.client.id: expected deskware; found deskwear"


def test_what_is_no_yaml_or_says_a_thing_twice_is_refused(refused: Refused) -> None:
    assert "expected YAML; found" in refused("deskware", "{work: 1.0}", "{work: 1.0")
    assert "duplicate key" in refused("deskware", "seed: 7", "seed: 7\nseed: 8")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.yml").write_text("", "utf-8")
    with pytest.raises(ValueError, match=r"empty\.yml: expected the fields accounts, seed"):
        read_sample(tmp_path / "empty.yml")


def test_cells_of_a_table_are_numbers_only_where_they_look_like_one() -> None:
    (row,) = parse_rows("a|b|c|d\n 7 | 0.50 |2024-01-15| two words ")
    assert row == {"a": 7, "b": 0.5, "c": "2024-01-15", "d": "two words"}


def test_an_installed_toolkit_brings_the_worlds_along(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    code = (
        "import toolkit.simulate.sample as s; print(s.__file__)\n"
        "print(sum(sample.accounts for sample in s.SAMPLES.values()))\n"
    )
    place, accounts = _printed(code, tmp_path / "installed").splitlines()
    assert Path(place).is_relative_to(tmp_path)
    assert int(accounts) == sum(sample.accounts for sample in SAMPLES.values())


def _printed(code: str, folder: Path) -> str:
    """What a fresh interpreter prints that finds the package in this folder."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout
