"""The lesson on the RAND experiment runs as a learner opens it, on the published data."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from statsmodels.datasets import randhie

ROOT = Path(__file__).resolve().parents[1]
LESSON = ROOT / "notebooks" / "course" / "who_pays.ipynb"
FOLDER = ROOT / "datasets" / "real" / "randhie"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(FOLDER / "make.py"))


@pytest.fixture(scope="module")
def shown() -> list[dict[str, Any]]:
    lesson = nbformat.read(LESSON, as_version=4)
    resources = {"metadata": {"path": str(LESSON.parent)}}
    done = NotebookClient(lesson, timeout=120, resources=resources).execute()
    return [o for cell in done.cells for o in cell.get("outputs", [])]


def test_the_file_is_the_published_one() -> None:
    ours, theirs = pd.read_parquet(FOLDER / "visits.parquet"), randhie.load_pandas().data
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_the_committed_script_makes_the_committed_file(
    script: dict[str, Any], tmp_path: Path
) -> None:
    script["write"](script["visits"](script["published"]()), tmp_path / "made")
    assert pd.read_parquet(tmp_path / "made").equals(pd.read_parquet(FOLDER / "visits.parquet"))


def test_another_file_is_refused(script: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(script["published"].__globals__, "SHA256", "0" * 64)
    with pytest.raises(SystemExit, match="nothing was written"):
        script["published"]()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_the_lesson_shows_the_published_means_in_charts_with_words(
    shown: list[dict[str, Any]],
) -> None:
    # Cameron & Trivedi (2005), ch. 20, by the data of statsmodels: 3.124 and 2.546, 22.7 % more
    assert not [o for o in shown if o["output_type"] in ("error", "stream")]
    told = " ".join(o["data"].get("text/html", "") for o in shown if "data" in o)
    for number in ("3.124 visits", "2.546 with one", "22.7% more"):
        assert number in told
    pictures = [o for o in shown if "image/png" in o.get("data", {})]
    assert [o["metadata"]["image/png"]["alt"] for o in pictures]


def test_the_lesson_says_that_its_intervals_are_too_short() -> None:
    text = "\n".join(c.source for c in nbformat.read(LESSON, as_version=4).cells)
    assert "**too short**" in text
    assert "no id" in text
