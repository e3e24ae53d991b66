"""Who buys when, and is what was bought used? The tables `purchases`, `products` and `usage`.

Order days and order lines of one draw; how far a launched product has spread (Bass 1969) and which
stage of its life that is; and the share of buyers who do not use what they bought.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from toolkit.simulate.people import BOTH, DrawnPeople, pick_index
from toolkit.simulate.world import BoolArray, FloatArray, IntArray, Launch, Trade, Usage, World

MONTH = 365.25 / 12  # days
STAGES = ("introduction", "growth", "maturity", "decline")


def adopted_share(launch: Launch, days: FloatArray) -> FloatArray:
    """Which share of all who ever will has bought by those days since the launch?

    F(t) = (1 − e^(−(p+q)t)) / (1 + (q/p) e^(−(p+q)t)), t in months; Bass 1969.

    >>> adopted_share(Launch("new", 0.05, 0.0), np.array([MONTH * 20])).round(4)
    array([0.6321])
    """
    past = np.exp(-(launch.p + launch.q) * np.asarray(days, float) / MONTH)
    return (1 - past) / (1 + launch.q / launch.p * past)


def adoption_day(launch: Launch, share: FloatArray) -> FloatArray:
    """How many days after the launch has that share bought? The inverse of `adopted_share`."""
    past = (1 - share) / (1 + launch.q / launch.p * share)
    return -np.log(past) / (launch.p + launch.q) * MONTH


def true_stage(launch: Launch, days: float) -> str:
    """Which stage of its life is the product in, so many days after its launch?

    Sales peak at T* = ln(q/p)/(p+q) and turn from rising ever faster to slower, and from falling
    ever faster to slower, at T1, T2 = T* ∓ ln(2+√3)/(p+q): introduction before T1, growth before
    T*, maturity before T2, then decline. Source: Mahajan, Muller & Srivastava, "Determination of
    Adopter Categories by Using Innovation Diffusion Models", J. Marketing Research 27 (1990).

    >>> launch = Launch("new", 0.03, 0.4)
    >>> true_stage(launch, 5 * MONTH), true_stage(launch, 12 * MONTH)
    ('growth', 'decline')
    """
    speed = launch.p + launch.q
    peak = np.log(launch.q / launch.p) / speed if launch.q > 0 else -np.inf
    turn = np.log(2 + np.sqrt(3)) / speed
    ends = np.array([peak - turn, peak, peak + turn])
    return STAGES[int((days / MONTH >= ends).sum())]


SETTLING = 35  # days between an order and the earliest next one
ASKED_AFTER = (10, 30)  # days after the first order: the survey comes before any repeat
JOINING = 0.6  # first orders fall into this share of the time observed
SECOND_LINE = 0.25  # share of orders with a second line
SECOND_PIECE = 0.2  # share of lines with two pieces
PRICE_NOISE = 0.06  # standard deviation of log amount around the list price
NEUTRAL = 6.0  # satisfaction, in points of ten, at which the logit's first number stands alone


@dataclass(frozen=True, eq=False)
class DrawnOrders:
    """Order days: `account` and `day` (counted from `start`), one entry per order, by day."""

    start: pd.Timestamp
    account: IntArray
    day: IntArray
    first: IntArray
    repeated: BoolArray

    @property
    def is_first(self) -> BoolArray:
        """Per order, whether it is the account's first."""
        return np.asarray(self.day == self.first[self.account])

    def asked(self, cast: DrawnPeople, rng: np.random.Generator) -> np.ndarray:
        """Survey dates, one per person: after the first order, before any second."""
        wait = rng.integers(*ASKED_AFTER, size=len(cast.account))
        return calendar_dates(self.start, self.first[cast.account] + wait)


def calendar_dates(start: pd.Timestamp, days: IntArray) -> np.ndarray:
    """Calendar dates of days counted from `start`."""
    return np.datetime64(start, "D") + days


def draw_orders(
    trade: Trade, cast: DrawnPeople, satisfaction: FloatArray, rng: np.random.Generator
) -> DrawnOrders:
    """When does each account order?

    It orders once, and again as long as a draw with probability logistic(b0 + b1·buyer's +
    b2·consumers' mean satisfaction, in points of ten above NEUTRAL) succeeds and time is left.
    """
    chance = _repeat_chances(trade, cast, satisfaction)
    first = _draw_first_days(trade, cast.size, rng)
    accounts, days = [np.arange(cast.size)], [first]
    while len(accounts[-1]):
        still = rng.random(len(accounts[-1])) < chance[accounts[-1]]
        wait = SETTLING + np.floor(-trade.gap * np.log1p(-rng.random(len(still))))
        next_day = days[-1] + wait.astype(np.int64)
        still &= next_day < trade.days
        accounts.append(accounts[-1][still])
        days.append(next_day[still])
    account, day = np.concatenate(accounts), np.concatenate(days)
    order = np.lexsort((account, day))
    repeated = np.bincount(account, minlength=cast.size) > 1
    return DrawnOrders(pd.Timestamp(trade.start), account[order], day[order], first, repeated)


def repeat_probability(trade: Trade, buyer: FloatArray, consumer: FloatArray) -> FloatArray:
    """How likely is one more order, given satisfactions from 0 to 1? `Trade.again` as a logit."""
    base, by_buyer, by_consumer = trade.again
    felt = by_buyer * (10 * buyer - NEUTRAL) + by_consumer * (10 * consumer - NEUTRAL)
    return 1 / (1 + np.exp(-(base + felt)))


def purchases_table(
    trade: Trade, cast: DrawnPeople, orders: DrawnOrders, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `purchases`: order lines by date, with whom they were bought for where known."""
    heads = _order_heads(trade, cast, orders, rng)
    order = heads.index.repeat(1 + (rng.random(len(heads)) < SECOND_LINE))
    lines = heads.loc[order].reset_index(drop=True)
    number = pick_index([p.share for p in trade.products], rng.random(len(lines)))
    if trade.launch:
        opens = orders.is_first[order] & ~order.duplicated()
        number[opens] = [p.product for p in trade.products].index(trade.launch.product)
    pieces = 1 + (rng.random(len(lines)) < SECOND_PIECE)
    price = np.array([p.price for p in trade.products])[number]
    noise = np.exp(PRICE_NOISE * rng.standard_normal(len(lines)))
    products = np.array([p.product for p in trade.products], dtype=object)[number]
    return lines.assign(
        product=products, quantity=pieces, amount=np.round(price * pieces * noise, 2)
    )


def products_table(trade: Trade) -> pd.DataFrame:
    """The table `products`."""
    frame = pd.DataFrame([asdict(p) for p in trade.products]).drop(columns="share")
    return frame.assign(launched=pd.to_datetime(frame["launched"]))


def world_orders(
    world: World, cast: DrawnPeople, satisfaction: FloatArray, rng: np.random.Generator
) -> DrawnOrders | None:
    """The orders of a world, None where nothing is sold."""
    return draw_orders(world.trade, cast, satisfaction, rng) if world.trade else None


def _repeat_chances(trade: Trade, cast: DrawnPeople, satisfaction: FloatArray) -> FloatArray:
    users = (cast.number > 0) | cast.alone[cast.account]
    total = np.bincount(cast.account, weights=satisfaction * users, minlength=cast.size)
    consumer = total / np.bincount(cast.account, weights=users, minlength=cast.size)
    return repeat_probability(trade, satisfaction[cast.first_person], consumer)


def _draw_first_days(trade: Trade, accounts: int, rng: np.random.Generator) -> IntArray:
    """The day of each account's first order: evenly over a time, or along a launch's curve."""
    drawn = rng.random(accounts)
    if trade.launch:
        reached = adopted_share(trade.launch, np.array([trade.days]))[0]
        day = np.floor(adoption_day(trade.launch, drawn * reached)).astype(np.int64)
        return np.minimum(day, trade.days - 1)  # where floating point rounds up
    return np.floor(drawn * trade.days * JOINING).astype(np.int64)


def _users_elsewhere(
    trade: Trade, cast: DrawnPeople, buyer: IntArray, user: IntArray, rng: np.random.Generator
) -> IntArray:
    """Who uses each order, when some are used by people who buy in an account of their own?"""
    guests = np.flatnonzero((cast.kind == BOTH) & ~cast.alone[cast.account])
    if not trade.elsewhere or not len(guests):
        return user
    guest = guests[np.floor(rng.random(len(user)) * len(guests)).astype(np.int64)]
    there = (rng.random(len(user)) < trade.elsewhere) & (guest != buyer) & (user != buyer)
    return np.where(there, guest, user)


def _order_heads(
    trade: Trade, cast: DrawnPeople, orders: DrawnOrders, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per order: who paid, who uses (where known), where it was bought."""
    count = len(orders.account)
    buyer = cast.first_person[orders.account]
    own = cast.alone[orders.account] | (rng.random(count) < trade.own_use)
    others = np.maximum(cast.people[orders.account] - 1, 1)
    other = 1 + np.floor(rng.random(count) * others).astype(np.int64)
    user = _users_elsewhere(trade, cast, buyer, buyer + np.where(own, 0, other), rng)
    named = rng.random(count) < trade.named
    said = ~named & (rng.random(count) >= trade.unknown)
    reason = np.array(list(trade.bought_for), dtype=object)
    reason = reason[pick_index(list(trade.bought_for.values()), rng.random(count))]
    where = np.array(list(trade.channels), dtype=object)
    where = where[pick_index(list(trade.channels.values()), rng.random(count))]
    return pd.DataFrame(
        {
            "order_id": [f"o{i + 1:05d}" for i in range(count)],
            "date": calendar_dates(orders.start, orders.day),
            "account_id": cast.account_ids[orders.account],
            "buyer_id": cast.person_ids[buyer],
            "consumer_id": pd.Series(cast.person_ids[user]).where(named),
            "bought_for": pd.Series(np.where(own, "self", reason)).where(said),
            "channel": where,
        }
    )


def usage_table(
    usage: Usage, cast: DrawnPeople, orders: DrawnOrders, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `usage`: a row per account and month, from the month of its first order on."""
    periods = np.datetime64(usage.until, "M") - np.arange(usage.months)[::-1]
    joined = calendar_dates(orders.start, orders.first).astype("datetime64[M]")
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


def true_sold_not_used(world: World) -> float | None:
    """Of accounts that bought in the last month of usage: which share was not active in it?

    θ = idle + (1 − idle)(1 − active): use hangs neither on buying nor on satisfaction. Exact.
    """
    if world.usage is None:
        return None
    return world.usage.idle + (1 - world.usage.idle) * (1 - world.usage.active)
