"""The schema of since.json: what two audits give passes, what is mutilated does not."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

import toolkit
from tests.report import handmade
from tests.schemas.checks import GONE, Document, altered, objections, open_objects, shipped_schema
from toolkit.client.model import ClientSettings
from toolkit.finding import Audit
from toolkit.since import SINCE_FORMAT, AuditComparison, EarlierAudit, MistakeChange, read_findings

CLIENTS = Path(__file__).resolve().parents[2] / "datasets" / "clients"
SCHEMA, FINDINGS = shipped_schema("since"), shipped_schema("findings")
PARTS = SCHEMA["$defs"]
MAY = EarlierAudit(date(2026, 5, 3), "earlier/2026-05-03")
JUNE = EarlierAudit(date(2026, 6, 1), "earlier/2026-06-01-2")


def since(then: Audit, now: Audit) -> Document:
    """What since.json tells of two audits, and of one between them that cannot be read."""
    before, after = (read_findings(json.loads(audit.to_json())) for audit in (then, now))
    lost = ((JUNE, "Its findings.json is damaged."),)
    told: Document = json.loads(AuditComparison.of(MAY, before, after, lost).to_json())
    return told


@pytest.fixture(scope="module")
def content() -> Document:
    """Two audits of a client: the second without feedback, with another seed and threshold."""
    client = toolkit.load(CLIENTS / "deskware")
    settings = ClientSettings(seed=2, thresholds={"consumer-ignored": 8.0})
    fewer = {name: frame for name, frame in client.frames.items() if name != "feedback"}
    sources = {name: client.sources[name] for name in fewer}
    later = replace(client, frames=fewer, sources=sources, settings=settings)
    return since(toolkit.audit(client), toolkit.audit(later))


def test_what_two_audits_give_passes(content: Document) -> None:
    assert objections(SCHEMA, content) == []
    assert content["between"]["tables"]["gone"] == ["feedback"]
    told = content["mistakes"]
    assert any(row["threshold_changed"] for row in told)
    assert any(row["change"] for row in told)
    assert any(row["why"] for row in told)


def test_mistakes_that_were_not_judged_pass() -> None:
    audit = handmade.audit()  # some of its mistakes are not judged yet
    content = since(audit, audit)
    assert any(row["unit"] is None for row in content["mistakes"])
    assert objections(SCHEMA, content) == []


def test_where_no_earlier_audit_can_be_read_that_passes() -> None:
    lost = AuditComparison(None, (), None, ((JUNE, "Its findings.json is damaged."),))
    content = json.loads(lost.to_json())
    assert objections(SCHEMA, content) == []
    assert objections(SCHEMA, content | {"mistakes": [{}]})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), 0),
        (("method",), GONE),
        (("made",), "2026-07-03"),
        (("since",), None),
        (("since", "date"), "3 May 2026"),
        (("since", "date"), "2026-02-30"),
        (("since", "folder"), "../other-client"),
        (("unreadable", 0, "why"), ""),
        (("between",), None),
        (("between", "tables", "gone"), GONE),
        (("between", "settings"), "seed"),
        (("between", "toolkit", "then"), None),
        (("mistakes", 4), GONE),
        (("mistakes", 1, "id"), "consumer-ignored"),
        (("mistakes", 0, "then", "verdict"), "guilty"),
        (("mistakes", 0, "then", "threshold"), None),
        (("mistakes", 0, "then", "p"), 0.1),
        (("mistakes", 0, "then"), None),
        (("mistakes", 0, "change", "low"), None),
        (("mistakes", 0, "change"), None),
        (("mistakes", 0, "more_than_noise"), None),
        (("mistakes", 0, "verdict_changed"), "yes"),
        (("mistakes", 0, "unit"), None),
    ],
    ids=str,
)
def test_a_mutilated_since_is_refused(
    place: tuple[str | int, ...], value: object, content: Document
) -> None:
    assert content["mistakes"][0]["change"]
    assert objections(SCHEMA, altered(content, place, value))


def test_the_schema_lists_what_the_code_and_the_schema_of_findings_list() -> None:
    assert SCHEMA["properties"]["format"]["const"] == SINCE_FORMAT
    for part in ("verdict", "mistake_id", "number_or_null"):
        assert PARTS[part] == FINDINGS["$defs"][part]
    asked = SCHEMA["else"]["properties"]["mistakes"]["allOf"]
    assert asked == FINDINGS["properties"]["mistakes"]["allOf"]


def test_a_change_has_the_fields_of_its_class_and_all_are_required() -> None:
    change = PARTS["change"]
    known = {field.name for field in fields(MistakeChange)} - {"size"}
    derived = {"unit", "change", "verdict_changed", "threshold_changed", "more_than_noise"}
    assert set(change["properties"]) == set(change["required"]) == known | derived


def test_nothing_in_it_is_open_to_more() -> None:
    assert open_objects(SCHEMA) == []
