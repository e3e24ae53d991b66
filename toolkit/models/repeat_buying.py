"""How often will a customer buy again, and is she still one? BG/NBD, from the purchases on.

First what purchases say of each customer (how often, how lately, since when, how much), then the
model with known parameters, then fitted to such a summary, then held against what came later:
fitted to the earlier part of a history, would it have known the later?

A customer buys at her own rate (gamma over customers) and after each purchase stops for good
with her own probability (beta over customers); nobody tells the shop.
Source: Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24,
275–284; equations are theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from toolkit.models.maximum_likelihood import (
    Likelihood,
    LikelihoodMaximum,
    delta_method,
    maximise_likelihood,
)
from toolkit.stats.input_checks import (
    day_of,
    finite_number,
    known_arrays,
    number_array,
    table_columns,
    unfit_input,
    whole_number,
)
from toolkit.stats.interval import Array, CannotTell, Interval, normal_quantile, tail_probability
from toolkit.stats.means import mean_interval

WEEK = 7.0
SUMMARY_COLUMNS = ["frequency", "recency", "T", "monetary"]


def purchase_summary(purchases: pd.DataFrame, *, until: str, days: float = WEEK) -> pd.DataFrame:
    """How often, how lately, since when and for how much did each customer buy again?

    `purchases` has the columns customer, date, amount, a row per order line; those after `until`
    (a date) are not looked at. One row per customer, in the order of first appearance:
    frequency (days with a purchase after the first such day), recency (time from first to last
    purchase), T (time from first purchase to `until`), monetary (mean amount of a repeat
    day, 0 where there is none). Times are in units of `days` (a week). All of one customer's day
    is one purchase.

    Source: Fader, Hardie & Lee (2005), Marketing Science 24, 275–284.

    >>> rows = pd.DataFrame({"customer": ["a", "a", "b"], "amount": [5.0, 7.0, 2.0],
    ...                      "date": ["2024-01-01", "2024-01-08", "2024-01-08"]})
    >>> purchase_summary(rows, until="2024-01-15").to_numpy().tolist()
    [[1.0, 1.0, 2.0, 7.0], [0.0, 0.0, 1.0, 0.0]]
    """
    end, days = day_of(until, "until"), finite_number(days, "days", above=0)
    visits = buying_days(purchases)
    return _summarise_visits(visits[visits["day"] <= end], end, days)


def buying_days(purchases: pd.DataFrame) -> pd.DataFrame:
    """On which days did each customer buy, and for how much in all?

    Columns customer, day, amount; one row per customer and day, customers in the order of first
    appearance, days ascending. Raises ValueError where a column is missing, or a date, an
    amount or a customer is empty.
    """
    table_columns(purchases, ("customer", "date", "amount"), "purchases")
    try:
        day = pd.to_datetime(purchases["date"]).dt.normalize()
    except (TypeError, ValueError, AttributeError):
        found = repr(list(purchases["date"].head(3)))
        raise unfit_input("date", "a date in every row", found) from None
    if day.isna().any():
        raise ValueError("purchases: expected a date in every row, found an empty one")
    if not np.isfinite(number_array(purchases["amount"], "amount")).all():
        raise unfit_input("amount", "a finite number in every row", "one that is none")
    if purchases["customer"].isna().any():
        raise unfit_input("customer", "a customer in every row", "an empty one")
    rows = purchases.assign(day=day)
    number, names = pd.factorize(rows["customer"])
    sums = rows.groupby([number, "day"], sort=True)["amount"].sum()
    visits = sums.rename_axis(["customer", "day"]).reset_index()
    return visits.assign(customer=names.take(visits["customer"].to_numpy()))


def history_numbers(history: pd.DataFrame, columns: Sequence[str]) -> Array:
    """What do these columns of a `purchase_summary` say? (customers, k); none of it unknown."""
    table_columns(history, columns, "history")
    numbers = np.stack([number_array(history[name], name) for name in columns], axis=1)
    if not np.isfinite(numbers).all():
        raise unfit_input("history", "a finite number in every cell", "one that is none")
    return numbers


def _summarise_visits(visits: pd.DataFrame, end: pd.Timestamp, days: float) -> pd.DataFrame:
    """The four numbers of each customer from her buying days."""
    if visits.empty:
        return pd.DataFrame(columns=SUMMARY_COLUMNS, dtype=np.float64)
    customers = visits.groupby("customer", sort=False)
    first, last, count = customers["day"].min(), customers["day"].max(), customers.size()
    again = visits["day"] > visits["customer"].map(first)
    repeats = visits[again].groupby("customer")["amount"].mean()
    values = {
        "frequency": (count - 1).astype(np.float64),
        "recency": (last - first).dt.days / days,
        "T": (end - first).dt.days / days,
        "monetary": repeats.reindex(first.index).fillna(0.0),
    }
    return pd.DataFrame(values, columns=SUMMARY_COLUMNS)


POLE = 1e-7  # this close to a = 1 the closed form divides rounding by rounding
INTEGER = 1e-9
POINTS = 2_001
TINY = -600.0  # logarithm of a chance too small to divide by


class BgNbd(NamedTuple):
    """The four parameters: rates ~ Gamma(r, alpha), chances to stop ~ Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, t: ArrayLike) -> Array:
        """How many repeat purchases does a new customer make within time t? Equation 9.

        >>> BgNbd(0.24259, 4.4135, 0.79289, 2.42575).expected(39).round(3).item()
        1.195
        """
        (time,) = known_arrays(t=t)
        return self._purchases(time, np.zeros_like(time), self.alpha)

    def expected_given(self, t: ArrayLike, x: ArrayLike, tx: ArrayLike, T: ArrayLike) -> Array:
        """How many will a customer of history (x, tx, T) make in the time t after T? Equation 10.

        x repeat purchases, the last at tx, watched until T; all times in one unit.
        """
        time, count, _, age = known_arrays(t=t, x=x, tx=tx, T=T)
        buys = self._purchases(time, count, self.alpha + age)
        return buys * self.alive(x, tx, T)

    def alive(self, x: ArrayLike, tx: ArrayLike, T: ArrayLike) -> Array:
        """How likely is a customer of history (x, tx, T) still one? 1 before a repeat purchase.

        Source: Fader, Hardie & Lee (2008), Computing P(alive) Using the BG/NBD Model.
        """
        count, last, age = known_arrays(x=x, tx=tx, T=T)
        waited = (self.r + count) * (np.log(self.alpha + age) - np.log(self.alpha + last))
        stopped = np.log(self.a / (self.b + np.maximum(count, 1) - 1)) + waited
        return np.where(count > 0, special.expit(-stopped), 1.0)

    def chance(self, n: int, t: float) -> float:
        """How likely does a new customer make exactly n repeat purchases in time t? Equation 8.

        >>> round(BgNbd(0.24259, 4.4135, 0.79289, 2.42575).chance(0, 39), 3)
        0.574
        """
        n, t = whole_number(n, "n"), finite_number(t, "t", least=0)
        r, alpha, a, b = self
        share = t / (alpha + t)
        log_odds = special.gammaln(r + n) - special.gammaln(r) - special.gammaln(n + 1)
        stayed = log_odds + r * np.log1p(-share) + special.xlogy(n, share)
        chance = np.exp(special.betaln(a, b + n) - special.betaln(a, b) + stayed)
        if n > 0:  # or she would have bought more often, but stopped after the n-th
            left = np.exp(special.betaln(a + 1, b + n - 1) - special.betaln(a, b))
            chance = chance + left * special.betainc(n, r, share)
        return float(chance)

    def _purchases(self, t: Array, x: Array, alpha: float | Array) -> Array:
        """Purchases in time t by one who bought x times and is alive, her clock at `alpha`.

        As printed, with ₂F₁(r + x, b + x; c; z) (1 − z)^(r + x), c = a + b + x − 1, it overflows
        for frequent buyers; by Euler's transformation ₂F₁(c − r − x, a − 1; c; z) (1 − z)^(a − 1)
        is the same and does not. Where that fails too (a = 1, or z near 1), see
        `_integrated_purchases`.
        """
        often, stays, c = self.r + x, self.b + x, self.a + self.b + x - 1
        with np.errstate(all="ignore"):
            z = t / (alpha + t)
            left = special.hyp2f1(c - often, self.a - 1, c, z) * (1 - z) ** (self.a - 1)
            count = np.asarray(c / (self.a - 1) * (1 - left))
        whole = abs((self.a - self.r + 0.5) % 1 - 0.5) < INTEGER  # scipy is off there for z > 0.9
        failed = ~np.isfinite(count) | (abs(self.a - 1) < POLE) | (whole & (z > 0.9))
        if failed.any():
            wide = np.broadcast_arrays(often, stays, t / alpha, count)
            count = wide[3].copy()
            parts = [w[failed] for w in wide[:3]]
            count[failed] = [_integrated_purchases(self.a, *p) for p in zip(*parts, strict=True)]
        return count


def _integrated_purchases(a: float, often: float, stays: float, time: float) -> float:
    """E[(1 − (1 + p · time)^(−often)) / p] for p ~ Beta(a, stays): what ₂F₁ is the closed form of.

    By the trapezoidal rule in the log-odds of p, which is exact to rounding for such tails.
    """
    spread = 12 * np.sqrt(1 / a + 1 / stays)
    low, high = -spread - 45 / a, spread + 45 / stays
    u, step = np.log(a / stays) + np.linspace(low, high, POINTS), (high - low) / (POINTS - 1)
    log_p = -np.logaddexp(0, -u)
    density = np.exp(a * log_p - stays * np.logaddexp(0, u) - special.betaln(a, stays))
    stops = -np.expm1(-often * np.log1p(np.exp(log_p) * time))
    rate = np.where(log_p > TINY, stops / np.exp(np.maximum(log_p, TINY)), often * time)
    return float(density @ rate * step)


FEWEST_REPEATERS = 30
BG_NBD_START = np.array([1.0, 5.0, 1.0, 3.0])
BG_NBD_METHOD = "BG/NBD, delta method on log parameters"


@dataclass(frozen=True, eq=False)
class FittedBgNbd:
    """The fitted model: `model` answers for known parameters, the methods here how sure."""

    model: BgNbd
    maximum: LikelihoodMaximum
    repeaters: int

    @property
    def n(self) -> int:
        """How many customers was it fitted to?"""
        return self.maximum.n

    def parameters(self, *, level: float = 0.95) -> dict[str, Interval]:
        """How sure are r, alpha, a and b?"""
        names = enumerate(BgNbd._fields)
        return {name: self.maximum.interval(k, level=level) for k, name in names}

    def interval(
        self, question: Callable[[BgNbd], ArrayLike], *, level: float = 0.95
    ) -> list[Interval]:
        """How sure is what follows from the model? `question` gives positive numbers.

        exp(log value ± z · standard error), to first order. It is the uncertainty of the
        expectation, not how far single customers fall from it.
        """

        def logs(at: Array) -> Array:
            return np.asarray(np.log(np.atleast_1d(question(BgNbd(*np.exp(at).tolist())))))

        values, errors = delta_method(logs, self.maximum)
        half = normal_quantile(1 - tail_probability(level)) * errors
        ends = np.exp(np.stack([values, values - half, values + half], axis=1))
        return [Interval(v, low, high, self.n, BG_NBD_METHOD) for v, low, high in ends.tolist()]


def fit_bg_nbd(history: pd.DataFrame) -> FittedBgNbd | CannotTell:
    """How do these customers buy again? BG/NBD by maximum likelihood.

    `history` as `history.history` makes it: frequency, recency, T, one row a customer. Needs 30
    customers who bought again. Raises ValueError for recency beyond T or numbers below zero.

    Assumes rates that do not change with season or campaign, and customers apart from each other;
    look at the holdout (`holdout.holdout`) before using it.
    Source: Fader, Hardie & Lee (2005), Marketing Science 24, 275–284, equation 6.
    """
    x, tx, T, count = _distinct_histories(history)
    repeaters = int(count[x > 0].sum())
    if repeaters < FEWEST_REPEATERS:
        why = f"expected {FEWEST_REPEATERS} customers who bought again, found {repeaters}"
        return CannotTell(why)
    unit = float(T.max()) / 50  # keeps the search well scaled whatever the unit of time
    function = _bg_nbd_likelihood(x, tx / unit, T / unit, count)
    found = maximise_likelihood(function, BG_NBD_START, n=int(count.sum()))
    if isinstance(found, CannotTell):
        return found
    shift = np.array([0.0, np.log(unit), 0.0, 0.0])
    loglik = found.loglik - float(x @ count) * np.log(unit)
    top = LikelihoodMaximum(found.at + shift, found.covariance, loglik, found.n)
    return FittedBgNbd(BgNbd(*top.values.tolist()), top, repeaters)


def _distinct_histories(history: pd.DataFrame) -> tuple[Array, Array, Array, Array]:
    """The distinct histories and how many customers share each: (k,) each."""
    rows = history_numbers(history, ["frequency", "recency", "T"])
    x, tx, T = rows.T
    wrong = (rows < 0).any(axis=1) | (tx > T)
    if wrong.any():
        expected = "0 ≤ recency ≤ T and frequency ≥ 0 in every row"
        raise unfit_input("history", expected, f"{rows[wrong][0].tolist()}")
    wrong = (x > 0) != (tx > 0)
    if wrong.any():
        expected = "a recency above 0 exactly where frequency is above 0"
        raise unfit_input("history", expected, f"{rows[wrong][0].tolist()}")
    seen, count = np.unique(rows, axis=0, return_counts=True)
    x, tx, T = np.ascontiguousarray(seen.T)
    return x, tx, T, count.astype(np.float64)


def _bg_nbd_likelihood(x: Array, tx: Array, T: Array, count: Array) -> Likelihood:
    """Equation 6 and its gradient, both in the logarithms of r, alpha, a, b.

    Two ways to the same history: still a customer, or stopped after the last purchase;
    `stopped` is the probability of the second, given the history.
    """
    again = x > 0
    before = np.maximum(x, 1) - 1

    def value(at: Array) -> tuple[float, Array]:
        r, alpha, a, b = np.exp(at)
        shared = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        shared = shared + special.betaln(a, b + x) - special.betaln(a, b)
        stays = -(r + x) * np.log(alpha + T)
        goes = np.log(a / (b + before)) - (r + x) * np.log(alpha + tx)
        both = np.where(again, np.logaddexp(stays, goes), stays)
        stopped = np.where(again, np.exp(goes - both), 0.0)
        rate = (1 - stopped) / (alpha + T) + stopped / (alpha + tx)
        clock = (1 - stopped) * np.log(alpha + T) + stopped * np.log(alpha + tx)
        total = special.digamma(a + b) - special.digamma(a + b + x)
        slopes = np.stack(
            [
                special.digamma(r + x) - special.digamma(r) + np.log(alpha) - clock,
                r / alpha - (r + x) * rate,
                total + stopped / a,
                total + special.digamma(b + x) - special.digamma(b) - stopped / (b + before),
            ]
        )
        return float(count @ (shared + both)), (slopes @ count) * np.exp(at)

    return value


MANY = 7  # calibration purchases from which customers are put together


@dataclass(frozen=True, eq=False)
class HoldoutCheck:
    """What was expected after the split, and what came?

    `by_time`: time (units since the first purchase of all), expected and seen repeat purchases of
    all customers up to then, and whether the model had seen that time. `by_purchases`: purchases
    in the calibration (7: seven or more), customers, expected and seen purchases each afterwards,
    low and high of the mean seen. `expected` and `seen` are purchases per customer afterwards.
    """

    fitted: FittedBgNbd
    by_time: pd.DataFrame
    by_purchases: pd.DataFrame
    expected: Interval
    seen: Interval


def holdout_check(
    purchases: pd.DataFrame, *, split: str, until: str, days: float = WEEK
) -> HoldoutCheck | CannotTell:
    """Would BG/NBD, fitted to what was known at `split`, have known what came `until` then?

    `purchases` as in `history.history`. Customers who came after the split are left out. The
    expected numbers by time ask only for the first purchases, those by purchases for each
    customer's history.
    Source: Fader, Hardie & Lee (2005), Marketing Science 24, 275–284, figures 2–5.
    """
    length = (day_of(until, "until") - day_of(split, "split")).days
    known = purchase_summary(purchases, until=split, days=days)
    fitted = fit_bg_nbd(known)
    if isinstance(fitted, CannotTell):
        return fitted
    length = length / days
    if length <= 0:
        raise ValueError(f"until: expected a date after {split}, found {until}")
    later = _later_purchases(purchases, known.index, split, until)
    x, tx, T = known[["frequency", "recency", "T"]].to_numpy().T

    def each(model: BgNbd) -> Array:
        return model.expected_given(length, x, tx, T)

    return HoldoutCheck(
        fitted,
        _by_time(fitted.model, purchases, known, (split, until), days),
        _by_purchases(x, each(fitted.model), later),
        fitted.interval(lambda model: each(model).mean())[0],
        mean_interval(later),
    )


def _later_purchases(purchases: pd.DataFrame, customers: pd.Index, split: str, until: str) -> Array:
    """On how many days after the split did each customer buy? (customers,)"""
    visits = buying_days(purchases)
    after = visits[(visits["day"] > pd.Timestamp(split)) & (visits["day"] <= pd.Timestamp(until))]
    counts = after["customer"].value_counts()
    return np.asarray(counts.reindex(customers).fillna(0).to_numpy(np.float64))


def _by_purchases(x: Array, expected: Array, seen: Array) -> pd.DataFrame:
    """Expected and seen purchases per customer, by purchases in the calibration."""
    rows = []
    for count in range(MANY + 1):
        group = np.minimum(x, MANY) == count
        if group.any():
            came = mean_interval(seen[group])
            ends = (came.value, came.low, came.high)
            rows.append((count, int(group.sum()), float(expected[group].mean()), *ends))
    columns = ["purchases", "customers", "expected", "seen", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _by_time(
    model: BgNbd, purchases: pd.DataFrame, known: pd.DataFrame, ends: tuple[str, str], days: float
) -> pd.DataFrame:
    """Expected and seen repeat purchases of all customers up to each time."""
    split, until = map(pd.Timestamp, ends)
    visits = buying_days(purchases)
    visits = visits[visits["customer"].isin(known.index) & (visits["day"] <= until)]
    repeats = visits[visits.duplicated("customer")]["day"]  # days ascend within a customer
    start = visits["day"].min()
    times = np.arange(1, int((until - start).days / days) + 1)
    born, count = np.unique((split - start).days / days - known["T"], return_counts=True)
    ages = np.maximum(times[:, None] - born, 0)
    seen = np.searchsorted(np.sort((repeats - start).dt.days), times * days, side="right")
    table = {"time": times, "expected": model.expected(ages) @ count, "seen": seen}
    return pd.DataFrame(table).assign(known=times <= (split - start).days / days)
