"""How does a report appear whole or not at all? Built beside its place, then swapped in.

A report folder is built as ``.ID.PROCESS.TOKEN`` next to where it will stand. Whatever ends the
process, the earlier report stays whole; what it leaves behind is swept by the next run. Two
folders change places in one step, where the system can do that.

An audit becomes earlier when one with other findings takes its place. The same findings again are
the same audit, whose day and comparison stay. Earlier ones stand in ``earlier/DAY`` of the report's
folder, ``DAY-2`` and so on for several of one day: whole, with their manifests, never overwritten.
Here is when one becomes earlier, where it is kept, and what moved since.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.errors import RefusedError
from toolkit.finding import Audit
from toolkit.report.outputs import output_files
from toolkit.report.store.files import (
    EARLIER,
    FAILURE,
    FINDINGS,
    MANIFEST,
    SINCE,
    SIZE,
    audit_date,
    manifest_files,
    read_json,
    write_atomically,
    write_manifest,
)
from toolkit.report.store.locks import refuse_unsafe_place
from toolkit.since import AuditComparison, DamagedError, EarlierAudit, PublishedAudit, read_findings

HERE = -100  # AT_FDCWD: paths as the process sees them
EXCHANGE = 2  # RENAME_EXCHANGE


def swap_folders(built: Path, target: Path) -> None:
    """Let `built` stand in the place of `target`; what stood there is left beside it, or gone.

    On Linux there is no moment without a whole folder at `target`. Elsewhere, and on disks that
    cannot exchange, a process killed between two steps leaves the old one beside its place as
    ``BUILT.old``, whence the next run brings it back.
    """
    if not target.exists():
        os.rename(built, target)
    elif not _exchanged(built, target):
        _in_two_steps(built, target)


def _exchanged(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # not Linux, or one from before 2018
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return bool(rename(HERE, paths[0], HERE, paths[1], EXCHANGE) == 0)


def _in_two_steps(built: Path, target: Path) -> None:
    old = built.with_name(built.name + ".old")
    os.rename(target, old)
    try:
        os.rename(built, target)
    except OSError:
        os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


NAME = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:-(?P<number>[1-9]\d{0,8}))?")
OURS = {FINDINGS, SIZE, SINCE, MANIFEST}  # and the outputs: known without a readable manifest


@dataclass(frozen=True)
class StoredAudit:
    """An audit that was published: where it is kept, its findings, and what they tell.

    `findings` is the file as it stands, None where it is missing; `told` is None where it cannot be
    read, and `damage` says why.
    """

    place: EarlierAudit
    findings: bytes | None
    told: PublishedAudit | None = None
    damage: str = ""

    @classmethod
    def read(cls, made: date, name: str, folder: Path) -> StoredAudit:
        """The audit of that day in this folder, which is kept under that name."""
        place, findings = EarlierAudit(made, name), _findings(folder)
        try:
            return cls(place, findings, read_findings(read_json(folder / FINDINGS)))
        except DamagedError as error:
            return cls(place, findings, damage=str(error))


def stored_audits(report: Path) -> list[StoredAudit]:
    """Which audits stand in a client's folder, before the next is published in it? The last first.

    As many as a comparison can need: up to the second that can be read and has other findings than
    the first, as the next audit cannot have the same findings as both.
    """
    stored, readable = list[StoredAudit](), set[bytes | None]()
    for audit in _stored(report):
        stored.append(audit)
        readable |= {audit.findings} if audit.told else set()
        if len(readable) == 2:
            break
    return stored


def _stored(report: Path) -> Iterator[StoredAudit]:
    if (report / FINDINGS).is_file():
        yield StoredAudit.read(audit_date(report), _next(report), report)
    for day, _, name in sorted(_kept(report), reverse=True):
        yield StoredAudit.read(day, f"{EARLIER}/{name}", report / EARLIER / name)


def compare_with_earlier(stored: Sequence[StoredAudit], audit: Audit) -> AuditComparison | None:
    """What moved since the last of these audits with other findings? None where there was none."""
    text, unreadable = audit.to_json(), list[tuple[EarlierAudit, str]]()
    for then in stored:
        if then.told is None:
            unreadable.append((then.place, then.damage))
        elif then.findings != text.encode():
            now = read_findings(json.loads(text))
            return AuditComparison.of(then.place, then.told, now, tuple(unreadable))
    return AuditComparison(None, (), None, tuple(unreadable)) if unreadable else None


def _made_day(report: Path, built: Path, today: date) -> date:
    """On which day was the audit made that now stands in `built`? Today, if it is another one."""
    findings = _findings(built)
    same = findings is not None and findings == _findings(report)
    return audit_date(report) if same else today


def _bring_along(old: Path, new: Path) -> None:
    """What of the old folder goes into the new one, before that takes its place?

    What others put there, and earlier audits, as they are. Our own files go into ``earlier`` if
    the findings are others now, and are left behind if not. Hard links where the system has them:
    as the new folder appears in one step, a run that is killed has moved nothing.
    """
    _refuse_blocked_archive(old)
    ours = set(manifest_files(old / MANIFEST)) | OURS | output_files()
    place = new / _next(old) if _replaced(old, _findings(new)) else None
    for path in sorted(old.rglob("*")) if old.is_dir() else []:
        name = path.relative_to(old)
        if path.is_file() and name.as_posix() not in FAILURE:
            if name.as_posix() not in ours:
                _link(path, new / name)
            elif place:
                _link(path, place / name)


def _refuse_blocked_archive(report: Path) -> None:
    """May earlier audits be kept here? Not where something else has taken their folder's name."""
    place = report / EARLIER
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise RefusedError(f"{place} is not a plain folder; move it away: earlier audits go there.")


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
    day = audit_date(report)
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


@contextmanager
def build_report(
    out: Path, id: str, today: date, inputs: Mapping[str, Any] | None = None
) -> Iterator[Path]:
    """Where is the new report of `id` built? Published when the block ends, dropped if it fails.

    `inputs` say what it was made from. What stood there with other findings is kept among the
    earlier audits.
    """
    target = out / id
    refuse_unsafe_place(target)
    built = out / f".{id}.{os.getpid()}.{secrets.token_hex(4)}"
    built.mkdir(parents=True)
    try:
        yield built
        write_manifest(built, _made_day(target, built, today), inputs)
        _bring_along(target, built)
        swap_folders(built, target)
    finally:
        shutil.rmtree(built, ignore_errors=True)


def publish_files(
    files: Mapping[str, bytes],
    out: Path,
    id: str,
    today: date,
    inputs: Mapping[str, Any] | None = None,
) -> None:
    """Let these files, by their names in it, be the report of `id`; see `build_report`."""
    with build_report(out, id, today, inputs) as built:
        for name, content in files.items():
            (built / name).parent.mkdir(exist_ok=True)
            write_atomically(built / name, content)
