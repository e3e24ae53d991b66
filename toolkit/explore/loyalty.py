"""What would a better product bring: value delivered, and accounts that come back?"""

from __future__ import annotations

from toolkit.explore.applied import linked_attributes
from toolkit.explore.scenario import Scenario
from toolkit.models.cannot import CannotTell
from toolkit.quantities import Facts
from toolkit.quantities.bridge import POINTS
from toolkit.stats.interval import Interval
from toolkit.stats.means import smooth
from toolkit.tables import ROLES

METHOD = "satisfaction and repurchase by linkage, half-widths of the attributes added"


def value_delivered(facts: Facts) -> dict[str, Interval]:
    """How much of what it weighs reaches each role, in points? Empty without a survey."""
    served = facts.served
    if served is None:
        return {}
    return {
        role: smooth(
            float(served.value[r]), served.value_draws[:, r], n=served.accounts, level=facts.level
        )
        for r, role in enumerate(ROLES)
    }


def more_back(facts: Facts, scenario: Scenario) -> Interval | None:
    """Which share of accounts more comes back as consumers are served better?

    Points of each attribute times what a point goes together with (`quantities.bridge`); the
    half-widths of several attributes are added, as if they erred together. `facts` are those
    observed. None where the link cannot be told.
    """
    lift = scenario.lift.get("consumer", {})
    told = linked_attributes(facts)
    if isinstance(told, CannotTell) or not told.repurchase or not {*lift} <= {*told.repurchase}:
        return None
    value = low = high = 0.0
    for attribute, points in lift.items():
        times, each = points / POINTS, told.repurchase[attribute]
        ends = sorted((times * each.low, times * each.high))
        value, low, high = value + times * each.value, low + ends[0], high + ends[1]
    return Interval(value, low, high, told.n, METHOD)
