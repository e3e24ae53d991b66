"""What is a sample client? Its world, how much of it is drawn, and what an audit should say.

The ten samples are data: datasets/worlds/ID.yml, whose fields are those of `World` and its parts.
A field left out takes its default. Rows (campaigns, products, levers …) may be written as a table
with bars between its cells. `expected` lists the mistakes of each verdict; one verdict may say
`the others`. What does not fit is refused by file and field, and no value changes its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from toolkit.errors import did_you_mean
from toolkit.simulate.truth import MISTAKES, true_sizes
from toolkit.simulate.world import World

# in the order a newcomer should meet them
SAMPLE_IDS = (
    "little-bear",
    "iron-gym",
    "deskware",
    "crunch-morning",
    "turbo-toys",
    "open-bazaar",
    "bright-reader",
    "moon-lamp",
    "sweet-corner",
    "corner-coffee",
)
NUMBER = re.compile(r"\d+\.\d+")
THE_OTHERS = "the others"
TOOLKIT = Path(__file__).resolve().parents[1]
WORLD_FOLDERS = (TOOLKIT.parent / "datasets" / "worlds", TOOLKIT / "worlds")  # checkout, installed
SCALARS: Mapping[type, tuple[str, tuple[type, ...]]] = {
    str: ("text (in quotes where it looks like a number or a date)", (str,)),
    int: ("a whole number", (int,)),
    float: ("a number", (int, float)),
}


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


@dataclass(frozen=True)
class _SampleFile:
    """What one file of datasets/worlds holds: `expected` is {verdict: [mistakes]} here."""

    accounts: int
    seed: int
    expected: Mapping[str, Any]
    world: World


class _SampleClients(Mapping[str, SampleClient]):
    """The samples by id; a file is read when its client is first asked for."""

    def __getitem__(self, id: str) -> SampleClient:
        if id not in SAMPLE_IDS:
            raise KeyError(id)
        return _sample_of(id)

    def __iter__(self) -> Iterator[str]:
        return iter(SAMPLE_IDS)

    def __len__(self) -> int:
        return len(SAMPLE_IDS)


SAMPLES: Mapping[str, SampleClient] = _SampleClients()


@cache
def _sample_of(id: str) -> SampleClient:
    for folder in WORLD_FOLDERS:
        if (folder / f"{id}.yml").is_file():
            return read_sample(folder / f"{id}.yml")
    looked = " or ".join(map(str, WORLD_FOLDERS))
    raise FileNotFoundError(f"{id}.yml: expected in {looked}; found in neither. Install again.")


def read_sample(path: Path) -> SampleClient:
    """Which sample client does a file of datasets/worlds describe?

    Raises ValueError, naming file and field, for what is unknown, missing or of another type.
    """
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except YAMLError as error:
        raise ValueError(f"{path}: expected YAML; found {error}") from error
    told = _build(_SampleFile, content, f"{path}:")
    if told.world.client.get("id") != path.stem:
        found = told.world.client.get("id")
        raise ValueError(f"{path}: world.client.id: expected {path.stem}; found {found}")
    expected = _verdict_by_mistake(told.expected, f"{path}: expected")
    return SampleClient(told.world, told.accounts, told.seed, expected)


def parse_rows(table: str) -> tuple[dict[str, Any], ...]:
    r"""A small table as it is read: column names in the first line, cells between bars.

    >>> parse_rows("campaign|spend\nQuiet Nights|40000")
    ({'campaign': 'Quiet Nights', 'spend': 40000},)
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    columns, *rows = lines
    if len(set(columns)) < len(columns):
        raise ValueError(f"expected each column once; found {'|'.join(columns)}")
    for row in rows:
        if len(row) != len(columns):
            found = f"found {len(row)} in {'|'.join(row)}"
            raise ValueError(f"expected {len(columns)} cells in each line; {found}")
    return tuple(dict(zip(columns, map(_cell, row), strict=True)) for row in rows)


def _cell(text: str) -> str | int | float:
    if text.isdecimal():
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text


def _verdict_by_mistake(listed: Mapping[str, Any], place: str) -> dict[str, str]:
    """{verdict: [mistakes]} turned round, each of the fifteen once, in their order."""
    others = [verdict for verdict, mistakes in listed.items() if mistakes == THE_OTHERS]
    if len(others) > 1:
        raise ValueError(f"{place}: expected one verdict for {THE_OTHERS}; found {len(others)}")
    named: dict[str, str] = {}
    for verdict in (v for v in listed if v not in others):
        for mistake in _build(tuple[str, ...], listed[verdict], _below(place, verdict)):
            if mistake not in MISTAKES:
                meant = did_you_mean(mistake, MISTAKES)
                raise ValueError(f"{place}.{verdict}: expected mistakes; found {mistake}.{meant}")
            if mistake in named:
                raise ValueError(f"{place}: expected each mistake once; found {mistake} twice")
            named[mistake] = verdict
    left = [mistake for mistake in MISTAKES if mistake not in named]
    if left and not others:
        raise ValueError(f"{place}: expected all mistakes; found no verdict for {', '.join(left)}")
    return {mistake: named.get(mistake, *others) for mistake in MISTAKES}


def _build(kind: Any, value: Any, place: str) -> Any:
    """The value as the type a field asks for, part by part; numbers stay as they are written."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, UnionType):  # X | None: what is written is an X
        return _build(parts[0], value, place)
    if is_dataclass(kind):
        return _build_fields(kind, value, place)
    if origin is tuple:
        return _build_items(parts, value, place)
    if origin is Mapping:
        _check_type(isinstance(value, Mapping), "a mapping", value, place)
        key, held = parts
        return {_build(key, k, place): _build(held, v, _below(place, k)) for k, v in value.items()}
    wanted, allowed = SCALARS[kind]
    _check_type(type(value) in allowed, wanted, value, place)
    return value


def _build_fields(kind: Any, value: Any, place: str) -> Any:
    hints = get_type_hints(kind)
    _check_type(isinstance(value, Mapping), f"the fields {', '.join(hints)}", value, place)
    for name in value:
        if name not in hints:
            meant = did_you_mean(str(name), tuple(hints))
            known = f"expected one of {', '.join(hints)}"
            raise ValueError(f"{_below(place, name)}: {known}; found {name}.{meant}")
    for field in fields(kind):
        if field.name not in value and field.default is field.default_factory is MISSING:
            raise ValueError(f"{_below(place, field.name)}: expected a value; found nothing")
    built = {name: _build(hints[name], v, _below(place, name)) for name, v in value.items()}
    try:
        return kind(**built)
    except ValueError as error:
        raise ValueError(_below(place, str(error))) from error


def _build_items(parts: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    rows = is_dataclass(parts[0]) or get_origin(parts[0]) is Mapping
    if rows and isinstance(value, str):
        try:
            value = parse_rows(value)
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from error
    wanted = "a list or a table with bars" if rows else "a list"
    _check_type(isinstance(value, list | tuple), wanted, value, place)
    kinds = parts[:1] * len(value) if parts[-1] is Ellipsis else parts
    if len(kinds) != len(value):
        raise ValueError(f"{place}: expected {len(kinds)} values; found {len(value)}")
    told = enumerate(zip(kinds, value, strict=True), start=1)
    return tuple(_build(kind, item, _below(place, i)) for i, (kind, item) in told)


def _check_type(right: bool, wanted: str, value: object, place: str) -> None:
    if not right:
        found = "nothing" if value is None else f"{value} ({type(value).__name__})"
        raise ValueError(f"{place.rstrip(':')}: expected {wanted}; found {found}")


def _below(place: str, name: object) -> str:
    """The place of a field: `deskware.yml: world`, `deskware.yml: world.usage`."""
    return f"{place} {name}" if place.endswith(":") else f"{place}.{name}"


def _ten_digits(theta: float | None) -> float | None:
    return None if theta is None else float(f"{theta:.10g}") + 0.0
