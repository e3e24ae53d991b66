"""Which files hold a table that may be too large to read whole, and what is it called there?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.client.large.accounts import MOST_LINES
from toolkit.client.parquet import is_bomb, unfolded
from toolkit.hashes import sha_of, sha_of_text

SHORTEST_LINE = 8  # bytes; a text below MOST_LINES of these is not counted
BLOCK = 1 << 20


def is_pattern(file: str) -> bool:
    """Does client.yml name many files at once, such as orders/*.parquet?"""
    return "*" in file or "?" in file


def matching(root: Path, pattern: str) -> tuple[Path, ...]:
    """Which files of the folder follow the pattern? By name; none for one that leads out.

    Hidden ones are no tables: systems leave such files beside others.
    """
    try:
        found = sorted(path for path in root.glob(pattern) if _shown(path, root) and path.is_file())
    except (ValueError, NotImplementedError, OSError):  # NotImplementedError: an absolute pattern
        return ()
    inside = root.resolve()
    return tuple(path for path in found if path.resolve().is_relative_to(inside))


def _shown(path: Path, root: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(root).parts)


def is_large(path: Path, form: str) -> bool:
    """Has the file more lines than are held? A file that cannot be read is told of elsewhere."""
    try:
        if form == "parquet":
            import pyarrow.parquet as pq  # only here: text clients should not wait for it

            return int(pq.read_metadata(path).num_rows) > MOST_LINES
        if path.stat().st_size <= MOST_LINES * SHORTEST_LINE:
            return False
        with path.open("rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b"")) > (
                MOST_LINES
            )
    except Exception:  # damaged bytes raise whatever they touch first
        return False


def header_line(path: Path) -> bytes:
    """The first line of a text, at most BLOCK of it."""
    with path.open("rb") as stream:
        return stream.readline(BLOCK)


def column_names(path: Path) -> list[str]:
    """The columns of a Parquet file; ValueError where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"{path.name} is damaged or not Parquet") from error


def zones(path: Path) -> dict[str, str]:
    """In which time zone does a Parquet file hold the moments of a column? As DuckDB names zones.

    Files of other makers than Arrow only say that moments are of UTC.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    stamps = (field for field in pq.read_schema(path) if pa.types.is_timestamp(field.type))
    told = {field.name: field.type.tz for field in stamps if field.type.tz}
    return {name: f"GMT{zone}" if zone[0] in "+-" else zone for name, zone in told.items()}


def unfolds(paths: Sequence[Path]) -> list[str]:
    """Which of these Parquet files are small, and yet would fill any memory? By their names."""
    import pyarrow.parquet as pq

    return [p.name for p in paths if is_bomb(*unfolded(pq.read_metadata(p)), p.stat().st_size)]


def digest(paths: Sequence[Path]) -> str:
    """SHA-256 of the file; of several, that of the list `SHA-256  name`, a line each."""
    each = [sha_of(path) for path in paths]
    if len(paths) == 1:
        return each[0]
    listed = "".join(f"{sha}  {path.name}\n" for sha, path in zip(each, paths, strict=True))
    return sha_of_text(listed)
