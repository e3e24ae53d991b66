"""What fewer than five people stand behind is not told, and that it is not is said."""

from __future__ import annotations

import json
import re

import pytest

from tests.audits.test_mistakes import APART, CAMPAIGNS, made
from tests.clients import client, noisy_survey
from toolkit.audits import audit, segments
from toolkit.client import Client
from toolkit.finding import FEWEST_PEOPLE, measures, tellable, withheld
from toolkit.stats.interval import Interval

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
    assert "".join(tellable(shares(**counts), groups=[counts])) == told


def test_numbers_of_few_people_go_but_not_those_of_other_things() -> None:
    few = {"x": Interval.constant(0.5, FEWEST_PEOPLE - 1)}
    assert tellable(few) == {}
    assert tellable(few, people=False) == few
    frame = measures("share", "share", few)
    assert len(frame) == 0
    assert "1 number is not told" in " ".join(withheld(frame))


def test_what_is_told_in_full_says_nothing_of_hiding() -> None:
    assert list(withheld(measures("share", "share", shares(a=50, b=50)))) == []


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
