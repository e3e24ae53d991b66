"""What the people of a draw answer, and the table `survey` made of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.simulate.cast import Cast, below, pick
from toolkit.simulate.scale import probabilities
from toolkit.simulate.trade import Orders
from toolkit.simulate.world import KINDS, BoolArray, FloatArray, World

NOISE = 0.07  # what else moves satisfaction, as a share of its scale
KNOWS = {"knows_what": (0.85, 0.7), "knows_where": (0.8, 0.6)}  # share of buyers, of consumers


@dataclass(frozen=True, eq=False)
class Answers:
    """All answers before any is lost: people × attributes, and satisfaction from 0 to 1."""

    importance: FloatArray
    performance: FloatArray
    satisfaction: FloatArray


def make_answers(world: World, cast: Cast, rng: np.random.Generator) -> Answers:
    """How does everyone answer? Given the account's leaning, answers are independent draws.

    Satisfaction is the performance a person sees, weighed by what that person weighs, and noise.
    """
    straight = rng.random(len(cast.account)) < world.survey.straight
    same = rng.random(len(cast.account))
    given = {
        question: _ratings(world, cast, question, straight, same, rng)
        for question in ("importance", "performance")
    }
    felt = _felt(world, given["importance"], given["performance"])
    felt = np.clip(felt + NOISE * rng.standard_normal(len(felt)), 0, 1)
    return Answers(given["importance"], given["performance"], felt)


def survey_table(
    world: World, cast: Cast, answers: Answers, orders: Orders | None, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `survey`: one row per respondent of the accounts that answer."""
    low, high = world.scale("satisfaction")
    columns: dict[str, object] = {
        "respondent_id": cast.person_ids,
        "account_id": cast.account_ids[cast.account],
        "role": np.array(KINDS, dtype=object)[cast.kind],
    }
    if orders:
        columns["date"] = orders.asked(cast, rng)
    if world.survey.weights:
        columns["weight"] = np.array(world.survey.weights)[cast.leaning][cast.account]
    for question in ("importance", "performance"):
        ratings = _lossy(getattr(answers, question), world.survey.missing, rng)
        columns |= {f"{question}_{a}": ratings[:, i] for i, a in enumerate(world.attributes)}
    satisfied = np.rint(low + (high - low) * answers.satisfaction)
    columns["satisfaction"] = _lossy(satisfied, world.survey.missing, rng)
    would = np.clip(10 * answers.satisfaction + rng.standard_normal(len(satisfied)), 0, 10)
    columns["recommend"] = _lossy(np.rint(would), world.survey.missing, rng)
    if orders:
        columns["rebought"] = orders.repeated[cast.account].astype(int)
    columns |= {name: _knows(cast, shares, rng) for name, shares in KNOWS.items()}
    answering = cast.asked(world.survey.accounts)[cast.account]
    return pd.DataFrame(columns)[answering].reset_index(drop=True)


def _ratings(
    world: World,
    cast: Cast,
    question: str,
    straight: BoolArray,
    same: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    scale = world.scale(question)
    cumulative = np.cumsum(_chances(world, question), axis=-1)
    cumulative = cumulative[cast.kind, cast.leaning[cast.account]]
    points = range(len(world.attributes))
    above = np.stack([below(cumulative[:, a], rng.random(len(same))) for a in points], axis=1)
    steps = scale[1] - scale[0] + 1
    alike = pick([1 / steps] * steps, same)
    return scale[0] + np.where(straight[:, None], alike[:, None], above).astype(float)


def _chances(world: World, question: str) -> FloatArray:
    """Probabilities by kind of respondent, leaning, attribute and point of the scale."""
    leanings = [u for u, _ in world.accounts.leaning]
    roles = [getattr(world, kind) for kind in KINDS]
    scale = world.scale(question)
    return np.array(
        [[probabilities(r.means(question, u), r.spread, scale) for u in leanings] for r in roles]
    )


def _felt(world: World, importance: FloatArray, performance: FloatArray) -> FloatArray:
    weights = importance - world.scale("importance")[0]
    total = weights.sum(axis=1, keepdims=True)
    weights = np.where(total > 0, weights / np.maximum(total, 1), 1 / weights.shape[1])
    low, high = world.scale("performance")
    return (weights * (performance - low) / (high - low)).sum(axis=1)


def _lossy(values: FloatArray, missing: float, rng: np.random.Generator) -> FloatArray:
    return np.where(rng.random(values.shape) < missing, np.nan, values)


def _knows(cast: Cast, shares: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    share = np.array([*shares, max(shares)])[cast.kind]
    return np.where(rng.random(len(share)) < share, "yes", "no").astype(object)
