"""What an audit hands to those who go on in Python: frames, short texts, errors that help."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

import toolkit
from toolkit.catalogue import AUDITS, MISTAKE_TYPES
from toolkit.errors import ClientError
from toolkit.finding import Audit, Finding

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
