"""Customers whose habits are known, and the published sample of real ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.models.customer_value import GammaGamma
from toolkit.models.repeat_buying import BgNbd, purchase_summary

TESTS = Path(__file__).parents[1]
CDNOW = TESTS.parent / "datasets" / "real" / "cdnow" / "purchases.parquet"
SAMPLE = TESTS / "data" / "cdnow_sample.txt"  # see tests/data/cdnow_sample.md
CALIBRATED, ENDED = "1997-09-30", "1998-06-30"
SHOP = BgNbd(0.5, 6.0, 0.8, 2.5)
PURSE = GammaGamma(6.0, 4.0, 15.0)


@cache
def cdnow() -> pd.DataFrame:
    """All purchases of all customers of CDNOW."""
    return pd.read_parquet(CDNOW).rename(columns={"buyer_id": "customer"})


@cache
def cdnow_sample() -> pd.DataFrame:
    """The purchases of the 2,357 customers that Fader, Hardie & Lee (2005) fitted."""
    rows = cdnow()
    return rows[rows["customer"].isin(SAMPLE.read_text("utf-8").split())]


@cache
def cdnow_history() -> pd.DataFrame:
    """Their history up to the end of calibration, in the order of the published file."""
    order = SAMPLE.read_text("utf-8").split()
    return purchase_summary(cdnow_sample(), until=CALIBRATED).loc[order]


def drawn_history(
    n: int, seed: int, *, shop: BgNbd = SHOP, purse: GammaGamma = PURSE
) -> pd.DataFrame:
    """Histories of n customers who buy, stop and spend as BG/NBD and Gamma-Gamma say."""
    rng = np.random.default_rng(seed)
    T = rng.uniform(26, 52, n)
    rate, stop = rng.gamma(shop.r, 1 / shop.alpha, n), rng.beta(shop.a, shop.b, n)
    x, tx, clock, alive = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while alive.any():
        clock = clock + np.where(alive, rng.exponential(1 / np.maximum(rate, 1e-9)), 0)
        alive &= clock < T
        x, tx = x + alive, np.where(alive, clock, tx)
        alive &= rng.random(n) > stop
    mean = rng.gamma(purse.q, 1 / purse.v, n)
    spent = rng.gamma(np.maximum(purse.p * x, 1e-9), 1 / mean) / np.maximum(x, 1)
    columns = {"frequency": x, "recency": tx, "T": T, "monetary": np.where(x > 0, spent, 0.0)}
    return pd.DataFrame(columns)
