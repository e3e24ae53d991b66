"""Guards on hand-made data: each fires beyond its worry and is silent at or below it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.clients import client, points, respondent
from toolkit.client.model import Client, TableSource
from toolkit.measures.cautions import (
    LEFT_OUT_WORRY,
    NARROW_WORRY,
    REPORTS_WORRY,
    SHIFT_WORRY,
    informant_conflicts,
    left_out_tables,
    scale_use,
    straight_lining,
    unanswered_share,
)
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.survey import SurveyAnswers

ITEMS = ("a", "b", "c", "d")
RATED = [f"importance_{a}" for a in ITEMS]


def rated(rows: list[tuple[str, tuple[float, ...]]]) -> SurveyAnswers:
    """A survey of these roles and importance ratings, everyone an account of their own."""
    same = {f"performance_{a}": 3.0 for a in ITEMS}
    survey = [
        respondent(i, role, i, **same, **dict(zip(RATED, given, strict=True)))
        for i, (role, given) in enumerate(rows)
    ]
    return require_measure(Facts(client(attributes=ITEMS, survey=survey)).answers)


def test_straight_lines_are_flagged_above_one_in_ten_and_not_at_it() -> None:
    crooked, straight = ("buyer", (5.0, 3, 1, 2)), ("consumer", (4.0, 4, 4, 4))
    assert straight_lining(rated([crooked] * 90 + [straight] * 10)) is None
    assert straight_lining(rated([crooked] * 89 + [straight] * 11)) == pytest.approx(0.11)


def test_a_line_with_a_gap_is_a_line_and_two_equal_answers_are_none() -> None:
    nothing = float("nan")
    gap, two = (4.0, nothing, 4, 4), (4.0, nothing, 4, nothing)
    crooked = [("buyer", (5.0, 3, 1, 2)), ("consumer", (1.0, 3, 5, 2))] * 5
    assert straight_lining(rated([*crooked, *[("buyer", gap)] * 10])) == pytest.approx(0.5)
    assert straight_lining(rated([*crooked, *[("buyer", two)] * 10])) is None


def ratings_of(shift: float, narrower: float, people: int = 60) -> SurveyAnswers:
    """Consumers who weigh as buyers do, `shift` steps higher and `narrower` times as spread."""
    rng = np.random.default_rng(2)
    rows = []
    for i in range(people):
        own = 2.5 + 0.1 * rng.normal() + np.array([1.2, -1.2, 0.6, -0.6])
        told = own if i % 2 else 2.5 + shift + narrower * (own - 2.5)
        rows.append(("buyer" if i % 2 else "consumer", tuple(told)))
    return rated(rows)


def test_a_role_that_rates_everything_higher_is_named_and_its_mirror_too() -> None:
    found = scale_use(ratings_of(shift=1.0, narrower=1.0))
    assert found is not None
    assert (found.shifted, found.narrower) == ("consumer", None)
    assert found.mean[1] - found.mean[0] == pytest.approx(0.25, abs=0.02)
    lower = scale_use(ratings_of(shift=-1.0, narrower=1.0))
    assert lower is not None
    assert lower.shifted == "buyer"


def test_a_role_that_uses_less_of_the_scale_is_named() -> None:
    found = scale_use(ratings_of(shift=0.0, narrower=0.5))
    assert found is not None
    assert (found.shifted, found.narrower) == (None, "consumer")
    assert found.spread[1] / found.spread[0] == pytest.approx(0.5, abs=0.02)


def test_scales_used_a_little_differently_are_no_worry() -> None:
    assert scale_use(ratings_of(shift=4 * SHIFT_WORRY - 0.1, narrower=NARROW_WORRY + 0.05)) is None


def test_a_shift_that_chance_could_make_is_no_worry() -> None:
    rows = [("buyer", (1.0, 2, 1, 2)), ("buyer", (5.0, 4, 5, 4))]
    rows += [("consumer", (3.0, 5, 4, 5)), ("consumer", (4.0, 5, 3, 5))]
    assert scale_use(rated(rows)) is None


def told(buyers: float, consumers: float, accounts: int = 40) -> Client:
    """Buyers and consumers who report this much say for the buyer and the rest for the consumer."""
    rows = []
    for account in range(accounts):
        for kind, share in (("buyer", buyers), ("consumer", consumers)):
            own = 100 * share + (5 if account % 2 else -5)
            rows += points(account, kind, buyer=own, consumer=100 - own)
    return client(influence=rows)


def test_stories_further_apart_than_the_worry_are_flagged_for_each_role_they_are_about() -> None:
    found = informant_conflicts(require_measure(Facts(told(0.7, 0.4)).say))
    assert [r.role for r in found] == ["buyer", "consumer"]
    assert found[0].buyers.value == pytest.approx(0.7)
    assert found[0].consumers.value == pytest.approx(0.4)


def test_stories_as_far_apart_as_the_worry_or_within_chance_are_not() -> None:
    assert (
        informant_conflicts(require_measure(Facts(told(0.5 + REPORTS_WORRY - 0.01, 0.5)).say)) == ()
    )
    assert informant_conflicts(require_measure(Facts(told(0.7, 0.4, accounts=2)).say)) == ()


def test_one_kind_of_informant_alone_contradicts_nobody() -> None:
    rows = [row for i in range(40) for row in points(i, "buyer", buyer=90, consumer=10)]
    assert informant_conflicts(require_measure(Facts(client(influence=rows)).say)) == ()


def test_rows_left_out_are_flagged_above_one_in_five_of_the_tables_asked_for() -> None:
    made = told(0.5, 0.5)
    rows, limit = 1000, round(1000 * (1 - LEFT_OUT_WORRY))
    for kept, flagged in ((limit, False), (limit - 1, True)):
        source = {"influence": TableSource("influence.csv", "", rows, kept)}
        found = left_out_tables(replace(made, sources=source), ["influence", "survey"])
        assert [f.table for f in found] == ["influence"] * flagged
    assert left_out_tables(replace(made, sources=source), ["survey"]) == ()


def test_missing_answers_are_counted_over_people_and_attributes() -> None:
    nothing = float("nan")
    full, gap = (1.0, 2.0, 3.0, 4.0), (1.0, 2.0, nothing, 4.0)
    assert unanswered_share(rated([("buyer", full), ("consumer", full)])) == 0
    found = unanswered_share(rated([("buyer", full), ("buyer", gap), ("consumer", full)]))
    assert found == pytest.approx(1 / 12)


def test_an_attribute_one_role_never_rated_is_left_out_and_not_counted_as_missing() -> None:
    gap = (1.0, 2.0, float("nan"), 4.0)
    assert unanswered_share(rated([("buyer", gap), ("consumer", (1.0, 2, 3, 4))])) == 0
