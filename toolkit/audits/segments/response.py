"""Who responds to campaigns: rates by segment, and by campaign within segment."""

from __future__ import annotations

import numpy as np

from toolkit.models.shrink import shrunken_rates
from toolkit.quantities.responses import Responses
from toolkit.stats.interval import Interval


def by_segment(told: Responses, level: float) -> dict[str, Interval]:
    """Which share of those reached acts, segment by segment? Most first; see `models.shrink`."""
    reached, acted = told.contacts.sum(axis=1), told.conversions.sum(axis=1)
    found = shrunken_rates(acted, reached, level=level)
    order = np.argsort([-rate.value for rate in found], kind="stable")
    return {told.segments[s]: found[s] for s in order}


def by_campaign(told: Responses, level: float) -> dict[str, Interval]:
    """Which share acts, campaign by campaign within segments? Keys SEGMENT:CAMPAIGN, shrunk.

    Segment by segment, best campaign first.
    """
    at = np.argwhere(told.contacts > 0)
    n, x = (counts[at[:, 0], at[:, 1]] for counts in (told.contacts, told.conversions))
    found = shrunken_rates(x, n, level=level)
    names = [f"{told.segments[s]}:{told.campaigns[k]}" for s, k in at]
    order = sorted(range(len(at)), key=lambda i: (at[i, 0], -found[i].value))
    return {names[i]: found[i] for i in order}
