"""What do people talk about, and does one role speak of it more than the other?

Themes are attributes, found by their words. What no word finds stays uncoded and is counted.

When are two words the same, however they are written? They are folded, across scripts and
keyboards, for matching only; what readers see keeps its letters. Diacritics go (é → e), Turkish and
Azerbaijani ı, İ, I all become i and ə becomes e, Arabic yeh and kaf become the Persian ones,
vowel marks and the stretching line go, and what separates words does so in every script.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.stats.bootstrap import sum_by_account
from toolkit.stats.hypothesis_tests import benjamini_hochberg
from toolkit.stats.input_checks import (
    account_codes,
    finite_number,
    instance_of,
    number_array,
    unfit_input,
    yes_or_no,
)
from toolkit.stats.interval import Array, CannotTell, Interval, normal_quantile, tail_probability
from toolkit.wording import count_with_noun

FOLDED_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ə": "e",
        "ß": "ss",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "\u064a": "\u06cc",  # Arabic yeh → Persian
        "\u0649": "\u06cc",  # alef without dots, used for yeh
        "\u0643": "\u06a9",  # Arabic kaf → Persian
        "\u0629": "\u0647",  # teh marbuta → heh
        "\u06c0": "\u0647",  # heh with yeh above → heh
        "\u0640": "",  # the stretching line
        "\u200c": " ",  # half-space between a word and its ending: both are tokens
        "\u200d": "",
    }
)
WORD_PATTERN = re.compile(r"[^\W_]+")


def fold_text(text: str) -> str:
    """What is left of a text once everything is gone that writers may leave out or vary?

    >>> fold_text("ISI") == fold_text("ısı") == fold_text("İSİ"), fold_text("Qiymət çox BAHALI!")
    (True, 'qiymet cox bahali!')
    """
    instance_of(text, str, "text")
    # Apart, then small, then apart again: İ grows a dot only once it is small.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return bare.translate(FOLDED_LETTERS)


def folded_words(text: str) -> list[str]:
    """Which words does a text hold, folded, in their order?

    >>> folded_words("Don't leak, won't smell")
    ['dont', 'leak', 'wont', 'smell']
    """
    instance_of(text, str, "text")
    return WORD_PATTERN.findall(fold_text(text).replace("'", "").replace("\u2019", ""))


STEM = 4  # letters from which a word also stands for its longer forms: leak → leaking
PRIOR = 10.0  # mentions the prior is worth, spread over themes as they come in all texts
FEWEST_TEXTS = 30  # a role
CONTRAST_METHOD = "log-odds, informative Dirichlet prior, by account"


@dataclass(frozen=True, eq=False)
class CodedTexts:
    """Which text speaks of which theme: `marks` (texts, themes) true or false."""

    themes: tuple[str, ...]
    marks: NDArray[np.bool_]

    def __post_init__(self) -> None:
        marks = number_array(self.marks, "marks")
        fits = marks.ndim == 2 and marks.shape[1] == len(self.themes)
        if not fits or not np.isin(marks, (0, 1)).all():
            expected = f"yes or no for each text and each of {len(self.themes)} themes"
            raise unfit_input("marks", expected, f"shape {marks.shape}: {marks!r}")

    @property
    def uncoded(self) -> float:
        """Which share of the texts speaks of no theme known? NaN without texts."""
        return float((~self.marks.any(axis=1)).mean()) if len(self.marks) else math.nan


@dataclass(frozen=True)
class ThemeContrast:
    """How much more does the first role speak of a theme than the second?

    `log_odds` is 0 where both do alike, `z` its distance from 0 in standard errors, `q` the
    two-sided p adjusted by Benjamini & Hochberg over the themes; counts are texts.
    """

    theme: str
    counts: tuple[int, int]
    log_odds: Interval
    z: float
    q: float


def code_texts(texts: Iterable[str], words: Mapping[str, Sequence[str]]) -> CodedTexts:
    """Which text speaks of which theme? A theme is spoken of where one of its words occurs.

    Words and texts are folded (`folding`). A word matches whole; from four letters on it also
    matches the beginning of a longer word; several words match one after the other, the last
    one likewise. A text may speak of several themes, or of none.

    >>> found = code_texts(["It LEAKED again", "a dry night", "nice"], {"dryness": ["leak", "dry"]})
    >>> found.marks[:, 0].tolist(), round(found.uncoded, 2)
    ([True, True, False], 0.33)
    """
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        raise unfit_input("texts", "several texts", repr(texts))
    instance_of(words, Mapping, "words")
    for theme, each in words.items():
        if isinstance(each, str) or not isinstance(each, Sequence):
            raise unfit_input(f"words of {theme!r}", "a list of words", repr(each))
    phrases = {theme: [folded_words(word) for word in each] for theme, each in words.items()}
    rows = [
        [any(_occurs(phrase, said) for phrase in each) for each in phrases.values()]
        for said in map(folded_words, texts)
    ]
    marks = np.array(rows, dtype=bool).reshape(len(rows), len(phrases))
    return CodedTexts(tuple(phrases), marks)


def theme_contrasts(
    coded: CodedTexts,
    first: ArrayLike,
    second: ArrayLike,
    accounts: NDArray[np.intp],
    *,
    level: float = 0.95,
    prior: float = PRIOR,
) -> list[ThemeContrast] | CannotTell:
    """Of which themes does the first role speak more than the second? Clearest first.

    `first`, `second` (texts,) say whose a text is. With y mentions of a theme among n of a role
    and a prior a = `prior` · (the theme's share of all mentions), the log-odds are
    ln[(y + a) / (n + prior − y − a)], first minus second; their variance is
    1/(y1 + a) + 1/(y2 + a), or what accounts that repeat themselves make of it, if larger.
    Equal counts give z = 0. Themes nobody speaks of are left out. Cannot tell from fewer than
    30 coded texts a role, or with fewer than two themes.
    Source: Monroe, Colaresi & Quinn (2008), Political Analysis 16, 372–403.
    """
    instance_of(coded, CodedTexts, "coded")
    count, prior = len(coded.marks), finite_number(prior, "prior", above=0)
    first, second = yes_or_no(first, count, "first"), yes_or_no(second, count, "second")
    accounts, _ = account_codes(accounts, count), tail_probability(level)
    heard = coded.marks[np.asarray(first, bool) | np.asarray(second, bool)].any(axis=0)
    if heard.sum() < 2:
        return CannotTell("A contrast needs two themes that someone speaks of.")
    names = tuple(name for name, one in zip(coded.themes, heard, strict=True) if one)
    coded = CodedTexts(names, coded.marks[:, heard])
    spoken = coded.marks.any(axis=1)
    roles = [np.asarray(role, dtype=bool) & spoken for role in (first, second)]
    fewest = min(int(role.sum()) for role in roles)
    if fewest < FEWEST_TEXTS:
        texts = count_with_noun(fewest, "text", "texts")
        return CannotTell(f"One role has {texts} on a known theme; {FEWEST_TEXTS} are needed.")
    unit = np.unique(accounts, return_inverse=True)[1]
    counts = np.stack([coded.marks[role].sum(axis=0) for role in roles]).astype(np.float64)
    added = prior * counts.sum(axis=0) / counts.sum()
    odds = [_log_odds(y, added, prior) for y in counts]
    errors = [_account_errors(coded, role, unit, added, prior) for role in roles]
    error = np.sqrt(np.maximum((1 / (counts + added)).sum(axis=0), _variance_by_account(errors)))
    return _sorted_contrasts(names, counts, odds[0] - odds[1], error, level, int(unit.max()) + 1)


def _occurs(phrase: Sequence[str], said: Sequence[str]) -> bool:
    """Do these words follow each other in what was said?"""
    size = len(phrase)
    return size > 0 and any(
        list(said[i : i + size - 1]) == list(phrase[:-1])
        and _same_word(phrase[-1], said[i + size - 1])
        for i in range(len(said) - size + 1)
    )


def _same_word(word: str, said: str) -> bool:
    return said == word or (len(word) >= STEM and said.startswith(word))


def _log_odds(counts: Array, added: Array, prior: float) -> Array:
    others = counts.sum() + prior - counts - added
    return np.asarray(np.log((counts + added) / others))


def _account_errors(
    coded: CodedTexts, role: NDArray[np.bool_], unit: NDArray[np.intp], added: Array, prior: float
) -> Array:
    """What each account adds to the error of the log-odds (accounts, themes), linearised."""
    marks = coded.marks[role].astype(np.float64)
    count = int(unit.max()) + 1
    mine = sum_by_account(unit[role], marks, count)
    others = mine.sum(axis=1, keepdims=True) - mine
    totals = mine.sum(axis=0)
    return np.asarray(mine / (totals + added) - others / (totals.sum() + prior - totals - added))


def _variance_by_account(errors: Sequence[Array]) -> Array:
    """The variance of first minus second, accounts in both roles counted as one."""
    apart = errors[0] - errors[1]
    n = max(int(np.count_nonzero(apart.any(axis=1))), 2)
    return np.asarray(n / (n - 1) * (apart**2).sum(axis=0))


def _sorted_contrasts(
    themes: Sequence[str], counts: Array, odds: Array, error: Array, level: float, n: int
) -> list[ThemeContrast]:
    half, z = normal_quantile(1 - tail_probability(level)) * error, odds / error
    q = benjamini_hochberg([math.erfc(abs(float(one)) / math.sqrt(2)) for one in z])
    found = []
    for k, theme in enumerate(themes):
        value = float(odds[k])
        ends = Interval(value, value - float(half[k]), value + float(half[k]), n, CONTRAST_METHOD)
        both = int(counts[0, k]), int(counts[1, k])
        found.append(ThemeContrast(theme, both, ends, float(z[k]), float(q[k])))
    return sorted(found, key=lambda lean: (lean.q, -abs(lean.z)))
