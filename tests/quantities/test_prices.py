"""Stated prices of payers: who counts, what is asked of them, and what is left unsaid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.clients import frame, respondent
from toolkit.models.cannot import CannotTell
from toolkit.quantities.prices import Prices, prices


def answers(accounts: int, role: str = "buyer", *, level: float = 1.0) -> list[dict[str, Any]]:
    """A payer an account whose four prices rise around `level` · 100."""
    rng = np.random.default_rng(3)
    middle = 100 * level * rng.lognormal(0, 0.2, accounts)
    shares = {"too_cheap": 0.5, "cheap": 0.8, "expensive": 1.1, "too_expensive": 1.5}
    return [
        respondent(a, role, a, **{f"price_{k}": float(m * s) for k, s in shares.items()})
        for a, m in enumerate(middle)
    ]


def asked(rows: list[dict[str, Any]], cost: float | None = 40.0) -> Prices:
    found = prices(frame("survey", rows), cost, seed=1, level=0.95)
    assert isinstance(found, Prices)
    return found


def test_the_points_lie_in_their_order_within_what_was_named() -> None:
    found = asked(answers(80)).accepted
    ends = [i.value for i in (found.lowest, found.optimal, found.highest)]
    assert ends == sorted(ends)
    assert 50 < ends[0] < 100 < ends[-1] < 150


def test_consumers_who_do_not_pay_are_not_asked() -> None:
    payers, users = answers(80), answers(40, "consumer", level=9.0)
    renamed = [u | {"respondent_id": f"u{u['respondent_id']}"} for u in users]
    assert asked(payers + renamed).accepted.optimal == asked(payers).accepted.optimal


def test_patient_buyers_take_back_what_a_falling_price_would_bring() -> None:
    gain = asked(answers(80)).skimming.gain
    assert gain[0.0].value > 0
    assert gain[0.0].value > gain[0.5].value > gain[0.9].value


def test_willingness_is_one_number_an_account() -> None:
    once = answers(80)
    twice = once + [r | {"respondent_id": f"x{r['respondent_id']}"} for r in once]
    assert asked(twice).skimming.single == asked(once).skimming.single
    assert asked(twice).skimming.profit.n == 80


def test_another_currency_moves_all_alike() -> None:
    euros, cents = asked(answers(80)), asked(answers(80, level=100.0), cost=4_000.0)
    assert cents.accepted.optimal.value == pytest.approx(100 * euros.accepted.optimal.value)
    assert cents.skimming.single == pytest.approx(100 * euros.skimming.single)


def test_too_few_payers_cannot_tell_and_nobody_asked_is_none() -> None:
    assert isinstance(prices(frame("survey", answers(29)), None, seed=1, level=0.95), CannotTell)
    silent = [respondent(1, "buyer", 1, importance_price=3.0)]
    assert prices(frame("survey", silent), None, seed=1, level=0.95) is None
