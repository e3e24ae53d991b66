"""How dear is one move of a slider in the what-if, from its message to the page's new text?"""

from __future__ import annotations

from pathlib import Path

from tests.bench.cpu import Row, numbers

MOVES = 30
PANELS = ("money", "price", "loyalty")
TIMED = """
import statistics
from time import process_time
import toolkit
from toolkit.explore import explore
from toolkit.simulate import write
from toolkit.simulate.samples import SAMPLES
from pathlib import Path
folder = Path({folder!r})
write(SAMPLES["little-bear"].world, folder, accounts={accounts}, seed=1)
dashboard = explore(toolkit.load(folder), folder / "scenarios")
for panel in {panels}:
    taken = []
    dashboard.turn(panel)
    slider = next(iter(dashboard.cabinets[panel].groups.values()))[0].slider
    for move in range(1, {moves} + 1):
        start = process_time()
        slider.value = slider.max * move / 100
        taken.append(process_time() - start)
    dashboard.reset()
    print(statistics.median(taken))
"""


def moves(scratch: Path) -> list[Row]:
    """The median move of each panel's first slider, at 600 and at 5,000 accounts."""
    return [*_medians(scratch / "small", 600, 5), *_medians(scratch / "large", 5000, 20)]


def _medians(folder: Path, accounts: int, goal: float) -> list[Row]:
    code = TIMED.format(folder=str(folder), accounts=accounts, moves=MOVES, panels=PANELS)
    what = f"one move of a slider of the what-if at {accounts:,} accounts"
    taken = zip(PANELS, numbers(code), strict=True)
    return [Row(f"{what}: {panel}", 1000 * s, "", None, goal, unit="ms") for panel, s in taken]
