"""Agreement of coders: identities and chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from toolkit.models.agreement import krippendorff_alpha


def test_full_agreement_is_1_and_chance_about_0() -> None:
    rng = np.random.default_rng(1)
    one = rng.integers(0, 3, 2000)
    assert krippendorff_alpha([one, one]) == 1
    assert krippendorff_alpha([one, rng.permutation(one)]) == pytest.approx(0, abs=0.05)


def test_coders_and_units_may_stand_in_any_order() -> None:
    codes = np.array([[1.0, 2, 3, 3, np.nan], [1, 2, 2, 3, 1], [np.nan, 2, 3, 3, 1]])
    for metric in ("nominal", "ordinal", "interval", "ratio"):
        plain = krippendorff_alpha(codes, metric=metric)
        assert krippendorff_alpha(codes[::-1, ::-1], metric=metric) == pytest.approx(plain)


def test_names_of_codes_do_not_matter_where_they_are_only_names() -> None:
    codes = np.array([[1.0, 2, 3, 3, 1], [1, 2, 2, 3, 1]])
    renamed = np.select([codes == 1, codes == 2], [70.0, -4.0], 9.0)
    assert krippendorff_alpha(renamed) == pytest.approx(krippendorff_alpha(codes))


def test_units_coded_once_tell_nothing() -> None:
    codes = np.array([[1.0, 2, 3, 3, 1], [1, 2, 2, 3, np.nan]])
    assert krippendorff_alpha(codes) == pytest.approx(krippendorff_alpha(codes[:, :4]))
    assert math.isnan(krippendorff_alpha([[1, 1], [1, 1]]))
    assert math.isnan(krippendorff_alpha([[1.0, np.nan], [np.nan, 2.0]]))
