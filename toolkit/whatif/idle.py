"""Which numbers change nothing for this client, and why, and how far must a threshold reach?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.client.config import highest_threshold
from toolkit.contract import ROLES
from toolkit.finding import Verdict
from toolkit.stats.interval import CannotTell
from toolkit.whatif.controls import HUNDRED, NumberControl
from toolkit.whatif.money import campaign_margins
from toolkit.whatif.panels import scarcity_gain
from toolkit.whatif.scenario import Scenario
from toolkit.whatif.whatif import ScenarioResult

PRESSED = Scenario(assumptions={"fear_of_missing_out": 1.0})


def idle_reason(key: str, observed: ScenarioResult) -> str:
    """Why does the control of that key change nothing here? Empty where it may change something.

    `observed` is what the audit says of the client as it is.
    """
    part, *names = key.split(":", 2)
    why = PART_REASONS.get(part)
    return why(observed, *names) if why else ""


def _spend(observed: ScenarioResult, dimension: str, name: str) -> str:
    rows = observed.client.frames["campaigns"]
    mine = rows[dimension].astype(str) == name if dimension in rows else None
    if name == "between" or mine is None or float(rows.loc[mine, "spend"].sum()) > 0:
        return ""
    return "Nothing is spent on it, so there is nothing to make more or less."


def _threshold(observed: ScenarioResult, id: str) -> str:
    found = observed.mistake(id)
    undecided = found.verdict is Verdict.CANNOT_TELL and found.p is None
    if found.estimate is None or undecided or found.verdict is Verdict.NOT_APPLICABLE:
        return f"No threshold changes this verdict: {found.why}"
    return ""


def threshold_in_reach(control: NumberControl, observed: ScenarioResult) -> NumberControl:
    """The control with ends that lie around what was found; any other control as it is.

    How much money a customer is worth differs by a thousand times from trade to trade.
    """
    part, *names = control.key.split(":", 2)
    if part != "thresholds" or not MISTAKE_TYPES[names[0]].unit.startswith("currency"):
        return control
    found = observed.mistake(names[0])
    most = max(abs(end) for end in (found.low or 0.0, found.high or 0.0, found.threshold))
    if not most > control.low:
        return control
    high = 10.0 ** math.ceil(math.log10(most))
    ends = control.furthest or (control.low, highest_threshold(names[0]))
    return replace(control, high=high, step=high / HUNDRED, furthest=ends)


def threshold_note(key: str, observed: ScenarioResult) -> str:
    """Why does moving this threshold alone turn no verdict? Empty where it may."""
    part, *names = key.split(":", 2)
    found = observed.mistake(names[0]) if part == "thresholds" else None
    if found is None or found.high is None or found.direction == "below" or found.high >= 0:
        return ""
    return "It is clear at any threshold as things are; other sliders may change that."


def _lift(observed: ScenarioResult, role: str, attribute: str) -> str:
    served = observed.facts.served
    if served is None or attribute not in served.attributes:
        return "How well it is served cannot be told here: too few answers say so."
    weight = served.weights[ROLES.index(role)][served.attributes.index(attribute)]
    return "" if weight > 0 else f"It weighs nothing for {role}s in this survey."


def _assumption(observed: ScenarioResult, id: str) -> str:
    if id == "response":
        margins = campaign_margins(observed.client)
        return margins.why if isinstance(margins, CannotTell) else ""
    if id in ("fear_of_missing_out", "regret"):
        pressed = scarcity_gain(observed.facts.worth, PRESSED, observed.facts.level)
        return "" if pressed else "What an account is worth cannot be told here."
    if id in ("elasticity", "loss_aversion"):
        return _price(observed)
    asked = observed.facts.prices
    return asked.why if isinstance(asked, CannotTell) else ""


def _price(observed: ScenarioResult, *_: str) -> str:
    bought = observed.facts.returns
    if bought is None or not bought.years:
        return "What is sold in a year is not known here, so neither is what another price brings."
    return ""


def _lever(observed: ScenarioResult, name: str) -> str:
    tried = [lever for lever in observed.facts.tried if lever.lever == name]
    if any(lever.trial is not None for lever in tried):
        return ""
    return f"What it brings is not known: {tried[0].why}" if tried and tried[0].why else ""


def _free_cost(observed: ScenarioResult) -> str:
    free = observed.facts.free_users
    if free is None:
        return "What free users bring cannot be told here."
    return free.pays.why if isinstance(free.pays, CannotTell) else ""


PART_REASONS: Mapping[str, Callable[..., str]] = {
    "spend": _spend,
    "thresholds": _threshold,
    "lift": _lift,
    "assumptions": _assumption,
    "price": _price,
    "levers": _lever,
    "free_cost": _free_cost,
}
