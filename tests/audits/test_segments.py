"""The segments audit: known truth recovered, what is missing said, guards fire and keep still."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import toolkit
from tests.clients import client
from toolkit.audits import segments
from toolkit.audits.segments import KNOWLEDGE_KINDS
from toolkit.client.model import Client
from toolkit.finding import Finding
from toolkit.measures import Facts
from toolkit.simulate.answers import KNOWS
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.sample import SAMPLES
from toolkit.stats.shares import wilson

SAMPLE_CLIENTS = Path(__file__).resolve().parents[2] / "datasets" / "clients"
TRAITS = {"age": "demographic", "city": "place", "device": "behaviour"}


def persons(n: int = 150, apart: float = 1.0, seed: int = 1) -> list[dict]:
    """People of two kinds (`apart` 1) or of none (0)."""
    rng = np.random.default_rng(seed)
    old = rng.random(n) < 0.4
    town, phone = (rng.random(n) < 0.5 + apart * np.where(old, -0.4, 0.4) for _ in range(2))
    age = np.round(rng.normal(40, 6, n) + apart * np.where(old, 14, -14))
    return [
        {"person_id": f"p{i}", "role": "both", "account_id": f"a{i}", "age": f"{age[i]:.0f}"}
        | {"city": "Baku" if town[i] else "Quba", "device": "phone" if phone[i] else "desk"}
        for i in range(n)
    ]


def bought(people: list[dict], seed: int = 1) -> list[dict]:
    """Orders: accounts of Quba spend 40, those of Baku 20, give or take."""
    rng = np.random.default_rng(seed)
    return [
        {"order_id": f"o{i}", "date": None, "buyer_id": p["person_id"]}
        | {"account_id": p["account_id"]}
        | {"amount": float(rng.gamma(4, 10 if p["city"] == "Quba" else 5))}
        for i, p in enumerate(people)
    ]


def knows(n: int, what: str | None, where: str | None, role: str = "buyer") -> list[dict]:
    """Respondents who know what and where, or not."""
    return [
        {"respondent_id": f"{role}{what}{where}{i}", "account_id": f"{role}{what}{where}{i}"}
        | {"role": role, "knows_what": what, "knows_where": where}
        for i in range(n)
    ]


def results(**more: Any) -> list[dict]:
    """Campaign rows with results: town responds better than country."""
    rates = {("town", "A"): 0.05, ("town", "B"): 0.03, ("country", "A"): 0.01}
    return [
        {"campaign": c, "audience": "buyer", "spend": 10.0, "segment": s, "contacts": 10_000.0}
        | {"conversions": 10_000 * rate}
        | more
        for (s, c), rate in rates.items()
    ]


@cache
def sample(name: str) -> Finding:
    """The audit of one sample client."""
    return segments.audit(toolkit.load(SAMPLE_CLIENTS / name))


def test_true_response_of_segments_is_within_its_interval() -> None:
    for name in ("crunch-morning", "iron-gym", "turbo-toys"):
        world, found = SAMPLES[name].world, sample(name).measure("campaign_response")
        held = [
            found.loc[f"{r.segment}:{r.campaign}", "low"] <= r.rate
            and r.rate <= found.loc[f"{r.segment}:{r.campaign}", "high"]
            for r in world.responses
        ]
        assert sum(held) >= len(held) - 1


def test_what_people_know_is_recovered_by_role() -> None:
    world = SAMPLES["little-bear"].world
    survey = draw_tables(world, 1_500, 4, tables=["survey"])["survey"]
    made = client(survey=survey.drop(columns=["date"]).to_dict("records"))
    found = segments.audit(made).measure("knowledge_by_role")
    for r, role in enumerate(("buyer", "consumer")):
        what, where = KNOWS["knows_what"][r], KNOWS["knows_where"][r]
        truth = {"both": what * where, "neither": (1 - what) * (1 - where)}
        truth |= {"what_only": what * (1 - where), "where_only": where * (1 - what)}
        for kind in KNOWLEDGE_KINDS:
            row = found.loc[f"{kind}:{role}"]
            assert row["low"] < truth[kind] < row["high"]


def test_the_four_kinds_are_counted_and_wider_than_each_alone() -> None:
    asked = [*knows(40, "yes", "yes"), *knows(30, "yes", "no"), *knows(20, "no", "no")]
    asked += [*knows(10, "no", "yes"), *knows(50, "yes", None)]
    found = segments.audit(client(survey=asked)).measure("knowledge")
    assert found["value"].to_dict() == pytest.approx(
        {"neither": 0.2, "what_only": 0.3, "both": 0.4, "where_only": 0.1}
    )
    alone = wilson(40, 100)
    assert found.loc["both", "low"] < alone.low
    assert found.loc["both", "n"] == 100


def test_buyers_and_consumers_swapped_swap_what_they_know() -> None:
    one = [*knows(40, "yes", "yes"), *knows(40, "no", "no", role="consumer")]
    other = {"buyer": "consumer", "consumer": "buyer"}
    swapped = [r | {"role": other[r["role"]]} for r in one]
    a, b = (segments.audit(client(survey=s)).measure("knowledge_by_role") for s in (one, swapped))
    assert a.loc["both:buyer", "value"] == b.loc["both:consumer", "value"] == 1
    assert a.loc["both:buyer", "low"] == pytest.approx(b.loc["both:consumer", "low"])


def test_answers_of_one_account_are_one_witness() -> None:
    apart = [*knows(40, "yes", "yes"), *knows(40, "no", "no")]
    tied = [r | {"account_id": f"a{i // 4}"} for i, r in enumerate(apart)]
    alone, few = (segments.audit(client(survey=s)).measure("knowledge") for s in (apart, tied))
    width = [m.loc["both", "high"] - m.loc["both", "low"] for m in (alone, few)]
    assert width[1] > 1.5 * width[0]


def test_segments_that_are_there_are_found_with_their_value_and_others_are_not_invented() -> None:
    people = persons()
    two = segments.audit(client(people=people, purchases=bought(people), traits=TRAITS))
    assert two.measure("stability").loc["all traits", "value"] > 0.9
    assert "2 stable segments" in two.answer
    value = two.measure("value")["value"]
    assert 18 < value["city:Baku"] < 23 < 37 < value["city:Quba"] < 43
    assert value["all traits 1"] < value["all traits 2"]
    none = segments.audit(client(people=persons(apart=0.0), traits=TRAITS))
    assert none.measure("stability").loc["all traits", "value"] == 1
    assert "make no groups" in none.answer


def test_profiles_say_what_a_segment_has_more_of() -> None:
    made = client(people=persons(), traits=TRAITS)
    profile = segments.audit(made).measure("profile")
    assert profile.loc["all traits 1:city:Baku", "low"] > 0.5
    assert profile.loc["all traits 2:age", "low"] > 20
    assert "city Baku" in segments.segment_descriptions(Facts(made))["all traits 1"]


def test_a_measure_is_there_for_all_that_the_tables_can_tell_and_no_more() -> None:
    people = persons(100)
    parts: dict[str, tuple[dict, set[str]]] = {
        "people": ({"people": people, "traits": TRAITS}, {"stability", "segment_share"}),
        "survey": ({"survey": knows(40, "yes", "no")}, {"knowledge", "knowledge_by_role"}),
        "campaigns": ({"campaigns": results()}, {"response", "campaign_response"}),
    }
    for tables, wanted in parts.values():
        finding = segments.audit(client(**tables))
        assert finding.status == "done"
        assert set(finding.frame["measure"]) - {"profile"} == wanted
        assert (finding.frame["low"] <= finding.frame["value"]).all()
        assert (finding.frame["value"] <= finding.frame["high"]).all()


def test_with_nothing_to_go_by_it_says_what_to_bring() -> None:
    silent = [{"campaign": "A", "audience": "buyer", "spend": 10.0}]
    asked = [{"respondent_id": "1", "role": "buyer", "account_id": "1"}]
    for made in (client(), client(campaigns=silent), client(survey=asked)):
        finding = segments.audit(made)
        assert finding.status == "skipped"
        assert "knows_what" in (finding.why or "")


def limits(**tables: Any) -> str:
    """All limits of a client's segments audit, as one text."""
    return "\n".join(segments.audit(client(**tables)).limits)


GUARDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # words: fires on, silent on
    "not drawn by lot": ({"campaigns": results()}, {"campaigns": results(randomised="yes")}),
    "Only one campaign reached “country”": (
        {"campaigns": results()},
        {"campaigns": results()[:2]},
    ),
    "name a segment but not": (
        {"campaigns": [*results(), *results(contacts=None)[:2]]},
        {"campaigns": results()},
    ),
    "Compare within segments": (
        {
            "campaigns": [
                {"campaign": c, "audience": "buyer", "spend": 1.0, "segment": s}
                | {"contacts": float(n), "conversions": float(x)}
                for c, s, n, x in (
                    ("A", "willing", 20_000, 2_000),
                    ("A", "unwilling", 2_000, 20),
                    ("B", "willing", 2_000, 260),
                    ("B", "unwilling", 20_000, 400),
                )
            ]
        },
        {"campaigns": results()},
    ),
    "differ in them by construction": (
        {"people": persons(), "traits": TRAITS},
        {"people": persons(apart=0.0), "traits": TRAITS},
    ),
    "30 are needed": (
        {"people": persons(20), "traits": TRAITS},
        {"people": persons(60), "traits": TRAITS},
    ),
}


@pytest.mark.parametrize("words", GUARDS)
def test_a_guard_fires_where_the_data_mislead_and_keeps_still_elsewhere(words: str) -> None:
    fires, silent = GUARDS[words]
    assert words in limits(**fires)
    assert words not in limits(**silent)


def test_response_is_never_said_to_be_caused_where_nothing_was_drawn_by_lot() -> None:
    finding = segments.audit(client(campaigns=results()))
    assert "cause" not in finding.answer
    assert "goes together" in "\n".join(finding.limits)


def test_the_same_client_gives_the_same_frame() -> None:
    def once() -> Client:
        return client(people=persons(), traits=TRAITS, campaigns=results())

    one, two = (segments.audit(once()) for _ in range(2))
    assert one.frame.equals(two.frame)
    assert (one.answer, one.limits) == (two.answer, two.limits)
