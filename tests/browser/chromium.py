"""The system's own Chromium, driven by playwright: a page whose requests are all written down."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WHY_NOT = "needs Debian's package chromium: a browser on the path, called chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
AXE = Path(__file__).with_name("axe") / "axe.min.js"
OURS = ("127.0.0.1", "localhost")
PATIENCE = 60_000  # milliseconds, on a machine that does other work too


@dataclass
class Seen:
    """A page, and every request that would have left the machine; each was refused."""

    page: Page
    left: list[str] = field(default_factory=list)


@contextmanager
def running(path: str | None = CHROMIUM) -> Iterator[Browser]:
    """A fresh browser; only one can run in a process at a time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, width: int = 1280, height: int = 900) -> Iterator[Seen]:
    """A fresh page, which knows nothing of the others."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE)
    seen = Seen(page)
    page.route("**/*", lambda route: _only_here(route, seen))
    yield seen
    page.close()


def _only_here(route: Route, seen: Seen) -> None:
    address = urlsplit(route.request.url)
    if address.scheme in ("http", "https") and address.hostname not in OURS:
        seen.left.append(route.request.url)
        route.abort()
    else:
        route.continue_()


def serious(page: Page, within: str) -> list[dict[str, Any]]:
    """What would keep people out, by axe-core: findings that are serious or critical."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("within => axe.run(within)", within)
    return [
        {"id": v["id"], "help": v["help"], "at": [n["html"] for n in v["nodes"]]}
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]
