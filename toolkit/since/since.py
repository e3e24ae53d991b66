"""since.json: what moved since the last audit that was different."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.finding import Mistake, plain
from toolkit.since.changes import Between, Change, between, changes
from toolkit.since.told import Told

FORMAT = 1
METHOD = (
    "change = now − then. Its 95 % interval adds the squared distances of both 95 % intervals "
    "(MOVER, Zou & Donner 2008); those of another level are stretched to 95 % as for a normal "
    "estimate. More than noise: the interval leaves out 0. The two audits are taken as "
    "independent; where they share accounts the interval is rather too wide, so a real change may "
    "read as noise. Each mistake is judged alone: of twenty that did not move, about one will seem "
    "to."
)


@dataclass(frozen=True)
class Earlier:
    """An audit that is kept: the day it was made, and its folder beside the present report."""

    made: date
    folder: str


@dataclass(frozen=True)
class Since:
    """What moved since `earlier`, the last audit that differs and can be read.

    `earlier` and `between` are None where none can be; `unreadable` are later ones that cannot,
    each with the reason in words.
    """

    earlier: Earlier | None
    changes: tuple[Change, ...]
    between: Between | None
    unreadable: tuple[tuple[Earlier, str], ...] = ()

    @classmethod
    def of(
        cls, earlier: Earlier, then: Told, now: Told, unreadable: tuple[tuple[Earlier, str], ...]
    ) -> Since:
        """What moved from the one audit to the other?"""
        return cls(earlier, changes(then, now), between(then, now), unreadable)

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
            "format": FORMAT,
            "since": _earlier(self.earlier) if self.earlier else None,
            "unreadable": [_earlier(e) | {"why": why} for e, why in self.unreadable],
            "between": _between(self.between) if self.between else None,
            "mistakes": [_change(c) for c in self.changes],
            "method": METHOD,
        }
        text = json.dumps(
            plain(content), sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False
        )
        return text + "\n"


def _earlier(earlier: Earlier) -> dict[str, str]:
    return {"date": earlier.made.isoformat(), "folder": earlier.folder}


def _between(found: Between) -> dict[str, Any]:
    return {
        "tables": {"changed": found.changed, "added": found.added, "gone": found.gone},
        "settings": found.settings,
        "client": found.client,
        "software": found.software,
        "toolkit": dict(zip(("then", "now"), found.toolkit, strict=True)),
    }


def _change(change: Change) -> dict[str, Any]:
    size, either = change.size, change.now or change.then
    return {
        "id": change.id,
        "unit": either.unit if either else None,
        "then": _side(change.then),
        "now": _side(change.now),
        "verdict_changed": change.verdict_changed,
        "threshold_changed": change.threshold_changed,
        "change": {"value": size.value, "low": size.low, "high": size.high} if size else None,
        "more_than_noise": change.more_than_noise,
        "why": change.why,
    }


def _side(mistake: Mistake | None) -> dict[str, Any] | None:
    if mistake is None:
        return None
    keys = ("verdict", "estimate", "low", "high", "threshold")
    return {key: getattr(mistake, key) for key in keys}
