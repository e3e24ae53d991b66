"""The distributions behind buying again: satisfaction, waiting times, and the curve of a launch."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from time import process_time

import numpy as np
import pytest

from toolkit.simulate.answers import draw_answers, satisfaction_cells, satisfaction_distribution
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.people import draw_people, random_stream
from toolkit.simulate.repeat_buying import (
    expected_discounts,
    first_day_probabilities,
    in_time_probabilities,
)
from toolkit.simulate.sample import SAMPLES
from toolkit.simulate.trade import (
    MONTH,
    STAGES,
    adopted_share,
    adoption_day,
    draw_orders,
    true_stage,
)
from toolkit.simulate.world import Launch, SurveyDesign, Trade, World

LITTLE_BEAR = SAMPLES["little-bear"].world
TRADE = LITTLE_BEAR.trade
EVEN = replace(TRADE, launch=None)


@pytest.mark.parametrize("survey", [SurveyDesign(), SurveyDesign(straight=0.3, missing=0.1)])
@pytest.mark.parametrize("name", ["iron-gym", "deskware"])  # scales of seven and of five points
def test_satisfaction_has_the_distribution_people_drawn_show(
    name: str, survey: SurveyDesign
) -> None:
    world = replace(SAMPLES[name].world, survey=survey)
    cast = draw_people(world, 20_000, random_stream(1, "cast"))
    felt = draw_answers(world, cast, random_stream(1, "answers")).satisfaction
    shown = felt[(cast.kind == 1) & (cast.leaning[cast.account] == 0)]
    u = world.accounts.leaning[0][0]
    chances = satisfaction_distribution(world, "consumer", u)
    points = np.linspace(0, 1, len(chances))
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert chances @ points == pytest.approx(shown.mean(), abs=0.006)
    edges = (points[:-1] + points[1:]) / 2
    seen = np.searchsorted(np.sort(shown), edges) / len(shown)
    assert np.abs(seen - np.cumsum(chances)[:-1]).max() < 1.95 / np.sqrt(len(shown))


def test_no_cell_of_satisfaction_is_split_by_an_answer() -> None:
    for name, sample in SAMPLES.items():
        n = satisfaction_cells(sample.world)
        low, high = sample.world.scale("satisfaction")
        ties = (high - low) * np.arange(n + 1) / n % 1
        assert not np.isclose(ties, 0.5).any(), name
        cuts = (np.arange(high - low) + 0.5) / (high - low) * n
        assert np.isclose(cuts % 1, 0.5).all(), name


def test_orders_in_time_equal_those_counted_where_everybody_buys_again(world: World) -> None:
    for trade in (EVEN, TRADE):
        always = replace(trade, again=(60.0, 0.0, 0.0))
        cast = draw_people(world, 40_000, random_stream(2, "cast"))
        orders = draw_orders(
            always, cast, np.full(len(cast.account), 0.6), random_stream(2, "orders")
        )
        later = np.bincount(orders.account) - 1
        chances = in_time_probabilities(always)
        assert later.mean() == pytest.approx(chances.sum(), abs=0.03)
        assert (later >= 2).mean() == pytest.approx(chances[1], abs=0.01)
        days = np.bincount(orders.first, minlength=trade.days) / cast.size
        assert np.abs(np.cumsum(days) - np.cumsum(first_day_probabilities(trade))).max() < 0.01


def test_waits_of_whole_days_by_hand() -> None:
    # gap so short that practically every wait is 35 days: order k falls on day 35 k
    quick = Trade(TRADE.products, {"shop": 1.0}, gap=1e-3, days=100)
    first = first_day_probabilities(quick)
    assert first == pytest.approx(np.where(np.arange(100) < 60, 1 / 60, 0))
    assert in_time_probabilities(quick) == pytest.approx(
        [1.0, 0.5]
    )  # days 0…29 leave room for 70 more
    assert expected_discounts(quick, 100, 0.1) == pytest.approx(
        [1.1 ** (-35 / 365), 1.1 ** (-70 / 365)]
    )
    assert expected_discounts(quick, 69, 0.0) == pytest.approx([1.0])


def test_stages_turn_where_the_published_curve_does() -> None:
    # VCR homes 1980–89: p .006594, q .63809 (Cowpertwait & Metcalfe, Introductory Time Series
    # with R, 2009, ch. 3.3.4); turning points 5.05 and 9.14, peak 7.09 by Mahajan et al. 1990
    vcr = Launch("vcr", 0.006594, 0.63809)
    for turn, (before, after) in zip((5.05, 7.09, 9.14), pairwise(STAGES), strict=True):
        assert true_stage(vcr, (turn - 0.01) * MONTH) == before
        assert true_stage(vcr, (turn + 0.01) * MONTH) == after


@pytest.mark.parametrize(
    ("p", "q", "peak"),  # Bass 1969, table 1: refrigerator, room air conditioner, record player
    [(0.002617, 0.21566, 20.21), (0.010399, 0.41861, 8.61), (0.024796, 0.65410, 4.82)],
)
def test_sales_peak_where_bass_says(p: float, q: float, peak: float) -> None:
    launch = Launch("x", p, q)
    days = np.arange(0, 30, 0.001) * MONTH
    steps = np.diff(adopted_share(launch, days))
    assert days[np.argmax(steps)] / MONTH == pytest.approx(peak, abs=0.01)


def test_the_day_a_share_has_bought_is_the_inverse_of_the_share_that_has() -> None:
    for p, q in product((0.01, 0.2), (0.0, 0.5)):
        shares = np.linspace(0, 0.99, 50)
        launch = Launch("x", p, q)
        assert adopted_share(launch, adoption_day(launch, shares)) == pytest.approx(shares)


def test_draws_of_six_hundred_accounts_with_all_tables_are_quick() -> None:
    draw_tables(SAMPLES["iron-gym"].world, 600, 1)
    start = process_time()
    draw_tables(SAMPLES["iron-gym"].world, 600, 2)
    assert process_time() - start < 0.3
