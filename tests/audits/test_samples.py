"""The sample clients: every verdict as their known truth demands, and an honest CDNOW."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

import toolkit
from toolkit.audits.mistakes import ESTIMATORS
from toolkit.finding import MEASURE_COLUMNS, Audit, Verdict

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
SAMPLES = sorted(p.stem for p in (DATASETS / "truth").glob("*.json"))
EXPECTED = [
    (sample, id, told)
    for sample in SAMPLES
    for id, told in json.loads((DATASETS / "truth" / f"{sample}.json").read_text("utf-8")).items()
]
DESIGN = {
    "roles": {"separation", "say"},
    "motivations": {"importance", "performance", "importance_gap", "rank_agreement"}
    | {"value_delivered", "needs_and_wants"},
    "targeting": {"spend_share", "misallocation", "message_fit"},
    "mistakes": set(),
}


@cache
def audited(folder: str) -> Audit:
    """The audit of one folder below datasets."""
    return toolkit.audit(toolkit.load(DATASETS / folder))


@pytest.mark.parametrize(("sample", "id", "told"), EXPECTED)
def test_the_verdict_is_the_one_the_truth_demands(sample: str, id: str, told: dict) -> None:
    mistake = audited(f"clients/{sample}").mistake(id)
    assert mistake.verdict == told["expected"]
    if mistake.low is not None and mistake.high is not None and mistake.p is not None:
        width = mistake.high - mistake.low
        assert mistake.low - width <= told["theta"] <= mistake.high + width


def test_each_mistake_is_found_somewhere_and_clear_somewhere() -> None:
    for id in ESTIMATORS:
        verdicts = {audited(f"clients/{sample}").mistake(id).verdict for sample in SAMPLES}
        assert {Verdict.FOUND, Verdict.CLEAR} <= verdicts, id


@pytest.mark.parametrize("sample", SAMPLES)
def test_findings_hold_all_measures_of_the_contract_in_order(sample: str) -> None:
    for name, wanted in DESIGN.items():
        finding = audited(f"clients/{sample}").findings[name]
        assert finding.status == "done", finding.why
        assert list(finding.frame.columns) == list(MEASURE_COLUMNS)
        assert set(finding.frame["measure"]) == wanted
        assert (finding.frame["low"] <= finding.frame["value"] + 1e-9).all()
        assert (finding.frame["value"] <= finding.frame["high"] + 1e-9).all()


@pytest.mark.parametrize("sample", SAMPLES)
def test_findings_json_is_strict_complete_and_without_a_clock(sample: str) -> None:
    content = json.loads(audited(f"clients/{sample}").to_json(), parse_constant=pytest.fail)
    assert list(content) == sorted(content)
    assert content["format"] == 1
    assert content["client"]["id"] == sample
    assert len(content["audits"]) == 9
    assert len(content["mistakes"]) == 15
    assert {m["why"] for m in content["mistakes"] if m["id"] not in ESTIMATORS} <= {
        "Not in this version.",
        "Buyer and consumer are one person here, so this mistake cannot be made.",
    }
    assert set(content["run"]) == {"toolkit", "python", "packages", "seed", "level", "settings"}
    for source in content["data"].values():
        assert set(source) == {"file", "sha256", "rows", "kept", "notes"}


def test_too_few_answers_say_what_to_bring() -> None:
    audit = audited("clients/sweet-corner")
    for id in ESTIMATORS:
        mistake = audit.mistake(id)
        assert mistake.needs is not None
        assert mistake.p is None
    assert any(audit.mistake(id).needs.rows for id in ESTIMATORS)  # type: ignore[union-attr]


def test_a_purchase_history_alone_gives_an_honest_report() -> None:
    audit = audited("real/cdnow")
    assert audit.data["purchases"]["rows"] == audit.data["purchases"]["kept"] == 69_659
    assert audit.findings["roles"].status == "done"
    assert "cannot be told apart" in audit.findings["roles"].answer
    assert audit.findings["motivations"].status == "skipped"
    for id in ESTIMATORS:
        mistake = audit.mistake(id)
        assert mistake.verdict is Verdict.CANNOT_TELL
        assert mistake.estimate is None
        assert mistake.needs is not None
        assert mistake.needs.rows is None
