"""The sample clients: every verdict as their known truth demands, and an honest CDNOW."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import toolkit
from toolkit.audits.mistakes import ESTIMATORS
from toolkit.catalogue import MISTAKE_TYPES
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
    "targeting": {"spend_share", "misallocation", "message_fit", "open_ground"},
    "mistakes": set(),
}
FURTHER = {  # what the other audits measure where all their tables are there
    "segments": {"response", "knowledge", "stability"},
    "feedback": {"heard", "satisfaction_index", "recommend"},
    "loyalty": {"retention", "repeat_share", "linkage"},
    "clients": {"one_off_share", "client_value", "lever_net"},
    "life_cycle": {"stage"},
}
IN_BOTH_ROLES = {"open-bazaar", "corner-coffee"}  # samples whose people pay and use


@cache
def audited(folder: str) -> Audit:
    """The audit of one folder below datasets."""
    return toolkit.audit(toolkit.load(DATASETS / folder))


@pytest.mark.parametrize(("sample", "id", "told"), EXPECTED)
def test_the_verdict_is_the_one_the_truth_demands(sample: str, id: str, told: dict) -> None:
    mistake = audited(f"clients/{sample}").mistake(id)
    assert mistake.verdict == told["expected"]
    if mistake.low is not None and mistake.high is not None and mistake.p is not None:
        width = mistake.high - mistake.low + 1e-9
        assert mistake.low - width <= told["theta"] <= mistake.high + width


@pytest.mark.parametrize("id", ESTIMATORS)
def test_every_verdict_of_a_mistake_is_some_samples(id: str) -> None:
    verdicts = {audited(f"clients/{sample}").mistake(id).verdict for sample in SAMPLES}
    ruled_out = MISTAKE_TYPES[id].one_person or id == "clients-left"
    assert verdicts >= set(Verdict) - (set() if ruled_out else {Verdict.NOT_APPLICABLE})


@pytest.mark.parametrize("sample", SAMPLES)
def test_findings_hold_all_measures_of_the_contract_in_order(sample: str) -> None:
    for name, wanted in DESIGN.items():
        finding = audited(f"clients/{sample}").findings[name]
        assert finding.status == "done", finding.why
        assert list(finding.frame.columns) == list(MEASURE_COLUMNS)
        overlap = {"overlap"} if name == "roles" and sample in IN_BOTH_ROLES else set()
        assert set(finding.frame["measure"]) == wanted | overlap
        assert (finding.frame["low"] <= finding.frame["value"] + 1e-9).all()
        assert (finding.frame["value"] <= finding.frame["high"] + 1e-9).all()


@pytest.mark.parametrize("audit", FURTHER)
def test_a_client_with_every_table_gets_every_measure(audit: str) -> None:
    finding = audited("clients/iron-gym").findings[audit]
    assert finding.status == "done", finding.why
    assert set(finding.frame["measure"]) >= FURTHER[audit]
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
    assert all(m["why"] for m in content["mistakes"])
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


def test_open_ground_is_the_weight_times_what_rivals_leave_by_hand() -> None:
    # little-bear: of rivals' messages to consumers 2 of 3 claim softness, 1 dryness, 2 snug fit
    audit = audited("clients/little-bear")
    weights = audit.findings["motivations"].measure("importance")["value"]
    ground = audit.findings["targeting"].measure("open_ground")
    for attribute, left in {"dryness": 2, "softness": 1, "snug_fit": 1, "price": 3}.items():
        row = ground.loc[f"consumer:{attribute}"]
        assert row["value"] == pytest.approx(weights[f"consumer:{attribute}"] * left / 3)
    assert "Rivals leave most room on “Dry all night”" in audit.findings["targeting"].answer


def test_without_rivals_there_is_no_word_of_open_ground() -> None:
    client = toolkit.load(DATASETS / "clients" / "little-bear")
    frames = {name: frame for name, frame in client.frames.items() if name != "rivals"}
    alone = toolkit.audit(replace(client, frames=frames)).findings["targeting"]
    assert alone.status == "done"
    assert "open_ground" not in set(alone.frame["measure"])
    assert "ivals" not in alone.answer + " ".join(alone.limits)


def test_a_platform_says_who_is_on_both_sides_of_it() -> None:
    roles = audited("clients/open-bazaar").findings["roles"]
    overlap = roles.measure("overlap")
    assert list(overlap.index) == ["people", "survey", "purchases"]
    assert "of the people listed pay and use" in roles.answer
    truth = 0.4 / (1 + 0.35 * 1 + 0.35 * 2 + 0.2 * 3 + 0.1 * 5)  # also_use over people per stall
    assert overlap.loc["people", "low"] < truth < overlap.loc["people", "high"]
    assert "people listed" not in audited("clients/iron-gym").findings["roles"].answer


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
