"""Which scenarios are worked on, and what were they before?

Nothing here changes: every step gives a new history, so undo and redo bring back the very scenario
that was, whatever control made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from toolkit.whatif.scenario import UNCHANGED, Scenario

SIDES = ("A", "B")
MOST_STEPS = 500


@dataclass(frozen=True)
class UndoHistory:
    """One scenario as it is now, what it was before, and what was undone.

    `by` is the move that made the last step: as long as it goes on it makes no other step.
    """

    now: Scenario = UNCHANGED
    past: tuple[Scenario, ...] = ()
    undone: tuple[Scenario, ...] = ()
    by: str = ""

    def to(self, scenario: Scenario, by: str = "") -> UndoHistory:
        """The history after one more step; the same steps where nothing moved.

        Another name or note is no step, nor is a move that goes back to where it began.
        """
        if scenario.unnamed == self.now.unnamed:
            return replace(self, now=scenario)
        same_step = by != "" and by == self.by
        if same_step and scenario.unnamed == self.past[-1].unnamed:
            return UndoHistory(scenario, self.past[:-1])
        past = self.past if same_step else (*self.past, self.now)[-MOST_STEPS:]
        return UndoHistory(scenario, past, (), by)

    def back(self) -> UndoHistory:
        """One step undone; the same where there is none."""
        if not self.past:
            return self
        return UndoHistory(self.past[-1], self.past[:-1], (self.now, *self.undone))

    def forth(self) -> UndoHistory:
        """The last undone step done again; the same where there is none."""
        if not self.undone:
            return self
        return UndoHistory(self.undone[0], (*self.past, self.now), self.undone[1:])


@dataclass(frozen=True)
class ScenarioPair:
    """Scenarios A and B; `side` is the one that is worked on, `both` whether both are shown."""

    histories: Mapping[str, UndoHistory] = field(
        default_factory=lambda: dict.fromkeys(SIDES, UndoHistory())
    )
    side: str = SIDES[0]
    both: bool = False

    @property
    def history(self) -> UndoHistory:
        """The one that is worked on."""
        return self.histories[self.side]

    @property
    def shown(self) -> tuple[str, ...]:
        """Which sides are to be seen?"""
        return SIDES if self.both else (self.side,)

    def with_history(self, history: UndoHistory) -> ScenarioPair:
        """The same pair with another state of the scenario that is worked on."""
        return replace(self, histories={**self.histories, self.side: history})

    def to(self, scenario: Scenario, by: str = "") -> ScenarioPair:
        """One more step of the scenario that is worked on."""
        return self.with_history(self.history.to(scenario, by))
