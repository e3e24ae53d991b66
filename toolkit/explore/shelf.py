"""Where do scenarios lie as files: one folder, each under a name of its own, none overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from toolkit.client import Client
from toolkit.explore.file import load, written
from toolkit.explore.scenario import Scenario

LONGEST = 60  # letters of a file's name
UNNAMED = "scenario"


@dataclass(frozen=True)
class Shelf:
    """The scenario files of one client in one folder."""

    folder: Path
    client: Client

    def save(self, scenario: Scenario) -> Path:
        """Write the scenario; where is it now? A name that holds another one gets a number.

        Raises OSError where the folder cannot be written to.
        """
        text = written(scenario, self.client).encode("utf-8")
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self._names(scenario.name):
            try:
                with path.open("xb") as file:
                    file.write(text)
            except FileExistsError:
                if path.read_bytes() != text:
                    continue
            return path
        raise AssertionError("there is always a next number")

    def load(self, name: str) -> Scenario:
        """Which scenario does the file of that name hold? Raises ScenarioError."""
        return load(self.folder / name, self.client)

    def names(self) -> tuple[str, ...]:
        """Which files lie there that belong to this client, by their names?"""
        found = self.folder.glob(f"{self.client.id}.*.json")
        return tuple(sorted(path.name for path in found))

    def _names(self, name: str) -> Iterator[Path]:
        words = re.sub(r"[^\w-]+", "-", name.lower()).strip("-_")[:LONGEST] or UNNAMED
        for number in count(1):
            ending = "" if number == 1 else f"-{number}"
            yield self.folder / f"{self.client.id}.{words}{ending}.json"
