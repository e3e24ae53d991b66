"""The true size of each mistake in a world: exact, so that audits can be held against it."""

from __future__ import annotations

import numpy as np

from toolkit.simulate.messages import claim_shares, fit_lost, spend_shares
from toolkit.simulate.population import Population, population
from toolkit.simulate.world import FloatArray, World

MISTAKES = (
    "consumer-ignored",
    "buyer-ignored",
    "spend-off-say",
    "missed-influencer",
    "wrong-message",
    "same-message",
)


def truth(world: World) -> dict[str, float | None]:
    """How large is each mistake really? θ per mistake, over infinitely many accounts.

    Formulas (w weights, P performance, V = Σ wP, s spend shares, TVD = ½ Σ |p − q|):
    consumer-ignored V_buyer − V_consumer, buyer-ignored the reverse; spend-off-say TVD(s, say)
    over buyer, consumer, other; missed-influencer say of influencer and gatekeeper − their s;
    wrong-message Σ s_k max(0, fit to the other role − fit to the role aimed at); same-message
    TVD(w_buyer, w_consumer) − TVD of the claims aimed at the two. None where the world lacks
    the campaigns or the say it takes.
    """
    expected = population(world)
    gap = expected.value("buyer") - expected.value("consumer")
    thetas = (
        gap,
        0.0 - gap,
        _spend_off_say(world, expected),
        _missed_influencer(world, expected),
        fit_lost(world, expected.weights) if world.campaigns else None,
        _same_message(world, expected),
    )
    return dict(zip(MISTAKES, thetas, strict=True))


def distance(p: FloatArray, q: FloatArray) -> float:
    """Total variation distance: which share would have to move to make p into q?

    >>> round(distance(np.array([0.7, 0.2, 0.1]), np.array([0.3, 0.4, 0.3])), 12)
    0.4
    """
    return float(np.abs(p - q).sum() / 2)


def say_of_three(expected: Population) -> FloatArray:
    """The say of buyer, consumer, and all others together."""
    say = expected.say or {}
    return np.array([say["buyer"], say["consumer"], say["influencer"] + say["gatekeeper"]])


def _spend_off_say(world: World, expected: Population) -> float | None:
    if expected.say is None or not world.campaigns:
        return None
    return distance(np.array(list(spend_shares(world).values())), say_of_three(expected))


def _missed_influencer(world: World, expected: Population) -> float | None:
    if expected.say is None or not world.campaigns:
        return None
    return float(say_of_three(expected)[2]) - spend_shares(world)["influencer"]


def _same_message(world: World, expected: Population) -> float | None:
    buyer, consumer = claim_shares(world, "buyer"), claim_shares(world, "consumer")
    if buyer is None or consumer is None:
        return None
    weighed = distance(expected.weights["buyer"], expected.weights["consumer"])
    return weighed - distance(buyer, consumer)
