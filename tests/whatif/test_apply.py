"""The client's own tables, changed as the scenario says, and nothing else.

The changed client as a folder that anything may audit.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.audits.worlds import HONEST
from tests.whatif.conftest import SAMPLES
from toolkit.audits import audit
from toolkit.audits.mistakes.judge import judge_mistakes
from toolkit.client.load import load
from toolkit.client.model import AccountLedger, Client
from toolkit.errors import ScenarioError
from toolkit.measures.facts import Facts
from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.solve import with_spend
from toolkit.simulate.truth import true_size
from toolkit.whatif.apply import apply_scenario, write_changed_client
from toolkit.whatif.controls import panel_controls
from toolkit.whatif.money import transfer_factors
from toolkit.whatif.scenario import Scenario, revenue_factor
from toolkit.whatif.scenario_file import prepare_scenario, save_scenario

MOVE = {"audience": {"buyer": 1.3, "consumer": 0.8}}


def test_an_unchanged_scenario_gives_the_audit_itself(bear: Client) -> None:
    same = apply_scenario(bear, Scenario(name="Nothing", assumptions={"response": 0.2}))
    assert same is bear
    assert audit(same).to_json() == audit(bear).to_json()


def test_factors_of_several_dimensions_multiply(bright: Client) -> None:
    rows = bright.frames["campaigns"]
    name = rows["campaign"].iloc[0]
    spend = {"audience": {"buyer": 1.5}, "phase": {"acquire": 0.5}, "campaign": {name: 2.0}}
    changed = apply_scenario(bright, Scenario(spend=spend)).frames["campaigns"]["spend"]
    factor = np.where(rows["audience"] == "buyer", 1.5, 1.0)
    factor *= np.where(rows["phase"] == "acquire", 0.5, 1.0)
    factor *= np.where(rows["campaign"] == name, 2.0, 1.0)
    assert changed.to_numpy() == pytest.approx(rows["spend"].to_numpy() * factor)


def test_the_clients_own_tables_stay_as_they_are(bright: Client) -> None:
    before = {name: frame.copy() for name, frame in bright.frames.items()}
    everything = Scenario(
        spend=MOVE,
        claims={"Take It Home": ("price",)},
        audiences={"Safe in Class": "both"},
        price=1.2,
        lift={"consumer": dict.fromkeys(bright.attributes, 10.0)},
        levers={"incentive": 3, "support": 0},
        free_cost=2,
    )
    changed = apply_scenario(bright, everything)
    for name, frame in before.items():
        assert bright.frames[name].equals(frame), name
    moved = {n for n in before if not changed.frames[n].equals(before[n])}
    assert moved == {"campaigns", "purchases", "products", "levers", "survey"}


def test_moved_money_changes_misallocation_exactly_as_the_formula_says(bear: Client) -> None:
    facts = Facts(apply_scenario(bear, Scenario(spend=MOVE)))
    rows, say = bear.frames["campaigns"], Facts(bear).say
    assert say is not None
    assert facts.spend is not None
    factor = rows["audience"].map(MOVE["audience"]).fillna(1.0)
    by_audience = (rows["spend"] * factor).groupby(rows["audience"]).sum()
    share = by_audience / by_audience.sum()
    three = [say.mean[0], say.mean[1], say.mean[2] + say.mean[3]]
    wanted = sum(
        abs(share[audience] - weight) / 2
        for audience, weight in zip(("buyer", "consumer", "influencer"), three, strict=True)
    )
    judged = next(m for m in judge_mistakes(facts) if m.id == "spend-off-say")
    assert judged.estimate == pytest.approx(wanted, rel=1e-12)


def test_what_moved_money_comes_to_is_what_a_client_with_such_money_shows(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("world")
    write_simulated_client(HONEST, folder, accounts=2_000, seed=5)
    client = load(folder)
    scenario = Scenario(spend={"audience": transfer_factors(client, "buyer", "consumer", 0.2)})
    truly = with_spend(HONEST, {"buyer": 0.35, "consumer": 0.65, "influencer": 0.0})
    judged = {m.id: m for m in judge_mistakes(Facts(apply_scenario(client, scenario)))}
    for id in ("spend-off-say", "wrong-message", "missed-influencer"):
        found, truth = judged[id], true_size(truly, id)
        assert truth is not None
        assert found.low is not None
        assert found.high is not None
        assert found.low - 1e-9 <= truth <= found.high + 1e-9, id


def test_a_lift_reaches_the_role_and_stops_at_the_end_of_the_scale(bright: Client) -> None:
    attribute = next(iter(bright.attributes))
    column = f"performance_{attribute}"
    low, high = bright.scales["performance"]
    before = bright.frames["survey"]
    after = apply_scenario(bright, Scenario(lift={"buyer": {attribute: 30}})).frames["survey"]
    mine = before["role"].isin(["buyer", "both"])
    wanted = (before[column] + 0.3 * (high - low)).clip(upper=high).where(mine, before[column])
    assert after[column].to_numpy() == pytest.approx(wanted.to_numpy(), nan_ok=True)
    assert after["satisfaction"].equals(before["satisfaction"])  # only that of consumers follows


def test_consumers_satisfaction_follows_as_it_goes_together(bright: Client) -> None:
    attribute = next(iter(bright.attributes))
    scenario = Scenario(lift={"consumer": {attribute: 8}})
    gap = apply_scenario(bright, scenario).frames["survey"]["satisfaction"]
    told = gap - bright.frames["survey"]["satisfaction"]
    uses = bright.frames["survey"]["role"] != "buyer"
    assert (told[~uses].dropna() == 0).all()
    assert told[uses].abs().max() > 0


def test_an_extended_lever_reaches_more_and_knows_no_more(bright: Client) -> None:
    before = {lever.lever: lever for lever in Facts(bright).tried}
    changed = apply_scenario(bright, Scenario(levers={"incentive": 2.5, "support": 0}))
    (after,) = Facts(changed).tried
    assert after.trial == before["incentive"].trial
    assert after.customers == 2.5 * before["incentive"].customers
    assert after.cost == pytest.approx(2.5 * before["incentive"].cost)


def test_prices_scale_what_all_accounts_paid_where_lines_are_too_many_to_hold(
    bright: Client, tmp_path: Path
) -> None:
    one = np.ones(2, dtype=np.int64)
    days = np.array([0, 30], dtype=np.int32)
    paid = np.array([20.0, 80.0])
    ledger = AccountLedger(
        *(pd.Index(["a", "b"]), one, one, one, paid, paid),
        *(np.array([0, 1], dtype=np.int32), days, paid),
        *(pd.Timestamp("2024-01-01"), pd.Series({"class": 2}), 2),
    )
    large = replace(bright, accounts=ledger)
    scenario = Scenario(price=1.1)
    changed = apply_scenario(large, scenario).accounts
    assert changed is not None
    assert changed.revenue.tolist() == pytest.approx(
        [20 * revenue_factor(scenario), 80 * revenue_factor(scenario)]
    )
    assert ledger.revenue.tolist() == [20, 80]
    path = tmp_path / "dear.json"
    save_scenario(scenario, path, large)
    with pytest.raises(ScenarioError, match="held line by line; these are 2 lines"):
        prepare_scenario(large, path, tmp_path / "client")


def test_prices_scale_what_is_paid_and_the_margin(bright: Client) -> None:
    scenario = Scenario(price=1.1, assumptions={"elasticity": 2.0, "loss_aversion": 1.10})
    changed = apply_scenario(bright, scenario)
    times = 1.1 * 1.1 ** (-2.0 * 2 * 1.10 / 2.10)
    paid = bright.frames["purchases"]["amount"] * times
    assert changed.frames["purchases"]["amount"].to_numpy() == pytest.approx(paid.to_numpy())
    assert bright.margin is not None
    assert changed.margin == pytest.approx(1 - (1 - bright.margin) / 1.1)
    assert (changed.frames["products"]["unit_cost"] == bright.frames["products"]["unit_cost"]).all()


def test_the_order_of_roles_in_a_scenario_changes_nothing() -> None:
    bazaar = load(SAMPLES / "open-bazaar")
    first = next(iter(bazaar.attributes))
    lift = {"buyer": {first: 30.0}, "consumer": {first: 30.0}}
    orders = (lift, dict(reversed(lift.items())))
    one, other = (apply_scenario(bazaar, Scenario(lift=order)).frames["survey"] for order in orders)
    pd.testing.assert_frame_equal(one, other)


MANY = Scenario(
    name="Many things",
    spend={"audience": {"buyer": 1.2}},
    claims={"Take It Home": ("price",)},
    price=1.1,
    lift={"consumer": {"price": 6}},
    levers={"incentive": 2, "support": 0},
    thresholds={"spend-off-say": 0.2},
)


def test_auditing_the_folder_is_auditing_the_changed_client(bright: Client, tmp_path: Path) -> None:
    write_changed_client(bright, MANY, tmp_path)
    told = [json.loads(audit(c).to_json()) for c in (load(tmp_path), apply_scenario(bright, MANY))]
    for content in told:
        del content["data"]  # other files, the same rows
    assert told[0] == told[1]


def test_the_same_scenario_gives_the_same_bytes(bear: Client, tmp_path: Path) -> None:
    scenario = Scenario(price=1.1, lift={"buyer": {"price": 3}})
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        write_changed_client(bear, scenario, folder)
    one, two = ({p.name: p.read_bytes() for p in sorted(f.iterdir())} for f in folders)
    assert one == two
    assert {"client.yml", "purchases.parquet", "survey.parquet"} <= {*one}


def test_a_report_is_told_what_was_changed(bright: Client, tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    save_scenario(MANY, path, bright)
    said = prepare_scenario(bright, path, tmp_path / "client")
    assert said[0].startswith("What-if “Many things”. This is a what-if, not what was observed")
    assert "Spend by audience: buyer +20%." in said
    assert "The lever “support” is stopped." in said


def test_nothing_is_written_where_the_scenario_does_not_fit(bear: Client, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text('{"format": 1, "foo": 1}', "utf-8")
    with pytest.raises(ScenarioError, match="foo"):
        prepare_scenario(bear, path, tmp_path / "client")
    assert not (tmp_path / "client").exists()


def test_where_every_lever_is_stopped_the_client_has_none(bright: Client, tmp_path: Path) -> None:
    names = bright.frames["levers"]["lever"].unique()
    write_changed_client(bright, Scenario(levers=dict.fromkeys(names, 0.0)), tmp_path)
    assert not load(tmp_path).has("levers")


def test_words_that_excel_knows_as_errors_stay_words(bear: Client, tmp_path: Path) -> None:
    bear = replace(bear, frames={"purchases": bear.frames["purchases"].assign(product="#N/A")})
    write_changed_client(bear, Scenario(price=1.1), tmp_path)
    assert set(load(tmp_path).frames["purchases"]["product"]) == {"#N/A"}


@pytest.mark.parametrize("margin", [0.18, 0.123456789])
def test_at_the_lowest_price_a_client_has_no_margin_left(
    margin: float, bear: Client, tmp_path: Path
) -> None:
    thin = replace(bear, margin=margin)
    (lowest,) = (c for c in panel_controls(thin, "price")["Price"] if c.key == "price")
    write_changed_client(thin, lowest.write(Scenario(), lowest.low), tmp_path)
    assert load(tmp_path).margin == pytest.approx(0, abs=1e-5)
