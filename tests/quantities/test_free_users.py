"""Free users by account, watched for unequal times, against what they cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame
from toolkit.models.cannot import CannotTell
from toolkit.models.freemium import Freemium
from toolkit.quantities.free_users import FreeUsers, free_users
from toolkit.stats.interval import Interval

START = pd.Timestamp("2024-01-01")
RATE = 0.3


def day(number: float) -> pd.Timestamp:
    return START + pd.Timedelta(days=int(number)) if np.isfinite(number) else pd.NaT


def people(accounts: int = 300, until: int = 720, seed: int = 5) -> list[dict[str, Any]]:
    """A user an account from days spread evenly; 30 % come to pay within 180 days, if seen."""
    rng = np.random.default_rng(seed)
    begun = rng.integers(0, until, accounts)
    wait = np.where(rng.random(accounts) < RATE, rng.integers(1, 180, accounts), np.inf)
    paid = np.where(begun + wait <= until, begun + wait, np.nan)
    return [
        {"person_id": f"p{a}", "role": "consumer", "account_id": f"a{a}"}
        | {"free_from": day(b), "paid_from": day(p)}
        for a, (b, p) in enumerate(zip(begun, paid, strict=True))
    ]


def orders(accounts: int = 60, amount: float = 50.0) -> list[dict[str, Any]]:
    """Payers with an order on the first day and one in each quarter of two years."""
    return [
        {"order_id": f"o{a}-{k}", "buyer_id": f"a{a}", "date": day(90 * k), "amount": amount}
        for a in range(accounts)
        for k in range(9)
    ]


def read(
    rows: list[dict[str, Any]],
    bought: list[dict[str, Any]] | None = None,
    *,
    cost: float | None = 20.0,
    margin: float | None = 0.5,
) -> FreeUsers:
    table = frame("purchases", bought) if bought else None
    seed = np.random.SeedSequence(1)
    found = free_users(
        frame("people", rows), table, cost=cost, margin=margin, seed=seed, level=0.95
    )
    assert found is not None
    return found


def test_the_true_share_is_recovered_although_the_young_had_no_time() -> None:
    inside, naive = [], []
    for seed in range(40):
        rows = people(seed=seed)
        share = read(rows).conversion
        assert isinstance(share, Interval)
        inside.append(share.low < RATE < share.high)
        naive.append(np.mean([pd.notna(r["paid_from"]) for r in rows]))
    assert np.mean(inside) > 0.87
    assert np.mean(naive) < RATE - 0.02


def test_value_is_share_times_margin_of_the_first_year_less_cost() -> None:
    found = read(people(), orders()).pays
    assert isinstance(found, Freemium)
    worth = 5 * 50 * 0.5  # orders on days 0, 90, 180, 270 and 360
    assert found.break_even == pytest.approx(20 / worth)
    assert found.value.value == pytest.approx(found.conversion.value * worth - 20)


def test_who_uses_and_who_pays_may_be_two_people_of_one_account() -> None:
    alone = people()
    parted = [
        part
        for r in alone
        for part in (
            r | {"paid_from": pd.NaT},
            r | {"person_id": f"x{r['person_id']}", "role": "buyer", "free_from": pd.NaT},
        )
    ]
    assert read(parted).conversion == read(alone).conversion


def test_who_paid_first_is_no_free_user() -> None:
    late = [{"person_id": "p", "role": "both", "free_from": day(50), "paid_from": day(10)}]
    assert read(people() + late).accounts == 300


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"cost": None}, "what a free user costs"),
        ({"margin": None}, "which share of revenue is margin"),
        ({"bought": None}, "fewer than 30 payers"),
        ({"rows": people(20)}, "free accounts were watched"),
    ],
)
def test_what_is_missing_is_said(more: dict[str, Any], why: str) -> None:
    given = {"rows": people(), "bought": orders()} | more
    found = read(**given).pays
    assert isinstance(found, CannotTell)
    assert why in found.why


def test_nobody_known_to_use_it_free_is_none() -> None:
    rows = [{"person_id": "p", "role": "both"}]
    table = frame("people", rows).astype({"free_from": "datetime64[ns]"})
    table["paid_from"] = pd.to_datetime(table["paid_from"])
    seed = np.random.SeedSequence(1)
    assert free_users(table, None, cost=None, margin=None, seed=seed, level=0.95) is None
