"""What an audit hands to those who go on in Python: frames, short texts, errors that help."""

from __future__ import annotations

from pathlib import Path

import pytest

import toolkit
from toolkit.errors import ClientError
from toolkit.finding import Audit

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
