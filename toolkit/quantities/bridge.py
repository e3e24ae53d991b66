"""From what consumers weigh to the buyer's money: attribute, satisfaction, repurchase, margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.models.cannot import CannotTell
from toolkit.models.estimates import Estimates, linear
from toolkit.models.linkage import Linkage, gain
from toolkit.quantities.answers import Answers, Array
from toolkit.quantities.contentment import Contentment
from toolkit.quantities.linked import Linked
from toolkit.quantities.served import Served
from toolkit.stats.interval import Interval
from toolkit.tables import ROLES
from toolkit.text import counted

POINTS = 10.0  # of performance that an attribute is thought to gain
RAISED_TO = 80.0  # points of performance
LARGEST = 3  # gaps that are raised
FEWEST = 30  # accounts
REPEATED = CannotTell("Attributes repeat each other, so their parts cannot be told apart.")
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Bridge:
    """What 10 points of performance of each attribute go together with, for consumers.

    `satisfaction[a]` in points of the consumers' satisfaction, `repurchase[a]` in the share of
    buyers who buy again; the second is empty where no `link` is known. `slopes` are points of
    satisfaction a point of performance.
    """

    satisfaction: dict[str, Interval]
    repurchase: dict[str, Interval]
    slopes: Estimates
    link: Linkage | None

    @property
    def n(self) -> int:
        """From how many accounts is it known?"""
        return self.slopes.n

    def back(self, link: Linkage, points: ArrayLike, *, level: float) -> Interval:
        """Which share of accounts more comes back at so many points more of each attribute (A,)?

        As `raised` has it.
        """
        return _lift(link, "consumer", self.slopes.weighted(points)).interval(level=level)


def bridge(
    answers: Answers, contentment: Contentment, linked: Linked | None, *, level: float
) -> Bridge | CannotTell:
    """Which attribute, served better, goes together with how many more buyers coming back?

    Least squares of the consumers' satisfaction on the performance of all attributes at once,
    then `models.linkage.gain`. Respondents who left an attribute out are left out. Cannot tell
    from fewer than 30 accounts, or where attributes repeat each other.
    """
    slopes = _slopes(answers, contentment, answers.performance)
    if isinstance(slopes, CannotTell):
        return slopes
    named = list(enumerate(answers.attributes))
    moved = {a: slopes.interval(i, level=level).scaled(POINTS) for i, a in named}
    link = linked.link if linked and linked.has("consumer") else None
    if not isinstance(link, Linkage):
        return Bridge(moved, {}, slopes, None)
    each = POINTS * np.eye(len(answers.attributes))
    back = {a: gain(link, "consumer", slopes, each[i], level=level) for i, a in named}
    return Bridge(moved, back, slopes, link)


def raised(
    role: str,
    answers: Answers,
    served: Served,
    contentment: Contentment,
    linked: Linked,
    *,
    level: float,
) -> Interval | CannotTell:
    """How many more accounts would come back if the role's three largest gaps were closed?

    The gaps are w_a (100 − P_a); raising them to P = 80 delivers Σ w_a (80 − P_a) points more
    value. That goes together with as many points of satisfaction as satisfaction moves with the
    value delivered to respondents (least squares), and these with repurchase: P(again) of each
    account of the link at the raised satisfaction, less P(again) now, averaged. A share of
    accounts; weights and gaps are taken at their estimates.
    """
    if isinstance(linked.link, CannotTell):
        return linked.link
    if not linked.has(role):
        return CannotTell(f"The {role}s' part in the next purchase cannot be told apart.")
    r = ROLES.index(role)
    value = answers.performance @ served.weights[r]
    slope = _slopes(answers, contentment, value[:, None], role)
    if isinstance(slope, CannotTell):
        return slope
    more = _value_gained(served.weights[r], served.performance[r])
    return _lift(linked.link, role, slope.weighted([more])).interval(level=level)


def _lift(link: Linkage, role: str, points: Estimates) -> Estimates:
    """How much likelier is repurchase, on average, with so many points more satisfaction?

    Not the mean slope times points (`gain`): so far from today's answers a probability bends.
    By account; the error of `points` enters by the slope at the raised satisfaction.
    """
    fit, shift = link.fit, np.zeros(link.fit.design.shape[1])
    at = link.names.index(role)
    shift[at] = points.values[0]
    now, then = fit.probabilities(), fit.probabilities(shift)
    bends = [(p * (1 - p))[:, None] for p in (now, then)]
    gradient = (bends[1] * (fit.design + shift) - bends[0] * fit.design).mean(axis=0)
    rows = (then - now)[:, None]
    found = link.left_out.mean(rows, gradient)
    slope = float(bends[1].mean() * fit.coefficients[at])
    method = f"mean change of a logit; {points.method}"
    return Estimates(found.values, found.errors + slope * points.errors, method)


def _value_gained(weights: Array, performance: Array) -> float:
    """Σ w_a (80 − P_a) over the largest gaps w_a (100 − P_a), none lowered."""
    largest = np.argsort(-weights * (100 - performance), kind="stable")[:LARGEST]
    return float((weights * np.maximum(0.0, RAISED_TO - performance))[largest].sum())


def _slopes(
    answers: Answers, contentment: Contentment, columns: Array, role: str = "consumer"
) -> Estimates | CannotTell:
    """Points of one role's satisfaction per unit of each column (N, k), by account."""
    table = np.column_stack([contentment.satisfaction, columns])
    rows = np.flatnonzero(answers.member[ROLES.index(role)] & ~np.isnan(table).any(axis=1))
    account, k = answers.account[rows], columns.shape[1]
    present = len(np.unique(account))
    least = max(FEWEST, 3 * (k + 1))
    if present < least:
        return CannotTell(
            f"{counted(present, 'account has', 'accounts have').capitalize()} {role}s who rated "
            f"everything; {least} are needed."
        )
    design = np.column_stack([columns[rows], np.ones(len(rows))])
    if np.linalg.matrix_rank(design) < k + 1:
        return REPEATED
    try:
        found = linear(contentment.satisfaction[rows], design, account, answers.accounts)
    except np.linalg.LinAlgError:
        return REPEATED
    if found.n < 2 or np.ptp(contentment.satisfaction[rows]) == 0:
        return CannotTell(f"The {role}s are all equally satisfied, so nothing goes with it.")
    return found.weighted(np.eye(k + 1)[:, :-1])
