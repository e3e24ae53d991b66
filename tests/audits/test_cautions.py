"""Every guard on a simulated client: it fires where the data mislead, and is silent elsewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import toolkit
from tests.audits.worlds import ACCOUNTS, CROWDED, GUARDS, HONEST
from toolkit.finding import Audit
from toolkit.simulate import World, population, write

AUDITED = ("roles", "motivations", "targeting", "mistakes")
IDS = {id(HONEST): HONEST, id(CROWDED): CROWDED} | {id(w): w for _, w, _ in GUARDS.values()}


@cache
def heard(world: int, accounts: int = ACCOUNTS) -> Audit:
    """The audit of a folder drawn from the world of that identity."""
    with TemporaryDirectory() as folder:
        write(IDS[world], Path(folder), accounts, 3)
        return toolkit.audit(toolkit.load(folder))


def limits(world: World, audit: str) -> str:
    """All limits of one audit, as one text."""
    finding = heard(id(world)).findings[audit]
    assert finding.status == "done", finding.why
    return "\n".join(finding.limits)


@pytest.mark.parametrize("guard", GUARDS)
def test_the_guard_fires_in_every_audit_that_rests_on_what_it_watches(guard: str) -> None:
    words, world, audits = GUARDS[guard]
    for audit in audits:
        assert words in limits(world, audit), audit


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
    pooled = population(CROWDED)
    assert pooled.value("buyer") < pooled.value("consumer")
    for leaning in (-1.0, 1.0):
        one = replace(
            CROWDED,
            accounts=replace(CROWDED.accounts, leaning=((leaning, 1.0),), shown_by=""),
        )
        inside = population(one)
        assert inside.value("buyer") > inside.value("consumer")


def test_every_audit_counts_its_intervals_and_the_mistakes_their_tests() -> None:
    for audit in ("roles", "motivations", "targeting"):
        frame = heard(id(HONEST)).findings[audit].frame
        uncertain = frame[frame["low"] < frame["high"]]
        said = limits(HONEST, audit)
        assert f"{len(uncertain)} intervals are shown" in said
        assert f"The fewest accounts behind one: {uncertain['n'].min()}." in said
    tests = sum(m.p is not None for m in heard(id(HONEST)).mistakes)
    assert f"{tests} tests were made" in limits(HONEST, "mistakes")


def test_a_cautious_report_is_the_same_text_every_time(tmp_path: Path) -> None:
    write(CROWDED, tmp_path, 120, 3)
    one, two = (toolkit.audit(toolkit.load(tmp_path)).to_json() for _ in range(2))
    assert one == two
