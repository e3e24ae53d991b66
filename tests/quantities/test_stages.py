"""First purchases become a life from the launch on, or the reason why none can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.calibration.dials.life_cycle import SPREAD, facts, launched
from tests.calibration.worlds import world
from tests.clients import client, frame
from toolkit.quantities.basis import known
from toolkit.quantities.stages import MONTH, Life, first_purchases, lives, product_labels
from toolkit.simulate import Launch, World
from toolkit.simulate.bass import stage

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


def read(rows: list[dict[str, Any]], **products: str | None) -> tuple[Life, ...]:
    """The lives of these purchases, with launches by product."""
    launches = [
        {"product": name, "launched": pd.Timestamp(day) if day else pd.NaT}
        for name, day in products.items()
    ]
    table = frame("products", launches) if launches else None
    return lives(frame("purchases", rows), table, SEED)


def test_a_wave_since_its_launch_has_run_into_decline() -> None:
    (life,) = read(bought("a", WAVE), a="2024-01-01")
    assert life.why is None
    assert life.likeliest == "decline"
    assert life.chances["decline"] > 0.95
    assert (life.accounts, life.firsts.sum(), life.share) == (179, 179, 1.0)


def test_products_come_by_revenue_and_keep_their_share() -> None:
    small, large = bought("a", WAVE[:9]), bought("b", WAVE)
    first, second = read(small + large, a="2024-01-01", b="2024-01-01")
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
    (life,) = read(bought("a", WAVE), a=launch)
    assert (life.why, life.asks, life.chances, life.likeliest) == (why, asks, {}, None)


def test_a_product_that_comes_three_months_after_the_others_needs_no_day_of_launch() -> None:
    late = bought("a", WAVE, first_day=92)
    old = bought("b", [3] * 12)
    by_name = {life.product: life for life in read(late + old)}
    assert by_name["a"].launch == START + pd.Timedelta(days=92)
    assert by_name["a"].chances
    assert by_name["b"].why == "nobody says when it was launched"


def test_seven_months_are_too_few() -> None:
    (life,) = read(bought("a", WAVE[:7]), a="2024-01-01")
    assert life.why == "6 months are seen since its launch, and 8 are the least"


def test_before_the_peak_the_reason_is_said() -> None:
    (life,) = read(bought("a", [2, 3, 5, 8, 12, 18, 26, 37, 50, 66]), a="2024-01-01")
    assert life.why == "the peak is not yet passed, so the size of the market is unknown"


def test_only_the_first_purchase_of_an_account_counts() -> None:
    rows = bought("a", WAVE)
    again = [r | {"order_id": f"x{i}", "date": rows[-1]["date"]} for i, r in enumerate(rows)]
    once, twice = (read(r, a="2024-01-01")[0] for r in (rows, rows + again))
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
    assert read(rows, a="2024-01-01")[0].chances == read(other, a="2024-01-01")[0].chances


def test_purchases_that_name_no_product_have_no_lives() -> None:
    assert read([r | {"product": None} for r in bought("a", WAVE)]) == ()


def of_month(months: float) -> World:
    """A world watched for so many months after its launch."""
    start = launched(world(1.0))
    trade = known(start.trade)
    days = round(months * 30.4375)
    return replace(start, trade=replace(trade, launch=Launch("new", **SPREAD), days=days))


@pytest.mark.parametrize("months", [10.0, 18.0])
def test_a_known_stage_is_recovered(months: float) -> None:
    made = of_month(months)
    trade = known(made.trade)
    true = stage(Launch("new", **SPREAD), trade.days)
    found = [facts(made, 600, seed).lives[0].likeliest for seed in range(8)]
    assert found.count(true) >= 7


def test_labels_are_those_of_the_table() -> None:
    rows = [{"product": "a", "label": "Alpha"}, {"product": "b"}]
    assert product_labels(client(products=rows)) == {"a": "Alpha"}
    assert product_labels(client()) == {}
