"""Answers on a scale: their probabilities, and what is expected of them, without sampling."""

from __future__ import annotations

from functools import reduce
from math import erf, sqrt

import numpy as np

from toolkit.simulate.world import FloatArray


def probabilities(means: FloatArray, spread: float, scale: tuple[int, int]) -> FloatArray:
    """How likely is each point of the scale?

    A normal draw N(mean, spread²), rounded to the nearest point and cut at the scale's ends:
    P(j) = Φ((j + ½ − mean)/spread) − Φ((j − ½ − mean)/spread), the ends taking the tails.
    Returns one row per mean, one column per point of the scale.

    >>> probabilities(np.array([3.0]), 1.0, (1, 5)).round(4)
    array([[0.0668, 0.2417, 0.3829, 0.2417, 0.0668]])
    """
    cuts = np.arange(scale[0], scale[1]) + 0.5
    below = [[0.0, *(_phi((cut - mean) / spread) for cut in cuts), 1.0] for mean in means]
    return np.diff(np.array(below), axis=1)


def expected_shares(answers: FloatArray) -> FloatArray:
    """Which weight does a respondent give each attribute, on average?

    `answers` holds one row of probabilities per attribute over the points 0, 1, 2 … above the
    scale's minimum. Returns E[x_a / Σx] per attribute for independent answers x, equal weights
    where all are zero: exact, by convolving the distributions of the other attributes.

    >>> expected_shares(np.array([[0.0, 1.0], [0.5, 0.5]]))  # x1 = 1; x2 = 0 or 1, half each
    array([0.75, 0.25])
    """
    count = len(answers)
    nothing = float(np.prod(answers[:, 0])) / count
    shares = [_expected_share(answers, a) for a in range(count)]
    return np.array(shares) + nothing


def mean_share(answers: FloatArray) -> FloatArray:
    """How far up the scale are answers on average, 0 at its minimum and 1 at its maximum?"""
    points = np.linspace(0.0, 1.0, answers.shape[1])
    return answers @ points


def _expected_share(answers: FloatArray, attribute: int) -> float:
    others = reduce(np.convolve, np.delete(answers, attribute, axis=0), np.ones(1))
    own = answers[attribute]
    x = np.arange(1, len(own))[:, None]  # x = 0 adds nothing to the share
    return float(own[1:] @ (x / (x + np.arange(len(others)))) @ others)


def _phi(z: float) -> float:
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))
