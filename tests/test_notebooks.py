"""Each walk-through runs as a learner opens it: by itself, in its own folder, nothing changed."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from toolkit.audits import QUESTIONS
from toolkit.report.notebooks import notebook_audit

AUDITS = Path(__file__).resolve().parents[1] / "notebooks" / "audit"
CALLS = {
    "01_roles": ["roles.audit(", "charts.plot_separation(", "charts.plot_say("],
    "02_motivations": ["motivations.audit(", "charts.plot_importance(", "charts.plot_performance("],
    "03_targeting": ["targeting.audit(", "charts.plot_spend_and_say(", "charts.plot_message_fit("],
    "04_segments": ["segments.audit(", "charts.plot_segment_response(", "charts.plot_knowledge("],
    "05_feedback": [
        "feedback.audit(",
        "charts.plot_feedback_and_say(",
        "charts.plot_attribute_to_margin(",
    ],
    "06_loyalty": ["loyalty.audit(", "charts.plot_repurchase_times(", "charts.plot_linkage("],
    "07_clients": ["clients.audit(", "charts.plot_holdout(", "charts.plot_levers("],
    "08_life_cycle": ["life_cycle.audit(", "charts.plot_life_cycle(", "charts.plot_emphasis("],
    "09_mistakes": ["mistakes.audit(", "charts.verdict_table(", "charts.show_judgement("],
}


def test_each_audit_has_its_notebook_and_each_notebook_its_audit_and_calls() -> None:
    assert sorted(path.stem for path in AUDITS.glob("*.ipynb")) == sorted(CALLS)
    assert {notebook_audit(AUDITS / name) for name in CALLS} == set(QUESTIONS)


@pytest.fixture(params=CALLS, scope="module")
def opened(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(AUDITS / f"{request.param}.ipynb", as_version=4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_it_runs_on_its_sample_client_and_shows_charts_with_words(
    opened: nbformat.NotebookNode,
) -> None:
    resources = {"metadata": {"path": str(AUDITS)}}
    done = NotebookClient(opened, timeout=120, resources=resources).execute()
    shown = [o for cell in done.cells for o in cell.get("outputs", [])]
    pictures = [o for o in shown if "image/png" in o.get("data", {})]
    assert not [o for o in shown if o["output_type"] in ("error", "stream")]
    assert pictures
    assert all(o["metadata"]["image/png"]["alt"] for o in pictures)


@pytest.mark.parametrize("name", CALLS)
def test_it_teaches_before_and_after_each_call(name: str) -> None:
    cells = nbformat.read(AUDITS / f"{name}.ipynb", as_version=4).cells
    lessons = [c.source for c in cells if "lesson" in c.metadata.get("tags", [])]
    assert len(lessons) >= 4
    assert any("What to look for" in text for text in lessons)
    assert any("How to read it" in text for text in lessons)
    for call in CALLS[name]:
        assert any(call in c.source for c in cells if c.cell_type == "code")
