"""Which worlds and sizes are studied, and which goals their rates are held to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from tests.calibration.study import AT_DELTA, SMOOTH, Cell, Tally
from tests.calibration.whole import whole
from tests.calibration.worlds import CLUSTERED, GROWING, alike, mirrored, world
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.simulate.world import SurveyDesign
from toolkit.stats.interval import Interval

CONVERSIONS = {150: 1_500, 600: 3_000, 5000: 20_000}  # by accounts: what campaigns bring about
TIMES = {"θ = 0": 0.0, "θ = δ/2": 0.5, "θ = δ": 1.0, "θ = 2δ": 2.0}
LARGE = ("θ = δ/2", "θ = δ")  # of these also clients with 5,000 accounts
OPEN = [(times, size) for times in (0.5, 0.8, 1.3, 1.6) for size in (40, 80)]  # seldom decided
ASKED = 150  # clients of each that are followed when they bring what they were asked for
STRESSED = {
    "θ = δ, 20 % missing": partial(world, 1.0, survey=SurveyDesign(missing=0.2)),
    "θ = δ, 15 % straight-liners": partial(world, 1.0, survey=SurveyDesign(straight=0.15)),
    "θ = δ, large accounts differ": partial(world, 1.0, accounts=GROWING),
    "roles alike, one claim set": partial(alike, CLUSTERED),
}


@cache
def cells() -> list[Cell]:
    """All cells, small ones first."""
    together = [
        Cell(name, size, partial(whole, times, conversions=CONVERSIONS[size]), times)
        for name, times in TIMES.items()
        for size in CONVERSIONS
        if size < 5000 or name in LARGE
    ]
    mirror = [
        Cell(f"mirrored, {name}", size, partial(mirrored, TIMES[name]))
        for name, size in (("θ = δ", 150), ("θ = δ", 600), ("θ = 2δ", 600), ("θ = δ/2", 5000))
    ]
    stress = [Cell(name, size, build) for name, build in STRESSED.items() for size in (150, 600)]
    return sorted([*together, *mirror, *stress], key=lambda cell: cell.accounts)


@dataclass(frozen=True)
class Goal:
    """What one rate of a cell must be, and what it is."""

    mistake: str
    what: str
    rate: Interval
    least: float = 0.0
    most: float = 1.0

    @property
    def met(self) -> bool:
        """Does the Monte-Carlo interval reach the goal?"""
        return self.rate.high >= self.least and self.rate.low <= self.most

    @property
    def words(self) -> str:
        """The goal as written in the table."""
        if self.least and self.most < 1:
            return f"{self.least:.0%}–{self.most:.0%}"
        return f"≥ {self.least:.0%}" if self.least else f"≤ {self.most:.0%}"


def goals(cell: Cell, tally: Tally, theta: dict[str, float | None]) -> Iterator[Goal]:
    """Which goals does this cell speak to?"""
    yield Goal("any", "any false found", tally.false, most=0.05)
    for id in tally.told:
        times = _times(cell, id, theta[id] or 0.0)
        if tally.told[id]["estimated"]:
            most = 0.97 if id in SMOOTH else 1.0
            yield Goal(id, "coverage", tally.coverage(id), least=0.93, most=most)
        if abs(times - 1) <= AT_DELTA:
            yield Goal(id, "found alone", tally.rate(id, "alone"), most=0.05)
        if times >= 2 - AT_DELTA and cell.accounts == 600:
            yield Goal(id, "found", tally.rate(id, "found"), least=0.9)
        if times <= 0.5 + AT_DELTA and cell.accounts == 5000:
            yield Goal(id, "clear", tally.rate(id, "clear"), least=0.9)


def _times(cell: Cell, id: str, theta: float) -> float:
    """How large is the mistake against its threshold? 1 at it, more where it is there.

    Where the threshold is 0, as the cell was built; mirrored at 1 where less is worse.
    """
    kind = MISTAKE_TYPES[id]
    times = theta / kind.threshold if kind.threshold else cell.times
    return 2 - times if kind.direction == "below" else times
