"""Who buys again, when, and what is it worth? Over infinitely many accounts, never sampled.

Days of first and later orders as exact probabilities; who comes back and how content their
consumers are; first orders' share of revenue, and what a client is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from toolkit.simulate.answers import satisfaction_cells, satisfaction_distribution, spread_on_cells
from toolkit.simulate.trade import (
    JOINING,
    PRICE_NOISE,
    SECOND_LINE,
    SECOND_PIECE,
    SETTLING,
    adopted_share,
    repeat_probability,
)
from toolkit.simulate.world import FloatArray, IntArray, Trade, World

YEAR = 365


def first_day_probabilities(trade: Trade) -> FloatArray:
    """How likely is each day (0 … days − 1) to be the day of an account's first order?"""
    days = np.arange(trade.days + 1.0)
    if trade.launch:
        reached = adopted_share(trade.launch, days)
        return np.diff(reached / reached[-1])
    return np.diff(np.minimum(days / (trade.days * JOINING), 1.0))


def in_time_probabilities(trade: Trade) -> FloatArray:
    """P(the k-th later order, if it comes, falls into the time observed), k = 1, 2, …

    Waiting times are 35 days plus the whole days of an exponential time of mean `gap`: days add
    up by convolution, so nothing is approximated.
    """
    most = trade.days // SETTLING
    return np.array(
        [d.sum() for d in islice(_later_days(trade, first_day_probabilities(trade)), most)]
    )


def expected_discounts(trade: Trade, days: int, rate: float) -> FloatArray:
    """E[(1 + rate)^(−S_k/365); S_k ≤ days], S_k the days from the first to the k-th later order."""
    start = np.zeros(days + 1)
    start[0] = 1.0
    factor = (1 + rate) ** (-np.arange(days + 1) / YEAR)
    most = days // SETTLING
    return np.array([d @ factor for d in islice(_later_days(trade, start), most)])


def _later_days(trade: Trade, start: FloatArray) -> Iterator[FloatArray]:
    """Distribution of the day of the 1st, 2nd … later order, cut at the last day of `start`."""
    gaps = np.arange(len(start) - SETTLING)
    going_on = np.exp(-1 / trade.gap)
    wait = np.concatenate([np.zeros(SETTLING), (1 - going_on) * going_on**gaps])
    day = start
    while True:
        day = np.convolve(day, wait)[: len(start)]
        yield day


UNHAPPY = 0.4  # a mean answer below this share of the scale is dissatisfied


@dataclass(frozen=True, eq=False)
class ReturningAccounts:
    """Accounts by satisfaction of the buyer (rows) and of the consumers together (columns).

    `again` is the probability that such an account buys once more after an order, `mass` the share
    of accounts; of these, `heard` have a consumer's answer on satisfaction in the survey, and
    `unhappy` one with a mean below UNHAPPY. A person alone stands on the diagonal.
    """

    again: FloatArray
    mass: FloatArray
    heard: FloatArray
    unhappy: FloatArray

    def again_and_again(self, most: int) -> FloatArray:
        """E[q^k] over accounts, k = 1 … `most`: how many would buy k times more, had they time?"""
        left, moments = self.mass, []
        for _ in range(most):
            left = left * self.again
            moments.append(left.sum())
        return np.array(moments)

    @property
    def hostages(self) -> float:
        """Of accounts that bought again and a consumer of which answered: the share unhappy.

        Whether there was time for a second order hangs on nothing else, so it cancels.
        """
        return float((self.unhappy * self.again).sum() / (self.heard * self.again).sum())


def true_returning_accounts(world: World, trade: Trade) -> ReturningAccounts:
    """How do satisfaction, buying again and what the survey hears go together?

    Enumerated over leanings, kinds of buyer and numbers of consumers; satisfaction is integrated
    over cells of 1/250 of its scale (`satisfaction_distribution`), the mean of several consumers
    over sums of them. Probabilities come out to 1e-4.
    """
    points = np.linspace(0.0, 1.0, satisfaction_cells(world) + 1)
    total = np.zeros((3, len(points), len(points)))
    alone, also_use = world.accounts.alone, world.accounts.also_use
    kinds = {"buyer": (1 - alone) * (1 - also_use), "both": (1 - alone) * also_use}
    for u, share in world.accounts.leaning:
        total += share * alone * _accounts_alone(world, u)
        for kind, part in kinds.items():
            if part > 0:
                total += share * part * _accounts_with_consumers(world, u, kind)
    return ReturningAccounts(repeat_probability(trade, points[:, None], points[None, :]), *total)


def _accounts_alone(world: World, leaning: float) -> FloatArray:
    """Mass, heard and unhappy of accounts in which one person pays and uses."""
    mass = np.diag(satisfaction_distribution(world, "both", leaning))
    heard = mass * (1 - world.survey.missing)
    return np.array([mass, heard, heard * (_steps_from_unhappy(world) < 0)])


def _accounts_with_consumers(world: World, leaning: float, kind: str) -> FloatArray:
    """Mass, heard and unhappy of accounts with a buyer of that kind and consumers apart."""
    buyer, missing = satisfaction_distribution(world, kind, leaning), world.survey.missing
    asked = kind == "both"  # a buyer who uses is asked as a consumer too
    total = np.zeros((3, len(buyer), len(buyer)))
    sizes = world.accounts.sizes(leaning)
    for number, share in zip(world.accounts.consumers, sizes, strict=True):
        joint, zero = _consumers_together(world, leaning, number)
        unhappy = _mass_left_of(joint, np.array([zero]))
        if asked:
            own = _mass_left_of(joint, zero - _steps_from_unhappy(world))
            unhappy = missing * unhappy + (1 - missing) * own
        users = joint.sum(axis=1)
        heard = users * (1 - missing ** (number + asked))
        total += share * buyer[:, None] * np.array(np.broadcast_arrays(users, heard, unhappy))
    return total


def _mass_left_of(joint: FloatArray, columns: IntArray) -> FloatArray:
    """Per column named, and per row: the mass of the row left of the column."""
    left = np.cumsum(np.pad(joint, ((0, 0), (1, 0))), axis=1)
    return left[:, np.clip(columns, 0, joint.shape[1])].T


def _consumers_together(world: World, leaning: float, number: int) -> tuple[FloatArray, int]:
    """Mean satisfaction of so many consumers (rows) by the sum of their answers (columns).

    Answers are counted from UNHAPPY up or down (`_steps_from_unhappy`); lost ones add nothing.
    Returns the probabilities and the column where the sum is zero.
    """
    chances, answer = (
        satisfaction_distribution(world, "consumer", leaning),
        _steps_from_unhappy(world),
    )
    missing = world.survey.missing
    zero = -int(answer.min())
    one = np.zeros((len(chances), int(answer.max()) + zero + 1))
    one[np.arange(len(chances)), answer + zero] = (1 - missing) * chances
    one[:, zero] += missing * chances
    shape = tuple(number * (size - 1) + 1 for size in one.shape)
    joint = np.fft.irfft2(np.fft.rfft2(one, s=shape) ** number, s=shape)
    means = np.linspace(0.0, 1.0, shape[0])
    n = len(chances) - 1
    merged = np.stack(
        [spread_on_cells(means, column, n) for column in np.maximum(joint, 0).T], axis=1
    )
    return merged, number * zero


def _steps_from_unhappy(world: World) -> IntArray:
    """The answer each cell of satisfaction gives, above (≥ 0) or below UNHAPPY, in whole steps."""
    low, high = world.scale("satisfaction")
    answered = np.rint((high - low) * np.linspace(0.0, 1.0, satisfaction_cells(world) + 1))
    fifths = np.rint(5 * answered - 5 * UNHAPPY * (high - low)).astype(np.int64)
    return fifths // int(np.gcd.reduce(fifths))


RATE = 0.10  # a year, at which money that comes later is worth less


def _order_values(trade: Trade) -> tuple[float, float]:
    """What is an account's first order worth on average, and what a later one?

    Lines × pieces × list price × the mean e^(σ²/2) of the noise around it; a launched product
    opens every first order.
    """
    mean = sum(p.share * p.price for p in trade.products)
    launched = trade.launch.product if trade.launch else None
    head = next((p.price for p in trade.products if p.product == launched), mean)
    one = (1 + SECOND_PIECE) * float(np.exp(PRICE_NOISE**2 / 2))
    return one * (head + SECOND_LINE * mean), one * (1 + SECOND_LINE) * mean


def true_first_sale_only(world: World, accounts: ReturningAccounts | None) -> float | None:
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
    return acquire / spend - true_first_order_share(world.trade, accounts)


def true_first_order_share(trade: Trade, accounts: ReturningAccounts) -> float:
    """Which share of revenue comes from what accounts bought on their first day?"""
    in_time = in_time_probabilities(trade)
    later = float(accounts.again_and_again(len(in_time)) @ in_time)
    first, other = _order_values(trade)
    return first / (first + other * later)


def true_one_off_share(trade: Trade, accounts: ReturningAccounts) -> float:
    """Which share of accounts orders on one day only within the time observed?"""
    return 1 - float(accounts.again_and_again(1)[0] * in_time_probabilities(trade)[0])


def true_client_value(
    world: World, accounts: ReturningAccounts | None, *, days: int = YEAR, rate: float = RATE
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
    waits = expected_discounts(world.trade, days, rate)
    back = expected_discounts(world.trade, days, 0.0)[0]
    moments = accounts.again_and_again(len(waits))
    orders = float(moments @ waits) / float(moments[0] * back)
    return float(world.client["margin"]) * _order_values(world.trade)[1] * orders


def true_main_product(trade: Trade, accounts: ReturningAccounts) -> str:
    """Which product brings most revenue?"""
    share = true_first_order_share(trade, accounts)
    return max(_revenue_by_product(trade, share).items(), key=lambda pair: pair[1])[0]


def _revenue_by_product(trade: Trade, first_share: float) -> Mapping[str, float]:
    """Each product's part of revenue, up to a common factor; launched products open orders."""
    first, later = _order_values(trade)
    orders = first_share / first, (1 - first_share) / later  # first and later orders per unit
    drawn = (SECOND_LINE if trade.launch else 1 + SECOND_LINE) * orders[0]
    drawn += (1 + SECOND_LINE) * orders[1]
    launched = trade.launch.product if trade.launch else None
    return {
        p.product: p.price * (p.share * drawn + (p.product == launched) * orders[0])
        for p in trade.products
    }
