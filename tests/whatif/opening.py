"""How is the what-if opened in a browser, and when is it ready for a hand?"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.chromium import PATIENCE
from toolkit.whatif.serve import WhatIfServer

MOST_WAIT = 3 * PATIENCE  # milliseconds: only what never comes is waited for so long
IDLE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  return panel?.sessionContext?.session?.kernel?.status === "idle";
}"""
READY = """() => {
  const followed = [...document.querySelectorAll(".whatif-slider .noUi-target")];
  return document.querySelector(".whatif-right h2") && document.querySelector(".whatif-moves input")
    && followed.length && followed.every((slider) => slider.whatifFollowed);
}"""


def open_what_if(page: Page, server: WhatIfServer, *, app: bool) -> None:
    """Open and run it, and wait until its sliders are there and their moves are heard.

    However long that takes with other work on the machine, up to MOST_WAIT for each of its parts.
    """
    page.set_default_timeout(MOST_WAIT)
    page.goto(server.address if app else server.address.replace("?", "?reset&"))
    if not app:
        page.wait_for_function(IDLE)
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(READY)
