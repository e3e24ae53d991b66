"""The RAND health insurance experiment: who pays was drawn by lot, and it changes use.

20,190 person-years in statsmodels (`randhie`, public domain), as in Cameron & Trivedi (2005),
Microeconometrics, ch. 20. The file has no person id: intervals and errors take person-years as
independent and are too short.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import NegativeBinomial, Poisson
from statsmodels.datasets import randhie

from toolkit.stats.means import mean_difference


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return randhie.load_pandas().data


@pytest.fixture(scope="module")
def design(data: pd.DataFrame) -> pd.DataFrame:
    return data.drop(columns="mdvis").assign(const=1.0)


def test_who_does_not_pay_visits_more(data: pd.DataFrame) -> None:
    free = data["lncoins"] == 0
    assert (free.sum(), (~free).sum()) == (10_997, 9_193)
    found = mean_difference(data.loc[free, "mdvis"], data.loc[~free, "mdvis"])
    means = data["mdvis"].groupby(free).mean()
    assert means[True] == pytest.approx(3.124, abs=5e-4)
    assert means[False] == pytest.approx(2.546, abs=5e-4)
    assert means[True] / means[False] == pytest.approx(1.227, abs=5e-4)
    assert found.value == pytest.approx(3.124 - 2.546, abs=1e-3)
    assert found.low > 0.4


def test_the_poisson_model_of_visits(data: pd.DataFrame, design: pd.DataFrame) -> None:
    # Examples of statsmodels' discrete choice documentation.
    found = Poisson(data["mdvis"], design).fit(disp=0)
    assert found.llf == pytest.approx(-62419.5886, abs=1e-3)
    assert found.params["lncoins"] == pytest.approx(-0.0525, abs=5e-5)
    assert found.params["idp"] == pytest.approx(-0.2471, abs=5e-5)


def test_the_negative_binomial_model_of_visits(data: pd.DataFrame, design: pd.DataFrame) -> None:
    start = np.append(Poisson(data["mdvis"], design).fit(disp=0).params, 1.3)
    found = NegativeBinomial(data["mdvis"], design).fit(start_params=start, disp=0, maxiter=200)
    assert found.llf == pytest.approx(-43383.66, rel=1e-5)
    assert found.params["alpha"] == pytest.approx(1.293, abs=1e-3)
