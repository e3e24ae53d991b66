"""What moved since the audit before? Two findings.json in, the changes out, and since.json's text.

A findings.json is read strictly: what is damaged, or of another making, is refused. Then: which
verdicts and effects moved between two audits of one client, and is it more than noise?
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from toolkit.catalogue import MISTAKE_TYPES, NOT_YET_BUILT, MoneyKind
from toolkit.finding import Judgement, Money, Verdict, to_json_types
from toolkit.stats.interval import Interval, independent_difference, interval_at_level

FINDINGS_FORMAT = 1
DAMAGED = "Its findings.json is damaged, or was not written by this toolkit."
MISSING = "Its findings.json is missing or cannot be read."
SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: no page can hold it
_NUMBER_FIELDS = ("estimate", "low", "high", "p", "p_holm")


class DamagedError(Exception):
    """A file is not what a run writes; the text says what is wrong, for a reader."""


@dataclass(frozen=True)
class PublishedAudit:
    """One audit as its findings.json tells it: what pages and comparisons need.

    `client`, `tables` (name to SHA-256) and `run` are as in the file; `mistakes` by id, those
    that this version knows, `needs` left out; `others` are the verdicts of mistakes that only the
    version which wrote the file knows.
    """

    client: Mapping[str, str]
    mistakes: Mapping[str, Judgement]
    tables: Mapping[str, str]
    run: Mapping[str, Any]
    others: Mapping[str, Verdict]

    @property
    def level(self) -> float:
        """The level of its intervals."""
        return float(self.run["level"])


def read_findings(content: object) -> PublishedAudit:
    """What does this content of a findings.json tell? Raises DamagedError with the reason."""
    if content is None:
        raise DamagedError(MISSING)
    try:
        return _read_findings(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DamagedError(DAMAGED) from None


def _read_findings(content: Any) -> PublishedAudit:
    form = content["format"]
    if form != FINDINGS_FORMAT:
        raise DamagedError(f"Its format is {form!r:.20}; this version reads {FINDINGS_FORMAT}.")
    client = {key: checked_text(content["client"][key]) for key in ("name", "currency", "setting")}
    tables = {
        checked_text(name): checked_text(row["sha256"]) for name, row in content["data"].items()
    }
    rows = content["mistakes"]
    known = [row for row in rows if row["id"] in MISTAKE_TYPES]
    others = {checked_text(r["id"]): Verdict(r["verdict"]) for r in rows if r not in known}
    return PublishedAudit(
        client, _read_judgements(known), tables, _checked_run(content["run"]), others
    )


def _checked_run(run: Mapping[str, Any]) -> Mapping[str, Any]:
    level = checked_number(run["level"])
    words = (run["toolkit"], run["python"], *run["packages"].values())
    if level is None or not 0 < level < 1 or not isinstance(run["settings"], dict):
        raise DamagedError(DAMAGED)
    for word in (*words, *run["packages"], *run["settings"]):
        checked_text(word)
    return run


def _read_judgements(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Judgement]:
    by_id = {mistake.id: mistake for mistake in map(_read_judgement, rows)}
    if len(by_id) < len(rows):
        raise DamagedError(DAMAGED)
    return by_id


def _read_judgement(facts: Mapping[str, Any]) -> Judgement:
    row = dict(facts)
    numbers = {key: checked_number(row[key]) for key in _NUMBER_FIELDS}
    if checked_number(row["threshold"]) is None:
        raise DamagedError(DAMAGED)
    for key in ("why", "unit", "direction"):
        checked_text(row[key])
    money, verdict = _read_money(row["money"]), Verdict(row["verdict"])
    return Judgement(**row | numbers | {"verdict": verdict, "money": money, "needs": None})


def _read_money(facts: Mapping[str, Any] | None) -> Money | None:
    if facts is None:
        return None
    low, mid, high = (checked_number(facts[key]) for key in ("low", "mid", "high"))
    if low is None or mid is None or high is None or facts["kind"] not in get_args(MoneyKind):
        raise DamagedError(DAMAGED)
    return Money(low, mid, high, facts["kind"])


def checked_text(value: object) -> str:
    """The value, if it is a text that a page can hold. Raises DamagedError where not."""
    if not isinstance(value, str) or SURROGATE.search(value):
        raise DamagedError(DAMAGED)
    return value


def checked_number(value: object) -> float | None:
    """The value, if it is a finite number or null. Raises DamagedError where not."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DamagedError(DAMAGED)
    if not abs(value) <= sys.float_info.max:  # NaN too compares as no
        raise DamagedError(DAMAGED)
    return value


@dataclass(frozen=True)
class MistakeChange:
    """One mistake then and now; None where that audit did not judge it.

    `size` is now minus then in the mistake's unit, with its 95 % interval; None where two such
    numbers are not there or cannot be compared: `why` says which.
    """

    id: str
    then: Judgement | None
    now: Judgement | None
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
class ContextChanges:
    """What else changed from the one audit to the other: names, and versions then and now."""

    changed: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    settings: tuple[str, ...]
    client: tuple[str, ...]
    software: tuple[str, ...]
    toolkit: tuple[str, str]


def mistake_changes(then: PublishedAudit, now: PublishedAudit) -> tuple[MistakeChange, ...]:
    """How did each mistake move? In the catalogue's order."""
    return tuple(_compare_mistake(id, then, now) for id in MISTAKE_TYPES)


def _compare_mistake(id: str, then: PublishedAudit, now: PublishedAudit) -> MistakeChange:
    before, after = _judgement_of(then, id), _judgement_of(now, id)
    if before is None or after is None:
        return MistakeChange(id, before, after, why=_unjudged_reason(before, after))
    unlike = before.unit != after.unit or (
        after.unit.startswith("currency") and then.client["currency"] != now.client["currency"]
    )
    if unlike:
        return MistakeChange(id, before, after, why="It was measured in another unit then.")
    a, b = _interval_95(after, now.level), _interval_95(before, then.level)
    if a is None or b is None:
        return MistakeChange(id, before, after, why=_missing_estimate_reason(a, b))
    return MistakeChange(id, before, after, independent_difference(a, b))


def _judgement_of(audit: PublishedAudit, id: str) -> Judgement | None:
    mistake = audit.mistakes.get(id)
    return None if mistake is None or mistake.why == NOT_YET_BUILT else mistake


def _unjudged_reason(before: Judgement | None, after: Judgement | None) -> str:
    if before is None and after is None:
        return "It was judged neither time."
    return "It was not judged then." if before is None else "It is not judged now."


def _interval_95(mistake: Judgement, level: float) -> Interval | None:
    """Its estimate with a 95 % interval, whatever level was shown."""
    value, low, high = mistake.estimate, mistake.low, mistake.high
    if value is None or low is None or high is None:
        return None
    return interval_at_level(Interval(value, low, high, 0, "as published"), level)


def _missing_estimate_reason(now: Interval | None, then: Interval | None) -> str:
    if now is None and then is None:
        return "There is no estimate, then or now."
    return "There was no estimate then." if then is None else "There is no estimate now."


def context_changes(then: PublishedAudit, now: PublishedAudit) -> ContextChanges:
    """What else is different now: files, settings, versions?"""
    a, b = then.tables, now.tables
    return ContextChanges(
        changed=tuple(name for name in b if name in a and a[name] != b[name]),
        added=tuple(name for name in b if name not in a),
        gone=tuple(name for name in a if name not in b),
        settings=_differing_names(then.run["settings"], now.run["settings"]),
        client=_differing_names(then.client, now.client),
        software=_differing_names(_software_versions(then), _software_versions(now)),
        toolkit=(then.run["toolkit"], now.run["toolkit"]),
    )


def _software_versions(audit: PublishedAudit) -> dict[str, str]:
    return {"Python": audit.run["python"]} | dict(audit.run["packages"])


def _differing_names(a: Any, b: Any) -> tuple[str, ...]:
    names = dict.fromkeys([*a, *b])
    return tuple(name for name in names if a.get(name) != b.get(name))


SINCE_FORMAT = 1
METHOD = (
    "change = now − then. Its 95 % interval adds the squared distances of both 95 % intervals "
    "(MOVER, Zou & Donner 2008); those of another level are stretched to 95 % as for a normal "
    "estimate. More than noise: the interval leaves out 0. The two audits are taken as "
    "independent; where they share accounts the interval is rather too wide, so a real change may "
    "read as noise. Each mistake is judged alone: of twenty that did not move, about one will seem "
    "to."
)


@dataclass(frozen=True)
class EarlierAudit:
    """An audit that is kept: the day it was made, and its folder beside the present report."""

    made: date
    folder: str


@dataclass(frozen=True)
class AuditComparison:
    """What moved since `earlier`, the last audit that differs and can be read.

    `earlier` and `between` are None where none can be; `unreadable` are later ones that cannot,
    each with the reason in words.
    """

    earlier: EarlierAudit | None
    changes: tuple[MistakeChange, ...]
    between: ContextChanges | None
    unreadable: tuple[tuple[EarlierAudit, str], ...] = ()

    @classmethod
    def of(
        cls,
        earlier: EarlierAudit,
        then: PublishedAudit,
        now: PublishedAudit,
        unreadable: tuple[tuple[EarlierAudit, str], ...],
    ) -> AuditComparison:
        """What moved from the one audit to the other?"""
        return cls(earlier, mistake_changes(then, now), context_changes(then, now), unreadable)

    def to_json(self) -> str:
        """The text of since.json: strict JSON, keys sorted, no clock but the earlier audit's day.

        ``{"format", "since": {"date", "folder"} | null, "unreadable": [{"date", "folder", "why"}],
        "between": {"tables": {"changed", "added", "gone"}, "settings", "client", "software",
        "toolkit": {"then", "now"}} | null, "mistakes": [{"id", "unit", "then": {"verdict",
        "estimate", "low", "high", "threshold"} | null, "now": the same, "verdict_changed",
        "threshold_changed", "change": {"value", "low", "high"} | null, "more_than_noise":
        true | false | null, "why": null | "…"}], "method"}``
        """
        content = {
            "format": SINCE_FORMAT,
            "since": _earlier_json(self.earlier) if self.earlier else None,
            "unreadable": [_earlier_json(e) | {"why": why} for e, why in self.unreadable],
            "between": _context_json(self.between) if self.between else None,
            "mistakes": [_change_json(c) for c in self.changes],
            "method": METHOD,
        }
        text = json.dumps(
            to_json_types(content), sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False
        )
        return text + "\n"


def _earlier_json(earlier: EarlierAudit) -> dict[str, str]:
    return {"date": earlier.made.isoformat(), "folder": earlier.folder}


def _context_json(found: ContextChanges) -> dict[str, Any]:
    return {
        "tables": {"changed": found.changed, "added": found.added, "gone": found.gone},
        "settings": found.settings,
        "client": found.client,
        "software": found.software,
        "toolkit": dict(zip(("then", "now"), found.toolkit, strict=True)),
    }


def _change_json(change: MistakeChange) -> dict[str, Any]:
    size, either = change.size, change.now or change.then
    return {
        "id": change.id,
        "unit": either.unit if either else None,
        "then": _judgement_json(change.then),
        "now": _judgement_json(change.now),
        "verdict_changed": change.verdict_changed,
        "threshold_changed": change.threshold_changed,
        "change": {"value": size.value, "low": size.low, "high": size.high} if size else None,
        "more_than_noise": change.more_than_noise,
        "why": change.why,
    }


def _judgement_json(mistake: Judgement | None) -> dict[str, Any] | None:
    if mistake is None:
        return None
    keys = ("verdict", "estimate", "low", "high", "threshold")
    return {key: getattr(mistake, key) for key in keys}
