"""What did people say of a theme, in their own words? Only where a run asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.hashing import hash_text
from toolkit.measures.feedback import FEWEST_ACCOUNTS, feedback_themes, speaking_accounts

LONGEST = 300  # letters of a text that is shown; a longer one is cut
IDS = re.compile(r"\w+_id")
REACHES = re.compile(r"@|://|\bwww\.|\d(?:\W?\d){5}")  # mail, pages, and numbers of six digits on
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class ThemeQuotes:
    """Some of the texts in which one role speaks of a theme; `of` is how many there are."""

    theme: str
    role: str
    texts: tuple[str, ...]
    of: int


def theme_quotes(client: Client, most: int) -> list[ThemeQuotes]:
    """What do buyers, and what do consumers say of each attribute? At most `most` texts of each.

    One of an account, drawn by a hash of their ids, so that nobody chose them, and none twice.
    Left out are texts that hold an id of the client's tables, in capitals or not and however its
    parts are joined, an address, or a number as long as a telephone's, and what fewer than
    FEWEST_ACCOUNTS accounts speak of then. Names of people cannot be told from other words.
    """
    if not most or not client.has("feedback"):
        return []
    feedback = client.frames["feedback"]
    said = feedback[feedback["text"].notna()].reset_index(drop=True)
    found = feedback_themes(said, client.attributes)
    if found is None:
        return []
    said["unit"], _ = speaking_accounts(said)
    drawn = said[_harmless(said["text"], client)].sort_values("feedback_id", key=_by_chance)
    groups = (
        (client.attributes[theme].label, role, _texts(drawn[marks[drawn.index]], role))
        for theme, marks in zip(found.coded.themes, found.coded.marks.T, strict=True)
        for role in ROLES
    )
    return [
        ThemeQuotes(label, role, tuple(dict.fromkeys(texts))[:most], len(texts))
        for label, role, texts in groups
        if len(texts) >= FEWEST_ACCOUNTS
    ]


def _texts(said: pd.DataFrame, role: str) -> list[str]:
    """What accounts say in this role, one text of each."""
    return [_cut(text) for text in said[said["role"] == role].drop_duplicates("unit")["text"]]


def _harmless(texts: pd.Series, client: Client) -> pd.Series:
    ids = {_words(id) for id in _ids(client)} - {()}
    lengths = {len(words) for words in ids}

    def names_somebody(text: str) -> bool:
        said = _words(text)
        return any(said[i : i + n] in ids for i in range(len(said)) for n in lengths)

    return texts.map(lambda text: not REACHES.search(text) and not names_somebody(text))


def _ids(client: Client) -> Iterator[str]:
    for frame in client.frames.values():
        for column in filter(IDS.fullmatch, frame):
            yield from frame[column].dropna().unique()
    if client.accounts:  # the table holds some accounts only
        yield from client.accounts.names


def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(text.casefold()))


def _by_chance(ids: pd.Series) -> pd.Series:
    return ids.map(hash_text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
