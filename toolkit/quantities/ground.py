"""Where do rivals leave room: what a role weighs and rivals do not claim towards it?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.quantities.answers import Array
from toolkit.quantities.served import Served
from toolkit.stats.interval import Interval
from toolkit.stats.means import smooth
from toolkit.tables import ROLES


def claimed_by_rivals(rivals: pd.DataFrame, attributes: Sequence[str]) -> Array:
    """Which share of what rivals say towards each role claims each attribute? Shape (2, A).

    Messages count by `weight` (how much of the message one sees); one to `both` is seen whole by
    either role. Towards a role that no rival speaks to, nothing is claimed.
    """
    weight = rivals["weight"].to_numpy(float)
    towards = np.array([rivals["audience"].isin([role, "both"]) for role in ROLES]) * weight
    promised = rivals["claims"].fillna("").astype(str).str.split(";")
    claims = np.array([[a in row for a in attributes] for row in promised], dtype=float)
    told = towards.sum(axis=1, keepdims=True)
    return np.divide(
        towards @ claims, told, out=np.zeros((len(ROLES), len(attributes))), where=told > 0
    )


def open_ground(
    served: Served, rivals: pd.DataFrame, accounts: Sequence[int], level: float
) -> dict[str, Interval]:
    """How much of what a role weighs is left open by rivals? Keys ROLE:ATTR, 0…1.

    w_ra × (1 − share of rivals' messages towards the role that claim the attribute): the weight
    itself where no rival claims it, 0 where all do. What rivals say is counted, so only the
    weight is uncertain: its bootstrap over accounts, smooth. `accounts` says how many stand
    behind each role. Empty where a role gave no weights.
    """
    room = 1 - claimed_by_rivals(rivals, served.attributes)
    if not _weighed(served).all():
        return {}
    return {
        f"{role}:{attribute}": smooth(
            served.weights[r, a] * room[r, a],
            served.weight_draws[:, r, a] * room[r, a],
            n=accounts[r],
            level=level,
        ).within(0, room[r, a])
        for r, role in enumerate(ROLES)
        for a, attribute in enumerate(served.attributes)
    }


def _weighed(served: Served) -> NDArray[np.bool_]:
    return np.array([np.isfinite(served.weight_draws[:, r]).all() for r in range(len(ROLES))])
