"""What the finding says of prices and of giving it away: measures, sentences, limits."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.finding import measures
from toolkit.models.cannot import CannotTell
from toolkit.models.freemium import Freemium
from toolkit.quantities import Facts
from toolkit.quantities.free_users import HORIZON
from toolkit.quantities.prices import PATIENCE, Prices
from toolkit.stats.interval import Interval
from toolkit.text import amount, money, percent, span

POINTS = ("lowest", "optimal", "indifferent", "highest")
EACH = "currency per payer asked"


def price_measures(facts: Facts) -> list[pd.DataFrame]:
    """Prices that payers accept, what a falling price would earn, what free users bring."""
    told, users = _told(facts), facts.free_users
    pays = users.pays if users and isinstance(users.pays, Freemium) else None
    share = users.conversion if users and isinstance(users.conversion, Interval) else None
    return [
        measures("accepted_price", "currency", _points(told)),
        measures("planned_price", "currency", _plan(told)),
        measures("skimming_gain", EACH, _gains(told)),
        measures("free_conversion", "share", {"": share} if share else {}),
        measures("break_even_conversion", "share", _break_even(pays)),
        measures("free_value", "currency per free user", {"": pays.value} if pays else {}),
    ]


def price_words(facts: Facts) -> Iterator[str]:
    """Which prices are accepted, does starting dear pay, and do free users? Two sentences."""
    said = [*_of_prices(facts), *_of_free_users(facts)]
    if said:
        yield f"{'. '.join(said)}."


def price_limits(facts: Facts) -> Iterator[str]:
    """What must a reader know of stated prices and of free users?"""
    told, users = _told(facts), facts.free_users
    if told:
        yield from _stated(told)
    if users and isinstance(users.pays, CannotTell):
        yield f"Whether free users pay for themselves cannot be told: {users.pays.why}."


def _stated(told: Prices) -> Iterator[str]:
    left = told.accepted.intransitive / told.accepted.asked
    yield (
        "Prices are what payers say, which is more than they do pay: read them as an upper bound. "
        f"{percent(left)} of the answers do not rise from question to question and are left out."
    )
    yield (
        "That a price may fall is a what-if on those answers, without rivals and without those who "
        + ("were not asked." if told.cost is not None else "were not asked; no cost is known.")
    )


def _told(facts: Facts) -> Prices | None:
    return facts.prices if isinstance(facts.prices, Prices) else None


def _points(told: Prices | None) -> dict[str, Interval]:
    return {name: getattr(told.accepted, name) for name in POINTS} if told else {}


def _plan(told: Prices | None) -> dict[str, Interval]:
    if told is None:
        return {}
    n, method = told.skimming.profit.n, "best of the prices named"
    named = {"one price": told.skimming.single}
    named |= {f"price {k}": price for k, price in enumerate(told.skimming.prices, 1)}
    return {name: Interval.constant(price, n, method) for name, price in named.items()}


def _gains(told: Prices | None) -> dict[str, Interval]:
    if told is None:
        return {}
    return {f"tomorrow counts {percent(d)}": told.skimming.gain[d] for d in PATIENCE}


def _break_even(pays: Freemium | None) -> dict[str, Interval]:
    if pays is None:
        return {}
    return {"": Interval.constant(pays.break_even, pays.value.n, "cost over value of a payer")}


def _of_prices(facts: Facts) -> Iterator[str]:
    told, currency = _told(facts), facts.client.currency
    if isinstance(facts.prices, CannotTell):
        yield f"Which prices are accepted cannot be told: {facts.prices.why}"
    if told:
        low, high = told.accepted.lowest.value, told.accepted.highest.value
        gain = told.skimming.gain
        ends = [amount(gain[patience].value, currency) for patience in (PATIENCE[0], PATIENCE[-1])]
        yield (
            f"Payers accept {money(low, high, currency)}, and a price that falls would bring "
            f"{ends[0]} more from each than one price if they take what they can afford, "
            f"{ends[1]} if they wait"
        )


def _of_free_users(facts: Facts) -> Iterator[str]:
    users = facts.free_users
    if users and isinstance(users.conversion, CannotTell):
        yield f"How many free users come to pay cannot be told: {users.conversion.why}"
    if users and isinstance(users.conversion, Interval):
        share = users.conversion
        between = span(share.low, share.high, "share")
        said = f"{percent(share.value)} ({between}) of free users pay within {HORIZON} days"
        if isinstance(users.pays, Freemium):
            said += f", and {percent(users.pays.break_even)} would pay for all of them"
        yield said
