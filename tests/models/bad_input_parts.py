"""Good arguments for every public function of `models`, beside which bad ones stand."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from tests.bad_input import (
    Argument,
    frame,
)
from tests.models.buyers import cdnow_history
from toolkit.models import (
    conversion,
    customer_value,
    diffusion,
    latent_groups,
    linkage,
    maximum_likelihood,
    pricing,
    regression,
    repeat_buying,
    response,
    survival,
    themes,
)
from toolkit.models.latent_groups import category_items
from toolkit.stats.interval import Interval

RNG = np.random.default_rng(1)
X = [1.0, 2.0, 4.0, 5.0]
KNOWN = Interval(0.5, 0.4, 0.6, 40, "")
TRIAL = conversion.LeverTrial("incentive", 1000, 60, 1000, 40, cost=1.5)
UNKNOWN = ("NaN", "infinite", "minus infinite")

N = 120  # rows, one an account
UNITS = np.arange(N)
TRAITS = pd.DataFrame(
    {
        "city": np.where(RNG.random(N) < 0.5, "a", "b"),
        "device": np.where(RNG.random(N) < 0.4, "phone", "desk"),
        "age": RNG.normal(40, 9, N),
    }
)
Y, POINTS = (RNG.random(N) < 0.5).astype(float), RNG.normal(60, 15, N)
DESIGN = np.column_stack([POINTS, np.ones(N)])
WILLING = RNG.lognormal(3, 0.4, 40)
PRICES = pd.DataFrame(
    np.cumsum(RNG.uniform(1, 3, (60, 4)), axis=1), columns=list(pricing.QUESTIONS)
)
PURCHASES = pd.DataFrame(
    {
        "customer": [f"c{k}" for k in RNG.integers(0, 60, 400)],
        "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(0, 300, 400), "D"),
        "amount": RNG.uniform(5, 50, 400),
    }
)
ITEMS = category_items(TRAITS[["city", "device"]])[0]
BASS = diffusion.BassCurve(1000.0, 0.01, 0.4)
SALES = BASS.sales(np.arange(1, 13)) + RNG.normal(0, 1, 12)
MAXIMUM = maximum_likelihood.LikelihoodMaximum(np.zeros(2), np.eye(2), 0.0, 40)
ESTIMATES = regression.AccountEstimates(np.array([2.0, 1.0]), RNG.normal(0, 0.01, (40, 2)), "")
BG_NBD = repeat_buying.BgNbd(0.24, 4.4, 0.79, 2.4)
SPREAD = response.response_spread([10_000, 10_000], [300, 420])
LOST = response.lost_share([[9_000, 9_000]], [[300, 420]], draws=50)
FIELD = response.AllocationProblem(
    np.array([5.0, 5.0]), np.array([9.0, 12.0]), np.array([1.0, 1.0]), (0.5, 0.8), 0.9
)
MARKS = np.tile(np.eye(2, dtype=bool), (40, 1))
CODED = themes.CodedTexts(("price", "taste"), MARKS)
CURVE = survival.kaplan_meier([1, 2, 2, 3], [1, 1, 0, 1])


@cache
def history() -> pd.DataFrame:
    """The customers of CDNOW, fewer of them."""
    return cdnow_history().iloc[:1200].reset_index(drop=True)


@cache
def buying() -> Any:
    """BG/NBD fitted to them."""
    return repeat_buying.fit_bg_nbd(history())


@cache
def spending() -> Any:
    """Gamma-Gamma fitted to them."""
    return customer_value.fit_gamma_gamma(history())


@cache
def values() -> Any:
    """What four of them are worth."""
    return customer_value.customer_values(buying(), spending(), history()[:4], margin=0.3)


@cache
def logit() -> Any:
    """A fitted logit."""
    return regression.fit_logit(Y, DESIGN)


@cache
def jackknife() -> Any:
    """The same, with every account left out in turn."""
    return regression.AccountJackknife.of(logit(), UNITS, N)


@cache
def link() -> Any:
    """Satisfaction and repurchase that go together by chance only."""
    return linkage.fit_linkage(Y, {"consumer": POINTS, "price": POINTS[::-1]}, UNITS)


@cache
def renewals() -> Any:
    """sBG fitted to a cohort."""
    return customer_value.fit_renewals([1000, 869, 743, 653])


@cache
def fits() -> Any:
    """Two groups, found in the items."""
    return latent_groups.best_mixture(ITEMS, np.ones(N), 2, count=2, seed=1)


@cache
def grouping() -> Any:
    """The groups of the items."""
    return latent_groups.find_groups(ITEMS, UNITS, most=2)


def bowl(at: np.ndarray) -> tuple[float, np.ndarray]:
    """A likelihood with its top at 0."""
    return -float(at @ at), -2 * at


def history_table(*allowed: str) -> Argument:
    """What was bought again, by customer."""
    return frame(history(), *allowed)


def trait_table(*allowed: str) -> Argument:
    """Traits of respondents."""
    told = frame(TRAITS, *allowed, columns=False)
    vast = TRAITS.assign(age=np.inf)
    return Argument(TRAITS, told.bad | {"infinite": vast}, allowed)
