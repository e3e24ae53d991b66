"""How large is each segment, and which are large enough to be told of?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.finding import measures, tellable
from toolkit.quantities import Facts
from toolkit.quantities.groups import Group, levels
from toolkit.stats.bootstrap import by_account
from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio


def several(group: Group) -> dict[int, Interval]:
    """Which segments of a model are told of, and how large is each? None where all are one."""
    count = group.found.grouping.count
    shares = {group.name(s): group.found.grouping.shares[s] for s in range(count)}
    told = tellable(shares, groups=[_members(group)])
    numbered = {s: shares[group.name(s)] for s in range(count) if group.name(s) in told}
    return numbered if count > 1 else {}


def sizes(facts: Facts, groups: Sequence[Group]) -> pd.DataFrame:
    """How large is each segment: of a model (SEGMENT), and of each trait (TRAIT:LEVEL)?"""
    models = [g for g in groups if g.found.grouping.count > 1]
    shares = {g.name(s): share for g in models for s, share in enumerate(g.found.grouping.shares)}
    members = [_members(g) for g in models]
    for trait, found in _level_shares(facts):
        shares |= {f"{trait}:{level}": share for level, (share, _) in found.items()}
        members.append({f"{trait}:{level}": count for level, (_, count) in found.items()})
    return measures("segment_share", "share", shares, groups=members)


def _members(group: Group) -> dict[str, int]:
    labels = group.found.labels
    count = group.found.grouping.count
    return {group.name(s): int(np.count_nonzero(labels == s)) for s in range(count)}


def _level_shares(facts: Facts) -> Iterator[tuple[str, Mapping[str, tuple[Interval, int]]]]:
    """By trait: of each level its share of the accounts' people, and how many people it has."""
    if facts.people is None or facts.people.accounts < 2:
        return
    account, count = facts.people.account, facts.people.accounts
    for trait, level in levels(facts.people).items():
        known = by_account(account, level.notna().to_numpy(float), count)
        found = {}
        for name in sorted(level.dropna().unique(), key=str):
            mine = (level == name).to_numpy()
            share = ratio(
                by_account(account, mine.astype(float), count), known, level=facts.level, share=True
            )
            found[str(name)] = (share, int(mine.sum()))
        yield trait, found
