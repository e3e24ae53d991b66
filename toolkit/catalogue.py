"""What does the toolkit ask? Nine audits, fifteen mistakes and the claims they cite, as data.

Estimators live in `toolkit.audits`; here stand the words, thresholds and units they share.
`CLAIMS` holds what the five source articles claim, in our own words, numbered so that findings can
cite them. `A0`, `A4`: two Azerbaijani articles; `A1`, `A3`: two Persian ones; `A2`: a Turkish one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NOT_YET_BUILT = "not in this version"  # why of an audit or mistake that is yet to be built
# Which share of the spend on buyers and consumers each stage of life asks for buyers: our reading
# of A1.5, no law; a client's setting `stage_mix` goes before it.
BUYER_SHARE = {"introduction": 0.5, "growth": 0.4, "maturity": 0.6, "decline": 0.7}


@dataclass(frozen=True)
class AuditQuestion:
    """One audit: its question and the claims it rests on."""

    id: str
    title: str
    question: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class MistakeType:
    """One mistake: default threshold, unit, what to do about it, and the claims it rests on.

    `one_person` marks mistakes that cannot be made where buyer and consumer are one person.
    `direction` "below": less is worse. `says` names the effect as a reader would; `wrong` states
    the mistake in one short sentence.
    """

    id: str
    title: str
    says: str
    wrong: str
    threshold: float
    unit: str
    advice: str
    claims: tuple[str, ...]
    one_person: bool = False
    direction: Literal["above", "below"] = "above"


AUDITS: dict[str, AuditQuestion] = {
    q.id: q
    for q in (
        AuditQuestion(
            "roles",
            "Roles",
            "Who pays, who uses, and who has a say?",
            ("A0.1", "A1.1", "A1.2", "A3.5", "A3.6"),
        ),
        AuditQuestion(
            "motivations",
            "Motivations",
            "What does each role weigh, and how well is it served?",
            ("A0.2", "A3.7", "A1.4"),
        ),
        AuditQuestion(
            "targeting",
            "Targeting",
            "Does the money follow the say, and does each message fit its audience?",
            ("A0.3", "A1.3", "A1.4"),
        ),
        AuditQuestion(
            "segments",
            "Segments",
            "Which groups exist, and who responds?",
            ("A4.2", "A4.5", "A3.2", "A3.4"),
        ),
        AuditQuestion(
            "feedback",
            "Feedback",
            "Who is heard, on what, and how satisfied are they?",
            ("A0.4", "A1.6"),
        ),
        AuditQuestion("loyalty", "Loyalty", "Who stays, and why?", ("A0.5", "A1.7")),
        AuditQuestion(
            "clients",
            "Clients",
            "One-off customer or client, and what is one worth?",
            ("A2.1", "A2.3", "A2.6"),
        ),
        AuditQuestion(
            "life_cycle",
            "Life cycle",
            "Which stage is each product in, and do emphasis and price fit it?",
            ("A1.5", "A1.4"),
        ),
        AuditQuestion(
            "mistakes",
            "Mistakes",
            "Which targeting mistakes are there, how sure, and what is at stake?",
            ("A1.8",),
        ),
    )
}

MISTAKE_TYPES: dict[str, MistakeType] = {
    k.id: k
    for k in (
        MistakeType(
            "consumer-ignored",
            "Consumer ignored",
            "value delivered to buyers minus value delivered to consumers",
            "The product serves those who pay better than those who use it.",
            5,
            "points",
            "Mend what consumers weigh most and find poor, then measure again.",
            ("A1.8", "A1.3"),
            one_person=True,
        ),
        MistakeType(
            "buyer-ignored",
            "Buyer ignored",
            "value delivered to consumers minus value delivered to buyers",
            "The product serves those who use it better than those who pay.",
            5,
            "points",
            "Work on price proof, channel, trade margin or commission for the buyer.",
            ("A1.8",),
            one_person=True,
        ),
        MistakeType(
            "first-sale-only",
            "First sale only",
            "share of spend on acquiring minus share of revenue from first orders",
            "The money goes into the first sale and leaves the rest of the road unpaid.",
            0.15,
            "share",
            "Onboard consumers, and show buyers what came of what was promised.",
            ("A1.8",),
        ),
        MistakeType(
            "spend-off-say",
            "Spend off say",
            "share of spend that is not where the say is",
            "The money does not go where the say is.",
            0.10,
            "share",
            "Move at most half of the gap towards the say, test, then move on.",
            ("A1.3",),
            one_person=True,
        ),
        MistakeType(
            "missed-influencer",
            "Missed influencer",
            "say of influencers and gatekeepers minus their share of spend",
            "Somebody who neither pays nor uses has a say, and nobody speaks to them.",
            0.10,
            "share",
            "Make something for that person: proof, a checklist, a visit.",
            ("A3.6",),
        ),
        MistakeType(
            "wrong-message",
            "Wrong message",
            "fit lost because messages suit the other role better, weighted by spend",
            "Messages fit the role they are not aimed at better than the one they are aimed at.",
            0.05,
            "fit, spend-weighted",
            "Swap the claims or swap the audience of those campaigns.",
            ("A1.4",),
            one_person=True,
        ),
        MistakeType(
            "same-message",
            "Same message",
            "how much more alike the messages are than what the roles weigh",
            "Buyers and consumers hear the same although they weigh different things.",
            0.10,
            "share",
            "Write one message for each role; a founder's voice needs two as well.",
            ("A0.2", "A1.8", "A1.9"),
            one_person=True,
        ),
        MistakeType(
            "wrong-audience",
            "Wrong audience",
            "share of attainable conversions lost",
            "Segments get campaigns that work better elsewhere.",
            0.10,
            "share",
            "Send each segment what works for it.",
            ("A1.3", "A4.6"),
        ),
        MistakeType(
            "one-ear",
            "One ear",
            "distance between consumers' say and their share of the feedback",
            "One role is heard far more, or far less, than its say deserves.",
            0.20,
            "share",
            "Ask the role that is not heard.",
            ("A0.4", "A1.6"),
            one_person=True,
        ),
        MistakeType(
            "hostages",
            "Hostages",
            "share of repeat accounts whose consumers are dissatisfied",
            "Accounts buy again although their consumers are unhappy.",
            0.20,
            "share",
            "Win the consumers back before the contract ends or a rival comes.",
            ("A1.7",),
        ),
        MistakeType(
            "stage-mismatch",
            "Stage mismatch",
            "distance between the spend and the mix the product's stage asks for",
            "The emphasis does not fit the product's stage of life.",
            0.15,
            "share",
            "Shift the emphasis with the stage.",
            ("A1.5",),
        ),
        MistakeType(
            "chasing-one-offs",
            "Chasing one-offs",
            "cost per treated customer minus what the treatment brings",
            "Turning one-off customers into clients costs more than it brings.",
            0,
            "currency per customer",
            "Stop, and use quick offers instead.",
            ("A2.3",),
        ),
        MistakeType(
            "clients-left",
            "Clients left",
            "what treatment brings minus its cost, per customer not yet treated",
            "A lever that pays has not reached most one-off customers.",
            0,
            "currency per customer",
            "Extend the lever to the customers it has not reached.",
            ("A2.4", "A2.6"),
        ),
        MistakeType(
            "sold-not-used",
            "Sold, not used",
            "share of buying accounts that do not use what they bought",
            "What is sold is not used.",
            0.15,
            "share",
            "Help accounts to start, and offer a plan that fits their use.",
            ("A1.8",),
        ),
        MistakeType(
            "phantom-segments",
            "Phantom segments",
            "spread of response over segments, relative to the overall response",
            "Segments that are treated apart respond alike.",
            0.10,
            "ratio",
            "Merge the segments, or cut them anew.",
            ("A4.2", "A4.6"),
            direction="below",
        ),
    )
}

CLAIMS: dict[str, str] = {
    "A0.1": "The buyer starts a purchase and pays for it; the consumer is who uses it in the end.",
    "A0.2": "Buyers weigh price, features and lasting benefit; consumers weigh use and design.",
    "A0.3": "Good targeting knows traits, preferences and pain points of both roles.",
    "A0.4": "Buyers report on purchase, price and service; consumers on the product. Hear both.",
    "A0.5": "Buyers stay for price and service, consumers for a good experience of the product.",
    "A1.1": "Who pays also owns and decides, so sales, prices and offers speak to the buyer.",
    "A1.2": "What the consumer lives through with the product moves the buyer's next purchase.",
    "A1.3": "Telling the roles apart saves money, improves the product and beats rivals.",
    "A1.4": "Reason persuades the buyer, experience the consumer: right message, person and time.",
    "A1.5": "The balance between buyer and consumer shifts with the product's stage of life.",
    "A1.6": "What consumers say can be translated into proof that convinces buyers.",
    "A1.7": "Loyalty is strongest where buyer and consumer both have reason to stay.",
    "A1.8": "Usual mistakes: one role forgotten, one message for both, all on the first sale.",
    "A1.9": "Success is value for both roles: listen to each, plan for each, and join the two.",
    "A2.1": "A one-off customer buys once; a client comes back and brings revenue for long.",
    "A2.2": "One-off customers and clients differ in income, in needs and in reliability.",
    "A2.3": "Turning customers into clients can cost more than it brings; it depends on the trade.",
    "A2.4": "Clients bring steady income and carry a wider range of products.",
    "A2.5": "Automation finds likely clients and makes the funnel efficient.",
    "A2.6": "Five levers make clients: learning, incentives, word of mouth, suggestions, support.",
    "A3.1": "A business lasts through its customers: know who they are and what they ask.",
    "A3.2": "Customers differ in whether they know what they want and where to find it.",
    "A3.3": "Judge by measurement, not by habit; set goals and follow a plan.",
    "A3.4": "When the whole firm serves customers, groups of them can each be served their way.",
    "A3.5": "A consumer may buy for herself, but the end consumer is not always the buyer.",
    "A3.6": "People who do not pay sway those who do; communication should invite both.",
    "A3.7": "Needs and wants part by role: who provides asks for one thing, who uses for another.",
    "A4.1": "Every customer differs, and nobody can treat thousands one by one.",
    "A4.2": "Segments gather customers with common traits.",
    "A4.3": "Analysis comes before strategy: one known value foretells others.",
    "A4.4": "Traits, place, behaviour and interests are the material of segments.",
    "A4.5": "Demographic, psychographic and behavioural segmentation work alone or together.",
    "A4.6": "Segments pay when money goes to those that respond.",
}
