"""How far is the spend from the say?"""

from __future__ import annotations

import numpy as np

from toolkit.quantities.answers import Array
from toolkit.quantities.say import Say
from toolkit.stats.interval import Interval
from toolkit.stats.kinks import Kinked, invert, p_above

ROLES_OF_MONEY = ("buyer", "consumer", "other")
DISTANCE = Kinked("absolute", np.full(len(ROLES_OF_MONEY), 0.5))


def say_minus_spend(say: Say, spend: Array) -> tuple[Array, Array]:
    """Say minus share of spend of buyer, consumer and other; estimate (3,), draws (B, 3).

    Other is influencer and gatekeeper together: campaigns do not tell them apart. The spend is
    known without sampling error.
    """
    return _three(say.mean) - spend, _three(say.draws) - spend


def misallocation(say: Say, spend: Array, level: float) -> Interval:
    """Which share of the spend is not where the say is? TVD(s, say) over three roles.

    TVD has a kink wherever a role's spend equals its say: see `stats.kinks`. Few accounts may
    stretch the upper end beyond 1, which no distance of shares can be.
    """
    gaps, draws = say_minus_spend(say, spend)
    return invert(DISTANCE, gaps, draws, n=say.accounts, level=level).within(0, 1)


def misallocation_p_above(say: Say, spend: Array, threshold: float) -> float:
    """How likely is a misallocation this large if the truth is `threshold`? One-sided."""
    gaps, draws = say_minus_spend(say, spend)
    return p_above(DISTANCE, gaps, draws, threshold, n=say.accounts)


def _three(say: Array) -> Array:
    return np.stack([say[..., 0], say[..., 1], say[..., 2] + say[..., 3]], axis=-1)
