"""What all accounts bought, where purchases are too many to hold: quantities from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.client import Client
from toolkit.client.large.accounts import AccountLedger, Array, Counts
from toolkit.quantities.returns import Returns
from toolkit.quantities.separation import Separation
from toolkit.quantities.worth import Worth, worth
from toolkit.stats.interval import Interval
from toolkit.stats.means import ratio

Totals = Array | Counts


def separation_of(accounts: AccountLedger, level: float) -> Separation:
    """On what share of all orders, and of their revenue, is the buyer not the consumer?

    As `quantities.separation.separation` of all lines, for orders of one account and day.
    """
    unknown = 1 - int(accounts.orders_known.sum()) / int(accounts.orders.sum())
    orders = _ratio(accounts.orders_apart, accounts.orders_known, level)
    return Separation(orders, _ratio(accounts.apart, accounts.known, level), unknown)


def returns_of(accounts: AccountLedger) -> Returns:
    """When did each of all accounts buy? As `quantities.returns.returns` of all lines."""
    return Returns(
        accounts.names,
        accounts.account.astype(np.intp),
        accounts.day.astype(np.int64),
        accounts.end,
        accounts.revenue,
        accounts.start,
    )


def worth_of(
    accounts: AccountLedger, margin: float | None, products: pd.DataFrame | None
) -> Worth | None:
    """What does each of all accounts buy, first and later? As `quantities.worth.worth`."""
    visits = accounts.visits().assign(account_id=accounts.account, product=None)  # numbers: faster
    found = worth(visits, margin, products)
    listed = [] if products is None else list(products["product"])
    complete = bool(listed) or int(accounts.products.sum()) == accounts.lines
    one = complete and len({*accounts.products.index, *listed}) == 1
    lines = accounts.lines / len(accounts.names)
    return None if found is None else replace(found, lines=lines, one_product=one)


def revenue_by_account(client: Client) -> pd.Series:
    """How much did each account pay in all? Indexed by account_id."""
    if client.accounts is None:
        return client.frames["purchases"].groupby("account_id")["amount"].sum()
    return pd.Series(client.accounts.revenue, client.accounts.names)


def drawn(client: Client, what: str) -> Iterator[str]:
    """Which part of an answer rests on drawn accounts? A sentence for the limits, or none.

    `what` begins it: "the overlap of roles on orders rests".
    """
    if client.accounts is None:
        return
    held = int(client.frames["purchases"]["account_id"].nunique())
    yield (
        f"There are {client.accounts.lines:,} order lines: {what} on {held:,} of "
        f"{len(client.accounts.names):,} accounts, whole, drawn by a hash of account_id; all else "
        "that is said of purchases rests on every line."
    )


def _ratio(top: Totals, bottom: Totals, level: float) -> Interval | None:
    """Over accounts of which anything is said; None where nothing is."""
    said = bottom > 0
    if not said.any():
        return None
    return ratio(top[said].astype(float), bottom[said].astype(float), level=level, share=True)
