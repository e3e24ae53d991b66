"""Client folders read and audited once for all tests that look at them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

import toolkit
from tests.models.buyers import SAMPLE
from toolkit.audits import clients
from toolkit.client.model import Client
from toolkit.finding import Finding

DATASETS = Path(__file__).resolve().parents[2] / "datasets"


@cache
def loaded(folder: str) -> Client:
    """A client below datasets."""
    return toolkit.load(DATASETS / folder)


@cache
def audited(folder: str) -> Finding:
    """What the audit of clients says of it."""
    return clients.audit(loaded(folder))


def only(full: Client, **tables: pd.DataFrame) -> Client:
    """The client with these tables alone."""
    return replace(full, frames=tables)


@cache
def published() -> Finding:
    """The audit of the 2,357 customers of CDNOW that the published fit rests on."""
    full = loaded("real/cdnow")
    rows = full.table("purchases")
    rows = rows[rows["buyer_id"].isin(SAMPLE.read_text("utf-8").split())]
    return clients.audit(only(full, purchases=rows.reset_index(drop=True)))
