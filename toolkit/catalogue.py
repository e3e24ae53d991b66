"""The fifteen mistakes as data: all that is known of each apart from how it is estimated.

Estimators live in `toolkit.audits.mistakes`; here stand words, thresholds, units, and the names of
charts, panels and measures that show a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

MoneyKind = Literal["spend at risk", "spend to move", "margin per year", "revenue per year"]
NOT_YET_BUILT = "not in this version"  # why of an audit or mistake that is yet to be built
# Which share of the spend on buyers and consumers each stage of life asks for buyers: our reading
# of A1.5, no law; a client's setting `stage_mix` goes before it.
BUYER_SHARE = {"introduction": 0.5, "growth": 0.4, "maturity": 0.6, "decline": 0.7}


class Evidence(NamedTuple):
    """A measure that a verdict rests on: whose it is, its name, and the head of its column."""

    audit: str
    measure: str
    head: str


@dataclass(frozen=True, kw_only=True)
class MistakeType:
    """One mistake: all that is known of it apart from how it is estimated.

    `says` names the effect as a reader would; `wrong` states the mistake in one short sentence.
    `threshold` is what would matter, in `unit`; with `direction` "below" less is worse.
    `one_person` marks mistakes that cannot be made where buyer and consumer are one person.
    `tables` are needed for a verdict; `money` says what the sum at stake is, None where there is
    none. By name: the `chart` that shows it (`charts.mistakes`), the measures in its small table,
    the `panel` of the what-if it stands in (`whatif.panels`), and the parts of a scenario that
    move its effect, apart from its threshold (`whatif.scenario`).

    How it is estimated stands in `audits.mistakes`, its true size in a simulated world in
    `simulate.truth`.
    """

    id: str
    title: str
    says: str
    wrong: str
    threshold: float
    unit: str
    direction: Literal["above", "below"] = "above"
    one_person: bool = False
    tables: tuple[str, ...]
    money: MoneyKind | None
    advice: str
    claims: tuple[str, ...]
    chart: str
    evidence: tuple[Evidence, ...]
    panel: str
    moved_by: tuple[str, ...]


LEVER_EVIDENCE = (
    Evidence("clients", "lever_cost", "cost per customer"),
    Evidence("clients", "lever_lift", "more converted"),
    Evidence("clients", "lever_net", "net gain per customer"),
)
MISTAKE_TYPES: dict[str, MistakeType] = {
    k.id: k
    for k in (
        MistakeType(
            id="consumer-ignored",
            title="Consumer ignored",
            says="value delivered to buyers minus value delivered to consumers",
            wrong="The product serves those who pay better than those who use it.",
            threshold=5,
            unit="points",
            one_person=True,
            tables=("survey",),
            money="margin per year",
            advice="Mend what consumers weigh most and find poor, then measure again.",
            claims=("A1.8", "A1.3"),
            chart="performance",
            evidence=(Evidence("motivations", "value_delivered", "value delivered, 0–100"),),
            panel="loyalty",
            moved_by=("lift",),
        ),
        MistakeType(
            id="buyer-ignored",
            title="Buyer ignored",
            says="value delivered to consumers minus value delivered to buyers",
            wrong="The product serves those who use it better than those who pay.",
            threshold=5,
            unit="points",
            one_person=True,
            tables=("survey",),
            money="margin per year",
            advice="Work on price proof, channel, trade margin or commission for the buyer.",
            claims=("A1.8",),
            chart="performance",
            evidence=(Evidence("motivations", "value_delivered", "value delivered, 0–100"),),
            panel="loyalty",
            moved_by=("lift",),
        ),
        MistakeType(
            id="first-sale-only",
            title="First sale only",
            says="share of spend on acquiring minus share of revenue from first orders",
            wrong="The money goes into the first sale and leaves the rest of the road unpaid.",
            threshold=0.15,
            unit="share",
            tables=("campaigns", "purchases"),
            money="spend at risk",
            advice="Onboard consumers, and show buyers what came of what was promised.",
            claims=("A1.8",),
            chart="first sale",
            evidence=(Evidence("clients", "first_sale", "share"),),
            panel="money",
            moved_by=("spend",),
        ),
        MistakeType(
            id="spend-off-say",
            title="Spend off say",
            says="share of spend that is not where the say is",
            wrong="The money does not go where the say is.",
            threshold=0.10,
            unit="share",
            one_person=True,
            tables=("influence", "campaigns"),
            money="spend to move",
            advice="Move at most half of the gap towards the say, test, then move on.",
            claims=("A1.3",),
            chart="spend and say",
            evidence=(
                Evidence("targeting", "spend_share", "spend"),
                Evidence("roles", "say", "say"),
            ),
            panel="money",
            moved_by=("spend", "audiences"),
        ),
        MistakeType(
            id="missed-influencer",
            title="Missed influencer",
            says="say of influencers and gatekeepers minus their share of spend",
            wrong="Somebody who neither pays nor uses has a say, and nobody speaks to them.",
            threshold=0.10,
            unit="share",
            tables=("influence", "campaigns"),
            money="spend to move",
            advice="Make something for that person: proof, a checklist, a visit.",
            claims=("A3.6",),
            chart="spend and say",
            evidence=(
                Evidence("targeting", "spend_share", "spend"),
                Evidence("roles", "say", "say"),
            ),
            panel="money",
            moved_by=("spend", "audiences"),
        ),
        MistakeType(
            id="wrong-message",
            title="Wrong message",
            says="fit lost because messages suit the other role better, weighted by spend",
            wrong=(
                "Messages fit the role they are not aimed at better than the one they are aimed at."
            ),
            threshold=0.05,
            unit="fit, spend-weighted",
            one_person=True,
            tables=("survey", "campaigns"),
            money="spend at risk",
            advice="Swap the claims or swap the audience of those campaigns.",
            claims=("A1.4",),
            chart="message fit",
            evidence=(Evidence("targeting", "message_fit", "fit"),),
            panel="message",
            moved_by=("spend", "audiences", "claims"),
        ),
        MistakeType(
            id="same-message",
            title="Same message",
            says="how much more alike the messages are than what the roles weigh",
            wrong="Buyers and consumers hear the same although they weigh different things.",
            threshold=0.10,
            unit="share",
            one_person=True,
            tables=("survey", "campaigns"),
            money="spend at risk",
            advice="Write one message for each role; a founder's voice needs two as well.",
            claims=("A0.2", "A1.8", "A1.9"),
            chart="importance",
            evidence=(Evidence("motivations", "importance_gap", "weight, buyer − consumer"),),
            panel="message",
            moved_by=("spend", "audiences", "claims"),
        ),
        MistakeType(
            id="wrong-audience",
            title="Wrong audience",
            says="share of attainable conversions lost",
            wrong="Segments get campaigns that work better elsewhere.",
            threshold=0.10,
            unit="share",
            tables=("campaigns",),
            money="margin per year",
            advice="Send each segment what works for it.",
            claims=("A1.3", "A4.6"),
            chart="campaign response",
            evidence=(Evidence("segments", "campaign_response", "share who act"),),
            panel="message",
            moved_by=(),
        ),
        MistakeType(
            id="one-ear",
            title="One ear",
            says="distance between consumers' say and their share of the feedback",
            wrong="One role is heard far more, or far less, than its say deserves.",
            threshold=0.20,
            unit="share",
            one_person=True,
            tables=("feedback", "influence"),
            money=None,
            advice="Ask the role that is not heard.",
            claims=("A0.4", "A1.6"),
            chart="feedback and say",
            evidence=(
                Evidence("feedback", "heard", "heard"),
                Evidence("feedback", "say_of_two", "say of the two"),
            ),
            panel="loyalty",
            moved_by=(),
        ),
        MistakeType(
            id="hostages",
            title="Hostages",
            says="share of repeat accounts whose consumers are dissatisfied",
            wrong="Accounts buy again although their consumers are unhappy.",
            threshold=0.20,
            unit="share",
            tables=("survey", "purchases"),
            money="revenue per year",
            advice="Win the consumers back before the contract ends or a rival comes.",
            claims=("A1.7",),
            chart="loyalty kinds",
            evidence=(Evidence("loyalty", "loyalty_kind", "share of accounts"),),
            panel="loyalty",
            moved_by=("lift",),
        ),
        MistakeType(
            id="stage-mismatch",
            title="Stage mismatch",
            says="distance between the spend and the mix the product's stage asks for",
            wrong="The emphasis does not fit the product's stage of life.",
            threshold=0.15,
            unit="share",
            tables=("purchases", "campaigns"),
            money="spend to move",
            advice="Shift the emphasis with the stage.",
            claims=("A1.5",),
            chart="emphasis",
            evidence=(
                Evidence("life_cycle", "emphasis", "last year's spend"),
                Evidence("life_cycle", "stage_asks", "the stage asks for"),
            ),
            panel="money",
            moved_by=("spend", "audiences"),
        ),
        MistakeType(
            id="chasing-one-offs",
            title="Chasing one-offs",
            says="cost per treated customer minus what the treatment brings",
            wrong="Turning one-off customers into clients costs more than it brings.",
            threshold=0,
            unit="currency per customer",
            tables=("levers", "purchases"),
            money="spend at risk",
            advice="Stop, and use quick offers instead.",
            claims=("A2.3",),
            chart="levers",
            evidence=LEVER_EVIDENCE,
            panel="clients",
            moved_by=("levers", "price"),
        ),
        MistakeType(
            id="clients-left",
            title="Clients left",
            says="what treatment brings minus its cost, per customer not yet treated",
            wrong="A lever that pays has not reached most one-off customers.",
            threshold=0,
            unit="currency per customer",
            tables=("levers", "purchases"),
            money="margin per year",
            advice="Extend the lever to the customers it has not reached.",
            claims=("A2.4", "A2.6"),
            chart="levers",
            evidence=LEVER_EVIDENCE,
            panel="clients",
            moved_by=("levers", "price"),
        ),
        MistakeType(
            id="sold-not-used",
            title="Sold, not used",
            says="share of buying accounts that do not use what they bought",
            wrong="What is sold is not used.",
            threshold=0.15,
            unit="share",
            tables=("usage", "purchases"),
            money="revenue per year",
            advice="Help accounts to start, and offer a plan that fits their use.",
            claims=("A1.8",),
            chart="not used",
            evidence=(Evidence("loyalty", "not_used", "buying accounts not active"),),
            panel="price",
            moved_by=(),
        ),
        MistakeType(
            id="phantom-segments",
            title="Phantom segments",
            says="spread of response over segments, relative to the overall response",
            wrong="Segments that are treated apart respond alike.",
            threshold=0.10,
            unit="ratio",
            direction="below",
            tables=("campaigns",),
            money="spend at risk",
            advice="Merge the segments, or cut them anew.",
            claims=("A4.2", "A4.6"),
            chart="segment response",
            evidence=(Evidence("segments", "response", "share who act"),),
            panel="message",
            moved_by=("spend",),
        ),
    )
}
