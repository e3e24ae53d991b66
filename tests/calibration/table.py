"""The table of the study: every cell, every mistake, every rate with its goal."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

from tests.calibration.cells import ASKED, OPEN, Goal, cells, goals
from tests.calibration.study import FEWER, Cell, Tally
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.stats.interval import Interval
from toolkit.stats.shares import wilson

RESULTS = Path(__file__).with_name("RESULTS.md")
VERDICTS = ("found", "suspected", "cannot_tell", "clear")
HEAD = """# Do verdicts hold their error rates?

{clients:,} simulated clients a cell ({fewer} with 5,000 accounts), judged with 5,000 bootstrap
draws each; made by `make calibrate` with version {version} on Python {python}. Every world has
accounts of unequal size, answers that are alike within an account, and informants who overstate
themselves. All mistakes stand at the same multiple of their thresholds δ (buyer-ignored opposite to
consumer-ignored; where δ is 0, at so many treated customers' costs from it, 1 being 0), with
campaigns at fit difference exactly 0 among the rows. Mirrored and stressed worlds hold the six
mistakes that rest on survey, say and messages. Campaigns bring about 1,500 conversions at 150
accounts, 3,000 at 600 and 20,000 at 5,000. Coverage counts the clients that got an interval.
Ranges are 95 % Monte-Carlo intervals.

Goals: found alone at θ = δ at most 5 %; any false found on a client at most 5 %; coverage 93–97 %
where θ is smooth and at least 93 % at kinks; found at least 90 % at 2δ and 600 accounts; clear at
least 90 % at δ/2 or below and 5,000 accounts. A goal is met where the Monte-Carlo interval
reaches it.

"""

MORE = f"""## Who brings the rows asked for, is decided

Undecided verdicts of {ASKED} clients a row, judged again with the rows that `needs` named added
from new accounts. Goal: at least 70 % decided. Not told: no number, since it would be over
100,000 (or over 20,000, where the study stops).

| θ / δ | accounts | asked for more | decided then | not told |
| --- | --- | --- | --- | --- |
"""


def write_table(
    tallies: Sequence[Tally], clients: int, asked: Sequence[Mapping[str, Mapping[str, int]]]
) -> None:
    """Write RESULTS.md from one tally per cell, and the counts of those who brought more rows."""
    told = [(cell, tally, cell.theta) for cell, tally in zip(cells(), tallies, strict=True)]
    reached = [(cell, goal) for cell, t, theta in told for goal in goals(cell, t, theta)]
    missed = [(cell, goal) for cell, goal in reached if not goal.met]
    head = HEAD.format(
        clients=clients,
        fewer=min(clients, FEWER),
        version=metadata.version("buyer-consumer-toolkit"),
        python=platform.python_version(),
    )
    summary = f"**{len(reached) - len(missed)} of {len(reached)} goals are met.**\n"
    parts = [head, summary, _missed(missed), _more(asked), *(_cell(*one) for one in told)]
    RESULTS.write_text("\n".join(part for part in parts if part), "utf-8")


def _missed(missed: Sequence[tuple[Cell, Goal]]) -> str:
    lines = [
        f"- {cell.name}, {cell.accounts:,} accounts, {goal.mistake}: {goal.what} "
        f"{_range(goal.rate)}, goal {goal.words}"
        for cell, goal in missed
    ]
    return "Not met:\n\n" + "\n".join(lines) + "\n" if lines else ""


def _more(asked: Sequence[Mapping[str, Mapping[str, int]]]) -> str:
    rows = []
    for (times, accounts), told in zip(OPEN, asked, strict=True):
        sums = {
            k: sum(c.get(k, 0) for c in told.values()) for k in ("asked", "decided", "not told")
        }
        share = wilson(sums["decided"], sums["asked"])
        rows.append(
            f"| {times:g} | {accounts} | {sums['asked']} | {_range(share)} | {sums['not told']} |"
        )
    return MORE + "\n".join(rows) + "\n"


def _cell(cell: Cell, tally: Tally, theta: dict[str, float | None]) -> str:
    head = (
        f"## {cell.name}, {cell.accounts:,} accounts\n\nAny false found: {_range(tally.false)}.\n"
    )
    columns = ("mistake", "θ", "δ", "p < .05 alone", *VERDICTS, "coverage")
    title = f"| {' | '.join(c.replace('_', ' ') for c in columns)} |\n|{' --- |' * len(columns)}"
    return "\n".join([head, title, *_rows(tally, theta)]) + "\n"


def _rows(tally: Tally, theta: dict[str, float | None]) -> Iterator[str]:
    for id in tally.told:
        alone, *told = (tally.rate(id, what) for what in ("alone", *VERDICTS))
        held = _range(tally.coverage(id)) if tally.told[id]["estimated"] else "–"
        numbers = [_range(alone), *(f"{rate.value:.1%}" for rate in told), held]
        true = round(theta[id] or 0.0, 9) + 0.0  # no −0, no 1e-16
        yield f"| {id} | {true:.3g} | {MISTAKE_TYPES[id].threshold:g} | {' | '.join(numbers)} |"


def _range(rate: Interval) -> str:
    return f"{rate.value:.1%} ({rate.low:.1%}–{rate.high:.1%})"
