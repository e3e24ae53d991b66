"""What does a report tell beside the audit? Gathered once, for all its outputs.

Quotes among it: what buyers and consumers said in their own words, where that was asked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Audit
from toolkit.hashing import hash_text
from toolkit.measures.facts import Facts
from toolkit.measures.feedback import FEWEST_ACCOUNTS, feedback_themes, speaking_accounts
from toolkit.report.notebooks import notebook_audit
from toolkit.report.options import RunOptions
from toolkit.report.page.chapters import Chapter, Notebook, Picture, notebook_chapter
from toolkit.report.page.what_if import SpendSteps, spend_steps
from toolkit.since import AuditComparison

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


@dataclass(frozen=True)
class ReportContext:
    """What any output tells beside the audit: who the client is, and what the notebooks showed.

    `labels` gives attribute ids the names readers know; `pictures` gives mistakes their figure;
    `spend` is all that the client spends on campaigns, where it is known; `since` says what moved
    since an earlier audit, where there is one; `scenario` what was changed, where the audit is of
    a what-if; `moving` what moved money would change, where it can be told; `quotes` what people
    said in their own words, where that was asked for. Outputs may be made until `deadline` (of
    ``time.monotonic()``).
    """

    about: str = ""
    language: str = "en"
    labels: Mapping[str, str] = field(default_factory=dict)
    chapters: Sequence[Chapter] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    spend: float | None = None
    since: AuditComparison | None = None
    scenario: Sequence[str] = ()
    moving: SpendSteps | None = None
    quotes: Sequence[ThemeQuotes] = ()
    deadline: float = math.inf

    @classmethod
    def of(
        cls,
        facts: Facts,
        audit: Audit,
        options: RunOptions,
        *,
        notebooks: Mapping[str, Notebook],
        since: AuditComparison | None,
        deadline: float = math.inf,
    ) -> ReportContext:
        """What is told of this client's audit? `notebooks` are the executed ones, by file name."""
        client = facts.client
        return cls(
            client.about,
            client.language,
            {a.id: a.label for a in client.attributes.values()},
            [notebook_chapter(notebook_audit(Path(n)), shown) for n, shown in notebooks.items()],
            spend=client_size(client).get("spend"),
            since=since,
            scenario=tuple(audit.run.get("scenario", ())),
            moving=spend_steps(client, facts),
            quotes=theme_quotes(client, options.quotes),
            deadline=deadline,
        )


def client_size(client: Client) -> dict[str, float]:
    """How much does the client spend and take in? What the index measures its money against."""
    sums = {"spend": ("campaigns", "spend"), "revenue": ("purchases", "amount")}
    found = {
        name: float(client.frames[table][column].sum())
        for name, (table, column) in sums.items()
        if client.has(table)
    }
    if client.accounts:  # the table holds some accounts only
        found["revenue"] = float(client.accounts.revenue.sum())
    return found
