import pandas as pd
import pytest

from tests.models.buyers import CALIBRATED, ENDED, cdnow, cdnow_history, cdnow_sample
from toolkit.models.cannot import CannotTell
from toolkit.models.holdout import Holdout, holdout


@pytest.fixture(scope="module")
def held() -> Holdout:
    found = holdout(cdnow_sample(), split=CALIBRATED, until=ENDED)
    assert isinstance(found, Holdout)
    return found


def test_what_came_is_what_the_data_hold(held: Holdout) -> None:
    rows = cdnow_sample()
    days = rows.drop_duplicates(["customer", "date"])
    later = days[pd.to_datetime(days["date"]) > CALIBRATED]
    assert held.seen.value * held.seen.n == pytest.approx(len(later))
    groups = held.by_purchases
    assert (groups["seen"] * groups["customers"]).sum() == pytest.approx(len(later))
    assert held.by_time["seen"].iloc[-1] <= len(days) - days["customer"].nunique()


def test_the_groups_carry_the_whole_expectation(held: Holdout) -> None:
    groups = held.by_purchases
    assert groups["customers"].sum() == len(cdnow_history())
    parts = (groups["expected"] * groups["customers"]).sum() / groups["customers"].sum()
    assert parts == pytest.approx(held.expected.value)
    assert held.expected.low < held.expected.value < held.expected.high


def test_the_more_was_bought_the_more_is_expected_and_comes(held: Holdout) -> None:
    assert held.by_purchases["purchases"].tolist() == list(range(8))
    assert held.by_purchases["expected"].is_monotonic_increasing
    assert held.by_purchases["seen"].is_monotonic_increasing


def test_by_time_the_model_follows_what_it_was_fitted_to(held: Holdout) -> None:
    known = held.by_time[held.by_time["known"]]
    assert known["time"].max() == 38  # whole weeks from 1 January to 30 September
    last = known.iloc[-1]
    assert last["expected"] == pytest.approx(last["seen"], rel=0.05)
    assert held.by_time["expected"].is_monotonic_increasing


def test_who_came_after_the_split_is_left_out() -> None:
    early = holdout(cdnow().head(20_000), split="1997-02-28", until="1997-09-30")
    assert isinstance(early, Holdout)
    firsts = pd.to_datetime(cdnow().head(20_000).groupby("customer")["date"].min())
    assert early.seen.n == (firsts <= "1997-02-28").sum() < len(firsts)


def test_a_shop_nobody_came_back_to_cannot_tell() -> None:
    once = cdnow().drop_duplicates("customer").head(200)
    found = holdout(once, split=CALIBRATED, until=ENDED)
    assert found == CannotTell("expected 30 customers who bought again, found 0")


def test_an_end_before_the_split_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a date after 1997-09-30"):
        holdout(cdnow_sample(), split=CALIBRATED, until="1997-09-01")
