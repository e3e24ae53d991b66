"""Coming back: days by hand, the young left out, who is content among those who return, use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame, respondent
from toolkit.measures.loyalty import (
    loyalty_of_accounts,
    mature_accounts,
    product_usage,
    repeat_accounts,
    repeat_by_day,
    repeat_share,
    retention,
)
from toolkit.measures.purchases import PurchaseHistory, purchase_history
from toolkit.measures.survey import SatisfactionAnswers, satisfaction_answers
from toolkit.stats.interval import CannotTell


def bought(days: dict[str, list[int]], amount: float = 10.0) -> pd.DataFrame:
    """Purchases: each account on days counted from the first of January 2024."""
    rows = [
        {
            "order_id": f"{account}-{day}",
            "date": pd.Timestamp("2024-01-01") + pd.Timedelta(days=day),
            "buyer_id": account,
            "amount": amount,
        }
        for account, each in days.items()
        for day in each
    ]
    return frame("purchases", rows)


def watched(days: dict[str, list[int]]) -> PurchaseHistory:
    """When these accounts bought."""
    return purchase_history(bought(days))


def said(rows: list[dict]) -> SatisfactionAnswers:
    """What these respondents say, on 0 to 10."""
    survey = frame("survey", rows)
    found = satisfaction_answers(survey, (0.0, 10.0))
    assert found is not None
    return found


def test_all_of_one_day_is_one_purchase_and_the_wait_is_to_the_second_day() -> None:
    found = watched({"a": [0, 0, 40, 50], "b": [10], "c": [300]})
    assert list(found.names) == ["a", "b", "c"]
    assert list(found.days) == [3, 1, 1]
    assert found.wait[0] == 40
    assert np.isnan(found.wait[1:]).all()
    assert list(found.watched) == [300, 290, 0]
    assert found.revenue.tolist() == [40.0, 10.0, 10.0]
    assert found.years == pytest.approx(300 / 365)


def test_orders_over_less_than_half_a_year_are_no_year() -> None:
    assert watched({"a": [0, 179]}).years is None
    assert watched({"a": [0, 180]}).years is not None


def test_who_is_not_watched_for_the_window_is_unknown_not_lost() -> None:
    found = watched({"a": [0, 50], "b": [0, 200], "c": [0, 300], "d": [120, 299]})
    came = found.bought_within(np.array([0.0, 0.0, 250.0, np.nan]), 100)
    assert came[:2].tolist() == [1.0, 0.0]
    assert np.isnan(came[2:]).all()


def test_months_not_watched_for_the_window_are_left_out_of_the_repeat_share() -> None:
    old = {f"o{i}": [i, i + 60] if i < 6 else [i] for i in range(12)}
    young = {f"y{i}": [340 + i] for i in range(20)}
    found = watched(old | young)
    assert mature_accounts(found, 180).sum() == 12
    share = repeat_share(found, 180, level=0.95)
    assert not isinstance(share, CannotTell)
    assert share.value == pytest.approx(0.5)
    assert isinstance(repeat_share(found, 2000, level=0.95), CannotTell)


def test_retention_counts_those_who_were_there_before_and_no_new_ones() -> None:
    stay = {f"s{i}": [100 + i, 300] for i in range(6)}
    go = {f"g{i}": [100 + i] for i in range(4)}
    new = {f"n{i}": [290] for i in range(30)}
    found = retention(watched(stay | go | new | {"start": [0], "end": [360]}), 180, level=0.95)
    assert not isinstance(found, CannotTell)
    assert found.value == pytest.approx(0.6)
    assert found.n == 10
    assert isinstance(retention(watched(new), 180, level=0.95), CannotTell)


def test_the_share_that_has_returned_grows_and_counts_the_young_while_they_were_watched() -> None:
    accounts = {f"a{i}": [0, 20] for i in range(5)} | {f"b{i}": [0, 100] for i in range(5)}
    young = {f"c{i}": [70] for i in range(10)}
    found = repeat_by_day(watched(accounts | young | {"never": [0]}), level=0.95)
    assert found["30 days"].value == pytest.approx(5 / 21)
    assert found["30 days"].value < found["90 days"].value + 1e-12
    assert "365 days" not in found


def test_repeaters_are_joined_by_account_and_content_on_their_consumers_mean() -> None:
    rows = [
        respondent(1, "consumer", 1, satisfaction=2.0),
        respondent(2, "consumer", 1, satisfaction=5.0),
        respondent(3, "buyer", 1, satisfaction=10.0),
        respondent(4, "both", 2, satisfaction=4.0),
        respondent(5, "consumer", 3, satisfaction=0.0),
        respondent(6, "consumer", 9, satisfaction=0.0),
        respondent(7, "consumer", 4),
    ]
    accounts = {"a1": [0, 9], "a2": [0, 9], "a3": [0], "a4": [0, 9]}
    found = repeat_accounts(watched(accounts), said(rows))
    assert found.satisfaction.tolist() == [35.0, 40.0]
    assert found.unhappy.tolist() == [True, False]  # 40 is not below 40
    assert found.counts.tolist() == [2, 1]
    assert found.answers == 5


def test_kinds_of_loyalty_share_out_all_accounts() -> None:
    rows = [respondent(i, "consumer", i, satisfaction=9.0 if i % 2 else 1.0) for i in range(8)]
    accounts = {f"a{i}": [0, 30] if i < 4 else [0] for i in range(8)} | {"last": [200]}
    found = loyalty_of_accounts(watched(accounts), said(rows), 100, level=0.95)
    assert not isinstance(found, CannotTell)
    assert [share.value for share in found.values()] == pytest.approx([0.25] * 4)


def used(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """The table usage."""
    return frame(
        "usage", [dict(zip(("account_id", "period", "active"), r, strict=True)) for r in rows]
    )


def test_use_is_judged_in_the_last_month_anyone_bought_and_unknown_accounts_are_left_out() -> None:
    purchases = bought({"a": [0, 35], "b": [1, 36], "c": [2, 37], "d": [3]})
    table = used(
        [
            *(("a", "2024-01", 1), ("a", "2024-02", 0), ("a", "2024-03", 1)),
            *(("b", "2024-02", 1), ("d", "2024-02", 0)),
        ]
    )
    found = product_usage(table, purchases, purchase_history(purchases), 10)
    assert found is not None
    assert found.period == "2024-02"
    assert found.idle.tolist() == [True, False]
    assert found.unknown == 1  # c bought in February and has no line
    assert found.by_period == {"2024-01": (0, 1), "2024-02": (1, 2)}
    assert found.came_back_idle.tolist() == [True, False]


def test_usage_of_other_months_says_nothing() -> None:
    purchases = bought({"a": [0]})
    assert (
        product_usage(used([("a", "2023-01", 1)]), purchases, purchase_history(purchases), 10)
        is None
    )
