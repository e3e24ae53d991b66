"""The enumerated truth: against large draws, closed forms and symmetries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.simulate import Profile, Role, Say, Survey, World, draw, population, truth
from toolkit.simulate.samples import SAMPLES
from toolkit.simulate.solve import SOLVABLE

MANY = 100_000
Frames = dict[str, pd.DataFrame]
Estimate = Callable[..., dict[str, float]]
BLOCKS = 20


def test_the_truth_equals_what_a_hundred_thousand_accounts_show(
    world: World, estimate: Estimate
) -> None:
    frames = draw(world, MANY, 20, tables=["survey", "influence", "campaigns"])
    blocks = pd.DataFrame([estimate(block, world) for block in _blocks(frames)])
    true = truth(world)
    for mistake in SOLVABLE:
        error = blocks[mistake].std() / np.sqrt(BLOCKS)
        assert abs(blocks[mistake].mean() - true[mistake]) < 4 * error, mistake


def test_that_comparison_is_sharp_enough_to_see_straight_liners_left_out(world: World) -> None:
    without = truth(replace(world, survey=replace(world.survey, straight=0.0)))
    assert abs(without["consumer-ignored"] - truth(world)["consumer-ignored"]) > 0.5


def _blocks(frames: Frames) -> Iterator[Frames]:
    answers = {name: frames[name] for name in ("survey", "influence")}
    place = {n: f["account_id"].str[1:].astype(int) % BLOCKS for n, f in answers.items()}
    for block in range(BLOCKS):
        yield frames | {n: f[place[n] == block] for n, f in answers.items()}


def test_swapping_buyer_and_consumer_flips_the_sign(world: World) -> None:
    plain = replace(world.accounts, consumers={1: 1.0}, growth=0.0, also_use=0.0)
    before = replace(world, accounts=plain)
    after = replace(before, buyer=world.consumer, consumer=world.buyer)
    assert truth(after)["consumer-ignored"] == pytest.approx(-truth(before)["consumer-ignored"])
    assert truth(after)["buyer-ignored"] == pytest.approx(truth(before)["consumer-ignored"])


def test_swapping_roles_and_audiences_together_changes_no_message_mistake(world: World) -> None:
    other = {"buyer": "consumer", "consumer": "buyer", "influencer": "influencer"}
    plain = replace(
        world, accounts=replace(world.accounts, consumers={1: 1.0}, growth=0.0, also_use=0.0)
    )
    rows = tuple({**r, "audience": other[r["audience"]]} for r in world.campaigns)
    swapped = replace(plain, buyer=world.consumer, consumer=world.buyer, campaigns=rows)
    for mistake in ("wrong-message", "same-message"):
        assert truth(swapped)[mistake] == pytest.approx(truth(plain)[mistake], abs=1e-12)


def test_roles_that_answer_alike_ignore_nobody_and_leave_no_message_wrong(world: World) -> None:
    accounts = replace(world.accounts, consumers={1: 1.0}, growth=0.0, also_use=0.0)
    alike = truth(replace(world, accounts=accounts, consumer=world.buyer))
    assert alike["consumer-ignored"] == pytest.approx(0, abs=1e-9)
    assert alike["wrong-message"] == pytest.approx(0, abs=1e-12)
    assert alike["same-message"] <= 0


def test_answers_without_spread_give_the_weights_by_hand(world: World) -> None:
    sharp = Role((4.0, 2.0, 2.0, 0.0), (5.0, 3.0, 1.0, 1.0), spread=1e-6, pull=0, tilt=0)
    expected = population(replace(world, buyer=sharp, consumer=sharp, survey=Survey()))
    assert expected.weights["buyer"] == pytest.approx([0.5, 0.25, 0.25, 0])
    assert expected.performance["buyer"] == pytest.approx([100, 50, 0, 0])
    assert expected.value("buyer") == pytest.approx(62.5)


def test_only_straight_liners_weigh_everything_alike_and_rate_half_way(world: World) -> None:
    expected = population(replace(world, survey=Survey(straight=1.0)))
    assert expected.weights["consumer"] == pytest.approx([0.25] * 4)
    assert expected.value("consumer") == pytest.approx(50)


def test_answers_lost_at_random_do_not_change_the_truth(world: World) -> None:
    complete = replace(world, survey=replace(world.survey, missing=0.0))
    assert truth(complete) == truth(world)


def test_one_exact_informant_reports_the_say_itself(world: World) -> None:
    say = Say((Profile(1.0, buyer=55, consumer=25, influencer=20),), jitter=0)
    alone = replace(world, say=say, consumer=replace(world.consumer, reports=0.0))
    honest = replace(alone, buyer=replace(alone.buyer, overstates=1.0))
    assert population(honest).say == pytest.approx(
        {"buyer": 0.55, "consumer": 0.25, "influencer": 0.2, "gatekeeper": 0.0}
    )


def test_informants_who_overstate_themselves_raise_their_own_say(world: World) -> None:
    louder = replace(world, consumer=replace(world.consumer, overstates=3.0))
    assert population(louder).say["consumer"] > population(world).say["consumer"] + 0.02


def test_doubling_all_spend_changes_nothing(world: World) -> None:
    rows = tuple({**row, "spend": row["spend"] * 2} for row in world.campaigns)
    assert truth(replace(world, campaigns=rows)) == pytest.approx(truth(world))


def test_a_world_without_campaigns_has_no_truth_about_money_or_messages(world: World) -> None:
    found = truth(replace(world, campaigns=()))
    assert [m for m in found if found[m] is not None] == ["consumer-ignored", "buyer-ignored"]


def test_a_world_where_one_person_pays_and_uses_ignores_nobody() -> None:
    assert truth(SAMPLES["corner-coffee"].world)["consumer-ignored"] == pytest.approx(0)


def test_a_claim_about_an_unknown_attribute_is_refused_by_name(world: World) -> None:
    rows = ({"campaign": "A", "audience": "buyer", "spend": 1, "claims": "prise"},)
    with pytest.raises(ValueError, match="prise"):
        truth(replace(world, campaigns=rows))


def test_shares_that_do_not_sum_to_one_are_refused(world: World) -> None:
    with pytest.raises(ValueError, match=r"accounts\.consumers.*0\.9"):
        replace(world, accounts=replace(world.accounts, consumers={1: 0.9}))
