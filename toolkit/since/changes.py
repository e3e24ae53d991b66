"""Which verdicts and effects moved between two audits of one client, and is it more than noise?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.catalogue import KINDS, LATER
from toolkit.finding import Mistake
from toolkit.since.told import Told
from toolkit.stats.interval import Interval
from toolkit.stats.mover import at_level, independent_difference


@dataclass(frozen=True)
class Change:
    """One mistake then and now; None where that audit did not judge it.

    `size` is now minus then in the mistake's unit, with its 95 % interval; None where two such
    numbers are not there or cannot be compared: `why` says which.
    """

    id: str
    then: Mistake | None
    now: Mistake | None
    size: Interval | None = None
    why: str | None = None

    @property
    def verdict_changed(self) -> bool:
        """Was it judged both times, with another verdict now?"""
        return bool(self.then and self.now and self.then.verdict is not self.now.verdict)

    @property
    def threshold_changed(self) -> bool:
        """Was it judged both times, against another threshold now?"""
        return bool(self.then and self.now and self.then.threshold != self.now.threshold)

    @property
    def more_than_noise(self) -> bool | None:
        """Does the interval of the change leave out 0? None where there is no such interval."""
        return None if self.size is None else not self.size.low <= 0 <= self.size.high

    @property
    def worse(self) -> bool:
        """Did the effect move towards harm?"""
        if self.size is None or self.now is None:
            return False
        return self.size.value < 0 if self.now.direction == "below" else self.size.value > 0


@dataclass(frozen=True)
class Between:
    """What else changed from the one audit to the other: names, and versions then and now."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    settings: tuple[str, ...]
    client: tuple[str, ...]
    software: tuple[str, ...]
    toolkit: tuple[str, str]


def changes(then: Told, now: Told) -> tuple[Change, ...]:
    """How did each of the fifteen mistakes move? In the catalogue's order."""
    return tuple(_change(id, then, now) for id in KINDS)


def _change(id: str, then: Told, now: Told) -> Change:
    before, after = _judged(then, id), _judged(now, id)
    if before is None or after is None:
        return Change(id, before, after, why=_unjudged(before, after))
    unlike = before.unit != after.unit or (
        after.unit.startswith("currency") and then.client["currency"] != now.client["currency"]
    )
    if unlike:
        return Change(id, before, after, why="It was measured in another unit then.")
    a, b = _interval(after, now.level), _interval(before, then.level)
    if a is None or b is None:
        return Change(id, before, after, why=_without(a, b))
    return Change(id, before, after, independent_difference(a, b))


def _judged(audit: Told, id: str) -> Mistake | None:
    mistake = audit.mistakes.get(id)
    return None if mistake is None or mistake.why == LATER else mistake


def _unjudged(before: Mistake | None, after: Mistake | None) -> str:
    if before is None and after is None:
        return "It was judged neither time."
    return "It was not judged then." if before is None else "It is not judged now."


def _interval(mistake: Mistake, level: float) -> Interval | None:
    """Its estimate with a 95 % interval, whatever level was shown."""
    value, low, high = mistake.estimate, mistake.low, mistake.high
    if value is None or low is None or high is None:
        return None
    return at_level(Interval(value, low, high, 0, "as published"), level)


def _without(now: Interval | None, then: Interval | None) -> str:
    if now is None and then is None:
        return "There is no estimate, then or now."
    return "There was no estimate then." if then is None else "There is no estimate now."


def between(then: Told, now: Told) -> Between:
    """What else is different now: files, settings, versions?"""
    a, b = then.tables, now.tables
    return Between(
        changed=tuple(name for name in b if name in a and a[name] != b[name]),
        added=tuple(name for name in b if name not in a),
        gone=tuple(name for name in a if name not in b),
        settings=_differing(then.run["settings"], now.run["settings"]),
        client=_differing(then.client, now.client),
        software=_differing(_software(then), _software(now)),
        toolkit=(then.run["toolkit"], now.run["toolkit"]),
    )


def _software(audit: Told) -> dict[str, str]:
    return {"Python": audit.run["python"]} | dict(audit.run["packages"])


def _differing(a: Any, b: Any) -> tuple[str, ...]:
    names = dict.fromkeys([*a, *b])
    return tuple(name for name in names if a.get(name) != b.get(name))
