"""What an audit hands to those who go on in Python: frames, short texts, errors that help."""

from __future__ import annotations

import ast
import pickle
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import toolkit
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.contract import TABLES
from toolkit.errors import ClientError
from toolkit.finding import Audit, Finding
from toolkit.questions import AUDITS
from toolkit.stats.interval import Interval

ROOT = Path(__file__).resolve().parents[1]
LITTLE_BEAR = ROOT / "datasets" / "clients" / "little-bear"


@pytest.fixture(scope="module")
def audit() -> Audit:
    return toolkit.audit(LITTLE_BEAR)


def test_a_folder_is_audited_as_the_client_loaded_from_it(audit: Audit) -> None:
    assert audit.to_json() == toolkit.audit(toolkit.load(LITTLE_BEAR)).to_json()
    assert audit.to_json() == toolkit.audit(str(LITTLE_BEAR)).to_json()


def test_a_folder_that_is_not_there_is_refused_as_loading_refuses_it() -> None:
    with pytest.raises(ClientError, match="nowhere"):
        toolkit.audit("nowhere")


def test_an_unknown_mistake_is_a_key_error_that_names_the_nearest_and_all(audit: Audit) -> None:
    with pytest.raises(KeyError) as caught:
        audit.mistake("spend_off_say")
    said = str(caught.value)
    assert said.startswith('No mistake "spend_off_say". Did you mean "spend-off-say"? There are: ')
    assert all(id in said for id in MISTAKE_TYPES)
    assert str(pickle.loads(pickle.dumps(caught.value))) == said


def test_an_unknown_measure_or_group_is_a_key_error_that_lists_those_there_are(
    audit: Audit,
) -> None:
    roles = audit.findings["roles"]
    with pytest.raises(KeyError, match=r'"seperation".* Did you mean "separation".*say, overlap'):
        roles.measure("seperation")
    with pytest.raises(KeyError, match=r'"buyers".* Did you mean "buyer".* consumer'):
        roles.measure("say", "buyers")
    assert list(roles.measure("say", "buyer").index) == ["buyer"]


def test_a_measure_that_these_data_cannot_tell_is_an_empty_frame(audit: Audit) -> None:
    answers = audit.findings["life_cycle"].measure("accepted_price")
    assert answers.empty
    assert list(answers.columns) == ["measure", "value", "low", "high", "n", "unit", "method"]
    skipped = Finding.without("roles", "skipped", "No purchases.")
    assert skipped.measure("say").empty
    with pytest.raises(KeyError, match=r'No measure of the audit roles "unknown". There are: sep'):
        skipped.measure("unknown")


def test_an_unknown_table_is_a_key_error_that_lists_those_there_are() -> None:
    client = toolkit.load(LITTLE_BEAR)
    with pytest.raises(KeyError, match=r'little-bear "surveys". Did you mean "survey".*influence'):
        client.table("surveys")


@pytest.mark.parametrize("name", [name for name in AUDITS if name != "mistakes"])
def test_the_catalogue_lists_each_measure_that_an_audit_makes(name: str, audit: Audit) -> None:
    tree = ast.parse((ROOT / "toolkit" / "audits" / f"{name}.py").read_text("utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    made = {
        call.args[0].value
        for call in calls
        if getattr(call.func, "id", "") == "measure_rows" and isinstance(call.args[0], ast.Constant)
    }
    texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    listed = set(AUDITS[name].measures)
    assert made | set(audit.findings[name].frame["measure"]) <= listed <= texts


def test_all_measures_stand_in_one_frame(audit: Audit) -> None:
    frame = audit.to_frame()
    assert list(frame.columns) == [
        *("audit", "measure", "group", "value", "low", "high", "n", "unit", "method")
    ]
    assert len(frame) == sum(len(f.frame) for f in audit.findings.values())
    assert set(frame["audit"]) == set(AUDITS) - {"mistakes"}
    say = frame[(frame["audit"] == "roles") & (frame["measure"] == "say")].set_index("group")
    assert say["value"].to_dict() == audit.findings["roles"].measure("say")["value"].to_dict()
    assert all(frame[name].dtype == "float64" for name in ("value", "low", "high"))


def test_no_measures_are_a_frame_with_all_columns(audit: Audit) -> None:
    skipped = {"roles": Finding.without("roles", "skipped", "No purchases.")}
    frame = replace(audit, findings=skipped, mistakes=()).to_frame()
    assert frame.empty
    assert list(frame.columns) == list(audit.to_frame().columns)


def test_each_mistake_is_a_row_with_all_that_carries_it(audit: Audit) -> None:
    frame = audit.mistakes_frame().set_index("id")
    assert list(frame.index) == [m.id for m in audit.mistakes]
    for told in audit.mistakes:
        row = frame.loc[told.id]
        assert (row["verdict"], row["direction"]) == (told.verdict, told.direction)
        for name in ("threshold", "unit", "why", "advice"):
            assert row[name] == getattr(told, name)
        for name in ("estimate", "low", "high", "p", "p_holm"):
            value = getattr(told, name)
            assert pd.isna(row[name]) if value is None else row[name] == value
        for end in ("low", "mid", "high", "kind"):
            assert not told.money or row[f"money_{end}"] == getattr(told.money, end)
        assert pd.isna(row["money_mid"]) == (told.money is None)
        assert pd.isna(row["needs_table"]) == (told.needs is None)
        assert not told.needs or row["needs_table"] == told.needs.table


def test_the_types_of_the_mistakes_frame_are_the_same_without_any(audit: Audit) -> None:
    none = replace(audit, mistakes=()).mistakes_frame()
    assert none.empty
    assert none.dtypes.equals(audit.mistakes_frame().dtypes)


def test_whatever_is_shown_is_short_and_names_no_person(audit: Audit) -> None:
    client = toolkit.load(LITTLE_BEAR)
    who = ("respondent_id", "account_id", "buyer_id", "consumer_id", "person_id")
    ids = {str(i) for f in client.frames.values() for c in who if c in f for i in f[c].dropna()}
    assert len(ids) > 500
    for shown in (client, audit, *audit.findings.values(), *audit.mistakes):
        assert len(repr(shown)) < 400
        words = set(re.findall(r"[\w.-]+", repr(shown) + shown._repr_html_()))
        assert not words & ids


def test_a_client_tells_its_tables_and_counts_its_problems() -> None:
    client = toolkit.load(LITTLE_BEAR)
    said = repr(client)
    assert said.startswith("<Client little-bear: Little Bear; rows: purchases 725, survey 743, ")
    assert f"{len(client.problems)} problems (" in said
    html = client._repr_html_()
    assert '<tr><th scope="row">influence</th><td>2,445</td></tr>' in html


def test_a_client_of_long_names_is_told_shortly() -> None:
    long = replace(
        toolkit.load(LITTLE_BEAR),
        id="a" * 300,
        name="b" * 300,
        frames={name: pd.DataFrame(index=range(9_999_999)) for name in TABLES},
    )
    assert len(repr(long)) < 400


def test_what_notebooks_show_is_escaped(audit: Audit) -> None:
    evil = "<script>alert(1)</script>"
    client = replace(toolkit.load(LITTLE_BEAR), name=evil)
    finding = replace(audit.findings["roles"], answer=evil)
    judgement = replace(audit.mistakes[0], why=evil)
    whole = replace(audit, client=dict(audit.client) | {"name": evil})
    interval = Interval(0.5, 0.4, 0.6, 9, evil)
    for shown in (client, finding, judgement, whole, interval):
        assert "<script>" not in shown._repr_html_()
        assert "&lt;script&gt;" in shown._repr_html_()
        assert shown._repr_html_().startswith("<table>")


def test_findings_verdicts_and_audits_are_told_in_a_line(audit: Audit) -> None:
    assert repr(audit.mistake("spend-off-say")) == (
        "<Judgement spend-off-say: found, 42.6% (41.4% to 43.9%), threshold 10%>"
    )
    assert repr(audit.mistake("wrong-audience")).endswith("no estimate, threshold 10%>")
    assert repr(audit).startswith("<Audit of Little Bear (little-bear); audits: 9 done; mistakes:")
    assert repr(audit.findings["roles"]).startswith("<Finding roles, done: On 100% of orders")
    assert "<td>€" in audit._repr_html_()


def test_an_interval_is_told_as_it_would_be_made() -> None:
    third = Interval(1 / 3, np.float64(0.1), 0.6, 10, "Wilson")
    assert repr(third) == "Interval(value=0.333333, low=0.1, high=0.6, n=10, method='Wilson')"
    assert len(repr(replace(third, method="m" * 999))) < 400
    assert "nan" in replace(third, low=float("nan"))._repr_html_()
