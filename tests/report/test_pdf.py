"""The report on paper: what it holds, what it never loads, and what is said where it is not."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.report import handmade
from tests.report.batches import content, job, run
from tests.report.page import Page
from toolkit.errors import OutputError
from toolkit.report.deliver import deliver_client
from toolkit.report.page.pdf import INSTALL, _same_each_time, find_browser, print_page
from toolkit.report.page.report import report_html
from toolkit.report.processes.system import is_running
from toolkit.report.store.files import report_is_whole

needs_browser = pytest.mark.skipif(
    find_browser() is None, reason="there is no Chromium, Chrome or Edge here"
)
A4 = (595, 842)  # points


@pytest.fixture(scope="module")
def page() -> bytes:
    return report_html(handmade.audit()).encode()


@needs_browser
def test_the_pdf_is_a4_tagged_outlined_and_the_same_each_time(page: bytes) -> None:
    made = print_page(page)
    assert made == print_page(page)
    assert made.startswith(b"%PDF")
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    assert {tuple(round(float(side)) for side in size) for size in sizes} == {A4}
    for part in (b"/StructTreeRoot", b"/Outlines"):
        assert part in made
    assert b"Date" not in made


def test_what_a_busy_browser_counts_otherwise_leaves_no_trace() -> None:
    idle = b"/ID (node00000038) /ID (node00000039) /Headers [(node00000038)] (D:20260206)"
    busy = idle.replace(b"0039", b"0041").replace(b"0038", b"0039")
    assert busy != idle
    assert _same_each_time(busy) == _same_each_time(idle)
    assert len(_same_each_time(busy)) == len(busy)


@needs_browser
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="there is no pdftotext here")
def test_its_text_can_be_copied_and_pages_are_numbered(page: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(print_page(page))
    told = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True)
    assert "€74,400 to €98,400 spend to move" in " ".join(told.stdout.split())
    pages = re.findall(r"^(\d+) ?/ ?(\d+)$", told.stdout, re.M)
    assert [int(number) for number, _ in pages] == list(range(1, int(pages[0][1]) + 1))


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Be silent."""

    made = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}", asked
    made.shutdown()
    thread.join()
    made.server_close()


@needs_browser
def test_printing_loads_nothing_even_from_a_page_that_would(
    server: tuple[str, list[str]],
) -> None:
    address, asked = server
    html = f'<img src="{address}/a.png"><iframe src="{address}/b"></iframe><p>here</p>'
    html += f'<script>fetch("{address}/c")</script><link rel="stylesheet" href="{address}/d.css">'
    assert print_page(html.encode()).startswith(b"%PDF")
    assert asked == []


def fake(path: Path, script: str) -> str:
    """A program in the browser's place."""
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
    return str(path)


@pytest.mark.skipif(find_spec("weasyprint") is not None, reason="WeasyPrint is installed here")
def test_a_browser_that_hangs_is_ended_with_all_it_started(
    page: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    born = tmp_path / "born"
    hangs = fake(tmp_path / "hangs", f"sleep 60 & echo $! > {born}; sleep 60")
    monkeypatch.setenv("CHROME_PATH", hangs)
    said = "No PDF was made: hangs could not print the page, or not in 1 seconds."
    with pytest.raises(OutputError, match=re.escape(said)):
        print_page(page, until=time.monotonic() + 1)
    for _ in range(50):
        if not is_running(int(born.read_text())):
            break
        time.sleep(0.1)
    assert not is_running(int(born.read_text()))


@pytest.mark.skipif(find_spec("weasyprint") is not None, reason="WeasyPrint is installed here")
def test_without_any_printer_one_sentence_says_what_to_install(
    page: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHROME_PATH", "CHROME_BIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    if find_browser():
        pytest.skip("a browser stands where this system keeps its programs")
    with pytest.raises(OutputError, match=re.escape(INSTALL)):
        print_page(page)
    assert "pip install weasyprint" in INSTALL


def test_the_browser_that_is_named_goes_before_the_one_on_path(tmp_path: Path) -> None:
    named, found = fake(tmp_path / "mine", ""), fake(tmp_path / "chromium", "")
    path = {"PATH": str(tmp_path)}
    assert find_browser(path) == found
    assert find_browser(path | {"CHROME_BIN": named}) == named
    assert find_browser(path | {"CHROME_PATH": str(tmp_path / "gone")}) == found


@needs_browser
def test_a_run_prints_its_reports_and_the_index_leads_to_them(
    clients: Path, tmp_path: Path
) -> None:
    (outcome,) = run("good", clients, tmp_path, outputs=["pdf"])
    assert (outcome.status, outcome.note) == ("done", "")
    assert "report.pdf" in content(tmp_path / "sweet-corner")
    assert report_is_whole(tmp_path / "sweet-corner")
    index = Page((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert "sweet-corner/report.pdf" in index.values("href")


@needs_browser
def test_asking_for_a_pdf_or_not_makes_no_report_anew_that_need_not_be(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = run("good", clients, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("toolkit.report.page.pdf.find_browser", lambda *_: None)
        patch.setattr("toolkit.report.page.pdf._weasyprint", lambda: None)
        (none,) = run("good", clients, tmp_path, outputs=["pdf"])
    assert none.unchanged
    assert none.note == INSTALL
    (printed,) = run("good", clients, tmp_path, outputs=["pdf"])
    (again,) = run("good", clients, tmp_path, outputs=["pdf"])
    (without,) = run("good", clients, tmp_path)
    told = [outcome.unchanged for outcome in (first, printed, again, without)]
    assert told == [False, False, True, True]
    assert "report.pdf" in content(tmp_path / "sweet-corner")


def test_a_report_that_cannot_be_printed_is_done_and_says_so(
    clients: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROME_PATH", fake(tmp_path / "broken", "exit 1"))
    asked = job(clients / "sweet-corner", tmp_path / "out", tmp_path / "private")
    outcome = deliver_client(
        replace(asked, options=replace(asked.options, outputs=["pdf"])), lambda step: None
    )
    assert outcome.status == "done"
    assert report_is_whole(tmp_path / "out" / "sweet-corner")
    printed = "report.pdf" in content(tmp_path / "out" / "sweet-corner")
    assert outcome.note.startswith("No PDF was made") is not printed
    assert printed is (find_spec("weasyprint") is not None)
