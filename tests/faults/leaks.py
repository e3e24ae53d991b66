"""Two hundred clients with a mark in every cell, in one run: whose marks stand in whose reports?"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from tests.faults.study import KEPT, version
from tests.report.batches import content
from tests.report.canaries import canary, headless, miscoded, misplaced
from toolkit.report.run import audit_folders

REFUSED = {7: misplaced, 8: headless, 9: miscoded}  # of every ten clients
SECRET = re.compile(rb"qz(\xc3\xa9|\xe9)?k\d")
PICTURE = re.compile(rb"[A-Za-z0-9+/]{200,}")  # in so many letters a mark stands by chance alone
SHOWN = re.compile(rb"xw(k\d+)xw")
SIGN = "<img src=//127.0.0.1/x onerror=window.ran=1>"


def leaked(clients: int) -> list[str]:
    """What of a person stands in any output, and what of a client in that of another?"""
    out = KEPT / version() / "canaries"  # an interrupted run goes on where it was
    with tempfile.TemporaryDirectory(prefix="c-") as folder:
        names = [f"k{number}" for number in range(clients)]
        for number, name in enumerate(names):
            make = REFUSED.get(number % 10)
            make(Path(folder), name) if make else canary(Path(folder), name, SIGN)
        outcomes = audit_folders([folder], out, workers=2)
    wrong = [f"{o.id}: {o.why}" for o in outcomes if (o.status == "done") == _bad(o.id)]
    wrong += marks(out)
    shutil.rmtree(out)
    return wrong


def _bad(id: str) -> bool:
    return int(id[1:]) % 10 in REFUSED


def marks(out: Path) -> list[str]:
    """Which marks stand where they must not?"""
    wrong = list[str]()
    for name, written in content(out).items():
        data = PICTURE.sub(b"", written)
        wrong += [f"a personal mark in {name}"] if SECRET.search(data) else []
        own, inside, _ = name.partition("/")
        strangers = {mark.decode() for mark in SHOWN.findall(data)} - {own}
        wrong += [f"{mark} in {name}" for mark in sorted(strangers)] if inside else []
    shown = sum(bool(SHOWN.search(p.read_bytes())) for p in out.glob("*/report.html"))
    return wrong if shown else [*wrong, "no mark is shown anywhere, so nothing was tested"]
