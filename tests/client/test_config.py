"""client.yml: YAML 1.2 with line numbers, every key known, every value in its range."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.folder import client, errors, folder, only, problems
from toolkit.client.config import read_config
from toolkit.client.load import check_folder
from toolkit.client.model import ClientSettings
from toolkit.client.problems import ProblemList

WHOLE = """\
id: 007
name: NO
about: >-
  A maker
  of nappies.
currency: EUR
language: tr
setting: business
scales: {importance: [0, 10]}
attributes:
  price: {label: off, serves: reason}
  dryness: {serves: experience, words: [dry, yes, 12]}
  look:
margin: 0.35
traits: {age: demographic}
settings:
  level: 0.9
  seed: 007
  repeat_window_days: 90
  thresholds: {consumer-ignored: 7.5}
  stage_mix: {growth: 0.4}
"""


def test_every_key_arrives(tmp_path: Path) -> None:
    made = client(tmp_path, config=WHOLE)
    assert (made.currency, made.language, made.setting, made.margin) == (
        "EUR",
        "tr",
        "business",
        0.35,
    )
    assert made.about == "A maker of nappies."
    assert made.scales == {
        "importance": (0, 10),
        "performance": (1, 5),
        "satisfaction": (0, 10),
    }
    assert made.traits == {"age": "demographic"}
    assert made.settings == ClientSettings(0.9, 7, 90, {"consumer-ignored": 7.5}, {"growth": 0.4})


def test_yaml_1_2_reads_no_off_and_yes_as_text_and_ids_as_written(tmp_path: Path) -> None:
    made = client(tmp_path, config=WHOLE)
    assert (made.id, made.name) == ("007", "NO")
    assert made.attributes["price"].label == "off"
    assert made.attributes["dryness"].words == ("dry", "yes", "12")


def test_what_is_not_given_has_the_contracts_default(tmp_path: Path) -> None:
    path = tmp_path / "little-bear"
    path.mkdir()
    made = client(path, config="# nothing yet\n")
    assert (made.id, made.name, made.about) == ("little-bear", "little-bear", "")
    assert (made.language, made.setting, made.margin) == ("en", "household", None)
    assert made.settings == ClientSettings()
    assert made.attributes == {}


def test_a_label_that_is_not_given_is_the_attributes_id(tmp_path: Path) -> None:
    assert client(tmp_path, config=WHOLE).attributes["look"].label == "look"


def test_a_folder_whose_name_is_no_id_needs_an_id(tmp_path: Path) -> None:
    path = tmp_path / "Little Bear"
    path.mkdir()
    found = only(folder(path, config="currency: EUR\n"), "wrong-value")
    assert "Little Bear" in found.message
    assert "id:" in found.fix


@pytest.mark.parametrize(
    ("config", "line", "meant"),
    [
        ("id: a\nlangage: en\n", 2, "language"),
        ("id: a\nattributes:\n  price:\n    serve: reason\n", 4, "serves"),
        ("id: a\nsettings: {levle: 0.9}\n", 2, "level"),
        ("id: a\nsettings:\n  thresholds:\n    consumer-ignord: 5\n", 4, "consumer-ignored"),
        ("id: a\ntables: {purchase: {file: a.csv}}\n", 2, "purchases"),
        ("id: a\ntables:\n  rivals:\n    columns: {claim: X}\n", 4, "claims"),
        ("id: a\nscales: {satisfacton: [0, 10]}\n", 2, "satisfaction"),
    ],
)
def test_an_unknown_key_has_its_line_and_the_nearest_known_name(
    tmp_path: Path, config: str, line: int, meant: str
) -> None:
    found = only(folder(tmp_path, config=config), "unknown-key")
    assert found.line == line
    assert f'Did you mean "{meant}"?' in found.fix


def test_a_repeated_key_names_both_lines(tmp_path: Path) -> None:
    found = only(folder(tmp_path, config="id: a\nname: b\nid: c\n"), "repeated-key")
    assert found.line == 3
    assert "line 1" in found.message


@pytest.mark.parametrize(
    "line",
    [
        "id: Little Bear",
        "id: -bear",
        f"id: {'a' * 65}",
        "name: [a, b]",
        "currency: eur",
        "currency: EURO",
        "language: de",
        "setting: shop",
        "margin: 1.2",
        "margin: 35%",
        "margin: .nan",
        "scales: {importance: [5, 1]}",
        "scales: {importance: [1, 3, 5]}",
        "scales: {importance: 5}",
        "scales: {importance: [1, .inf]}",
        "attributes: [price]",
        "attributes: {price: cheap}",
        "attributes: {the price: {}}",
        "attributes: {price: {serves: both}}",
        "attributes: {price: {words: cheap}}",
        "traits: {age: years}",
        "traits: {age: }",
        "traits: {role: demographic}",
        "settings: {level: 1}",
        "settings: {level: 0.5}",
        "settings: {seed: -1}",
        "settings: {seed: 1.5}",
        "settings: {seed: 1_000}",
        f"settings: {{seed: {'9' * 5000}}}",
        "settings: {repeat_window_days: 0}",
        "settings: {thresholds: {spend-off-say: 2}}",
        "settings: {thresholds: {consumer-ignored: a lot}}",
        "settings: {stage_mix: {growth: 1.4}}",
        "tables: {purchases: {delimiter: ab}}",
        'tables: {purchases: {delimiter: "."}}',
        'tables: {purchases: {decimal: ";"}}',
        'tables: {purchases: {dates: "%d.%m"}}',
        'tables: {purchases: {dates: "%d %d %Y"}}',
        'tables: {purchases: {dates: "%"}}',
        "tables: {purchases: {encoding: rot13}}",
        "tables: {purchases: {encoding: klingon}}",
        "tables: [purchases]",
        "just a sentence",
        "[a, b]",
    ],
)
def test_a_value_of_the_wrong_type_or_range_is_refused_with_its_line(
    tmp_path: Path, line: str
) -> None:
    start = "" if line.startswith(("id:", "just", "[")) else "id: a\n"
    found = problems(folder(tmp_path, config=f"{start}{line}\n"), "wrong-value")
    assert found
    assert found[0].line == (2 if start else 1)
    assert found[0].fix


@pytest.mark.parametrize("name", ["a:b", "a;b"])
def test_an_attributes_name_must_not_hold_the_signs_that_join_names(
    tmp_path: Path, name: str
) -> None:
    config = f'id: a\nattributes:\n  "{name}": {{label: A}}\n'
    assert only(folder(tmp_path, config=config), "reserved-sign").line == 3


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ("id: &x a\nname: *x\n", "Anchors"),
        ("id: !!str a\n", "Tags"),
        ("id: !mine a\n", "Tags"),
        ("%YAML 1.1\n---\nid: a\n", "Directives"),
        ("id: a\n---\nid: b\n", "second document"),
        ("id: [a\n", "not YAML"),
        ("\tid: a\n", "not YAML"),
        ("id: a: b\n", "not YAML"),
        ("? [a]\n: b\n", "key must be"),
        ("[" * 5000, "levels deep"),
        ("- " * 5000, "levels deep"),
        ('id: a\nname: "\\ud800"\n', "Half a sign"),
        ("id: \x01\n", "not YAML"),
        ('id: "\\U99999999"\n', "not YAML"),
    ],
)
def test_yaml_that_surprises_is_refused_in_plain_words(
    tmp_path: Path, config: str, word: str
) -> None:
    assert word in only(folder(tmp_path, config=config), "bad-yaml").message


def test_a_client_yml_of_megabytes_is_not_parsed(tmp_path: Path) -> None:
    assert only(folder(tmp_path, config="#" * 70_000), "too-large").file == "client.yml"


def test_a_client_yml_saved_as_utf_16_or_with_a_mark_is_read(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-8-sig"):
        (tmp_path / "client.yml").write_bytes("id: a\nname: Şirin\n".encode(encoding))
        found = check_folder(tmp_path)[1]
        assert found is not None
        assert found.name == "Şirin"


def test_wrong_keys_do_not_hide_what_is_wrong_with_the_tables(tmp_path: Path) -> None:
    config = "id: a\ncurrency: EUR\nmargin: 7\nnmae: x\n"
    lines = ["order_id,date,buyer_id,amount", "1,2024-03-01,B1,ten"]
    assert set(errors(folder(tmp_path, config=config, purchases=lines))) == {
        "wrong-value",
        "unknown-key",
        "not-a-number",
    }


def test_money_without_a_currency_is_noted_and_has_none(tmp_path: Path) -> None:
    lines = ["product,price", "nappy,9.5"]
    assert client(tmp_path, config="id: a\n", products=lines).currency == ""
    found = only(tmp_path, "missing-key")
    assert (found.kind, found.file) == ("note", "client.yml")
    assert found.message == "No currency is given; sums are shown without one."


def test_without_money_no_currency_is_missed(tmp_path: Path) -> None:
    lines = ["account_id,period,active", "a,2024-01,1"]
    assert client(tmp_path, config="id: a\n", usage=lines).currency == ""
    assert problems(tmp_path, "missing-key") == []


def test_an_id_that_is_not_valid_is_never_replaced_by_another(tmp_path: Path) -> None:
    folder(tmp_path, config="id: Little Bear\n")
    config = read_config(tmp_path, ProblemList("client.yml"))
    assert config is not None
    assert (config.id, config.name) == ("", tmp_path.name)


def test_a_scale_of_absurd_length_is_refused(tmp_path: Path) -> None:
    config = "id: a\nscales: {importance: [1, 1e300]}\n"
    assert only(folder(tmp_path, config=config), "wrong-value").line == 2


@pytest.mark.parametrize("key", ["xyzzy", "colour", "logo"])
def test_a_name_that_is_not_close_to_any_is_not_said_to_be_meant(tmp_path: Path, key: str) -> None:
    found = only(folder(tmp_path, config=f"id: a\n{key}: x\n"), "unknown-key")
    assert "Did you mean" not in found.fix
    assert "Known here: id, name" in found.fix
