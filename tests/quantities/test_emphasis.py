"""Spend of the last year over buyers and consumers, and how far it is from what a stage asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame
from tests.quantities.test_stages import WAVE, bought, read
from toolkit.models.diffusion import STAGES
from toolkit.quantities.basis import known
from toolkit.quantities.emphasis import Emphasis, emphasis, mismatch, mismatch_p_above
from toolkit.quantities.stages import DRAWS, HALF, Life

MIX = {"introduction": 0.5, "growth": 0.4, "maturity": 0.6, "decline": 0.7}


def row(audience: str, spend: float, start: str | None, end: str | None) -> dict[str, Any]:
    """A campaign with its days."""
    days = {"start": pd.Timestamp(start), "end": pd.Timestamp(end)}
    return {"campaign": f"{audience}{start}", "audience": audience, "spend": spend} | days


def spent(*rows: dict[str, Any]) -> Emphasis:
    return known(emphasis(frame("campaigns", list(rows))))


def in_stages(**chances: float) -> Life:
    """A life with these chances now, a month earlier and a month later."""
    (life,) = read(bought("a", WAVE), a="2024-01-01")
    shares = np.array([chances.get(stage, 0.0) for stage in STAGES])
    passed = np.repeat(np.arange(len(STAGES)), np.round(DRAWS * shares).astype(int))
    now = len(life.firsts) + HALF
    drawn = np.where(np.arange(3) < passed[:, None], now - 9.0, now + 9.0)
    return replace(life, stage=replace(known(life.stage), drawn=drawn))


def test_both_is_halved_and_influencers_are_left_aside() -> None:
    found = spent(
        row("buyer", 100, "2024-06-01", "2024-06-30"),
        row("both", 200, "2024-06-01", "2024-06-30"),
        row("influencer", 900, "2024-06-01", "2024-06-30"),
    )
    assert (found.buyer, found.spend, found.rows) == (200 / 300, 300, 3)


def test_spend_before_the_last_twelve_months_does_not_count() -> None:
    found = spent(
        row("buyer", 100, "2022-01-01", "2022-12-31"),
        row("consumer", 50, "2024-07-01", "2024-07-31"),
        row("buyer", 50, "2023-07-22", "2023-08-10"),  # 10 of its 20 days lie within
    )
    assert found.spend == pytest.approx(75)
    assert found.buyer == pytest.approx(25 / 75)
    assert found.until == pd.Timestamp("2024-07-31")


def test_a_campaign_of_one_day_counts_whole() -> None:
    assert spent(row("buyer", 8, "2024-07-31", "2024-07-31")).spend == 8


def test_rows_without_days_are_counted_apart() -> None:
    found = spent(
        row("buyer", 10, "2024-06-01", "2024-06-30"),
        row("consumer", 10, None, "2024-06-30"),
        row("consumer", 0, None, None),
    )
    assert (found.undated, found.rows, found.buyer) == (1, 1, 1.0)
    assert emphasis(frame("campaigns", [row("consumer", 10, None, None)])) is None


def test_a_certain_stage_gives_a_point() -> None:
    found = mismatch(in_stages(decline=1), MIX, 0.2, 0.95)
    assert (found.low, found.value, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert mismatch_p_above(in_stages(decline=1), MIX, 0.2, 0.15) == 1 / (DRAWS + 1)


def test_the_interval_reaches_over_the_stages_that_are_possible() -> None:
    found = mismatch(in_stages(decline=0.9, maturity=0.1), MIX, 0.2, 0.95)
    assert (found.low, found.value, found.high) == pytest.approx((0.4, 0.5, 0.5))
    narrow = mismatch(in_stages(decline=0.98, maturity=0.02), MIX, 0.2, 0.95)
    assert narrow.low == pytest.approx(0.5)


def test_p_is_the_chance_of_the_stages_the_spend_is_near_enough_for() -> None:
    life = in_stages(decline=0.9, maturity=0.1)
    assert mismatch_p_above(life, MIX, 0.5, 0.15) == pytest.approx((1 + 50) / (DRAWS + 1))


def test_exactly_the_threshold_away_is_not_beyond_it() -> None:
    assert mismatch_p_above(in_stages(decline=1), MIX, 0.55, 0.15) == 1


def test_swapping_the_roles_leaves_the_distance() -> None:
    life, mirrored = in_stages(decline=0.9, maturity=0.1), {s: 1 - x for s, x in MIX.items()}
    one, two = mismatch(life, MIX, 0.2, 0.95), mismatch(life, mirrored, 0.8, 0.95)
    assert (one.low, one.value, one.high) == pytest.approx((two.low, two.value, two.high))
