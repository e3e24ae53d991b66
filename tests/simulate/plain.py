"""Plain estimates of the mistakes that rest on purchases, trials, use and response.

Written from the definitions alone, on drawn tables with pandas; they share no code with the
calculation of the truth they are held against. Each returns None where a table is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from toolkit.simulate.world import World

Frames = Mapping[str, pd.DataFrame]
Estimate = Callable[[Frames, World], float | None]
YEAR, RATE = 365, 0.10


def first_sale_only(frames: Frames, world: World) -> float | None:
    """Acquire's share of phased spend minus the first days' share of revenue."""
    rows = frames["campaigns"]
    if "phase" not in rows:
        return None
    spend = rows.groupby("phase")["spend"].sum()
    return spend.get("acquire", 0.0) / spend.sum() - first_day_share(frames)


def first_day_share(frames: Frames) -> float:
    """Share of revenue from accounts' first days."""
    purchases = frames["purchases"]
    first = purchases.groupby("account_id")["date"].transform("min") == purchases["date"]
    return float(purchases["amount"][first].sum() / purchases["amount"].sum())


def wrong_audience(frames: Frames, world: World) -> float | None:
    """Conversions lost against the best campaign of each segment, by observed rates."""
    rows = frames["campaigns"]
    if "segment" not in rows:
        return None
    rows = rows.dropna(subset="segment").assign(rate=lambda r: r["conversions"] / r["contacts"])
    attainable = rows["contacts"] * rows.groupby("segment")["rate"].transform("max")
    return float((attainable - rows["conversions"]).sum() / attainable.sum())


def phantom_segments(frames: Frames, world: World) -> float | None:
    """Contact-weighted spread of observed response over segments, by the overall response."""
    rows = frames["campaigns"]
    if "segment" not in rows:
        return None
    by = rows.dropna(subset="segment").groupby("segment")[["contacts", "conversions"]].sum()
    overall = by["conversions"].sum() / by["contacts"].sum()
    off = (by["conversions"] / by["contacts"] - overall) ** 2
    return float(np.sqrt((off * by["contacts"]).sum() / by["contacts"].sum()) / overall)


def one_ear(frames: Frames, world: World) -> float | None:
    """Consumers' reported say among buyer and consumer against their share of utterances."""
    if "influence" not in frames:
        return None
    one = ["account_id", "informant", "stage", "informant_id"]
    points = frames["influence"].pivot_table(index=one, columns="role", values="points")
    say = points.div(points.sum(axis=1), axis=0).fillna(0.0)
    for levels in (one[:3], one[:2], one[:1]):
        say = say.groupby(level=levels).mean()
    mean = say.mean()
    heard = frames["feedback"]["role"].map({"buyer": 0.0, "both": 0.5, "consumer": 1.0}).mean()
    return float(abs(mean["consumer"] / (mean["buyer"] + mean["consumer"]) - heard))


def hostages(frames: Frames, world: World) -> float | None:
    """Share of repeat accounts with an answering consumer whose mean answer is below 40 of 100."""
    low, high = world.scale("satisfaction")
    asked = frames["survey"].query("role != 'buyer'").dropna(subset="satisfaction")
    mean = (asked.groupby("account_id")["satisfaction"].mean() - low) / (high - low)
    days = frames["purchases"].groupby("account_id")["date"].nunique()
    repeat = mean[mean.index.isin(days.index[days > 1])]
    return float((repeat < 0.4 - 1e-12).mean()) if len(repeat) else None


def client_value(frames: Frames, world: World) -> float:
    """Discounted margin after the first day, in the year after it, of accounts that came back."""
    rows = frames["purchases"]
    first = rows.groupby("account_id")["date"].transform("min")
    since = (rows["date"] - first).dt.days
    last = pd.Timestamp(world.trade.start) + pd.Timedelta(days=world.trade.days - 1 - YEAR)
    later = rows[(first <= last) & (since > 0) & (since <= YEAR)]
    worth = later["amount"] * (1 + RATE) ** (-since[later.index] / YEAR)
    return float(world.client["margin"] * worth.groupby(later["account_id"]).sum().mean())


def gains(frames: Frames, world: World) -> pd.DataFrame:
    """The levers with the gain of each per customer treated."""
    levers = frames["levers"]
    more = levers["converted"] / levers["customers"]
    more = more - levers["control_converted"] / levers["control_customers"]
    gain = more * client_value(frames, world) - levers["cost"] / levers["customers"]
    return levers.assign(gain=gain)


def chasing_one_offs(frames: Frames, world: World) -> float | None:
    """Loss per customer of the lever with most spend."""
    if "levers" not in frames:
        return None
    levers = gains(frames, world)
    return -float(levers.loc[levers["cost"].idxmax(), "gain"])


def clients_left(frames: Frames, world: World) -> float | None:
    """Gain per customer of the best lever that reached less than half of the one-off customers."""
    if "levers" not in frames:
        return None
    levers = gains(frames, world)
    one_off = (frames["purchases"].groupby("account_id")["date"].nunique() == 1).sum()
    return float(levers["gain"][levers["customers"] < one_off / 2].max())


def sold_not_used(frames: Frames, world: World) -> float | None:
    """Of accounts that bought in the last month of usage: the share not active in it."""
    if "usage" not in frames:
        return None
    last = frames["usage"]["period"].max()
    purchases = frames["purchases"]
    bought = purchases["account_id"][purchases["date"].dt.strftime("%Y-%m") == last]
    month = frames["usage"][frames["usage"]["period"] == last]
    return float(1 - month["active"][month["account_id"].isin(bought)].mean())


ESTIMATES: Mapping[str, Estimate] = {
    "first-sale-only": first_sale_only,
    "wrong-audience": wrong_audience,
    "one-ear": one_ear,
    "hostages": hostages,
    "chasing-one-offs": chasing_one_offs,
    "clients-left": clients_left,
    "sold-not-used": sold_not_used,
    "phantom-segments": phantom_segments,
}
