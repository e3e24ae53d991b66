"""The same clients in other surroundings: every file of every report to the byte."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.faults.runner import started
from tests.faults.world import small
from tests.report.batches import content, several
from toolkit.report.options import default_notebooks

COLD = {
    "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python 3",
    "language": "python",
    "metadata": {"kernel_provisioner": {"provisioner_name": "local-provisioner"}},
}
NAMES = ("sweet-corner", "a", "b")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Way:
    """Surroundings, options of the run, and the order in which clients are named."""

    env: Mapping[str, str] = field(default_factory=dict)
    workers: int = 2
    reverse: bool = False
    cold: bool = False


WAYS = {
    "Tokyo": Way({"TZ": "Asia/Tokyo"}),
    "St. John's": Way({"TZ": "America/St_Johns"}),
    "locale C": Way({"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}),
    "locale POSIX, no coercion": Way({"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"}),
    "Turkish": Way({"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"}),
    "hash seed 1": Way({"PYTHONHASHSEED": "1"}),
    "hash seed random": Way({"PYTHONHASHSEED": "random"}),
    "one thread": Way(dict.fromkeys(THREADS, "1")),
    "four threads": Way(dict.fromkeys(THREADS, "4")),
    "one worker": Way(workers=1),
    "four workers": Way(workers=4),
    "backwards": Way(workers=1, reverse=True),
    "cold kernels": Way(cold=True),
}


@cache
def clients() -> Path:
    """One whole client and two small ones."""
    place = several(Path(tempfile.mkdtemp(prefix="a-")) / "in", NAMES[0])
    return small(place, *NAMES[1:])


@cache
def plain() -> dict[str, bytes]:
    """What a run makes of them where nothing is special."""
    return made(Way())


def alike(number: int) -> list[str]:
    """Which files are others in these surroundings?"""
    name, way = list(WAYS.items())[number]
    now, before = made(way), plain()
    files = sorted({*now, *before})
    return [f"{name}: {f} is another" for f in files if now.get(f) != before.get(f)]


def made(way: Way) -> dict[str, bytes]:
    """Every file that a run makes this way."""
    folders = [clients() / name for name in NAMES]
    with tempfile.TemporaryDirectory(prefix="a-") as folder:
        place = Path(folder)
        env = dict(way.env) | ({"JUPYTER_PATH": str(_cold(place))} if way.cold else {})
        run = started(
            folders[::-1] if way.reverse else folders,
            place / "out",
            default_notebooks(),
            temporary=place / "tmp",
            env=env,
            options={"workers": way.workers},
        )
        said, more = run.communicate()
        if run.returncode or any(one[2] != "done" for one in json.loads(said)):
            raise RuntimeError(said + more)
        return content(place / "out")


def _cold(place: Path) -> Path:
    """Jupyter finds a kernel here that starts anew, whatever the run would rather do."""
    spec = place / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(COLD), encoding="utf-8")
    return place / "jupyter"
