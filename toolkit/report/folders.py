"""Which clients are meant: folders, folders of folders, and the id each will be published under?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from toolkit.errors import RunError, sample_hint
from toolkit.report.store.files import CLIENT, FINDINGS
from toolkit.report.store.inputs import folder_hashes, recorded_inputs, reports_by_part
from toolkit.report.store.locks import folder_mark

TABLES = (".csv", ".parquet", ".xlsx")
PATH_SHOWN = 200  # characters


def client_folders(folders: Iterable[str | Path]) -> list[Path]:
    """Which client folders are these? A folder of clients stands for every one in it, sorted.

    Raises RunError where a path is no folder, may not be read, or neither is a client nor holds
    any.
    """
    found: dict[Path, None] = {}
    for folder in map(Path, folders):
        try:
            found |= dict.fromkeys(_clients(folder))
        except OSError as error:
            raise RunError(f"{shorten_path(folder)} cannot be read: {error.strerror}.") from None
    return list(found)


def shorten_path(path: str | Path) -> str:
    """How is a path shown? In full, unless it is longer than any reader could use."""
    text = str(path)
    return _readable_name(text if len(text) <= PATH_SHOWN else text[: PATH_SHOWN - 1] + "…")


def _readable_name(name: str) -> str:
    """The name with a mark for every byte that is no text: pages can hold it."""
    return name.encode("utf-8", "replace").decode()


def _clients(folder: Path) -> list[Path]:
    if not folder.is_dir():
        fix = sample_hint(folder) or "Name a client folder, or a folder of them."
        raise RunError(f"{folder} is not a folder. {fix}")
    if (folder / CLIENT).exists():
        return [folder.resolve()]
    inside = sorted(f.resolve() for f in folder.iterdir() if _may_be_client(f))
    if not inside:
        raise RunError(
            f"{folder} has no {CLIENT}, and no folder in it has one. "
            "Make a client folder with `audit new`."
        )
    return inside


def _may_be_client(folder: Path) -> bool:
    """Has it a client.yml? One that may not be read is for its own run to refuse, not for all."""
    try:
        return (folder / CLIENT).exists()
    except PermissionError:
        return True


def refuse_inside_client(out: Path) -> None:
    """May reports go here? Not into a client's own folder, nor anywhere below it."""
    place = out.resolve()
    for folder in (place, *place.parents):
        if (folder / CLIENT).exists():
            raise RunError(
                f"{out} lies in the client folder {folder}: reports and a client's own files "
                "must not mix. Choose another place for the reports."
            )


def client_ids(
    folders: Sequence[Path], out: Path, taken: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Under which id and name does each folder go?

    One that cannot state it goes under that of its report in `out`, or its own name, unless
    another client has that, or it is among those `taken`; else under one made up.
    """
    names = {folder: told for folder in folders if (told := _stated(folder))}
    silent = [folder for folder in folders if folder not in names]
    known = reports_by_part("folder", out) if silent else {}
    for folder in silent:
        others = {*taken, *(id for id, _ in names.values())}
        own = [id for id in known.get(folder.name, ()) if _alike(folder, out / id)]
        names[folder] = _guessed(folder, own, out, others)
    return [names[folder] for folder in folders]


def _alike(folder: Path, report: Path) -> bool:
    """Was the report made from this folder, not from another of that name? By a table of both.

    What cannot be read may be: its name is all that is left to go by.
    """
    then = recorded_inputs(report)
    try:
        return then is None or not _tables(then["files"]).isdisjoint(_tables(folder_hashes(folder)))
    except OSError:
        return True


def _tables(files: Mapping[str, str]) -> set[str]:
    """By their content; other files, such as a questionnaire, many clients have alike."""
    return {sha for name, sha in files.items() if name.lower().endswith(TABLES)}


def shared_ids(names: Sequence[tuple[str, str]]) -> set[str]:
    """Which ids are claimed by more than one folder?"""
    return {id for id, times in Counter(id for id, _ in names).items() if times > 1}


def _stated(folder: Path) -> tuple[str, str] | None:
    from toolkit.client.config import CLIENT_ID, read_config  # loads pandas: only where needed
    from toolkit.client.problems import ProblemList

    config = read_config(folder, ProblemList(CLIENT))
    if config is None:
        return None
    return (
        config.id if CLIENT_ID.fullmatch(config.id) else made_up_id(folder),
        _readable_name(config.name),
    )


def _guessed(
    folder: Path, own: Sequence[str], out: Path, taken: Collection[str]
) -> tuple[str, str]:
    from toolkit.client.config import CLIENT_ID

    likely = own[0] if len(own) == 1 else folder.name
    others = likely in taken or (not own and (out / likely / FINDINGS).exists())
    free = CLIENT_ID.fullmatch(likely) and not others
    return (likely if free else made_up_id(folder), _readable_name(folder.name))


def made_up_id(folder: Path) -> str:
    """An id for a folder that has no valid one of its own: its refusal has to stand somewhere.

    The folder's name, and a few signs that tell folders of one name in two places apart.
    """
    letters = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-")[:40] or "client"
    return f"{letters}-{folder_mark(folder)[:6]}"
