"""Persons in both roles, table by table: counts by hand, and a platform whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.clients import frame
from toolkit.quantities.overlap import overlap
from toolkit.simulate import draw
from toolkit.simulate.samples import SAMPLES
from toolkit.stats.shares import wilson


def order(number: int, buyer: str, consumer: str | None) -> dict[str, object]:
    """An order line."""
    return {"order_id": f"o{number}", "date": None, "amount": 1.0, "account_id": f"at-{buyer}"} | {
        "buyer_id": buyer,
        "consumer_id": consumer,
    }


def person(name: str, role: str) -> dict[str, object]:
    """A person who is an account of their own."""
    return {"person_id": name, "role": role}


def test_people_listed_as_both_are_counted_among_all_people() -> None:
    rows = [person(f"p{i}", "both" if i < 3 else "buyer") for i in range(40)]
    found = overlap({"people": frame("people", rows)}, 0.95)
    assert list(found) == ["people"]
    assert found["people"].value == pytest.approx(3 / 40)
    assert found["people"].n == 40
    assert found["people"].high == pytest.approx(wilson(3, 40).high, abs=0.02)


def test_who_buys_on_one_order_and_uses_another_buyers_order_is_in_both_roles() -> None:
    rows = [order(1, "ada", "ben"), order(2, "ben", "cem"), order(3, "dia", "ada")]
    found = overlap({"purchases": frame("purchases", rows)}, 0.95)
    assert found["purchases"].value == pytest.approx(2 / 4)  # ada and ben, of four


def test_buying_for_oneself_and_orders_that_name_nobody_make_no_second_role() -> None:
    rows = [order(1, "ada", "ada"), order(2, "ada", "ben"), order(3, "cem", None)]
    found = overlap({"purchases": frame("purchases", rows)}, 0.95)
    assert found["purchases"].value == 0
    assert found["purchases"].low == 0
    assert overlap({"purchases": frame("purchases", rows[:1])}, 0.95) == {}


def test_people_of_one_account_count_as_one_witness() -> None:
    alone = [person(f"p{i}", "both" if i < 20 else "buyer") for i in range(80)]
    tied = [row | {"account_id": f"a{i // 4}"} for i, row in enumerate(alone)]
    one, few = (overlap({"people": frame("people", r)}, 0.95)["people"] for r in (alone, tied))
    assert few.value == one.value
    assert (few.n, few.high - few.low > 1.5 * (one.high - one.low)) == (20, True)


def test_a_platform_shows_the_overlap_it_was_made_with() -> None:
    world = SAMPLES["open-bazaar"].world
    frames = draw(world, 3_000, 1, tables=["people", "survey", "purchases"])
    setup = world.accounts
    shoppers = sum(n * share for n, share in setup.consumers.items())
    found = overlap(frames, 0.95)
    for table in ("people", "survey"):
        assert found[table].low < setup.also_use / (1 + shoppers) < found[table].high
    assert found["purchases"].low > 0.05


def test_without_people_who_do_both_every_table_says_so() -> None:
    world = SAMPLES["open-bazaar"].world
    apart = replace(world, accounts=replace(world.accounts, also_use=0.0))
    found = overlap(draw(apart, 300, 1, tables=["people", "survey", "purchases"]), 0.95)
    assert {name: share.value for name, share in found.items()} == {
        "people": 0,
        "survey": 0,
        "purchases": 0,
    }
