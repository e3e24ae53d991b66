"""Is what was bought used? The table `usage`, and the share of buyers who do not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.simulate.cast import Cast
from toolkit.simulate.market import Usage
from toolkit.simulate.trade import Orders, dates
from toolkit.simulate.world import World


def usage_table(usage: Usage, cast: Cast, orders: Orders, rng: np.random.Generator) -> pd.DataFrame:
    """The table `usage`: a row per account and month, from the month of its first order on."""
    periods = np.datetime64(usage.until, "M") - np.arange(usage.months)[::-1]
    joined = dates(orders.start, orders.first).astype("datetime64[M]")
    idle = rng.random(cast.size) < usage.idle
    active = rng.random((cast.size, usage.months)) < usage.active
    account, month = np.nonzero(joined[:, None] <= periods)
    return pd.DataFrame(
        {
            "account_id": cast.account_ids[account],
            "period": periods.astype(str).astype(object)[month],
            "active": (active & ~idle[:, None])[account, month].astype(int),
        }
    )


def sold_not_used(world: World) -> float | None:
    """Of accounts that bought in the last month of usage: which share was not active in it?

    θ = idle + (1 − idle)(1 − active): use hangs neither on buying nor on satisfaction. Exact.
    """
    if world.usage is None:
        return None
    return world.usage.idle + (1 - world.usage.idle) * (1 - world.usage.active)
