"""Two scenarios on one page: whole, escaped, and with a policy that lets nothing run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tests.whatif.test_html import MOVED
from toolkit.client.model import Client
from toolkit.report.page.safety import page_templates
from toolkit.whatif.dashboard import Dashboard
from toolkit.whatif.html import PAGE_POLICY, save_scenario_page, scenario_page
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.sentences import whose_data
from toolkit.whatif.whatif import WhatIf

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_the_page_is_whole_and_as_strict_as_a_report(bright_if: WhatIf) -> None:
    page = scenario_page(bright_if.observed, [bright_if.under(MOVED), bright_if.observed])
    assert f'http-equiv="Content-Security-Policy" content="{PAGE_POLICY}"' in page
    assert page_templates().loader is not None
    report = page_templates().loader.get_source(page_templates(), "page.html.j2")[0]
    assert f'content="{PAGE_POLICY}' in report
    assert not re.search(r"<(script|link|iframe|img|form)|(src|href)=|url\(|@import", page)
    for shown in ("Scenario A: Half the gap", "Scenario B", whose_data(bright_if.client)):
        assert shown in page


def test_names_and_notes_cannot_become_part_of_it(bright: Client) -> None:
    whatif = WhatIf(replace(bright, name=EVIL), draws=200)
    evil = whatif.under(Scenario(name=EVIL, note=EVIL, price=0.9))
    page = scenario_page(whatif.observed, [evil, evil])
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 5


def test_it_is_saved_from_the_toolbar_and_never_over_another(
    bright: Client, bright_if: WhatIf, tmp_path: Path
) -> None:
    dashboard = Dashboard(bright, tmp_path)
    dashboard.whatif = bright_if
    bar = dashboard.toolbar
    bar.name.value, bar.note.value = "Half the gap", "The sales meeting asked for it"
    bar.page.click()
    bar.page.click()
    bar.side.value = "B"
    assert (bar.name.value, bar.note.value) == ("", "")
    bar.name.value = "Other"
    bar.page.click()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [
        "bright-reader.half-the-gap-and-b.html",
        "bright-reader.half-the-gap-and-other.html",
    ]
    assert "The sales meeting asked for it" in (tmp_path / files[1]).read_text("utf-8")
    before, same = bright_if.observed, [bright_if.observed] * 2
    assert save_scenario_page(tmp_path, before, same).name == "bright-reader.a-and-b.html"
    other = [bright_if.observed, bright_if.under(Scenario(price=0.9))]
    assert save_scenario_page(tmp_path, before, other).name == "bright-reader.a-and-b-2.html"
