"""Who pays, who uses, and who has a say?"""

from __future__ import annotations

from toolkit.client.model import Client
from toolkit.contract import SAY_ROLES
from toolkit.finding import (
    FEWEST_PEOPLE,
    Finding,
    measure_rows,
    stack_measures,
    suppress_small_counts,
    suppression_note,
)
from toolkit.measures.cautions import (
    LEFT_OUT_WORRY,
    informant_cautions,
    interval_cautions,
    left_out_cautions,
    sampling_cautions,
)
from toolkit.measures.facts import Facts
from toolkit.measures.influence import InfluenceShares
from toolkit.measures.purchases import RoleSeparation, dual_role_shares
from toolkit.questions import AUDITS
from toolkit.stats.interval import Interval
from toolkit.stats.means import bounded_mean
from toolkit.wording import count_with_noun, format_percent, format_range, join_words

TOO_FEW = f"Fewer than {FEWEST_PEOPLE} accounts {{}}, so nothing is told of them."
OVERLAP = "the share of persons in both roles on orders rests"
FEW = 30  # accounts below which an interval of shares is too rough to lean on


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """Who pays, who uses, and who has a say?

    Measures: `separation` (orders, revenue), the share where buyer ≠ consumer, `say` (buyer,
    consumer, influencer, gatekeeper), the reported share of influence, and `overlap` (people,
    survey, purchases), the share of persons in both roles as each table tells it, given where the
    setting is a platform or anyone is in both; all with the account as the unit. Skipped without
    purchases and without influence. No trait can turn these around: each is a mean over accounts,
    and pooled it lies between its groups.
    """
    facts = facts or Facts(client)
    if not (client.has("purchases") or client.has("influence")):
        return Finding.without("roles", "skipped", "Bring purchases, influence, or both.")
    apart, say, both = facts.separation, facts.say, _overlap(client)
    parts = [
        measure_rows("separation", "share", _separation(apart)),
        measure_rows("say", "share", _say_intervals(say, client.settings.level)),
        measure_rows("overlap", "share", both),
    ]
    frame = stack_measures(parts)
    question = AUDITS["roles"]
    return Finding(
        "roles",
        question.question,
        " ".join(
            s
            for s in (
                _who_is_who(apart),
                _who_is_both(suppress_small_counts(both)),
                _who_decides(say),
            )
            if s
        ),
        frame,
        (
            *_separation_limits(apart),
            *_say_limits(say),
            *informant_cautions(facts),
            *(sampling_cautions(client, OVERLAP) if "purchases" in both else ()),
            *left_out_cautions(facts, ["influence"]),
            *suppression_note(frame),
            *interval_cautions(frame, client.settings.level),
        ),
        question.claims,
    )


def _say_intervals(say: InfluenceShares | None, level: float) -> dict[str, Interval]:
    """How much say has each role, over accounts? Empty where nobody reported it."""
    if say is None:
        return {}
    return {role: bounded_mean(say.column(role), level=level) for role in SAY_ROLES}


def _separation(apart: RoleSeparation | None) -> dict[str, Interval]:
    both = {"orders": apart.orders, "revenue": apart.revenue} if apart else {}
    return {name: interval for name, interval in both.items() if interval}


def _overlap(client: Client) -> dict[str, Interval]:
    found = dual_role_shares(client.frames, client.settings.level)
    asked = client.setting == "platform" or any(share.value > 0 for share in found.values())
    return found if asked else {}


def _who_is_who(apart: RoleSeparation | None) -> str:
    if apart is None:
        return "There are no purchases to tell buyer from consumer."
    if apart.orders is None:
        return "The purchases do not say who consumes, so buyer and consumer cannot be told apart."
    orders = apart.orders
    if orders.n < FEWEST_PEOPLE:
        return TOO_FEW.format("bought")
    between = format_range(orders.low, orders.high, "share")
    return f"On {format_percent(orders.value)} of orders ({between}) the buyer is not the consumer."


def _who_is_both(both: dict[str, Interval]) -> str:
    said = {
        "people": "of the people listed pay and use",
        "survey": "of respondents answer both as buyer and as consumer",
        "purchases": "of the people named on orders pay for others and use what others pay for",
    }
    first = next(iter(both), None)
    if first is None:
        return ""
    share = both[first]
    ends = format_range(share.low, share.high, "share")
    return f"{format_percent(share.value)} ({ends}) {said[first]}."


def _who_decides(say: InfluenceShares | None) -> str:
    if say is None:
        return "Nobody was asked who has how much say."
    if say.accounts < FEWEST_PEOPLE:
        return TOO_FEW.format("report the say")
    mean = dict(zip(SAY_ROLES, say.mean, strict=True))
    ranked = sorted(mean, key=lambda role: -mean[role])
    parts = [f"{role}s {format_percent(mean[role])}" for role in ranked if mean[role] > 0]
    return f"Of the say, {join_words(parts)}, as reported."


def _separation_limits(apart: RoleSeparation | None) -> tuple[str, ...]:
    if apart is None:
        return ("Without purchases the separation of buyer and consumer is unknown.",)
    if apart.unknown == 0:
        return ()
    if apart.orders is None:
        return ("No order says who consumes. Write down on every order for whom it is.",)
    ask = " Write down on every order for whom it is." if apart.unknown > LEFT_OUT_WORRY else ""
    return (
        f"{format_percent(apart.unknown)} of orders do not say who consumes; they are left out of "
        "the "
        f"separation. It is wrong by at most as much.{ask}",
    )


def _say_limits(say: InfluenceShares | None) -> tuple[str, ...]:
    if say is None:
        return ("Without the influence table nobody's say is known.",)
    reported = count_with_noun(say.accounts, "account reports", "accounts report")
    few = (f"Only {reported} the say.",) if say.accounts < FEW else ()
    reports = [
        f"{kind}s report {format_percent(float(rows[:, 0].mean()))} for the buyer and "
        f"{format_percent(float(rows[:, 1].mean()))} for the consumer"
        for kind, rows in say.by_informant.items()
        if len(rows) >= FEWEST_PEOPLE and kind != "other"
    ]
    told = ", ".join(reports)
    return (
        *few,
        *((f"{told[0].upper()}{told[1:]}.",) if told else ()),
        "Informants overstate their own part; the interval does not hold that error.",
    )
