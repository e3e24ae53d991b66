"""What goes together with the buyer's next purchase?

From what consumers weigh to the buyer's money. Satisfaction of consumer and buyer goes together
with repurchase, performance of attributes with the consumers' satisfaction: attribute,
satisfaction, repurchase, margin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from toolkit.contract import ROLES
from toolkit.measures.purchases import PurchaseHistory
from toolkit.measures.survey import SatisfactionAnswers, SurveyAnswers
from toolkit.measures.value_delivered import ValueByRole
from toolkit.models.linkage import FEWEST_ACCOUNTS, RepurchaseLinkage, fit_linkage, repurchase_gain
from toolkit.models.regression import AccountEstimates, linear_regression
from toolkit.stats.interval import Array, CannotTell, Interval
from toolkit.wording import count_with_noun

BOTH = ("consumer", "buyer")
PRICE = "price_gap"
TOLD = "the survey's answer on buying again"
SEEN = "orders after the answer"


@dataclass(frozen=True, eq=False)
class SatisfactionLink:
    """The link of satisfaction with repurchase, one row per account with all that it takes.

    `again` (n,) 0 or 1; `satisfaction[role]` (n,) the mean answer in points of 0…100;
    `account` (n,) numbers the account in the survey; `outcome` is TOLD or SEEN;
    `immature` accounts answered too late to be watched for the whole window.
    """

    link: RepurchaseLinkage | CannotTell
    again: Array
    satisfaction: dict[str, Array]
    account: NDArray[np.intp]
    outcome: str
    immature: int

    def has(self, name: str) -> bool:
        """Does the link hold a part for that column?"""
        return isinstance(self.link, RepurchaseLinkage) and name in self.link.names


def satisfaction_link(
    survey: pd.DataFrame,
    contentment: SatisfactionAnswers,
    returns: PurchaseHistory | None,
    window: int,
) -> SatisfactionLink | None:
    """Does satisfaction go together with the next purchase? None without any outcome.

    The outcome is `rebought` as the survey has it (the buyer's answer before others'), or else
    whether the account bought within `window` days after its last answer. Both satisfactions
    enter together (and the price gap where it was asked); where too few accounts have both, or
    they cannot be told apart, that of the consumer alone, then that of the buyer.
    """
    told = survey["rebought"].to_numpy(float)
    if (~np.isnan(told)).any():
        again, outcome = _told(contentment, told), TOLD
    elif returns is not None and not np.isnat(contentment.day).all():
        again, outcome = _seen(contentment, returns, window), SEEN
    else:
        return None
    scores = {role: contentment.by_account(role) for role in BOTH}
    price = contentment.by_account("buyer", _optional(survey))
    tries = _tries(again, scores, price, len(contentment.names))
    fullest = next(tries)
    found = (one for one in chain([fullest], tries) if isinstance(one[0], RepurchaseLinkage))
    link, rows = next(found, fullest)
    return SatisfactionLink(
        link,
        again[rows],
        {role: scores[role][rows] for role in BOTH},
        rows,
        outcome,
        _immature(contentment, again) if outcome == SEEN else 0,
    )


def _told(contentment: SatisfactionAnswers, told: Array) -> Array:
    """What each account says of buying again, buyers before others: 1, 0 or NaN; (G,)."""
    said = [contentment.by_account(role, told) for role in ROLES]
    mean = np.where(np.isnan(said[0]), said[1], said[0])
    return np.where(np.isnan(mean), np.nan, (mean >= 0.5).astype(float))


def _seen(contentment: SatisfactionAnswers, returns: PurchaseHistory, window: int) -> Array:
    """Did each account of the survey buy within the window after its last answer? (G,)"""
    day = (contentment.day - np.datetime64(returns.start)) / np.timedelta64(1, "D")
    last = pd.Series(day).groupby(contentment.account).max().to_numpy(float)
    place = contentment.names.get_indexer(returns.names)
    own = np.where(place >= 0, last[place], np.nan)
    came = returns.bought_within(own, window)
    again = np.full(len(contentment.names), np.nan)
    again[place[place >= 0]] = came[place >= 0]
    return again


def _immature(contentment: SatisfactionAnswers, again: Array) -> int:
    """How many accounts say how satisfied their people are, but not whether they came back?"""
    scores = np.array([contentment.by_account(role) for role in ROLES])
    return int((np.isnan(again) & ~np.isnan(scores).all(axis=0)).sum())


def _optional(survey: pd.DataFrame) -> Array:
    """The price gap each respondent states; NaN where the survey did not ask."""
    return survey[PRICE].to_numpy(float) if PRICE in survey else np.full(len(survey), np.nan)


def _tries(
    again: Array, scores: dict[str, Array], price: Array, count: int
) -> Iterator[tuple[RepurchaseLinkage | CannotTell, NDArray[np.intp]]]:
    """The links that may be had, the fullest first, each with the accounts it rests on."""
    asked = [{PRICE: price}] if (~np.isnan(price)).sum() >= FEWEST_ACCOUNTS else []
    for roles in (BOTH, *((role,) for role in BOTH)):
        mine = {role: scores[role] for role in roles}
        for columns in (*(mine | extra for extra in asked), mine):
            table = np.column_stack([again, *columns.values()])
            rows = np.flatnonzero(~np.isnan(table).any(axis=1))
            yield _linked_rows(again[rows], columns, rows, count), rows


def _linked_rows(
    again: Array, columns: dict[str, Array], rows: NDArray[np.intp], count: int
) -> RepurchaseLinkage | CannotTell:
    if not len(rows):
        return CannotTell("No account has both an answer on satisfaction and a known outcome.")
    held = {name: values[rows] for name, values in columns.items()}
    return fit_linkage(again, held, rows, count=count)


POINTS = 10.0  # of performance that an attribute is thought to gain
RAISED_TO = 80.0  # points of performance
LARGEST = 3  # gaps that are raised
FEWEST = 30  # accounts
REPEATED = CannotTell("Attributes repeat each other, so their parts cannot be told apart.")
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class AttributeLinks:
    """What 10 points of performance of each attribute go together with, for consumers.

    `satisfaction[a]` in points of the consumers' satisfaction, `repurchase[a]` in the share of
    buyers who buy again; the second is empty where no `link` is known. `slopes` are points of
    satisfaction a point of performance.
    """

    satisfaction: dict[str, Interval]
    repurchase: dict[str, Interval]
    slopes: AccountEstimates
    link: RepurchaseLinkage | None

    @property
    def n(self) -> int:
        """From how many accounts is it known?"""
        return self.slopes.n

    def back(self, link: RepurchaseLinkage, points: ArrayLike, *, level: float) -> Interval:
        """Which share of accounts more comes back at so many points more of each attribute (A,)?

        As `gain_from_closing_gaps` has it.
        """
        return _lift(link, "consumer", self.slopes.weighted(points)).interval(level=level)


def attribute_links(
    answers: SurveyAnswers,
    contentment: SatisfactionAnswers,
    linked: SatisfactionLink | None,
    *,
    level: float,
) -> AttributeLinks | CannotTell:
    """Which attribute, served better, goes together with how many more buyers coming back?

    Least squares of the consumers' satisfaction on the performance of all attributes at once,
    then `models.linkage.repurchase_gain`. Respondents who left an attribute out are left out.
    Cannot tell from fewer than 30 accounts, or where attributes repeat each other.
    """
    slopes = _slopes(answers, contentment, answers.performance)
    if isinstance(slopes, CannotTell):
        return slopes
    named = list(enumerate(answers.attributes))
    moved = {a: slopes.interval(i, level=level).scaled(POINTS) for i, a in named}
    link = linked.link if linked and linked.has("consumer") else None
    if not isinstance(link, RepurchaseLinkage):
        return AttributeLinks(moved, {}, slopes, None)
    each = POINTS * np.eye(len(answers.attributes))
    back = {a: repurchase_gain(link, "consumer", slopes, each[i], level=level) for i, a in named}
    return AttributeLinks(moved, back, slopes, link)


def gain_from_closing_gaps(
    role: str,
    answers: SurveyAnswers,
    served: ValueByRole,
    contentment: SatisfactionAnswers,
    linked: SatisfactionLink,
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


def _lift(link: RepurchaseLinkage, role: str, points: AccountEstimates) -> AccountEstimates:
    """How much likelier is repurchase, on average, with so many points more satisfaction?

    Not the mean slope times points (`repurchase_gain`): so far from today's answers a probability
    bends. By account; the error of `points` enters by the slope at the raised satisfaction.
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
    return AccountEstimates(found.values, found.errors + slope * points.errors, method)


def _value_gained(weights: Array, performance: Array) -> float:
    """Σ w_a (80 − P_a) over the largest gaps w_a (100 − P_a), none lowered."""
    largest = np.argsort(-weights * (100 - performance), kind="stable")[:LARGEST]
    return float((weights * np.maximum(0.0, RAISED_TO - performance))[largest].sum())


def _slopes(
    answers: SurveyAnswers, contentment: SatisfactionAnswers, columns: Array, role: str = "consumer"
) -> AccountEstimates | CannotTell:
    """Points of one role's satisfaction per unit of each column (N, k), by account."""
    table = np.column_stack([contentment.satisfaction, columns])
    rows = np.flatnonzero(answers.member[ROLES.index(role)] & ~np.isnan(table).any(axis=1))
    account, k = answers.account[rows], columns.shape[1]
    present = int(np.count_nonzero(np.bincount(account)))
    least = max(FEWEST, 3 * (k + 1))
    if present < least:
        return CannotTell(
            f"{count_with_noun(present, 'account has', 'accounts have').capitalize()} {role}s who "
            "rated "
            f"everything; {least} are needed."
        )
    design = np.column_stack([columns[rows], np.ones(len(rows))])
    if np.linalg.matrix_rank(design) < k + 1:
        return REPEATED
    found = linear_regression(contentment.satisfaction[rows], design, account, answers.accounts)
    if isinstance(found, CannotTell):
        return REPEATED
    if found.n < 2 or np.ptp(contentment.satisfaction[rows]) == 0:
        return CannotTell(f"The {role}s are all equally satisfied, so nothing goes with it.")
    return found.weighted(np.eye(k + 1)[:, :-1])
