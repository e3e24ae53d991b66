"""A run in a process of its own, which a trial may end however it likes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.faults.study import ROOT

CODE = """
import json, sys
from datetime import date
from pathlib import Path
from toolkit.report.options import RunLimits
from toolkit.report.run import audit_folders
folders, out, notebooks, today, options = map(json.loads, sys.argv[1:])
options["limits"] = RunLimits(*options.get("limits", ()))
outcomes = audit_folders(
    folders, out, today=date.fromisoformat(today), notebooks=[*map(Path, notebooks)], **options
)
told = [(o, o.failure.step if o.failure else "") for o in outcomes]
print(json.dumps([[o.id, o.name, o.status, o.why, step, o.unchanged] for o, step in told]))
"""


def started(
    folders: Sequence[Path],
    out: Path,
    notebooks: Sequence[Path],
    *,
    temporary: Path,
    today: str = "2026-02-06",
    env: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
) -> subprocess.Popen[str]:
    """A run that has begun; its private folder stands in `temporary`, its outcomes are printed."""
    import json

    temporary.mkdir(exist_ok=True)
    given = ([*map(str, folders)], str(out), [*map(str, notebooks)], today, dict(options or {}))
    surroundings = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *map(json.dumps, given)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=surroundings,
    )
