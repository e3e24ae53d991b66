"""Are the reports as they were written? Every file of every report, read again and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import RunError
from toolkit.hashing import hash_file
from toolkit.report.outputs import output_files
from toolkit.report.store.files import (
    CLIENT,
    EARLIER,
    FAILURE,
    FINDINGS,
    INDEX_PAGES,
    MANIFEST,
    indexed_clients,
    manifest_files,
)
from toolkit.report.store.inputs import input_differences, recorded_inputs, report_inputs

SHOWN = 5  # files that are not of a report: named, the rest counted
AS_WRITTEN = "as it was written"
SAME = "the client's files and the toolkit are the same now"


@dataclass(frozen=True)
class ReportCheck:
    """One report, or one earlier one: what differs from what was written, and what is beside it."""

    name: str
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    right: str = AS_WRITTEN


def verify_reports(out: Path) -> list[ReportCheck]:
    """Is every report here as it was written? One answer for each, earlier ones and the index too.

    `out` may also be the folder of one client. Raises RunError where `out` holds no report at all.
    """
    if not out.is_dir():
        raise RunError(f"{out} is not a folder. Name the folder the reports are in.")
    if (out / FINDINGS).exists():  # the folder of one client
        return list(_client(out, out.parent))
    checked = [_index(out), *(c for folder in _folders(out) for c in _client(folder, out))]
    if len(checked) == 1 and not (out / MANIFEST).exists():
        raise RunError(f"{out} holds no reports. Name the folder that `audit run --out` wrote to.")
    return checked


def compare_inputs(
    out: Path, folders: Sequence[Path], recipe: Mapping[str, Any]
) -> list[ReportCheck]:
    """Would these client folders give the same reports again? What is other now, folder by folder.

    A report is known by the name of the folder it was made from. What was asked of a run, such as
    `--pdf`, is left out of account.
    """
    told = [(folder.name, recorded_inputs(folder)) for folder in _folders(out)]
    return [_compared(folder, told, recipe) for folder in folders]


def _folders(out: Path) -> list[Path]:
    return sorted(f for f in out.iterdir() if f.is_dir() and not f.name.startswith("."))


def _client(folder: Path, out: Path) -> Iterator[ReportCheck]:
    if _made(folder) or any((folder / name).exists() for name in FAILURE):
        yield _report(folder, folder.name)
    for earlier in _folders(folder / EARLIER) if (folder / EARLIER).is_dir() else ():
        yield _report(earlier, earlier.relative_to(out).as_posix())


def _index(out: Path) -> ReportCheck:
    if not any((out / name).exists() for name in (*INDEX_PAGES, MANIFEST)):
        return ReportCheck("index", right="no page over all clients")
    gone = [id for id in indexed_clients(out) if not (out / id).is_dir()]
    said = [f"It tells of {id}, whose folder is gone. Run that client again." for id in gone]
    return ReportCheck("index", (*_wrong(out), *said))


def _report(folder: Path, name: str) -> ReportCheck:
    if not _made(folder):
        return ReportCheck(name, notes=("failure.html says why.",), right="no report")
    return ReportCheck(name, tuple(_wrong(folder)), tuple(_beside(folder)))


def _made(folder: Path) -> bool:
    """Does anything of a report stand here?"""
    return any((folder / name).exists() for name in (MANIFEST, FINDINGS, *output_files()))


def _wrong(folder: Path) -> Iterator[str]:
    listed = manifest_files(folder / MANIFEST)
    if not listed:
        state = "cannot be read" if (folder / MANIFEST).exists() else "is missing"
        yield f"{MANIFEST} {state}, so nothing says what was written. Run the client again."
    for file, sha in listed.items():
        if not (folder / file).is_file():
            yield f"{file} is missing."
        elif hash_file(folder / file) != sha:
            yield f"{file} has been changed since it was written."


def _beside(folder: Path) -> Iterator[str]:
    known = {MANIFEST, *FAILURE, *manifest_files(folder / MANIFEST)}
    names = (p.relative_to(folder) for p in sorted(folder.rglob("*")) if p.is_file())
    more = [n.as_posix() for n in names if n.parts[0] != EARLIER and n.as_posix() not in known]
    yield from (f"{name} is not of the report." for name in more[:SHOWN])
    if len(more) > SHOWN:
        yield f"{len(more) - SHOWN} more files are not of the report."
    if (folder / FAILURE[1]).exists():
        yield "A later run failed; failure.html says why."


def _compared(
    folder: Path, told: Sequence[tuple[str, Mapping[str, Any] | None]], recipe: Mapping[str, Any]
) -> ReportCheck:
    try:
        now = report_inputs(folder, recipe)
    except OSError as error:
        return ReportCheck(folder.name, (f"It cannot be read: {error.strerror}.",))
    found = [(id, then) for id, then in told if then and then.get("folder") == folder.name]
    if not found:
        return ReportCheck(folder.name, ("No report here says that it was made from this folder.",))
    own = [pair for pair in found if _same_client(pair[1], now)]
    id, then = (own or found)[0]
    return ReportCheck(
        id, tuple(input_differences({**then, "options": now["options"]}, now)), right=SAME
    )


def _same_client(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return bool(then["files"].get(CLIENT) == now["files"][CLIENT])
