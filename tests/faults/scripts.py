"""Script in every text of a client, opened in a real Chromium: what is live, what is asked for?"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from html import unescape
from pathlib import Path
from typing import Any

from tests.browser.chromium import running
from tests.report.batches import SAMPLE
from tests.report.canaries import each_row
from toolkit.report.options import default_notebooks
from toolkit.report.outputs import REPORT
from toolkit.report.page.pdf import find_browser
from toolkit.report.run import audit_folders
from toolkit.report.store.files import FAILURE

PAYLOADS = (
    "<script>window.ran=1</script>",
    "<img src=//127.0.0.1/x onerror=window.ran=1>",
    "<svg onload=window.ran=1><animate onbegin=window.ran=1 attributeName=x dur=1s></svg>",
    '<iframe src="//127.0.0.1/x" srcdoc="<script>parent.ran=1</script>"></iframe>',
    "[x](javascript&colon;window.ran=1)![y](//127.0.0.1/y.png)",
    "<a href=javascript&colon;window.ran=1 autofocus onfocus=window.ran=1>x</a>",
    "\"'--></title></style></textarea><script>window.ran=1</script>",
    "<style>@import '//127.0.0.1/x.css'</style><link rel=stylesheet href=//127.0.0.1/x.css>",
    "$$\\href{javascript&colon;window.ran=1}{x}$$ <math><maction xlink:href=//127.0.0.1></maction>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>",
    "<meta http-equiv=refresh content=0,//127.0.0.1/x><base href=//127.0.0.1/>",
    "{{ ''.__class__ }}{% raw %}<details open ontoggle=window.ran=1>x</details>",
)
CELLS: Mapping[str, tuple[str, str]] = {  # channel → table and column
    "campaign": ("campaigns", "campaign"),
    "where it ran": ("campaigns", "channel"),
    "segment": ("campaigns", "segment"),
    "product bought": ("purchases", "product"),
    "where it was bought": ("purchases", "channel"),
    "product": ("products", "product"),
    "product's label": ("products", "label"),
    "rival": ("rivals", "rival"),
    "what was said": ("feedback", "text"),
    "theme": ("feedback", "theme"),
    "trait of a person": ("people", "district"),
    "trait of a respondent": ("survey", "district"),
}
SETTINGS = {  # channel → where client.yml says it
    "name": (r"^name: .*", "name: {}"),
    "about": (r"^about: >-", "about: >-\n  {}"),
    "attribute's label": (r"label: Fresh,", "label: {},"),
    "attribute's word": (r"words: \[freshness\]", "words: [freshness, {}]"),
}
PAGES = (f"shown/{REPORT}", f"refused/{FAILURE[0]}", "index.html")
HEADER = "column of the file"
CHANNELS = (*CELLS, *SETTINGS, HEADER)
MOVE = """document.querySelectorAll('input').forEach(input => {
    input.value = input.max; input.dispatchEvent(new Event('input', {bubbles: true})) })"""
ACTS = "script, iframe, object, embed, form, link, base, input, math"
ACTING = f"""[...document.querySelectorAll('*')].flatMap(e => [
    ...(e.matches('{ACTS}') ? [e.tagName] : []),
    ...[...e.attributes].filter(a => /^on/i.test(a.name) || /^\\s*javascript:/i.test(a.value))
        .map(a => a.name)]).sort()"""


def live(number: int) -> list[str]:
    """What of this payload, put into every channel, ran, loaded, or could, on any page?"""
    path, payload = find_browser(), PAYLOADS[number]
    if path is None:
        raise RuntimeError("there is no Chromium, Chrome or Edge here")
    ours = _own(path)  # before there is another browser: only one may run in a process
    with made(payload) as out, running(path) as browser:
        wrong = [
            f"{payload} in {page}: {said}"
            for page, own in ours.items()
            for said in opened(browser, out / page, own)
        ]
        text = unescape((out / PAGES[0]).read_text("utf-8"))
        return wrong if payload in text else [*wrong, f"{payload} is shown nowhere"]


@cache
def _own(path: str) -> dict[str, list[str]]:
    """What of our own can act on each page, such as the slider of the what-if and its script?"""
    with made("plain words") as out, running(path) as browser:
        return {page: _acting(browser, out / page) for page in PAGES}


def _acting(browser: Any, file: Path) -> list[str]:
    page = browser.new_page()
    page.goto(file.as_uri())
    found = list(page.evaluate(ACTING))
    page.close()
    return found


@contextmanager
def made(payload: str, notebooks: tuple[Path, ...] = ()) -> Iterator[Path]:
    """The reports of a client with this text in every channel, and of one that it makes refused."""
    with tempfile.TemporaryDirectory(prefix="s-") as place:
        folder, out = Path(place) / "in", Path(place) / "out"
        for id in ("shown", "refused"):
            _client(folder / id, payload)
        each_row(folder / "refused" / "purchases.csv", lambda row: row | {"amount": payload})
        chosen = notebooks or default_notebooks()
        done = audit_folders([folder], out, workers=2, notebooks=chosen)
        if {o.id: o.status for o in done} != {"shown": "done", "refused": "failed"}:
            raise RuntimeError(str([(o.id, o.status, o.why) for o in done]))
        yield out


def _client(folder: Path, payload: str) -> None:
    shutil.copytree(SAMPLE, folder)
    for table, column in CELLS.values():
        text = re.sub("[:;]", "", payload) if column == "campaign" else payload
        each_row(folder / f"{table}.csv", partial(_with, column=column, text=text))
    each_row(folder / "survey.csv", lambda row: row | {payload: "1"})
    settings = (folder / "client.yml").read_text("utf-8")
    settings = settings.replace("id: sweet-corner", f"id: {folder.name}")
    quoted = "'" + payload.replace("'", "''") + "'"
    for place, said in SETTINGS.values():
        text = said.format(payload if said.startswith("about") else quoted)
        settings = re.sub(place, text.replace("\\", r"\\"), settings, count=1, flags=re.MULTILINE)
    (folder / "client.yml").write_text(settings, "utf-8")


def _with(row: dict[str, str], column: str, text: str) -> dict[str, str]:
    return row | {column: f"{row.get(column) or ''} {text}"}


def opened(browser: Any, file: Path, own: list[str]) -> list[str]:
    """What a page of ours asked for, ran, or holds that could act beside what is its own."""
    page, asked, alerts = browser.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: alerts.append(dialog.message))
    page.goto(file.as_uri())
    acting = page.evaluate(ACTING)
    page.evaluate(MOVE)
    page.wait_for_timeout(200)
    wrong = [f"asked for {u}" for u in asked if u != file.as_uri() and u[:5] != "data:"]
    wrong += [f"said {words}" for words in alerts]
    wrong += ["ran"] if page.evaluate("window.ran") is not None else []
    wrong += ["went elsewhere"] if page.url != file.as_uri() else []
    wrong += [f"holds what can act: {acting}"] if acting != own else []
    page.close()
    return wrong
