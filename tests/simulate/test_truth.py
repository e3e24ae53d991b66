"""The enumerated truth: against large draws, closed forms and symmetries.

The truth of the nine mistakes of purchases, trials, use and response: draws and closed forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.simulate.plain import (
    ESTIMATES,
    Estimate,
    Frames,
    client_value,
    first_day_share,
    hostages,
)
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.repeat_buying import (
    true_first_order_share,
    true_main_product,
    true_one_off_share,
)
from toolkit.simulate.sample import SAMPLES
from toolkit.simulate.solve import SOLVABLE
from toolkit.simulate.truth import WorldTruth, true_population, true_size, true_sizes
from toolkit.simulate.world import (
    DecisionInfluence,
    DecisionProfile,
    FeedbackMix,
    Launch,
    Lever,
    Product,
    Role,
    SurveyDesign,
    Trade,
    TrueResponse,
    Usage,
    World,
)

MANY = 100_000
SurveyFrames = dict[str, pd.DataFrame]
SurveyEstimate = Callable[..., dict[str, float]]
BLOCKS = 20


def test_the_truth_equals_what_a_hundred_thousand_accounts_show(
    world: World, estimate: SurveyEstimate
) -> None:
    frames = draw_tables(world, MANY, 20, tables=["survey", "influence", "campaigns"])
    blocks = pd.DataFrame([estimate(block, world) for block in _survey_blocks(frames)])
    true = true_sizes(world)
    for mistake in SOLVABLE:
        error = blocks[mistake].std() / np.sqrt(BLOCKS)
        assert abs(blocks[mistake].mean() - true[mistake]) < 4 * error, mistake


def test_that_comparison_is_sharp_enough_to_see_straight_liners_left_out(world: World) -> None:
    without = true_sizes(replace(world, survey=replace(world.survey, straight=0.0)))
    assert abs(without["consumer-ignored"] - true_sizes(world)["consumer-ignored"]) > 0.5


def _survey_blocks(frames: SurveyFrames) -> Iterator[SurveyFrames]:
    answers = {name: frames[name] for name in ("survey", "influence")}
    place = {n: f["account_id"].str[1:].astype(int) % BLOCKS for n, f in answers.items()}
    for block in range(BLOCKS):
        yield frames | {n: f[place[n] == block] for n, f in answers.items()}


def test_swapping_buyer_and_consumer_flips_the_sign(world: World) -> None:
    plain = replace(world.accounts, consumers={1: 1.0}, growth=0.0, also_use=0.0)
    before = replace(world, accounts=plain)
    after = replace(before, buyer=world.consumer, consumer=world.buyer)
    assert true_sizes(after)["consumer-ignored"] == pytest.approx(
        -true_sizes(before)["consumer-ignored"]
    )
    assert true_sizes(after)["buyer-ignored"] == pytest.approx(
        true_sizes(before)["consumer-ignored"]
    )


def test_swapping_roles_and_audiences_together_changes_no_message_mistake(world: World) -> None:
    other = {"buyer": "consumer", "consumer": "buyer", "influencer": "influencer"}
    plain = replace(
        world, accounts=replace(world.accounts, consumers={1: 1.0}, growth=0.0, also_use=0.0)
    )
    rows = tuple({**r, "audience": other[r["audience"]]} for r in world.campaigns)
    swapped = replace(plain, buyer=world.consumer, consumer=world.buyer, campaigns=rows)
    for mistake in ("wrong-message", "same-message"):
        assert true_sizes(swapped)[mistake] == pytest.approx(true_sizes(plain)[mistake], abs=1e-12)


def test_roles_that_answer_alike_ignore_nobody_and_leave_no_message_wrong(world: World) -> None:
    accounts = replace(world.accounts, consumers={1: 1.0}, growth=0.0, also_use=0.0)
    alike = true_sizes(replace(world, accounts=accounts, consumer=world.buyer))
    assert alike["consumer-ignored"] == pytest.approx(0, abs=1e-9)
    assert alike["wrong-message"] == pytest.approx(0, abs=1e-12)
    assert alike["same-message"] <= 0


def test_answers_without_spread_give_the_weights_by_hand(world: World) -> None:
    sharp = Role((4.0, 2.0, 2.0, 0.0), (5.0, 3.0, 1.0, 1.0), spread=1e-6, pull=0, tilt=0)
    expected = true_population(replace(world, buyer=sharp, consumer=sharp, survey=SurveyDesign()))
    assert expected.weights["buyer"] == pytest.approx([0.5, 0.25, 0.25, 0])
    assert expected.performance["buyer"] == pytest.approx([100, 50, 0, 0])
    assert expected.value("buyer") == pytest.approx(62.5)


def test_only_straight_liners_weigh_everything_alike_and_rate_half_way(world: World) -> None:
    expected = true_population(replace(world, survey=SurveyDesign(straight=1.0)))
    assert expected.weights["consumer"] == pytest.approx([0.25] * 4)
    assert expected.value("consumer") == pytest.approx(50)


def test_answers_lost_at_random_do_not_change_the_truth(world: World) -> None:
    complete = replace(world, survey=replace(world.survey, missing=0.0))
    assert true_sizes(complete) == true_sizes(world)


def test_one_exact_informant_reports_the_say_itself(world: World) -> None:
    say = DecisionInfluence((DecisionProfile(1.0, buyer=55, consumer=25, influencer=20),), jitter=0)
    alone = replace(world, say=say, consumer=replace(world.consumer, reports=0.0))
    honest = replace(alone, buyer=replace(alone.buyer, overstates=1.0))
    assert true_population(honest).say == pytest.approx(
        {"buyer": 0.55, "consumer": 0.25, "influencer": 0.2, "gatekeeper": 0.0}
    )


def test_informants_who_overstate_themselves_raise_their_own_say(world: World) -> None:
    louder = replace(world, consumer=replace(world.consumer, overstates=3.0))
    assert true_population(louder).say["consumer"] > true_population(world).say["consumer"] + 0.02


def test_doubling_all_spend_changes_nothing(world: World) -> None:
    rows = tuple({**row, "spend": row["spend"] * 2} for row in world.campaigns)
    assert true_sizes(replace(world, campaigns=rows)) == pytest.approx(true_sizes(world))


def test_a_world_without_campaigns_has_no_truth_about_money_or_messages(world: World) -> None:
    found = true_sizes(replace(world, campaigns=()))
    assert [m for m in found if found[m] is not None] == ["consumer-ignored", "buyer-ignored"]


def test_a_world_where_one_person_pays_and_uses_ignores_nobody() -> None:
    assert true_sizes(SAMPLES["corner-coffee"].world)["consumer-ignored"] == pytest.approx(0)


def test_a_claim_about_an_unknown_attribute_is_refused_by_name(world: World) -> None:
    rows = ({"campaign": "A", "audience": "buyer", "spend": 1, "claims": "prise"},)
    with pytest.raises(ValueError, match="prise"):
        true_sizes(replace(world, campaigns=rows))


def test_shares_that_do_not_sum_to_one_are_refused(world: World) -> None:
    with pytest.raises(ValueError, match=r"accounts\.consumers.*0\.9"):
        replace(world, accounts=replace(world.accounts, consumers={1: 0.9}))


MANY_TRADING, TRADING_BLOCKS = 60_000, 20
TABLES = ["survey", "purchases", "campaigns", "feedback", "influence", "levers", "usage"]
BY_ACCOUNT = ["survey", "purchases", "influence", "feedback", "usage"]
WARE = (
    Product("old", "Old", 0.6, 30.0, 10.0, "2020-01-01"),
    Product("new", "New", 0.4, 50.0, 20.0, "2024-01-01"),
)
TRADE = Trade(WARE, {"shop": 1.0}, again=(0.4, 0.3, 0.8), gap=45, launch=Launch("new", 0.05, 0.4))
RATES = {"north": (0.02, 0.05, 0.04), "south": (0.10, 0.06, 0.03)}
LEVERS = (
    Lever("learn", 0.3, rate=0.5, cost=4.0, control=0.4, control_rate=0.2),
    Lever("support", 0.4, rate=0.3, cost=2.0, control=0.4, control_rate=0.25),
    Lever("incentive", 0.7, rate=0.4, cost=9.0, control=0.4, control_rate=0.3),
)


@pytest.fixture(scope="module")
def market(world: World) -> World:
    """The world that uses every option, and every part of a market with it."""
    dates = {"start": "2024-01-01", "end": "2025-03-31"}
    phases = ("acquire", "retain", "acquire", "onboard", "convert", "retain")
    rows = zip(world.campaigns, phases, strict=True)
    responses = tuple(
        TrueResponse(campaign, segment, 40_000 + 10_000 * i, rate, worth=12.5)
        for segment, rates in RATES.items()
        for i, (campaign, rate) in enumerate(zip("ABC", rates, strict=True))
    )
    return replace(
        world,
        client=world.client | {"margin": 0.4},
        campaigns=tuple({**row, **dates, "phase": phase} for row, phase in rows),
        trade=TRADE,
        consumer=replace(world.consumer, performance=(2.2, 1.8, 2.4, 2.8)),
        responses=responses,
        levers=LEVERS,
        usage=Usage(until="2024-09", idle=0.2, active=0.9, months=2),
        voices=FeedbackMix(utterances=40_000, consumers=0.35),
    )


@pytest.fixture(scope="module")
def frames(market: World) -> Frames:
    return draw_tables(market, MANY_TRADING, 3, tables=TABLES)


@pytest.fixture(scope="module")
def blocks(frames: Frames) -> list[Frames]:
    places = {n: frames[n]["account_id"].str[1:].astype(int) % TRADING_BLOCKS for n in BY_ACCOUNT}
    return [
        {**frames, **{n: frames[n][places[n] == block] for n in BY_ACCOUNT}}
        for block in range(TRADING_BLOCKS)
    ]


@pytest.mark.parametrize("mistake", ["first-sale-only", "one-ear", "hostages", "sold-not-used"])
def test_the_truth_equals_what_sixty_thousand_accounts_show(
    market: World, blocks: list[Frames], mistake: str
) -> None:
    mean, error = _shown(ESTIMATES[mistake], market, blocks)
    assert abs(mean - true_sizes(market)[mistake]) < 4 * error < 0.02


def test_that_comparison_is_sharp_enough_to_see_that_the_unhappy_come_back_less(
    market: World, blocks: list[Frames]
) -> None:
    alike = replace(market, trade=replace(TRADE, again=(0.0, 0.0, 0.0)))
    mean, error = _shown(hostages, market, blocks)
    assert true_size(alike, "hostages") - mean > 10 * error


def test_a_client_is_worth_what_accounts_watched_for_a_year_show(
    market: World, blocks: list[Frames]
) -> None:
    mean, error = _shown(client_value, market, blocks)
    assert abs(mean - WorldTruth(market).client_value) < 4 * error < 0.03 * mean


def _shown(estimate: Estimate, market: World, blocks: list[Frames]) -> tuple[float, float]:
    """Mean and standard error of an estimate over blocks of accounts."""
    shown = np.array([estimate(block, market) for block in blocks])
    return float(shown.mean()), float(shown.std(ddof=1) / np.sqrt(TRADING_BLOCKS))


def test_shares_of_first_orders_and_of_one_off_customers_equal_those_drawn(
    market: World, frames: Frames
) -> None:
    accounts = WorldTruth(market).accounts
    days = frames["purchases"].groupby("account_id")["date"].nunique()
    assert true_one_off_share(TRADE, accounts) == pytest.approx((days == 1).mean(), abs=0.008)
    assert true_first_order_share(TRADE, accounts) == pytest.approx(
        first_day_share(frames), abs=0.006
    )


@pytest.mark.parametrize("mistake", ["wrong-audience", "phantom-segments"])
def test_observed_response_comes_near_the_true_one(
    market: World, frames: Frames, mistake: str
) -> None:
    assert ESTIMATES[mistake](frames, market) == pytest.approx(
        true_sizes(market)[mistake], abs=0.02
    )


def test_lost_conversions_and_spread_by_hand() -> None:
    cells = (
        TrueResponse("A", "n", 100, 0.2),
        TrueResponse("B", "n", 100, 0.1),
        TrueResponse("A", "s", 300, 0.1),
        TrueResponse("C", "t", 500, 0.9),  # one campaign only: nothing to choose between
    )
    world = _tiny(responses=cells)
    assert true_size(world, "wrong-audience") == pytest.approx(10 / 40)
    both = replace(world, responses=cells[:3])
    # responses .15 of 200 contacts and .10 of 300: overall .12, variance .0006
    assert true_size(both, "phantom-segments") == pytest.approx(np.sqrt(0.0006) / 0.12)


def test_segments_that_respond_alike_are_phantoms_whatever_their_size() -> None:
    cells = tuple(TrueResponse("A", s, n, 0.03) for s, n in (("n", 10), ("s", 9_000)))
    assert true_size(_tiny(responses=cells), "phantom-segments") == pytest.approx(0, abs=1e-12)


def test_the_trial_with_most_spend_is_the_one_that_chases() -> None:
    world = _tiny(levers=LEVERS, trade=replace(TRADE, launch=None))
    value = WorldTruth(world).client_value
    assert true_size(world, "chasing-one-offs") == pytest.approx(9.0 - 0.1 * value)
    assert true_size(world, "clients-left") == pytest.approx(
        max(0.3 * value - 4.0, 0.05 * value - 2.0)
    )
    everywhere = tuple(replace(lever, reached=0.5) for lever in LEVERS)
    assert true_size(replace(world, levers=everywhere), "clients-left") is None


def test_twice_the_margin_is_twice_the_value_and_far_money_is_worth_less() -> None:
    world = _tiny(trade=TRADE)
    dear = replace(world, client=world.client | {"margin": 0.8})
    assert WorldTruth(dear).client_value == pytest.approx(2 * WorldTruth(world).client_value)
    mean = sum(p.share * p.price for p in WARE) * 1.2 * 1.25
    orders = WorldTruth(world).client_value / (0.4 * mean)
    assert orders > 0.9  # at least one order later, most of a year away at the most


def test_without_repetition_all_revenue_is_from_first_orders() -> None:
    world = _tiny(trade=replace(TRADE, again=(-60.0, 0.0, 0.0)))
    assert true_size(world, "first-sale-only") == pytest.approx(0.5 - 1.0)


def test_only_accounts_that_come_back_can_be_hostages() -> None:
    # consumers below 40 of 100 never come back where their satisfaction decides
    decides = _tiny(trade=replace(TRADE, again=(45.0, 0.0, 30.0)))
    ignored = _tiny(trade=replace(TRADE, again=(1.0, 0.0, 0.0)))
    assert true_size(decides, "hostages") == pytest.approx(0, abs=1e-9)
    assert true_size(ignored, "hostages") > 0.1


def test_the_mix_of_a_stage_is_compared_with_the_last_year_only(market: World) -> None:
    early = {"campaign": "Z", "audience": "buyer", "spend": 9_999}
    early |= {"start": "2023-01-01", "end": "2024-03-31", "phase": "acquire"}
    known = WorldTruth(market)
    assert true_main_product(TRADE, known.accounts) == "new"
    without = true_size(market, "stage-mismatch")
    assert without == pytest.approx(0.7 - 500 / 950)  # decline: buyers .7; here 500 of 950
    more = replace(market, campaigns=(*market.campaigns, early))
    assert true_size(more, "stage-mismatch") == pytest.approx(without)
    own = replace(market, client=market.client | {"settings": {"stage_mix": {"decline": 0.5}}})
    assert true_size(own, "stage-mismatch") == pytest.approx(500 / 950 - 0.5)


def test_a_main_product_without_a_launch_has_no_known_stage(market: World) -> None:
    for launch in (None, Launch("old", 0.05, 0.4)):
        shares = (replace(WARE[0], share=0.1), replace(WARE[1], share=0.9, price=500.0))
        trade = replace(TRADE, products=shares, launch=launch)
        assert true_size(replace(market, trade=trade), "stage-mismatch") is None


def test_a_speaker_who_pays_and_uses_counts_half(market: World) -> None:
    alone = replace(market.accounts, alone=1.0)
    frames = draw_tables(replace(market, accounts=alone), 50, 1, tables=["feedback"])
    assert set(frames["feedback"]["role"]) == {"both"}
    say = WorldTruth(replace(market, accounts=alone)).expected.say
    weighty = say["consumer"] / (say["buyer"] + say["consumer"])
    found = true_size(replace(market, accounts=alone), "one-ear")
    assert found == pytest.approx(abs(weighty - 0.5))


def test_where_nothing_is_sold_tried_or_used_the_nine_have_no_truth() -> None:
    found = true_sizes(replace(_tiny(), trade=None))
    assert [m for m, size in found.items() if size is None] == [
        m for m in found if m not in ("consumer-ignored", "buyer-ignored", "wrong-message")
    ]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"responses": (TrueResponse("Q", "n", 10, 0.1),)}, "responses: expected campaigns .* Q"),
        ({"levers": LEVERS, "trade": None}, "levers: expected a world with `trade`"),
        ({"usage": Usage("2024-05", 0.1), "trade": None}, "usage: expected a world with `trade`"),
        ({"trade": replace(TRADE, launch=Launch("x", 0.1, 0.1))}, "trade.launch: .* found x"),
    ],
)
def test_a_part_that_does_not_fit_its_world_is_refused(part: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _tiny(**part)


def _tiny(**parts: object) -> World:
    """A small world with three campaigns, A acquiring half of the spend."""
    rows = [("A", 2, "acquire"), ("B", 1, "retain"), ("C", 1, "onboard")]
    spent = [{"campaign": c, "spend": s, "phase": p, "audience": "buyer"} for c, s, p in rows]
    role = Role((3.0, 2.0), (2.6, 3.0))
    client = {"attributes": {"a": {"label": "a"}, "b": {"label": "b"}}, "margin": 0.4}
    made = {"trade": TRADE, "campaigns": tuple(spent)} | parts
    return World(client, role, replace(role, performance=(1.8, 2.4)), **made)  # type: ignore[arg-type]


def test_usage_starts_with_the_first_order_and_its_months_end_where_they_should(
    frames: Frames,
) -> None:
    usage, purchases = frames["usage"], frames["purchases"]
    assert sorted(usage["period"].unique()) == ["2024-08", "2024-09"]
    joined = purchases.groupby("account_id")["date"].min().dt.strftime("%Y-%m")
    assert (joined[usage["account_id"]].to_numpy() <= usage["period"].to_numpy()).all()
    assert set(joined.index[joined <= "2024-09"]) == set(usage["account_id"])


def test_campaigns_are_split_by_segment_and_lose_no_spend(market: World, frames: Frames) -> None:
    rows = frames["campaigns"]
    spent = {row["campaign"]: float(row["spend"]) for row in market.campaigns}
    assert rows.groupby("campaign")["spend"].sum().to_dict() == pytest.approx(spent)
    split = rows.dropna(subset="segment")
    assert set(split["campaign"]) == set("ABC")
    assert (split["conversions"] <= split["contacts"]).all()
    assert split["revenue"].to_list() == pytest.approx((split["conversions"] * 12.5).to_list())
    assert rows[rows["segment"].isna()]["conversions"].isna().all()


def test_every_first_order_opens_with_the_product_launched(frames: Frames) -> None:
    purchases = frames["purchases"]
    order = purchases.sort_values(["date", "order_id"], kind="stable")
    assert (order.drop_duplicates("account_id")["product"] == "new").all()


def test_trials_reach_the_share_of_one_off_customers_they_should(frames: Frames) -> None:
    one_off = (frames["purchases"].groupby("account_id")["date"].nunique() == 1).sum()
    levers = frames["levers"].set_index("lever")
    assert levers.loc["learn", "customers"] == round(0.3 * one_off)
    assert levers.loc["learn", "cost"] == 4 * levers.loc["learn", "customers"]
    rates = levers["converted"] / levers["customers"]
    assert rates.to_dict() == pytest.approx(
        {"learn": 0.5, "support": 0.3, "incentive": 0.4}, abs=0.02
    )
