"""Does the consumer's satisfaction move the buyer's next purchase, and by how much?

A logit of repurchase on the satisfactions of consumer and buyer together, reported as average
marginal effects. The model of two partners of one account: the consumer's part is the partner
effect of Kenny, Kashy & Cook (2006), Dyadic Data Analysis. Satisfaction must be older than the
purchase it is to explain. Nothing here was randomised, so satisfaction `GOES_TOGETHER` repurchase.

And mediation: does one satisfaction work through the other? Total, direct and indirect parts of a
link.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.models.regression import AccountEstimates, AccountJackknife, LogitFit, fit_logit
from toolkit.stats.bootstrap import DRAWS, Resample, percentile_interval, sum_by_account
from toolkit.stats.input_checks import (
    account_codes,
    finite_number,
    finite_vector,
    instance_of,
    named_vectors,
    one_of,
    paired_vectors,
    unfit_input,
    whole_number,
    yes_or_no,
)
from toolkit.stats.interval import (
    Array,
    CannotTell,
    Interval,
    student_quantile,
    tail_probability,
)
from toolkit.stats.shares import multinomial_goodman
from toolkit.wording import count_with_noun

GOES_TOGETHER = "goes together with"
FEWEST_ACCOUNTS = 30
RARER_PER_COLUMN = (
    5  # of the rarer answer, per column: Vittinghoff & McCulloch (2007), Am J Epidemiol 165
)
POINTS = 10.0
LOYALTY_KINDS = ("loyalist", "hostage", "mercenary", "defector")


@dataclass(frozen=True, eq=False)
class RepurchaseLinkage:
    """What goes together with repurchase; `names` are the columns of the logit `left_out.fit`.

    `effects` are their mean slopes: changes of the probability (0–1) per unit of the column.
    """

    names: tuple[str, ...]
    left_out: AccountJackknife
    effects: AccountEstimates

    @property
    def fit(self) -> LogitFit:
        """The fitted logit; its last column is the constant."""
        return self.left_out.fit

    def per_points(self, name: str, *, points: float = POINTS, level: float = 0.95) -> Interval:
        """By how much does P(repurchase) differ, on average, per `points` of this column?"""
        points = finite_number(points, "points", least=0)
        return self.effects.interval(self._at(name), level=level).scaled(points)

    def effect(self, name: str) -> AccountEstimates:
        """The mean slope of one column, to go on calculating with."""
        return self.effects.weighted(np.eye(len(self.effects.values))[self._at(name)])

    def premium(
        self, satisfaction: str, price: str, *, level: float = 0.95
    ) -> Interval | CannotTell:
        """How much higher a price goes with one more point of satisfaction, repurchase alike?

        −b_satisfaction / b_price, by `fieller`. Multiply by points.
        """
        which = np.zeros((len(self.fit.coefficients), 2))
        which[self._at(satisfaction), 0], which[self._at(price), 1] = 1, -1
        return fieller(self.left_out.coefficients().weighted(which), level=level)

    def _at(self, name: str) -> int:
        one_of(name, self.names, "name")
        return self.names.index(name)


def fit_linkage(
    repurchase: ArrayLike,
    columns: Mapping[str, ArrayLike],
    accounts: NDArray[np.intp],
    *,
    count: int | None = None,
) -> RepurchaseLinkage | CannotTell:
    """What goes together with repurchase (rows, 0 or 1), the other columns held fixed?

    `columns` are named rows of numbers: satisfaction of consumer and buyer in points of 0–100,
    and further ones to hold fixed (price gap, tenure). `accounts` number the account of each
    row from 0 (out of `count`). Cannot tell with fewer than 30 accounts, fewer than 5 of the
    rarer answer per column, or where `fit_logit` cannot. Raises ValueError for gaps in the numbers.
    """
    y = finite_vector(repurchase, "repurchase")
    yes_or_no(y, len(y), "repurchase")
    named = named_vectors(columns, "columns", len(y))
    known = None if count is None else whole_number(count, "count", least=1)
    accounts = account_codes(accounts, len(y), known)
    design = np.column_stack([*named.values(), np.ones_like(y)])
    present = int(np.count_nonzero(np.bincount(accounts)))
    rarer = int(min(y.sum(), (1 - y).sum()))
    if present < FEWEST_ACCOUNTS:
        have = count_with_noun(present, "account has", "accounts have")
        return CannotTell(f"{have.capitalize()} all that is needed; {FEWEST_ACCOUNTS} must.")
    if rarer < RARER_PER_COLUMN * len(named):
        came = count_with_noun(rarer, "time", "times") if rarer else "never"
        return CannotTell(
            f"The rarer answer came {came}; {RARER_PER_COLUMN * len(named)} are needed."
        )
    fit = fit_logit(y, design)
    if isinstance(fit, CannotTell):
        return fit
    left_out = AccountJackknife.of(fit, accounts, known or int(accounts.max()) + 1)
    if isinstance(left_out, CannotTell):
        return left_out
    named_only = np.eye(len(named) + 1)[:, :-1]
    return RepurchaseLinkage(tuple(named), left_out, left_out.effects().weighted(named_only))


def repurchase_gain(
    link: RepurchaseLinkage,
    name: str,
    performance: AccountEstimates,
    raises: ArrayLike,
    *,
    level: float = 0.95,
) -> Interval:
    """By how much would P(repurchase) differ if attributes performed `raises` (A,) points better?

    Σ_a raise_a β_a × slope of P in this satisfaction: performance → satisfaction → repurchase.
    `performance` holds β (A,), points of satisfaction per point of each attribute's performance
    (`estimates.linear`), from the same accounts, numbered alike. The paths through other columns
    of the link are not counted.
    """
    instance_of(link, RepurchaseLinkage, "link")
    instance_of(performance, AccountEstimates, "performance")
    chain = link.effect(name).beside(performance.weighted(finite_vector(raises, "raises")))
    return chain.product(0, 1, level=level)


def e_value(ratio: float) -> float:
    """How strongly must something unseen go with cause and effect to explain this risk ratio?

    RR + √(RR (RR − 1)), of 1 / RR where RR < 1: the risk ratio it must have with both.
    Source: VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268–274.

    >>> round(e_value(3.9), 2)
    7.26
    """
    ratio = finite_number(ratio, "ratio", above=0)
    strong = max(ratio, 1 / ratio)
    return strong + math.sqrt(strong * (strong - 1))


def fieller(pair: AccountEstimates, *, level: float = 0.95) -> Interval | CannotTell:
    """How large is the first estimate over the second? All ratios a t test keeps.

    Cannot tell where the second may be 0: then no ratio is too large.
    Source: Fieller (1954), JRSS B 16, 175–185.
    """
    instance_of(pair, AccountEstimates, "pair")
    if len(pair.values) != 2:
        raise unfit_input("pair", "two estimates", f"{len(pair.values)}")
    tail = tail_probability(level)
    if pair.n < 2:
        return CannotTell("One account alone cannot say how large a ratio is.")
    t = student_quantile(1 - tail, pair.n - 1)
    (top, bottom), v = pair.values, t**2 * pair.covariance
    a, b, c = bottom**2 - v[1, 1], top * bottom - v[0, 1], top**2 - v[0, 0]
    if a <= 0:
        return CannotTell("Its divisor may be 0, so the ratio has no limit.")
    half = math.sqrt(max(b**2 - a * c, 0.0))
    ratio = float(top / bottom)
    return Interval(ratio, (b - half) / a, (b + half) / a, pair.n, "ratio, Fieller")


def loyalty_kinds(
    repeats: ArrayLike, satisfied: ArrayLike, *, level: float = 0.95
) -> dict[str, Interval]:
    """Which share of accounts comes back gladly, comes back unhappily, or leaves?

    Accounts (n,) by whether the buyer repeats and the consumer is satisfied (0/1 each):
    loyalist (both), hostage (repeats only), mercenary (satisfied only), defector (neither), with
    Goodman's simultaneous intervals. Source: Jones & Sasser (1995), Harvard Business Review 73.

    >>> {k: s.value for k, s in loyalty_kinds([1, 1, 0, 0], [1, 0, 1, 1]).items()}
    {'loyalist': 0.25, 'hostage': 0.25, 'mercenary': 0.5, 'defector': 0.0}
    """
    back = yes_or_no(repeats, None, "repeats")
    glad = yes_or_no(satisfied, len(back), "satisfied")
    if not back.size:
        raise unfit_input("repeats", "one account or more", "none")
    cells = [back & glad, back & ~glad, ~back & glad, ~back & ~glad]
    counts = [float(cell.sum()) for cell in cells]
    return dict(zip(LOYALTY_KINDS, multinomial_goodman(counts, level=level), strict=True))


FEWEST_FOR_MEDIATION = 30
MOMENT_PAIRS = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]  # xx, xm, xy, mm, my: all the paths need
MEDIATION_METHOD = "least squares, percentile bootstrap of accounts"


@dataclass(frozen=True)
class MediationEffects:
    """Parts of the link from x to y: total = direct + indirect, indirect = a · b.

    `a` is m per x, `b` is y per m at equal x, `direct` is y per x at equal m.
    """

    a: Interval
    b: Interval
    total: Interval
    direct: Interval
    indirect: Interval


def mediation_effects(
    x: ArrayLike,
    through: ArrayLike,
    y: ArrayLike,
    accounts: NDArray[np.intp],
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> MediationEffects | CannotTell:
    """How much of what goes with x reaches y through a third quantity? Rows (n,) each.

    Straight lines fitted by least squares; where y is 0 or 1 the effects are differences of
    probability (linear probability model). Percentile intervals over resampled accounts, because
    a product of estimates is skewed. It is no proof of a mechanism: what moves m and y alike
    looks the same (Bullock, Green & Ha 2010, J Pers Soc Psychol 98). Cannot tell from fewer than
    30 accounts or where x or m does not vary on its own.
    Source: Preacher & Hayes (2008), Behavior Research Methods 40, 879–891.
    """
    rows = np.column_stack(paired_vectors(x=x, through=through, y=y))
    unit = np.unique(account_codes(accounts, len(rows)), return_inverse=True)[1]
    Resample(1, draws, seed)  # refuses what cannot be drawn
    tail_probability(level)
    n = int(unit.max()) + 1
    if n < FEWEST_FOR_MEDIATION:
        have = count_with_noun(n, "account has", "accounts have")
        return CannotTell(f"{have} all three numbers; {FEWEST_FOR_MEDIATION} are needed.")
    rows = rows - rows.mean(axis=0)
    products = [rows[:, i] * rows[:, j] for i, j in MOMENT_PAIRS]
    sums = sum_by_account(unit, np.column_stack([np.ones(len(rows)), rows, *products]), n)
    if _separate_variation(_moments(sums.sum(axis=0)))[0] <= 0:
        return CannotTell("One of the quantities does not vary apart from the other.")
    values = _paths(_moments(sums.sum(axis=0)))
    drawn = _paths(_moments(Resample(n, draws, seed).totals(sums)))
    found = (
        percentile_interval(float(v), d, n=n, level=level)
        for v, d in zip(values, drawn, strict=True)
    )
    return MediationEffects(*(Interval(i.value, i.low, i.high, n, MEDIATION_METHOD) for i in found))


def _moments(sums: Array) -> Array:
    """Centred second moments (5, …) in the order of PAIRS, from sums (…, 9)."""
    count, first, second = sums[..., 0], np.moveaxis(sums[..., 1:4], -1, 0), sums[..., 4:]
    means = [first[i] * first[j] / count for i, j in MOMENT_PAIRS]
    return np.asarray(np.moveaxis(second, -1, 0) - np.stack(means))


def _separate_variation(moments: Array) -> Array:
    """How much do x and m vary apart from each other? 0 within rounding where they do not."""
    xx, xm, _, mm, _ = moments
    apart = xx * mm - xm**2
    return np.atleast_1d(np.where(apart > 1e-12 * xx * mm, apart, 0.0))


def _paths(moments: Array) -> Array:
    """a, b, total, direct, indirect, one row each."""
    xx, xm, xy, mm, my = moments
    apart = xx * mm - xm**2
    a, b = xm / xx, (my * xx - xy * xm) / apart
    direct = (xy * mm - my * xm) / apart
    return np.stack([a, b, xy / xx, direct, a * b])
