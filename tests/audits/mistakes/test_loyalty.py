"""one-ear, hostages, sold-not-used, and the margin of ignored roles: formulas, money, needs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, points, respondent
from toolkit.audits.mistakes.judge import judge_mistakes
from toolkit.client.model import Client
from toolkit.finding import Judgement, Verdict
from toolkit.measures.facts import Facts
from toolkit.stats.shares import binomial_p_above, jeffreys

START = pd.Timestamp("2024-01-01")
OTHER = {"buyer": "consumer", "consumer": "buyer"}


def verdict(audited: Client, id: str) -> Judgement:
    """The verdict on one mistake."""
    return next(m for m in judge_mistakes(Facts(audited)) if m.id == id)


def voices(consumers: int, buyers: int, swap: bool = False) -> list[dict[str, Any]]:
    """Utterances, each from an account of its own."""
    roles = ["consumer"] * consumers + ["buyer"] * buyers
    return [
        {"feedback_id": f"f{i}", "role": OTHER[r] if swap else r, "account_id": f"v{i}"}
        for i, r in enumerate(roles)
    ]


def say(consumer: float, accounts: int = 60) -> list[dict[str, Any]]:
    """Points of buyers; the consumer's share of them scatters a little around the one given."""
    shares = consumer + 0.05 * np.sin(np.arange(accounts))
    rows = [points(i, "buyer", buyer=100 * (1 - s), consumer=100 * s) for i, s in enumerate(shares)]
    return [row for each in rows for row in each]


def order(account: int, day: int, amount: float = 10.0) -> dict[str, Any]:
    """One order."""
    date = START + pd.Timedelta(days=day)
    return {
        "order_id": f"{account}-{day}",
        "date": date,
        "buyer_id": f"a{account}",
        "amount": amount,
    }


def staying(unhappy: int, content: int, *, last: int = 365, **more: Any) -> Client:
    """Accounts that bought twice, with one consumer's answer each; and one that bought once."""
    n = unhappy + content
    survey = [
        respondent(i, "consumer", i, satisfaction=2.0 if i < unhappy else 8.0) for i in range(n)
    ]
    orders = [order(i, day) for i in range(n) for day in (0, 100)] + [order(n, last)]
    return client(survey=survey, purchases=orders, attributes=(), **more)


def using(idle: int, active: int, *, last: int = 364) -> Client:
    """Accounts that bought in January and again in December, with use in December."""
    n = idle + active
    orders = [order(i, day) for i in range(n) for day in (0, last)]
    period = (START + pd.Timedelta(days=last)).strftime("%Y-%m")
    usage = [
        {"account_id": f"a{i}", "period": period, "active": float(i >= idle)} for i in range(n)
    ]
    return client(purchases=orders, usage=usage)


def test_one_ear_is_the_distance_and_found_where_it_is_large() -> None:
    found = verdict(client(feedback=voices(10, 90), influence=say(0.6)), "one-ear")
    assert found.estimate == pytest.approx(0.5, abs=0.01)
    assert found.verdict is Verdict.FOUND
    assert found.money is None
    assert "consumers did not say" in str(found.money_why)
    clear = verdict(client(feedback=voices(60, 40), influence=say(0.6)), "one-ear")
    assert clear.verdict is Verdict.CLEAR
    assert "nobody said" in str(clear.money_why)


def test_one_ear_is_the_same_from_the_other_side() -> None:
    ours = verdict(client(feedback=voices(10, 60), influence=say(0.45)), "one-ear")
    swapped = client(feedback=voices(10, 60, swap=True), influence=say(0.55))
    mirror = verdict(swapped, "one-ear")
    assert mirror.estimate == pytest.approx(ours.estimate, abs=0.01)
    assert mirror.verdict is ours.verdict


def test_hostages_are_a_share_with_jeffreys_interval_exact_p_and_their_revenue_a_year() -> None:
    found = verdict(staying(30, 30), "hostages")
    ends = jeffreys(30, 60)
    assert (found.estimate, found.low, found.high) == (0.5, ends.low, ends.high)
    assert found.p == binomial_p_above(30, 60, 0.2)
    assert found.verdict is Verdict.FOUND
    assert "one answer only" in found.why
    assert found.money is not None
    assert found.money.mid == pytest.approx(30 * 20.0)  # twenty a year each
    assert found.money.low < found.money.mid < found.money.high
    assert found.money.kind == "revenue per year"


def test_accounts_that_bought_once_are_no_hostages() -> None:
    once = client(
        survey=[respondent(i, "consumer", i, satisfaction=1.0) for i in range(80)],
        purchases=[order(i, i) for i in range(80)],
        attributes=(),
    )
    found = verdict(once, "hostages")
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.estimate is None


def test_less_than_half_a_year_gives_no_sum_a_year() -> None:
    found = verdict(staying(30, 30, last=120), "hostages")
    assert found.money is None
    assert "180 days" in str(found.money_why)


def test_few_hostages_are_shown_not_judged_and_say_how_many_to_bring() -> None:
    found = verdict(staying(4, 16), "hostages")
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.estimate == pytest.approx(0.2)
    assert found.needs is not None
    assert (found.needs.table, found.needs.role) == ("survey", "consumer")
    near = verdict(staying(10, 25), "hostages")
    assert near.needs is not None
    assert near.needs.rows is not None
    assert near.needs.rows > 50


def test_sold_not_used_counts_the_idle_of_the_last_month() -> None:
    found = verdict(using(30, 30), "sold-not-used")
    assert found.estimate == 0.5
    assert found.verdict is Verdict.FOUND
    assert found.p == binomial_p_above(30, 60, 0.15)
    assert found.money is not None
    assert found.money.low == 0  # idle and active come back alike here
    assert verdict(using(0, 80), "sold-not-used").verdict is Verdict.CLEAR


def test_idle_accounts_that_come_back_less_cost_their_revenue_times_the_difference() -> None:
    base = using(30, 30)
    early = [order(i, 0) for i in range(100, 160)] + [order(i, 50) for i in range(130, 160)]
    lines = [
        {"account_id": f"a{i}", "period": "2024-12", "active": float(i >= 130)}
        for i in range(100, 160)
    ]
    more = client(
        purchases=[order(i, day) for i in range(60) for day in (0, 364)] + early,
        usage=[*base.table("usage")[["account_id", "period", "active"]].to_dict("records"), *lines],
    )
    found = verdict(more, "sold-not-used")
    assert found.money is not None
    # idle: 30 of 60 come back; active: all; the thirty idle buyers pay 20 in 364 days
    assert found.money.mid == pytest.approx(0.5 * 30 * 20 * 365 / 364)


@pytest.mark.parametrize(
    ("id", "tables"),
    [
        ("one-ear", ("feedback", "influence")),
        ("hostages", ("survey", "purchases")),
        ("sold-not-used", ("usage", "purchases")),
    ],
)
def test_a_missing_table_is_named_and_no_estimate_invented(
    id: str, tables: tuple[str, str]
) -> None:
    whole = staying(30, 30, feedback=voices(10, 90), influence=say(0.6))
    frames = dict(whole.frames) | dict(using(30, 30).frames) | {"survey": whole.frames["survey"]}
    for gone in tables:
        left = {name: frame for name, frame in frames.items() if name != gone}
        made = Client(**(vars(whole) | {"frames": left}))
        found = verdict(made, id)
        assert found.verdict is Verdict.CANNOT_TELL
        assert found.estimate is None
        assert found.needs is not None
        assert found.needs.table == gone


def test_accounts_that_do_not_match_are_said_to_be_missing_not_clear() -> None:
    apart = staying(30, 30)
    survey = apart.table("survey").assign(account_id=lambda s: "x" + s["account_id"])
    made = Client(**(vars(apart) | {"frames": dict(apart.frames) | {"survey": survey}}))
    found = verdict(made, "hostages")
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.estimate is None


def linked(margin: float | None = 0.4, n: int = 150) -> Client:
    """A client whose consumers rate the product badly and come back when they do not."""
    rng, survey, orders = np.random.default_rng(8), [], []
    for i in range(n):
        marks = rng.integers(1, 6, size=2).astype(float)
        asked = {"importance_price": 4.0, "importance_fun": float(rng.integers(2, 6))}
        rated = dict(zip(("performance_price", "performance_fun"), marks, strict=True))
        glad = float(np.clip(np.rint(marks.sum() + rng.normal()), 0, 10))
        again = float(rng.random() < 1 / (1 + np.exp(-0.8 * (glad - 6))))
        for k, role in enumerate(("buyer", "consumer")):
            felt = glad if role == "consumer" else float(rng.integers(0, 11))
            mine = rated if role == "consumer" else dict.fromkeys(rated, 5.0)
            row = respondent(2 * i + k, role, i, satisfaction=felt, rebought=again)
            survey.append(row | asked | mine)
        orders.append(order(i, 2 * i, 100.0))
    return client(survey=survey, purchases=orders, margin=margin)


def test_closing_the_consumers_gaps_is_worth_margin_a_year() -> None:
    found = verdict(linked(), "consumer-ignored")
    assert found.money is not None
    assert found.money.kind == "margin per year"
    a_year = 0.4 * 150 * 100 * 365 / 298
    assert 0 < found.money.low < found.money.mid < found.money.high < a_year
    buyers = verdict(linked(), "buyer-ignored")
    assert buyers.money is None or buyers.money.low == 0


def test_without_margin_or_orders_the_sum_is_missing_with_the_reason() -> None:
    assert "No margin" in str(verdict(linked(margin=None), "consumer-ignored").money_why)
    whole = linked()
    frames = {"survey": whole.frames["survey"]}
    alone = Client(**(vars(whole) | {"frames": frames}))
    assert "no sum a year" in str(verdict(alone, "consumer-ignored").money_why)
