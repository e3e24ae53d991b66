"""The clients of one run: who needs work, what became of each, and what their folders show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from toolkit.report.files import whole
from toolkit.report.folders import ids, made_up, shared
from toolkit.report.job import Job, Order, Outcome
from toolkit.report.store.overview import renew
from toolkit.report.store.remote import Address
from toolkit.report.store.resume import unchanged
from toolkit.report.store.strays import forget_failure, mark, sweep, withdraw
from toolkit.report.tally import Progress, Tally


class Batch:
    """All client folders of a run, each with its job and, in the end, its outcome.

    With an `address`, `order.out` is a copy of what stands there; `elsewhere` says that others put
    finished reports there, not this process.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        order: Order,
        private: Path,
        *,
        address: Address | None = None,
        elsewhere: bool = False,
        force: bool = False,
    ) -> None:
        self._order, self._address, self._elsewhere = order, address, elsewhere
        kept = {} if force else _kept(folders, order)
        left = [folder for folder in folders if folder not in kept]
        names = {folder: (outcome.id, outcome.name) for folder, outcome in kept.items()}
        names |= dict(zip(left, ids(left, order.out, {o.id for o in kept.values()}), strict=True))
        self._jobs = {
            folder: Job(*names[folder], folder, private / str(number), order)
            for number, folder in enumerate(folders)
        }
        twice = shared(list(names.values()))
        self._twice = [job for job in self._jobs.values() if job.id in twice]
        self._kept = {folder: o for folder, o in kept.items() if o.id not in twice}
        self._outcomes = dict(self._kept)

    @property
    def jobs(self) -> list[Job]:
        """The clients that need work."""
        none = {*self._kept, *(job.folder for job in self._twice)}
        return [job for folder, job in self._jobs.items() if folder not in none]

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of each client, in the order of the folders."""
        return [self._outcomes[folder] for folder in self._jobs]

    def tally(self, progress: Progress | None) -> Tally:
        """Counts the steps of the clients that need work."""
        return Tally(self.jobs, progress)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Around the work: whatever ends it, the pages over all clients say what is there then."""
        try:
            for outcome in self._kept.values():
                self._forget_failure(outcome)
            yield
            for job in self._twice:
                self.settle(self._refused(job))
        except BaseException:  # clients that were being worked on left their locks
            with suppress(OSError):
                sweep(self._order.out)
            raise
        finally:
            try:
                self._show()
            except OSError as error:
                self._say_unshown(error)

    def settle(self, outcome: Outcome) -> None:
        """Remember what became of a client, and see that its folder shows it."""
        if outcome.failure and outcome.failure.apart:
            outcome = replace(outcome, id=made_up(outcome.folder))
        self._outcomes[outcome.folder] = outcome
        if self._elsewhere and not outcome.failure:
            outcome = self._outcomes[outcome.folder] = self._found(outcome)
        elif self._address and not outcome.failure:
            self._tried(self._address.put, outcome)
        if outcome.failure:
            from toolkit.report.failed import say_why  # loads pandas, so only where it is needed

            say_why(outcome, self._order.out, self._order.run)
            if self._address:
                self._tried(self._address.put_failure, outcome)

    def _found(self, outcome: Outcome) -> Outcome:
        """What others say is done, if it is here, too."""
        if self._address:
            self._tried(self._address.fetch, outcome)
        brought = self._outcomes[outcome.folder]
        if brought.failure or whole(self._order.out / outcome.id):
            return brought
        from toolkit.report.failed import not_found

        return not_found(outcome, self._order.address or str(self._order.out))

    def _tried(self, carry: Callable[[Path, str], None], outcome: Outcome) -> None:
        """Carry what belongs to one client; where that fails, it harms no other."""
        try:
            carry(self._order.out, outcome.id)
        except OSError as error:
            from toolkit.report.failed import not_carried

            self._outcomes[outcome.folder] = not_carried(outcome, self._order.address, error)

    def _refused(self, job: Job) -> Outcome:
        from toolkit.report.failed import refused

        return refused(job, [j.folder for j in self._twice if j.id == job.id])

    def _forget_failure(self, outcome: Outcome) -> None:
        if forget_failure(self._order.out / outcome.id) and self._address:
            self._tried(self._address.put_failure, outcome)

    def _show(self) -> None:
        self._withdraw()
        if self._address:
            self._address.fetch_more(self._order.out)  # of runs that went on beside this one
        renew(self._order.out)
        if self._address:
            self._address.put_pages(self._order.out)

    def _say_unshown(self, error: OSError) -> None:
        """What became of each client must not be lost because no page can say it."""
        failed = {folder: o for folder, o in self._outcomes.items() if o.failure}
        if not failed:
            raise error
        note = f"The pages over all clients could not be written: {error.strerror or error}."
        self._outcomes |= {folder: replace(o, note=note) for folder, o in failed.items()}

    def _withdraw(self) -> None:
        marks = {mark(folder) for folder in self._jobs}
        standing = {job.id for job in self._jobs.values()}
        standing |= {outcome.id for outcome in self._outcomes.values()}
        for id in withdraw(self._order.out, marks, standing):
            if self._address:
                self._address.put_failure(self._order.out, id)


def _kept(folders: Sequence[Path], order: Order) -> dict[Path, Outcome]:
    """Those that need no work. Where a PDF is asked for and nothing prints, that alone is none."""
    if not order.pdf:
        return unchanged(folders, order.out, order.recipe)
    from toolkit.report.pdf import INSTALL, printable

    if printable():
        return unchanged(folders, order.out, order.recipe, pdf=True)
    found = unchanged(folders, order.out, order.recipe)
    return {folder: replace(outcome, note=INSTALL) for folder, outcome in found.items()}
