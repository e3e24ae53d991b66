"""The audit of clients: published numbers on CDNOW, contracts by hand, levers, what is missing."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.audits.shops import audited, loaded, only, published
from tests.clients import client
from toolkit.audits import clients, reader_tables
from toolkit.models.repeat_buying import fit_bg_nbd, purchase_summary


def test_half_of_the_time_of_the_published_sample_gives_the_published_model() -> None:
    # Fader, Hardie & Lee (2005), Marketing Science 24, table 2: 39 weeks of calibration
    found = published().measure("repeat_model")["value"]
    wanted = {"r": 0.24259, "alpha": 4.4135, "a": 0.79289, "b": 2.42575}
    assert found.to_dict() == pytest.approx(wanted, rel=2e-4)
    assert published().measure("holdout").loc["all:seen", "n"] == 2357
    # the same sample: 59.9 % of customers make no repeat purchase in calibration
    zero = published().measure("holdout").loc["0:seen", "n"]
    assert zero / 2357 == pytest.approx(0.599, abs=0.003)


def test_all_customers_of_cdnow_get_a_chapter_with_its_holdout() -> None:
    found = audited("real/cdnow")
    assert found.status == "done"
    assert found.measure("holdout").loc["all:expected", "n"] == 23_570
    assert "foretold 14% fewer purchases" in " ".join(found.limits)
    assert "client_value" not in set(found.frame["measure"])  # no margin is known
    assert "of revenue in the year after" in found.answer
    curve = found.measure("tracked")["value"]
    assert 20 <= len(curve) <= 60
    table = reader_tables.holdout_table(found)
    assert set(table.columns) == {"customers", "foretold", "came"}
    assert table.loc["0", "customers"] == "14,119"


def test_cdnow_is_fitted_within_two_seconds() -> None:
    rows = loaded("real/cdnow").table("purchases").rename(columns={"account_id": "customer"})
    start = process_time()
    fit_bg_nbd(purchase_summary(rows, until="1998-06-30"))
    assert process_time() - start < 2


@pytest.mark.parametrize("sample", ["deskware", "iron-gym"])
def test_the_design_has_all_its_measures_with_ends_in_order(sample: str) -> None:
    frame = audited(f"clients/{sample}").frame
    assert {"one_off_share", "client_value", "lever_net"} <= set(frame["measure"])
    assert (frame["low"] <= frame["value"] + 1e-9).all()
    assert (frame["value"] <= frame["high"] + 1e-9).all()
    assert set(audited(f"clients/{sample}").measure("lever_net").index) <= {
        "learn",
        "incentive",
        "word_of_mouth",
        "suggestions",
        "support",
    }


def test_levers_that_pay_and_that_do_not_are_told_apart() -> None:
    found = audited("clients/deskware")
    assert "It pays to extend learn" in found.answer
    assert "Not worth its cost: incentive" in found.answer
    assert list(found.measure("lever_net").index) == ["learn", "incentive"]
    table = reader_tables.lever_table(found, "EUR")
    assert table.loc["incentive", "cost per customer"] == "€1,500"
    assert table.loc["learn", "chance that it pays"] == "100%"
    net, lift = found.measure("lever_net")["value"], found.measure("lever_lift")["value"]
    value = found.measure("client_value")["value"].iloc[0]
    assert net["learn"] == pytest.approx(lift["learn"] * value - 240)


def subscribed(stays: tuple[int, ...], window: int) -> list[dict[str, Any]]:
    """Accounts of which so many order again in each period after the first order."""
    rows = []
    for i in range(stays[0]):
        for period, left in enumerate(stays):
            if i < left:
                day = pd.Timestamp("2024-01-01") + pd.Timedelta(days=period * window)
                rows.append((f"a{i}", day))
    return [
        {"order_id": f"o{n}", "buyer_id": a, "date": d, "amount": 9.0, "product": "plan"}
        for n, (a, d) in enumerate(rows)
    ]


def test_contracts_renew_by_hand_and_the_multiple_follows() -> None:
    # the regular cohort of Fader & Hardie (2007): 63.1 % and 46.8 % of 1,000 are left
    made = client(
        purchases=subscribed((1000, 631, 468), 180),
        products=[{"product": "plan", "pricing": "subscription"}],
    )
    found = clients.audit(made)
    rate = found.measure("renewal")["value"].iloc[0]
    assert rate == pytest.approx((631 + 468) / (1000 + 631))
    discount = 1.1 ** (180 / 365) - 1
    multiple = found.measure("retention_multiple")["value"].iloc[0]
    assert multiple == pytest.approx(rate / (1 + discount - rate))
    assert len(found.measure("still_there")) == 1


def test_nothing_is_said_of_contracts_where_none_are_sold() -> None:
    single = client(
        purchases=subscribed((100, 60, 40), 180),
        products=[{"product": "plan", "pricing": "single"}],
    )
    assert not {"renewal", "retention_multiple"} & set(clients.audit(single).frame["measure"])


def test_a_shop_of_one_product_is_told_that_it_is_not_worth_it() -> None:
    rows = [
        {
            "order_id": f"o{i}",
            "buyer_id": f"b{i}",
            "date": pd.Timestamp("2023-01-01"),
            "amount": 5.0,
        }
        | {"product": "kit"}
        for i in range(50)
    ]
    rows[-1]["date"] = pd.Timestamp("2024-12-31")
    trial = {"lever": "incentive", "customers": 40, "converted": 20, "cost": 80.0}
    trial |= {"control_customers": 40, "control_converted": 4}
    found = clients.audit(client(purchases=rows, levers=[trial], margin=0.4))
    assert "not worth it" in found.answer
    assert "Not worth its cost: incentive" in found.answer
    assert found.measure("lever_net")["value"].tolist() == [-2.0]


def test_levers_alone_show_effect_and_cost_and_purchases_alone_no_levers() -> None:
    full = loaded("clients/iron-gym")
    alone = clients.audit(only(full, levers=full.table("levers")))
    assert set(alone.frame["measure"]) == {"lever_lift", "lever_cost"}
    assert "Without purchases" in alone.answer
    bought = clients.audit(only(full, purchases=full.table("purchases")))
    assert "lever_lift" not in set(bought.frame["measure"])
    nothing = clients.audit(only(full))
    assert (nothing.status, nothing.answer) == (
        "skipped",
        "Bring purchases, trials of levers, or both.",
    )


def test_customers_of_the_last_year_are_left_out_of_what_is_said_of_a_year() -> None:
    found = audited("clients/iron-gym")
    shares = found.measure("one_off_share")
    assert shares.loc["in a year", "n"] < shares.loc["", "n"] == 260
    assert "40.8% of accounts came less than 365 days" in " ".join(found.limits)


@pytest.mark.parametrize("days", [0, 1, 3])
def test_a_very_short_history_is_answered_without_a_model(days: int) -> None:
    rng = np.random.default_rng(1)
    rows = [
        {"order_id": f"o{i}", "buyer_id": f"b{i % 40}", "amount": 5.0}
        | {"date": pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(rng.integers(days + 1)))}
        for i in range(80)
    ]
    found = clients.audit(client(purchases=rows, margin=0.4))
    assert found.status == "done"
    assert "repeat_model" not in set(found.frame["measure"])


def test_the_finding_is_the_same_every_time_and_quick() -> None:
    full = loaded("clients/deskware")
    clients.audit(full)
    start = process_time()
    again = clients.audit(replace(full))
    assert process_time() - start < 1.5
    pd.testing.assert_frame_equal(again.frame, audited("clients/deskware").frame)
    assert again.limits == audited("clients/deskware").limits
