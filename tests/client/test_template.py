"""What `audit new` writes, and the dictionary: both made from the contract itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.client.load import check_folder, load
from toolkit.client.template import data_dictionary, write_template
from toolkit.contract import SAY_ROLES, TABLES
from toolkit.errors import ClientError

ROOT = Path(__file__).resolve().parents[2]


def test_a_fresh_template_passes_with_notes_only(tmp_path: Path) -> None:
    write_template(tmp_path / "new-client")
    found, made = check_folder(tmp_path / "new-client")
    assert made is not None
    assert [p.kind for p in found] == ["note"]
    assert found[0].file == ", ".join(f"{name}.csv" for name in TABLES)
    assert "no rows; they count as missing" in found[0].message
    assert made.frames == {}


def test_the_template_has_every_table_with_every_column(tmp_path: Path) -> None:
    files = {p.name: p for p in write_template(tmp_path / "a")}
    assert files.keys() == {"client.yml", "questionnaire.md", *(f"{t}.csv" for t in TABLES)}
    header = files["survey.csv"].read_text("utf-8").strip().split(",")
    assert {"importance_price", "performance_comfort", "knows_where"} <= set(header)


@pytest.mark.parametrize("name", ["My Shop", "İstanbul Çarşı", "کودک", 'a"b\\c', "a: b #c"])
def test_a_folder_of_any_name_gets_a_template_that_loads(tmp_path: Path, name: str) -> None:
    write_template(tmp_path / name)
    assert load(tmp_path / name).name == name.replace('"', "").replace("\\", "")


def test_the_template_says_in_which_language_reports_are(tmp_path: Path) -> None:
    config = write_template(tmp_path / "a")[0].read_text("utf-8")
    (line,) = [line for line in config.splitlines() if line.startswith("language:")]
    assert "en | az | tr | fa; reports are in English for now" in line


def test_a_filled_template_loads(tmp_path: Path) -> None:
    files = {p.name: p for p in write_template(tmp_path / "a")}
    with files["usage.csv"].open("a", encoding="utf-8") as table:
        table.write("h1,2024-01,1\n")
    assert load(tmp_path / "a").table("usage")["active"].tolist() == [1]


def test_nothing_is_ever_written_over(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ClientError, match=r"already has survey\.csv"):
        write_template(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["survey.csv"]


def test_a_template_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ClientError, match="cannot be written"):
        write_template(tmp_path / "file" / "client")


def test_the_questionnaire_asks_for_every_answer_the_survey_holds(tmp_path: Path) -> None:
    text = (write_template(tmp_path / "a")[1]).read_text("utf-8")
    for column in ("role", "importance_price", "performance_comfort", "satisfaction", "recommend"):
        assert column in text
    for column in ("rebought", "knows_what", "knows_where", "price_cheap", "price_too_expensive"):
        assert f"(survey: {column})" in text
    for stage in ("need", "search", "choice", "payment", "use"):
        assert f"| {stage} |" in text
    assert " | ".join(SAY_ROLES) in text
    assert "(survey: price_cheap)\n\nA sum of money; only for those who pay" in text


def test_the_dictionary_names_every_table_and_column() -> None:
    text = data_dictionary()
    for table in TABLES.values():
        assert f"## {table.name}\n" in text
        for column in table.columns:
            assert f"`{column.name.replace('_*', '_ATTRIBUTE')}`" in text


def test_the_dictionary_says_in_which_language_reports_are() -> None:
    text = " ".join(data_dictionary().split())
    assert "one of en, az, tr, fa. Reports are in English for now" in text


def test_the_dictionary_in_datasets_is_the_contracts() -> None:
    path = ROOT / "datasets" / "DICTIONARY.md"
    assert path.read_text("utf-8") == data_dictionary()
