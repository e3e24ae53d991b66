"""Latent classes from a table of answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.models.cannot import CannotTell
from toolkit.models.classes import Classes, latent_classes, log_likelihood


def answers(n: int = 240, seed: int = 1) -> pd.DataFrame:
    """Two kinds of people who answer five questions with yes at 85 and 15 per cent."""
    rng = np.random.default_rng(seed)
    kind = rng.random(n) < 0.65
    yes = rng.random((n, 5)) < np.where(kind, 0.85, 0.15)[:, None]
    return pd.DataFrame(np.where(yes, "yes", "no"), columns=list("abcde"))


def test_classes_say_which_answers_they_give() -> None:
    found = latent_classes(answers())
    assert isinstance(found, Classes)
    assert found.grouping.count == 2
    yes = found.answers.xs("yes", level=1)
    assert list(yes.index) == list("abcde")
    assert yes[0].mean() == pytest.approx(0.85, abs=0.05)
    assert yes[1].mean() == pytest.approx(0.15, abs=0.07)
    assert found.answers.groupby(level=0).sum().to_numpy() == pytest.approx(np.ones((5, 2)))


def test_missing_answers_are_left_out_item_by_item() -> None:
    table = answers()
    holes = np.random.default_rng(2).random(table.shape) < 0.2
    found = latent_classes(table.mask(holes))
    assert isinstance(found, Classes)
    assert found.grouping.count == 2
    assert found.answers.xs("yes", level=1)[0].mean() == pytest.approx(0.85, abs=0.05)


def test_names_of_answers_and_order_of_rows_do_not_matter() -> None:
    table = answers()
    renamed = table.replace({"yes": "evet", "no": "hayir"}).iloc[::-1]
    assert log_likelihood(renamed, 2) == pytest.approx(log_likelihood(table, 2), abs=1e-3)


def test_one_class_has_the_likelihood_of_independent_items() -> None:
    table = answers()
    shares = (table == "yes").mean()
    by_hand = 240 * (shares * np.log(shares) + (1 - shares) * np.log(1 - shares)).sum()
    assert log_likelihood(table, 1) == pytest.approx(by_hand)


def test_too_few_respondents_are_said() -> None:
    assert isinstance(latent_classes(answers(20)), CannotTell)
