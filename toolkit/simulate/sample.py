"""What is a sample client? Its world, how much of it is drawn, and what an audit should say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.simulate.truth import true_sizes
from toolkit.simulate.world import World

NUMBER = re.compile(r"\d+\.\d+")
NO_TABLE = dict.fromkeys(  # expected where nothing else is said: a table these take is missing
    (
        "wrong-audience",
        "stage-mismatch",
        "chasing-one-offs",
        "clients-left",
        "sold-not-used",
        "phantom-segments",
    ),
    "cannot_tell",
)


@dataclass(frozen=True)
class SampleClient:
    """One committed sample client; `expected` names the verdict per mistake.

    Verdicts that hang on the sample's size or setting (cannot_tell, not_applicable) do not follow
    from the truth alone; so all of them are written down, and tests hold them against the truth.
    """

    world: World
    accounts: int
    seed: int
    expected: Mapping[str, str]

    def answers(self) -> dict[str, dict[str, Any]]:
        """All fifteen as datasets/truth holds them: {mistake: {theta, expected}}."""
        return {
            mistake: {"theta": _ten_digits(theta), "expected": self.expected[mistake]}
            for mistake, theta in true_sizes(self.world).items()
        }


def parse_rows(table: str) -> tuple[dict[str, Any], ...]:
    r"""A small table as it is read: column names in the first line, cells between bars.

    >>> parse_rows("campaign|spend\nQuiet Nights|40000")
    ({'campaign': 'Quiet Nights', 'spend': 40000},)
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    columns, *cells = lines
    return tuple(dict(zip(columns, map(_cell, line), strict=True)) for line in cells)


def _cell(text: str) -> str | int | float:
    if text.isdecimal():
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text


def _ten_digits(theta: float | None) -> float | None:
    return None if theta is None else float(f"{theta:.10g}") + 0.0
