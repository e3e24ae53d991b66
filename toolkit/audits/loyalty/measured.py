"""What the loyalty audit measures: coming back, what goes with it, and whether use follows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from toolkit.finding import measures
from toolkit.models.cannot import CannotTell
from toolkit.models.linkage import POINTS, Linkage, e_value
from toolkit.models.mediation import mediation
from toolkit.quantities import Facts
from toolkit.quantities.basis import LINKED
from toolkit.quantities.linked import PRICE, Linked
from toolkit.quantities.returns import Returns
from toolkit.quantities.staying import kinds, repeat_share, retention, returned
from toolkit.stats.interval import Interval
from toolkit.stats.shares import jeffreys
from toolkit.tables import ROLES


def coming_back(returns: Returns | None, window: int, level: float) -> Iterator[pd.DataFrame]:
    """Which share stays, buys again in the window, and how soon?"""
    if returns is None:
        return
    for name, model in (("retention", retention), ("repeat_share", repeat_share)):
        found = model(returns, window, level=level)
        yield measures(name, "share", {} if isinstance(found, CannotTell) else {"": found})
    yield measures("returned", "share", returned(returns, level=level))


def kind_of_loyalty(facts: Facts) -> dict[str, Interval] | CannotTell:
    """Loyalists, hostages, mercenaries and defectors."""
    if facts.returns is None or facts.contentment is None:
        return CannotTell("it takes purchases and consumers' satisfaction")
    window = facts.client.settings.repeat_window_days
    return kinds(facts.returns, facts.contentment, window, level=facts.level)


def together(facts: Facts) -> Iterator[pd.DataFrame]:
    """What goes together with the next purchase, and how much could be something unseen?"""
    linked = facts.linked
    if linked is None or isinstance(linked.link, CannotTell):
        return
    link = linked.link
    roles = [role for role in ("consumer", "buyer") if linked.has(role)]
    effects = {role: link.per_points(role, level=facts.level) for role in roles}
    yield measures("linkage", "share", effects)
    unseen = {role: _unseen(link, effects[role]) for role in roles}
    yield measures("e_value", "ratio", unseen)
    yield measures("mediation", "share", _mediated(facts, linked))
    if linked.has(PRICE) and linked.has("consumer"):
        premium = link.premium("consumer", PRICE, level=facts.level)
        told = {} if isinstance(premium, CannotTell) else {"": premium.scaled(POINTS)}
        yield measures("price_premium", "currency", told)


def used(facts: Facts) -> dict[str, Interval]:
    """Which share of buying accounts did not use the product, month by month?"""
    if facts.use is None:
        return {}
    share = partial(jeffreys, level=facts.level)
    return {period: share(*counts) for period, counts in facts.use.by_period.items()}


def _unseen(link: Linkage, effect: Interval) -> Interval:
    """How strongly must something unseen go with both to explain the link away? E-value.

    Of the risk ratio at the mean repurchase; its ends are those of the interval, 1 where the
    interval holds no effect. Source: VanderWeele & Ding (2017), Annals of Internal Medicine 167.
    """
    base, sign = float(link.fit.outcome.mean()), 1 if effect.value >= 0 else -1
    near, middle, far = sorted(max(0.0, sign * e) for e in (effect.low, effect.value, effect.high))
    low, value, high = (e_value((base + difference) / base) for difference in (near, middle, far))
    return Interval(value, low, high, effect.n, f"E-value; {effect.method}")


def _mediated(facts: Facts, linked: Linked) -> dict[str, Interval]:
    """Does consumers' satisfaction reach repurchase through the buyers'? Per 10 points."""
    if not all(linked.has(role) for role in ROLES):
        return {}
    found = mediation(
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
