"""Quantities of the ledger of all accounts: the same as those of all lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import toolkit
from toolkit.client import Client
from toolkit.client.large.rollup import account_ledger
from toolkit.quantities import Facts
from toolkit.quantities.accounts import drawn, revenue_by_account
from toolkit.report.deliver import size
from toolkit.stats.interval import Interval


def _clients() -> tuple[Client, Client]:
    """The sample client with its orders in memory, and with a ledger and a tenth of the lines."""
    whole = toolkit.load("datasets/clients/iron-gym")
    lines = whole.table("purchases")
    some = lines[lines["account_id"].isin(lines["account_id"].unique()[::10])]
    frames = dict(whole.frames) | {"purchases": some.reset_index(drop=True)}
    return whole, replace(whole, frames=frames, accounts=account_ledger(lines))


WHOLE, LARGE = _clients()


def near(one: Interval | None, other: Interval | None) -> bool:
    assert one is not None
    assert other is not None
    ends = [(i.value, i.low, i.high) for i in (one, other)]
    return one.n == other.n and bool(np.allclose(*ends, rtol=1e-9, atol=1e-12))


def test_separation_of_the_ledger_is_that_of_all_lines() -> None:
    one, other = Facts(WHOLE).separation, Facts(LARGE).separation
    assert one is not None
    assert other is not None
    assert near(one.orders, other.orders)
    assert near(one.revenue, other.revenue)
    assert one.unknown == pytest.approx(other.unknown)
    assert Facts(WHOLE).one_person == Facts(LARGE).one_person


def test_returns_and_worth_of_the_ledger_are_those_of_all_lines() -> None:
    one, other = Facts(WHOLE), Facts(LARGE)
    assert one.returns is not None
    assert other.returns is not None
    place = other.returns.names.get_indexer(one.returns.names)
    for name in ("days", "first", "wait", "watched", "revenue"):
        mine, theirs = getattr(one.returns, name), getattr(other.returns, name)
        np.testing.assert_allclose(mine, theirs[place])
    assert one.returns.end == other.returns.end
    assert one.worth is not None
    assert other.worth is not None
    assert near(one.worth.revenue(0.95), other.worth.revenue(0.95))
    for name in ("accounts", "one_off", "clients", "lines", "one_product"):
        assert getattr(one.worth, name) == pytest.approx(getattr(other.worth, name)), name


def test_what_joins_other_tables_keeps_every_account() -> None:
    one, other = Facts(WHOLE).use, Facts(LARGE).use
    assert one is not None
    assert other is not None
    assert (one.period, one.by_period, one.unknown) == (
        other.period,
        other.by_period,
        other.unknown,
    )
    same = revenue_by_account(WHOLE).sort_index(), revenue_by_account(LARGE).sort_index()
    pd.testing.assert_series_equal(*same, check_names=False)
    assert size(WHOLE) == pytest.approx(size(LARGE))


def test_a_finding_says_where_it_rests_on_drawn_accounts() -> None:
    assert list(drawn(WHOLE, "this rests")) == []
    [said] = drawn(LARGE, "this rests")
    assert f"this rests on {LARGE.frames['purchases']['account_id'].nunique():,} of" in said
    found = toolkit.audit(LARGE)
    for name in ("clients", "life_cycle"):
        assert any("drawn by a hash" in limit for limit in found.findings[name].limits)
    assert not any("drawn by a hash" in limit for limit in found.findings["loyalty"].limits)
