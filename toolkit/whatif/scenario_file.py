"""What may a scenario file say, where does it lie, and which report can be made of it?

    {"format": 1, "name": "Half the gap", "client": "little-bear",
     "note": "What the sales meeting asked for",
     "spend": {"audience": {"buyer": 1.2, "consumer": 0.9}},
     "claims": {"Cloud Again": ["price", "availability"]}, "audiences": {"Quiet Nights": "buyer"},
     "price": 1.05, "lift": {"consumer": {"dryness": 5}}, "levers": {"incentive": 2},
     "free_cost": 1, "thresholds": {"spend-off-say": 0.2}, "assumptions": {"response": 0.2}}

Only `format` must be there. Written as JSON, read as JSON or YAML; every reason to refuse a file
is told in one pass. The files of a client lie in one folder, each under a name of its own, none
overwritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.config import read_thresholds
from toolkit.client.encoding import decode_text, read_bytes
from toolkit.client.model import Client
from toolkit.client.problems import ProblemCode, ProblemList, quote_text
from toolkit.client.yaml import MAX_YAML_BYTES, YamlSection, read_yaml
from toolkit.contract import ROLES, TABLES
from toolkit.errors import ScenarioError, did_you_mean
from toolkit.whatif.apply import write_changed_client
from toolkit.whatif.scenario import ASSUMPTIONS, DIMENSIONS, PARTS, Scenario, sort_names
from toolkit.whatif.sentences import scenario_sentences

FORMAT = 1
KEYS = ("format", "name", "note", "client", *PARTS)
ROUNDING = 1e-6  # of today's price, as a slider rounds it
MOST_FACTOR = 10.0  # times what was observed: more is a slip of the pen
AUDIENCES = next(c.values for c in TABLES["campaigns"].columns if c.name == "audience")
FACTOR = f"how many times as much as observed, from 0 to {MOST_FACTOR:g}, such as 1.2"


def save_scenario(scenario: Scenario, path: Path, client: Client) -> None:
    """Write the scenario so that `load_scenario` gives the same one; the same bytes each time."""
    path.write_text(scenario_text(scenario, client), "utf-8")


def scenario_text(scenario: Scenario, client: Client) -> str:
    """What stands in the file? All parts that change anything, and whose scenario it is."""
    content = {"format": FORMAT, "name": scenario.name, "client": client.id}
    content |= {"note": scenario.note} if scenario.note else {}
    content |= {part: sort_names(getattr(scenario, part)) for part in scenario.changes}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def load_scenario(path: Path, client: Client) -> Scenario:
    """Which scenario does the file hold? Raises ScenarioError with everything that is wrong."""
    ledger = ProblemList(path.name)
    data = read_bytes(path, path.parent, ledger)
    if data is not None and len(data) > MAX_YAML_BYTES:
        message = f"The file has {len(data):,} bytes; a scenario has at most {MAX_YAML_BYTES:,}."
        ledger.add("error", ProblemCode.TOO_LARGE, message, "Is it another file?")
        data = None
    text = decode_text(data, None, ledger) if data is not None else None
    return _read_checked(text, client, ledger)


def read_scenario(text: str, client: Client) -> Scenario:
    """Which scenario does the text say? As `load_scenario`."""
    return _read_checked(text, client, ProblemList("scenario"))


def _read_checked(text: str | None, client: Client, ledger: ProblemList) -> Scenario:
    node = read_yaml(text, ledger) if text is not None else None
    top = YamlSection(node, "", KEYS, ledger)
    scenario = None if ledger.refused and not top.keys else _scenario_of(top, client)
    if scenario is None or ledger.refused:
        raise ScenarioError("\n".join(str(problem) for problem in ledger.closed()))
    return scenario


def _scenario_of(top: YamlSection, client: Client) -> Scenario:
    _check_format_and_client(top, client)
    lift = top.section("lift", ROLES)
    names = {dimension: _names_in(client, "campaigns", dimension) for dimension in DIMENSIONS}
    spend = top.section("spend", DIMENSIONS)
    return Scenario(
        name=top.text("name"),
        note=top.text("note"),
        spend={d: _factors(spend, d, names[d]) for d in DIMENSIONS},
        claims=_claims(top.section("claims", names["campaign"]), client),
        audiences=_audiences(top.section("audiences", names["campaign"])),
        price=_price(top, client),
        lift={role: _points(lift, role, tuple(client.attributes)) for role in ROLES},
        levers=_levers(top.section("levers", _names_in(client, "levers", "lever"))),
        free_cost=_one_if_missing(top.number("free_cost", 0, MOST_FACTOR, expected=FACTOR)),
        thresholds=read_thresholds(top.section("thresholds", tuple(MISTAKE_TYPES))),
        assumptions=_assumptions(top.section("assumptions", tuple(ASSUMPTIONS))),
    )


def _check_format_and_client(top: YamlSection, client: Client) -> None:
    """Is it a scenario of this format, and of this client?"""
    if not top.has("format"):
        top.wrong("format", "is missing", f"Write format: {FORMAT}.", ProblemCode.MISSING_KEY)
    elif top.text("format") != str(FORMAT):
        fix = f"Write format: {FORMAT}, or use the version that wrote the file."
        top.wrong("format", f"is {quote_text(top.text('format'))}, which is not known here", fix)
    whose = top.text("client", client.id)
    if whose != client.id:
        message = f"is {quote_text(whose)}, and this client is {quote_text(client.id)}"
        top.wrong("client", message, "Use it with its own client, or take the line out.")


def _names_in(client: Client, table: str, column: str) -> tuple[str, ...]:
    """Which names stand in this column of the client's table?"""
    if table not in client.frames:
        return ()
    return tuple(dict.fromkeys(client.frames[table][column].dropna().astype(str)))


def _factors(spend: YamlSection, dimension: str, names: Sequence[str]) -> dict[str, float]:
    section = spend.section(dimension, names)
    return _numbers(section, names, 0, MOST_FACTOR, FACTOR)


def _points(lift: YamlSection, role: str, attributes: Sequence[str]) -> dict[str, float]:
    section = lift.section(role, attributes)
    return _numbers(section, attributes, -100, 100, "points from -100 to 100, such as 5")


def _numbers(
    section: YamlSection, names: Sequence[str], low: float, high: float, expected: str
) -> dict[str, float]:
    given = ((n, section.number(n, low, high, expected=expected)) for n in section.keys)
    return {name: value for name, value in given if value is not None and name in names}


def _claims(section: YamlSection, client: Client) -> dict[str, tuple[str, ...]]:
    known = tuple(client.attributes)
    for campaign in section.keys:
        if not section.has(campaign):
            section.wrong(campaign, "is empty", "Write its claims, or [] for none.")
        for claim in section.texts(campaign):
            if claim not in known:
                fix = did_you_mean(claim, known).strip() or f"Known here: {', '.join(known)}."
                section.wrong(
                    campaign, f"claims {quote_text(claim)}, no attribute of the client", fix
                )
    return {campaign: section.texts(campaign) for campaign in section.keys}


def _audiences(section: YamlSection) -> dict[str, str]:
    return {name: section.choice(name, AUDIENCES, "") for name in section.keys}


def _levers(section: YamlSection) -> dict[str, float]:
    expected = f"0 to stop it, or from 1 to {MOST_FACTOR:g} times the customers it reaches now"
    factors = _numbers(section, section.keys, 0, MOST_FACTOR, expected)
    for lever, factor in factors.items():
        if 0 < factor < 1:
            section.wrong(lever, f"is {factor:g}", f"Write {expected}.")
    return {lever: factor for lever, factor in factors.items() if not 0 < factor < 1}


def _price(top: YamlSection, client: Client) -> float:
    """The factor of all prices: above what a piece costs, where the margin is known."""
    price = _one_if_missing(
        top.number("price", 0.1, MOST_FACTOR, expected=f"{FACTOR}, not below 0.1")
    )
    cost = 0.0 if client.margin is None else 1 - client.margin
    if price < cost - ROUNDING:
        message = f"is {price:g}, below what is sold costs ({cost:g} of today's price)"
        top.wrong("price", message, f"Write {cost:g} or more.")
    return price


def _assumptions(section: YamlSection) -> dict[str, float]:
    told = ((id, ASSUMPTIONS[id]) for id in section.keys if id in ASSUMPTIONS)
    given = {
        id: section.number(
            id, a.low, a.high, expected=f"a number from {a.low:.6g} to {a.high:.6g}: {a.source}"
        )
        for id, a in told
    }
    return {id: value for id, value in given.items() if value is not None}


def _one_if_missing(value: float | None) -> float:
    return 1.0 if value is None else value


LONGEST = 60  # letters of a file's name
UNNAMED = "scenario"


@dataclass(frozen=True)
class ScenarioFiles:
    """The scenario files of one client in one folder."""

    folder: Path
    client: Client

    def save(self, scenario: Scenario) -> Path:
        """Write the scenario; where is it now? A name that holds another one gets a number.

        Raises OSError where the folder cannot be written to.
        """
        text = scenario_text(scenario, self.client).encode("utf-8")
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
        return load_scenario(self.folder / name, self.client)

    def names(self) -> tuple[str, ...]:
        """Which files lie there that belong to this client, by their names?"""
        found = self.folder.glob(f"{self.client.id}.*.json")
        return tuple(sorted(path.name for path in found))

    def _names(self, name: str) -> Iterator[Path]:
        words = re.sub(r"[^\w-]+", "-", name.lower()).strip("-_")[:LONGEST] or UNNAMED
        for number in count(1):
            ending = "" if number == 1 else f"-{number}"
            yield self.folder / f"{self.client.id}.{words}{ending}.json"


TOO_MANY = (
    "{}: a report of a scenario needs purchases that are held line by line; these are {:,} lines. "
    "Look at the scenario in Python (toolkit.explore.WhatIf), or bring purchases of fewer accounts."
)


def prepare_scenario(client: Client, path: Path, folder: Path) -> tuple[str, ...]:
    """Write the client as the scenario file changes it; what must a report of it open with?

    Returns the sentences of `scenario_sentences`. Raises ScenarioError where the file does not fit
    the client, or its purchases are too many to write out, before anything is written.
    """
    scenario = load_scenario(path, client)
    if client.accounts is not None:
        raise ScenarioError(TOO_MANY.format(path.name, client.accounts.lines))
    write_changed_client(client, scenario, folder)
    return scenario_sentences(scenario, client)
