"""How satisfied is a person of a world? The whole distribution, not a draw from it."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np

from toolkit.simulate.answers import NOISE
from toolkit.simulate.scale import probabilities
from toolkit.simulate.world import FloatArray, World

FINENESS = 250  # about so many cells between no and full satisfaction


def cells(world: World) -> int:
    """Into how many cells is satisfaction cut, so that no answer of the scale splits a cell?

    An odd multiple of the scale's steps: where an answer is rounded up, a cell ends.
    """
    low, high = world.scale("satisfaction")
    steps = high - low
    return steps * (2 * round(FINENESS / steps / 2) + 1)


def satisfaction(world: World, kind: str, leaning: float) -> FloatArray:
    """How likely is each satisfaction i/n (i = 0 … n = `cells`) of a person of that kind?

    The performance a person rates, weighed by the importances the same person gives, plus normal
    noise, cut at 0 and 1: all combinations of answers are enumerated by convolution, the noise is
    integrated cell by cell. Straight-liners count as they answer. Exact but for the width of a
    cell; what hangs smoothly on satisfaction comes out to 1e-4.
    """
    role = getattr(world, kind)
    importance, performance = (
        probabilities(role.means(question, leaning), role.spread, world.scale(question))
        for question in ("importance", "performance")
    )
    n, straight = cells(world), world.survey.straight
    alike = np.linspace(0.0, 1.0, performance.shape[1])
    felt = (1 - straight) * _felt(importance, performance, n)
    felt = felt + straight * on_cells(alike, np.full(len(alike), 1 / len(alike)), n)
    return _noisy(felt)


def on_cells(values: FloatArray, masses: FloatArray, n: int) -> FloatArray:
    """Masses at values between 0 and 1, moved to the points 0, 1/n … 1; the mean is kept.

    >>> on_cells(np.array([0.5, 0.625]), np.array([0.5, 0.5]), 4)
    array([0.  , 0.  , 0.75, 0.25, 0.  ])
    """
    place = np.minimum(values * n, n)
    below = np.minimum(np.floor(place + 1e-9).astype(np.int64), n - 1)
    up = np.clip(place - below, 0.0, 1.0)
    places, shares = np.append(below, below + 1), np.append(masses * (1 - up), masses * up)
    return np.bincount(places, weights=shares, minlength=n + 1).astype(np.float64)


def _felt(importance: FloatArray, performance: FloatArray, n: int) -> FloatArray:
    """Distribution of Σ x p / (Σ x · steps) over attributes; of the plain mean where all x = 0."""
    joint = _sums(importance, performance)
    weight, product = np.meshgrid(*map(np.arange, joint.shape), indexing="ij")
    steps = performance.shape[1] - 1
    some = weight > 0
    felt = on_cells(product[some] / (weight[some] * steps), joint[some], n)
    means = np.ones(1)
    for chances in performance:
        means = np.convolve(means, chances)
    return felt + joint[0, 0] * on_cells(np.linspace(0.0, 1.0, len(means)), means, n)


def _sums(importance: FloatArray, performance: FloatArray) -> FloatArray:
    """Joint distribution of Σ x and Σ x p, x and p counted from the lowest points of the scales."""
    count, most = len(importance), importance.shape[1] - 1
    shape = (count * most + 1, count * most * (performance.shape[1] - 1) + 1)
    spectrum = np.ones(1, dtype=np.complex128)
    for x_chances, p_chances in zip(importance, performance, strict=True):
        one = np.zeros(shape)
        x, p = np.meshgrid(np.arange(len(x_chances)), np.arange(len(p_chances)), indexing="ij")
        np.add.at(one, (x, x * p), np.outer(x_chances, p_chances))
        spectrum = spectrum * np.fft.rfft2(one)
    return np.maximum(np.fft.irfft2(spectrum, s=shape), 0.0)


def _noisy(felt: FloatArray) -> FloatArray:
    n = len(felt) - 1
    edges = [(j - 0.5) / n / NOISE for j in range(-n, n + 2)]
    kernel = np.diff([0.5 * (1 + erf(z / sqrt(2))) for z in edges])
    spread = np.convolve(felt, kernel)
    inside = spread[n : 2 * n + 1].copy()
    inside[0] += spread[:n].sum()
    inside[-1] += spread[2 * n + 1 :].sum()
    return inside / inside.sum()
