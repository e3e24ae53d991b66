"""The life-cycle audit and stage-mismatch: what they say, hold back, and ask for."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import toolkit
from tests.calibration.dials.life_cycle import facts, stage_mismatch
from tests.calibration.worlds import world
from tests.clients import client
from tests.measures.test_campaign_spend import row
from tests.measures.test_products import WAVE, answers, bought, orders, people
from toolkit.audits import life_cycle
from toolkit.audits.mistakes.effect import Effect
from toolkit.audits.mistakes.judge import mistake_effect
from toolkit.catalogue import BUYER_SHARE, MISTAKE_TYPES
from toolkit.client.model import Client
from toolkit.finding import Finding
from toolkit.measures.facts import Facts
from toolkit.simulate.truth import true_size

CLIENTS = Path(__file__).resolve().parents[2] / "datasets" / "clients"
DELTA = MISTAKE_TYPES["stage-mismatch"].threshold
CAMPAIGNS = [
    row("buyer", 40, "2024-02-01", "2024-11-30"),
    row("consumer", 60, "2024-02-01", "2024-11-30"),
]
PRODUCTS = [{"product": "a", "label": "Alpha", "launched": pd.Timestamp("2024-01-01")}]


def made(**more: Any) -> Client:
    """A client with one product past its peak and campaigns with days."""
    tables = {"purchases": bought("a", WAVE), "products": PRODUCTS, "campaigns": CAMPAIGNS}
    return client(**{k: v for k, v in (tables | more).items() if v is not None})


def judged(audited: Client) -> Effect:
    return mistake_effect(Facts(audited), "stage-mismatch", DELTA)


@cache
def sample(name: str) -> tuple[Client, Finding]:
    loaded = toolkit.load(CLIENTS / name)
    return loaded, life_cycle.audit(loaded)


def test_stage_emphasis_and_what_is_asked_stand_in_the_answer() -> None:
    finding = life_cycle.audit(made())
    assert "Alpha (100% of revenue) is in its decline" in finding.answer
    assert "40% went to buyers; decline asks for 70%" in finding.answer
    assert finding.measure("mismatch")["value"].tolist() == pytest.approx([0.3])
    chances = finding.measure("stage")["value"]
    assert list(chances.index) == [f"a:{stage}" for stage in BUYER_SHARE]
    assert chances.sum() == pytest.approx(1)


def test_curve_turns_and_bars_belong_together() -> None:
    finding = life_cycle.audit(made())
    bought, curve = finding.measure("first_purchases"), finding.measure("curve")
    assert set(bought.index) <= set(curve.index)
    assert (bought["value"] >= 5).all()  # months of fewer accounts are not told …
    assert len(curve) - len(bought) == finding.frame.attrs["withheld"] > 0
    assert "2 numbers are not told" in " ".join(finding.limits)  # … which is said
    turns = finding.measure("turn")
    assert list(turns.index) == ["a:growth", "a:maturity", "a:decline"]
    assert turns["value"].is_monotonic_increasing
    assert (turns["low"] <= turns["value"]).all()
    assert (turns["value"] <= turns["high"]).all()


def test_the_client_may_set_the_mix() -> None:
    own = made(settings={"stage_mix": {"decline": 0.4}})
    assert life_cycle.audit(own).measure("mismatch")["value"].tolist() == pytest.approx([0.0])
    assert judged(own).p == 1


def test_prices_and_free_users_are_read_where_they_were_asked() -> None:
    products = [PRODUCTS[0] | {"unit_cost": 30.0, "free_cost": 20.0, "pricing": "freemium"}]
    asked = made(survey=answers(60), people=people(), products=products, margin=0.5)
    finding = life_cycle.audit(replace(asked, frames={**asked.frames, **made_orders()}))
    assert set(finding.measure("accepted_price").index) == {
        "lowest",
        "optimal",
        "indifferent",
        "highest",
    }
    assert len(finding.measure("skimming_gain")) == 3
    assert "of free users pay within 180 days" in finding.answer
    assert len(finding.measure("free_value")) == 1
    assert any("upper bound" in limit for limit in finding.limits)


def made_orders() -> dict[str, pd.DataFrame]:
    return {"purchases": client(purchases=orders()).frames["purchases"]}


def test_nothing_to_read_skips_the_audit_and_says_what_to_bring() -> None:
    finding = life_cycle.audit(client(survey=[{"respondent_id": "r", "role": "buyer"}]))
    assert finding.status == "skipped"
    assert "Bring purchases" in (finding.why or "")


@pytest.mark.parametrize("gone", ["purchases", "products", "campaigns"])
def test_every_part_works_with_the_tables_that_are_there(gone: str) -> None:
    finding = life_cycle.audit(made(**{gone: None}))
    assert finding.status == "done"
    assert finding.answer
    assert ("stage" in set(finding.frame["measure"])) == (gone == "campaigns")


@pytest.mark.parametrize(
    ("more", "table", "why"),
    [
        ({"purchases": None}, "purchases", "There are no purchases."),
        (
            {"purchases": [r | {"product": None} for r in bought("a", WAVE)]},
            "purchases",
            "do not name the product",
        ),
        ({"products": None}, "products", "nobody says when it was launched"),
        ({"purchases": bought("a", WAVE[:7])}, "purchases", "8 are the least"),
        ({"campaigns": None}, "campaigns", "No spend with a first and a last day"),
        ({"campaigns": [*CAMPAIGNS, row("buyer", 5, None, None)]}, "campaigns", "1 campaign row"),
    ],
)
def test_what_is_missing_is_named_and_no_estimate_invented(
    more: dict[str, Any], table: str, why: str
) -> None:
    found = judged(made(**more))
    assert found.blocked is not None
    assert (found.blocked.table, found.blocked.rows) == (table, None)
    assert found.shown is None
    assert why in (found.why or "")


def test_an_uncertain_stage_is_shown_and_not_judged() -> None:
    found = judged(made(purchases=bought("a", [3, 5, 8, 9, 10, 9, 9, 8, 7])))
    assert "is not certain" in (found.why or "")
    assert found.p is None
    assert found.shown is not None
    assert found.shown.low < found.shown.high
    assert found.blocked is not None
    assert found.blocked.table == "purchases"


def test_the_money_is_that_part_of_the_last_years_spend_on_both() -> None:
    more = [*CAMPAIGNS, row("influencer", 500, "2024-02-01", "2024-11-30")]
    money = judged(made(campaigns=more)).money
    assert money is not None
    assert (money.low, money.mid, money.high) == pytest.approx((30, 30, 30))


@pytest.mark.parametrize("name", sorted(p.name for p in CLIENTS.iterdir() if p.is_dir()))
def test_the_samples_get_the_size_their_world_has(name: str) -> None:
    told = json.loads((CLIENTS.parent / "truth" / f"{name}.json").read_text("utf-8"))
    true = told["stage-mismatch"]["theta"]
    found = judged(sample(name)[0])
    assert (found.shown.value if found.shown else None) == (
        None if true is None else pytest.approx(true, abs=1e-9)
    )


def test_little_bear_sells_an_old_size_to_the_wrong_one_and_iron_gym_does_not() -> None:
    bear, gym = (judged(sample(name)[0]) for name in ("little-bear", "iron-gym"))
    assert bear.p is not None
    assert bear.p < 0.05 / 15
    assert gym.decisive is not None
    assert gym.decisive.high < DELTA


@pytest.mark.parametrize("times", [0.0, 1.0, 2.0])
def test_the_dial_sets_the_size_and_the_audit_finds_it(times: float) -> None:
    turned = stage_mismatch(world(1.0), times)
    assert true_size(turned, "stage-mismatch") == pytest.approx(times * DELTA, abs=1e-6)
    found = [mistake_effect(facts(turned, 300, seed), "stage-mismatch", DELTA) for seed in range(4)]
    assert all(e.decisive and e.decisive.value == pytest.approx(times * DELTA) for e in found)
    assert [(e.p or 0) < 0.05 for e in found] == [times == 2.0] * 4


def test_the_same_folder_gives_the_same_frame() -> None:
    one, two = (life_cycle.audit(made()).frame for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
