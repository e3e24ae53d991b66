"""Texts of feedback: shown where asked for, drawn by chance, and never who said them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.report.batches import content, run
from tests.report.canaries import canary, secret, shown
from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.measures.feedback import FEWEST_ACCOUNTS
from toolkit.report.page.context import LONGEST, theme_quotes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def corner() -> Client:
    """A client whose feedback has words of both roles."""
    return load(ROOT / "datasets" / "clients" / "sweet-corner")


def saying(client: Client, texts: pd.Series) -> Client:
    """The client with these texts instead."""
    feedback = client.frames["feedback"].assign(text=texts)
    return replace(client, frames={**client.frames, "feedback": feedback})


def test_each_role_is_quoted_on_each_theme_and_only_with_what_it_said(corner: Client) -> None:
    feedback, labels = corner.frames["feedback"], {a.label for a in corner.attributes.values()}
    found = theme_quotes(corner, 2)
    assert {q.role for q in found} == {"buyer", "consumer"}
    assert {q.theme for q in found} <= labels
    for q in found:
        assert 1 <= len(q.texts) == len(set(q.texts)) <= 2
        assert q.of >= FEWEST_ACCOUNTS
        assert set(q.texts) <= set(feedback["text"][feedback["role"] == q.role])


def test_nothing_is_quoted_unasked_or_without_words(corner: Client) -> None:
    assert theme_quotes(corner, 0) == []
    none = pd.Series(None, index=corner.frames["feedback"].index, dtype="str")
    assert theme_quotes(saying(corner, none), 3) == []


def test_the_order_of_the_lines_draws_nobody_else(corner: Client) -> None:
    turned = corner.frames["feedback"].iloc[::-1].reset_index(drop=True)
    again = replace(corner, frames={**corner.frames, "feedback": turned})
    assert theme_quotes(again, 3) == theme_quotes(corner, 3)


def test_what_few_accounts_speak_of_is_not_quoted(corner: Client) -> None:
    said = corner.frames["feedback"]["text"].copy()
    buyers = said.index[corner.frames["feedback"]["role"] == "buyer"]
    others = pd.Series("Nothing to say.", index=said.index)
    for heard in (FEWEST_ACCOUNTS, FEWEST_ACCOUNTS - 1):
        one_each = corner.frames["feedback"].loc[buyers].drop_duplicates("account_id").index
        some = one_each[:heard]
        others[:] = "Nothing to say."
        others[some] = [f"The taste was good, {n}" for n in range(heard)]
        found = theme_quotes(saying(corner, others), 9)
        assert [q.of for q in found] == ([heard] if heard == FEWEST_ACCOUNTS else [])


@pytest.mark.parametrize(
    "trace",
    ["write to anna@example.org", "call 0171 / 23 45 67", "see www.example.org", "I am {account}."],
)
def test_a_text_that_leads_to_a_person_is_not_quoted(trace: str, corner: Client) -> None:
    feedback = corner.frames["feedback"]
    told = trace.format(account=feedback["account_id"].dropna().iloc[0])
    marked = feedback["text"].where(feedback.index % 2 > 0, feedback["text"] + " " + told)
    found = theme_quotes(saying(corner, marked), 999)
    assert found
    assert not [text for q in found for text in q.texts if told in text]


def test_a_long_text_is_cut(corner: Client) -> None:
    long = corner.frames["feedback"]["text"] + " really" * 100
    lengths = {len(text) for q in theme_quotes(saying(corner, long), 3) for text in q.texts}
    assert lengths == {LONGEST}


def test_a_report_quotes_only_where_the_run_asks_and_never_says_who(tmp_path: Path) -> None:
    canary(tmp_path / "in", "robin")
    feedback = pd.read_csv(tmp_path / "in" / "robin" / "feedback.csv", dtype=str)
    feedback["text"] = [f"The taste, {shown('robin')}, number {n}" for n in range(len(feedback))]
    feedback.to_csv(tmp_path / "in" / "robin" / "feedback.csv", index=False)
    out = tmp_path / "out"
    for asked, times in ((0, 0), (2, 4), (2, 4), (0, 0)):
        (outcome,) = run("good", tmp_path / "in", out, quotes=asked)
        assert outcome.status == "done", outcome.why
        page = (out / "robin" / "report.html").read_text("utf-8")
        assert len(re.findall("<blockquote", page)) == times
        leaked = [name for name, data in content(out).items() if secret("robin").encode() in data]
        assert leaked == []


@pytest.mark.parametrize(
    ("id", "said"),
    [("anna.smith", "Anna Smith"), ("KD#4711", "KD#4711"), ("HH-12", "hh-12"), ("A/102", "a 102")],
)
def test_an_id_is_known_however_it_is_written(id: str, said: str, corner: Client) -> None:
    feedback = corner.frames["feedback"]
    named = feedback.assign(account_id=feedback["account_id"].mask(feedback.index < 30, id))
    marked = feedback["text"].where(feedback.index % 2 > 0, feedback["text"] + f" ({said})")
    whose = replace(corner, frames={**corner.frames, "feedback": named})
    found = theme_quotes(saying(whose, marked), 999)
    assert found
    assert not [text for q in found for text in q.texts if said in text]
