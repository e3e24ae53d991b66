"""Words that are the same however they are written."""

from __future__ import annotations

import pytest

from toolkit.models.folding import fold, tokens

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
    assert fold(one) == fold(other)


def test_folding_twice_changes_nothing_more() -> None:
    for one, other in ALIKE:
        assert fold(fold(one + other)) == fold(one + other)


def test_different_words_stay_different() -> None:
    words = ["price", "prize", "fiyat", "قیمت", "کیفیت", "dry", "day"]
    assert len({fold(word) for word in words}) == len(words)


def test_a_half_space_parts_a_word_from_its_ending() -> None:
    assert tokens("قیمت\u200cها بالا") == ["قیمت", "ها", "بالا"]


def test_signs_and_numbers_part_words() -> None:
    assert tokens("Leaks! At 3am—again_and…again") == [
        "leaks",
        "at",
        "3am",
        "again",
        "and",
        "again",
    ]
    assert tokens("") == []
