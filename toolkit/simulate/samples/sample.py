"""A sample client: its world, how much of it is drawn, and what an audit should say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.simulate.truth import MISTAKES, truth
from toolkit.simulate.world import World


@dataclass(frozen=True)
class Sample:
    """One committed sample client; `expected` names the verdict per mistake.

    Verdicts that hang on the sample's size or setting (cannot_tell, not_applicable) do not follow
    from the truth alone; so all of them are written down, and tests hold them against the truth.
    """

    world: World
    accounts: int
    seed: int
    expected: Mapping[str, str]

    def answers(self) -> dict[str, dict[str, Any]]:
        """The content of datasets/truth/ID.json: {mistake: {theta, expected}}."""
        thetas = truth(self.world)
        return {
            m: {"theta": _ten_digits(thetas[m]), "expected": self.expected[m]} for m in MISTAKES
        }


def rows(table: str) -> tuple[dict[str, Any], ...]:
    r"""A small table as it is read: column names in the first line, cells between bars.

    >>> rows("campaign|spend\nQuiet Nights|40000")
    ({'campaign': 'Quiet Nights', 'spend': 40000},)
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    columns, *cells = lines
    return tuple(dict(zip(columns, map(_cell, line), strict=True)) for line in cells)


def _cell(text: str) -> str | int:
    return int(text) if text.isdecimal() else text


def _ten_digits(theta: float | None) -> float | None:
    return None if theta is None else float(f"{theta:.10g}") + 0.0
