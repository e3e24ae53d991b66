"""What the feedback speaks of: words in any script, coders' themes, and shares by role."""

from __future__ import annotations

import pytest

from tests.clients import frame
from toolkit.client import Attribute
from toolkit.models.cannot import CannotTell
from toolkit.quantities.spoken import Spoken, spoken

ATTRIBUTES = {
    "price": Attribute("price", "Price", "reason", ("price", "qiymət")),
    "fit": Attribute("fit", "Snug fit", "experience"),
}


def heard(*rows: tuple[str, str | None, str | None]) -> Spoken | None:
    """Feedback of (role, text, theme), each from an account of its own."""
    made = [
        {"feedback_id": f"f{i}", "role": role, "text": text, "theme": theme, "account_id": f"a{i}"}
        for i, (role, text, theme) in enumerate(rows)
    ]
    return spoken(frame("feedback", made), ATTRIBUTES)


def test_words_are_found_however_they_are_written_and_names_stand_in_for_words() -> None:
    found = heard(
        ("buyer", "QİYMƏTİ bahalıdır", None),
        ("consumer", "the snug fit is lovely", None),
        ("consumer", "no idea", "fit"),
    )
    assert found is not None
    assert found.coded.marks.tolist() == [[True, False], [False, True], [False, False]]
    assert found.uncoded(level=0.95).value == pytest.approx(1 / 3)


def test_a_coders_theme_counts_where_nothing_was_written_down() -> None:
    found = heard(("buyer", None, "price"), ("buyer", None, "weather"), ("buyer", None, None))
    assert found is not None
    assert found.coded.marks.tolist() == [[True, False], [False, False]]
    assert found.silent == 1


def test_shares_of_a_role_are_of_its_coded_utterances_and_both_counts_half() -> None:
    rows = [("buyer", "price", None)] * 6 + [("both", "snug fit", None)] * 4
    found = heard(*rows, *[("consumer", "price", None)] * 6)
    assert found is not None
    shares = found.themes(level=0.95)
    assert shares["buyer:price"].value == pytest.approx(6 / 8)
    assert shares["consumer:fit"].value == pytest.approx(2 / 8)


def test_who_speaks_more_of_what_turns_with_the_roles() -> None:
    rows = [("buyer", "price", None)] * 30 + [("buyer", "snug fit", None)] * 10
    rows += [("consumer", "price", None)] * 10 + [("consumer", "snug fit", None)] * 30
    other = {"buyer": "consumer", "consumer": "buyer"}
    ours, mirror = heard(*rows), heard(*[(other[r], t, c) for r, t, c in rows])
    assert ours is not None
    assert mirror is not None
    one, two = ours.leans(level=0.95), mirror.leans(level=0.95)
    assert not isinstance(one, CannotTell)
    assert not isinstance(two, CannotTell)
    leans = {lean.theme: lean.log_odds for lean in two}
    for lean in one:
        assert lean.log_odds.value == pytest.approx(-leans[lean.theme].value)
    assert {lean.theme: lean.log_odds.low > 0 for lean in one} == {"price": True, "fit": False}


def test_feedback_without_a_word_says_nothing() -> None:
    assert heard(("buyer", None, None)) is None
