"""What would a better product bring: which accounts more come back?"""

from __future__ import annotations

import numpy as np

from toolkit.explore.applied import linked_attributes
from toolkit.models.cannot import CannotTell
from toolkit.quantities import Facts
from toolkit.quantities.answers import Array
from toolkit.quantities.basis import known
from toolkit.stats.interval import Interval
from toolkit.tables import ROLES


def more_back(before: Facts, after: Facts) -> Interval | None:
    """Which share of accounts more comes back as consumers are served better?

    The points that their ratings rise by on average, no rating beyond the end of its scale, then
    what these go together with (`quantities.bridge.Bridge.back`), within those who do not come
    back today. None where the link cannot be told.
    """
    told, linked = linked_attributes(before), before.linked
    if isinstance(told, CannotTell) or told.link is None or linked is None:
        return None
    points = _risen(before, after)
    if not points.any():
        return Interval.constant(0.0, told.n)
    today = float(linked.again.mean())
    return told.back(told.link, points, level=before.level).within(-today, 1 - today)


def _risen(before: Facts, after: Facts) -> Array:
    """By how many points do consumers rate each attribute higher, on average? (A,)"""
    was, now = known(before.answers), known(after.answers)
    risen = now.performance - was.performance
    weight = (was.member[ROLES.index("consumer")] * was.weight)[:, None] * ~np.isnan(risen)
    total, points = weight.sum(axis=0), (np.nan_to_num(risen) * weight).sum(axis=0)
    return np.divide(points, total, out=np.zeros_like(points), where=total > 0)
