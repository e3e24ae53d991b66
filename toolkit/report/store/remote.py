"""How do reports stand at an address, s3://bucket/reports? Worked on here, then put there.

Object stores cannot swap folders. So a client's files are put first and its manifest last, and the
manifest decides: a report without one, or with other files than it says, counts as not there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from toolkit.errors import RunError
from toolkit.report.processes.temporary_folders import private_folder
from toolkit.report.store.files import EARLIER, FAILURE, INDEX_PAGES, MANIFEST, report_is_whole


def is_address(out: str | Path) -> bool:
    """Is this the address of a store, not a folder of this machine?"""
    return "://" in str(out)


@contextmanager
def local_reports(out: str | Path) -> Iterator[Path]:
    """The reports as a folder of this machine: themselves, or for the moment a copy of them."""
    if not is_address(out):
        yield Path(out)
        return
    with private_folder() as private:
        copy, address = private / "reports", ReportAddress(str(out))
        try:
            address.bring(copy)
        except OSError as error:
            raise RunError(f"{out} cannot be read: {error}.") from error
        try:
            yield copy
        except RunError as error:
            raise RunError(str(error).replace(str(copy), str(out))) from error


@contextmanager
def _as_disks_say() -> Iterator[None]:
    """Stores have errors of their own; whoever works with one expects those of a disk."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(str(error).rstrip(".") or type(error).__name__) from error


class ReportAddress:
    """Where reports finally stand. Raises RunError where the address cannot be used here.

    Whatever the store itself refuses later is an OSError.
    """

    def __init__(self, address: str) -> None:
        try:
            from fsspec.core import url_to_fs  # optional

            self._store, self._root = url_to_fs(address)
        except ImportError as error:  # of a store's own package, the text says what to install
            needed = "install fsspec" if error.name == "fsspec" else str(error).rstrip(".")
            raise RunError(f"{address} cannot be used: {needed}.") from None
        except ValueError as error:
            raise RunError(f"{address} cannot be used: {error}.") from None

    @_as_disks_say()
    def ids(self) -> list[str]:
        """Under which ids does anything stand there?"""
        return sorted({PurePosixPath(name).parts[0] for name in self._names() if "/" in name})

    @_as_disks_say()
    def bring(self, out: Path, id: str = "") -> None:
        """Bring a client's folder here as it stands there, or all that stands there."""
        out.mkdir(parents=True, exist_ok=True)
        for name in self._names(id):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            self._store.get_file(self._path(name), str(out / name))

    def fetch(self, out: Path, id: str) -> None:
        """Bring a client's folder here, but for a report that is not whole."""
        shutil.rmtree(out / id, ignore_errors=True)
        self.bring(out, id)
        if not report_is_whole(out / id):
            _drop_report(out / id)

    def fetch_more(self, out: Path) -> None:
        """Bring the folders of clients here that are not yet."""
        for id in self.ids():
            if not (out / id).exists():
                self.fetch(out, id)

    @_as_disks_say()
    def put_failure(self, out: Path, id: str) -> None:
        """Put only the page there that says why there is no report, or take it away with it.

        The report itself may have been made anew there since it was brought here.
        """
        there = self._names(id)
        for name in (f"{id}/{name}" for name in FAILURE):
            if (out / name).is_file():
                self._put(out, name)
            elif name in there:
                self._store.rm_file(self._path(name))

    @_as_disks_say()
    def put(self, out: Path, id: str) -> None:
        """Put a client's folder there, its manifest last; what is ours and no longer here goes."""
        here = [p.relative_to(out).as_posix() for p in (out / id).rglob("*") if p.is_file()]
        there = self._names(id)
        ours = {f"{id}/{name}" for name in (*self._listed(id), *FAILURE)}
        for name in sorted(here, key=lambda name: (name == f"{id}/{MANIFEST}", name)):
            self._put(out, name)
        for name in (ours & set(there)) - set(here):
            self._store.rm_file(self._path(name))

    @_as_disks_say()
    def put_pages(self, out: Path) -> None:
        """Put the pages over all clients there, their manifest last."""
        for name in (*INDEX_PAGES, MANIFEST):
            self._put(out, name)

    def _put(self, out: Path, name: str) -> None:
        self._store.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)
        self._store.put_file(str(out / name), self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _names(self, id: str = "") -> list[str]:
        self._store.invalidate_cache()
        found = self._store.find(self._path(id)) if self._store.exists(self._path(id)) else []
        names = sorted(path[len(self._path("")) :] for path in found)
        return [name for name in names if ".." not in PurePosixPath(name).parts]  # leads elsewhere

    def _listed(self, id: str) -> list[str]:
        """The files of the report that stands there now, as its manifest says."""
        try:
            content: Any = json.loads(self._store.cat_file(self._path(f"{id}/{MANIFEST}")))
            return list(content["files"])
        except (OSError, ValueError, KeyError, TypeError):
            return []


def _drop_report(folder: Path) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and path.name != EARLIER:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in FAILURE:
            path.unlink()
