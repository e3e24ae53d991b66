"""The ruler: where does the interval of one mistake lie against its threshold?"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.finding import Judgement, Verdict
from toolkit.wording import format_range, format_value, format_with_unit

WIDTH, HEIGHT = 380, 92
EDGE = 2  # free room left and right of the scale
TOP, BOTTOM = 20, 66  # of the zones
CHARACTER_WIDTH = 8.4  # room a character of the widest usual font takes at the label's size
VERDICT_COLOURS = {
    Verdict.FOUND: "#b4341b",
    Verdict.SUSPECTED: "#9a6200",
    Verdict.CANNOT_TELL: "#56637a",
    Verdict.CLEAR: "#0b7a75",
    Verdict.NOT_APPLICABLE: "#8a8f98",
}
HARMLESS, HARMFUL = "#dcefed", "#f7ddd6"


@dataclass(frozen=True)
class _Scale:
    """From values to positions; the threshold always stands between 30 and 70 % of the width."""

    start: float
    end: float

    @classmethod
    def around(cls, values: list[float], threshold: float) -> _Scale:
        reach_down = max([threshold - v for v in values] + [0.0])
        reach_up = max([v - threshold for v in values] + [0.0])
        longest = max(reach_down, reach_up) or abs(threshold) or 1.0
        down = max(reach_down * 1.12, longest * 0.5)
        up = max(reach_up * 1.12, longest * 0.5)
        return cls(threshold - down, threshold + up)

    def at(self, value: float) -> float:
        share = (value - self.start) / (self.end - self.start)
        return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


def ruler_svg(mistake: Judgement, currency: str = "") -> str:
    """How sure is it? The interval drawn against the threshold, as SVG; empty without estimate.

    The bar is the interval, the tick on it the estimate, the dashed line the threshold. A bar
    that lies whole in the tinted zone of "found" (or "clear") decides; one across the line does
    not. Where less is worse (`direction` "below") the zones change sides. All numbers are
    written out, so that nothing hangs on colour.
    """
    if mistake.estimate is None:
        return ""
    low, high = _ends(mistake)
    scale = _Scale.around([low, high, mistake.estimate], mistake.threshold)
    parts = [*_zones(scale.at(mistake.threshold), mistake.direction == "below")]
    parts += _interval_bar(mistake, scale, low, high)
    parts += _labels(mistake, scale, currency)
    return (
        f'<svg class="ruler" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' role="img">'
        f"<title>{escape(ruler_text(mistake, currency))}</title>" + "".join(parts) + "</svg>"
    )


def ruler_text(mistake: Judgement, currency: str = "") -> str:
    """What does the ruler show? The same in one sentence, for those who cannot see it."""
    if mistake.estimate is None:
        return "No estimate."
    unit = mistake.unit
    said = format_with_unit(mistake.estimate, unit, currency)
    ends = format_range(*_ends(mistake), unit, currency)
    line = format_value(mistake.threshold, unit, currency)
    return f"{MISTAKE_TYPES[mistake.id].title}: {said}, interval {ends}, threshold {line}."


def _ends(mistake: Judgement) -> tuple[float, float]:
    estimate = mistake.estimate or 0.0
    low = estimate if mistake.low is None else mistake.low
    return low, estimate if mistake.high is None else mistake.high


def _zones(line: float, below: bool) -> list[str]:
    left, right = (HARMFUL, HARMLESS) if below else (HARMLESS, HARMFUL)
    words = ("found", "clear") if below else ("clear", "found")
    tall = BOTTOM - TOP
    return [
        f'<rect x="{EDGE}" y="{TOP}" width="{line - EDGE:.1f}" height="{tall}" fill="{left}"/>',
        f'<rect x="{line}" y="{TOP}" width="{WIDTH - EDGE - line:.1f}" height="{tall}"'
        f' fill="{right}"/>',
        _svg_text(EDGE, 13, words[0], "start", "#3d4657"),
        _svg_text(WIDTH - EDGE, 13, words[1], "end", "#3d4657"),
        _svg_text(line, 13, "cannot tell", "middle", "#3d4657"),
        f'<path d="M{line} {TOP - 4}V24M{line} 40V{BOTTOM + 6}" stroke="#1d2433"'
        ' stroke-width="1.5" stroke-dasharray="4 3"/>',  # broken where the estimate is written
    ]


def _interval_bar(mistake: Judgement, scale: _Scale, low: float, high: float) -> list[str]:
    left, right = scale.at(low), scale.at(high)
    colour = VERDICT_COLOURS[mistake.verdict]
    tick = scale.at(mistake.estimate or 0.0)
    return [
        f'<rect x="{left}" y="46" width="{max(right - left, 2):.1f}" height="10" rx="2"'
        f' fill="{colour}"/>',
        f'<path d="M{tick} 42V60" stroke="#1d2433" stroke-width="3"/>',
    ]


def _labels(mistake: Judgement, scale: _Scale, currency: str) -> list[str]:
    low, high = _ends(mistake)
    estimate = mistake.estimate or 0.0
    said = format_value(estimate, mistake.unit, currency)
    if high > low:
        said += f" ({format_range(low, high, mistake.unit, currency)})"
    line = f"threshold {format_value(mistake.threshold, mistake.unit, currency)}"
    middle = scale.at(mistake.threshold)
    return [
        _svg_text(_fit_middle(scale.at(estimate), said), 36, said, "middle", "#1d2433", bold=True),
        _svg_text(_fit_middle(middle, line), HEIGHT - 8, line, "middle", "#3d4657"),
    ]


def _fit_middle(middle: float, words: str) -> float:
    half = len(words) * CHARACTER_WIDTH / 2
    return min(max(middle, EDGE + half), WIDTH - EDGE - half)


def _svg_text(x: float, y: float, words: str, anchor: str, fill: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y}" text-anchor="{anchor}" fill="{fill}" font-size="13"{weight}>'
        f"{escape(words)}</text>"
    )
