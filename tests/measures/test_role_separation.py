"""Who is who on a purchase, and on how many they differ.

Persons in both roles, table by table: counts by hand, and a platform whose truth is known.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.clients import frame
from toolkit.measures.role_separation import dual_role_shares, role_separation, roles_differ
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.sample import SAMPLES
from toolkit.stats.shares import wilson


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
    found = roles_differ(frame("purchases", rows))
    assert found.tolist()[:4] == [0, 1, 0, 1]
    assert found.isna().tolist() == [False] * 4 + [True]


def test_an_order_counts_once_and_revenue_by_amount() -> None:
    rows = [
        line(1, 1, 10, bought_for="self"),
        line(1, 1, 30, bought_for="gift"),
        line(2, 2, 60, bought_for="self"),
        line(3, 3, 99),
    ]
    found = role_separation(frame("purchases", rows), 0.95)
    assert found.orders is not None
    assert found.revenue is not None
    assert found.orders.value == pytest.approx(1 / 2)
    assert found.revenue.value == pytest.approx(30 / 100)
    assert found.unknown == pytest.approx(1 / 3)


def test_without_a_word_on_who_consumes_nothing_is_claimed() -> None:
    found = role_separation(frame("purchases", [line(1, 1), line(2, 2)]), 0.95)
    assert (found.orders, found.revenue, found.unknown) == (None, None, 1)


def test_many_orders_of_one_account_do_not_feign_certainty() -> None:
    few = [line(i, i, bought_for="self" if i % 2 else "gift") for i in range(20)]
    many = [
        line(100 * i + j, i, bought_for=few[i]["bought_for"]) for i in range(20) for j in range(50)
    ]
    a, b = (role_separation(frame("purchases", rows), 0.95).orders for rows in (few, many))
    assert a is not None
    assert b is not None
    assert (b.low, b.high) == pytest.approx((a.low, a.high))


def order(number: int, buyer: str, consumer: str | None) -> dict[str, object]:
    """An order line."""
    return {"order_id": f"o{number}", "date": None, "amount": 1.0, "account_id": f"at-{buyer}"} | {
        "buyer_id": buyer,
        "consumer_id": consumer,
    }


def person(name: str, role: str) -> dict[str, object]:
    """A person who is an account of their own."""
    return {"person_id": name, "role": role}


def test_people_listed_as_both_are_counted_among_all_people() -> None:
    rows = [person(f"p{i}", "both" if i < 3 else "buyer") for i in range(40)]
    found = dual_role_shares({"people": frame("people", rows)}, 0.95)
    assert list(found) == ["people"]
    assert found["people"].value == pytest.approx(3 / 40)
    assert found["people"].n == 40
    assert found["people"].high == pytest.approx(wilson(3, 40).high, abs=0.02)


def test_who_buys_on_one_order_and_uses_another_buyers_order_is_in_both_roles() -> None:
    rows = [order(1, "ada", "ben"), order(2, "ben", "cem"), order(3, "dia", "ada")]
    found = dual_role_shares({"purchases": frame("purchases", rows)}, 0.95)
    assert found["purchases"].value == pytest.approx(2 / 4)  # ada and ben, of four


def test_buying_for_oneself_and_orders_that_name_nobody_make_no_second_role() -> None:
    rows = [order(1, "ada", "ada"), order(2, "ada", "ben"), order(3, "cem", None)]
    found = dual_role_shares({"purchases": frame("purchases", rows)}, 0.95)
    assert found["purchases"].value == 0
    assert found["purchases"].low == 0
    assert dual_role_shares({"purchases": frame("purchases", rows[:1])}, 0.95) == {}


def test_people_of_one_account_count_as_one_witness() -> None:
    alone = [person(f"p{i}", "both" if i < 20 else "buyer") for i in range(80)]
    tied = [row | {"account_id": f"a{i // 4}"} for i, row in enumerate(alone)]
    one, few = (
        dual_role_shares({"people": frame("people", r)}, 0.95)["people"] for r in (alone, tied)
    )
    assert few.value == one.value
    assert (few.n, few.high - few.low > 1.5 * (one.high - one.low)) == (20, True)


def test_a_platform_shows_the_overlap_it_was_made_with() -> None:
    world = SAMPLES["open-bazaar"].world
    frames = draw_tables(world, 3_000, 1, tables=["people", "survey", "purchases"])
    setup = world.accounts
    shoppers = sum(n * share for n, share in setup.consumers.items())
    found = dual_role_shares(frames, 0.95)
    for table in ("people", "survey"):
        assert found[table].low < setup.also_use / (1 + shoppers) < found[table].high
    assert found["purchases"].low > 0.05


def test_without_people_who_do_both_every_table_says_so() -> None:
    world = SAMPLES["open-bazaar"].world
    apart = replace(world, accounts=replace(world.accounts, also_use=0.0))
    found = dual_role_shares(
        draw_tables(apart, 300, 1, tables=["people", "survey", "purchases"]), 0.95
    )
    assert {name: share.value for name, share in found.items()} == {
        "people": 0,
        "survey": 0,
        "purchases": 0,
    }
