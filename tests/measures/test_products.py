"""First purchases become a life from the launch on, or the reason why none can be read.

Stated prices of payers: who counts, what is asked of them, and what is left unsaid.
Free users by account, watched for unequal times, against what they cost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.calibration.dials.life_cycle import SPREAD, facts, launched
from tests.calibration.worlds import world
from tests.clients import client, frame, respondent
from toolkit.measures.facts import require_measure
from toolkit.measures.products import (
    MONTH,
    FreeUsers,
    ProductLife,
    StatedPrices,
    first_purchases,
    free_users,
    product_labels,
    product_lives,
    stated_prices,
)
from toolkit.models.conversion import FreemiumValue
from toolkit.simulate.trade import true_stage
from toolkit.simulate.world import Launch, World
from toolkit.stats.interval import CannotTell, Interval

SEED = np.random.SeedSequence(1)
START = pd.Timestamp("2024-01-01")


def bought(product: str, counts: list[int], first_day: int = 0) -> list[dict[str, Any]]:
    """So many accounts buy the product first in each month, evenly over its days."""
    days = [
        first_day + int(MONTH.days * (month + place / count) + month / 2)
        for month, count in enumerate(counts)
        for place in range(count)
    ]
    return [
        {"order_id": f"{product}{i}", "date": START + pd.Timedelta(days=day), "amount": 10.0}
        | {"buyer_id": f"{product}{i}", "product": product}
        for i, day in enumerate(days)
    ]


WAVE = [4, 9, 18, 32, 40, 34, 20, 11, 5, 3, 2, 1]


def read_lives(rows: list[dict[str, Any]], **products: str | None) -> tuple[ProductLife, ...]:
    """The lives of these purchases, with launches by product."""
    launches = [
        {"product": name, "launched": pd.Timestamp(day) if day else pd.NaT}
        for name, day in products.items()
    ]
    table = frame("products", launches) if launches else None
    return product_lives(frame("purchases", rows), table, SEED)


def test_a_wave_since_its_launch_has_run_into_decline() -> None:
    (life,) = read_lives(bought("a", WAVE), a="2024-01-01")
    assert life.why is None
    assert life.likeliest == "decline"
    assert life.chances["decline"] > 0.95
    assert (life.accounts, life.firsts.sum(), life.share) == (179, 179, 1.0)


def test_products_come_by_revenue_and_keep_their_share() -> None:
    small, large = bought("a", WAVE[:9]), bought("b", WAVE)
    first, second = read_lives(small + large, a="2024-01-01", b="2024-01-01")
    assert (first.product, second.product) == ("b", "a")
    assert first.share + second.share == pytest.approx(1)


@pytest.mark.parametrize(
    ("launch", "why", "asks"),
    [
        ("2022-05-01", "launched before the purchases begin", "purchases"),
        (None, "nobody says when it was launched", "products"),
        ("2024-06-01", "bought before the day named as its launch", "products"),
    ],
)
def test_a_life_whose_beginning_is_not_in_the_data_is_not_read(
    launch: str | None, why: str, asks: str
) -> None:
    (life,) = read_lives(bought("a", WAVE), a=launch)
    assert (life.why, life.asks, life.chances, life.likeliest) == (why, asks, {}, None)


def test_a_product_that_comes_three_months_after_the_others_needs_no_day_of_launch() -> None:
    late = bought("a", WAVE, first_day=92)
    old = bought("b", [3] * 12)
    by_name = {life.product: life for life in read_lives(late + old)}
    assert by_name["a"].launch == START + pd.Timedelta(days=92)
    assert by_name["a"].chances
    assert by_name["b"].why == "nobody says when it was launched"


def test_seven_months_are_too_few() -> None:
    (life,) = read_lives(bought("a", WAVE[:7]), a="2024-01-01")
    assert life.why == "6 months are seen since its launch, and 8 are the least"


def test_before_the_peak_the_reason_is_said() -> None:
    (life,) = read_lives(bought("a", [2, 3, 5, 8, 12, 18, 26, 37, 50, 66]), a="2024-01-01")
    assert life.why == "the peak is not yet passed, so the size of the market is unknown"


def test_only_the_first_purchase_of_an_account_counts() -> None:
    rows = bought("a", WAVE)
    again = [r | {"order_id": f"x{i}", "date": rows[-1]["date"]} for i, r in enumerate(rows)]
    once, twice = (read_lives(r, a="2024-01-01")[0] for r in (rows, rows + again))
    assert twice.firsts.tolist() == once.firsts.tolist()
    assert twice.rows == 2 * once.rows


def test_periods_are_equal_and_cover_all_days() -> None:
    days = START + pd.to_timedelta(np.arange(365), unit="D")
    mine = pd.DataFrame({"account_id": np.arange(365), "date": days})
    counts = first_purchases(mine, START, days[-1])
    assert len(counts) == 11  # of 33 days each: a twelfth month is not quite over
    assert counts.sum() == 365
    assert counts.max() - counts.min() <= 1


def test_the_order_of_rows_and_the_names_of_accounts_do_not_matter() -> None:
    rows = bought("a", WAVE)
    other = [r | {"buyer_id": f"z{r['buyer_id']}"} for r in reversed(rows)]
    assert (
        read_lives(rows, a="2024-01-01")[0].chances == read_lives(other, a="2024-01-01")[0].chances
    )


def test_purchases_that_name_no_product_have_no_lives() -> None:
    assert read_lives([r | {"product": None} for r in bought("a", WAVE)]) == ()


def of_month(months: float) -> World:
    """A world watched for so many months after its launch."""
    start = launched(world(1.0))
    trade = require_measure(start.trade)
    days = round(months * 30.4375)
    return replace(start, trade=replace(trade, launch=Launch("new", **SPREAD), days=days))


@pytest.mark.parametrize("months", [10.0, 18.0])
def test_a_known_stage_is_recovered(months: float) -> None:
    made = of_month(months)
    trade = require_measure(made.trade)
    true = true_stage(Launch("new", **SPREAD), trade.days)
    found = [facts(made, 600, seed).lives[0].likeliest for seed in range(8)]
    assert found.count(true) >= 7


def test_labels_are_those_of_the_table() -> None:
    rows = [{"product": "a", "label": "Alpha"}, {"product": "b"}]
    assert product_labels(client(products=rows)) == {"a": "Alpha"}
    assert product_labels(client()) == {}


def answers(accounts: int, role: str = "buyer", *, level: float = 1.0) -> list[dict[str, Any]]:
    """A payer an account whose four prices rise around `level` · 100."""
    rng = np.random.default_rng(3)
    middle = 100 * level * rng.lognormal(0, 0.2, accounts)
    shares = {"too_cheap": 0.5, "cheap": 0.8, "expensive": 1.1, "too_expensive": 1.5}
    return [
        respondent(a, role, a, **{f"price_{k}": float(m * s) for k, s in shares.items()})
        for a, m in enumerate(middle)
    ]


def asked(rows: list[dict[str, Any]], cost: float | None = 40.0) -> StatedPrices:
    found = stated_prices(frame("survey", rows), cost, seed=1, level=0.95)
    assert isinstance(found, StatedPrices)
    return found


def test_the_points_lie_in_their_order_within_what_was_named() -> None:
    found = asked(answers(80)).accepted
    ends = [i.value for i in (found.lowest, found.optimal, found.highest)]
    assert ends == sorted(ends)
    assert 50 < ends[0] < 100 < ends[-1] < 150


def test_consumers_who_do_not_pay_are_not_asked() -> None:
    payers, users = answers(80), answers(40, "consumer", level=9.0)
    renamed = [u | {"respondent_id": f"u{u['respondent_id']}"} for u in users]
    assert asked(payers + renamed).accepted.optimal == asked(payers).accepted.optimal


def test_patient_buyers_take_back_what_a_falling_price_would_bring() -> None:
    gain = asked(answers(80)).skimming.gain
    assert gain[0.0].value > 0
    assert gain[0.0].value > gain[0.5].value > gain[0.9].value


def test_willingness_is_one_number_an_account() -> None:
    once = answers(80)
    twice = once + [r | {"respondent_id": f"x{r['respondent_id']}"} for r in once]
    assert asked(twice).skimming.single == asked(once).skimming.single
    assert asked(twice).skimming.profit.n == 80


def test_another_currency_moves_all_alike() -> None:
    euros, cents = asked(answers(80)), asked(answers(80, level=100.0), cost=4_000.0)
    assert cents.accepted.optimal.value == pytest.approx(100 * euros.accepted.optimal.value)
    assert cents.skimming.single == pytest.approx(100 * euros.skimming.single)


def test_too_few_payers_cannot_tell_and_nobody_asked_is_none() -> None:
    assert isinstance(
        stated_prices(frame("survey", answers(29)), None, seed=1, level=0.95), CannotTell
    )
    silent = [respondent(1, "buyer", 1, importance_price=3.0)]
    assert stated_prices(frame("survey", silent), None, seed=1, level=0.95) is None


FIRST_DAY = pd.Timestamp("2024-01-01")
RATE = 0.3


def day(number: float) -> pd.Timestamp:
    return FIRST_DAY + pd.Timedelta(days=int(number)) if np.isfinite(number) else pd.NaT


def people(accounts: int = 300, until: int = 720, seed: int = 5) -> list[dict[str, Any]]:
    """A user an account from days spread evenly; 30 % come to pay within 180 days, if seen."""
    rng = np.random.default_rng(seed)
    begun = rng.integers(0, until, accounts)
    wait = np.where(rng.random(accounts) < RATE, rng.integers(1, 180, accounts), np.inf)
    paid = np.where(begun + wait <= until, begun + wait, np.nan)
    return [
        {"person_id": f"p{a}", "role": "consumer", "account_id": f"a{a}"}
        | {"free_from": day(b), "paid_from": day(p)}
        for a, (b, p) in enumerate(zip(begun, paid, strict=True))
    ]


def orders(accounts: int = 60, amount: float = 50.0) -> list[dict[str, Any]]:
    """Payers with an order on the first day and one in each quarter of two years."""
    return [
        {"order_id": f"o{a}-{k}", "buyer_id": f"a{a}", "date": day(90 * k), "amount": amount}
        for a in range(accounts)
        for k in range(9)
    ]


def read_free_users(
    rows: list[dict[str, Any]],
    bought: list[dict[str, Any]] | None = None,
    *,
    cost: float | None = 20.0,
    margin: float | None = 0.5,
) -> FreeUsers:
    table = frame("purchases", bought) if bought else None
    seed = np.random.SeedSequence(1)
    found = free_users(
        frame("people", rows), table, cost=cost, margin=margin, seed=seed, level=0.95
    )
    assert found is not None
    return found


def test_the_true_share_is_recovered_although_the_young_had_no_time() -> None:
    inside, naive = [], []
    for seed in range(40):
        rows = people(seed=seed)
        share = read_free_users(rows).conversion
        assert isinstance(share, Interval)
        inside.append(share.low < RATE < share.high)
        naive.append(np.mean([pd.notna(r["paid_from"]) for r in rows]))
    assert np.mean(inside) > 0.87
    assert np.mean(naive) < RATE - 0.02


def test_value_is_share_times_margin_of_the_first_year_less_cost() -> None:
    found = read_free_users(people(), orders()).pays
    assert isinstance(found, FreemiumValue)
    worth = 5 * 50 * 0.5  # orders on days 0, 90, 180, 270 and 360
    assert found.break_even == pytest.approx(20 / worth)
    assert found.value.value == pytest.approx(found.conversion.value * worth - 20)


def test_who_uses_and_who_pays_may_be_two_people_of_one_account() -> None:
    alone = people()
    parted = [
        part
        for r in alone
        for part in (
            r | {"paid_from": pd.NaT},
            r | {"person_id": f"x{r['person_id']}", "role": "buyer", "free_from": pd.NaT},
        )
    ]
    assert read_free_users(parted).conversion == read_free_users(alone).conversion


def test_who_paid_first_is_no_free_user() -> None:
    late = [{"person_id": "p", "role": "both", "free_from": day(50), "paid_from": day(10)}]
    assert read_free_users(people() + late).accounts == 300


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"cost": None}, "what a free user costs"),
        ({"margin": None}, "which share of revenue is margin"),
        ({"bought": None}, "fewer than 30 payers"),
        ({"rows": people(20)}, "free accounts were watched"),
    ],
)
def test_what_is_missing_is_said(more: dict[str, Any], why: str) -> None:
    given = {"rows": people(), "bought": orders()} | more
    found = read_free_users(**given).pays
    assert isinstance(found, CannotTell)
    assert why in found.why


def test_nobody_known_to_use_it_free_is_none() -> None:
    rows = [{"person_id": "p", "role": "both"}]
    table = frame("people", rows).astype({"free_from": "datetime64[ns]"})
    table["paid_from"] = pd.to_datetime(table["paid_from"])
    seed = np.random.SeedSequence(1)
    assert free_users(table, None, cost=None, margin=None, seed=seed, level=0.95) is None
