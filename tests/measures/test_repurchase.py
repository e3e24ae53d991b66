"""Satisfaction and the next purchase: which outcome, which accounts, and the way to money."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import SCALES, frame, respondent
from toolkit.measures.purchases import purchase_history
from toolkit.measures.repurchase import (
    SEEN,
    TOLD,
    AttributeLinks,
    SatisfactionLink,
    attribute_links,
    gain_from_closing_gaps,
    satisfaction_link,
)
from toolkit.measures.survey import (
    SatisfactionAnswers,
    SurveyAnswers,
    satisfaction_answers,
    survey_answers,
)
from toolkit.measures.value_delivered import ValueByRole, value_by_role
from toolkit.models.linkage import RepurchaseLinkage
from toolkit.stats.bootstrap import Resample
from toolkit.stats.interval import CannotTell

DAY = pd.Timestamp("2024-01-01")


def surveyed(
    n: int = 400, *, price: bool = False, seed: int = 1, pull: float = 0.6
) -> pd.DataFrame:
    """Buyer and consumer per account; the consumer's satisfaction, and the price, move rebought."""
    rng, rows = np.random.default_rng(seed), []
    for i in range(n):
        performance = rng.integers(1, 6, size=2).astype(float)
        glad = float(np.clip(np.rint(performance @ [1.4, 0.4] + rng.normal(0, 1)), 0, 10))
        buyer, gap = float(rng.integers(0, 11)), float(rng.normal(0, 2))
        chance = 1 / (1 + np.exp(-(pull * (glad - 5) - 0.5 * gap * price)))
        again = {"rebought": float(rng.random() < chance)}
        marks = dict(zip(("performance_price", "performance_fun"), performance, strict=True))
        weighed = {"importance_price": float(rng.integers(1, 6)), "importance_fun": 3.0}
        both = marks | weighed
        rows.append(respondent(2 * i, "consumer", i, satisfaction=glad, **both))
        asked: dict[str, Any] = {"price_gap": gap} if price else {}
        rows.append(respondent(2 * i + 1, "buyer", i, satisfaction=buyer, **both, **again, **asked))
    return frame("survey", rows)


def all_of(
    survey: pd.DataFrame,
) -> tuple[SurveyAnswers, ValueByRole, SatisfactionAnswers, SatisfactionLink]:
    """Everything the way to money takes."""
    rated = survey_answers(survey, ["price", "fun"], SCALES)
    said = satisfaction_answers(survey, (0.0, 10.0))
    assert said is not None
    link = satisfaction_link(survey, said, None, 180)
    assert link is not None
    return rated, value_by_role(rated, Resample(rated.accounts, 50)), said, link


def test_the_consumers_part_is_found_and_the_buyers_is_not() -> None:
    *_, found = all_of(surveyed())
    assert isinstance(found.link, RepurchaseLinkage)
    assert found.outcome == TOLD
    consumer, buyer = found.link.per_points("consumer"), found.link.per_points("buyer")
    assert consumer.low > 0.05
    assert buyer.low < 0 < buyer.high


def test_without_rebought_the_next_order_in_the_window_counts_and_earlier_ones_do_not() -> None:
    survey = surveyed(60).assign(rebought=np.nan, date=DAY + pd.Timedelta(days=10))
    bought = [
        {"order_id": f"{i}{day}", "date": DAY + pd.Timedelta(days=day), "buyer_id": f"a{i}"}
        | {"amount": 5.0}
        for i in range(60)
        for day in ([0, 20] if i % 3 == 0 else [0, 150] if i % 3 == 1 else [0])
    ]
    said = satisfaction_answers(survey, (0.0, 10.0))
    assert said is not None
    orders = purchase_history(frame("purchases", bought))
    found = satisfaction_link(survey, said, orders, 100)
    assert found is not None
    assert found.outcome == SEEN
    assert found.again.sum() == 20
    assert len(found.again) == 60
    late = satisfaction_link(survey, said, orders, 500)
    assert late is not None
    assert isinstance(late.link, CannotTell)
    assert late.immature == 60


def test_without_any_outcome_there_is_no_link() -> None:
    survey = surveyed(40).assign(rebought=np.nan)
    said = satisfaction_answers(survey, (0.0, 10.0))
    assert said is not None
    assert satisfaction_link(survey, said, None, 180) is None


def test_where_buyers_said_nothing_the_consumers_stand_alone() -> None:
    survey = surveyed(120)
    survey.loc[survey["role"] == "buyer", "satisfaction"] = np.nan
    *_, found = all_of(survey)
    assert isinstance(found.link, RepurchaseLinkage)
    assert found.link.names == ("consumer",)


def test_a_stated_price_gap_is_held_fixed_and_gives_the_premium() -> None:
    *_, found = all_of(surveyed(1500, price=True))
    assert isinstance(found.link, RepurchaseLinkage)
    assert found.link.names == ("consumer", "buyer", "price_gap")
    premium = found.link.premium("consumer", "price_gap")
    assert not isinstance(premium, CannotTell)
    assert premium.low < 0.06 / 0.5 < premium.high  # 0.6 a step of ten points, 0.5 a unit of price


def test_the_bridge_says_what_each_attribute_moves_and_how_far_it_carries() -> None:
    rated, _, said, link = all_of(surveyed(800))
    found = attribute_links(rated, said, link, level=0.95)
    assert isinstance(found, AttributeLinks)
    # 1.4 steps of satisfaction (of 10) per step of performance (of 4): 14 points per 25
    assert found.satisfaction["price"].low < 10 * 14 / 25 < found.satisfaction["price"].high
    assert found.satisfaction["fun"].low < 10 * 4 / 25 < found.satisfaction["fun"].high
    assert found.repurchase["price"].low > 0


def test_closing_the_gaps_never_brings_back_more_than_there_are() -> None:
    rated, worth, said, link = all_of(surveyed(400, pull=2.0))
    more = gain_from_closing_gaps("consumer", rated, worth, said, link, level=0.95)
    assert not isinstance(more, CannotTell)
    assert 0 < more.value < 1 - link.again.mean() + 1e-9


def test_a_small_raise_agrees_with_the_mean_slope() -> None:
    rated, worth, said, link = all_of(surveyed(400))
    assert isinstance(link.link, RepurchaseLinkage)
    high = np.full_like(worth.performance, 79.0)
    near = ValueByRole(*(vars(worth) | {"performance": high}).values())
    more = gain_from_closing_gaps("consumer", rated, near, said, link, level=0.95)
    assert not isinstance(more, CannotTell)
    slope = attribute_links(rated, said, link, level=0.95)
    assert isinstance(slope, AttributeLinks)
    value = np.column_stack([rated.performance @ worth.weights[1], np.ones(len(rated.account))])
    users = rated.member[1]
    per_point = np.linalg.lstsq(value[users], said.satisfaction[users])[0][0]
    expected = per_point * link.link.per_points("consumer", points=1).value
    assert more.value == pytest.approx(expected, rel=0.02)
