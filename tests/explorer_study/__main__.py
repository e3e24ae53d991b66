"""Move every slider ten times each way and write RESULTS.md.

    python -m tests.explorer_study [TIMES]

Finished trials are kept in build/explorer_study as long as the what-if's code is the same, so that
an interrupted study goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import toolkit
from tests.browser.chromium import CHROMIUM, WHY_NOT, opened, running
from tests.explorer_study.moving import SliderOnPage, SliderPlace, slider_places
from tests.whatif.opening import open_what_if
from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.sample import SAMPLES
from toolkit.whatif.dashboard import explore
from toolkit.whatif.serve import serve_whatif

ROOT = Path(__file__).resolve().parents[2]
WHAT_IF = ROOT / "toolkit" / "whatif"
CODE = hashlib.sha256(b"".join(f.read_bytes() for f in sorted(WHAT_IF.rglob("*.[pj][ys]"))))
KEPT = ROOT / "build" / "explorer_study" / f"{CODE.hexdigest()[:12]}.jsonl"
RESULTS = Path(__file__).with_name("RESULTS.md")
TIMES = 10
ACCOUNTS = (600, 5000)
APPS = {"Voilà": True, "JupyterLab": False}
WAYS = {"keys": SliderOnPage.by_keys, "drag": SliderOnPage.by_drag}
Trial = tuple[int, str, list[object]]  # the place, the way, and the name it is kept under
HEAD = """# Does the what-if follow the hand?

Each slider of each panel that can be moved, by an arrow key held for 30 repeats at 33 ms, and by
a drag of 30 mouse moves at 60 a second (`make explorer-study`); trials of each: {times}. A trial
is met where the *final* number in the box, which the kernel writes, is the one 30 steps away, or
the slider's end (for a drag: within a step or a pixel and a half), and the handle stands there too.
Client: the simulated `little-bear`. Before, money between the roles ended at 2 to 8 of 30 steps.

| accounts | in | panel | sliders | keys met | drags met |
| ---: | --- | --- | ---: | ---: | ---: |
"""


def main() -> None:
    """Try what has not been tried yet, then write the table."""
    if CHROMIUM is None:
        sys.exit(f"The study {WHY_NOT}.")
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    for accounts in ACCOUNTS:
        folder = KEPT.parent / f"little-bear-{accounts}"
        if not folder.exists():
            write_simulated_client(SAMPLES["little-bear"].world, folder, accounts=accounts, seed=1)
        places = [*slider_places(explore(toolkit.load(folder)))]
        for name, app in APPS.items():
            _try_all(folder, app, places, _keys(accounts, name, places, times))
    RESULTS.write_text(_table(times), "utf-8")


def _keys(accounts: int, name: str, places: list[SliderPlace], times: int) -> list[Trial]:
    """What is still to be tried: the place, the way, and the name it is kept under."""
    done = {json.dumps(trial["key"]) for trial in _kept()}
    wanted = [
        (at, way, [accounts, name, place.panel, place.control.key, way, time])
        for at, place in enumerate(places)
        for way in WAYS
        for time in range(times)
    ]
    return [trial for trial in wanted if json.dumps(trial[2]) not in done]


def _try_all(folder: Path, app: bool, places: list[SliderPlace], todo: list[Trial]) -> None:
    if not todo:
        return
    with (
        tempfile.TemporaryDirectory() as scenarios,
        serve_whatif(folder, Path(scenarios), app=app) as server,
        running() as browser,
        opened(browser) as seen,
        KEPT.open("a", encoding="utf-8") as kept,
    ):
        open_what_if(seen.page, server, app=app)
        for at, way, key in todo:
            slider = SliderOnPage(seen.page, places[at])
            slider.reset()
            missing = WAYS[way](slider)
            kept.write(json.dumps({"key": key, "missing": missing}) + "\n")
            kept.flush()


def _kept() -> Iterator[dict[str, Any]]:
    lines = KEPT.read_text("utf-8").splitlines() if KEPT.is_file() else []
    yield from map(json.loads, lines)


def _table(times: int) -> str:
    """One row for each number of accounts, application and panel."""
    met: dict[tuple[object, ...], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    sliders: dict[tuple[object, ...], set[object]] = defaultdict(set)
    for trial in _kept():
        accounts, name, panel, control, way, time = trial["key"]
        if time < times:
            met[accounts, name, panel][way].append(trial["missing"] == 0)
            sliders[accounts, name, panel].add(control)
    rows = [
        f"| {row[0]:,} | {row[1]} | {row[2]} | {len(sliders[row])} | "
        + " | ".join(f"{sum(ways[way])} of {len(ways[way])}" for way in WAYS)
        + " |"
        for row, ways in met.items()
    ]
    return HEAD.format(times=times) + "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
