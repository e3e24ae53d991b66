"""The what-if notebook runs as papermill runs it, for any client."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.explore.conftest import SAMPLES
from toolkit.explore.serve import NOTEBOOK, PACKAGE
from toolkit.report.doors import execute_notebook
from toolkit.report.parameters import check_parameters

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_it_runs_under_papermill_and_shows_the_dashboard(tmp_path: Path) -> None:
    source = PACKAGE.parent / NOTEBOOK
    values = {"client": str(SAMPLES / "sweet-corner"), "out": str(tmp_path / "scenarios")}
    check_parameters(source, values)
    done = execute_notebook(
        str(source), None, parameters=values, kernel_name="python3", progress_bar=False
    )
    shown = [o for cell in done.cells for o in cell.get("outputs", [])]
    assert not [o for o in shown if o["output_type"] in ("error", "stream")]
    assert [o for o in shown if WIDGET in o.get("data", {})]
    assert not (tmp_path / "scenarios").exists(), "nothing is written before it is asked for"
