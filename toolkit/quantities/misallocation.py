"""How far is the spend from the say?"""

from __future__ import annotations

import numpy as np

from toolkit.quantities.answers import Array
from toolkit.quantities.say import Say
from toolkit.stats.interval import Interval
from toolkit.stats.kinked import Kinked
from toolkit.stats.kinks import Tested

DISTANCE = Kinked("absolute", np.full(3, 0.5))  # over buyer, consumer and other


def apart(say: Say, spend: Array) -> Tested:
    """How far is the say from the shares of spend (3,), ready for its interval and p?

    TVD(s, say) has a kink wherever a role's spend equals its say: see `stats.kinks`. The spend is
    known without sampling error.
    """
    return Tested.of(DISTANCE, say.of_money - spend, say.noise)


def misallocation(test: Tested, level: float) -> Interval:
    """Which share of the spend is not where the say is? TVD(s, say) over three roles.

    Few accounts may stretch the upper end beyond 1, which no distance of shares can be.
    """
    return test.interval(level=level).within(0, 1)
