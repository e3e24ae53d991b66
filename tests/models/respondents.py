"""Tables of answers, and how likely so many classes of respondents make them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.models.latent_groups import best_mixture, category_items


def class_answers(n: int = 240, seed: int = 1) -> pd.DataFrame:
    """Two kinds of people who answer five questions with yes at 85 and 15 per cent."""
    rng = np.random.default_rng(seed)
    kind = rng.random(n) < 0.65
    yes = rng.random((n, 5)) < np.where(kind, 0.85, 0.15)[:, None]
    return pd.DataFrame(np.where(yes, "yes", "no"), columns=list("abcde"))


def class_log_likelihood(
    answers: pd.DataFrame, classes: int, *, counts: Sequence[float] | None = None
) -> float:
    """The log-likelihood of the likeliest so many classes, by the EM that `find_groups` uses.

    `counts` tell how often each row was seen (default once).
    """
    weights = np.ones(len(answers)) if counts is None else np.asarray(counts, dtype=np.float64)
    found = best_mixture(category_items(answers)[0], weights, classes, count=30, seed=1)
    return float(found.log_likelihood[0])
