"""How do people answer: as drawn, and as probabilities without sampling?

Answers on a scale with their probabilities and what is expected of them; what the people of a draw
answer, and the table `survey` made of it; and how satisfied a person of a world is: the whole
distribution, not a draw from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import erf, sqrt

import numpy as np
import pandas as pd

from toolkit.simulate.people import DrawnPeople, pick_index, pick_index_by_row
from toolkit.simulate.trade import DrawnOrders
from toolkit.simulate.world import RESPONDENT_KINDS, BoolArray, FloatArray, World


def answer_probabilities(means: FloatArray, spread: float, scale: tuple[int, int]) -> FloatArray:
    """How likely is each point of the scale?

    A normal draw N(mean, spread²), rounded to the nearest point and cut at the scale's ends:
    P(j) = Φ((j + ½ − mean)/spread) − Φ((j − ½ − mean)/spread), the ends taking the tails.
    Returns one row per mean, one column per point of the scale.

    >>> answer_probabilities(np.array([3.0]), 1.0, (1, 5)).round(4)
    array([[0.0668, 0.2417, 0.3829, 0.2417, 0.0668]])
    """
    cuts = np.arange(scale[0], scale[1]) + 0.5
    below = [[0.0, *(_normal_cdf((cut - mean) / spread) for cut in cuts), 1.0] for mean in means]
    return np.diff(np.array(below), axis=1)


def expected_weights(answers: FloatArray) -> FloatArray:
    """Which weight does a respondent give each attribute, on average?

    `answers` holds one row of probabilities per attribute over the points 0, 1, 2 … above the
    scale's minimum. Returns E[x_a / Σx] per attribute for independent answers x, equal weights
    where all are zero: exact, by convolving the distributions of the other attributes.

    >>> expected_weights(np.array([[0.0, 1.0], [0.5, 0.5]]))  # x1 = 1; x2 = 0 or 1, half each
    array([0.75, 0.25])
    """
    count = len(answers)
    nothing = float(np.prod(answers[:, 0])) / count
    shares = [_expected_weight(answers, a) for a in range(count)]
    return np.array(shares) + nothing


def mean_scale_share(answers: FloatArray) -> FloatArray:
    """How far up the scale are answers on average, 0 at its minimum and 1 at its maximum?"""
    points = np.linspace(0.0, 1.0, answers.shape[1])
    return answers @ points


def _expected_weight(answers: FloatArray, attribute: int) -> float:
    others = reduce(np.convolve, np.delete(answers, attribute, axis=0), np.ones(1))
    own = answers[attribute]
    x = np.arange(1, len(own))[:, None]  # x = 0 adds nothing to the share
    return float(own[1:] @ (x / (x + np.arange(len(others)))) @ others)


def _normal_cdf(z: float) -> float:
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


SATISFACTION_NOISE = 0.07  # what else moves satisfaction, as a share of its scale
KNOWS = {"knows_what": (0.85, 0.7), "knows_where": (0.8, 0.6)}  # share of buyers, of consumers


@dataclass(frozen=True, eq=False)
class DrawnAnswers:
    """All answers before any is lost: people × attributes, and satisfaction from 0 to 1."""

    importance: FloatArray
    performance: FloatArray
    satisfaction: FloatArray


def draw_answers(world: World, cast: DrawnPeople, rng: np.random.Generator) -> DrawnAnswers:
    """How does everyone answer? Given the account's leaning, answers are independent draws.

    Satisfaction is the performance a person sees, weighed by what that person weighs, and noise.
    """
    straight = rng.random(len(cast.account)) < world.survey.straight
    same = rng.random(len(cast.account))
    given = {
        question: _draw_ratings(world, cast, question, straight, same, rng)
        for question in ("importance", "performance")
    }
    felt = _weighted_performance(world, given["importance"], given["performance"])
    felt = np.clip(felt + SATISFACTION_NOISE * rng.standard_normal(len(felt)), 0, 1)
    return DrawnAnswers(given["importance"], given["performance"], felt)


def survey_table(
    world: World,
    cast: DrawnPeople,
    answers: DrawnAnswers,
    orders: DrawnOrders | None,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `survey`: one row per respondent of the accounts that answer."""
    low, high = world.scale("satisfaction")
    columns: dict[str, object] = {
        "respondent_id": cast.person_ids,
        "account_id": cast.account_ids[cast.account],
        "role": np.array(RESPONDENT_KINDS, dtype=object)[cast.kind],
    }
    if orders:
        columns["date"] = orders.asked(cast, rng)
    if world.survey.weights:
        columns["weight"] = np.array(world.survey.weights)[cast.leaning][cast.account]
    for question in ("importance", "performance"):
        ratings = _lose_answers(getattr(answers, question), world.survey.missing, rng)
        columns |= {f"{question}_{a}": ratings[:, i] for i, a in enumerate(world.attributes)}
    satisfied = np.rint(low + (high - low) * answers.satisfaction)
    columns["satisfaction"] = _lose_answers(satisfied, world.survey.missing, rng)
    would = np.clip(10 * answers.satisfaction + rng.standard_normal(len(satisfied)), 0, 10)
    columns["recommend"] = _lose_answers(np.rint(would), world.survey.missing, rng)
    if orders:
        columns["rebought"] = orders.repeated[cast.account].astype(int)
    columns |= {name: _draw_knowledge(cast, shares, rng) for name, shares in KNOWS.items()}
    answering = cast.asked(world.survey.accounts)[cast.account]
    return pd.DataFrame(columns)[answering].reset_index(drop=True)


def _draw_ratings(
    world: World,
    cast: DrawnPeople,
    question: str,
    straight: BoolArray,
    same: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    scale = world.scale(question)
    cumulative = np.cumsum(_rating_chances(world, question), axis=-1)
    cumulative = cumulative[cast.kind, cast.leaning[cast.account]]
    points = range(len(world.attributes))
    above = np.stack(
        [pick_index_by_row(cumulative[:, a], rng.random(len(same))) for a in points], axis=1
    )
    steps = scale[1] - scale[0] + 1
    alike = pick_index([1 / steps] * steps, same)
    return scale[0] + np.where(straight[:, None], alike[:, None], above).astype(float)


def _rating_chances(world: World, question: str) -> FloatArray:
    """Probabilities by kind of respondent, leaning, attribute and point of the scale."""
    leanings = [u for u, _ in world.accounts.leaning]
    roles = [getattr(world, kind) for kind in RESPONDENT_KINDS]
    scale = world.scale(question)
    return np.array(
        [
            [answer_probabilities(r.means(question, u), r.spread, scale) for u in leanings]
            for r in roles
        ]
    )


def _weighted_performance(
    world: World, importance: FloatArray, performance: FloatArray
) -> FloatArray:
    weights = importance - world.scale("importance")[0]
    total = weights.sum(axis=1, keepdims=True)
    weights = np.where(total > 0, weights / np.maximum(total, 1), 1 / weights.shape[1])
    low, high = world.scale("performance")
    return np.asarray((weights * (performance - low) / (high - low)).sum(axis=1))


def _lose_answers(values: FloatArray, missing: float, rng: np.random.Generator) -> FloatArray:
    return np.where(rng.random(values.shape) < missing, np.nan, values)


def _draw_knowledge(
    cast: DrawnPeople, shares: tuple[float, float], rng: np.random.Generator
) -> np.ndarray:
    share = np.array([*shares, max(shares)])[cast.kind]
    return np.where(rng.random(len(share)) < share, "yes", "no").astype(object)


CELLS_WISHED = 250  # about so many cells between no and full satisfaction


def satisfaction_cells(world: World) -> int:
    """Into how many cells is satisfaction cut, so that no answer of the scale splits a cell?

    An odd multiple of the scale's steps: where an answer is rounded up, a cell ends.
    """
    low, high = world.scale("satisfaction")
    steps = high - low
    return steps * (2 * round(CELLS_WISHED / steps / 2) + 1)


def satisfaction_distribution(world: World, kind: str, leaning: float) -> FloatArray:
    """How likely is each satisfaction i/n (i = 0 … n = `cells`) of a person of that kind?

    The performance a person rates, weighed by the importances the same person gives, plus normal
    noise, cut at 0 and 1: all combinations of answers are enumerated by convolution, the noise is
    integrated cell by cell. Straight-liners count as they answer. Exact but for the width of a
    cell; what hangs smoothly on satisfaction comes out to 1e-4.
    """
    role = getattr(world, kind)
    importance, performance = (
        answer_probabilities(role.means(question, leaning), role.spread, world.scale(question))
        for question in ("importance", "performance")
    )
    n, straight = satisfaction_cells(world), world.survey.straight
    alike = np.linspace(0.0, 1.0, performance.shape[1])
    felt = (1 - straight) * _felt_distribution(importance, performance, n)
    felt = felt + straight * spread_on_cells(alike, np.full(len(alike), 1 / len(alike)), n)
    return _add_noise(felt)


def spread_on_cells(values: FloatArray, masses: FloatArray, n: int) -> FloatArray:
    """Masses at values between 0 and 1, moved to the points 0, 1/n … 1; the mean is kept.

    >>> spread_on_cells(np.array([0.5, 0.625]), np.array([0.5, 0.5]), 4)
    array([0.  , 0.  , 0.75, 0.25, 0.  ])
    """
    place = np.minimum(values * n, n)
    below = np.minimum(np.floor(place + 1e-9).astype(np.int64), n - 1)
    up = np.clip(place - below, 0.0, 1.0)
    places, shares = np.append(below, below + 1), np.append(masses * (1 - up), masses * up)
    return np.bincount(places, weights=shares, minlength=n + 1).astype(np.float64)


def _felt_distribution(importance: FloatArray, performance: FloatArray, n: int) -> FloatArray:
    """Distribution of Σ x p / (Σ x · steps) over attributes; of the plain mean where all x = 0."""
    joint = _joint_sums(importance, performance)
    weight, product = np.meshgrid(*map(np.arange, joint.shape), indexing="ij")
    steps = performance.shape[1] - 1
    some = weight > 0
    felt = spread_on_cells(product[some] / (weight[some] * steps), joint[some], n)
    means = np.ones(1)
    for chances in performance:
        means = np.convolve(means, chances)
    plain = spread_on_cells(np.linspace(0.0, 1.0, len(means)), means, n)
    return np.asarray(felt + joint[0, 0] * plain)


def _joint_sums(importance: FloatArray, performance: FloatArray) -> FloatArray:
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


def _add_noise(felt: FloatArray) -> FloatArray:
    n = len(felt) - 1
    edges = [(j - 0.5) / n / SATISFACTION_NOISE for j in range(-n, n + 2)]
    kernel = np.diff([0.5 * (1 + erf(z / sqrt(2))) for z in edges])
    spread = np.convolve(felt, kernel)
    inside = spread[n : 2 * n + 1].copy()
    inside[0] += spread[:n].sum()
    inside[-1] += spread[2 * n + 1 :].sum()
    return np.asarray(inside / inside.sum())
