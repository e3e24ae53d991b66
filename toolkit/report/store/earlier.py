"""Earlier audits of a client: when one becomes earlier, where it is kept, what moved since.

An audit becomes earlier when one with other findings takes its place. The same findings again are
the same audit, whose day and comparison stay. Earlier ones stand in ``earlier/DAY`` of the report's
folder, ``DAY-2`` and so on for several of one day: whole, with their manifests, never overwritten.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from toolkit.errors import RefusedError
from toolkit.finding import Audit
from toolkit.report.files import (
    EARLIER,
    FAILURE,
    FINDINGS,
    MANIFEST,
    REPORT,
    SINCE,
    SIZE,
    files_of,
    made_on,
    read_json,
)
from toolkit.since.since import Earlier, Since
from toolkit.since.told import DamagedError, told

NAME = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:-(?P<number>[1-9]\d{0,8}))?")
OURS = {FINDINGS, REPORT, SIZE, SINCE, MANIFEST}  # known without a manifest that can be read


def since(report: Path, audit: Audit) -> Since | None:
    """What moved since the last audit with other findings? None where there was none.

    `report` is the client's folder as it stands before this audit is published in it.
    """
    text, unreadable = audit.to_json(), list[tuple[Earlier, str]]()
    for earlier, folder in _before(report, text.encode()):
        try:
            then = told(read_json(folder / FINDINGS))
        except DamagedError as error:
            unreadable.append((earlier, str(error)))
        else:
            return Since.of(earlier, then, told(json.loads(text)), tuple(unreadable))
    return Since(None, (), None, tuple(unreadable)) if unreadable else None


def made(report: Path, built: Path, today: date) -> date:
    """On which day was the audit made that now stands in `built`? Today, if it is another one."""
    findings = _findings(built)
    same = findings is not None and findings == _findings(report)
    return made_on(report) if same else today


def bring_along(old: Path, new: Path) -> None:
    """What of the old folder goes into the new one, before that takes its place?

    What others put there, and earlier audits, as they are. Our own files go into ``earlier`` if
    the findings are others now, and are left behind if not. Hard links where the system has them:
    as the new folder appears in one step, a run that is killed has moved nothing.
    """
    refuse_in_the_way(old)
    ours = set(files_of(old / MANIFEST)) | OURS
    place = new / _next(old) if _replaced(old, _findings(new)) else None
    for path in sorted(old.rglob("*")) if old.is_dir() else []:
        name = path.relative_to(old)
        if path.is_file() and name.as_posix() not in FAILURE:
            if name.as_posix() not in ours:
                _link(path, new / name)
            elif place:
                _link(path, place / name)


def refuse_in_the_way(report: Path) -> None:
    """May earlier audits be kept here? Not where something else has taken their folder's name."""
    place = report / EARLIER
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise RefusedError(f"{place} is not a plain folder; move it away: earlier audits go there.")


def _before(report: Path, findings: bytes) -> Iterator[tuple[Earlier, Path]]:
    """Audits with other findings, the last one first, and where each can be read now."""
    if _replaced(report, findings):
        yield Earlier(made_on(report), _next(report)), report
    for day, _, name in sorted(_kept(report), reverse=True):
        folder = report / EARLIER / name
        if _findings(folder) != findings:
            yield Earlier(day, f"{EARLIER}/{name}"), folder


def _replaced(report: Path, findings: bytes | None) -> bool:
    """Does an audit stand here, with other findings than these?"""
    return (report / FINDINGS).is_file() and _findings(report) != findings


def _findings(folder: Path) -> bytes | None:
    try:
        return (folder / FINDINGS).read_bytes()
    except OSError:
        return None


def _next(report: Path) -> str:
    """The folder that the standing audit gets: of its day, with a number nobody has had."""
    day = made_on(report)
    taken = [number for other, number, _ in _kept(report) if other == day]
    return f"{EARLIER}/{day}" + (f"-{max(taken) + 1}" if taken else "")


def _kept(report: Path) -> Iterator[tuple[date, int, str]]:
    """The earlier audits kept here: day, number on that day, and folder name."""
    place = report / EARLIER
    for folder in place.iterdir() if place.is_dir() else ():
        match = NAME.fullmatch(folder.name)
        if match and folder.is_dir():
            try:
                yield date.fromisoformat(match["day"]), int(match["number"] or 1), folder.name
            except ValueError:
                continue  # no such day, so none of ours


def _link(path: Path, place: Path) -> None:
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a disk without hard links
        shutil.copy2(path, place, follow_symlinks=False)
