"""Spend, claims and fit by hand.

Spend of the last year over buyers and consumers, and how far it is from what a stage asks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame
from tests.measures.test_products import WAVE, bought, read_lives
from toolkit.measures.campaign_spend import (
    SpendEmphasis,
    campaign_messages,
    claim_fit,
    emphasis_mismatch,
    mismatch_p_above,
    spend_emphasis,
    spend_shares,
)
from toolkit.measures.facts import require_measure
from toolkit.measures.products import CURVE_DRAWS, HALF, ProductLife
from toolkit.models.diffusion import STAGES

ROWS = [
    {"campaign": "Shelf", "audience": "buyer", "spend": 50.0, "claims": "price"},
    {"campaign": "Film", "audience": "consumer", "spend": 30.0, "claims": "fun;look"},
    {"campaign": "Fair", "audience": "both", "spend": 20.0, "claims": "price;fun"},
    {"campaign": "Visit", "audience": "influencer", "spend": 100.0, "claims": None},
]


def test_money_for_both_counts_half_for_each() -> None:
    assert spend_shares(frame("campaigns", ROWS)) == pytest.approx([0.30, 0.20, 0.50])


def test_claim_shares_split_a_rows_spend_evenly_over_its_claims() -> None:
    found = campaign_messages(frame("campaigns", ROWS), ["price", "fun", "look"])
    assert found.names == ("Shelf", "Film", "Fair")
    assert found.claim_shares() == pytest.approx(
        np.array([[55 / 60, 5 / 60, 0], [5 / 40, 20 / 40, 15 / 40]])
    )
    assert found.one_role.tolist() == [True, True, False]
    assert found.total == 200


def test_fit_is_the_weight_covered_over_the_most_that_could_be() -> None:
    claims = np.array([[True, False, False], [False, True, True]])
    weights = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    assert claim_fit(weights, claims) == pytest.approx(np.array([[1, 0.5 / 0.8], [0.1 / 0.7, 1]]))


def test_a_claim_about_an_attribute_nobody_weighed_is_left_out() -> None:
    found = campaign_messages(frame("campaigns", ROWS), ["price"])
    assert found.names == ("Shelf", "Fair")
    assert found.claims.tolist() == [[True], [True]]


MIX = {"introduction": 0.5, "growth": 0.4, "maturity": 0.6, "decline": 0.7}


def row(audience: str, spend: float, start: str | None, end: str | None) -> dict[str, Any]:
    """A campaign with its days."""
    days = {"start": pd.Timestamp(start), "end": pd.Timestamp(end)}
    return {"campaign": f"{audience}{start}", "audience": audience, "spend": spend} | days


def spent(*rows: dict[str, Any]) -> SpendEmphasis:
    return require_measure(spend_emphasis(frame("campaigns", list(rows))))


def in_stages(**chances: float) -> ProductLife:
    """A life with these chances now, a month earlier and a month later."""
    (life,) = read_lives(bought("a", WAVE), a="2024-01-01")
    shares = np.array([chances.get(stage, 0.0) for stage in STAGES])
    passed = np.repeat(np.arange(len(STAGES)), np.round(CURVE_DRAWS * shares).astype(int))
    now = len(life.firsts) + HALF
    drawn = np.where(np.arange(3) < passed[:, None], now - 9.0, now + 9.0)
    return replace(life, stage=replace(require_measure(life.stage), drawn=drawn))


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
    assert spend_emphasis(frame("campaigns", [row("consumer", 10, None, None)])) is None


def test_a_certain_stage_gives_a_point() -> None:
    found = emphasis_mismatch(in_stages(decline=1), MIX, 0.2, 0.95)
    assert (found.low, found.value, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert mismatch_p_above(in_stages(decline=1), MIX, 0.2, 0.15) == 1 / (CURVE_DRAWS + 1)


def test_the_interval_reaches_over_the_stages_that_are_possible() -> None:
    found = emphasis_mismatch(in_stages(decline=0.9, maturity=0.1), MIX, 0.2, 0.95)
    assert (found.low, found.value, found.high) == pytest.approx((0.4, 0.5, 0.5))
    narrow = emphasis_mismatch(in_stages(decline=0.98, maturity=0.02), MIX, 0.2, 0.95)
    assert narrow.low == pytest.approx(0.5)


def test_p_is_the_chance_of_the_stages_the_spend_is_near_enough_for() -> None:
    life = in_stages(decline=0.9, maturity=0.1)
    assert mismatch_p_above(life, MIX, 0.5, 0.15) == pytest.approx((1 + 50) / (CURVE_DRAWS + 1))


def test_exactly_the_threshold_away_is_not_beyond_it() -> None:
    assert mismatch_p_above(in_stages(decline=1), MIX, 0.55, 0.15) == 1


def test_swapping_the_roles_leaves_the_distance() -> None:
    life, mirrored = in_stages(decline=0.9, maturity=0.1), {s: 1 - x for s, x in MIX.items()}
    one, two = emphasis_mismatch(life, MIX, 0.2, 0.95), emphasis_mismatch(life, mirrored, 0.8, 0.95)
    assert (one.low, one.value, one.high) == pytest.approx((two.low, two.value, two.high))
