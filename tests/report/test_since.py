"""Real runs of a client audited before, and what its page and the index say of it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.report import handmade
from tests.report.batches import NOTEBOOKS, SAMPLE, content
from tests.report.page import Page
from tests.report.test_report import ATTACKS
from toolkit.catalogue import NOT_YET_BUILT
from toolkit.finding import Audit, Verdict
from toolkit.report.deliver import deliver_client
from toolkit.report.job import ClientJob, RunPlace
from toolkit.report.options import RunOptions
from toolkit.report.page.context import ReportContext
from toolkit.report.page.index import index_html, read_index_rows, write_index
from toolkit.report.page.report import report_html
from toolkit.report.run import audit_folders
from toolkit.report.store.files import report_is_whole
from toolkit.since import AuditComparison, ContextChanges, EarlierAudit, read_findings

Files = dict[str, bytes]
MAY = EarlierAudit(date(2026, 5, 3), "earlier/2026-05-03")
FILES = ("findings.json", "manifest.json", "report.html", "size.json")


def run(client: Path, out: Path, month: int) -> Files:
    (outcome,) = audit_folders(
        [client],
        out,
        workers=1,
        notebooks=[NOTEBOOKS / "good" / "01_roles.ipynb"],
        today=date(2026, month, 3),
    )
    assert outcome.status == "done", outcome.failure
    assert report_is_whole(out / outcome.id)
    return content(out)


def run_here(client: Path, out: Path, month: int) -> Files:
    """The same without notebooks, in this process: faster."""
    options, private = RunOptions(notebooks=(), today=date(2026, month, 3)), f"private-{month}"
    job = ClientJob(client.name, "", client, out.parent / private, options, RunPlace(out))
    deliver_client(job, lambda step: None)
    write_index(out)
    return content(out)


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> list[Files]:
    """First run; the same again; fewer answers; another threshold; the last data elsewhere.

    The third is a run as the command makes it, the others are made in this process.
    """
    place = tmp_path_factory.mktemp("since")
    client, out = place / "sweet-corner", place / "out"
    shutil.copytree(SAMPLE, client)
    seen = [run_here(client, out, 5), run_here(client, out, 6)]
    survey = client / "survey.csv"
    survey.write_bytes(b"".join(survey.read_bytes().splitlines(keepends=True)[:-3]))
    seen.append(run(client, out, 7))
    settings = client / "client.yml"
    settings.write_text(
        settings.read_text("utf-8") + "settings: {thresholds: {consumer-ignored: 9}}\n", "utf-8"
    )
    seen.append(run_here(client, out, 8))
    seen.append(run_here(client, place / "elsewhere", 9))
    return seen


def since(files: Files) -> dict[str, object]:
    return dict(json.loads(files["sweet-corner/since.json"]))


def folder(files: Files, name: str) -> Files:
    start = f"sweet-corner/{name}"
    return {
        path.removeprefix(start): data for path, data in files.items() if path.startswith(start)
    }


def test_a_first_audit_says_nothing_of_a_last_time(stages: list[Files]) -> None:
    assert set(folder(stages[0], "")) == set(FILES)
    assert "Since" not in Page(stages[0]["sweet-corner/report.html"].decode()).text


def test_the_same_files_again_are_no_new_audit(stages: list[Files]) -> None:
    assert stages[1] == stages[0]


def test_other_data_keep_the_audit_before_as_it_was_handed_over(stages: list[Files]) -> None:
    assert folder(stages[2], "earlier/2026-05-03/") == folder(stages[0], "")
    told_of = since(stages[2])
    assert told_of["since"] == {"date": "2026-05-03", "folder": "earlier/2026-05-03"}
    assert dict(told_of["between"])["tables"]["changed"] == ["survey"]  # type: ignore[call-overload]
    text = Page(stages[2]["sweet-corner/report.html"].decode()).text
    assert "Since 3 May 2026" in text
    assert "Tables that changed: survey." in text


def test_another_setting_keeps_both_and_compares_with_the_last(stages: list[Files]) -> None:
    kept = folder(stages[3], "earlier/")
    assert {path.split("/")[0] for path in kept} == {"2026-05-03", "2026-07-03"}
    assert folder(stages[3], "earlier/2026-05-03/") == folder(stages[0], "")
    assert "2026-07-03/notebooks/01_roles.ipynb" in kept
    assert kept["2026-07-03/since.json"] == stages[2]["sweet-corner/since.json"]
    told_of = since(stages[3])
    assert told_of["since"] == {"date": "2026-07-03", "folder": "earlier/2026-07-03"}
    page = Page(stages[3]["sweet-corner/report.html"].decode())
    assert "The data are the same files as then." in page.text
    assert "The threshold of consumer ignored is 9 points now; it was 5." in page.text
    assert page.unbalanced == []


def test_findings_do_not_know_of_earlier_audits(stages: list[Files]) -> None:
    path = "sweet-corner/findings.json"
    assert stages[3][path] == stages[4][path]
    assert "sweet-corner/since.json" not in stages[4]


def test_the_index_says_how_many_verdicts_changed(stages: list[Files], tmp_path: Path) -> None:
    assert b"changed since" not in stages[0]["index.html"]
    assert b"changed since 3 July 2026" in stages[3]["index.html"]
    assert stages[3]["index.csv"] == stages[4]["index.csv"]


@pytest.mark.parametrize("damage", ["{", "[]", '{"since": {"date": "May"}, "mistakes": []}'])
def test_a_damaged_since_json_takes_nothing_from_the_index(tmp_path: Path, damage: str) -> None:
    report = tmp_path / "little-bear"
    report.mkdir()
    (report / "findings.json").write_text(handmade.audit().to_json(), encoding="utf-8")
    (report / "since.json").write_text(damage)
    page = Page(index_html(read_index_rows(tmp_path)))
    assert "Little Bear" in page.text
    assert "changed since" not in page.text


def before(**changes: dict[str, object]) -> AuditComparison:
    """What moved where the client by hand had these mistakes otherwise."""
    mistakes = [replace(m, **changes.get(m.id, {})) for m in handmade.verdicts()]  # type: ignore[arg-type]
    then = handmade.audit(mistakes=tuple(mistakes))
    return AuditComparison.of(MAY, read(then), read(handmade.audit()), ())


def read(audit: Audit):
    return read_findings(json.loads(audit.to_json()))


def shown(moved: AuditComparison) -> Page:
    page = Page(report_html(handmade.audit(), ReportContext(since=moved)))
    assert page.unbalanced == []
    assert page.live() == []
    return page


def test_the_block_stands_between_the_ranking_and_the_findings() -> None:
    ids = shown(before()).values("id")
    places = [ids.index(id) for id in ("ranking", "since", "findings")]
    assert places == sorted(places)


def test_nothing_moved_is_said_in_one_sentence_and_no_table() -> None:
    text = shown(before()).text
    assert "No verdicts changed; no effects moved by more than noise." in text
    assert "More than noise?" not in text


def test_what_moved_is_told_with_its_size_and_whether_it_is_noise() -> None:
    text = shown(
        before(
            **{
                "consumer-ignored": {"estimate": 25.0, "low": 21.6, "high": 28.4},
                "missed-influencer": {"verdict": Verdict.CLEAR, "estimate": 0.1},
                "wrong-message": {"why": NOT_YET_BUILT},
            }
        )
    ).text
    assert "1 verdict changed; 1 effect moved by more than noise." in text
    assert "Consumer ignored ! found 25 points ! found 13.2 points yes, better: −11.8" in text
    assert "✓ clear 10% ◐ suspected 13% within noise: +3 percentage points" in text
    assert "Judged for the first time: wrong message." in text


def test_an_audit_that_cannot_be_read_is_named_and_nothing_is_compared() -> None:
    text = shown(AuditComparison(None, (), None, ((MAY, "Its findings.json is damaged."),))).text
    assert "The audit of 3 May 2026 is kept in earlier/2026-05-03, but is not read." in text
    assert "So nothing can be compared." in text


@pytest.mark.parametrize("attack", ATTACKS)
def test_names_in_an_earlier_audit_are_shown_and_never_run(attack: str) -> None:
    names = (attack,)
    other = ContextChanges(names, names, names, names, names, names, (attack, "0.1.0"))
    assert attack in "".join(shown(replace(before(), between=other)).words)
