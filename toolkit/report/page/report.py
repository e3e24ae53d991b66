"""What is the page of one client? Laid out by a template, every text escaped, nothing loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from toolkit.catalogue import MISTAKE_TYPES, NOT_YET_BUILT
from toolkit.finding import Audit, Verdict
from toolkit.questions import AUDITS
from toolkit.report.page.chapters import Chapter, Picture
from toolkit.report.page.context import ReportContext
from toolkit.report.page.mistakes import MistakeBlock, mistake_block
from toolkit.report.page.safety import page_templates
from toolkit.report.page.sentences import (
    judged_mistakes,
    later_mistakes,
    money_at_stake,
    opening_sentences,
    overlap_sentences,
    rank_mistakes,
    with_verdicts,
)
from toolkit.report.page.since import changes_block
from toolkit.report.page.what_if import what_if_panel
from toolkit.wording import (
    format_count,
    format_money_range,
    format_percent,
    join_words,
    language_note,
)


def report_html(audit: Audit, reading: ReportContext | None = None) -> str:
    """What does the client read? One self-contained page, the same bytes for the same audit."""
    told = reading or ReportContext()
    pictures = {m: p for chapter in told.chapters for m, p in chapter.pictures.items()}
    pictures |= dict(told.pictures)

    return (
        page_templates()
        .get_template("report.html.j2")
        .render(
            client=audit.client,
            about=told.about,
            language_note=language_note(told.language),
            level=format_percent(float(audit.run["level"])),
            opening=opening_sentences(audit, told.spend),
            scenario=told.scenario,
            since=changes_block(told.since, str(audit.client["currency"])) if told.since else None,
            what_if=what_if_panel(told.moving) if told.moving else None,
            chapters=_chapters(audit, told.chapters),
            quotes=told.quotes,
            later=_later(audit),
            data=_data(audit),
            provenance=_provenance(audit),
            **_stakes(audit, told.spend),
            **_sections(_blocks(audit, told.labels, pictures)),
        )
    )


def _blocks(
    audit: Audit, labels: Mapping[str, str], pictures: Mapping[str, Picture]
) -> dict[str, list[MistakeBlock]]:
    """The judged mistakes as blocks, by the section of the page where they stand."""
    asked = judged_mistakes(audit.mistakes)
    sections = {
        "pressing": rank_mistakes(asked),
        "clear": with_verdicts(asked, Verdict.CLEAR),
        "open": with_verdicts(asked, Verdict.CANNOT_TELL),
        "ruled_out": with_verdicts(asked, Verdict.NOT_APPLICABLE),
    }
    return {
        section: [mistake_block(audit, mistake, labels, pictures) for mistake in mistakes]
        for section, mistakes in sections.items()
    }


def _sections(blocks: dict[str, list[MistakeBlock]]) -> dict[str, Any]:
    """The same, with all that is open for want of the same data in one place (`wanting`)."""
    by_needs: dict[str, list[MistakeBlock]] = {}
    for b in blocks["open"]:
        if b.needs and b.mistake.estimate is None:
            by_needs.setdefault(b.needs, []).append(b)
    wanting = {needs: together for needs, together in by_needs.items() if len(together) > 1}
    alone = [b for b in blocks["open"] if b not in wanting.get(b.needs, ())]
    return {**blocks, "open": alone, "wanting": list(wanting.items())}


def _stakes(audit: Audit, spend: float | None) -> dict[str, Any]:
    sums = money_at_stake(with_verdicts(audit.mistakes, Verdict.FOUND), spend)
    currency = str(audit.client["currency"])
    rows = [
        {
            "kind": s.kind,
            "range": format_money_range(s.low, s.high, currency),
            "from": join_words(MISTAKE_TYPES[id].title.lower() for id in s.mistakes),
        }
        for s in sums
    ]
    return {"stakes": rows, "overlap": overlap_sentences(sums)}


def _chapters(audit: Audit, chapters: Sequence[Chapter]) -> list[dict[str, Any]]:
    told = {c.audit: Markup(c.html) for c in chapters}  # cleaned by an allow-list on its way in
    return [
        {
            "id": id,
            "title": AUDITS[id].title,
            "question": AUDITS[id].question,
            "status": finding.status,
            "answer": finding.answer,
            "why": finding.why or "",
            "limits": finding.limits,
            "html": told.get(id, ""),
        }
        for id, finding in audit.findings.items()
        if id != "mistakes" and finding.why != NOT_YET_BUILT
    ]


def _later(audit: Audit) -> dict[str, str]:
    audits = [
        AUDITS[id].title.lower() for id, f in audit.findings.items() if f.why == NOT_YET_BUILT
    ]
    mistakes = [MISTAKE_TYPES[m.id].title.lower() for m in later_mistakes(audit.mistakes)]
    return {"audits": join_words(audits), "mistakes": join_words(mistakes)}


def _data(audit: Audit) -> list[dict[str, Any]]:
    return [
        {
            "table": name,
            "file": row["file"],
            "rows": format_count(row["rows"]),
            "kept": format_count(row["kept"]),
            "notes": row["notes"],
        }
        for name, row in audit.data.items()
    ]


def _provenance(audit: Audit) -> list[tuple[str, str]]:
    run = audit.run
    packages = ", ".join(f"{name} {version}" for name, version in run["packages"].items())
    return [
        ("Toolkit", f"{run['toolkit']}, Python {run['python']}"),
        ("Packages", packages),
        ("Seed", str(run["seed"])),
        ("Level of the intervals", format_percent(float(run["level"]))),
        ("Settings", json.dumps(run["settings"], sort_keys=True, ensure_ascii=False)),
        *((f"SHA-256 of {name}", str(row["sha256"])) for name, row in audit.data.items()),
    ]
