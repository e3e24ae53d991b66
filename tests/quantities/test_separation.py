"""Who is who on a purchase, and on how many they differ."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.clients import frame
from toolkit.quantities.separation import differs, separation


def line(order: int, account: int, amount: float = 10, **more: str) -> dict:
    """An order line of one account."""
    day = pd.Timestamp("2026-01-05")
    return {
        "order_id": f"o{order}",
        "date": day,
        "buyer_id": f"b{account}",
        "amount": amount,
        **more,
    }


def test_ids_decide_then_words_and_else_nobody_knows() -> None:
    rows = [
        line(1, 1, consumer_id="b1", bought_for="gift"),
        line(2, 1, consumer_id="c1", bought_for="self"),
        line(3, 1, bought_for="self"),
        line(4, 1, bought_for="resale"),
        line(5, 1),
    ]
    found = differs(frame("purchases", rows))
    assert found.tolist()[:4] == [0, 1, 0, 1]
    assert found.isna().tolist() == [False] * 4 + [True]


def test_an_order_counts_once_and_revenue_by_amount() -> None:
    rows = [
        line(1, 1, 10, bought_for="self"),
        line(1, 1, 30, bought_for="gift"),
        line(2, 2, 60, bought_for="self"),
        line(3, 3, 99),
    ]
    found = separation(frame("purchases", rows), 0.95)
    assert found.orders is not None
    assert found.revenue is not None
    assert found.orders.value == pytest.approx(1 / 2)
    assert found.revenue.value == pytest.approx(30 / 100)
    assert found.unknown == pytest.approx(1 / 3)


def test_without_a_word_on_who_consumes_nothing_is_claimed() -> None:
    found = separation(frame("purchases", [line(1, 1), line(2, 2)]), 0.95)
    assert (found.orders, found.revenue, found.unknown) == (None, None, 1)


def test_many_orders_of_one_account_do_not_feign_certainty() -> None:
    few = [line(i, i, bought_for="self" if i % 2 else "gift") for i in range(20)]
    many = [
        line(100 * i + j, i, bought_for=few[i]["bought_for"]) for i in range(20) for j in range(50)
    ]
    a, b = (separation(frame("purchases", rows), 0.95).orders for rows in (few, many))
    assert a is not None
    assert b is not None
    assert (b.low, b.high) == pytest.approx((a.low, a.high))
