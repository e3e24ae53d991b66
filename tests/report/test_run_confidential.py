"""Nothing leaks: no personal cell in any output, nothing of one client in another's, no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.report.batches import content
from tests.report.canaries import canary, headless, miscoded, misplaced, secret, shown
from toolkit.report.job import explain_error
from toolkit.report.options import default_notebooks
from toolkit.report.page.what_if import panel_script
from toolkit.report.run import audit_folders

SIGN = "<img src=//127.0.0.1/x onerror=window.ran=1><svg onload=window.ran=1>"
GOOD, REFUSED = ("alpha", "beta"), ("gamma", "delta", "epsilon")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five clients audited in one run: two are done, three are refused."""
    folder, out = tmp_path_factory.mktemp("canaries"), tmp_path_factory.mktemp("told")
    canary(folder, "alpha")
    canary(folder, "beta", SIGN)
    for make, name in zip((misplaced, headless, miscoded), REFUSED, strict=True):
        make(folder, name)
    told = [n for n in default_notebooks() if n.name[:2] in ("03", "05")]
    done = audit_folders([folder], out, workers=2, notebooks=told)
    status = {o.id: o.status for o in done}
    assert status == dict.fromkeys(GOOD, "done") | dict.fromkeys(REFUSED, "failed")
    return out


def test_no_personal_cell_stands_in_any_output(reports: Path) -> None:
    told = content(reports)
    assert {f"{name}/failure.html" for name in REFUSED} < set(told)
    for name in (*GOOD, *REFUSED):
        marks = {secret(name).encode(), b"qz\xc3\xa9" + name.encode(), b"qz\xe9" + name.encode()}
        leaks = [file for file, data in told.items() if any(mark in data for mark in marks)]
        assert leaks == []


def test_nothing_of_one_client_stands_in_the_output_of_another(reports: Path) -> None:
    for file, data in content(reports).items():
        strangers = [n for n in (*GOOD, *REFUSED) if shown(n).encode() in data]
        own = file.split("/")[0]
        assert set(strangers) <= ({own} if "/" in file else set(GOOD) | set(REFUSED)), file
    assert shown("alpha") in (reports / "alpha" / "report.html").read_text(encoding="utf-8")


def test_a_refused_client_is_told_its_places_without_what_the_cells_hold(reports: Path) -> None:
    page = (reports / "gamma" / "failure.html").read_text(encoding="utf-8")
    assert "purchases.csv, line 2" in page
    assert "“…” is not a number." in page
    assert "audit check" in page


def test_an_error_nobody_foresaw_is_told_by_kind_and_full_only_at_the_terminal() -> None:
    said = explain_error(ValueError("could not convert 'anna@example.org'"), "calculate")
    assert said.why == ("Our error: ValueError.",)
    assert "anna" not in str(said.told()) + repr(said)
    assert "anna@example.org" in said.full
    assert "--debug" in said.todo


@pytest.mark.parametrize("page", ["beta/report.html", "index.html", "gamma/failure.html"])
def test_text_of_a_client_is_shown_and_never_runs(page: str, reports: Path, browser: Any) -> None:
    opened, asked, alerts = browser.new_page(), list[str](), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("dialog", lambda dialog: alerts.append(dialog.message))
    place = (reports / page).as_uri()
    opened.goto(place)
    assert [url for url in asked if url != place and not url.startswith("data:")] == []
    assert alerts == []
    assert opened.evaluate("window.ran") is None
    assert opened.evaluate("document.querySelectorAll('iframe, [onerror], [onload]').length") == 0
    scripts = opened.evaluate("[...document.scripts].map(s => s.text)")
    assert scripts == ([panel_script()] if page == "beta/report.html" else [])
    if page != "gamma/failure.html":
        assert "<img src=//127.0.0.1/x" in opened.inner_text("body")
    opened.close()
