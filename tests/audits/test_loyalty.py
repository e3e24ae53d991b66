"""The loyalty audit: measures by name, known truth, what cannot be told, and words of no cause."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import toolkit
from tests.clients import client, respondent
from toolkit.audits import loyalty
from toolkit.client.model import Client
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.repeat_buying import true_returning_accounts
from toolkit.simulate.sample import SAMPLES

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
ALWAYS = {"retention", "repeat_share", "returned", "loyalty_kind", "linkage", "e_value"}


@pytest.fixture(scope="module")
def gym() -> Client:
    return toolkit.load(DATASETS / "clients" / "iron-gym")


def without(audited: Client, *tables: str) -> Client:
    """The same client without some tables."""
    frames = {name: frame for name, frame in audited.frames.items() if name not in tables}
    return replace(audited, frames=frames)


def test_a_full_client_gets_every_measure_with_interval_and_count(gym: Client) -> None:
    found = loyalty.audit(gym)
    assert found.status == "done"
    assert set(found.frame["measure"]) == ALWAYS | {"mediation", "not_used"}
    assert (found.frame["low"] <= found.frame["value"] + 1e-9).all()
    assert (found.frame["value"] <= found.frame["high"] + 1e-9).all()
    assert list(found.measure("linkage").index) == ["consumer", "buyer"]
    assert len(found.answer.split(". ")) <= 3


def test_kinds_share_out_the_accounts_and_total_is_direct_plus_through(gym: Client) -> None:
    found = loyalty.audit(gym)
    assert found.measure("loyalty_kind")["value"].sum() == pytest.approx(1)
    parts = found.measure("mediation")["value"]
    assert parts["total"] == pytest.approx(parts["direct"] + parts["through the buyer"])


def test_the_link_holds_what_the_simulated_truth_says() -> None:
    sample = SAMPLES["crunch-morning"]
    trade = sample.world.trade
    assert trade is not None
    found = loyalty.audit(toolkit.load(DATASETS / "clients" / "crunch-morning"))
    linkage = found.measure("linkage")
    # the world's logit leans on consumers many times as much as on buyers
    assert trade.again[2] > 4 * trade.again[1]
    assert linkage.loc["consumer", "low"] > linkage.loc["buyer", "high"]


def test_the_repeat_share_covers_what_would_come_of_accounts_without_end() -> None:
    world = SAMPLES["iron-gym"].world
    assert world.trade is not None
    truth = true_returning_accounts(world, world.trade).again_and_again(1)[0]
    purchases = draw_tables(world, 1500, 3, tables=["purchases"])["purchases"]
    found = loyalty.audit(client(purchases=purchases.to_dict("records")))
    year = found.measure("returned").loc["365 days"]
    assert year["low"] - 0.02 < truth < year["high"] + 0.02  # a few come after more than a year


def test_it_works_with_whatever_is_there(gym: Client) -> None:
    orders = loyalty.audit(without(gym, "survey", "usage"))
    assert set(orders.frame["measure"]) == {"retention", "repeat_share", "returned"}
    asked = loyalty.audit(without(gym, "purchases", "usage"))
    assert set(asked.frame["measure"]) == {"linkage", "e_value", "mediation"}
    assert "Without purchases" in " ".join(asked.limits)
    assert loyalty.audit(without(gym, "purchases", "survey")).status == "skipped"


def test_an_e_value_is_one_where_the_link_may_be_nothing(gym: Client) -> None:
    found = loyalty.audit(gym)
    link, unseen = found.measure("linkage"), found.measure("e_value")
    for role, row in link.iterrows():
        assert (unseen.loc[role, "low"] == 1) == (row["low"] <= 0 <= row["high"])
        assert unseen.loc[role, "value"] >= 1


def test_no_word_of_cause_is_said(gym: Client) -> None:
    found = loyalty.audit(gym)
    said = f"{found.answer} {' '.join(found.limits)}"
    assert "goes together with" in found.answer
    assert "not drawn by lot" in said
    for word in ("causes", "because of", "leads to", "thanks to"):
        assert word not in said


def test_too_few_accounts_say_why_there_is_no_link() -> None:
    rows = [
        respondent(2 * i + k, role, i, satisfaction=5.0, rebought=1.0)
        for i in range(12)
        for k, role in enumerate(("buyer", "consumer"))
    ]
    found = loyalty.audit(client(survey=rows))
    assert "12 accounts have all that is needed; 30 must" in found.answer
    assert "linkage" not in set(found.frame["measure"])


def test_the_same_client_gives_the_same_finding(gym: Client) -> None:
    assert loyalty.audit(gym).frame.equals(loyalty.audit(replace(gym)).frame)
