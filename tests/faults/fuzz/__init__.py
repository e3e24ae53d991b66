"""Client folders broken by chance: each is refused with its place, or read as it says."""

from __future__ import annotations

import random
import tempfile
import traceback
from functools import cache
from pathlib import Path

from tests.faults.fuzz.judge import silent, unplaced
from tests.faults.fuzz.mutate import mutated
from tests.faults.fuzz.originals import ORIGINALS, original
from toolkit.audits import audit
from toolkit.client.load import check_folder


@cache
def _home() -> Path:
    place = Path(tempfile.mkdtemp(prefix="z-"))
    for id in ORIGINALS:
        original(id, place / id)
    return place


def fuzzed(number: int) -> list[str]:
    """What is wrong with how a broken folder is told, read and audited?"""
    chance = random.Random(f"fuzz {number}")
    id = chance.choice(ORIGINALS)
    with tempfile.TemporaryDirectory(prefix="z-") as place:
        folder = Path(place) / id
        how = mutated(_home() / id, folder, chance)
        try:
            return [f"{id}, {how}: {said}" for said in _judged(folder)]
        except Exception:
            return [f"{id}, {how}: {traceback.format_exc(limit=-3)}"]


def _judged(folder: Path) -> list[str]:
    problems, client = check_folder(folder)
    wrong = unplaced(problems)
    if client is None:
        errors = any(p.kind == "error" for p in problems)
        return wrong if errors else [*wrong, "it is refused without an error"]
    findings = audit(client).findings
    wrong += [f"{name} failed: {f.why}" for name, f in findings.items() if f.status == "failed"]
    return wrong + silent(folder, client)
