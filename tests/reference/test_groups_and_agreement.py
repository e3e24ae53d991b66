"""Published numbers of latent classes, agreement and shrinkage."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from tests.models.respondents import class_log_likelihood
from toolkit.models.shrinkage import shrunken_means
from toolkit.stats.agreement import CodeMetric, adjusted_rand, krippendorff_alpha


class TestLatentClassesOfLinzerAndLewis:
    """Log-likelihoods of the manual of poLCA (Linzer & Lewis 2011, J. Stat. Software 42)."""

    # Stouffer & Toby (1951), American Journal of Sociology 56; as in Goodman (1974), table 1:
    # four yes-or-no answers, last one fastest.
    VALUES = (42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20)

    # Landis & Koch (1977), Biometrics 33; as in Agresti (2002), Categorical Data Analysis, table
    # 13.1: seven pathologists' carcinoma yes (1) or no, and on how many slides.
    CARCINOMA = (
        "0000000 34, 0000100 2, 0100000 6, 0100001 1, 0100100 4, 0100101 5, 1000000 2, 1010101 1, "
        "1100000 2, 1100001 1, 1100100 2, 1100101 7, 1100111 1, 1101001 1, 1101101 2, 1101111 3, "
        "1110101 13, 1110111 5, 1111101 10, 1111111 16"
    )

    # McCutcheon (1987), Latent Class Analysis, table 3.1: purpose (3) × accuracy (2) ×
    # understanding (2) × cooperation (3) of 1,202 respondents, last one fastest.
    SURVEYS = (
        *(419, 35, 2, 71, 25, 5, 270, 25, 4, 42, 16, 5),
        *(23, 4, 1, 6, 2, 0, 43, 9, 2, 9, 3, 2),
        *(26, 3, 0, 1, 2, 0, 85, 23, 6, 13, 12, 8),
    )

    @pytest.mark.parametrize(("k", "published"), [(1, -543.6498), (2, -504.4677), (3, -503.3011)])
    def test_universal_and_particular_values(self, k: int, published: float) -> None:
        table = pd.DataFrame(itertools.product((0, 1), repeat=4), columns=list("abcd"))
        assert sum(self.VALUES) == 216
        assert class_log_likelihood(table, k, counts=self.VALUES) == pytest.approx(
            published, abs=1e-3
        )

    @pytest.mark.parametrize(("k", "published"), [(2, -317.2568), (3, -293.705), (4, -289.2858)])
    def test_seven_pathologists(self, k: int, published: float) -> None:
        patterns, counts = zip(*(cell.split() for cell in self.CARCINOMA.split(", ")), strict=True)
        times = [float(n) for n in counts]
        assert sum(times) == 118
        table = pd.DataFrame([list(p) for p in patterns], columns=list("ABCDEFG"))
        assert class_log_likelihood(table, k, counts=times) == pytest.approx(published, abs=1e-3)

    @pytest.mark.parametrize(("k", "published"), [(2, -2783.268), (3, -2754.545)])
    def test_what_people_think_of_surveys(self, k: int, published: float) -> None:
        cells = itertools.product(range(3), range(2), range(2), range(3))
        table = pd.DataFrame(cells, columns=["purpose", "accuracy", "understanding", "cooperation"])
        assert sum(self.SURVEYS) == 1202
        assert class_log_likelihood(table, k, counts=self.SURVEYS) == pytest.approx(
            published, abs=1e-3
        )


def test_the_adjusted_rand_index_of_hubert_and_arabie() -> None:
    # 4 / 7 by the formula of Hubert & Arabie (1985); also the example of scikit-learn.
    assert adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]) == pytest.approx(0.5714, abs=5e-5)


@pytest.mark.parametrize(
    ("metric", "published"),
    [("nominal", 0.691), ("ordinal", 0.807), ("interval", 0.811), ("ratio", 0.809)],
)
def test_the_agreement_of_three_coders(metric: CodeMetric, published: float) -> None:
    # Three coders, fifteen units: the example distributed with the package krippendorff 0.9.0.
    rows = ["*****34121133*3", "1*213343*******", "**21344*21133*4"]
    codes = [[np.nan if c == "*" else float(c) for c in row] for row in rows]
    assert krippendorff_alpha(codes, metric=metric) == pytest.approx(published, abs=5e-4)


def test_eight_schools_lean_as_in_bayesian_data_analysis() -> None:
    # Effects and errors: Rubin (1981), J. Educational Statistics 6. Medians: Gelman et al. (2013),
    # table 5.3 (from 200 draws, whole numbers; the posterior of A is skewed, its mean 11).
    effects, errors = [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]
    published = [10, 8, 7, 8, 5, 6, 10, 8]
    found = [one.value for one in shrunken_means(effects, errors, [30] * 8)]
    assert found == pytest.approx(published, abs=1.5)
