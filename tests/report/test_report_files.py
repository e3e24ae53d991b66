"""The files of a report, made from a client and its audit and nothing else."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.report.batches import SAMPLE, content, job
from toolkit.audits import audit
from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.errors import RefusedError
from toolkit.finding import Audit
from toolkit.report.deliver import deliver_client, prepare_job, publish_report
from toolkit.report.options import RunOptions
from toolkit.report.report_files import make_report

OPTIONS = RunOptions(notebooks=())


@pytest.fixture(scope="module")
def corner() -> tuple[Client, Audit]:
    client = load(SAMPLE)
    return client, audit(client)


def test_the_files_are_the_same_on_another_day_and_in_another_place(
    corner: tuple[Client, Audit], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make_report(*corner, OPTIONS, notebooks={})
    monkeypatch.chdir(tmp_path)
    later = replace(OPTIONS, today=date(2031, 1, 1), workers=7, force=True)
    assert make_report(*corner, later, notebooks={}) == here
    assert os.listdir(tmp_path) == [], "nothing was written"
    assert set(here.content) == {"findings.json", "report.html", "size.json"}


def test_what_is_made_is_what_is_published_with_a_manifest(
    corner: tuple[Client, Audit], clients: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    deliver_client(job(clients / "sweet-corner", out, tmp_path / "p"), lambda step: None)
    made = make_report(*corner, OPTIONS, notebooks={}).content
    published = content(out / "sweet-corner")
    del published["manifest.json"]
    assert published == made


def test_earlier_audits_are_given_not_looked_up(
    corner: tuple[Client, Audit], clients: Path, tmp_path: Path
) -> None:
    client, now = corner
    asked = job(clients / "sweet-corner", tmp_path / "out", tmp_path / "p")
    prepared = prepare_job(asked)
    assert prepared.earlier == ()
    then = replace(now, run=dict(now.run) | {"seed": 2})
    publish_report(asked, prepared, make_report(client, then, OPTIONS, notebooks={}).content)
    (stored,) = prepare_job(asked).earlier
    assert stored.findings == then.to_json().encode()
    files = make_report(client, now, OPTIONS, notebooks={}, earlier=[stored]).content
    assert "since.json" in files
    same = make_report(client, then, OPTIONS, notebooks={}, earlier=[stored]).content
    assert "since.json" not in same


def test_a_report_is_not_published_once_the_clients_files_are_others(
    clients: Path, tmp_path: Path
) -> None:
    asked = job(clients / "sweet-corner", tmp_path / "out", tmp_path / "p")
    prepared = replace(prepare_job(asked), inputs={"fingerprint": "0"})
    with pytest.raises(RefusedError, match="files changed while they were read"):
        publish_report(asked, prepared, {"report.html": b"x"})
    assert not (tmp_path / "out").exists()
