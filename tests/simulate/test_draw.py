"""What a draw looks like: it keeps the contract, its seed, and the story told about it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.contract import TABLES
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.sample import SAMPLES
from toolkit.simulate.world import World

LITTLE_BEAR = SAMPLES["little-bear"].world
SAMPLE_TABLES = ["survey", "influence"]


def test_the_same_seed_gives_the_same_tables_and_another_seed_others() -> None:
    first, second, other = (draw_tables(LITTLE_BEAR, 40, seed) for seed in (1, 1, 2))
    for name, frame in first.items():
        pd.testing.assert_frame_equal(frame, second[name])
    assert not first["survey"].equals(other["survey"])


def test_asking_for_one_table_gives_the_rows_it_has_in_a_full_draw() -> None:
    part = draw_tables(LITTLE_BEAR, 40, 1, tables=["purchases"])
    assert list(part) == ["purchases"]
    pd.testing.assert_frame_equal(part["purchases"], draw_tables(LITTLE_BEAR, 40, 1)["purchases"])


def test_a_table_outside_the_contract_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="surveys"):
        draw_tables(LITTLE_BEAR, 5, 1, tables=["surveys"])


@pytest.mark.parametrize("name", SAMPLES)
def test_tables_keep_the_contract(name: str) -> None:
    sample = SAMPLES[name]
    for table, frame in draw_tables(sample.world, 60, 1).items():
        contract = TABLES[table]
        assert set(contract.required) <= set(frame)
        assert not frame[list(contract.required)].isna().any().any()
        assert not contract.key or not frame.duplicated(list(contract.key)).any()
        for column in (c for c in contract.columns if c.values and c.name in frame):
            assert set(frame[column.name].dropna()) <= set(column.values)


def test_points_of_an_informant_sum_to_a_hundred_and_no_zero_is_written(world: World) -> None:
    influence = draw_tables(world, 300, 1, tables=["influence"])["influence"]
    sums = influence.groupby(["account_id", "informant_id", "stage"])["points"].sum()
    assert (sums == 100).all()
    assert (influence["points"] > 0).all()


def test_answers_stay_on_their_scales_and_are_whole(world: World) -> None:
    survey = draw_tables(world, 300, 1, tables=["survey"])["survey"]
    importance = survey.filter(like="importance_").stack().dropna()
    performance = survey.filter(like="performance_").stack().dropna()
    assert set(importance) == {0, 1, 2, 3, 4}
    assert set(performance) == {1, 2, 3, 4, 5}


def test_answers_of_one_account_go_together(world: World) -> None:
    survey = draw_tables(world, 4_000, 1, tables=["survey"])["survey"].query("role != 'both'")
    mean = (
        survey.filter(like="performance_")
        .mean(axis=1)
        .groupby([survey["account_id"], survey["role"]])
    )
    both = mean.mean().unstack()
    assert both["buyer"].corr(both["consumer"]) > 0.2


def test_the_wished_share_of_answers_is_missing(world: World) -> None:
    survey = draw_tables(world, 2_000, 1, tables=["survey"])["survey"]
    lost = survey.filter(like="importance_").isna().to_numpy()
    assert lost.mean() == pytest.approx(0.2, abs=0.01)


def test_straight_liners_give_one_answer_to_every_item(world: World) -> None:
    only = replace(world, survey=replace(world.survey, straight=1.0, missing=0.0))
    survey = draw_tables(only, 200, 1, tables=["survey"])["survey"]
    assert (survey.filter(like="importance_").nunique(axis=1) == 1).all()
    assert survey["performance_price"].nunique() == 5


def test_exactly_the_wished_share_of_accounts_answers() -> None:
    sample = SAMPLES["sweet-corner"]
    frames = draw_tables(sample.world, sample.accounts, sample.seed, tables=SAMPLE_TABLES)
    assert frames["survey"]["account_id"].nunique() == round(0.1 * sample.accounts)
    assert frames["influence"]["account_id"].nunique() <= round(0.08 * sample.accounts)


def test_rebought_says_what_the_purchases_say() -> None:
    frames = draw_tables(LITTLE_BEAR, 300, 1)
    days = frames["purchases"].groupby("account_id")["date"].nunique()
    told = frames["survey"].set_index("account_id")["rebought"]
    assert (told == (days[told.index] > 1).astype(int)).all()


def test_the_survey_comes_before_any_second_order() -> None:
    frames = draw_tables(LITTLE_BEAR, 300, 1)
    dates = frames["purchases"].drop_duplicates("order_id").sort_values("date")
    second = dates.groupby("account_id")["date"].nth(1)
    second.index = dates.loc[second.index, "account_id"]
    asked = frames["survey"].groupby("account_id")["date"].max()
    assert (asked[second.index] < second).all()


@pytest.mark.parametrize(("coefficients", "role"), [((0, 2, 0), "buyer"), ((0, 0, 2), "consumer")])
def test_repetition_goes_with_the_satisfaction_of_the_role_that_moves_it(
    coefficients: tuple[float, float, float], role: str
) -> None:
    trade = replace(LITTLE_BEAR.trade, again=coefficients, days=2_000)
    apart = replace(
        LITTLE_BEAR,
        trade=trade,
        buyer=replace(LITTLE_BEAR.buyer, pull=0.0, performance=LITTLE_BEAR.consumer.performance),
        consumer=replace(LITTLE_BEAR.consumer, pull=0.0),
    )
    survey = draw_tables(apart, 2_000, 1, tables=["survey"])["survey"]
    mean = survey.groupby(["account_id", "role"])[["satisfaction", "rebought"]].mean().unstack()
    moves = mean["satisfaction"].corrwith(mean["rebought"]["buyer"])
    other = {"buyer": "consumer", "consumer": "buyer"}[role]
    assert moves[role] > 0.3
    assert abs(moves[other]) < 0.1


def test_where_buyer_and_consumer_are_one_every_known_purchase_says_so() -> None:
    purchases = draw_tables(SAMPLES["corner-coffee"].world, 100, 1)["purchases"]
    named = purchases.dropna(subset="consumer_id")
    assert (named["consumer_id"] == named["buyer_id"]).all()
    assert set(purchases["bought_for"].dropna()) == {"self"}


def test_a_consumer_named_in_a_purchase_belongs_to_the_account() -> None:
    purchases = draw_tables(SAMPLES["iron-gym"].world, 100, 1)["purchases"].dropna(
        subset="consumer_id"
    )
    assert (purchases["consumer_id"].str.split("-").str[0] == purchases["account_id"]).all()


def test_feedback_rates_what_its_text_is_about() -> None:
    frames = draw_tables(LITTLE_BEAR, 300, 1)
    words = {a: spec["words"] for a, spec in LITTLE_BEAR.client["attributes"].items()}
    for row in frames["feedback"].itertuples():
        assert any(word in row.text for word in words[row.theme])
    by_role = frames["feedback"].groupby("role")["rating"].mean()
    assert by_role["consumer"] > by_role["buyer"]  # as the story tells


def test_a_place_is_the_same_for_a_whole_account() -> None:
    people = draw_tables(LITTLE_BEAR, 100, 1)["people"]
    assert (people.groupby("account_id")["city"].nunique() == 1).all()
    assert (people.groupby("account_id")["device"].nunique() == 2).any()


def test_numbers_of_consumers_have_the_wished_shares() -> None:
    survey = draw_tables(SAMPLES["iron-gym"].world, 20_000, 1, tables=["people"])["people"]
    sizes = survey[survey["role"] == "consumer"].groupby("account_id").size()
    shares = sizes.value_counts(normalize=True).sort_index().to_numpy()
    tilted = np.zeros(5)
    for u, share in SAMPLES["iron-gym"].world.accounts.leaning:
        tilted += share * SAMPLES["iron-gym"].world.accounts.sizes(u)
    assert shares == pytest.approx(tilted, abs=0.015)


BAZAAR = SAMPLES["open-bazaar"].world


def test_buyers_who_also_use_are_listed_as_both_and_asked_as_both() -> None:
    frames = draw_tables(BAZAAR, 4_000, 1, tables=["people", "survey"])
    buyers = frames["people"]["person_id"].str.endswith("-b")
    both = frames["people"]["role"].eq("both")
    share = both[buyers].mean()
    assert share == pytest.approx(BAZAAR.accounts.also_use, abs=4 * (0.24 / 4_000) ** 0.5)
    assert not both[~buyers].any()
    assert frames["survey"]["role"].eq("both").sum() == both.sum()


def test_orders_used_elsewhere_name_people_who_buy_in_an_account_of_their_own() -> None:
    frames = draw_tables(BAZAAR, 1_000, 1, tables=["people", "purchases"])
    named = frames["purchases"].dropna(subset="consumer_id")
    guests = named[named["consumer_id"].str.split("-").str[0] != named["account_id"]]
    both = set(frames["people"].query("role == 'both'")["person_id"])
    assert set(guests["consumer_id"]) <= both
    assert (guests["consumer_id"] != guests["buyer_id"]).all()
    assert len(guests) / len(named) == pytest.approx(BAZAAR.trade.elsewhere, abs=0.04)


def test_a_trait_that_shows_the_leaning_parts_accounts_that_answer_differently() -> None:
    shares = {f"u{i}": share for i, (_, share) in enumerate(LITTLE_BEAR.accounts.leaning)}
    client = LITTLE_BEAR.client | {"traits": {"city": "place"}}
    world = replace(
        LITTLE_BEAR,
        client=client,
        traits={"city": shares},
        accounts=replace(LITTLE_BEAR.accounts, shown_by="city"),
    )
    survey = draw_tables(world, 2_000, 1, tables=["survey"])["survey"]
    assert (survey.groupby("account_id")["city"].nunique() == 1).all()
    mean = survey.query("role == 'buyer'").groupby("city")["performance_price"].mean()
    steps = np.diff(mean[list(shares)])
    assert (steps > 0.2).all()  # `pull` is 0.4 a step


def test_a_trait_with_other_shares_than_the_leaning_is_refused() -> None:
    shown = replace(LITTLE_BEAR.accounts, shown_by="city")
    with pytest.raises(ValueError, match=r"traits\.city: expected the shares of accounts\.leaning"):
        replace(LITTLE_BEAR, accounts=shown)
