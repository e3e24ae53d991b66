"""What the page says of what moved since the audit before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.catalogue import KINDS
from toolkit.finding import Mistake, Verdict
from toolkit.report.words import VERDICTS
from toolkit.since.changes import Between, Change
from toolkit.since.since import Earlier, Since
from toolkit.text import PARTS, counted, day, figure, listed, quantity, span

METHOD = (
    "A change is more than noise where its 95% interval, in brackets, leaves out no change. The "
    "two audits are taken as two samples that share no accounts; where they do share some, a real "
    "change may still read as noise. Of twenty mistakes that did not move, about one will seem to."
)


@dataclass(frozen=True)
class Side:
    """A verdict of then or now, and the size of the effect."""

    verdict: Verdict
    sign: str
    words: str
    size: str


@dataclass(frozen=True)
class Move:
    """One mistake that moved, as a row of the table."""

    id: str
    title: str
    then: Side
    now: Side
    noise: str


@dataclass(frozen=True)
class Moves:
    """The block "Since …": its title, what moved, what did not, and what else changed."""

    title: str
    lead: tuple[str, ...]
    moves: tuple[Move, ...]
    rest: tuple[str, ...]
    method: str


def moves(since: Since, currency: str) -> Moves:
    """What is to be said of the audit before?"""
    lost = tuple(_lost(earlier, why) for earlier, why in since.unreadable)
    if since.earlier is None or since.between is None:
        return Moves("Earlier audits", (*lost, "So nothing can be compared."), (), (), "")
    moved = sorted(filter(_moved, since.changes), key=_pressing)
    rows = tuple(_move(change, currency) for change in moved)
    lead = (*lost, _lead(since.changes))
    rest = (*_rest(since.changes, currency), *_other(since.between))
    return Moves(f"Since {day(since.earlier.made)}", lead, rows, rest, METHOD)


def _lost(earlier: Earlier, why: str) -> str:
    return f"The audit of {day(earlier.made)} is kept in {earlier.folder}, but is not read. {why}"


def _moved(change: Change) -> bool:
    return change.verdict_changed or bool(change.more_than_noise)


def _pressing(change: Change) -> tuple[bool, int]:
    """Changed verdicts first, and of these what is found now."""
    verdict = change.now.verdict if change.now else Verdict.NOT_APPLICABLE
    return not change.verdict_changed, list(Verdict).index(verdict)


def _lead(changes: Iterable[Change]) -> str:
    told = list(changes)
    verdicts = sum(change.verdict_changed for change in told)
    effects = sum(bool(change.more_than_noise) for change in told)
    return (
        f"{counted(verdicts, 'verdict', 'verdicts').capitalize()} changed; "
        f"{counted(effects, 'effect', 'effects')} moved by more than noise."
    )


def _move(change: Change, currency: str) -> Move:
    then, now = _side(change.then, currency), _side(change.now, currency)
    return Move(change.id, KINDS[change.id].title, then, now, _noise(change, currency))


def _side(mistake: Mistake | None, currency: str) -> Side:
    if mistake is None:
        return Side(Verdict.CANNOT_TELL, "–", "not judged", "")
    size, verdict = mistake.estimate, mistake.verdict
    said = "" if size is None else quantity(size, mistake.unit, currency)
    return Side(verdict, verdict.sign, VERDICTS[verdict], said)


def _noise(change: Change, currency: str) -> str:
    if change.size is None:
        return change.why or ""
    if not change.more_than_noise:
        return f"within noise: {_size(change, currency)}"
    return f"yes, {'worse' if change.worse else 'better'}: {_size(change, currency)}"


def _size(change: Change, currency: str) -> str:
    """The change with its interval; shares in percentage points."""
    size, unit = change.size, change.now.unit if change.now else ""
    if size is None:
        return ""
    if unit.startswith(PARTS):
        size, unit = size.scaled(100), "percentage points"
    ends = span(size.low, size.high, unit, currency)
    plus = "+" if size.value > 0 else ""
    return f"{plus}{quantity(size.value, unit, currency)} ({ends})"


def _rest(changes: Iterable[Change], currency: str) -> Iterator[str]:
    """What did not move, what is judged anew, and thresholds that are others now."""
    both = [change for change in changes if change.then and change.now]
    still = [change for change in both if not _moved(change)]
    yield from _named("The same verdict, and no change beyond noise", still, size=True)
    yield from _named("The same verdict, with no two sizes to compare", still, size=False)
    yield from _titles("Judged for the first time", [c for c in changes if c.now and not c.then])
    yield from _titles("No longer judged", [c for c in changes if c.then and not c.now])
    for change in both:
        if change.threshold_changed and change.then and change.now:
            yield _threshold(change.then, change.now, currency)


def _named(words: str, changes: Iterable[Change], *, size: bool) -> Iterator[str]:
    return _titles(words, [change for change in changes if (change.size is not None) is size])


def _titles(words: str, changes: list[Change]) -> Iterator[str]:
    if changes:
        yield f"{words}: {listed(KINDS[change.id].title.lower() for change in changes)}."


def _threshold(then: Mistake, now: Mistake, currency: str) -> str:
    before, after = figure(then.threshold, then.unit, currency), now.threshold
    title = KINDS[now.id].title.lower()
    said = quantity(after, now.unit, currency)
    return f"The threshold of {title} is {said} now; it was {before}."


def _other(found: Between) -> Iterator[str]:
    """What else is different now, and may be why?"""
    tables = {
        "Tables that changed": found.changed,
        "New tables": found.added,
        "Tables no longer given": found.gone,
    }
    said = [f"{words}: {listed(names)}." for words, names in tables.items() if names]
    yield " ".join(said) or "The data are the same files as then."
    names = [*(n.replace("_", " ") for n in found.settings), *found.client]
    if names:
        yield f"Set otherwise now: {listed(names)}."
    then, now = found.toolkit
    if then != now:
        yield f"The toolkit was {then} and is {now}: a part of what moved may come from that."
    if found.software:
        yield f"Other versions of {listed(found.software)} calculated it."
