"""The schema of findings.json: what audits write passes, what is mutilated does not."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import toolkit
from tests.schemas.checks import GONE, Document, altered, objections, open_objects, shipped_schema
from toolkit.catalogue import BUYER_SHARE, MISTAKE_TYPES, MoneyKind
from toolkit.client import Client
from toolkit.client.model import ClientSettings, TableSource
from toolkit.contract import ROLES, SETTINGS_OF_TRADE, TABLES
from toolkit.finding import MEASURE_COLUMNS, DataNeeds, Finding, Judgement, Money, Verdict
from toolkit.questions import AUDITS
from toolkit.since import FINDINGS_FORMAT

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
CLIENTS = [*sorted((DATASETS / "clients").iterdir()), DATASETS / "real" / "cdnow"]
SCHEMA = shipped_schema("findings")
PARTS = SCHEMA["$defs"]


@pytest.mark.parametrize("folder", CLIENTS, ids=lambda folder: folder.name)
def test_the_findings_of_every_sample_client_pass(folder: Path) -> None:
    assert objections(SCHEMA, json.loads(toolkit.audit(folder).to_json())) == []


def test_the_findings_of_a_client_without_any_data_pass(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "client.yml").write_text("name: Bare\n", "utf-8")
    assert objections(SCHEMA, json.loads(toolkit.audit(tmp_path / "bare").to_json())) == []


def test_findings_with_an_audit_that_broke_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(client: Client, facts: object) -> Finding:
        raise ZeroDivisionError

    monkeypatch.setitem(toolkit.audits.QUESTIONS, "mistakes", breaks)
    content = json.loads(toolkit.audit(DATASETS / "clients" / "sweet-corner").to_json())
    assert content["audits"]["mistakes"]["status"] == "failed"
    assert objections(SCHEMA, content) == []


@pytest.fixture(scope="module")
def deskware() -> Document:
    """Findings with every part: verdicts of four kinds, money, needs, a skipped audit."""
    content: Document = json.loads(toolkit.audit(DATASETS / "clients" / "deskware").to_json())
    return content


def first_of(content: Document, verdict: str) -> int:
    """Which mistake of the list is the first with that verdict?"""
    return next(k for k, m in enumerate(content["mistakes"]) if m["verdict"] == verdict)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), 2),
        (("format",), "1"),
        (("run",), GONE),
        (("made",), "2026-05-03"),
        (("client", "name"), GONE),
        (("client", "currency"), "Euro"),
        (("client", "setting"), "military"),
        (("client", "id"), "../etc"),
        (("client", "city"), "Baku"),
        (("audits", "roles"), GONE),
        (("audits", "prices"), {}),
        (("audits", "roles", "status"), "skipped"),
        (("audits", "roles", "status"), "late"),
        (("audits", "roles", "why"), "It rained."),
        (("audits", "roles", "limits"), "none"),
        (("audits", "roles", "measures", 0, "low"), None),
        (("audits", "roles", "measures", 0, "n"), -1),
        (("audits", "roles", "measures", 0, "n"), 2.5),
        (("audits", "roles", "measures", 0, "method"), GONE),
        (("audits", "roles", "measures", 0, "group"), ""),
        (("mistakes", 3), GONE),
        (("mistakes",), {}),
        (("mistakes", 0, "id"), "Consumer ignored"),
        (("mistakes", 1, "id"), "consumer-ignored"),
        (("mistakes", 0, "verdict"), "guilty"),
        (("mistakes", 0, "direction"), "beside"),
        (("mistakes", 0, "p"), 1.2),
        (("mistakes", 0, "threshold"), None),
        (("mistakes", 0, "n"), {"dogs": 3}),
        (("mistakes", 0, "claims"), ["A9.9"]),
        (("mistakes", 0, "money_why"), GONE),
        (("data", "survey", "sha256"), "ab"),
        (("data", "survey", "kept"), "all"),
        (("data", "sheet1"), {}),
        (("run", "level"), 95),
        (("run", "seed"), "one"),
        (("run", "packages", "numpy"), 2.4),
        (("run", "host"), "office-pc"),
        (("run", "settings", "thresholds"), {"consumer-ignored": "5"}),
        (("run", "settings", "stage_mix"), {"birth": 0.5}),
    ],
    ids=str,
)
def test_mutilated_findings_are_refused(
    place: tuple[str | int, ...], value: object, deskware: Document
) -> None:
    assert objections(SCHEMA, deskware) == []
    assert objections(SCHEMA, altered(deskware, place, value))


@pytest.mark.parametrize(
    ("verdict", "key", "value"),
    [
        ("found", "estimate", None),
        ("found", "p_holm", 0.2),
        ("found", "needs", {"table": "survey", "role": None, "rows": 9}),
        ("clear", "p_holm", 0.01),
        ("clear", "p", None),
        ("cannot_tell", "needs", {"table": "survey", "role": "child", "rows": 9}),
        ("cannot_tell", "needs", {"table": "survey", "role": None, "rows": 0}),
        ("cannot_tell", "needs", {"table": "attic", "role": None, "rows": 9}),
        ("cannot_tell", "money", {"low": 1, "mid": 2, "high": 3, "kind": "profit"}),
        ("cannot_tell", "money", {"low": 1, "high": 3, "kind": "spend at risk"}),
    ],
)
def test_a_verdict_that_contradicts_what_carries_it_is_refused(
    verdict: str, key: str, value: object, deskware: Document
) -> None:
    place = ("mistakes", first_of(deskware, verdict), key)
    assert objections(SCHEMA, altered(deskware, place, value))


def test_a_mistake_of_a_later_version_passes_and_one_that_is_missing_does_not(
    deskware: Document,
) -> None:
    rows = deskware["mistakes"]
    later = rows[0] | {"id": "sold-to-the-dog"}
    assert objections(SCHEMA, deskware | {"mistakes": [*rows, later]}) == []
    assert objections(SCHEMA, deskware | {"mistakes": [later, *rows[1:]]})
    assert objections(SCHEMA, deskware | {"mistakes": [*rows, rows[0]]})


def test_the_schema_lists_what_the_code_lists() -> None:
    assert SCHEMA["properties"]["format"]["const"] == FINDINGS_FORMAT
    assert PARTS["verdict"]["enum"] == list(Verdict)
    assert PARTS["audit"]["properties"]["status"]["enum"] == values_of(Finding, "status")
    assert PARTS["mistake"]["properties"]["direction"]["enum"] == values_of(Judgement, "direction")
    assert PARTS["money"]["properties"]["kind"]["enum"] == list(get_args(MoneyKind))
    assert PARTS["client"]["properties"]["setting"]["enum"] == list(SETTINGS_OF_TRADE)
    assert PARTS["table"]["enum"] == list(TABLES)
    assert PARTS["role"]["enum"] == list(ROLES)
    audits = SCHEMA["properties"]["audits"]
    assert list(audits["properties"]) == audits["required"] == list(AUDITS)


def values_of(kind: type, field: str) -> list[Any]:
    """The words that a field of the class may hold, by its annotation."""
    return list(get_args(get_type_hints(kind)[field]))


def test_the_schema_asks_for_the_mistakes_of_the_catalogue() -> None:
    ids = [c["contains"]["properties"]["id"]["const"] for c in asked_of_mistakes()]
    assert len(ids) == 15
    assert ids == list(MISTAKE_TYPES)[:15]  # a later one passes without being asked for


def asked_of_mistakes() -> list[Document]:
    asked: list[Document] = SCHEMA["properties"]["mistakes"]["allOf"]
    return asked


@pytest.mark.parametrize(
    ("part", "kind"),
    [("mistake", Judgement), ("money", Money), ("needs", DataNeeds), ("source", TableSource)],
)
def test_a_part_has_the_fields_of_its_class_and_all_are_required(part: str, kind: type) -> None:
    names = {field.name for field in fields(kind)}
    assert set(PARTS[part]["properties"]) == set(PARTS[part]["required"]) == names


def test_measures_and_settings_have_the_fields_of_the_code() -> None:
    measure = {"name" if name == "measure" else name for name in MEASURE_COLUMNS}
    assert set(PARTS["measure"]["properties"]) == set(PARTS["measure"]["required"]) == measure
    settings = PARTS["run"]["properties"]["settings"]
    names = {field.name for field in fields(ClientSettings)}
    assert set(settings["properties"]) == set(settings["required"]) == names
    assert list(settings["properties"]["stage_mix"]["properties"]) == list(BUYER_SHARE)


def test_only_the_settings_are_open_to_more() -> None:
    assert open_objects(SCHEMA) == ["$.$defs.run.properties.settings"]
