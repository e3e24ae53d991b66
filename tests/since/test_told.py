"""What a findings.json tells is read strictly, and what is refused says why."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.report import handmade
from toolkit.catalogue import KINDS
from toolkit.since.told import DAMAGED, MISSING, DamagedError, told

Facts = dict[str, Any]


def facts() -> Facts:
    return dict(json.loads(handmade.audit().to_json()))


def test_what_an_audit_writes_is_read_back() -> None:
    audit = handmade.audit()
    found = told(facts())
    assert list(found.mistakes) == list(KINDS)
    assert found.mistakes["spend-off-say"].estimate == 0.36
    assert found.mistakes["spend-off-say"].money == audit.mistake("spend-off-say").money
    assert (found.client["currency"], found.level) == ("EUR", 0.95)
    assert found.tables == dict.fromkeys(audit.data, "ab" * 32)


def test_a_mistake_this_version_does_not_know_is_passed_over() -> None:
    content = facts()
    content["mistakes"].append(content["mistakes"][0] | {"id": "sold-to-the-dog"})
    assert list(told(content).mistakes) == list(KINDS)


def changed(change: Callable[[Facts], object]) -> Facts:
    content = facts()
    change(content)
    return content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, MISSING),
        ([], DAMAGED),
        ({}, DAMAGED),
        (changed(lambda f: f.update(format=2)), "Its format is 2; this version reads 1."),
        (changed(lambda f: f.pop("run")), DAMAGED),
        (changed(lambda f: f["run"].update(level=95)), DAMAGED),
        (changed(lambda f: f["run"].update(packages=["numpy"])), DAMAGED),
        (changed(lambda f: f["run"].update(toolkit=None)), DAMAGED),
        (changed(lambda f: f["data"].update(survey="csv")), DAMAGED),
        (changed(lambda f: f["client"].update(currency="\ud800")), DAMAGED),
        (changed(lambda f: f["mistakes"][0].update(low=True)), DAMAGED),
        (changed(lambda f: f["mistakes"][0].update(unit=7)), DAMAGED),
        (changed(lambda f: f["mistakes"].append(f["mistakes"][0])), DAMAGED),
    ],
)
def test_what_only_looks_like_findings_is_refused_in_words(content: object, why: str) -> None:
    with pytest.raises(DamagedError) as refused:
        told(content)
    assert str(refused.value) == why
