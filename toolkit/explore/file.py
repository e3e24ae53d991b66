"""A scenario as a file: what it may say, and every reason to refuse it in one pass.

    {"format": 1, "name": "Half the gap", "client": "little-bear",
     "spend": {"audience": {"buyer": 1.2, "consumer": 0.9}},
     "claims": {"Cloud Again": ["price", "availability"]}, "audiences": {"Quiet Nights": "buyer"},
     "price": 1.05, "lift": {"consumer": {"dryness": 5}}, "levers": {"incentive": 2},
     "free_cost": 1, "thresholds": {"spend-off-say": 0.2}, "assumptions": {"response": 0.2}}

Only `format` must be there. Written as JSON, read as JSON or YAML.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from toolkit.catalogue import KINDS
from toolkit.client import Client
from toolkit.client.codes import Code
from toolkit.client.config import read_thresholds
from toolkit.client.ledger import Ledger, quoted
from toolkit.client.section import Section
from toolkit.client.sniff import read_bytes, text_of
from toolkit.client.yaml import MAX_BYTES, read_yaml
from toolkit.errors import ScenarioError, nearest
from toolkit.explore.assumptions import ASSUMPTIONS
from toolkit.explore.scenario import DIMENSIONS, PARTS, Scenario, ordered
from toolkit.tables import ROLES, TABLES

FORMAT = 1
KEYS = ("format", "name", "client", *PARTS)
SLIGHT = 1e-6  # of today's price, as a slider rounds it
MOST = 10.0  # times what was observed: more is a slip of the pen
AUDIENCES = next(c.values for c in TABLES["campaigns"].columns if c.name == "audience")
FACTOR = f"how many times as much as observed, from 0 to {MOST:g}, such as 1.2"


def save(scenario: Scenario, path: Path, client: Client) -> None:
    """Write the scenario so that `load` gives the same one; the same bytes each time."""
    path.write_text(written(scenario, client), "utf-8")


def written(scenario: Scenario, client: Client) -> str:
    """What stands in the file? All parts that change anything, and whose scenario it is."""
    content = {"format": FORMAT, "name": scenario.name, "client": client.id}
    content |= {part: ordered(getattr(scenario, part)) for part in scenario.changes}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def load(path: Path, client: Client) -> Scenario:
    """Which scenario does the file hold? Raises ScenarioError with everything that is wrong."""
    ledger = Ledger(path.name)
    data = read_bytes(path, path.parent, ledger)
    if data is not None and len(data) > MAX_BYTES:
        message = f"The file has {len(data):,} bytes; a scenario has at most {MAX_BYTES:,}."
        ledger.add("error", Code.TOO_LARGE, message, "Is it another file?")
        data = None
    text = text_of(data, None, ledger) if data is not None else None
    return _checked(text, client, ledger)


def read(text: str, client: Client) -> Scenario:
    """Which scenario does the text say? As `load`."""
    return _checked(text, client, Ledger("scenario"))


def _checked(text: str | None, client: Client, ledger: Ledger) -> Scenario:
    node = read_yaml(text, ledger) if text is not None else None
    top = Section(node, "", KEYS, ledger)
    scenario = None if ledger.refused and not top.keys else _scenario(top, client)
    if scenario is None or ledger.refused:
        raise ScenarioError("\n".join(str(problem) for problem in ledger.closed()))
    return scenario


def _scenario(top: Section, client: Client) -> Scenario:
    _addressed(top, client)
    lift = top.section("lift", ROLES)
    names = {dimension: _named(client, "campaigns", dimension) for dimension in DIMENSIONS}
    spend = top.section("spend", DIMENSIONS)
    return Scenario(
        name=top.text("name"),
        spend={d: _factors(spend, d, names[d]) for d in DIMENSIONS},
        claims=_claims(top.section("claims", names["campaign"]), client),
        audiences=_audiences(top.section("audiences", names["campaign"])),
        price=_price(top, client),
        lift={role: _points(lift, role, tuple(client.attributes)) for role in ROLES},
        levers=_levers(top.section("levers", _named(client, "levers", "lever"))),
        free_cost=_or_one(top.number("free_cost", 0, MOST, expected=FACTOR)),
        thresholds=read_thresholds(top.section("thresholds", tuple(KINDS))),
        assumptions=_assumed(top.section("assumptions", tuple(ASSUMPTIONS))),
    )


def _addressed(top: Section, client: Client) -> None:
    """Is it a scenario of this format, and of this client?"""
    if not top.has("format"):
        top.wrong("format", "is missing", f"Write format: {FORMAT}.", Code.MISSING_KEY)
    elif top.text("format") != str(FORMAT):
        fix = f"Write format: {FORMAT}, or use the version that wrote the file."
        top.wrong("format", f"is {quoted(top.text('format'))}, which is not known here", fix)
    whose = top.text("client", client.id)
    if whose != client.id:
        message = f"is {quoted(whose)}, and this client is {quoted(client.id)}"
        top.wrong("client", message, "Use it with its own client, or take the line out.")


def _named(client: Client, table: str, column: str) -> tuple[str, ...]:
    """Which names stand in this column of the client's table?"""
    if table not in client.frames:
        return ()
    return tuple(dict.fromkeys(client.frames[table][column].dropna().astype(str)))


def _factors(spend: Section, dimension: str, names: Sequence[str]) -> dict[str, float]:
    section = spend.section(dimension, names)
    return _numbers(section, names, 0, MOST, FACTOR)


def _points(lift: Section, role: str, attributes: Sequence[str]) -> dict[str, float]:
    section = lift.section(role, attributes)
    return _numbers(section, attributes, -100, 100, "points from -100 to 100, such as 5")


def _numbers(
    section: Section, names: Sequence[str], low: float, high: float, expected: str
) -> dict[str, float]:
    given = ((n, section.number(n, low, high, expected=expected)) for n in section.keys)
    return {name: value for name, value in given if value is not None and name in names}


def _claims(section: Section, client: Client) -> dict[str, tuple[str, ...]]:
    known = tuple(client.attributes)
    for campaign in section.keys:
        if not section.has(campaign):
            section.wrong(campaign, "is empty", "Write its claims, or [] for none.")
        for claim in section.texts(campaign):
            if claim not in known:
                fix = nearest(claim, known).strip() or f"Known here: {', '.join(known)}."
                section.wrong(campaign, f"claims {quoted(claim)}, no attribute of the client", fix)
    return {campaign: section.texts(campaign) for campaign in section.keys}


def _audiences(section: Section) -> dict[str, str]:
    return {name: section.choice(name, AUDIENCES, "") for name in section.keys}


def _levers(section: Section) -> dict[str, float]:
    expected = f"0 to stop it, or from 1 to {MOST:g} times the customers it reaches now"
    factors = _numbers(section, section.keys, 0, MOST, expected)
    for lever, factor in factors.items():
        if 0 < factor < 1:
            section.wrong(lever, f"is {factor:g}", f"Write {expected}.")
    return {lever: factor for lever, factor in factors.items() if not 0 < factor < 1}


def _price(top: Section, client: Client) -> float:
    """The factor of all prices: above what a piece costs, where the margin is known."""
    price = _or_one(top.number("price", 0.1, MOST, expected=f"{FACTOR}, not below 0.1"))
    cost = 0.0 if client.margin is None else 1 - client.margin
    if price < cost - SLIGHT:
        message = f"is {price:g}, below what is sold costs ({cost:g} of today's price)"
        top.wrong("price", message, f"Write {cost:g} or more.")
    return price


def _assumed(section: Section) -> dict[str, float]:
    told = ((id, ASSUMPTIONS[id]) for id in section.keys if id in ASSUMPTIONS)
    given = {
        id: section.number(
            id, a.low, a.high, expected=f"a number from {a.low:.6g} to {a.high:.6g}: {a.source}"
        )
        for id, a in told
    }
    return {id: value for id, value in given.items() if value is not None}


def _or_one(value: float | None) -> float:
    return 1.0 if value is None else value
