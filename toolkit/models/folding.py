"""When are two words the same, however they are written? Matching across scripts and keyboards.

For matching only; what readers see keeps its letters. Diacritics go (é → e), Turkish and
Azerbaijani ı, İ, I all become i and ə becomes e, Arabic yeh and kaf become the Persian ones,
vowel marks and the stretching line go, and what separates words does so in every script.
"""

from __future__ import annotations

import re
import unicodedata

LETTERS = str.maketrans(
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
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """What is left of a text once everything is gone that writers may leave out or vary?

    >>> fold("ISI") == fold("ısı") == fold("İSİ"), fold("Qiymət çox BAHALI!")
    (True, 'qiymet cox bahali!')
    """
    # Apart, then small, then apart again: İ grows a dot only once it is small.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return bare.translate(LETTERS)


def tokens(text: str) -> list[str]:
    """Which words does a text hold, folded, in their order?

    >>> tokens("Don't leak, won't smell")
    ['dont', 'leak', 'wont', 'smell']
    """
    return WORD.findall(fold(text).replace("'", "").replace("\u2019", ""))
