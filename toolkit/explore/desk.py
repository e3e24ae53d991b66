"""What is on the desk: two scenarios, each with all its earlier states; which one is worked on.

Nothing here changes: every step gives a new desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from toolkit.explore.scenario import UNCHANGED, Scenario

SIDES = ("A", "B")
MOST_STEPS = 500


@dataclass(frozen=True)
class Trail:
    """One scenario as it is now, what it was before, and what was undone.

    `by` is the control that made the last step: moving it further makes no other step.
    """

    now: Scenario = UNCHANGED
    past: tuple[Scenario, ...] = ()
    undone: tuple[Scenario, ...] = ()
    by: str = ""

    def to(self, scenario: Scenario, by: str = "") -> Trail:
        """The scenario after one more step; the same trail where nothing moved.

        Another name is no step, nor is a hand that goes back to where it began.
        """
        if replace(scenario, name=self.now.name) == self.now:
            return replace(self, now=scenario)
        same_step = by != "" and by == self.by
        if same_step and scenario == self.past[-1]:
            return Trail(scenario, self.past[:-1])
        past = self.past if same_step else (*self.past, self.now)[-MOST_STEPS:]
        return Trail(scenario, past, (), by)

    def back(self) -> Trail:
        """One step undone; the same where there is none."""
        if not self.past:
            return self
        return Trail(self.past[-1], self.past[:-1], (self.now, *self.undone))

    def forth(self) -> Trail:
        """The last undone step done again; the same where there is none."""
        if not self.undone:
            return self
        return Trail(self.undone[0], (*self.past, self.now), self.undone[1:])


@dataclass(frozen=True)
class Desk:
    """Scenarios A and B; `side` is the one that is worked on, `both` whether both are shown."""

    trails: Mapping[str, Trail] = field(default_factory=lambda: dict.fromkeys(SIDES, Trail()))
    side: str = SIDES[0]
    both: bool = False

    @property
    def trail(self) -> Trail:
        """The one that is worked on."""
        return self.trails[self.side]

    @property
    def shown(self) -> tuple[str, ...]:
        """Which sides are to be seen?"""
        return SIDES if self.both else (self.side,)

    def with_trail(self, trail: Trail) -> Desk:
        """The same desk with another state of the scenario that is worked on."""
        return replace(self, trails={**self.trails, self.side: trail})

    def to(self, scenario: Scenario, by: str = "") -> Desk:
        """One more step of the scenario that is worked on."""
        return self.with_trail(self.trail.to(scenario, by))
