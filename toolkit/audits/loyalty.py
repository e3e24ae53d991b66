"""Who stays, and why; does the consumer's satisfaction move the buyer's next purchase?

The measures come first: coming back, what goes with it, and whether use follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Finding, measure_rows, stack_measures, suppression_note
from toolkit.measures.cautions import interval_cautions, left_out_cautions
from toolkit.measures.facts import LINKED, Facts
from toolkit.measures.loyalty import (
    loyalty_of_accounts,
    mature_accounts,
    repeat_by_day,
    repeat_share,
    retention,
)
from toolkit.measures.purchases import PurchaseHistory
from toolkit.measures.repurchase import PRICE, TOLD, SatisfactionLink
from toolkit.models.linkage import (
    GOES_TOGETHER,
    POINTS,
    RepurchaseLinkage,
    e_value,
    mediation_effects,
)
from toolkit.questions import AUDITS
from toolkit.stats.interval import CannotTell, Interval
from toolkit.stats.shares import jeffreys
from toolkit.wording import count_with_noun, format_number, format_percent, format_range


def _return_measures(
    returns: PurchaseHistory | None, window: int, level: float
) -> Iterator[pd.DataFrame]:
    """Which share stays, buys again in the window, and how soon?"""
    if returns is None:
        return
    for name, model in (("retention", retention), ("repeat_share", repeat_share)):
        found = model(returns, window, level=level)
        yield measure_rows(name, "share", {} if isinstance(found, CannotTell) else {"": found})
    yield measure_rows("returned", "share", repeat_by_day(returns, level=level))


def _loyalty_kinds(facts: Facts) -> dict[str, Interval] | CannotTell:
    """Loyalists, hostages, mercenaries and defectors."""
    if facts.returns is None or facts.contentment is None:
        return CannotTell("it takes purchases and consumers' satisfaction")
    window = facts.client.settings.repeat_window_days
    return loyalty_of_accounts(facts.returns, facts.contentment, window, level=facts.level)


def _linkage_measures(facts: Facts) -> Iterator[pd.DataFrame]:
    """What goes together with the next purchase, and how much could be something unseen?"""
    linked = facts.linked
    if linked is None or isinstance(linked.link, CannotTell):
        return
    link = linked.link
    roles = [role for role in ("consumer", "buyer") if linked.has(role)]
    effects = {role: link.per_points(role, level=facts.level) for role in roles}
    yield measure_rows("linkage", "share", effects)
    unseen = {role: _unseen(link, effects[role]) for role in roles}
    yield measure_rows("e_value", "ratio", unseen)
    yield measure_rows("mediation", "share", _mediated(facts, linked))
    if linked.has(PRICE) and linked.has("consumer"):
        premium = link.premium("consumer", PRICE, level=facts.level)
        told = {} if isinstance(premium, CannotTell) else {"": premium.scaled(POINTS)}
        yield measure_rows("price_premium", "currency", told)


def _unused_shares(facts: Facts) -> dict[str, Interval]:
    """Which share of buying accounts did not use the product, month by month?"""
    if facts.use is None:
        return {}
    share = partial(jeffreys, level=facts.level)
    return {period: share(*counts) for period, counts in facts.use.by_period.items()}


def _unseen(link: RepurchaseLinkage, effect: Interval) -> Interval:
    """How strongly must something unseen go with both to explain the link away? E-value.

    Of the risk ratio at the mean repurchase; its ends are those of the interval, 1 where the
    interval holds no effect. Source: VanderWeele & Ding (2017), Annals of Internal Medicine 167.
    """
    base, sign = float(link.fit.outcome.mean()), 1 if effect.value >= 0 else -1
    near, middle, far = sorted(max(0.0, sign * e) for e in (effect.low, effect.value, effect.high))
    low, value, high = (e_value((base + difference) / base) for difference in (near, middle, far))
    return Interval(value, low, high, effect.n, f"E-value; {effect.method}")


def _mediated(facts: Facts, linked: SatisfactionLink) -> dict[str, Interval]:
    """Does consumers' satisfaction reach repurchase through the buyers'? Per 10 points."""
    if not all(linked.has(role) for role in ROLES):
        return {}
    found = mediation_effects(
        linked.satisfaction["consumer"],
        linked.satisfaction["buyer"],
        linked.again,
        linked.account,
        level=facts.level,
        seed=facts.number(LINKED),
    )
    if isinstance(found, CannotTell):
        return {}
    parts = {"total": found.total, "direct": found.direct, "through the buyer": found.indirect}
    return {name: part.scaled(POINTS) for name, part in parts.items()}


NEITHER = "Bring purchases, or a survey that asks for satisfaction and buying again."
FEW_CLUSTERS = 40  # accounts below which errors by account need the small-sample remedy most


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """Who stays, and why?

    Measures: `retention` (of accounts that bought in the window before the last, the share that
    bought in the last), `repeat_share` (second buying day within the window, months watched long
    enough), `returned` ("90 days" …, share that bought again by then), `loyalty_kind` (loyalist,
    hostage, mercenary, defector; share of accounts), `linkage` (consumer, buyer: average marginal
    effect of 10 satisfaction points on repurchase, the other held fixed), `e_value` (consumer,
    buyer), `mediation` (total, direct, through the buyer; per 10 points), `price_premium` (for 10
    points, where the survey has `price_gap`) and `not_used` (PERIOD, share of buying accounts).
    The window is settings.repeat_window_days. Skipped without purchases and without a survey
    that can link satisfaction to the next purchase.
    """
    facts, question = facts or Facts(client), AUDITS["loyalty"]
    if facts.returns is None and facts.linked is None:
        return Finding.without("loyalty", "skipped", NEITHER)
    window, level = client.settings.repeat_window_days, facts.level
    kinds = _loyalty_kinds(facts)
    told = {} if isinstance(kinds, CannotTell) else kinds
    sizes = {kind: round(share.value * share.n) for kind, share in told.items()}
    parts = [
        *_return_measures(facts.returns, window, level),
        measure_rows("loyalty_kind", "share", told, groups=[sizes]),
        *_linkage_measures(facts),
        measure_rows("not_used", "share", _unused_shares(facts)),
    ]
    frame = stack_measures(parts)
    return Finding(
        "loyalty",
        question.question,
        " ".join(_answer(frame, facts.linked, window)),
        frame,
        (
            *_of_time(facts, frame, window),
            *_of_link(facts, kinds),
            *left_out_cautions(facts, ("survey", "usage")),
            *suppression_note(frame),
            *interval_cautions(frame, level),
        ),
        question.claims,
    )


def _answer(frame: pd.DataFrame, linked: SatisfactionLink | None, window: int) -> Iterator[str]:
    """At most three sentences: how many come back, and what goes with it."""
    rows = frame.set_index(["measure", "group"])
    if ("repeat_share", "") in rows.index:
        row = rows.loc[("repeat_share", "")]
        between = format_range(row["low"], row["high"], "share")
        share = format_percent(row["value"])
        yield f"{share} of accounts ({between}) buy again within {window} days."
    if linked is None or isinstance(linked.link, CannotTell):
        why = f": {linked.link.why}" if linked and isinstance(linked.link, CannotTell) else "."
        yield f"Whether satisfaction moves the next purchase cannot be told{why}"
        return
    for role in linked.link.names:
        if role != PRICE:
            yield _moves(role, rows.loc[("linkage", role)])


def _moves(role: str, row: pd.Series) -> str:
    points = [format_number(100 * end) for end in (row["value"], row["low"], row["high"])]
    sure = "" if row["low"] > 0 or row["high"] < 0 else ", which may be chance"
    return (
        f"10 points more satisfaction of the {role} {GOES_TOGETHER} {points[0]} more of 100 "
        f"accounts buying again ({points[1]} to {points[2]}{sure})."
    )


def _of_time(facts: Facts, frame: pd.DataFrame, window: int) -> Iterator[str]:
    """What the time watched leaves open."""
    if facts.returns is None:
        yield "Without purchases nobody's coming back is seen, only what the survey says of it."
        return
    young = int((~mature_accounts(facts.returns, window)).sum())
    if young:
        yield (
            f"{count_with_noun(young, 'account', 'accounts')} first bought in a month not yet "
            "watched "
            f"{window} days and {'is' if young == 1 else 'are'} left out of the repeat share."
        )
    for name, words in (("retention", "retention rate"), ("repeat_share", "repeat share")):
        if name not in set(frame["measure"]):
            yield f"Orders do not span enough time for a {words} over {window} days."
    if facts.use and facts.use.unknown:
        yield (
            f"{count_with_noun(facts.use.unknown, 'account', 'accounts')} bought in "
            f"{facts.use.period} "
            "but have no line in usage; whether they use what they bought is not known."
        )


def _of_link(facts: Facts, kinds: dict[str, Interval] | CannotTell) -> Iterator[str]:
    """What the link of satisfaction and repurchase does not say."""
    if isinstance(kinds, CannotTell):
        yield f"Kinds of loyalty cannot be told: {kinds.why}."
    else:
        yield "Dissatisfied means below 40 of 100; one answer an account overstates extremes."
    linked = facts.linked
    if linked is None or isinstance(linked.link, CannotTell):
        return
    yield (
        "Satisfaction was not drawn by lot: loyal buyers may rate higher because they are loyal, "
        "and those who left answer no survey. The E-value says how strongly something unseen "
        "would have to go with both satisfaction and repurchase to explain the link away."
    )
    if linked.outcome == TOLD:
        yield (
            "Buying again is what the survey says (rebought); satisfaction must have been asked "
            "before it, or loyalty explains itself."
        )
    if linked.immature:
        yield (
            f"{count_with_noun(linked.immature, 'account', 'accounts')} answered too late to see "
            "whether "
            "they come back within the window, or have no orders."
        )
    alone = {"consumer", "buyer"} - set(linked.link.names)
    if alone:
        held = alone.pop()
        yield f"The {held}'s satisfaction is not held fixed: too few accounts, or the same person."
    if linked.link.effects.n < FEW_CLUSTERS:
        yield f"Only {linked.link.effects.n} accounts stand behind the link."
