"""Every guard on a simulated client: it fires where the data mislead, and is silent elsewhere.

What fewer than five people stand behind is not told, and that it is not is said.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import toolkit
from tests.audits.mistakes.test_judge import APART, CAMPAIGNS, made
from tests.audits.worlds import ACCOUNTS, CROWDED, GUARDS, HONEST
from tests.clients import client, noisy_survey
from toolkit.audits import audit, segments
from toolkit.client.model import Client
from toolkit.finding import (
    FEWEST_PEOPLE,
    Audit,
    measure_rows,
    suppress_small_counts,
    suppression_note,
)
from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.truth import true_population
from toolkit.simulate.world import World
from toolkit.stats.interval import Interval

AUDITED = ("roles", "motivations", "targeting", "mistakes")
IDS = {id(HONEST): HONEST, id(CROWDED): CROWDED} | {id(w): w for _, w, _ in GUARDS.values()}


@cache
def heard(world: int, accounts: int = ACCOUNTS) -> Audit:
    """The audit of a folder drawn from the world of that identity."""
    with TemporaryDirectory() as folder:
        write_simulated_client(IDS[world], Path(folder), accounts, 3)
        return toolkit.audit(toolkit.load(folder))


def limits(world: World, audit: str) -> str:
    """All limits of one audit, as one text."""
    finding = heard(id(world)).findings[audit]
    assert finding.status == "done", finding.why
    return "\n".join(finding.limits)


@pytest.mark.parametrize("guard", GUARDS)
def test_the_guard_fires_in_every_audit_that_rests_on_what_it_watches(guard: str) -> None:
    words, world, audits = GUARDS[guard]
    for name in audits:
        assert words in limits(world, name), name


@pytest.mark.parametrize("guard", GUARDS)
def test_the_guard_is_silent_on_an_honest_client(guard: str) -> None:
    words, _, _ = GUARDS[guard]
    assert not any(words in limits(HONEST, audit) for audit in AUDITED)


@pytest.mark.parametrize("guard", GUARDS)
def test_the_guard_is_silent_where_only_others_have_cause(guard: str) -> None:
    words, _, audits = GUARDS[guard]
    for other, (_, world, _) in GUARDS.items():
        if other != guard:
            assert not any(words in limits(world, audit) for audit in audits), other


def test_the_reversal_is_in_the_world_and_not_only_in_the_sample() -> None:
    pooled = true_population(CROWDED)
    assert pooled.value("buyer") < pooled.value("consumer")
    for leaning in (-1.0, 1.0):
        one = replace(
            CROWDED,
            accounts=replace(CROWDED.accounts, leaning=((leaning, 1.0),), shown_by=""),
        )
        inside = true_population(one)
        assert inside.value("buyer") > inside.value("consumer")


def test_every_audit_counts_its_intervals_and_the_mistakes_their_tests() -> None:
    for name in ("roles", "motivations", "targeting"):
        frame = heard(id(HONEST)).findings[name].frame
        uncertain = frame[frame["low"] < frame["high"]]
        said = limits(HONEST, name)
        assert f"{len(uncertain)} intervals are shown" in said
        assert f"The fewest accounts behind one: {uncertain['n'].min()}." in said
    tests = sum(m.p is not None for m in heard(id(HONEST)).mistakes)
    assert f"{tests} tests were made" in limits(HONEST, "mistakes")


def test_a_cautious_report_is_the_same_text_every_time(tmp_path: Path) -> None:
    write_simulated_client(CROWDED, tmp_path, 120, 3)
    one, two = (toolkit.audit(toolkit.load(tmp_path)).to_json() for _ in range(2))
    assert one == two


COUNTED = {"spend_share", "emphasis", "stage_asks"}  # of rows of campaigns, or a policy: no people


def shares(**counts: int) -> dict[str, Interval]:
    whole = sum(counts.values())
    return {name: Interval(n / whole, 0, 1, whole, "") for name, n in counts.items()}


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"a": 90, "b": 8, "c": 2}, "a"),  # b too, or c would be what is missing to the whole
        ({"a": 90, "b": 4, "c": 3}, "a"),  # together they are enough
        ({"a": 90, "b": 5, "c": 0}, "abc"),
        ({"a": 4, "b": 3}, ""),
        ({"a": 97, "b": 3}, ""),
    ],
)
def test_small_groups_go_and_none_can_be_told_from_the_rest(
    counts: dict[str, int], told: str
) -> None:
    assert "".join(suppress_small_counts(shares(**counts), groups=[counts])) == told


def test_numbers_of_few_people_go_but_not_those_of_other_things() -> None:
    few = {"x": Interval.constant(0.5, FEWEST_PEOPLE - 1)}
    assert suppress_small_counts(few) == {}
    assert suppress_small_counts(few, people=False) == few
    frame = measure_rows("share", "share", few)
    assert len(frame) == 0
    assert "1 number is not told" in " ".join(suppression_note(frame))


def test_what_is_told_in_full_says_nothing_of_hiding() -> None:
    assert list(suppression_note(measure_rows("share", "share", shares(a=50, b=50)))) == []


def purchases(accounts: int) -> list[dict[str, object]]:
    days = [f"2024-{month:02}-05" for month in (1, 5, 11)]
    row = {"amount": 10.0, "product": "a", "bought_for": "household"}
    return [
        row | {"order_id": f"{a}-{d}", "date": d, "buyer_id": f"b{a}", "account_id": f"p{a}"}
        for a in range(accounts)
        for d in days
    ]


def few() -> Client:
    """A client of which only three accounts are known, by every table."""
    asked = [r | {"knows_what": "yes", "knows_where": "no"} for r in noisy_survey(3, APART, seed=1)]
    return client(survey=asked, purchases=purchases(3), campaigns=CAMPAIGNS)


def test_of_a_handful_of_people_no_audit_tells_a_number() -> None:
    told = json.loads(audit(few()).to_json())["audits"]
    numbers = {row["name"] for finding in told.values() for row in finding["measures"]}
    assert numbers <= COUNTED
    for name in ("roles", "motivations", "segments", "feedback", "loyalty", "clients"):
        assert not re.search(r"\d%|\d of 100", told[name]["answer"]), told[name]["answer"]


def test_a_rare_kind_of_knowledge_is_hidden_and_the_finding_says_so() -> None:
    knows = [("yes", "yes")] * 120 + [("yes", "no")] * 70 + [("no", "no")] * 7 + [("no", "yes")] * 3
    survey = noisy_survey(100, APART, seed=2)
    both = zip(survey, knows, strict=True)
    asked = [row | {"knows_what": what, "knows_where": where} for row, (what, where) in both]
    finding = segments.audit(made(survey=asked))
    assert set(finding.measure("knowledge").index) == {"both", "what_only"}
    assert "know neither" not in finding.answer
    assert any("not told, as fewer than 5 people" in limit for limit in finding.limits)
