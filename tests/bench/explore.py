"""How dear is one move of a slider in the what-if, from its message to the page's new text?"""

from __future__ import annotations

from pathlib import Path

from tests.bench.cpu import Row, numbers
from toolkit.whatif.panels import PANELS

MOVES = 9  # of each slider
TIMED = """
import statistics
from time import process_time
import toolkit
from toolkit.whatif.dashboard import explore
from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.sample import SAMPLES
from pathlib import Path
folder = Path({folder!r})
write_simulated_client(SAMPLES["little-bear"].world, folder, accounts={accounts}, seed=1)
dashboard = explore(toolkit.load(folder), folder / "scenarios")
taken = {{}}
for panel, controls in dashboard.panels.items():
    dashboard.turn(panel)
    for number in controls.sliders:
        slider = number.slider
        for move in range(1, {moves} + 1) if not slider.disabled else ():
            before, value = slider.value, slider.min + (slider.max - slider.min) * move / {moves}
            start = process_time()
            slider.value = value
            if slider.value != before:
                taken.setdefault(panel, []).append(process_time() - start)
        dashboard.reset()
every = sorted(sum(taken.values(), []))
print(statistics.median(every))
print(every[int(0.95 * len(every))])
print(every[-1])
for panel in dashboard.panels:
    print(statistics.median(taken[panel]))
"""
MOST_P95, MOST_MAX = 4.0, 10.0  # times the median


def moves(scratch: Path) -> list[Row]:
    """The median move of a slider, over all there are, at 600 and at 5,000 accounts.

    The slow ones may be so many times as slow: a hand feels those.
    """
    return [*_medians(scratch / "small", 600, 5), *_medians(scratch / "large", 5000, 20)]


def _medians(folder: Path, accounts: int, goal: float) -> list[Row]:
    every, slow, slowest, *each = numbers(
        TIMED.format(folder=str(folder), accounts=accounts, moves=MOVES)
    )
    what = f"a move of a slider of the what-if at {accounts:,} accounts, the median"
    rows = [Row(f"{what} of all", 1000 * every, "", None, goal, unit="ms")]
    where = f"a move of a slider of the what-if at {accounts:,} accounts, against the median:"
    rows.append(Row(f"{where} the slowest in twenty", slow / every, "", None, MOST_P95, unit="×"))
    rows.append(Row(f"{where} the slowest", slowest / every, "", None, MOST_MAX, unit="×"))
    for panel, seconds in zip(PANELS, each, strict=True):
        rows.append(Row(f"{what} of {panel}", 1000 * seconds, "", None, None, unit="ms"))
    return rows
