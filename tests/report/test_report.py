"""The page that is handed over: its order, its safety, its words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.report import handmade
from tests.report.page import Page
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.finding import DataNeeds, Verdict
from toolkit.report.failed import failure_html
from toolkit.report.job import ClientFailure
from toolkit.report.page.chapters import Picture, notebook_chapter
from toolkit.report.page.context import ReportContext
from toolkit.report.page.report import report_html

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</style><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=file:///etc/passwd></iframe>",
    "{{ 7 * 7 }}",
)
CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page(**changes: object) -> Page:
    return Page(report_html(handmade.audit(**changes)))


def test_the_sections_stand_in_the_order_a_busy_reader_needs() -> None:
    found = re.findall(r'<h2 id="([a-z-]+)"', report_html(handmade.audit()))
    assert found == [
        *("answer", "ranking", "findings", "fine", "open"),
        *("audits", "reading", "data", "method", "provenance"),
    ]


def test_the_tags_are_balanced_and_no_heading_level_is_skipped() -> None:
    opened = page()
    assert opened.unbalanced == []
    assert opened.open == []
    assert opened.headings[0] == 1
    steps = zip(opened.headings, opened.headings[1:], strict=False)
    assert all(later <= earlier + 1 for earlier, later in steps)


def test_ids_are_unique_and_every_inner_link_has_its_target() -> None:
    opened = page()
    ids = opened.values("id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in opened.values("href") if h.startswith("#")} <= set(ids)


def test_found_comes_before_suspected_and_more_money_before_less() -> None:
    rows = [h for h in page().values("href") if h[1:] in MISTAKE_TYPES]
    expected = ["spend-off-say", "wrong-message", "consumer-ignored", "missed-influencer"]
    assert [h[1:] for h in rows] == expected


def test_the_answer_has_three_sentences_and_the_sums_as_ranges_per_kind() -> None:
    text = page().text
    assert "Of 6 mistakes we looked for, 3 are found: spend off say, wrong message" in text
    assert "€74,400 to €98,400 spend to move" in text
    assert "€31,200 to €48,000 spend at risk" in text
    assert "Sums of different kinds are not added." in text


def test_sums_that_overlap_are_said_to_overlap() -> None:
    mistakes = [
        replace(m, verdict=Verdict.FOUND) if m.id == "missed-influencer" else m
        for m in handmade.verdicts()
    ]
    text = page(mistakes=tuple(mistakes)).text
    assert "The sums of spend to move overlap: they describe one budget" in text
    assert "€74,400 to €98,400" in text  # largest low end, largest high end
    assert "spend at risk overlap" not in text


def test_what_is_missing_is_said_as_something_to_bring() -> None:
    assert "Bring: about 120 more consumers in the survey." in page().text


def test_what_waits_for_the_same_data_stands_together() -> None:
    needs = DataNeeds("survey", "consumer", None)
    open_ = {"verdict": Verdict.CANNOT_TELL, "why": "There is no survey.", "needs": needs}
    bare = open_ | {"estimate": None, "low": None, "high": None, "money": None}
    both = ("consumer-ignored", "buyer-ignored")
    mistakes = [replace(m, **bare) if m.id in both else m for m in handmade.verdicts()]
    opened = page(mistakes=tuple(mistakes))
    assert opened.text.count("Bring consumers in the survey") == 1
    assert set(both) <= set(opened.values("id"))
    assert "Bring: about 120 more consumers in the survey." in opened.text  # has an estimate


def test_what_this_version_does_not_judge_stays_in_one_quiet_list() -> None:
    html = report_html(handmade.audit())
    assert html.count("phantom segments") == 1
    assert 'id="phantom-segments"' not in html


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_client_of_one_verdict_gets_a_whole_page(verdict: Verdict) -> None:
    opened = Page(report_html(handmade.with_verdict(verdict)))
    assert opened.unbalanced == []
    assert not re.search(r"\bNone\b(?! of)|nan\b", opened.text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_client_text_is_shown_and_never_runs(attack: str) -> None:
    mistakes = (replace(handmade.verdicts()[0], why=attack), *handmade.verdicts()[1:])
    finding = replace(handmade.findings()["roles"], answer=attack, limits=(attack,))
    data = {attack: handmade.source(attack, 1, 1, attack)}
    findings = handmade.findings() | {"roles": finding}
    audit = handmade.audit(name=attack, mistakes=mistakes, findings=findings, data=data)
    told = ReportContext(
        attack, attack, {"buyer": attack}, pictures={"wrong-message": Picture(b"", attack)}
    )
    opened = Page(report_html(audit, told))
    assert opened.live() == []
    assert opened.unbalanced == []
    assert attack in "".join(opened.words)


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_notebook_shows_is_filtered(attack: str) -> None:
    data = [{"text/html": f"<p>kept {attack}</p>"}, {"text/markdown": attack}]
    data += [{"text/plain": attack}, {"image/svg+xml": f"<svg>{attack}</svg>"}]
    outputs = [new_output("display_data", d) for d in data]
    outputs += [new_output("stream", name="stdout", text=attack)]
    shown = new_notebook(cells=[new_markdown_cell(attack), new_code_cell(attack, outputs=outputs)])
    audit = handmade.audit()
    opened = Page(report_html(audit, ReportContext(chapters=[notebook_chapter("roles", shown)])))
    assert opened.live() == []
    assert "kept" in opened.text


def test_code_and_lessons_stay_out_and_alternative_text_comes_along() -> None:
    picture = {"image/png": "iVBORw0KGgo="}
    output = new_output("display_data", picture, metadata={"image/png": {"alt": "Who pays"}})
    cells = [
        new_markdown_cell("# Title\n\nKept prose."),
        new_markdown_cell("Left out.", metadata={"tags": ["lesson"]}),
        new_code_cell("secret = 1", outputs=[output]),
    ]
    told = notebook_chapter("roles", new_notebook(cells=cells))
    assert "Kept prose." in told.html
    assert 'alt="Who pays"' in told.html
    assert "Left out" not in told.html
    assert "secret" not in told.html
    assert "Title" not in told.html


def test_a_figure_that_names_a_mistake_goes_to_its_block() -> None:
    said = {"image/png": {"alt": "Fit by role", "mistake": "wrong-message"}}
    output = new_output("display_data", {"image/png": "iVBORw0KGgo="}, metadata=said)
    told = notebook_chapter("mistakes", new_notebook(cells=[new_code_cell("x", outputs=[output])]))
    html = report_html(handmade.audit(), ReportContext(chapters=[told]))
    block = html[html.index('<h3 id="wrong-message"') : html.index('<h3 id="consumer-ignored"')]
    assert 'alt="Fit by role"' in block
    assert html.count('alt="Fit by role"') == 1


def test_nothing_is_loaded_from_anywhere() -> None:
    html = report_html(handmade.audit())
    assert f'content="{CSP}"' in html
    assert Page(html).live() == []
    assert not re.search(r"url\(|@import|https?://", html)


def test_the_page_serves_phones_and_paper() -> None:
    html = report_html(handmade.audit())
    assert "@media screen and (max-width: 40rem)" in html
    assert "size: A4" in html
    assert "counter(page)" in html
    assert '<html lang="en" dir="ltr">' in html


def test_a_language_without_text_yet_is_told_so() -> None:
    html = report_html(handmade.audit(), ReportContext(language="tr"))
    assert "There is no Turkish text yet" in html


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert report_html(handmade.audit()) == report_html(handmade.audit())


def test_the_small_table_shows_roles_as_columns_and_attributes_by_their_names() -> None:
    html = report_html(handmade.audit(), ReportContext(labels={"price": "Price at the shelf"}))
    text = Page(html).text
    assert "fit: buyer fit: consumer Spring mailing 42% (37% to 47%) 88% (84% to 92%)" in text
    assert "buyer 82% 46% (43% to 49%)" in text


def test_on_paper_headings_stay_with_what_follows_and_notes_with_their_table() -> None:
    html = report_html(handmade.audit())
    paper = html[html.index("@media print") :]
    assert ":is(h2, h3, h4) + p, h2 + .block h3, caption { break-after: avoid; }" in paper
    assert ".cards + .small, .lead + .stakes, .stakes + .small { break-before: avoid; }" in paper
    assert re.search(r'</table>\s*<p class="small">Found mistakes by money', html)


def test_a_failure_page_says_what_and_what_to_do_without_markup_from_outside() -> None:
    failure = ClientFailure("read the folder", ("<script>x</script>",), "Mend it.")
    opened = Page(failure_html("<b>Bear</b>", failure, earlier=True))
    assert opened.live() == []
    assert "<script>x</script>" in opened.text
    assert "Mend it." in opened.text
    assert "report.html" in opened.values("href")
