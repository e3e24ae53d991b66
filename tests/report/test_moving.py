"""Money moved step by step: each step is what the audit says of such spend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from toolkit.audits.mistakes import judge
from toolkit.client import Client, load
from toolkit.explore import WhatIf, applied
from toolkit.finding import Mistake, plain
from toolkit.quantities import Facts
from toolkit.report.moving import FAR, NOTHING, STEP, Moving, move, moving

SAMPLES = Path(__file__).parents[2] / "datasets" / "clients"


@cache
def client(name: str) -> Client:
    return load(SAMPLES / name)


@cache
def told(name: str) -> Moving:
    found = moving(client(name))
    assert found is not None
    return found


def spend(client: Client) -> pd.Series:
    return client.table("campaigns").groupby("audience")["spend"].sum()


def said(mistakes: Iterable[Mistake]) -> list[object]:
    """The verdicts as findings.json has them."""
    return [plain(vars(m) | {"money": m.money and vars(m.money)}) for m in mistakes]


def test_every_step_is_what_the_scenario_comes_to() -> None:
    afresh = WhatIf(client("bright-reader"))
    for step in told("bright-reader").steps:
        expected = afresh.under(move(afresh.client, step.per_cent)).mistakes
        assert said(step.mistakes.values()) == said(expected), step.moved


@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_step_is_what_the_audit_says_of_the_changed_tables(place: int) -> None:
    step = told("little-bear").steps[place]
    changed = applied(client("little-bear"), move(client("little-bear"), step.per_cent))
    assert said(step.mistakes.values()) == said(judge(Facts(changed)))


def test_the_middle_step_moves_nothing_and_says_what_the_audit_found() -> None:
    steps = told("little-bear")
    none = steps.steps[steps.nothing]
    assert (none.per_cent, none.says) == (0, NOTHING)
    assert said(none.mistakes.values()) == said(judge(Facts(client("little-bear"))))


def test_steps_are_even_and_leave_both_audiences_something() -> None:
    bear, steps = client("little-bear"), told("little-bear").steps
    moves = [step.per_cent for step in steps]
    assert moves == list(range(moves[0], moves[-1] + 1, STEP))
    whole = spend(bear)
    for per_cent in (moves[0], moves[-1]):
        after = spend(applied(bear, move(bear, per_cent)))
        assert after.sum() == pytest.approx(whole.sum())
        shifted = after["consumer"] - whole["consumer"]
        assert shifted == pytest.approx(per_cent / 100 * whole.sum())
        assert 0 < after.min() <= whole.sum() * (STEP + 1) / 100


def test_a_step_says_in_words_what_moves_and_how_far_it_goes() -> None:
    steps = {step.per_cent: step for step in told("little-bear").steps}
    assert steps[-18].moved == "€60,500 from consumers to buyers"
    assert steps[-18].says.startswith("Buyers then get 38.2% of all spend, consumers 49.6%.")
    assert steps[-18].says.endswith(FAR)
    assert FAR not in steps[-2].says


def test_only_what_changes_is_shown() -> None:
    steps = told("moon-lamp")
    assert steps.ids == ("spend-off-say",)
    weighed = {step.mistakes["wrong-message"].estimate for step in steps.steps}
    assert len(weighed) == 1


def test_turns_name_the_steps_at_which_a_verdict_changes_going_away_from_none() -> None:
    steps = told("little-bear")
    turns = [step.per_cent for step in steps.turns]
    by_move = {step.per_cent: step.verdicts for step in steps.steps}
    for per_cent, verdicts in by_move.items():
        nearer = per_cent - STEP * (1 if per_cent > 0 else -1)
        turned = per_cent != 0 and verdicts != by_move[nearer]
        assert turned == (per_cent in turns)
    assert turns


def test_there_is_nothing_to_move_without_campaigns_for_both_or_between_one_person() -> None:
    bear = client("little-bear")
    assert moving(replace(bear, frames={"survey": bear.table("survey")})) is None
    campaigns = bear.table("campaigns")
    for column, value in (("audience", "both"), ("spend", 0.0)):
        frames = dict(bear.frames) | {"campaigns": campaigns.assign(**{column: value})}
        assert moving(replace(bear, frames=frames)) is None
    assert moving(client("corner-coffee")) is None


def test_margin_is_told_only_where_every_campaign_that_gives_or_gets_says_what_it_brought() -> None:
    lamp = client("moon-lamp")
    rows = lamp.table("campaigns").assign(conversions=40.0, revenue=5_000.0, contacts=900.0)
    for sold, expected in ((40.0, True), (2.0, False)):
        rows.loc[rows.index[0], "conversions"] = sold
        frames = dict(lamp.frames) | {"campaigns": rows}
        found = moving(replace(lamp, frames=frames, margin=0.4))
        assert found is not None
        brings = ["margin would change by" in s.says for s in found.steps if s.per_cent]
        assert brings == [expected] * len(brings)


def test_buyer_and_consumer_swapped_turn_the_steps_round() -> None:
    lamp, other = client("moon-lamp"), {"buyer": "consumer", "consumer": "buyer"}
    frames = dict(lamp.frames)
    for table, columns in (
        ("survey", ["role"]),
        ("influence", ["role", "informant"]),
        ("campaigns", ["audience"]),
    ):
        turned = {c: [other.get(x, x) for x in frames[table][c]] for c in columns}
        frames[table] = frames[table].assign(**turned)
    mirrored = moving(replace(lamp, frames=frames))
    assert mirrored is not None
    for here, there in zip(told("moon-lamp").steps, reversed(mirrored.steps), strict=True):
        assert here.per_cent == -there.per_cent
        off = (_ends(step.mistakes["spend-off-say"]) for step in (here, there))
        assert next(off) == pytest.approx(next(off), rel=1e-9)


def _ends(mistake: Mistake) -> tuple[float | None, ...]:
    return mistake.estimate, mistake.low, mistake.high
