"""What is an account of each segment worth: revenue, shrunk towards that of all?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.models.segments import NOBODY
from toolkit.models.shrink_means import shrunken_means
from toolkit.quantities import Facts
from toolkit.quantities.accounts import revenue_by_account
from toolkit.quantities.groups import Group, People, levels, of_accounts
from toolkit.stats.interval import Interval

FEWEST = 5  # accounts behind a mean: fewer say nothing of their spread


def worth(facts: Facts) -> dict[str, Interval]:
    """How much revenue brings an account? By TRAIT:LEVEL, and by segment (SEGMENT).

    Of accounts that bought, over the time of the purchases. Within a trait each level leans on
    all levels, the more the less is known of it: see `models.shrink_means`. Levels of fewer than
    five accounts are left out.
    """
    people = facts.people
    if people is None or not facts.client.has("purchases"):
        return {}
    revenue = revenue_by_account(facts.client)
    found: dict[str, Interval] = {}
    for prefix, level in _cut(facts, people):
        means = _means(revenue, of_accounts(people, level), facts.level)
        found |= {f"{prefix}{name}": mean for name, mean in means.items()}
    return found


def _cut(facts: Facts, people: People) -> Iterator[tuple[str, pd.Series]]:
    """Each way to cut the people: by a trait's levels, by the segments of a model."""
    for trait, level in levels(people).items():
        yield f"{trait}:", level
    for group in facts.groups.values():
        if isinstance(group, Group) and group.found.grouping.count > 1:
            yield "", _segment_names(people, group)


def _segment_names(people: People, group: Group) -> pd.Series:
    names = pd.Series(np.full(len(people.account), np.nan), dtype=object)
    known = group.found.labels != NOBODY
    names.iloc[group.rows[known]] = [group.name(s) for s in group.found.labels[known]]
    return names


def _means(revenue: pd.Series, level: pd.Series, confidence: float) -> dict[str, Interval]:
    bought = pd.DataFrame({"level": level, "revenue": revenue}).dropna()
    cells = bought.groupby("level")["revenue"].agg(["mean", "std", "size"])
    cells = cells[(cells["size"] >= FEWEST) & (cells["std"] > 0)]
    if len(cells) < 2:
        return {}
    errors = cells["std"] / np.sqrt(cells["size"])
    found = shrunken_means(cells["mean"], errors, cells["size"], level=confidence)
    possible = [mean.within(0, math.inf) for mean in found]
    return dict(zip(map(str, cells.index), possible, strict=True))
