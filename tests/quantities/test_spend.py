"""Spend, claims and fit by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.clients import frame
from toolkit.quantities.spend import fit, messages, spend_shares

ROWS = [
    {"campaign": "Shelf", "audience": "buyer", "spend": 50.0, "claims": "price"},
    {"campaign": "Film", "audience": "consumer", "spend": 30.0, "claims": "fun;look"},
    {"campaign": "Fair", "audience": "both", "spend": 20.0, "claims": "price;fun"},
    {"campaign": "Visit", "audience": "influencer", "spend": 100.0, "claims": None},
]


def test_money_for_both_counts_half_for_each() -> None:
    assert spend_shares(frame("campaigns", ROWS)) == pytest.approx([0.30, 0.20, 0.50])


def test_claim_shares_split_a_rows_spend_evenly_over_its_claims() -> None:
    found = messages(frame("campaigns", ROWS), ["price", "fun", "look"])
    assert found.names == ("Shelf", "Film", "Fair")
    assert found.claim_shares() == pytest.approx(
        np.array([[55 / 60, 5 / 60, 0], [5 / 40, 20 / 40, 15 / 40]])
    )
    assert found.one_role.tolist() == [True, True, False]
    assert found.total == 200


def test_fit_is_the_weight_covered_over_the_most_that_could_be() -> None:
    claims = np.array([[True, False, False], [False, True, True]])
    weights = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    assert fit(weights, claims) == pytest.approx(np.array([[1, 0.5 / 0.8], [0.1 / 0.7, 1]]))


def test_a_claim_about_an_attribute_nobody_weighed_is_left_out() -> None:
    found = messages(frame("campaigns", ROWS), ["price"])
    assert found.names == ("Shelf", "Fair")
    assert found.claims.tolist() == [[True], [True]]
