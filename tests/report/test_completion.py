"""A seal proves that a notebook ended with the audit's own numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.report import handmade
from toolkit.report.completion import completion_matches, record, result_digest


def test_the_same_finding_gives_the_same_digest_and_another_answer_another() -> None:
    roles = handmade.findings()["roles"]
    assert result_digest(roles) == result_digest(handmade.findings()["roles"])
    assert result_digest(roles) != result_digest(replace(roles, answer="Nobody pays."))


def test_a_notebook_opened_by_hand_writes_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    record(handmade.findings()["roles"], "")
    assert list(tmp_path.iterdir()) == []


def test_a_seal_holds_for_its_own_audit_alone(tmp_path: Path) -> None:
    audit = handmade.audit()
    record(audit.findings["roles"], str(tmp_path))
    assert completion_matches(audit, "roles", tmp_path)
    assert not completion_matches(audit, "targeting", tmp_path)


def test_a_seal_over_other_numbers_does_not_hold(tmp_path: Path) -> None:
    audit = handmade.audit()
    frame = audit.findings["roles"].frame.assign(value=0.5)
    record(replace(audit.findings["roles"], frame=frame), tmp_path)
    assert not completion_matches(audit, "roles", tmp_path)


def test_a_whole_audit_seals_the_mistakes(tmp_path: Path) -> None:
    audit = handmade.audit()
    record(audit, tmp_path)
    assert completion_matches(audit, "mistakes", tmp_path)
