"""A seeded selection of the study, and the proof that it would catch the usual mistakes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.calibration.clients import facts
from tests.calibration.more import asked_and_decided
from tests.calibration.study import Tally, covers, present
from tests.calibration.whole import whole
from tests.calibration.worlds import alike, world
from toolkit.audits.mistakes import ESTIMATORS, judge_mistakes
from toolkit.finding import Judgement, Verdict
from toolkit.measures.facts import Facts, require_measure
from toolkit.simulate.truth import true_sizes
from toolkit.simulate.world import AccountStructure, World
from toolkit.stats.shares import wilson

CLIENTS = range(120)
ACCOUNTS = 150
CONVERSIONS = 5_000
SURE = 0.999  # level of the Monte-Carlo intervals: a test may fail once in a thousand seeds


@cache
def at_delta() -> tuple[tuple[Judgement, ...], ...]:
    """Clients all of whose mistakes stand exactly at their thresholds."""
    there = world_of(1.0)
    return tuple(judge_mistakes(facts(there, ACCOUNTS, seed)) for seed in CLIENTS)


@cache
def world_of(times: float) -> World:
    return whole(times, conversions=CONVERSIONS)


@cache
def theta(times: float) -> dict[str, float | None]:
    return true_sizes(world_of(times))


def coverage(clients: tuple[tuple[Judgement, ...], ...], id: str, true: float | None) -> float:
    """The upper Monte-Carlo end of the share of intervals that hold the truth."""
    told = [m for client in clients for m in client if m.id == id and m.low is not None]
    return wilson(sum(covers(m, true) for m in told), len(told), level=SURE).high


@pytest.mark.parametrize("id", ESTIMATORS)
def test_intervals_hold_the_truth_at_the_threshold(id: str) -> None:
    assert coverage(at_delta(), id, theta(1.0)[id]) >= 0.95


@pytest.mark.parametrize("id", ESTIMATORS)
def test_alone_a_mistake_at_its_threshold_is_rarely_found(id: str) -> None:
    hits = sum(m.p is not None and m.p < 0.05 for c in at_delta() for m in c if m.id == id)
    assert wilson(hits, len(at_delta()), level=SURE).low <= 0.05


def test_all_together_a_client_at_the_thresholds_is_rarely_accused_and_would_be_without_holm() -> (
    None
):
    tally = Tally()
    for client in at_delta():
        tally.add(client, theta(1.0))
    assert wilson(tally.any_false, tally.clients, level=SURE).low <= 0.05
    plain = sum(any((m.p or 1) < 0.05 for m in client) for client in at_delta())
    assert wilson(plain, len(at_delta()), level=SURE).low > 0.05


@pytest.mark.parametrize("id", ["consumer-ignored", "first-sale-only", "chasing-one-offs"])
def test_p_is_one_sided_and_looks_the_right_way(id: str) -> None:
    for client in at_delta():
        mistake = next(m for m in client if m.id == id)
        assert mistake.estimate is not None
        if mistake.p is not None:
            assert (mistake.p < 0.5) == (mistake.estimate > mistake.threshold)


def test_holm_runs_over_exactly_the_mistakes_that_have_a_p() -> None:
    for client in at_delta()[:20]:
        tested = [m for m in client if m.p is not None]
        smallest = min(tested, key=lambda m: m.p or 1)
        assert len(tested) > len(ESTIMATORS) / 2
        assert smallest.p_holm == pytest.approx(min(1, (smallest.p or 1) * len(tested)))


def _rows_as_accounts(one: Facts) -> Facts:
    """The same client, with every respondent taken for an account of its own."""
    answers = require_measure(one.answers)
    rows = np.arange(len(answers.account))
    return Facts.given(one.client, answers=replace(answers, account=rows, accounts=len(rows)))


def test_a_bootstrap_of_rows_would_be_caught() -> None:
    there = world(1.0)
    tied = replace(there, consumer=replace(there.consumer, pull=1.5, spread=0.6))
    halves = AccountStructure(
        leaning=((-1.0, 0.5), (1.0, 0.5)), consumers={1: 0.3, 6: 0.4, 12: 0.3}
    )
    tied = replace(tied, accounts=halves)
    drawn = [facts(tied, ACCOUNTS, seed) for seed in range(100)]
    true = true_sizes(tied)["consumer-ignored"]
    by_account, by_row = (
        tuple(judge_mistakes(one) for one in clients)
        for clients in (drawn, [_rows_as_accounts(one) for one in drawn])
    )
    assert coverage(by_account, "consumer-ignored", true) >= 0.95
    assert coverage(by_row, "consumer-ignored", true) < 0.93


def test_at_every_kink_at_once_intervals_hold_and_nothing_is_found() -> None:
    there, tally = alike(), Tally()
    for seed in range(60):
        tally.add(judge_mistakes(facts(there, ACCOUNTS, seed)), true_sizes(there))
    assert tally.any_false == 0
    for id in ("spend-off-say", "wrong-message", "same-message"):
        assert wilson(tally.told[id]["covered"], tally.clients, level=SURE).high >= 0.95


def test_a_floor_taken_off_a_distance_would_be_caught() -> None:
    id, floored = "spend-off-say", 0
    for client in at_delta():
        mistake = next(m for m in client if m.id == id)
        floor = (mistake.high or 0) - (mistake.estimate or 0)  # about two standard errors of noise
        moved = replace(mistake, low=(mistake.low or 0) - floor, high=(mistake.high or 0) - floor)
        floored += covers(moved, theta(1.0)[id])
    assert wilson(floored, len(at_delta()), level=SURE).high < 0.95


@pytest.mark.parametrize("times", [0.0, 2.0])
def test_clear_and_found_where_they_should_be(times: float) -> None:
    there = world_of(times)
    for seed in range(4):
        for mistake in judge_mistakes(facts(there, 1_200, seed)):
            wanted = Verdict.FOUND if present(mistake, theta(times)) else Verdict.CLEAR
            assert mistake.verdict is wanted, mistake.id


def test_who_brings_the_rows_asked_for_gets_a_decision() -> None:
    told = asked_and_decided(world(1.3), 40, range(12))
    asked = sum(counts["asked"] for counts in told.values())
    decided = sum(counts["decided"] for counts in told.values())
    assert asked >= 20
    assert decided / asked >= 0.7
