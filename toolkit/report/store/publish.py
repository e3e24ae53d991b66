"""Files appear whole or not at all: built beside their place, then swapped in.

A report folder is built as ``.ID.PROCESS.TOKEN`` next to where it will stand. Whatever ends the
process, the earlier report stays whole; what it leaves behind is swept by the next run.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.report.files import seal
from toolkit.report.store.earlier import bring_along, made
from toolkit.report.store.strays import refuse_unsafe
from toolkit.report.store.swap import put


@contextmanager
def building(
    out: Path, id: str, today: date, inputs: Mapping[str, Any] | None = None
) -> Iterator[Path]:
    """Where is the new report of `id` built? Published when the block ends, dropped if it fails.

    `inputs` say what it was made from. What stood there with other findings is kept among the
    earlier audits.
    """
    target = out / id
    refuse_unsafe(target)
    built = out / f".{id}.{os.getpid()}.{secrets.token_hex(4)}"
    built.mkdir(parents=True)
    try:
        yield built
        seal(built, made(target, built, today), inputs)
        bring_along(target, built)
        put(built, target)
    finally:
        shutil.rmtree(built, ignore_errors=True)
