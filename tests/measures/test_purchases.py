"""Who is who on a purchase, and on how many they differ.

Persons in both roles, table by table: counts by hand, and a platform whose truth is known.

What accounts buy first and later, which levers were tried, and what the money is for.

Quantities of the ledger of all accounts: the same as those of all lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import toolkit
from tests.clients import frame
from toolkit.client.large.account_rollup import account_ledger
from toolkit.client.model import Client
from toolkit.measures.campaign_response import tried_levers
from toolkit.measures.campaign_spend import spend_by_phase
from toolkit.measures.cautions import sampling_cautions
from toolkit.measures.facts import Facts
from toolkit.measures.purchases import (
    AccountValue,
    account_value,
    dual_role_shares,
    revenue_by_account,
    role_separation,
    roles_differ,
)
from toolkit.report.page.context import client_size
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.repeat_buying import (
    true_client_value,
    true_first_order_share,
    true_one_off_share,
    true_returning_accounts,
)
from toolkit.simulate.sample import SAMPLES
from toolkit.stats.interval import Interval
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


def bought(*lines: tuple[str, str, float]) -> pd.DataFrame:
    rows = [{"account_id": a, "date": pd.Timestamp(d), "amount": m} for a, d, m in lines]
    return frame("purchases", [r | {"order_id": "o", "buyer_id": "b"} for r in rows])


def made(*lines: tuple[str, str, float], **more: Any) -> AccountValue:
    found = account_value(bought(*lines), **more)
    assert found is not None
    return found


YEARS = (
    ("a", "2023-01-01", 10.0),
    ("a", "2023-01-01", 5.0),  # the same day is the same first order
    ("a", "2024-01-01", 11.0),  # 365 days later: still within the year
    ("b", "2023-01-01", 20.0),
    ("b", "2024-01-02", 99.0),  # a day too late
    ("c", "2024-06-01", 30.0),  # not watched for a year
    ("d", "2023-02-01", 40.0),
    ("a", "2024-12-01", 7.0),
)


def test_a_client_comes_back_within_a_year_of_watching_by_hand() -> None:
    found = made(*YEARS, margin=0.5)
    assert found.first.tolist() == [15, 20, 30, 40]
    assert found.later.tolist() == [18, 99, 0, 0]
    assert found.days.tolist() == [3, 2, 1, 1]
    assert found.watched.tolist() == [True, True, False, True]
    assert (found.one_off, found.clients) == (2, 1)
    assert found.brought[0] == pytest.approx(11 / 1.1)
    assert found.lines == 2


def test_the_value_is_the_margin_of_what_clients_bring_and_unknown_without_one() -> None:
    lines = [(f"a{i}", f"2023-01-{1 + j:02d}", 10.0 + i) for i in range(20) for j in (0, 9)]
    found = made(*lines, ("z", "2024-12-31", 1.0), margin=0.25)
    revenue, value = found.revenue(0.95), found.value(0.95)
    assert revenue is not None
    assert value is not None
    assert revenue.value == pytest.approx(19.5 * 1.1 ** (-9 / 365))
    assert (value.value, value.low) == pytest.approx((revenue.value / 4, revenue.low / 4))
    assert made(*lines, ("z", "2024-12-31", 1.0)).value(0.95) is None


def test_neither_the_order_of_rows_nor_more_lines_of_an_order_change_a_thing() -> None:
    forth, back = made(*YEARS), made(*YEARS[::-1])
    assert sorted(forth.brought) == pytest.approx(sorted(back.brought))
    halves = [(a, d, m / 2) for a, d, m in YEARS for _ in range(2)]
    assert made(*halves).first.tolist() == forth.first.tolist()


def test_one_product_that_nobody_bought_twice_has_no_client_to_win() -> None:
    once = bought(("a", "2024-01-01", 5.0), ("b", "2024-02-01", 5.0)).assign(product="kit")
    found = account_value(once, 0.5)
    assert found is not None
    assert found.sold_once
    value = found.value(0.95)
    assert value is not None
    assert (value.low, value.value, value.high) == (0, 0, 0)
    wide = account_value(once, 0.5, pd.DataFrame({"product": ["kit", "case"]}))
    assert wide is not None
    assert not wide.sold_once
    assert not made(("a", "2024-01-01", 5.0)).sold_once  # nobody says what is sold


def test_purchases_without_a_date_say_nothing() -> None:
    assert account_value(bought(("a", "2024-01-01", 1.0)).assign(date=pd.NaT)) is None


@pytest.mark.parametrize("name", ["iron-gym", "open-bazaar"])
def test_a_large_draw_recovers_the_truth_of_its_world(name: str) -> None:
    world = SAMPLES[name].world
    drawn = draw_tables(world, 12_000, 3, tables=["purchases"])["purchases"]
    found = account_value(drawn.assign(product=None), world.client["margin"])
    assert found is not None
    assert world.trade is not None
    accounts = true_returning_accounts(world, world.trade)
    value, truth = found.value(0.999), true_client_value(world, accounts)
    assert value is not None
    assert truth is not None
    assert value.low < truth < value.high
    share = found.first.sum() / (found.first + found.later).sum()
    assert share == pytest.approx(true_first_order_share(world.trade, accounts), abs=0.01)
    assert found.one_off / found.accounts == pytest.approx(
        true_one_off_share(world.trade, accounts), abs=0.015
    )


def lever(name: str, **counts: float) -> dict[str, Any]:
    full = {"customers": 100, "converted": 20, "cost": 500.0}
    return {"lever": name} | full | {"control_customers": 50, "control_converted": 5} | counts


def test_rows_of_one_lever_are_one_trial_and_cost_is_per_treated_customer() -> None:
    (one,) = tried_levers(frame("levers", [lever("learn"), lever("learn", customers=300)]))
    assert one.trial is not None
    assert (one.trial.customers, one.trial.converted, one.trial.control_customers) == (400, 40, 100)
    assert (one.cost, one.trial.cost, one.smaller) == (1000, 2.5, 100)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({"control_customers": np.nan}, "has no control group"),
        ({"control_customers": 0}, "has no control group"),
        ({"customers": 0, "converted": 0}, "has treated nobody"),
        ({"converted": 101}, "counts more converted than customers"),
    ],
)
def test_a_trial_that_cannot_be_compared_says_why_and_keeps_its_cost(
    counts: dict[str, float], why: str
) -> None:
    (one,) = tried_levers(frame("levers", [lever("support", **counts)]))
    assert (one.trial, one.why, one.cost, one.smaller) == (None, why, 500.0, 0)


def test_spend_without_a_phase_is_left_out_and_counted() -> None:
    rows = [("acquire", 60.0), ("retain", 20.0), (None, 20.0), ("acquire", 0.0)]
    told = spend_by_phase(pd.DataFrame(rows, columns=["phase", "spend"]))
    assert told is not None
    assert (told.acquire, told.spend, told.rows, told.silent) == (0.75, 80, 3, 1)
    assert told.unsaid == pytest.approx(0.2)
    assert spend_by_phase(pd.DataFrame([(None, 5.0)], columns=["phase", "spend"])) is None


def _clients() -> tuple[Client, Client]:
    """The sample client with its orders in memory, and with a ledger and a tenth of the lines."""
    whole = toolkit.load("datasets/clients/iron-gym")
    lines = whole.table("purchases")
    some = lines[lines["account_id"].isin(lines["account_id"].unique()[::10])]
    frames = dict(whole.frames) | {"purchases": some.reset_index(drop=True)}
    return whole, replace(whole, frames=frames, accounts=account_ledger(lines))


WHOLE, LARGE = _clients()


def near(one: Interval | None, other: Interval | None) -> bool:
    assert one is not None
    assert other is not None
    ends = [(i.value, i.low, i.high) for i in (one, other)]
    return one.n == other.n and bool(np.allclose(*ends, rtol=1e-9, atol=1e-12))


def test_separation_of_the_ledger_is_that_of_all_lines() -> None:
    one, other = Facts(WHOLE).separation, Facts(LARGE).separation
    assert one is not None
    assert other is not None
    assert near(one.orders, other.orders)
    assert near(one.revenue, other.revenue)
    assert one.unknown == pytest.approx(other.unknown)
    assert Facts(WHOLE).one_person == Facts(LARGE).one_person


def test_returns_and_worth_of_the_ledger_are_those_of_all_lines() -> None:
    one, other = Facts(WHOLE), Facts(LARGE)
    assert one.returns is not None
    assert other.returns is not None
    place = other.returns.names.get_indexer(one.returns.names)
    for name in ("days", "first", "wait", "watched", "revenue"):
        mine, theirs = getattr(one.returns, name), getattr(other.returns, name)
        np.testing.assert_allclose(mine, theirs[place])
    assert one.returns.end == other.returns.end
    assert one.worth is not None
    assert other.worth is not None
    assert near(one.worth.revenue(0.95), other.worth.revenue(0.95))
    for name in ("accounts", "one_off", "clients", "lines", "one_product"):
        assert getattr(one.worth, name) == pytest.approx(getattr(other.worth, name)), name


def test_what_joins_other_tables_keeps_every_account() -> None:
    one, other = Facts(WHOLE).use, Facts(LARGE).use
    assert one is not None
    assert other is not None
    assert (one.period, one.by_period, one.unknown) == (
        other.period,
        other.by_period,
        other.unknown,
    )
    same = revenue_by_account(WHOLE).sort_index(), revenue_by_account(LARGE).sort_index()
    pd.testing.assert_series_equal(*same, check_names=False)
    assert client_size(WHOLE) == pytest.approx(client_size(LARGE))


def test_a_finding_says_where_it_rests_on_drawn_accounts() -> None:
    assert list(sampling_cautions(WHOLE, "this rests")) == []
    [said] = sampling_cautions(LARGE, "this rests")
    assert f"this rests on {LARGE.frames['purchases']['account_id'].nunique():,} of" in said
    found = toolkit.audit(LARGE)
    for name in ("clients", "life_cycle"):
        assert any("drawn by a hash" in limit for limit in found.findings[name].limits)
    assert not any("drawn by a hash" in limit for limit in found.findings["loyalty"].limits)
