"""How do two scenarios look as one page that needs no other file, as safe as a report?

Every text is escaped, nothing is fetched, and the page's own policy lets no script run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import count
from pathlib import Path

from toolkit.whatif.html import change_summary_html, panel_html, style_sheet
from toolkit.whatif.panels import PANELS
from toolkit.whatif.sentences import whose_data
from toolkit.whatif.undo_history import SIDES
from toolkit.whatif.whatif import ScenarioResult
from toolkit.wording import language_note

PAGE_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
LONGEST = 40  # letters of each scenario's name in a file's
PAGE_STYLE = """
.whatif-page h1 { font-size: 1.5em; margin-block: 8px; }
.whatif-page main { max-inline-size: 1400px; }
.sides { display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.sides > section { min-inline-size: 0; }
.sides h2 { margin-block: 8px; overflow-wrap: anywhere; }
.story { white-space: pre-line; overflow-wrap: anywhere; color: #3d4657; }
@media print { .whatif-page { background: #fff; } .whatif { break-inside: avoid-page; } }
"""


def scenario_page(before: ScenarioResult, results: Sequence[ScenarioResult]) -> str:
    """Both scenarios side by side, against what was observed, with their names and notes."""
    client = before.client
    whose = escape(whose_data(client))
    sides = zip(SIDES, results, strict=True)
    columns = "".join(_one_side(side, before, after) for side, after in sides)
    note = language_note(client.language)
    head = (
        '<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{PAGE_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{whose}</title><style>{style_sheet()}{PAGE_STYLE}</style></head>"
    )
    said = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'{head}<body class="whatif-page"><main><h1 dir="auto">{whose}</h1>'
        "<p>Two what-ifs side by side, each against what was observed. Nothing of this happened: "
        "the audits ran on the client's own tables, changed as each scenario says.</p>"
        f'{said}<div class="sides">{columns}</div></main></body></html>\n'
    )


def _one_side(side: str, before: ScenarioResult, after: ScenarioResult) -> str:
    scenario = after.scenario
    title = f"Scenario {side}" + (f": {scenario.name}" if scenario.name else "")
    story = f'<p class="story" dir="auto">{escape(scenario.note)}</p>' if scenario.note else ""
    panels = "".join(panel_html(id, before, after) for id in PANELS)
    summary = change_summary_html(before, after, unfolded=True)
    name = f'<h2 dir="auto">{escape(title)}</h2>'
    return f'<section aria-label="Scenario {side}">{name}{story}{summary}{panels}</section>'


def save_scenario_page(
    folder: Path, before: ScenarioResult, results: Sequence[ScenarioResult]
) -> Path:
    """Write the page; where is it now? A name that holds another page gets a number.

    Raises OSError where the folder cannot be written to.
    """
    page = scenario_page(before, results).encode("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    names = [
        _in_a_file_name(r.scenario.name) or s.lower() for s, r in zip(SIDES, results, strict=True)
    ]
    start = f"{before.client.id}.{names[0]}-and-{names[1]}"
    for number in count(1):
        path = folder / f"{start}{'' if number == 1 else f'-{number}'}.html"
        try:
            with path.open("xb") as file:
                file.write(page)
        except FileExistsError:
            if path.read_bytes() != page:
                continue
        return path
    raise AssertionError("there is always a next number")


def _in_a_file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name.lower()).strip("-_")[:LONGEST]
