"""Two intervals on one scale, before above after, drawn with nothing but positions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from toolkit.stats.interval import Interval

ROOM = 0.04  # of the scale, left free at either end
MARK = 0.9  # of a hundred: half the width of what has no width


def bars(
    before: Interval | None, after: Interval | None, says: str, *, line: float | None = None
) -> str:
    """The intervals as bars with a mark at the estimate; `line` is a threshold to be read against.

    Where both are counted they are bars from nothing to their size.

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
    return (
        f'<div class="bars" role="img" aria-label="{escape(says, quote=True)}">'
        f"{''.join(parts)}</div>"
    )


def _bar(kind: str, interval: Interval, low: float, width: float) -> str:
    start, end = (_at(x, low, width) for x in (interval.low, interval.high))
    if end - start < 2 * MARK:
        start, end = start - MARK, end + MARK
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
    return low - ROOM * width, width * (1 + 2 * ROOM)


def _at(value: float, low: float, width: float) -> float:
    return round(100 * (value - low) / width, 2)


def _drawable(interval: Interval) -> Interval | None:
    ends = (interval.low, interval.value, interval.high)
    return interval if all(map(math.isfinite, ends)) else None
