"""Who stays, and why; does the consumer's satisfaction move the buyer's next purchase?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.audits.loyalty.measured import coming_back, kind_of_loyalty, together, used
from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures, stacked, withheld
from toolkit.models.cannot import CannotTell
from toolkit.models.linkage import GOES_TOGETHER
from toolkit.quantities import Facts
from toolkit.quantities.cautions import counting, leaving_out
from toolkit.quantities.linked import PRICE, TOLD, Linked
from toolkit.quantities.staying import mature
from toolkit.stats.interval import Interval
from toolkit.text import counted, number, percent, span

NEITHER = "Bring purchases, or a survey that asks for satisfaction and buying again."
FEW_CLUSTERS = 40  # accounts below which errors by account need the small-sample remedy most


def audit(client: Client) -> Finding:
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
    facts, question = Facts.of(client), AUDITS["loyalty"]
    if facts.returns is None and facts.linked is None:
        return Finding.without("loyalty", "skipped", NEITHER)
    window, level = client.settings.repeat_window_days, facts.level
    kinds = kind_of_loyalty(facts)
    told = {} if isinstance(kinds, CannotTell) else kinds
    sizes = {kind: round(share.value * share.n) for kind, share in told.items()}
    parts = [
        *coming_back(facts.returns, window, level),
        measures("loyalty_kind", "share", told, groups=[sizes]),
        *together(facts),
        measures("not_used", "share", used(facts)),
    ]
    frame = stacked(parts)
    return Finding(
        "loyalty",
        question.question,
        " ".join(_answer(frame, facts.linked, window)),
        frame,
        (
            *_of_time(facts, frame, window),
            *_of_link(facts, kinds),
            *leaving_out(facts, ("survey", "usage")),
            *withheld(frame),
            *counting(frame, level),
        ),
        question.claims,
    )


def _answer(frame: pd.DataFrame, linked: Linked | None, window: int) -> Iterator[str]:
    """At most three sentences: how many come back, and what goes with it."""
    rows = frame.set_index(["measure", "group"])
    if ("repeat_share", "") in rows.index:
        row = rows.loc[("repeat_share", "")]
        between = span(row["low"], row["high"], "share")
        yield f"{percent(row['value'])} of accounts ({between}) buy again within {window} days."
    if linked is None or isinstance(linked.link, CannotTell):
        why = f": {linked.link.why}" if linked and isinstance(linked.link, CannotTell) else "."
        yield f"Whether satisfaction moves the next purchase cannot be told{why}"
        return
    for role in linked.link.names:
        if role != PRICE:
            yield _moves(role, rows.loc[("linkage", role)])


def _moves(role: str, row: pd.Series) -> str:
    points = [number(100 * end) for end in (row["value"], row["low"], row["high"])]
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
    young = int((~mature(facts.returns, window)).sum())
    if young:
        yield (
            f"{counted(young, 'account', 'accounts')} first bought in a month not yet watched "
            f"{window} days and {'is' if young == 1 else 'are'} left out of the repeat share."
        )
    for name, words in (("retention", "retention rate"), ("repeat_share", "repeat share")):
        if name not in set(frame["measure"]):
            yield f"Orders do not span enough time for a {words} over {window} days."
    if facts.use and facts.use.unknown:
        yield (
            f"{counted(facts.use.unknown, 'account', 'accounts')} bought in {facts.use.period} "
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
            f"{counted(linked.immature, 'account', 'accounts')} answered too late to see whether "
            "they come back within the window, or have no orders."
        )
    alone = {"consumer", "buyer"} - set(linked.link.names)
    if alone:
        held = alone.pop()
        yield f"The {held}'s satisfaction is not held fixed: too few accounts, or the same person."
    if linked.link.effects.n < FEW_CLUSTERS:
        yield f"Only {linked.link.effects.n} accounts stand behind the link."
