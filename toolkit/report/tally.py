"""How far is a run? Counts the steps of all its clients."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.report.job import Job, Outcome

OTHER_STEPS = 3  # beside the notebooks: read, calculate, write

Progress = Callable[[int, int, str], None]  # steps done, steps in all, what begins now


class Tally:
    """Counts the steps of all clients, so that a bar can be drawn and the time left be told."""

    def __init__(self, jobs: Sequence[Job], progress: Progress | None) -> None:
        self.names = {job.id: job.name for job in jobs}
        self.steps = {job.id: len(job.order.notebooks) + OTHER_STEPS for job in jobs}
        self.begun = dict.fromkeys(self.steps, 0)
        self.progress = progress

    def begins(self, id: str, step: str) -> None:
        """A step of client `id` begins."""
        self.begun[id] += 1
        self._tell(f"{self.names[id]}: {step}")

    def ended(self, outcome: Outcome) -> None:
        """All steps of a client are behind us."""
        self.begun[outcome.id] = self.steps[outcome.id] + 1
        self._tell(f"{outcome.name}: {outcome.status}")

    def _tell(self, words: str) -> None:
        if self.progress:
            done = sum(max(0, count - 1) for count in self.begun.values())
            self.progress(done, sum(self.steps.values()), words)
