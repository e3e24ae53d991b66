"""Words that are the same however they are written.

Themes by words, what stays uncoded, and which role speaks of what.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.stats.worlds import at_least, at_most
from toolkit.models.themes import (
    CodedTexts,
    ThemeContrast,
    code_texts,
    fold_text,
    folded_words,
    theme_contrasts,
)
from toolkit.stats.interval import CannotTell

ALIKE = [
    ("İSTANBUL", "istanbul"),
    ("ISPARTA", "ısparta"),
    ("Fiyatı", "FİYATI"),
    ("Ücretsiz", "ucretsiz"),
    ("qiymət", "QİYMƏT"),
    ("çox bahalı", "cox bahali"),
    ("قيمت", "قیمت"),  # Arabic and Persian yeh
    ("كيفيت", "کیفیت"),  # Arabic and Persian kaf
    ("قِیمَت", "قیمت"),  # vowel marks
    ("قیـــمت", "قیمت"),  # stretched
    ("آب", "اب"),
    ("café", "cafe\u0301"),
    ("Straße", "STRASSE"),
    ("ﬁt", "fit"),  # a ligature
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


def test_folding_twice_changes_nothing_more() -> None:
    for one, other in ALIKE:
        assert fold_text(fold_text(one + other)) == fold_text(one + other)


def test_different_words_stay_different() -> None:
    words = ["price", "prize", "fiyat", "قیمت", "کیفیت", "dry", "day"]
    assert len({fold_text(word) for word in words}) == len(words)


def test_a_half_space_parts_a_word_from_its_ending() -> None:
    assert folded_words("قیمت\u200cها بالا") == ["قیمت", "ها", "بالا"]


def test_signs_and_numbers_part_words() -> None:
    assert folded_words("Leaks! At 3am—again_and…again") == [
        "leaks",
        "at",
        "3am",
        "again",
        "and",
        "again",
    ]
    assert folded_words("") == []


THEMES = ("price", "taste", "fun", "safe")


def spoken(
    shares: list[list[float]], each: int, rng: np.random.Generator, accounts: int = 200
) -> tuple[CodedTexts, np.ndarray, np.ndarray]:
    """Texts of two roles, `each` per account and role, a person's texts mostly on one theme."""
    unit = np.repeat(np.arange(accounts), 2 * each)
    role = np.tile(np.repeat([0, 1], each), accounts)
    own = [rng.choice(4, accounts, p=p) for p in shares]
    theme = np.where(role == 0, own[0][unit], own[1][unit])
    stray = rng.random(len(unit)) < 0.1
    for r in (0, 1):
        off = stray & (role == r)
        theme[off] = rng.choice(4, off.sum(), p=shares[r])
    return CodedTexts(THEMES, np.eye(4, dtype=bool)[theme]), role, unit


def leans(coded: CodedTexts, role: np.ndarray, unit: np.ndarray) -> list[ThemeContrast]:
    """A contrast that there is."""
    found = theme_contrasts(coded, role == 0, role == 1, unit)
    assert isinstance(found, list)
    return found


def test_words_match_whole_or_from_four_letters_as_beginnings() -> None:
    words = {"dry": ["dry", "leak"], "price": ["price"]}
    texts = ["It leaks", "drying up", "DRY!", "the prices", "leaf", ""]
    marks = code_texts(texts, words).marks
    assert marks[:, 0].tolist() == [True, False, True, False, False, False]
    assert marks[:, 1].tolist() == [False, False, False, True, False, False]


def test_several_words_match_in_their_order_only() -> None:
    marks = code_texts(["all night long", "night all", "all nights"], {"dry": ["all night"]}).marks
    assert marks[:, 0].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("text", "word"),
    [("FİYATLARI çox", "fiyat"), ("قيمت‌ها بالا است", "قیمت"), ("Çox bahalıdır", "bahalı")],
)
def test_words_are_found_in_the_languages_of_clients(text: str, word: str) -> None:
    assert code_texts([text], {"price": [word]}).marks.all()


def test_the_share_left_uncoded_is_counted() -> None:
    found = code_texts(["price", "nice", "taste", "hm"], {"price": ["price"], "taste": ["taste"]})
    assert found.uncoded == 0.5
    assert math.isnan(code_texts([], {"price": ["price"]}).uncoded)


def test_an_empty_word_matches_nothing() -> None:
    assert not code_texts(["anything"], {"price": ["", "!"]}).marks.any()


def test_equal_counts_lean_to_nobody() -> None:
    coded = CodedTexts(THEMES, np.tile(np.eye(4, dtype=bool), (20, 1)))
    role = np.repeat([0, 1], 40)
    for lean in leans(coded, role, np.arange(80)):
        assert lean.z == pytest.approx(0)
        assert lean.log_odds.value == pytest.approx(0)
        assert lean.q == pytest.approx(1)


def test_the_other_role_leans_the_other_way() -> None:
    coded, role, unit = spoken(
        [[0.4, 0.2, 0.2, 0.2], [0.1, 0.3, 0.3, 0.3]], 1, np.random.default_rng(1)
    )
    straight = {one.theme: one for one in leans(coded, role, unit)}
    for other in leans(coded, 1 - role, unit):
        assert other.z == pytest.approx(-straight[other.theme].z)
        assert other.counts == straight[other.theme].counts[::-1]


def test_a_theme_spoken_of_twice_as_often_is_found_first() -> None:
    coded, role, unit = spoken(
        [[0.4, 0.2, 0.2, 0.2], [0.2, 0.3, 0.25, 0.25]], 1, np.random.default_rng(2)
    )
    first = leans(coded, role, unit)[0]
    assert first.theme == "price"
    assert first.q < 0.05
    true = math.log(0.4 / 0.6) - math.log(0.2 / 0.8)
    assert first.log_odds.low < true < first.log_odds.high


def test_people_who_repeat_themselves_are_not_taken_for_many() -> None:
    alike = [0.25] * 4
    wrong = {"account": 0, "text": 0}
    for seed in range(100):
        coded, role, unit = spoken([alike, alike], 5, np.random.default_rng(seed), accounts=60)
        wrong["account"] += any(one.q < 0.05 for one in leans(coded, role, unit))
        wrong["text"] += any(one.q < 0.05 for one in leans(coded, role, np.arange(len(unit))))
    assert at_most(0.05, wrong["account"], 100)
    assert at_least(0.5, wrong["text"], 100)


def test_a_theme_nobody_speaks_of_is_left_out() -> None:
    marks = np.tile(np.eye(4, dtype=bool), (20, 1))
    marks[:, 3] = False
    role = np.repeat([0, 1], 40)
    assert {one.theme for one in leans(CodedTexts(THEMES, marks), role, np.arange(80))} == set(
        THEMES[:3]
    )


def test_too_few_texts_or_themes_are_said() -> None:
    coded = CodedTexts(THEMES, np.tile(np.eye(4, dtype=bool), (20, 1)))
    role = np.repeat([0, 1], [51, 29])
    few = theme_contrasts(coded, role == 0, role == 1, np.arange(80))
    assert isinstance(few, CannotTell)
    assert "29 texts" in few.why
    single = CodedTexts(("price",), np.ones((80, 1), dtype=bool))
    assert isinstance(theme_contrasts(single, role == 0, role == 1, np.arange(80)), CannotTell)
