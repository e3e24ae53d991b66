"""One-off customer or client, what is one worth, and which lever pays?

Measures of who comes back, what it brings and which share of revenue is the first sale; of what
the model of repeat buying foretells, and whether it would have known what came; of how many renew
where customers are under contract; and of levers: which way of turning one-off customers into
clients pays, and which should be tested first?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.client.model import Client
from toolkit.finding import Finding, measure_rows, stack_measures, suppression_note
from toolkit.measures.cautions import interval_cautions, left_out_cautions, sampling_cautions
from toolkit.measures.facts import Facts
from toolkit.measures.purchases import RATE, YEAR, AccountValue
from toolkit.models.conversion import CHANCE_TO_ACT, LeverGain, rank_levers
from toolkit.models.customer_value import (
    customer_values,
    fit_gamma_gamma,
    fit_renewals,
    retention_multiple,
)
from toolkit.models.repeat_buying import (
    WEEK,
    HoldoutCheck,
    fit_bg_nbd,
    holdout_check,
    purchase_summary,
)
from toolkit.models.segmentation import response_by_cell, rfm_scores
from toolkit.questions import AUDITS
from toolkit.stats.interval import CannotTell, Interval
from toolkit.stats.means import ratio_of_sums
from toolkit.stats.shares import wilson
from toolkit.wording import (
    count_with_noun,
    format_money,
    format_money_range,
    format_percent,
    format_range,
    join_words,
)

FEWEST_WATCHED = 2  # accounts for any interval


def _one_off_measures(worth: AccountValue, level: float) -> list[pd.DataFrame]:
    """Which share of accounts ordered on one day only: so far, and within a year of watching?"""
    shares = {"": wilson(worth.one_off, worth.accounts, level=level)}
    watched = int(worth.watched.sum())
    if watched >= FEWEST_WATCHED:
        shares["in a year"] = wilson(watched - worth.clients, watched, level=level)
    return [measure_rows("one_off_share", "share", shares)]


def _value_measures(worth: AccountValue, level: float) -> list[pd.DataFrame]:
    """What does an account that comes back bring in the year after its first day?"""
    unit, found = "currency per customer", []
    for name, told in (
        ("client_value", worth.value(level)),
        ("client_revenue", worth.revenue(level)),
    ):
        found.append(measure_rows(name, unit, {"": told} if told else {}))
    return found


def _first_sale_measures(facts: Facts) -> list[pd.DataFrame]:
    """Which share of the spend is for the first sale, and which share of revenue comes of it?"""
    worth, spend = facts.worth, facts.phases
    paid, shown = {}, {}
    if spend:
        paid["spend on acquiring"] = Interval.constant(spend.acquire, spend.rows)
    if worth and (worth.first + worth.later).any():
        shown["revenue from first orders"] = ratio_of_sums(
            worth.first, worth.first + worth.later, level=facts.level, share=True
        )
    return [
        measure_rows("first_sale", "share", paid, people=False),
        measure_rows("first_sale", "share", shown),
    ]


FEWEST_CUSTOMERS = 30  # customers of a fifth
CURVE_POINTS = 20  # of the curve, at most
TRACKED = "purchases foretold and counted"
PER_CUSTOMER = "purchases per customer"
YEARS = 3
HORIZON = YEARS * 52.0  # weeks ahead
MeasuresAndWhy = tuple[list[pd.DataFrame], list[str]]


def _forecast_measures(facts: Facts) -> MeasuresAndWhy:
    """How do customers buy again? Measures of BG/NBD and Gamma-Gamma, or why there are none.

    Fitted to the first half of the time observed and held against the second (`holdout_check` by
    purchases made before, `tracked` over time), then to all of it for `future_value`.
    """
    rows = _rows(facts.client.table("purchases"))
    first, last = rows["date"].min(), rows["date"].max()
    split = first + pd.Timedelta(days=(last - first).days // 2)
    if split == last:
        return [], ["All orders fall on one day: nothing can be said about buying again."]
    held = holdout_check(rows, split=str(split.date()), until=str(last.date()))
    parts, said = _held(held, facts.level)
    again = _return_by_score(rows, split, facts.level)
    ahead, why = _future_measures(rows, last, facts)
    return [*parts, *again, *ahead], [*said, *why]


def _rows(purchases: pd.DataFrame) -> pd.DataFrame:
    dated = purchases[purchases["date"].notna()]
    rows = dated[["account_id", "date", "amount"]].rename(columns={"account_id": "customer"})
    return rows.assign(date=rows["date"].dt.normalize())


def _held(held: HoldoutCheck | CannotTell, level: float) -> MeasuresAndWhy:
    if isinstance(held, CannotTell):
        why = f"Repeat buying cannot be foretold from the first half of the time: {held.why}."
        return [], [why]
    time = held.by_time.iloc[:: max(1, len(held.by_time) // CURVE_POINTS)]
    curve = {
        f"{week.time}:{what}": Interval.constant(float(getattr(week, what)), held.fitted.n)
        for week in time.itertuples()
        for what in ("expected", "seen")
    }
    split = int(held.by_time.loc[held.by_time["known"], "time"].max())
    short = {"": Interval.constant(split, held.fitted.n)}
    parts = [
        measure_rows("repeat_model", "", held.fitted.parameters(level=level)),
        measure_rows("holdout", PER_CUSTOMER, _by_purchases(held)),
        measure_rows("tracked", TRACKED, curve),
        measure_rows("tracked_until", "weeks", short),
    ]
    return parts, _forecast_error(held)


def _by_purchases(held: HoldoutCheck) -> dict[str, Interval]:
    """Expected and seen, over all customers and by the purchases they had made."""
    found = {"all:expected": held.expected, "all:seen": held.seen}
    for row in held.by_purchases.itertuples():
        n = int(row.customers)
        told = Interval(row.seen, row.low, row.high, n, "mean, t")
        found[f"{row.purchases}:expected"] = Interval.constant(row.expected, n, "BG/NBD")
        found[f"{row.purchases}:seen"] = told
    return found


def _forecast_error(held: HoldoutCheck) -> list[str]:
    """How far was the model from what came? A sentence for the limits."""
    off = held.expected.value / held.seen.value - 1 if held.seen.value else np.inf
    if not np.isfinite(off):
        return ["After half of the time nobody came back, though the model expected it."]
    return [
        f"Fitted to the first half of the time, the model foretold {abs(off):.0%} "
        f"{'more' if off > 0 else 'fewer'} purchases in the second half than came; what it says "
        "of the years to come can be off by as much or more."
    ]


def _return_by_score(rows: pd.DataFrame, split: pd.Timestamp, level: float) -> list[pd.DataFrame]:
    """Who of the recent, the frequent, the large came back after the split? Groups WHAT:SCORE."""
    known = purchase_summary(rows, until=str(split.date()))
    if len(known) < FEWEST_CUSTOMERS:
        return []
    later = known.index.isin(rows.loc[rows["date"] > split, "customer"])
    scores, found = rfm_scores(known), {}
    for what in ("recency", "frequency", "monetary"):
        table = response_by_cell(scores[what], later, level=level).sort_index()
        for score, row in table[table["customers"] >= FEWEST_CUSTOMERS].iterrows():
            told = Interval(row["rate"], row["low"], row["high"], int(row["customers"]), "shrunk")
            found[f"{what}:{score}"] = told
    return [measure_rows("rfm_return", "share", found)]


def _future_measures(rows: pd.DataFrame, last: pd.Timestamp, facts: Facts) -> MeasuresAndWhy:
    """What will one-off customers, and those who came back, bring in the three years to come?"""
    known = purchase_summary(rows, until=str(last.date()), days=WEEK)
    buying = fit_bg_nbd(known)
    if isinstance(buying, CannotTell):
        return [], [f"What customers will bring cannot be foretold: {buying.why}."]
    spending = fit_gamma_gamma(known, level=facts.level)
    if isinstance(spending, CannotTell):
        return [], [f"What customers will bring cannot be foretold: {spending.why}."]
    margin, once = facts.client.margin, (known["frequency"] == 0).to_numpy()
    found = customer_values(buying, spending, known, margin=margin or 1.0, horizon=HORIZON)
    groups = {"came back": ~once, "one-off": once}
    told = {name: found.mean(who, level=facts.level) for name, who in groups.items() if who.any()}
    if len(told) == len(groups):
        told["difference"] = found.difference(~once, once, level=facts.level)
    name = "future_value" if margin is not None else "future_revenue"
    return [measure_rows(name, "currency per customer", told)], []


FEWEST_CONTRACTS = 30  # accounts watched long enough
RENEWALS = 2  # of which an account must have had time for; sBG needs three counts
AHEAD = 6  # renewals looked ahead


def _renewal_measures(facts: Facts) -> MeasuresAndWhy:
    """How many of the accounts that subscribed renew, period by period, and what does that make?

    A period is `settings.repeat_window_days`; an account has renewed where it ordered a product
    with pricing `subscription` again within each period since its first such order. Only accounts
    watched for two periods count. `renewal` is the share renewing in a period, by Wilson;
    `retention_multiple` that rate as periods' margins (payment at the period's end, discounted at
    10 % a year); `still_there` the share left after AHEAD renewals by sBG, whose retention rises.
    """
    left = _renewal_counts(facts)
    if left is None:
        return [], []
    window, level = facts.client.settings.repeat_window_days, facts.level
    if left[0] < FEWEST_CONTRACTS:
        return [], [f"Of accounts under contract only {left[0]} were watched for two periods."]
    renewed = wilson(sum(left[1:]), sum(left[:-1]), level=level) if sum(left[:-1]) else None
    if renewed is None:
        return [], []
    discount = (1 + RATE) ** (window / YEAR) - 1
    multiple = retention_multiple(renewed, rate=discount)
    parts = [
        measure_rows("renewal", "share", {"": _with_accounts(renewed, left[0])}),
        measure_rows(
            "retention_multiple", "periods' margin", {"": _with_accounts(multiple, left[0])}
        ),
    ]
    fitted = fit_renewals(left)
    if isinstance(fitted, CannotTell):
        return parts, [f"How many contracts last cannot be foretold: {fitted.why}."]
    still = fitted.survival([AHEAD], level=level)[0]
    return [*parts, measure_rows("still_there", "share", {f"{AHEAD} renewals": still})], []


def _renewal_counts(facts: Facts) -> list[int] | None:
    """Accounts at the start and after each renewal; None where nothing is sold by subscription."""
    client = facts.client
    if not (client.has("products") and client.has("purchases")):
        return None
    products, rows = client.table("products"), client.table("purchases")
    under = products.loc[products["pricing"] == "subscription", "product"]
    rows = rows[rows["product"].isin(under) & rows["date"].notna()]
    return _left_after_periods(rows, client.settings.repeat_window_days) if len(rows) else None


def _left_after_periods(rows: pd.DataFrame, window: int) -> list[int]:
    first = rows.groupby("account_id")["date"].transform("min")
    last = rows["date"].max()
    old = rows[first <= last - pd.Timedelta(days=RENEWALS * window)]
    since = (old["date"] - first[old.index]).dt.days.to_numpy()
    code, names = pd.factorize(old["account_id"])
    stays, left = np.ones(len(names), dtype=bool), [len(names)]
    for period in range(RENEWALS):
        inside = (since > period * window) & (since <= (period + 1) * window)
        stays &= np.bincount(code[inside], minlength=len(names)) > 0
        left.append(int(stays.sum()))
    return left


def _with_accounts(interval: Interval, accounts: int) -> Interval:
    """The interval with the number of accounts behind it."""
    return Interval(interval.value, interval.low, interval.high, accounts, interval.method)


CURRENCY = "currency per customer"
LEVER_METHOD = "even priors, see models.levers"


def _lever_measures(facts: Facts) -> list[pd.DataFrame]:
    """What does each lever do, cost and bring? Ranked by the lower end of the net gain.

    `lever_lift` (rate treated − rate control), `lever_cost` (per treated), `lever_net` (lift ·
    value of a client − cost), `lever_pays` (the chance that it pays, even priors) and
    `lever_knowing` (what knowing the truth would bring per customer: more than a test costs, test
    first). Empty without levers, and the last three without a client's value.
    """
    tried = {lever.lever: lever.trial for lever in facts.tried if lever.trial}
    value = facts.worth.value(facts.level) if facts.worth else None
    ranked = rank_levers(list(tried.values()), value or 0.0, level=facts.level)
    gains = {gain.lever: gain for gain, _ in ranked}
    sure = {lever: _trial_customers(tried[lever]) for lever in gains}
    lifts = {lever: gain.lift for lever, gain in gains.items()}
    costs = {lever: Interval.constant(tried[lever].cost, sure[lever]) for lever in gains}
    parts = [
        measure_rows("lever_lift", "share", lifts),
        measure_rows("lever_cost", CURRENCY, costs),
    ]
    return [*parts, *_net_measures(gains, sure)] if value else parts


def _trial_customers(trial: Any) -> int:
    return int(trial.customers + trial.control_customers)


def _net_measures(gains: Mapping[str, LeverGain], n: Mapping[str, int]) -> Iterator[pd.DataFrame]:
    yield measure_rows("lever_net", CURRENCY, {lever: g.gain for lever, g in gains.items()})
    chances = {
        lever: Interval.constant(g.pays, n[lever], LEVER_METHOD) for lever, g in gains.items()
    }
    yield measure_rows("lever_pays", "share", chances)
    knowing = {
        lever: Interval.constant(g.perfect_information, n[lever], LEVER_METHOD)
        for lever, g in gains.items()
    }
    yield measure_rows("lever_knowing", CURRENCY, knowing)


def _lever_sentences(
    rows: Mapping[tuple[str, str], Mapping[str, Any]], currency: str
) -> Iterator[str]:
    """What is to be said of the levers? Those that pay, those that do not, those to test first."""
    chances = {group: row["value"] for (name, group), row in rows.items() if name == "lever_pays"}
    yes = [lever for lever, chance in chances.items() if chance >= CHANCE_TO_ACT]
    no = [lever for lever, chance in chances.items() if chance <= 1 - CHANCE_TO_ACT]
    sure = [lever for lever in yes if rows["lever_net", lever]["low"] > 0]
    for words, levers in (("pays", sure), ("probably pays", [x for x in yes if x not in sure])):
        told = [f"{_named(x)} ({_gain(rows['lever_net', x], currency)})" for x in levers]
        if told:
            yield f"It {words} to extend {join_words(told)}, per customer treated."
    if no:
        yield f"Not worth its cost: {join_words([_named(lever) for lever in no])}."
    open_ = [_named(lever) for lever in chances if lever not in (*yes, *no)]
    if open_:
        yield f"Open, so test first: {join_words(open_)}."


def _gain(row: Mapping[str, Any], currency: str) -> str:
    ends = format_money_range(row["low"], row["high"], currency)
    return f"{format_money(row['value'], currency)}, {ends}"


def _named(lever: str) -> str:
    return lever.replace("_", " ")


FORETOLD = "what is foretold of buying again, and the renewal of contracts, rest"
ONCE = (
    "There is one product and nobody bought it twice: turning buyers into clients is not worth it."
)


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """One-off customer or client, what is one worth, and which lever pays?

    Measures of purchases: `one_off_share` (accounts that ordered on one day only; in a year: of
    those watched for a year, who did not come back within it), `client_value` and
    `client_revenue` (what an account that comes back brings within the year after its first day,
    in margin and in revenue, discounted), `first_sale`. Of the model of repeat buying: `holdout`,
    `tracked`, `repeat_model`, `future_value` (or `future_revenue`), `rfm_return`. Of contracts:
    `renewal`, `retention_multiple`, `still_there`. Of levers: `lever_net` and what it is made of.
    Skipped without purchases and without levers.
    """
    if not (client.has("purchases") or client.has("levers")):
        return Finding.without("clients", "skipped", "Bring purchases, trials of levers, or both.")
    facts, question = facts or Facts(client), AUDITS["clients"]
    parts, said = _measured(facts)
    frame = stack_measures(parts)
    return Finding(
        "clients",
        question.question,
        " ".join(_answer(facts, frame)),
        frame,
        (
            *_limits(facts),
            *said,
            *sampling_cautions(client, FORETOLD),
            *left_out_cautions(facts, ["purchases", "levers"]),
            *suppression_note(frame),
            *interval_cautions(frame, client.settings.level),
        ),
        question.claims,
    )


def _measured(facts: Facts) -> tuple[list[pd.DataFrame], list[str]]:
    """All measures, and why there are none where a model cannot tell."""
    parts, said = [measure_rows("one_off_share", "share", {})], []
    if facts.worth is not None:
        parts += [
            *_one_off_measures(facts.worth, facts.level),
            *_value_measures(facts.worth, facts.level),
        ]
        parts += _first_sale_measures(facts)
        for ask in (_forecast_measures, _renewal_measures):
            found, why = ask(facts)
            parts += found
            said += why
    return [*parts, *_lever_measures(facts)], said


def _answer(facts: Facts, frame: pd.DataFrame) -> Iterator[str]:
    worth, currency = facts.worth, facts.client.currency
    rows = {(row["measure"], row["group"]): row for row in frame.to_dict("records")}
    if worth is None:
        yield "Without purchases nobody knows who comes back, or what a client is worth."
    elif worth.sold_once:
        yield ONCE
    else:
        yield from _shares(rows)
        told = rows.get(("client_value", "")) or rows.get(("client_revenue", ""))
        if told:
            kind = "margin" if told["measure"] == "client_value" else "revenue"
            yield (
                f"One who does brings {format_money(told['value'], currency)} "
                f"({format_money_range(told['low'], told['high'], currency)}) of {kind} in the "
                "year after the "
                "first day."
            )
    yield from _lever_sentences(rows, currency)


def _shares(rows: Mapping[tuple[str, str], Mapping[str, Any]]) -> Iterator[str]:
    year, ever = rows.get(("one_off_share", "in a year")), rows.get(("one_off_share", ""))
    if year:
        yield (
            f"{format_percent(year['value'])} of customers "
            f"({format_range(year['low'], year['high'], 'share')}) "
            "do not come back within a year."
        )
    elif ever:
        yield f"{format_percent(ever['value'])} of customers ordered on one day only so far."


def _limits(facts: Facts) -> Iterator[str]:
    if facts.worth is not None:
        yield from _watching(facts.worth)
    if facts.phases and facts.phases.silent:
        rows = count_with_noun(facts.phases.silent, "campaign row", "campaign rows")
        yield (
            f"{rows} ({format_percent(facts.phases.unsaid)} of spend) say no phase; they are left "
            "out of "
            "the share of spend on acquiring."
        )
    for lever in facts.tried:
        if lever.why:
            yield f"The lever “{lever.lever.replace('_', ' ')}” {lever.why}: it is not judged."
    if facts.tried:
        yield (
            "The difference between treated and control customers is the lever's doing only where "
            "it was drawn by lot who was treated; elsewhere it goes together with the lever."
        )


def _watching(worth: AccountValue) -> Iterator[str]:
    young = 1 - float(worth.watched.mean())
    if young:
        yield (
            f"{format_percent(young)} of accounts came less than {YEAR} days before the last order "
            "and "
            "may yet come back; what is said of a year leaves them out."
        )
    if worth.margin is None:
        yield "Without a margin a client's value stands in revenue, and no lever can be judged."
    elif worth.clients:
        yield (
            "A client is worth more to begin with, and a customer won by a lever may be worth "
            "less: the value of a client is that of those who came back by themselves."
        )
