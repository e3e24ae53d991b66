"""Does what parts buyers from consumers point the same way within every trait as it does pooled?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.contract import ROLES
from toolkit.measures.survey import SurveyAnswers, respondent_weights
from toolkit.stats.interval import Array, Interval, Mask
from toolkit.stats.strata import MeanContrast, StratifiedContrast, mean_contrast

FEWEST_OF_A_ROLE = 30  # respondents of each role that a stratum must have
VALUE = ":value"  # what `Reversal.of` says of V; no attribute's name holds a colon
Scores = Callable[[int, Mask], Array]


@dataclass(frozen=True)
class SimpsonReversal:
    """A difference between the roles that turns its sign within the strata of a trait.

    `of` names what differs: VALUE (V_buyer − V_consumer, points) or an attribute
    (w_buyer − w_consumer, share); `pooled` is over the respondents of all strata together,
    `within` the average inside them; `against` of `strata` point the other way than pooled.
    """

    of: str
    trait: str
    pooled: float
    within: Interval
    against: int
    strata: int


def value_reversals(
    answers: SurveyAnswers, traits: Mapping[str, pd.Series]
) -> tuple[SimpsonReversal, ...]:
    """Which traits turn V_buyer − V_consumer around? See `Stratified.surely_turned`.

    Strata of a trait with fewer than FEWEST_OF_A_ROLE respondents of either role are left out of
    both sides, and a trait with fewer than two strata left says nothing.
    """
    return tuple(_turned(VALUE, value_scores(answers), answers, traits, 0.95))


def weight_reversals(
    answers: SurveyAnswers, traits: Mapping[str, pd.Series]
) -> tuple[SimpsonReversal, ...]:
    """Which traits turn w_buyer − w_consumer of an attribute around?

    As `value_reversals`; the 95 % is for all attributes of a trait together (Bonferroni).
    """
    level = 1 - 0.05 / len(answers.attributes)
    return tuple(
        found
        for a, attribute in enumerate(answers.attributes)
        for found in _turned(attribute, _weight_scores(answers, a), answers, traits, level)
    )


def value_scores(answers: SurveyAnswers) -> Scores:
    """What does each respondent add to the value delivered to its role?

    V is not a mean, so each enters linearised: V_r + Σ_a P_ra (w_ia − w_ra) + w_ra (P_ia − P_ra),
    with w_r and P_r of the respondents compared; the mean over them is V_r.
    """
    weigh = _weights(answers)

    def scores(role: int, rows: Mask) -> Array:
        heavy = answers.weight[rows]
        w, dw = _mean_and_deviations(weigh[role][rows], heavy)
        p, dp = _mean_and_deviations(answers.performance[rows], heavy)
        return np.asarray(w @ p + dw @ p + dp @ w)

    return scores


def _weight_scores(answers: SurveyAnswers, attribute: int) -> Scores:
    """Which weight does each respondent give the attribute?"""
    weigh = _weights(answers)

    def scores(role: int, rows: Mask) -> Array:
        given = weigh[role][rows][:, [attribute]]
        mean, off = _mean_and_deviations(given, answers.weight[rows])
        return np.asarray(mean + off)[:, 0]

    return scores


def stratified_contrast(
    answers: SurveyAnswers, trait: pd.Series, scores: Scores
) -> StratifiedContrast | None:
    """Buyers' mean score minus consumers', pooled and by trait; None below two large strata."""
    groups = list(_large(answers, trait))
    if len(groups) < 2:
        return None
    anywhere = np.logical_or.reduce(groups)
    strata = tuple(_between_roles(answers, rows, scores) for rows in groups)
    return StratifiedContrast(_between_roles(answers, anywhere, scores), strata)


def _turned(
    of: str, scores: Scores, answers: SurveyAnswers, traits: Mapping[str, pd.Series], level: float
) -> Iterator[SimpsonReversal]:
    for name, trait in traits.items():
        found = stratified_contrast(answers, trait, scores)
        if found and found.surely_turned(level=level):
            inside = found.within.interval(level=level)
            pooled, count = found.pooled.value, len(found.strata)
            yield SimpsonReversal(of, name, pooled, inside, found.against, count)


def _large(answers: SurveyAnswers, trait: pd.Series) -> Iterator[Mask]:
    """The respondents of each stratum that has enough of both roles."""
    codes, names = pd.factorize(trait)
    for code in range(len(names)):
        rows = codes == code
        if (answers.member[:, rows].sum(axis=1) >= FEWEST_OF_A_ROLE).all():
            yield rows


def _between_roles(answers: SurveyAnswers, rows: Mask, scores: Scores) -> MeanContrast:
    asked = [rows & member & (answers.weight > 0) for member in answers.member]
    buyers, consumers = (scores(r, asked[r]) for r in range(len(ROLES)))
    return mean_contrast(
        buyers,
        consumers,
        units=(answers.account[asked[0]], answers.account[asked[1]]),
        weights=(answers.weight[asked[0]], answers.weight[asked[1]]),
        count=answers.accounts,
    )


def _weights(answers: SurveyAnswers) -> tuple[Array, ...]:
    return tuple(respondent_weights(answers, r) for r in range(len(ROLES)))


def _mean_and_deviations(scores: Array, weight: Array) -> tuple[Array, Array]:
    """Weighted column means, and each row's deviation from them, 0 where unanswered.

    Where answers are missing the others stand for them: deviations are stretched by all weight
    over answered weight. A column nobody answered has mean 0.
    """
    there = ~np.isnan(scores)
    answered = weight @ there
    stretch = np.divide(weight.sum(), answered, out=np.zeros_like(answered), where=answered > 0)
    mean = (weight @ np.nan_to_num(scores)) * stretch / weight.sum()
    return mean, np.where(there, scores - mean, 0.0) * stretch
