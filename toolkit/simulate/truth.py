"""The true size of each mistake in a world, so that audits can be held against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toolkit.catalogue import KINDS as MISTAKE_KINDS
from toolkit.simulate.emphasis import stage_mismatch
from toolkit.simulate.levers import chasing_one_offs, clients_left
from toolkit.simulate.messages import claim_shares, fit_lost, spend_shares
from toolkit.simulate.population import Population, population
from toolkit.simulate.response import phantom_segments, wrong_audience
from toolkit.simulate.returning import Returning, returning
from toolkit.simulate.revenue import client_value, first_sale_only
from toolkit.simulate.usage import sold_not_used
from toolkit.simulate.voices import heard_from_consumers
from toolkit.simulate.world import FloatArray, World

MISTAKES = tuple(MISTAKE_KINDS)


@dataclass(frozen=True, eq=False)
class Known:
    """What several mistakes of a world rest on, each worked out once and only if asked for."""

    world: World

    @cached_property
    def expected(self) -> Population:
        """Weights, performance and say."""
        return population(self.world)

    @cached_property
    def accounts(self) -> Returning | None:
        """Who comes back; None where nothing is sold."""
        return returning(self.world, self.world.trade) if self.world.trade else None

    @cached_property
    def client_value(self) -> float | None:
        """What a client is worth more than a one-off customer."""
        return client_value(self.world, self.accounts)


def truth(world: World) -> dict[str, float | None]:
    """How large is each of the fifteen mistakes really? θ over infinitely many accounts.

    None where the world lacks what a mistake takes. Formulas stand with `SIZES`. All are exact,
    except that hostages, first-sale-only, chasing-one-offs and clients-left integrate over
    satisfaction (`returning`): the probabilities and shares in them are good to 1e-4.
    """
    known = Known(world)
    return {mistake: size(known) for mistake, size in SIZES.items()}


def theta(world: World, mistake: str) -> float | None:
    """How large is that one mistake? As `truth`, without working out the others."""
    return SIZES[mistake](Known(world))


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


def _gap(known: Known) -> float:
    return known.expected.value("buyer") - known.expected.value("consumer")


def _spend_off_say(known: Known) -> float | None:
    if known.expected.say is None or not known.world.campaigns:
        return None
    spend = np.array(list(spend_shares(known.world).values()))
    return distance(spend, say_of_three(known.expected))


def _missed_influencer(known: Known) -> float | None:
    if known.expected.say is None or not known.world.campaigns:
        return None
    return float(say_of_three(known.expected)[2]) - spend_shares(known.world)["influencer"]


def _wrong_message(known: Known) -> float | None:
    return fit_lost(known.world, known.expected.weights) if known.world.campaigns else None


def _same_message(known: Known) -> float | None:
    buyer, consumer = claim_shares(known.world, "buyer"), claim_shares(known.world, "consumer")
    if buyer is None or consumer is None:
        return None
    weights = known.expected.weights
    return distance(weights["buyer"], weights["consumer"]) - distance(buyer, consumer)


def _one_ear(known: Known) -> float | None:
    """|say_consumer / (say_buyer + say_consumer) − consumers' share of feedback|."""
    say, voices = known.expected.say, known.world.voices
    if say is None or voices is None:
        return None
    weighty = say["consumer"] / (say["buyer"] + say["consumer"])
    return abs(weighty - heard_from_consumers(known.world, voices))


# consumer-ignored: V_buyer − V_consumer; spend-off-say: TVD(s, say) over buyer, consumer, other;
# missed-influencer: say of influencer and gatekeeper − their s; wrong-message: Σ s_k max(0, fit to
# the other role − fit to the role aimed at); same-message: TVD(w_buyer, w_consumer) − TVD of the
# claims aimed at the two; the others where they are worked out
SIZES: Mapping[str, Callable[[Known], float | None]] = {
    "consumer-ignored": _gap,
    "buyer-ignored": lambda known: 0.0 - _gap(known),
    "first-sale-only": lambda known: first_sale_only(known.world, known.accounts),
    "spend-off-say": _spend_off_say,
    "missed-influencer": _missed_influencer,
    "wrong-message": _wrong_message,
    "same-message": _same_message,
    "wrong-audience": lambda known: wrong_audience(known.world),
    "one-ear": _one_ear,
    "hostages": lambda known: known.accounts.hostages if known.accounts else None,
    "stage-mismatch": lambda known: stage_mismatch(known.world, known.accounts),
    "chasing-one-offs": lambda known: chasing_one_offs(known.world, known.client_value),
    "clients-left": lambda known: clients_left(known.world, known.client_value),
    "sold-not-used": lambda known: sold_not_used(known.world),
    "phantom-segments": lambda known: phantom_segments(known.world),
}
