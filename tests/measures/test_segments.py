"""People's traits and the segments they make: digits, codes, rare levels, accounts, recovery."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame
from toolkit.measures import segments
from toolkit.measures.segments import (
    TOGETHER,
    PeopleTraits,
    TraitSegments,
    account_levels,
    category_levels,
    people_traits,
    trait_segments,
)
from toolkit.stats.agreement import adjusted_rand
from toolkit.stats.interval import CannotTell

KINDS = {"age": "demographic", "city": "place", "device": "behaviour", "zip": "place"}


def rows(n: int = 400, seed: int = 1) -> tuple[np.ndarray, list[dict]]:
    """Young people in town on the phone, older ones in the country; all written as text."""
    rng = np.random.default_rng(seed)
    old = rng.random(n) < 0.4
    town, phone = (rng.random(n) < np.where(old, 0.12, 0.88) for _ in range(2))
    age = np.round(rng.normal(26, 5, n) + 28 * old)
    return old, [
        {"person_id": f"p{i}", "role": "both", "account_id": f"a{i}", "age": f"{age[i]:.0f}"}
        | {"city": "Baku" if town[i] else "Quba", "device": "phone" if phone[i] else "desk"}
        for i in range(n)
    ]


def known(made: list[dict], **more: str) -> PeopleTraits:
    """The people of these rows."""
    found = people_traits({"people": frame("people", made)}, KINDS | more)
    assert found is not None
    return found


def test_traits_in_digits_are_numbers_unless_they_name_a_place() -> None:
    made = [r | {"zip": str(1000 + i % 40)} for i, r in enumerate(rows()[1])]
    found = known(made)
    assert pd.api.types.is_numeric_dtype(found.traits["age"])
    assert not pd.api.types.is_numeric_dtype(found.traits["zip"])
    assert set(category_levels(found)) == {"city", "device", "zip"}


def test_two_kinds_of_people_are_found_again_and_said_in_words() -> None:
    old, made = rows()
    found = trait_segments(known(made), KINDS, seed=1)[TOGETHER]
    assert isinstance(found, TraitSegments)
    assert found.found.grouping.count == 2
    assert adjusted_rand(old, found.found.labels) > 0.85
    assert "city Baku" in found.words(0)
    assert "city Quba" in found.words(1)
    assert "on average, others" in found.words(1)


def test_a_kind_of_one_category_is_its_levels_and_no_model_is_asked() -> None:
    made = trait_segments(known(rows()[1]), KINDS, seed=1)
    assert set(made) == {"demographic", TOGETHER}  # age alone is a number: may have groups


def test_the_same_people_in_another_order_make_the_same_segments() -> None:
    made = rows()[1]
    one, other = (
        trait_segments(known(m), KINDS, seed=1)[TOGETHER] for m in (made, list(reversed(made)))
    )
    assert isinstance(one, TraitSegments)
    assert isinstance(other, TraitSegments)
    assert adjusted_rand(one.found.labels, other.found.labels[::-1]) > 0.98


def test_rare_devices_are_put_together_and_unknown_ones_stay_unknown() -> None:
    made = rows()[1]
    for i, device in enumerate(["watch", "fridge", "", "car"]):
        made[i]["device"] = device or None
    level = category_levels(known(made))["device"]
    assert set(level.dropna()) == {"phone", "desk", "other"}
    assert (level == "other").sum() == 3
    assert level.isna().sum() == 1


def test_an_account_has_the_level_of_who_pays_else_of_its_first_person() -> None:
    made: list[dict] = [
        {"person_id": "1", "role": "consumer", "account_id": "x", "city": "Baku"},
        {"person_id": "2", "role": "buyer", "account_id": "x", "city": "Quba"},
        {"person_id": "3", "role": "consumer", "account_id": "y", "city": "Baku"},
        {"person_id": "4", "role": "consumer", "account_id": "y", "city": "Quba"},
        {"person_id": "5", "role": "buyer", "account_id": "z", "city": None},
        {"person_id": "6", "role": "consumer", "account_id": "z", "city": "Baku"},
    ]
    found = known(made)
    assert account_levels(found, found.traits["city"]).to_dict() == {
        "x": "Quba",
        "y": "Baku",
        "z": "Baku",
    }


def test_people_without_an_account_are_accounts_of_their_own() -> None:
    made = [r | {"account_id": None} for r in rows(50)[1]]
    assert known(made).accounts == 50


def test_of_very_many_people_whole_accounts_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "MOST_PEOPLE", 120)
    made = [r | {"account_id": f"a{i // 3}"} for i, r in enumerate(rows(300)[1])]
    found = trait_segments(known(made), KINDS, seed=1)[TOGETHER]
    assert isinstance(found, TraitSegments)
    assert 115 <= len(found.rows) <= 120
    sizes = np.bincount(known(made).account[found.rows])
    assert set(sizes) == {0, 3}


def test_no_traits_make_no_people_and_few_accounts_no_segments() -> None:
    assert people_traits({"people": frame("people", rows(50)[1])}, {}) is None
    few = trait_segments(known(rows(20)[1]), KINDS, seed=1)[TOGETHER]
    assert isinstance(few, CannotTell)
    assert "30 are needed" in few.why
