"""A scenario as HTML: pure text from two outcomes, which a widget or a page only has to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape
from pathlib import Path

from toolkit.catalogue import KINDS
from toolkit.explore.bars import bars
from toolkit.explore.panels import PLANS, Number, Panel, panel
from toolkit.explore.told import changed, told, word
from toolkit.explore.whatif import Outcome
from toolkit.finding import Mistake, Verdict
from toolkit.stats.interval import Interval
from toolkit.text import figure, language_note, money, quantity, span

SUMMARY = "summary"
NOTHING = "No estimate."


def style() -> str:
    """The one stylesheet of all fragments."""
    return (Path(__file__).parent / "style.css").read_text("utf-8")


def view(before: Outcome, after: Outcome, language: str = "en") -> dict[str, str]:
    """What became otherwise? `summary` and one fragment of HTML a panel, by its id.

    Everything a client wrote is escaped. The fragments want `style()` once on their page.
    """
    found = {SUMMARY: summary(before, after, language)}
    return found | {id: panel_view(id, before, after) for id in PLANS}


def page(before: Outcome, after: Outcome, language: str = "en") -> str:
    """All fragments as one page that needs no other file."""
    title = escape(after.client.name)
    body = "".join(view(before, after, language).values())
    return (
        '<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>What if: {title}</title><style>{style()}</style></head>"
        f'<body class="whatif-page"><main><h1>What if: {title}</h1>{body}</main></body></html>'
    )


def summary(before: Outcome, after: Outcome, language: str = "en") -> str:
    """What is changed, and what comes of it, in sentences, with the verdicts that turn."""
    pairs = [(before.mistake(m.id), m) for m in after.mistakes]
    headline, *rest = changed(before, after)
    turned = [pair for pair in pairs if pair[0].verdict is not pair[1].verdict]
    chips = "".join(f"<li>{_title(now)} {_chips(then, now)}</li>" for then, now in turned)
    note = language_note(language)
    says = told(after.scenario, after.observed.client)
    return _section(
        "What changes",
        f'<p role="status" aria-live="polite">{escape(_status(headline, turned, rest))}</p>'
        + (f'<ul class="turned">{chips}</ul>' if chips else "")
        + (f"<details><summary>All that moves</summary>{_lines(rest)}</details>" if rest else "")
        + f"<details><summary>The scenario</summary>{_lines(says)}</details>"
        + (f'<p class="note">{escape(note)}</p>' if note else ""),
    )


def _status(headline: str, turned: Collection[object], rest: Sequence[str]) -> str:
    """What those hear who listen: where no verdict turns, the first of what moves."""
    return headline if turned or not rest else f"{headline} {rest[0]}"


def panel_view(id: str, before: Outcome, after: Outcome) -> str:
    """One panel: numbers, verdicts, and what must be known beside them."""
    return drawn(panel(id, before, after), after.client.currency)


def drawn(shown: Panel, currency: str) -> str:
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


def _number(number: Number, currency: str) -> str:
    was, is_ = (_said(i, number.unit, currency) for i in (number.before, number.after))
    says = f"{number.label}: before {was}, after {is_}."
    return _row(
        f"<h3>{escape(number.label)}</h3>",
        was,
        is_,
        bars(number.before, number.after, says),
    )


def _mistake(then: Mistake, now: Mistake, currency: str) -> str:
    before, after = _interval(then), _interval(now)
    was, is_ = (_said(i, now.unit, currency) for i in (before, after))
    limit = figure(now.threshold, now.unit, currency)
    says = f"{KINDS[now.id].title}: before {was}, after {is_}, threshold {limit}."
    head = f"<h3>{_title(now)}</h3>{_chips(then, now)}"
    stakes = [_stake(m, currency) for m in (then, now)]
    return _row(head, was, is_, bars(before, after, says, line=now.threshold), stakes)


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


def _title(mistake: Mistake) -> str:
    return escape(KINDS[mistake.id].title)


def _chips(then: Mistake, now: Mistake) -> str:
    if then.verdict is now.verdict:
        return _chip(now.verdict, word(now))
    return f"{_chip(then.verdict, word(then))}<span> becomes </span>{_chip(now.verdict, word(now))}"


def _chip(verdict: Verdict, said: str) -> str:
    sign = f'<span aria-hidden="true">{verdict.sign}</span>'
    return f'<span class="chip {verdict}">{sign} {said}</span>'


def _interval(mistake: Mistake) -> Interval | None:
    ends = mistake.estimate, mistake.low, mistake.high
    if any(end is None for end in ends):
        return None
    value, low, high = (float(end or 0.0) for end in ends)
    return Interval(value, low, high, 0, "")


def _said(interval: Interval | None, unit: str, currency: str) -> str:
    if interval is None:
        return NOTHING
    written = quantity(interval.value, unit, currency)
    if interval.low == interval.high:
        return written
    return f"{written} ({span(interval.low, interval.high, unit, currency)})"


def _stake(mistake: Mistake, currency: str) -> str:
    sums = mistake.money
    return f"{money(sums.low, sums.high, currency)} {sums.kind}" if sums else ""
