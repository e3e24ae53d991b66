"""What accounts buy first and later, which levers were tried, and what the money is for.

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
from toolkit.measures.purchases import AccountValue, account_value, revenue_by_account
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
