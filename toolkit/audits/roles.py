"""Who pays, who uses, and who has a say?"""

from __future__ import annotations

import pandas as pd

from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures
from toolkit.quantities import Facts
from toolkit.quantities.say import Say
from toolkit.quantities.separation import Separation
from toolkit.stats.interval import Interval
from toolkit.stats.shares import bounded_mean
from toolkit.tables import SAY_ROLES
from toolkit.text import listed, percent, span

FEW = 30  # accounts below which an interval of shares is too rough to lean on


def audit(client: Client) -> Finding:
    """Who pays, who uses, and who has a say?

    Measures: `separation` (orders, revenue), the share where buyer ≠ consumer, and `say` (buyer,
    consumer, influencer, gatekeeper), the reported share of influence; both with the account as
    the unit. Skipped without purchases and without influence.
    """
    facts = Facts.of(client)
    if not (client.has("purchases") or client.has("influence")):
        return Finding.without("roles", "skipped", "Bring purchases, influence, or both.")
    apart, say = facts.separation, facts.say
    frames = [
        measures("separation", "share", _separation(apart)),
        measures("say", "share", say_intervals(say, client.settings.level)),
    ]
    question = AUDITS["roles"]
    return Finding(
        "roles",
        question.question,
        _answer(apart, say),
        pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True),
        (*_separation_limits(client, apart), *_say_limits(say)),
        question.claims,
    )


def say_intervals(say: Say | None, level: float) -> dict[str, Interval]:
    """How much say has each role, over accounts? Empty where nobody reported it."""
    if say is None:
        return {}
    return {role: bounded_mean(say.column(role), level=level) for role in SAY_ROLES}


def _separation(apart: Separation | None) -> dict[str, Interval]:
    both = {"orders": apart.orders, "revenue": apart.revenue} if apart else {}
    return {name: interval for name, interval in both.items() if interval}


def _answer(apart: Separation | None, say: Say | None) -> str:
    return " ".join(s for s in (_who_is_who(apart), _who_decides(say)) if s)


def _who_is_who(apart: Separation | None) -> str:
    if apart is None:
        return "There are no purchases to tell buyer from consumer."
    if apart.orders is None:
        return "The purchases do not say who consumes, so buyer and consumer cannot be told apart."
    orders = apart.orders
    between = span(orders.low, orders.high, "share")
    return f"On {percent(orders.value)} of orders ({between}) the buyer is not the consumer."


def _who_decides(say: Say | None) -> str:
    if say is None:
        return "Nobody was asked who has how much say."
    mean = dict(zip(SAY_ROLES, say.mean, strict=True))
    ranked = sorted(mean, key=lambda role: -mean[role])
    parts = [f"{role}s {percent(mean[role])}" for role in ranked if mean[role] > 0]
    return f"Of the say, {listed(parts)}, as reported."


def _separation_limits(client: Client, apart: Separation | None) -> tuple[str, ...]:
    if apart is None:
        return ("Without purchases the separation of buyer and consumer is unknown.",)
    if apart.unknown == 0:
        return ()
    return (
        f"{percent(apart.unknown)} of orders do not say who consumes; they are left out of the "
        "separation. It is wrong by at most as much.",
    )


def _say_limits(say: Say | None) -> tuple[str, ...]:
    if say is None:
        return ("Without the influence table nobody's say is known.",)
    few = (f"Only {say.accounts} accounts report the say.",) if say.accounts < FEW else ()
    reports = [
        f"{kind}s report {percent(float(rows[:, 0].mean()))} for the buyer and "
        f"{percent(float(rows[:, 1].mean()))} for the consumer"
        for kind, rows in say.by_informant.items()
        if len(rows) and kind != "other"
    ]
    told = ", ".join(reports)
    return (
        *few,
        *((f"{told[0].upper()}{told[1:]}.",) if told else ()),
        "Informants overstate their own part; the interval does not hold that error.",
    )
