"""ARCHITECTURE.md as data: its table of rooms, and its walks, each step below its caller."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+) \| `(\w+)` \| (.+?) \| (.*)\|$", re.M)
STEP = re.compile(r"^( *)- `([\w.]+)`", re.M)
INDENT = 2  # spaces for each call


@dataclass(frozen=True)
class Room:
    """A room of the package: its level, what it answers, and the outside packages it may import."""

    name: str
    level: int
    answers: str
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One step of a walk; `caller` is the step that calls it, None where the walk begins there."""

    walk: str
    name: str
    caller: str | None
    number: int  # among the steps of its walk


ROOMS = tuple(
    Room(name, int(level), answers, tuple(re.findall(r"\w+(?=[,;]|$)", packages.strip())))
    for level, name, answers, packages in ROW.findall(PAGE)
)
LEVEL = {room.name: room.level for room in ROOMS}


def package_doors() -> dict[str, tuple[str, ...]]:
    """Which rooms may import each outside package?"""
    packages = sorted({package for room in ROOMS for package in room.packages})
    return {p: tuple(room.name for room in ROOMS if p in room.packages) for p in packages}


def walk_steps() -> list[Step]:
    """All steps of all walks, in their order."""
    part = PAGE.split("## Four walks")[1]
    titles = re.split(r"^### (.+)$", part, flags=re.M)[1:]
    return [
        step
        for title, text in zip(titles[::2], titles[1::2], strict=True)
        for step in _steps_of(title, text)
    ]


def _steps_of(walk: str, text: str) -> list[Step]:
    steps, line = list[Step](), list[str]()  # the names from where the walk begins to here
    for number, (spaces, name) in enumerate(STEP.findall(text)):
        depth = len(spaces) // INDENT
        line = [*line[:depth], name]
        assert len(line) == depth + 1, f"{walk}: {name} stands below no step"
        steps.append(Step(walk, name, line[-2] if depth else None, number))
    return steps
