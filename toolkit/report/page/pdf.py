"""How is the report's page printed? By a browser, or else by WeasyPrint."""

from __future__ import annotations

import math
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from toolkit.errors import OutputError

NAMED_BY = ("CHROME_PATH", "CHROME_BIN")  # where other tools, too, look for the browser
ON_PATH = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
)
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (
    *("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--no-default-browser-check", "--disable-breakpad", "--disable-crash-reporter"),
    *("--disable-extensions", "--disable-sync", "--disable-component-update", "--no-pings"),
    *("--disable-background-networking", "--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND"),
    *("--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>"),  # nothing listens
    *("--no-pdf-header-footer", "--generate-pdf-document-outline", "--user-agent=audit"),
)
SECONDS = 120.0
INSTALL = (
    "No PDF was made: there is neither Chromium, Chrome or Edge nor WeasyPrint. Install Chromium "
    "(or: pip install weasyprint), then run again; CHROME_PATH may name the browser."
)
_DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")
_NODES = re.compile(rb"\(node(\d{8})\)")  # cells of tables, by the browser's count of all it made


def print_page(page: bytes, *, until: float = math.inf) -> bytes:
    """What is this page of HTML on paper? A PDF, A4 and tagged.

    The page is printed by a browser (named by CHROME_PATH, on PATH, or where systems keep it), and
    where there is none, or it fails within SECONDS and before `until` (of ``time.monotonic()``), by
    WeasyPrint if that is installed. Neither loads anything. The same page and printer give the same
    bytes: dates are taken out, and cells of tables are counted anew, as a busy browser counts in
    other things. Raises OutputError where nothing printed it.
    """
    seconds = max(1.0, min(SECONDS, until - time.monotonic()))
    browser, weasyprint = find_browser(), _weasyprint()
    ways: list[Callable[[], bytes | None]] = []
    if browser:
        ways.append(lambda: _by_browser(browser, page, seconds))
    if weasyprint:
        ways.append(lambda: _by_weasyprint(weasyprint, page))
    for way in ways:
        if made := way():
            return _same_each_time(made)
    if not ways:
        raise OutputError(INSTALL)
    printer = Path(browser).name if browser else "WeasyPrint"
    raise OutputError(
        f"No PDF was made: {printer} could not print the page, or not in {seconds:.0f} seconds."
    )


def why_no_printer() -> str:
    """What must be installed before a page can be printed here? Empty where something prints."""
    return "" if find_browser() or _weasyprint() else INSTALL


def find_browser(surroundings: Mapping[str, str] = os.environ) -> str | None:
    """Which browser prints? The one CHROME_PATH or CHROME_BIN names, else the first one found."""
    named = [surroundings[name] for name in NAMED_BY if surroundings.get(name)]
    path = surroundings.get("PATH", os.defpath)
    found = (shutil.which(name, path=path) for name in (*named, *ON_PATH, *ELSEWHERE))
    return next(filter(None, found), None)


def _by_browser(browser: str, page: bytes, seconds: float) -> bytes | None:
    """The page printed, from a folder of its own in which the browser finds nothing else."""
    with tempfile.TemporaryDirectory(prefix="pdf-", ignore_cleanup_errors=True) as own:
        folder = Path(own)
        copy = folder / "page.html"
        copy.write_bytes(page)
        command = [browser, *QUIET, *_as_root(), f"--user-data-dir={folder / 'browser'}"]
        command += [f"--print-to-pdf={folder / 'page.pdf'}", copy.as_uri()]
        _run(command, {**os.environ, **dict(_homes(folder))}, seconds)
        printed = folder / "page.pdf"
        made = printed.read_bytes() if printed.is_file() else b""
    return made if made.rstrip().endswith(b"%%EOF") else None


def _as_root() -> list[str]:
    """Chromium refuses to sandbox what the system's own administrator runs."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _homes(folder: Path) -> Iterator[tuple[str, str]]:
    for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        yield name, str(folder)


def _run(command: list[str], surroundings: dict[str, str], seconds: float) -> None:
    """Run to the end or the limit; then nothing of it is left, the browser's helpers neither."""
    silent = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command,
            env=surroundings,
            stdin=silent,
            stdout=silent,
            stderr=silent,
            start_new_session=True,
        )
    except OSError:
        return
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass
    process.wait()


def _weasyprint() -> Any:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):  # OSError: the system lacks the libraries it draws with
        return None


def _by_weasyprint(weasyprint: Any, page: bytes) -> bytes | None:
    text = page.decode()
    try:
        data_only = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
        return bytes(weasyprint.HTML(string=text, url_fetcher=data_only).write_pdf(pdf_tags=True))
    except Exception:  # another version, or a page beyond it: the report stands without
        return None


def _same_each_time(made: bytes) -> bytes:
    """Without what a moment leaves in it; every byte stays at its place, as a PDF counts them."""
    numbers = {old: b"(node%08d)" % n for n, old in enumerate(sorted(set(_NODES.findall(made))))}
    counted = _NODES.sub(lambda node: numbers[node[1]], made)
    return _DATES.sub(lambda date: b" " * len(date[0]), counted)
