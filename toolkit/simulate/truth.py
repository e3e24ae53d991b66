"""How large is each mistake in a world really? So that audits can be held against it.

The expectations behind the mistakes over infinitely many accounts (weights, performance, value and
say), enumerated, and the true size of each of the fifteen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.contract import ROLES, SAY_ROLES
from toolkit.simulate.answers import answer_probabilities, expected_weights, mean_scale_share
from toolkit.simulate.campaigns import (
    true_chasing_one_offs,
    true_claim_shares,
    true_clients_left,
    true_fit_lost,
    true_phantom_segments,
    true_spend_shares,
    true_stage_mismatch,
    true_wrong_audience,
)
from toolkit.simulate.people import expected_say
from toolkit.simulate.repeat_buying import (
    ReturningAccounts,
    true_client_value,
    true_first_sale_only,
    true_returning_accounts,
)
from toolkit.simulate.trade import true_sold_not_used
from toolkit.simulate.world import RESPONDENT_KINDS, FeedbackMix, FloatArray, Role, World


@dataclass(frozen=True, eq=False)
class Population:
    """The expectations behind the mistakes.

    `weights[role]` is w_ra (sums to 1), `performance[role]` is P_ra (0–100), both one number per
    attribute; `say` is the reported say per role (sums to 1), None where nobody is asked.
    """

    weights: dict[str, FloatArray]
    performance: dict[str, FloatArray]
    say: dict[str, float] | None

    def value(self, role: str) -> float:
        """V_r = Σ_a w_ra P_ra: the value delivered to the role, 0–100."""
        return float(self.weights[role] @ self.performance[role])


def true_population(world: World) -> Population:
    """Which weights, performance and say would infinitely many accounts show?

    Exact, never sampled: the leanings of accounts are enumerated, answers are rounded to the
    scales, and each respondent counts with its survey weight, so that accounts with many
    consumers count more, as in the survey. Lost answers are lost at random and change nothing;
    straight-liners count as they answer.
    """
    weights, performance = {}, {}
    for role in ROLES:
        masses, w, p = zip(*_respondent_cells(world, role), strict=True)
        weights[role] = np.average(w, axis=0, weights=masses)
        performance[role] = np.average(p, axis=0, weights=masses) * 100
    say = dict(zip(SAY_ROLES, expected_say(world).tolist(), strict=True)) if world.say else None
    return Population(weights, performance, say)


def _respondent_cells(world: World, role: str) -> Iterator[tuple[float, FloatArray, FloatArray]]:
    """Survey mass, weights and performance per kind of respondent and leaning of the account."""
    for index, (u, share) in enumerate(world.accounts.leaning):
        for kind in (role, RESPONDENT_KINDS[2]):
            mass = share * world.weight(index) * _mean_respondents(world, kind, u)
            if mass > 0:
                yield mass, *_expected_answers(world, getattr(world, kind), u)


def _mean_respondents(world: World, kind: str, leaning: float) -> float:
    """How many respondents of the kind an account of that leaning has, on average."""
    alone, also_use = world.accounts.alone, world.accounts.also_use
    if kind == "both":
        return alone + (1 - alone) * also_use
    if kind == "buyer":
        return (1 - alone) * (1 - also_use)
    numbers = np.array(list(world.accounts.consumers), float)
    return (1 - alone) * float(world.accounts.sizes(leaning) @ numbers)


def _expected_answers(world: World, role: Role, leaning: float) -> tuple[FloatArray, FloatArray]:
    """Expected weights and performance shares of one respondent, straight-liners included."""
    chances = {
        question: answer_probabilities(
            role.means(question, leaning), role.spread, world.scale(question)
        )
        for question in ("importance", "performance")
    }
    straight = world.survey.straight
    weights = expected_weights(chances["importance"])
    performance = mean_scale_share(chances["performance"])
    # one answer for all items weighs them equally; any point is as likely, so half-way on average
    return (
        (1 - straight) * weights + straight / len(weights),
        (1 - straight) * performance + straight / 2,
    )


MISTAKES = tuple(MISTAKE_TYPES)


@dataclass(frozen=True, eq=False)
class WorldTruth:
    """What several mistakes of a world rest on, each worked out once and only if asked for."""

    world: World

    @cached_property
    def expected(self) -> Population:
        """Weights, performance and say."""
        return true_population(self.world)

    @cached_property
    def accounts(self) -> ReturningAccounts | None:
        """Who comes back; None where nothing is sold."""
        return true_returning_accounts(self.world, self.world.trade) if self.world.trade else None

    @cached_property
    def client_value(self) -> float | None:
        """What a client is worth more than a one-off customer."""
        return true_client_value(self.world, self.accounts)


def true_sizes(world: World) -> dict[str, float | None]:
    """How large is each of the fifteen mistakes really? θ over infinitely many accounts.

    None where the world lacks what a mistake takes. Formulas stand with `SIZES`. All are exact,
    except that hostages, first-sale-only, chasing-one-offs and clients-left integrate over
    satisfaction (`true_returning_accounts`): the probabilities and shares in them are good to 1e-4.
    """
    known = WorldTruth(world)
    return {mistake: size(known) for mistake, size in SIZES.items()}


def true_size(world: World, mistake: str) -> float | None:
    """How large is that one mistake? As `true_sizes`, without working out the others."""
    return SIZES[mistake](WorldTruth(world))


def _total_variation(p: FloatArray, q: FloatArray) -> float:
    """Total variation distance: which share would have to move to make p into q?

    >>> round(_total_variation(np.array([0.7, 0.2, 0.1]), np.array([0.3, 0.4, 0.3])), 12)
    0.4
    """
    return float(np.abs(p - q).sum() / 2)


def say_of_three(expected: Population) -> FloatArray:
    """The say of buyer, consumer, and all others together."""
    say = expected.say or {}
    return np.array([say["buyer"], say["consumer"], say["influencer"] + say["gatekeeper"]])


def _value_gap(known: WorldTruth) -> float:
    return known.expected.value("buyer") - known.expected.value("consumer")


def _spend_off_say(known: WorldTruth) -> float | None:
    if known.expected.say is None or not known.world.campaigns:
        return None
    spend = np.array(list(true_spend_shares(known.world).values()))
    return _total_variation(spend, say_of_three(known.expected))


def _missed_influencer(known: WorldTruth) -> float | None:
    if known.expected.say is None or not known.world.campaigns:
        return None
    return float(say_of_three(known.expected)[2]) - true_spend_shares(known.world)["influencer"]


def _wrong_message(known: WorldTruth) -> float | None:
    return true_fit_lost(known.world, known.expected.weights) if known.world.campaigns else None


def _same_message(known: WorldTruth) -> float | None:
    buyer, consumer = (
        true_claim_shares(known.world, "buyer"),
        true_claim_shares(known.world, "consumer"),
    )
    if buyer is None or consumer is None:
        return None
    weights = known.expected.weights
    return _total_variation(weights["buyer"], weights["consumer"]) - _total_variation(
        buyer, consumer
    )


def _one_ear(known: WorldTruth) -> float | None:
    """|say_consumer / (say_buyer + say_consumer) − consumers' share of feedback|."""
    say, voices = known.expected.say, known.world.voices
    if say is None or voices is None:
        return None
    weighty = say["consumer"] / (say["buyer"] + say["consumer"])
    return abs(weighty - _consumer_feedback_share(known.world, voices))


# consumer-ignored: V_buyer − V_consumer; spend-off-say: TVD(s, say) over buyer, consumer, other;
# missed-influencer: say of influencer and gatekeeper − their s; wrong-message: Σ s_k max(0, fit to
# the other role − fit to the role aimed at); same-message: TVD(w_buyer, w_consumer) − TVD of the
# claims aimed at the two; the others where they are worked out
SIZES: Mapping[str, Callable[[WorldTruth], float | None]] = {
    "consumer-ignored": _value_gap,
    "buyer-ignored": lambda known: 0.0 - _value_gap(known),
    "first-sale-only": lambda known: true_first_sale_only(known.world, known.accounts),
    "spend-off-say": _spend_off_say,
    "missed-influencer": _missed_influencer,
    "wrong-message": _wrong_message,
    "same-message": _same_message,
    "wrong-audience": lambda known: true_wrong_audience(known.world),
    "one-ear": _one_ear,
    "hostages": lambda known: known.accounts.hostages if known.accounts else None,
    "stage-mismatch": lambda known: true_stage_mismatch(known.world, known.accounts),
    "chasing-one-offs": lambda known: true_chasing_one_offs(known.world, known.client_value),
    "clients-left": lambda known: true_clients_left(known.world, known.client_value),
    "sold-not-used": lambda known: true_sold_not_used(known.world),
    "phantom-segments": lambda known: true_phantom_segments(known.world),
}


def _consumer_feedback_share(world: World, voices: FeedbackMix) -> float:
    """Which share of the feedback comes from consumers? A speaker who also pays counts half.

    Those who pay are as likely to speak whether they use too or not; where everybody is alone,
    only they speak.
    """
    alone, also_use = world.accounts.alone, world.accounts.also_use
    consumers = voices.consumers if alone < 1 else 0.0
    return consumers + (1 - consumers) * (alone + (1 - alone) * also_use) / 2
