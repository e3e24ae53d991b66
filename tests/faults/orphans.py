"""Cells that leave processes which hear nothing, and every way in which their run may end."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from itertools import product

from tests.faults.kinds import Trial, trial_of, world
from tests.faults.processes import family, left, marked, named
from tests.faults.runner import started
from tests.faults.world import VICTIM

LEAVES = {
    "a session of its own": "subprocess.Popen({sleep}, start_new_session=True)",
    "no trace of its run": "subprocess.Popen({sleep}, start_new_session=True, env={{}})",
    "a child of a child": (
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        '        os.execlp("sleep", *{sleep})\n    os._exit(0)'
    ),
}
THEN = {
    "goes on": "pass",
    "holds the interpreter": "ctypes.PyDLL(None).sleep(200)",
    "hears no signal": (
        "for number in set(signal.Signals) - {{signal.SIGKILL, signal.SIGSTOP}}:\n"
        "    signal.signal(number, signal.SIG_IGN)\ntime.sleep(200)"
    ),
}
SIGNALS = {
    "the runner is killed": signal.SIGKILL,
    "the runner is interrupted": signal.SIGINT,
    "the runner is asked to end": signal.SIGTERM,
}
ENDS = (*SIGNALS, "server", "keeper", "worker", "kernel", "its time is over")
ALL = product(enumerate(LEAVES), enumerate(THEN), enumerate(ENDS))
WAYS = [(a, b, c) for (i, a), (j, b), (k, c) in ALL if (i + j + k) % 2 == 0]


def ended(number: int) -> list[str]:
    """What of a run is left after its cell left processes, and one way or another it ended?"""
    leaves, then, end = WAYS[number]
    with trial_of(world(), f"orphans {number}") as trial:
        word = f"{7_000_000 + os.getpid()}.{number:03d}"  # seconds that nobody else sleeps
        code = f"import ctypes, os, signal, subprocess, time\n{LEAVES[leaves]}\n{THEN[then]}"
        trial.world.strike(code.format(sleep=["sleep", word]), "roles 1")
        found = _left(trial, end, word)
        trial.world.strike("")
        return [f"{leaves}, {then}, {end}: {said}" for said in found]


def _left(trial: Trial, end: str, word: str) -> list[str]:
    clients, notebooks = [trial.world.clients / VICTIM], trial.world.notebooks[:1]
    options = {"workers": 1, "limits": [2 if end == ENDS[-1] else 15, 60]}
    run = started(clients, trial.out, notebooks, temporary=trial.temporary, options=options)
    with run:
        while run.poll() is None and not named(word):
            time.sleep(0.02)
        time.sleep(trial.chance.uniform(0, 0.3))
        _end(run, end)
        run.communicate()
    return left(lambda: sorted({*marked(run.pid), *named(word)}))


def _end(run: subprocess.Popen[str], end: str) -> None:
    if end in SIGNALS:
        run.send_signal(SIGNALS[end])
    for pid in family(run.pid).get(end, ())[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
