"""What is bought for how much: first orders' share of revenue, and what a client is worth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from toolkit.simulate.returning import Returning
from toolkit.simulate.timing import YEAR, discounted, still_in_time
from toolkit.simulate.trade import PRICE_NOISE, SECOND_LINE, SECOND_PIECE
from toolkit.simulate.world import Trade, World

RATE = 0.10  # a year, at which money that comes later is worth less


def order_value(trade: Trade) -> tuple[float, float]:
    """What is an account's first order worth on average, and what a later one?

    Lines × pieces × list price × the mean e^(σ²/2) of the noise around it; a launched product
    opens every first order.
    """
    mean = sum(p.share * p.price for p in trade.products)
    launched = trade.launch.product if trade.launch else None
    head = next((p.price for p in trade.products if p.product == launched), mean)
    one = (1 + SECOND_PIECE) * float(np.exp(PRICE_NOISE**2 / 2))
    return one * (head + SECOND_LINE * mean), one * (1 + SECOND_LINE) * mean


def first_sale_only(world: World, accounts: Returning | None) -> float | None:
    """How much more of the spend goes into acquiring than of the revenue comes from first orders?

    θ = share of spend with a phase that is `acquire` − A1 / (A1 + A Σ_k E[q^k] P(in time)_k), A1
    and A the mean of a first and a later order, q the probability of buying again, P(in time)_k
    that the k-th later order falls into the time observed. Amounts hang on nothing else, so the
    ratio of expectations is the share over infinitely many accounts; exact to 1e-4.
    """
    phased = [row for row in world.campaigns if row.get("phase")]
    if not phased or accounts is None or world.trade is None:
        return None
    spend = sum(float(row["spend"]) for row in phased)
    acquire = sum(float(row["spend"]) for row in phased if row["phase"] == "acquire")
    return acquire / spend - first_order_share(world.trade, accounts)


def first_order_share(trade: Trade, accounts: Returning) -> float:
    """Which share of revenue comes from what accounts bought on their first day?"""
    in_time = still_in_time(trade)
    later = float(accounts.again_and_again(len(in_time)) @ in_time)
    first, other = order_value(trade)
    return first / (first + other * later)


def one_off_share(trade: Trade, accounts: Returning) -> float:
    """Which share of accounts orders on one day only within the time observed?"""
    return 1 - float(accounts.again_and_again(1)[0] * still_in_time(trade)[0])


def client_value(
    world: World, accounts: Returning | None, *, days: int = YEAR, rate: float = RATE
) -> float | None:
    """What is a client worth more than a one-off customer, in margin and currency?

    A client buys again within `days` of the first order, a one-off customer does not. The value is
    the margin of all orders after the first day and within `days` of it, discounted to the first
    day at `rate` a year: margin · A · Σ_k E[q^k] D_k / (E[q] P(S_1 ≤ days)), with
    D_k = E[(1 + rate)^(−S_k/365); S_k ≤ days] and S_k the wait until the k-th later order. First
    orders of both are worth the same on average, so they may be left in or out. Exact to 1e-4.

    In drawn purchases this is what a mean over accounts estimates whose first order lies at least
    `days` before the last day observed; accounts that came later have not been watched for long
    enough. None where the world has no trade or no margin.
    """
    if accounts is None or world.trade is None or "margin" not in world.client:
        return None
    waits = discounted(world.trade, days, rate)
    back = discounted(world.trade, days, 0.0)[0]
    moments = accounts.again_and_again(len(waits))
    orders = float(moments @ waits) / float(moments[0] * back)
    return float(world.client["margin"]) * order_value(world.trade)[1] * orders


def main_product(trade: Trade, accounts: Returning) -> str:
    """Which product brings most revenue?"""
    share = first_order_share(trade, accounts)
    return max(_revenue(trade, share).items(), key=lambda pair: pair[1])[0]


def _revenue(trade: Trade, first_share: float) -> Mapping[str, float]:
    """Each product's part of revenue, up to a common factor; launched products open orders."""
    first, later = order_value(trade)
    orders = first_share / first, (1 - first_share) / later  # first and later orders per unit
    drawn = (SECOND_LINE if trade.launch else 1 + SECOND_LINE) * orders[0]
    drawn += (1 + SECOND_LINE) * orders[1]
    launched = trade.launch.product if trade.launch else None
    return {
        p.product: p.price * (p.share * drawn + (p.product == launched) * orders[0])
        for p in trade.products
    }
