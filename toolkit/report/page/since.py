"""What does the page say of what moved since the audit before?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.finding import Judgement, Verdict
from toolkit.report.page.sentences import VERDICTS
from toolkit.since import AuditComparison, ContextChanges, EarlierAudit, MistakeChange
from toolkit.wording import (
    SHARE_UNITS,
    count_with_noun,
    format_day,
    format_range,
    format_value,
    format_with_unit,
    join_words,
)

METHOD = (
    "A change is more than noise where its 95% interval, in brackets, leaves out no change. The "
    "two audits are taken as two samples that share no accounts; where they do share some, a real "
    "change may still read as noise. Of twenty mistakes that did not move, about one will seem to."
)


@dataclass(frozen=True)
class DatedVerdict:
    """A verdict of then or now, and the size of the effect."""

    verdict: Verdict
    sign: str
    words: str
    size: str


@dataclass(frozen=True)
class ChangeRow:
    """One mistake that moved, as a row of the table."""

    id: str
    title: str
    then: DatedVerdict
    now: DatedVerdict
    noise: str


@dataclass(frozen=True)
class ChangesBlock:
    """The block "Since …": its title, what moved, what did not, and what else changed."""

    title: str
    lead: tuple[str, ...]
    moves: tuple[ChangeRow, ...]
    rest: tuple[str, ...]
    method: str


def changes_block(since: AuditComparison, currency: str) -> ChangesBlock:
    """What is to be said of the audit before?"""
    lost = tuple(_lost(earlier, why) for earlier, why in since.unreadable)
    if since.earlier is None or since.between is None:
        return ChangesBlock("Earlier audits", (*lost, "So nothing can be compared."), (), (), "")
    moved = sorted(filter(_moved, since.changes), key=_pressing)
    rows = tuple(_move(change, currency) for change in moved)
    lead = (*lost, _lead(since.changes))
    rest = (*_rest(since.changes, currency), *_other(since.between))
    return ChangesBlock(f"Since {format_day(since.earlier.made)}", lead, rows, rest, METHOD)


def _lost(earlier: EarlierAudit, why: str) -> str:
    day = format_day(earlier.made)
    return f"The audit of {day} is kept in {earlier.folder}, but is not read. {why}"


def _moved(change: MistakeChange) -> bool:
    return change.verdict_changed or bool(change.more_than_noise)


def _pressing(change: MistakeChange) -> tuple[bool, int]:
    """Changed verdicts first, and of these what is found now."""
    verdict = change.now.verdict if change.now else Verdict.NOT_APPLICABLE
    return not change.verdict_changed, list(Verdict).index(verdict)


def _lead(changes: Iterable[MistakeChange]) -> str:
    told = list(changes)
    verdicts = sum(change.verdict_changed for change in told)
    effects = sum(bool(change.more_than_noise) for change in told)
    return (
        f"{count_with_noun(verdicts, 'verdict', 'verdicts').capitalize()} changed; "
        f"{count_with_noun(effects, 'effect', 'effects')} moved by more than noise."
    )


def _move(change: MistakeChange, currency: str) -> ChangeRow:
    then, now = _side(change.then, currency), _side(change.now, currency)
    return ChangeRow(change.id, MISTAKE_TYPES[change.id].title, then, now, _noise(change, currency))


def _side(mistake: Judgement | None, currency: str) -> DatedVerdict:
    if mistake is None:
        return DatedVerdict(Verdict.CANNOT_TELL, "–", "not judged", "")
    size, verdict = mistake.estimate, mistake.verdict
    said = "" if size is None else format_with_unit(size, mistake.unit, currency)
    return DatedVerdict(verdict, verdict.sign, VERDICTS[verdict], said)


def _noise(change: MistakeChange, currency: str) -> str:
    if change.size is None:
        return change.why or ""
    if not change.more_than_noise:
        return f"within noise: {_size(change, currency)}"
    return f"yes, {'worse' if change.worse else 'better'}: {_size(change, currency)}"


def _size(change: MistakeChange, currency: str) -> str:
    """The change with its interval; shares in percentage points."""
    size, unit = change.size, change.now.unit if change.now else ""
    if size is None:
        return ""
    if unit.startswith(SHARE_UNITS):
        size, unit = size.scaled(100), "percentage points"
    ends = format_range(size.low, size.high, unit, currency)
    plus = "+" if size.value > 0 else ""
    return f"{plus}{format_with_unit(size.value, unit, currency)} ({ends})"


def _rest(changes: Iterable[MistakeChange], currency: str) -> Iterator[str]:
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


def _named(words: str, changes: Iterable[MistakeChange], *, size: bool) -> Iterator[str]:
    return _titles(words, [change for change in changes if (change.size is not None) is size])


def _titles(words: str, changes: list[MistakeChange]) -> Iterator[str]:
    if changes:
        titles = join_words(MISTAKE_TYPES[change.id].title.lower() for change in changes)
        yield f"{words}: {titles}."


def _threshold(then: Judgement, now: Judgement, currency: str) -> str:
    before, after = format_value(then.threshold, then.unit, currency), now.threshold
    title = MISTAKE_TYPES[now.id].title.lower()
    said = format_with_unit(after, now.unit, currency)
    return f"The threshold of {title} is {said} now; it was {before}."


def _other(found: ContextChanges) -> Iterator[str]:
    """What else is different now, and may be why?"""
    tables = {
        "Tables that changed": found.changed,
        "New tables": found.added,
        "Tables no longer given": found.gone,
    }
    said = [f"{words}: {join_words(names)}." for words, names in tables.items() if names]
    yield " ".join(said) or "The data are the same files as then."
    names = [*(n.replace("_", " ") for n in found.settings), *found.client]
    if names:
        yield f"Set otherwise now: {join_words(names)}."
    then, now = found.toolkit
    if then != now:
        yield f"The toolkit was {then} and is {now}: a part of what moved may come from that."
    if found.software:
        yield f"Other versions of {join_words(found.software)} calculated it."
