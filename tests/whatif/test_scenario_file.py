"""Scenario files: what is written comes back, and what does not fit is refused in plain words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.client.model import Client
from toolkit.errors import ScenarioError
from toolkit.whatif.controls import panel_controls
from toolkit.whatif.scenario import ASSUMPTIONS, UNCHANGED, Scenario
from toolkit.whatif.scenario_file import load_scenario, read_scenario, save_scenario, scenario_text

FULL = Scenario(
    name="Half the gap",
    spend={"audience": {"buyer": 1.25, "consumer": 0.9}, "phase": {"retain": 1.1}},
    claims={"Cloud Again": ("price", "availability"), "Quiet Nights": ()},
    audiences={"Quiet Nights": "buyer"},
    price=1.05,
    lift={"consumer": {"dryness": 5.5}, "buyer": {"price": -3.0}},
    free_cost=0.8,
    thresholds={"spend-off-say": 0.2, "consumer-ignored": 4.0},
    assumptions={"response": 0.2, "regret": 0.1},
)


def refusal(said: object, client: Client) -> str:
    """Why is it refused?"""
    with pytest.raises(ScenarioError) as caught:
        read_scenario(said if isinstance(said, str) else json.dumps(said), client)
    return str(caught.value)


@pytest.mark.parametrize("scenario", [UNCHANGED, FULL], ids=["nothing", "everything"])
def test_what_is_saved_is_loaded_again(scenario: Scenario, bear: Client, tmp_path: Path) -> None:
    path = tmp_path / "half.json"
    save_scenario(scenario, path, bear)
    assert load_scenario(path, bear) == scenario
    first = path.read_bytes()
    save_scenario(load_scenario(path, bear), path, bear)
    assert path.read_bytes() == first


def test_it_may_be_written_by_hand_as_yaml(bear: Client) -> None:
    text = "format: 1\nspend:\n  audience: {buyer: 1.2}\nlift: {consumer: {dryness: 5}}\n"
    wanted = Scenario(spend={"audience": {"buyer": 1.2}}, lift={"consumer": {"dryness": 5}})
    assert read_scenario(text, bear) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "format is missing. Write format: 1."),
        ({"format": 2}, 'format is "2", which is not known here'),
        ({"client": "big-bear"}, 'client is "big-bear", and this client is "little-bear"'),
        ({"prise": 1.1}, '"prise" is not a key of the contract. Did you mean "price"?'),
        ({"spend": {"audience": {"buyers": 1}}}, 'Did you mean "buyer"?'),
        (
            {"spend": {"audience": {"buyer": -1}}},
            "Write how many times as much as observed, from 0",
        ),
        ({"spend": {"audience": {"buyer": "much"}}}, 'spend.audience.buyer is "much"'),
        ({"spend": {"phase": {"convert": 1}}}, "Known here: acquire, onboard, retain."),
        ({"spend": {"segment": {"north": 1}}}, "Nothing is known here: take it out."),
        ({"spend": {"campaign": {"Cloud again": 1}}}, 'Did you mean "Cloud Again"?'),
        ({"claims": {"Cloud Again": ["prise"]}}, 'claims "prise", no attribute of the client.'),
        (
            {"audiences": {"Cloud Again": "baby"}},
            "Write one of: buyer, consumer, influencer",
        ),
        ({"audiences": {"Cloud Again": None}}, "Write one of: buyer, consumer, influencer"),
        ({"claims": {"Cloud Again": None}}, "claims.Cloud Again is empty. Write its claims, or []"),
        ({"price": 0.5}, "price is 0.5, below what is sold costs (0.65 of today's price)."),
        ({"price": 99}, "to 10, such as 1.2, not below 0.1."),
        ({"lift": {"influencer": {"price": 1}}}, '"lift.influencer" is not a key of the contract.'),
        ({"lift": {"buyer": {"prize": 1}}}, 'Did you mean "price"?'),
        ({"lift": {"buyer": {"price": 101}}}, "Write points from -100 to 100"),
        ({"levers": {"incentive": 2}}, '"levers.incentive" is not a key of the contract.'),
        ({"thresholds": {"spend-of-say": 0.2}}, 'Did you mean "spend-off-say"?'),
        ({"thresholds": {"spend-off-say": 2}}, "Write a number of share from 0 to 1."),
        ({"assumptions": {"response": 0.9}}, "Write a number from 0.09 to 0.24: Sethuraman"),
        ("[1, 2]", "The file is not a mapping of keys to values."),
        ("format: 1\nname: {", "This is not YAML"),
        ("format: 1\nformat: 1", "The key"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    said: object, wanted: str, bear: Client
) -> None:
    numbered = {"format": 1} | said if isinstance(said, dict) and said else said
    assert wanted in refusal(numbered, bear)


def test_everything_wrong_is_said_in_one_pass_with_its_line(bear: Client) -> None:
    said = refusal("format: 1\nprice: 99\nfoo: 1\nlift: {buyer: {price: 200}}\n", bear)
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "scenario, line 2",
        "scenario, line 3",
        "scenario, line 4",
    ]


def test_a_lever_is_stopped_kept_or_extended_never_halved(bright: Client) -> None:
    assert "Write 0 to stop it, or from 1 to 10" in refusal(
        {"format": 1, "levers": {"incentive": 0.5}}, bright
    )
    assert read_scenario('{"format": 1, "levers": {"incentive": 0}}', bright).levers == {
        "incentive": 0
    }


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xfe\xfa", b"x" * 70_000])
def test_a_file_that_is_no_scenario_is_refused(
    content: bytes, bear: Client, tmp_path: Path
) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match=r"odd\.json"):
        load_scenario(path, bear)
    with pytest.raises(ScenarioError, match=r"none\.json"):
        load_scenario(tmp_path / "none.json", bear)


def test_the_ends_of_every_range_may_be_written(bear: Client) -> None:
    for known in ASSUMPTIONS.values():
        for end in (known.low, known.high):
            assert read_scenario(scenario_text(Scenario(assumptions={known.id: end}), bear), bear)


def test_the_lowest_price_a_slider_gives_may_be_loaded_again(bear: Client) -> None:
    thin = replace(bear, margin=0.123456789)
    (lowest,) = (c for c in panel_controls(thin, "price")["Price"] if c.key == "price")
    cheap = lowest.write(UNCHANGED, lowest.low)
    assert read_scenario(scenario_text(cheap, thin), thin) == cheap
