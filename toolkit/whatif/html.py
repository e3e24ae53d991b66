"""How does a scenario look as HTML: pure text from two results, which a widget or page only shows?

Two intervals stand on one scale, before above after, drawn with nothing but positions. Two
scenarios side by side are one page that needs no other file and is as safe as a report: every text
is escaped, nothing is fetched, and the page's own policy lets no script run.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from itertools import count
from pathlib import Path

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.finding import Judgement, Verdict
from toolkit.stats.interval import Interval
from toolkit.whatif.panels import PANELS, PanelContent, PanelNumber, panel_content
from toolkit.whatif.sentences import (
    leading_sentence,
    pair_sentences,
    scenario_sentences,
    sorted_changes,
    verdict_in_words,
    whose_data,
)
from toolkit.whatif.undo_history import SIDES
from toolkit.whatif.whatif import ScenarioResult
from toolkit.wording import (
    format_money_range,
    format_range,
    format_value,
    format_with_unit,
    language_note,
)

SCALE_ENDS = 0.04  # of the scale, left free at either end
MOST_MARKS = 4  # parts of a scale: more numbers would run into each other on a phone
MARK_FREE = 0.03  # of the scale: no number nearer to its ends, lest it is cut off
HALF_MARK = 0.9  # of a hundred: half the width of what has no width


def interval_bars(
    before: Interval | None,
    after: Interval | None,
    says: str,
    *,
    line: float | None = None,
    unit: str = "",
    currency: str = "",
) -> str:
    """The intervals as bars with a mark at the estimate; `line` is a threshold to be read against.

    Where both are counted they are bars from nothing to their size.

    Below them is the scale: some round numbers of this unit.

    Hollow is before, filled is after, so nothing hangs on colour; `says` tells it all in words.
    Positions are logical, so a page that runs from right to left mirrors them.
    """
    drawn = {k: _drawable(i) for k, i in (("before", before), ("after", after)) if i is not None}
    shown = {kind: interval for kind, interval in drawn.items() if interval is not None}
    if not shown:
        return ""
    if all(i.low == i.high for i in shown.values()) and line is None:
        shown = {
            kind: replace(i, low=min(0.0, i.low), high=max(0.0, i.high))
            for kind, i in shown.items()
        }
    ends = [end for i in shown.values() for end in (i.low, i.value, i.high)]
    low, width = _scale([*ends, *([] if line is None else [line])])
    parts = [_bar(kind, interval, low, width) for kind, interval in shown.items()]
    if line is not None:
        parts.append(f'<i class="line" style="inset-inline-start:{_at(line, low, width)}%"></i>')
    marks = _scale_marks(low, width, unit, currency)
    return (
        f'<div class="bars" role="img" aria-label="{escape(says, quote=True)}">'
        f'<div class="field">{"".join(parts)}</div>{marks}</div>'
    )


def _scale_marks(low: float, width: float, unit: str, currency: str) -> str:
    """Round numbers along the scale, at most MOST_MARKS of them, each at its place."""
    step = _mark_step(width)
    first = math.ceil((low + MARK_FREE * width) / step)
    last = math.floor((low + (1 - MARK_FREE) * width) / step)
    marks = [round(n * step, 12) for n in range(first, last + 1)]
    return "".join(
        f'<b style="inset-inline-start:{_at(mark, low, width)}%">'
        f'<bdi dir="ltr">{escape(_mark_text(mark, unit, currency))}</bdi></b>'
        for mark in marks
    )


@lru_cache(maxsize=1_000)
def _mark_text(mark: float, unit: str, currency: str) -> str:
    """A number of the scale, thousands and millions short."""
    size = abs(mark)
    for least, letter in ((1e6, "M"), (1e4, "k")):
        if unit.startswith("currency") and size >= least:
            divisor = 1e6 if letter == "M" else 1e3
            return format_value(mark / divisor, unit, currency) + letter
    return format_value(mark, unit, currency)


def _mark_step(width: float) -> float:
    """The round step that divides the scale into no more than MOST_MARKS parts."""
    rough = width / MOST_MARKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))


def _bar(kind: str, interval: Interval, low: float, width: float) -> str:
    start, end = (_at(x, low, width) for x in (interval.low, interval.high))
    if end - start < 2 * HALF_MARK:
        start, end = start - HALF_MARK, end + HALF_MARK
    return (
        f'<i class="{kind} span" style="inset-inline-start:{start:.2f}%;'
        f'inline-size:{end - start:.2f}%"></i>'
        f'<i class="{kind} mark" style="inset-inline-start:{_at(interval.value, low, width)}%"></i>'
    )


def _scale(values: Iterable[float]) -> tuple[float, float]:
    """Where the scale begins, and how long it is."""
    known = list(values)
    low, high = min(known), max(known)
    width = (high - low) or abs(high) or 1.0
    return low - SCALE_ENDS * width, width * (1 + 2 * SCALE_ENDS)


def _at(value: float, low: float, width: float) -> float:
    return round(100 * (value - low) / width, 2)


def _drawable(interval: Interval) -> Interval | None:
    ends = (interval.low, interval.value, interval.high)
    return interval if all(map(math.isfinite, ends)) else None


SUMMARY = "summary"
MOST_TOLD = 3  # changes that stand there unfolded
MOST_SAID = "Most changes:"
NOTHING = "No estimate."


def style_sheet() -> str:
    """The one stylesheet of all fragments."""
    return (Path(__file__).parent / "style.css").read_text("utf-8")


def comparison_fragments(
    before: ScenarioResult, after: ScenarioResult, language: str = "en"
) -> dict[str, str]:
    """What became otherwise? `change_summary_html` and one fragment of HTML a panel, by its id.

    Everything a client wrote is escaped. The fragments want `style_sheet()` once on their page.
    """
    found = {SUMMARY: change_summary_html(before, after, language)}
    return found | {id: panel_html(id, before, after) for id in PANELS}


def comparison_page(before: ScenarioResult, after: ScenarioResult, language: str = "en") -> str:
    """All fragments as one page that needs no other file."""
    title = escape(whose_data(after.observed.client))
    body = "".join(comparison_fragments(before, after, language).values())
    return (
        '<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style_sheet()}</style></head>"
        f'<body class="whatif-page"><main><h1>{title}</h1>{body}</main></body></html>'
    )


def change_summary_html(
    before: ScenarioResult, after: ScenarioResult, language: str = "en", *, unfolded: bool = False
) -> str:
    """What is changed, and what comes of it: the verdicts that turn, then what changed most.

    What is folded away on a screen is `unfolded` on a page that may be printed.
    """
    pairs = sorted_changes(before, after)
    sentences = pair_sentences(pairs, after.client.currency)
    turned = [pair for pair in pairs if pair[0].verdict is not pair[1].verdict]
    lead, rest = leading_sentence(sentences, turned=bool(turned)), sentences[1:]
    chips = "".join(f"<li>{_title(now)} {_chips(then, now)}</li>" for then, now in turned)
    most = [] if turned or unfolded else rest[:MOST_TOLD]
    note = language_note(language)
    says = scenario_sentences(after.scenario, after.observed.client)
    return _section(
        "What changes",
        f'<p role="status" aria-live="polite">{escape(_status(lead, turned, rest))}</p>'
        + (f'<ul class="turned">{chips}</ul>' if chips else "")
        + _lines(most[1:])
        + (_folded("All that changes", rest, unfolded) if len(rest) > len(most) else "")
        + _folded("The scenario", says, unfolded)
        + (f'<p class="note">{escape(note)}</p>' if note else ""),
    )


def _folded(summary: str, sentences: Sequence[str], unfolded: bool) -> str:
    opened = " open" if unfolded else ""
    return f"<details{opened}><summary>{summary}</summary>{_lines(sentences)}</details>"


def _status(lead: str, turned: Collection[object], rest: Sequence[str]) -> str:
    """What those hear who listen: where no verdict turns, what changed most."""
    return lead if turned or not rest else f"{lead} {MOST_SAID} {rest[0]}"


def panel_html(id: str, before: ScenarioResult, after: ScenarioResult) -> str:
    """One panel: numbers, verdicts, and what must be known beside them."""
    return _panel_section(panel_content(id, before, after), after.client.currency)


def _panel_section(shown: PanelContent, currency: str) -> str:
    """The panel as HTML."""
    rows = [_number(number, currency) for number in shown.numbers]
    rows += [_mistake(then, now, currency) for then, now in shown.mistakes]
    return _section(shown.title, LEGEND + "".join(rows) + _lines(shown.notes, "note"))


LEGEND = (
    '<p class="legend"><span><i class="key before"></i> before</span>'
    '<span><i class="key after"></i> after</span>'
    '<span><i class="key line"></i> threshold</span></p>'
)


def _section(title: str, inside: str) -> str:
    return f'<section class="whatif"><h2>{escape(title)}</h2>{inside}</section>'


def _lines(sentences: Iterable[str], kind: str = "told") -> str:
    lines = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{kind}">{lines}</ul>' if lines else ""


def _number(number: PanelNumber, currency: str) -> str:
    was, is_ = (_interval_text(i, number.unit, currency) for i in (number.before, number.after))
    says = f"{number.label}: before {was}, after {is_}."
    return _row(
        f"<h3>{escape(number.label)}</h3>",
        was,
        is_,
        interval_bars(number.before, number.after, says, unit=number.unit, currency=currency),
    )


def _mistake(then: Judgement, now: Judgement, currency: str) -> str:
    before, after = _interval(then), _interval(now)
    was, is_ = (_interval_text(i, now.unit, currency) for i in (before, after))
    limit = format_value(now.threshold, now.unit, currency)
    says = f"{MISTAKE_TYPES[now.id].title}: before {was}, after {is_}, threshold {limit}."
    head = f"<h3>{_title(now)}</h3>{_chips(then, now)}"
    stakes = [_money_text(m, currency) for m in (then, now)]
    bars = interval_bars(before, after, says, line=now.threshold, unit=now.unit, currency=currency)
    return _row(head, was, is_, bars, stakes)


def _row(head: str, was: str, is_: str, drawing: str, stakes: Iterable[str] = ("", "")) -> str:
    sides = zip(("before", "after"), (was, is_), stakes, strict=True)
    cells = "".join(
        f'<p class="{side}"><b>{side}</b> {_figures(value)}'
        + (f'<span class="stake"><bdi dir="ltr">{escape(stake)}</bdi></span>' if stake else "")
        + "</p>"
        for side, value, stake in sides
    )
    return f'<div class="row"><div class="head">{head}</div>{cells}{drawing}</div>'


def _figures(said: str) -> str:
    value, _, ends = said.partition(" (")
    ends = f' <span class="range">({escape(ends)}</span>' if ends else ""
    return f'<span class="value">{escape(value)}</span>{ends}'


def _title(mistake: Judgement) -> str:
    return escape(MISTAKE_TYPES[mistake.id].title)


def _chips(then: Judgement, now: Judgement) -> str:
    if then.verdict is now.verdict:
        return _chip(now.verdict, verdict_in_words(now))
    was, is_ = (_chip(m.verdict, verdict_in_words(m)) for m in (then, now))
    return f"{was}<span> becomes </span>{is_}"


def _chip(verdict: Verdict, said: str) -> str:
    sign = f'<span aria-hidden="true">{verdict.sign}</span>'
    return f'<span class="chip {verdict}">{sign} {said}</span>'


def _interval(mistake: Judgement) -> Interval | None:
    ends = mistake.estimate, mistake.low, mistake.high
    if any(end is None for end in ends):
        return None
    value, low, high = (float(end or 0.0) for end in ends)
    return Interval(value, low, high, 0, "")


def _interval_text(interval: Interval | None, unit: str, currency: str) -> str:
    if interval is None:
        return NOTHING
    written = format_with_unit(interval.value, unit, currency)
    if interval.low == interval.high:
        return written
    return f"{written} ({format_range(interval.low, interval.high, unit, currency)})"


def _money_text(mistake: Judgement, currency: str) -> str:
    sums = mistake.money
    return f"{format_money_range(sums.low, sums.high, currency)} {sums.kind}" if sums else ""


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
