"""What must hold after any fault, and after the next run has put things right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from tests.faults.world import OTHER, VICTIM, World
from tests.report.batches import content
from toolkit.report.store.files import FAILURE

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Told:
    """What a run says of one client."""

    id: str
    name: str
    status: str
    why: str
    step: str
    unchanged: bool = False


def after_fault(world: World, out: Path, told: Sequence[Told], *, pages: bool = True) -> list[str]:
    """Is every report the earlier one or the new one, whole, and every failure named?

    `pages` says whether the run could still write the page of a failure.
    """
    found, wrong = content(out), list[str]()
    for client in (VICTIM, OTHER):
        now = of(found, client)
        failure = {name: now.pop(name) for name in FAILURE if name in now}
        if now not in (of(content(world.before), client), of(world.due, client)):
            wrong.append(f"{client}: its report is neither the earlier nor the new one")
        for one in (t for t in told if t.id == client):
            wrong += _named(one, now == of(world.due, client))
            if one.status == "failed" and pages:
                wrong += _paged(one, failure, found)
    return wrong


def after_next(world: World, out: Path, temporary: Path, kept: Sequence[Told]) -> list[str]:
    """Has the next run, undisturbed, made all as due, done nothing twice, and left nothing?"""
    due, found = world.due, content(out)
    wrong = [f"{name} is not as due" for name in sorted(due) if found.get(name) != due[name]]
    wrong += [f"{name} is left over" for name in sorted(set(found) - set(due))]
    wrong += [f"{path.name} is left in the private place" for path in temporary.iterdir()]
    return wrong + [f"{t.id} failed in an undisturbed run: {t.why}" for t in kept]


def of(files: Files, client: str) -> dict[str, bytes]:
    """The files of one client's report, drafts and locks left out."""
    parts = {name.partition("/")[2]: data for name, data in files.items() if _own(name, client)}
    return {name: data for name, data in parts.items() if not re.search(r"(^|/)\.", name)}


def _own(name: str, client: str) -> bool:
    return name.startswith(f"{client}/")


def _named(told: Told, new: bool) -> list[str]:
    if told.status == "done":
        return [] if new else [f"{told.id} is called done, and has no new report"]
    full = told.id and told.name and told.why and told.step
    return [] if full else [f"{told.id}: the failure is not named: {told}"]


def _paged(told: Told, failure: Files, found: Files) -> list[str]:
    page = unescape(failure.get(FAILURE[0], b"").decode())
    index = unescape(found.get("index.html", b"").decode())
    wrong = [f"{told.id}: its page does not say why"] if told.why not in page else []
    wrong += [f"{told.id}: the index does not say why"] if told.why not in index else []
    return wrong + (["a traceback is shown"] if "Traceback" in page else [])
