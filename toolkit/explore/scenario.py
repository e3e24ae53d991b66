"""What would be done otherwise? A scenario says it, whole and unchanging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from toolkit.explore.assumptions import ASSUMPTIONS
from toolkit.tables import ROLES

DIMENSIONS = ("audience", "phase", "segment", "campaign")  # by which spend may change
Factors = Mapping[str, float]


@dataclass(frozen=True)
class Scenario:
    """What is changed against what was observed; a scenario that says nothing changes nothing.

    `spend[dimension][name]` multiplies the spend of the rows of that audience, phase, segment or
    campaign as observed; several multiply each other. `claims[campaign]` are the attributes it
    promises instead, `audiences[campaign]` whom it is aimed at instead. `price` multiplies all
    prices at unchanged cost. `lift[role][attribute]` is added to every rating of performance, in
    points of 0…100, up to the end of the scale. `levers[lever]`: 0 stops it, above 1 it reaches so
    many times the customers. `free_cost` multiplies what a free user costs. `thresholds` go before
    the client's, `assumptions` before the published means.
    """

    name: str = ""
    spend: Mapping[str, Factors] = field(default_factory=dict)
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audiences: Mapping[str, str] = field(default_factory=dict)
    price: float = 1.0
    lift: Mapping[str, Factors] = field(default_factory=dict)
    levers: Factors = field(default_factory=dict)
    free_cost: float = 1.0
    thresholds: Factors = field(default_factory=dict)
    assumptions: Factors = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What changes nothing is not kept, so that equal scenarios are equal.

        Raises ValueError for a dimension or role that there is none of, and a part of a lever.
        """
        _expect("spend", self.spend, DIMENSIONS)
        _expect("lift", self.lift, ROLES)
        if any(0 < factor < 1 for factor in self.levers.values()):
            raise ValueError(f"levers: expected 0, or 1 and more, found {dict(self.levers)}")
        told = {a.id: a.value for a in ASSUMPTIONS.values()}
        kept: dict[str, Any] = {
            "spend": _without(self.spend, 1.0),
            "lift": _without(self.lift, 0.0),
            "levers": {k: v for k, v in self.levers.items() if v != 1.0},
            "assumptions": {k: v for k, v in self.assumptions.items() if v != told.get(k)},
            "claims": {k: tuple(v) for k, v in self.claims.items()},
        }
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    @property
    def changes(self) -> tuple[str, ...]:
        """Which of its parts change anything?"""
        return tuple(name for name in PARTS if getattr(self, name) != getattr(UNCHANGED, name))

    def assumed(self, id: str) -> float:
        """The number it reckons with."""
        return self.assumptions.get(id, ASSUMPTIONS[id].value)

    def part(self, *names: str) -> str:
        """These parts written out: equal texts where they are equal."""
        return "; ".join(self._written[name] for name in names)

    @cached_property
    def _written(self) -> dict[str, str]:
        """Every part written out, once: fifteen mistakes ask for theirs at each move."""
        return {name: f"{name} {ordered(getattr(self, name))!r}" for name in PARTS}


def _expect(part: str, named: Mapping[str, object], known: Sequence[str]) -> None:
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ValueError(f"{part}: expected {', '.join(known)}, found {', '.join(unknown)}")


def _without(nested: Mapping[str, Factors], neutral: float) -> dict[str, dict[str, float]]:
    kept = {k: {n: float(f) for n, f in v.items() if f != neutral} for k, v in nested.items()}
    return {key: named for key, named in kept.items() if named}


def ordered(value: Any) -> Any:
    """The same with all names in their order, in whatever order they were written."""
    if isinstance(value, Mapping):
        return {name: ordered(value[name]) for name in sorted(value)}
    return value


PARTS = tuple(f.name for f in fields(Scenario) if f.name != "name")
UNCHANGED = Scenario()
