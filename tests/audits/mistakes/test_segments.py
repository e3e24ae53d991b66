"""wrong-audience and phantom-segments: by formula, money, what is missing, known truth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.calibration.dials import segments
from tests.clients import client
from toolkit.audits.mistakes.judge import audit as audit_mistakes
from toolkit.audits.mistakes.judge import mistake_effect
from toolkit.client.model import Client
from toolkit.finding import Judgement, Verdict
from toolkit.measures.facts import Facts
from toolkit.simulate.sample import SAMPLES
from toolkit.simulate.truth import true_size, true_sizes

START, END = pd.to_datetime(["2024-01-01", "2024-12-30"])  # 365 days
COUNTS = {  # contacts and conversions
    ("town", "A"): (20_000, 1_000),
    ("town", "B"): (20_000, 500),
    ("country", "A"): (20_000, 400),
    ("country", "B"): (20_000, 400),
}


def made(
    counts: dict = COUNTS, margin: float | None = 0.5, settings: dict | None = None, **more: Any
) -> Client:
    """A client whose campaigns had these results; each conversion brought 10."""
    rows = [
        {"campaign": campaign, "audience": "buyer", "segment": segment, "spend": 100.0}
        | {"contacts": float(n), "conversions": float(x), "revenue": 10.0 * x}
        | {"start": START, "end": END, "randomised": "yes"}
        | more
        for (segment, campaign), (n, x) in counts.items()
    ]
    return client(campaigns=rows, margin=margin, settings=settings or {})


def judge(audited: Client, id: str) -> Judgement:
    """The verdict on one mistake."""
    return next(m for m in audit_mistakes(audited).mistakes if m.id == id)


def scaled(times: float) -> dict:
    """The same rates from so many times as many contacts."""
    return {key: (round(n * times), round(x * times)) for key, (n, x) in COUNTS.items()}


def test_what_is_lost_is_what_the_best_campaign_of_each_segment_would_have_reached() -> None:
    found = judge(made(), "wrong-audience")
    assert found.estimate == pytest.approx((500 + 0) / (2_000 + 800))
    assert found.verdict is Verdict.FOUND
    assert found.n == {"campaigns": 4}


def test_the_money_is_lost_conversions_times_their_revenue_times_the_margin_in_a_year() -> None:
    found = judge(made(), "wrong-audience").money
    assert found is not None
    assert found.kind == "margin per year"
    assert found.mid == pytest.approx(500 * 10 * 0.5 * 365.25 / 365)
    assert found.low < found.mid < found.high


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"margin": None}, "margin is not known"),
        ({"revenue": np.nan}, "revenue of campaigns is not known"),
        ({"start": pd.NaT}, "no dates"),
        ({"start": pd.Timestamp("2024-10-01")}, "only 91 days"),
    ],
)
def test_where_money_cannot_be_told_the_reason_is(change: dict, said: str) -> None:
    found = judge(made(**change), "wrong-audience")
    assert found.money is None
    assert said in (found.money_why or "")
    assert found.verdict is Verdict.FOUND


def test_words_of_cause_only_where_audiences_were_drawn_by_lot() -> None:
    assert "goes together" not in judge(made(), "wrong-audience").why
    assert "goes together with" in judge(made(randomised="no"), "wrong-audience").why


def test_the_spread_is_the_weighted_deviation_of_response_less_what_chance_adds() -> None:
    found = judge(made(scaled(100)), "phantom-segments")
    rates = np.array([0.0375, 0.02])
    assert found.estimate == pytest.approx(rates.std() / rates.mean(), abs=1e-3)
    assert (found.verdict, found.direction) == (Verdict.CLEAR, "below")
    assert "surely above" in found.why
    assert found.money is not None
    assert found.money.high == 0


def test_segments_that_respond_alike_are_phantoms_and_cost_all_campaigns_but_one_segments() -> None:
    alike = dict.fromkeys(COUNTS, (50000, 1500))
    found = judge(made(alike), "phantom-segments")
    assert found.verdict is Verdict.FOUND
    assert "surely below" in found.why
    assert found.money is not None
    assert (found.money.low, found.money.high, found.money.kind) == (200, 200, "spend at risk")


def test_segments_a_little_less_alike_are_suspected_and_say_how_many_rows_would_decide() -> None:
    near = {("town", "A"): (9_000, 300), ("country", "A"): (9_000, 345)}
    found = judge(made(near), "phantom-segments")
    assert found.verdict is Verdict.SUSPECTED
    assert "probably below" in found.why
    assert found.money is not None
    assert (found.money.low, found.money.mid) == (0, 100)
    assert found.needs is not None
    assert found.needs.table == "campaigns"
    assert (found.needs.rows or 0) > 0


def test_the_rows_asked_for_decide() -> None:
    doubtful = {key: (n, x) for key, (n, x) in scaled(0.4).items()}
    doubtful["town", "B"] = (8_000, 300)
    found = judge(
        made(doubtful, settings={"thresholds": {"wrong-audience": 0.04}}), "wrong-audience"
    )
    assert found.verdict in (Verdict.SUSPECTED, Verdict.CANNOT_TELL)
    assert found.needs is not None
    times = 1 + (found.needs.rows or 0) / 4
    many = {key: (round(n * times), round(x * times)) for key, (n, x) in doubtful.items()}
    more = judge(made(many, settings={"thresholds": {"wrong-audience": 0.04}}), "wrong-audience")
    assert more.verdict in (Verdict.FOUND, Verdict.CLEAR)


def test_what_is_missing_is_named_and_no_estimate_invented() -> None:
    one_each = {key: COUNTS[key] for key in (("town", "A"), ("country", "B"))}
    one_segment = {key: COUNTS[key] for key in (("town", "A"), ("town", "B"))}
    cases = [
        (made(segment=None), "wrong-audience", "names a segment", None),
        (made(segment=None), "phantom-segments", "names a segment", None),
        (made(one_each), "wrong-audience", "two campaigns", None),
        (made(one_segment), "phantom-segments", "one segment only", None),
        (made(scaled(0.125)), "wrong-audience", "50 conversions; 100 are needed", 4),
        (made(scaled(0.002)), "phantom-segments", "5 are needed", 4),
    ]
    for audited, id, said, rows in cases:
        found = judge(audited, id)
        assert (found.verdict, found.estimate, found.p) == (Verdict.CANNOT_TELL, None, None)
        assert said in found.why
        assert found.needs is not None
        assert (found.needs.table, found.needs.rows) == ("campaigns", rows)


def test_nobody_or_everybody_acting_breaks_nothing() -> None:
    for conversions in (0, 20_000):
        odd = dict.fromkeys(COUNTS, (20000, conversions))
        for id in ("wrong-audience", "phantom-segments"):
            assert judge(made(odd), id).verdict in (Verdict.CANNOT_TELL, Verdict.CLEAR)


def test_segments_and_campaigns_in_another_order_give_the_same_verdict() -> None:
    turned = dict(reversed(COUNTS.items()))
    for id in ("wrong-audience", "phantom-segments"):
        one, other = judge(made(), id), judge(made(turned), id)
        assert one.estimate == pytest.approx(other.estimate)
        assert one.verdict is other.verdict
        assert one.low == pytest.approx(other.low, abs=0.01)


def test_the_level_changes_what_is_shown_and_no_verdict() -> None:
    for id in ("wrong-audience", "phantom-segments"):
        wide, usual = judge(made(settings={"level": 0.99}), id), judge(made(), id)
        assert (wide.verdict, wide.p) == (usual.verdict, usual.p)
        assert (wide.high or 0) > (usual.high or 0)


@pytest.mark.parametrize("times", [0.0, 0.5, 1.0, 2.0])
def test_the_dials_set_their_mistake_exactly_and_leave_the_others_alone(times: float) -> None:
    bare = replace(SAMPLES["little-bear"].world, responses=())
    before = true_sizes(bare)
    world = segments.wrong_audience(
        segments.phantom_segments(segments.sized(bare, 4_000), 2 - times), times
    )
    after = true_sizes(world)
    assert after.pop("wrong-audience") == pytest.approx(0.10 * times, abs=1e-6)
    assert after.pop("phantom-segments") == pytest.approx(0.10 * (2 - times), abs=1e-6)
    assert after == pytest.approx({id: before[id] for id in after})


@pytest.mark.parametrize(
    ("id", "times", "conversions", "verdict"),
    [
        ("wrong-audience", 0.0, 5_000, Verdict.CLEAR),
        ("wrong-audience", 2.0, 2_000, Verdict.FOUND),
        ("phantom-segments", 0.0, 3_000, Verdict.FOUND),
        ("phantom-segments", 2.0, 1_100, Verdict.CLEAR),
    ],
)
def test_a_known_truth_is_recovered(
    id: str, times: float, conversions: float, verdict: Verdict
) -> None:
    bare = segments.sized(replace(SAMPLES["little-bear"].world, responses=()), conversions)
    turn = segments.wrong_audience if id == "wrong-audience" else segments.phantom_segments
    world, empty = turn(bare, times), client(campaigns=[{"campaign": "a", "spend": 1.0}])
    told, covered = [], 0
    for seed in range(12):
        facts = Facts.given(empty, responses=segments.drawn(world, seed))
        found = mistake_effect(facts, id, 0.10)
        assert found.decisive is not None
        assert found.p is not None
        ends = found.decisive if id == "wrong-audience" else -found.decisive
        line = 0.10 if id == "wrong-audience" else -0.10
        told.append(found.p < 0.05 if verdict is Verdict.FOUND else ends.high < line)
        covered += found.decisive.low - 1e-9 <= (true_size(world, id) or 0) <= found.decisive.high
    assert sum(told) >= 10
    assert covered >= 9
