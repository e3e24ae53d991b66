"""Make the README's picture of the what-if: `python -m tests.picture`, never by hand."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import CHROMIUM, PATIENCE, WHY_NOT, opened, running
from toolkit.whatif.serve import serve_whatif

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "datasets" / "clients" / "little-bear"
PICTURE = ROOT / "notebooks" / "explore" / "what_if.png"
WIDTH, HEIGHT = 1280, 1000
MOVED = {"From buyers to consumers, % of all spend": "-40"}


def main() -> None:
    """Move money to who pays until a verdict turns, and take a picture of the page."""
    if CHROMIUM is None:
        sys.exit(f"The picture {WHY_NOT}.")
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    width = int(sys.argv[2]) if len(sys.argv) > 2 else WIDTH
    with (
        tempfile.TemporaryDirectory() as scenarios,
        serve_whatif(CLIENT, Path(scenarios), app=True) as server,
        running() as browser,
        opened(browser, width, HEIGHT) as seen,
    ):
        seen.page.goto(server.address)
        seen.page.get_by_text("No verdict, no effect").wait_for(timeout=2 * PATIENCE)
        for label, value in MOVED.items():
            box = seen.page.get_by_label(label).first
            box.fill(value)
            box.press("Enter")
        seen.page.locator(".whatif-right .row .after .value", has_text="€202,000").wait_for()
        seen.page.evaluate("document.activeElement.blur()")
        seen.page.screenshot(path=place)


if __name__ == "__main__":
    main()
