"""What in a scenario can be moved by hand, for this client, and how far?

Pure descriptions of numbers: a widget, or a test, reads and writes a `Scenario` through them. What
each campaign promises, and to whom, is no number: it is read and changed campaign by campaign.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain, permutations
from typing import Any

import numpy as np
import pandas as pd

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.config import highest_threshold
from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.stats.interval import Array
from toolkit.whatif.apply import CampaignRows
from toolkit.whatif.panels import panel_mistakes
from toolkit.whatif.scenario import ASSUMPTIONS, DIMENSIONS, Scenario
from toolkit.whatif.scenario_file import MOST_FACTOR
from toolkit.wording import SHARE_UNITS

HUNDRED = 100.0
STEP_DIGITS = 10  # decimals of a step: above any rounding noise of a page
MOST_STEPS = 50  # between the ends of an assumption, or a little more
MOST_PERCENT = HUNDRED * (MOST_FACTOR - 1)
OTHERS = tuple(dimension for dimension in DIMENSIONS if dimension != "audience")
DIGITS = 6  # of a factor: a percentage comes back as it was written
MOST_POINTS = 30.0  # of 100, up and down
LOWEST_PRICE = -30.0  # per cent; nearer to today's where a piece costs more
MOST_LEVER = 5.0
ASKED = "price_expensive"  # a column of the survey
LIMITS = "Assumptions and thresholds"
BETWEEN_ROLES = "From buyers to consumers, % of all spend"
WAYS_OF_MONEY = ("more to buyers", "more to consumers")
SPENT_ON = {"audience": "on {}s", "phase": "to {}"}
ASSUMED_IN: Mapping[str, tuple[str, ...]] = {
    "money": ("response",),
    "price": ("elasticity", "loss_aversion"),
    "clients": ("fear_of_missing_out", "regret"),
}


@dataclass(frozen=True)
class NumberControl:
    """One number: `read` and `write` it in a scenario, within `low` and `high`, step by step.

    `furthest` are the ends of what may be typed, where these are further out than a slider goes.
    `ways` says what lies to the left and to the right.
    """

    key: str
    label: str
    low: float
    high: float
    step: float
    read: Callable[[Scenario], float]
    write: Callable[[Scenario, float], Scenario]
    furthest: tuple[float, float] | None = None
    ways: tuple[str, str] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Between which numbers may it be typed?"""
        return self.furthest or (self.low, self.high)

    def on_step(self, value: float) -> float:
        """Where does a slider stand for it: on which step, and no further than its ends?

        A page tells steps as 1.9999999999999964, so that nothing may be compared before.
        """
        if not self.low < value < self.high:
            return min(max(self.low, value), self.high)
        near = self.low + round((value - self.low) / self.step) * self.step
        return min(round(near, STEP_DIGITS), self.high) + 0.0

    def as_shown(self, value: float) -> float:
        """Which number does a reader see for it, and mean by typing it: a digit below a step?"""
        low, high = self.ends
        return min(max(low, round(value, self._places)), high) + 0.0

    @cached_property
    def _places(self) -> int:
        return max(0, math.ceil(-math.log10(self.step) - 1e-9)) + 1


ControlGroups = Mapping[str, tuple[NumberControl, ...]]


def panel_controls(client: Client, panel: str) -> ControlGroups:
    """What can be moved in this panel? By the name of the group; empty where nothing can.

    The group of assumptions and thresholds comes last, and only beside something to move. Messages
    are no numbers: see `change_claims`.
    """
    groups = {name: tuple(group) for name, group in PANEL_CONTROLS[panel](client)}
    kept = {name: group for name, group in groups.items() if group}
    speaks = panel == "message" and client.has("campaigns") and client.has("survey")
    return kept | {LIMITS: tuple(_limits(client, panel))} if kept or speaks else {}


def _money(client: Client) -> Iterator[tuple[str, Iterator[NumberControl]]]:
    for dimension in DIMENSIONS if client.has("campaigns") else ():
        names = client.frames["campaigns"][dimension].dropna().astype(str)
        widest = _widest_spend(client) if dimension == "audience" else {}
        group = (
            _spend(dimension, name, widest.get(name, HUNDRED)) for name in dict.fromkeys(names)
        )
        more = _between_roles(client) if dimension == "audience" else ()
        yield f"Spend by {dimension}", chain(group, more)


def _between_roles(client: Client) -> Iterator[NumberControl]:
    """Money moved from buyers to consumers, the sum unchanged; nothing where one of them gets none.

    To the right consumers get more, as in a report. Whatever else a scenario changes in spend,
    campaign by campaign, is changed before.
    """
    buyers, consumers, a_percent = _role_sums(client, Scenario())
    if not min(buyers, consumers) > 0:
        return

    def read(scenario: Scenario) -> float:
        """What the one gave and the other got: the smaller of both, in either direction."""
        factors = [scenario.spend.get("audience", {}).get(role, 1.0) - 1 for role in ROLES]
        buyers, consumers, a_percent = _role_sums(client, scenario)
        gave, got = -factors[0] * buyers, factors[1] * consumers
        both = min(abs(got), abs(gave)) if got * gave > 0 else 0.0
        return round(math.copysign(both, got) / a_percent, DIGITS) + 0.0 if both else 0.0

    def write(scenario: Scenario, value: float) -> Scenario:
        buyers, consumers, a_percent = _role_sums(client, scenario)
        if not min(buyers, consumers) > 0:  # a campaign that is stopped has nothing to give
            return scenario
        ends = 1 - value * a_percent / buyers, 1 + value * a_percent / consumers
        named = dict(scenario.spend.get("audience", {}))
        named |= {
            role: min(max(0.0, end), MOST_FACTOR) for role, end in zip(ROLES, ends, strict=True)
        }
        return replace(scenario, spend={**scenario.spend, "audience": named})

    most = [min(a, (MOST_FACTOR - 1) * b) / a_percent for a, b in permutations((buyers, consumers))]
    ends = -math.floor(most[1]), math.floor(most[0])  # on whole steps
    yield NumberControl(
        "spend:audience:between", BETWEEN_ROLES, *ends, 1.0, read, write, ways=WAYS_OF_MONEY
    )


def _role_sums(client: Client, scenario: Scenario) -> tuple[float, float, float]:
    """What buyers, consumers, and a hundredth of all get, before audiences are told apart."""
    buyers, consumers, a_percent = CampaignRows.of(client).factors(scenario, OTHERS) @ _role_parts(
        client
    )
    return float(buyers), float(consumers), float(a_percent)


@lru_cache(maxsize=2)
def _role_parts(client: Client) -> Array:
    """The spend of each row, as far as it is on buyers, on consumers, and a hundredth of it."""
    rows = CampaignRows.of(client)
    audience = np.array(rows.names["audience"], dtype=object)
    shares = [*((audience == role) * 1.0 for role in ROLES), np.full(len(audience), 1 / HUNDRED)]
    return np.column_stack(shares) * rows.spend[:, None]


def _widest_spend(client: Client) -> dict[str, float]:
    """How many per cent more does each role get when it gets all that the other had?"""
    *sums, _ = _role_sums(client, Scenario())
    if not min(sums) > 0:
        return {}
    times = [HUNDRED * other / own for own, other in permutations(sums)]
    rounded = (10.0 * math.ceil(more / 10) for more in times)
    return {r: min(max(HUNDRED, m), MOST_PERCENT) for r, m in zip(ROLES, rounded, strict=True)}


def _spend(dimension: str, name: str, most: float) -> NumberControl:
    said = SPENT_ON.get(dimension, "on “{}”").format(name)
    label = f"Spend {'on both roles' if name == 'both' else said}, ± %"
    spent = _entry(label, ("spend", dimension, name), 1.0, -HUNDRED, most, 1.0)
    return _in_percent(replace(spent, furthest=(-HUNDRED, MOST_PERCENT)))


def _price(client: Client) -> Iterator[tuple[str, Iterator[NumberControl]]]:
    if client.has("purchases") or client.has("products"):
        yield "Price", _prices(client)


def _prices(client: Client) -> Iterator[NumberControl]:
    """No price is below what a piece costs, where that is known."""
    lowest = LOWEST_PRICE if client.margin is None else max(LOWEST_PRICE, -HUNDRED * client.margin)
    control = _single_factor("All prices, ± %", "price", lowest, -LOWEST_PRICE)
    yield replace(control, furthest=(_lowest_typed(client), MOST_PERCENT))


def _lowest_typed(client: Client) -> float:
    """The lowest price a scenario file takes: what a piece costs, and a tenth of today's."""
    return -min(HUNDRED * (1.0 if client.margin is None else client.margin), 90.0)


def _loyalty(client: Client) -> Iterator[tuple[str, Iterator[NumberControl]]]:
    if client.has("survey"):
        for role in reversed(ROLES):
            yield f"Serve {role}s better", _lifts(client, role)


def _lifts(client: Client, role: str) -> Iterator[NumberControl]:
    survey = client.frames["survey"]
    rated = survey[survey["role"].isin([role, "both"])]
    for id, attribute in client.attributes.items():
        if rated[f"performance_{id}"].notna().any():
            label = f"{attribute.label}, points for {role}s"
            lift = _entry(label, ("lift", role, id), 0.0, -MOST_POINTS, MOST_POINTS, 1.0)
            yield replace(lift, furthest=(-HUNDRED, HUNDRED))


def _clients(client: Client) -> Iterator[tuple[str, Iterator[NumberControl]]]:
    if client.has("levers"):
        yield (
            "Levers",
            (_lever(name) for name in dict.fromkeys(client.frames["levers"]["lever"])),
        )
    if client.has("purchases"):
        yield "“Only today”", (_assumed(id) for id in ASSUMED_IN["clients"])
    if client.has("products") and client.frames["products"]["free_cost"].notna().any():
        free = _single_factor("Cost of a free user, ± %", "free_cost", -HUNDRED, HUNDRED)
        yield "Free users", iter((replace(free, furthest=(-HUNDRED, MOST_PERCENT)),))


def _lever(name: str) -> NumberControl:
    """How many times the customers does it reach? 0 stops it; a part of a trial is not known."""
    said = name.replace("_", " ")
    label = f"Lever “{said}”, times the customers (0: stopped)"
    plain = _entry(label, ("levers", name), 1.0, 0.0, MOST_LEVER, 1.0)
    write = plain.write
    return replace(
        plain,
        write=lambda s, value: write(s, max(value, 1.0) if value else 0.0),
        furthest=(0.0, MOST_FACTOR),
    )


def _limits(client: Client, panel: str) -> Iterator[NumberControl]:
    yield from (_assumed(id) for id in ASSUMED_IN.get(panel, ()) if panel != "clients")
    if panel == "price" and _asked_prices(client):
        yield _assumed("discount_a_day")
    for id in panel_mistakes(panel):
        kind = MISTAKE_TYPES[id]
        today = client.settings.thresholds.get(id, kind.threshold)
        small = kind.unit.startswith((*SHARE_UNITS, "ratio"))
        high = min(max(4 * today, 1.0 if small else HUNDRED), highest_threshold(id))
        label = f"{kind.title}: matters from, {_unit_in_words(kind.unit, client)}"
        step = _nice_step(today / 20 or high / 100)
        yield _entry(label, ("thresholds", id), today, 0.0, high, step)


def _unit_in_words(unit: str, client: Client) -> str:
    """The unit as a label says it: the client's own currency where it has one."""
    if unit.startswith(SHARE_UNITS):
        return "share of 1" if unit.startswith("share") else f"{unit}, of 1"
    return unit.replace("currency", client.currency) if client.currency else unit


def _nice_step(rough: float) -> float:
    """The step of 1, 2 or 5 tenths, hundredths … that is no larger.

    >>> _nice_step(0.0172), _nice_step(0.25), _nice_step(1.0)
    (0.01, 0.2, 1.0)
    """
    power = math.floor(math.log10(rough) + 1e-9)
    most = max(m for m in (1, 2, 5) if m <= rough / 10.0**power + 1e-9)
    return round(most * 10.0**power, STEP_DIGITS)


def _asked_prices(client: Client) -> bool:
    """Were respondents asked what they would pay? Only then waiting for a lower price counts."""
    survey = client.frames.get("survey", pd.DataFrame())
    return ASKED in survey and bool(survey[ASKED].notna().any())


def _assumed(id: str) -> NumberControl:
    known = ASSUMPTIONS[id]
    label = known.label[:1].upper() + known.label[1:]
    step = _nice_step((known.high - known.low) / MOST_STEPS)
    return _entry(label, ("assumptions", id), known.value, known.low, known.high, step)


def _single_factor(label: str, part: str, low: float, high: float) -> NumberControl:
    def write(scenario: Scenario, value: float) -> Scenario:
        changed: dict[str, Any] = {part: value}
        return replace(scenario, **changed)

    def read(scenario: Scenario) -> float:
        return float(getattr(scenario, part))

    return _in_percent(NumberControl(part, label, low, high, 1.0, read, write))


def _in_percent(control: NumberControl) -> NumberControl:
    """The same factor, moved as a change in per cent."""

    def read(scenario: Scenario) -> float:
        return round(HUNDRED * (control.read(scenario) - 1), DIGITS)

    def write(scenario: Scenario, value: float) -> Scenario:
        return control.write(scenario, round(1 + value / HUNDRED, DIGITS))

    return replace(control, read=read, write=write)


def _entry(
    label: str, path: tuple[str, ...], neutral: float, low: float, high: float, step: float
) -> NumberControl:
    """A number below names, such as `lift`, `consumer`, `price`; not written where neutral."""

    def read(scenario: Scenario) -> float:
        found: Any = getattr(scenario, path[0])
        for name in path[1:-1]:
            found = found.get(name, {})
        return float(found.get(path[-1], neutral))

    def write(scenario: Scenario, value: float) -> Scenario:
        named = getattr(scenario, path[0])
        changed: dict[str, Any] = {path[0]: _with_entry(named, path[1:], value, neutral)}
        return replace(scenario, **changed)

    return NumberControl(":".join(path), label, low, high, step, read, write)


def _with_entry(
    named: Mapping[str, Any], path: tuple[str, ...], value: float, neutral: float
) -> dict[str, Any]:
    name, *rest = path
    others = {k: v for k, v in named.items() if k != name}
    if rest:
        return others | {name: _with_entry(named.get(name, {}), tuple(rest), value, neutral)}
    return others if value == neutral else others | {name: value}


PANEL_CONTROLS: Mapping[str, Callable[[Client], Iterator[tuple[str, Iterator[NumberControl]]]]] = {
    "money": _money,
    "message": lambda client: iter(()),
    "price": _price,
    "loyalty": _loyalty,
    "clients": _clients,
}

AS_OBSERVED = ""


def campaign_names(client: Client) -> tuple[str, ...]:
    """Which campaigns are there, in the order of the table?"""
    if not client.has("campaigns"):
        return ()
    return tuple(dict.fromkeys(client.frames["campaigns"]["campaign"].astype(str)))


def campaign_claims(client: Client, scenario: Scenario, campaign: str) -> tuple[str, ...]:
    """What does the campaign promise in the scenario? All its rows together."""
    changed = scenario.claims.get(campaign)
    return changed if changed is not None else _observed_claims(client, campaign)


def change_claims(
    client: Client, scenario: Scenario, campaign: str, promised: Iterable[str]
) -> Scenario:
    """The scenario in which it promises these; what was observed is no change.

    Of rows that promise different things all are shown together: chosen so, each keeps its own.
    """
    wanted = {*promised}
    chosen = tuple(a for a in client.attributes if a in wanted)
    others = {name: named for name, named in scenario.claims.items() if name != campaign}
    same = chosen == _observed_claims(client, campaign)
    return replace(scenario, claims=others if same else others | {campaign: chosen})


def campaign_audience(scenario: Scenario, campaign: str) -> str:
    """Whom is it aimed at instead? AS_OBSERVED where that is not changed."""
    return scenario.audiences.get(campaign, AS_OBSERVED)


def change_audience(scenario: Scenario, campaign: str, aimed: str) -> Scenario:
    """The scenario in which it is aimed at these."""
    others = {name: whom for name, whom in scenario.audiences.items() if name != campaign}
    return replace(
        scenario, audiences=others if aimed == AS_OBSERVED else {**others, campaign: aimed}
    )


def _observed_claims(client: Client, campaign: str) -> tuple[str, ...]:
    said = {claim for row in _claims_by_row(client, campaign) for claim in row}
    return tuple(a for a in client.attributes if a in said)


def _claims_by_row(client: Client, campaign: str) -> list[tuple[str, ...]]:
    table = client.frames["campaigns"]
    told = table.loc[table["campaign"].astype(str) == campaign, "claims"]
    return [() if pd.isna(row) else tuple(filter(None, str(row).split(";"))) for row in told]
