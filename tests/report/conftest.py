"""One client's folder and its finished reports, made once and copied by who changes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import running
from tests.report.batches import run, several
from toolkit.report.page.pdf import find_browser


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return several(tmp_path_factory.mktemp("clients"), "sweet-corner")


@pytest.fixture(scope="session")
def reports(clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports")
    (outcome,) = run("good", clients, out)
    assert outcome.status == "done", outcome.failure
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's own browser, ended with the module: its loop suffers no other beside it."""
    path = find_browser()
    if path is None:
        pytest.skip("there is no Chromium, Chrome or Edge here")
    with running(path) as opened:
        yield opened
