"""What do the nine audits ask, and what do the articles claim that they rest on?

`CLAIMS` holds what the five source articles claim, in our own words, numbered so that findings can
cite them. `A0`, `A4`: two Azerbaijani articles; `A1`, `A3`: two Persian ones; `A2`: a Turkish one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditQuestion:
    """One audit: its question, the claims it rests on, and every measure its finding may hold."""

    id: str
    title: str
    question: str
    claims: tuple[str, ...]
    measures: tuple[str, ...] = ()


AUDITS: dict[str, AuditQuestion] = {
    q.id: q
    for q in (
        AuditQuestion(
            "roles",
            "Roles",
            "Who pays, who uses, and who has a say?",
            ("A0.1", "A1.1", "A1.2", "A3.5", "A3.6"),
            ("separation", "say", "overlap"),
        ),
        AuditQuestion(
            "motivations",
            "Motivations",
            "What does each role weigh, and how well is it served?",
            ("A0.2", "A3.7", "A1.4"),
            (
                "importance",
                "performance",
                "importance_gap",
                "rank_agreement",
                "value_delivered",
                "needs_and_wants",
            ),
        ),
        AuditQuestion(
            "targeting",
            "Targeting",
            "Does the money follow the say, and does each message fit its audience?",
            ("A0.3", "A1.3", "A1.4"),
            ("spend_share", "misallocation", "message_fit", "open_ground"),
        ),
        AuditQuestion(
            "segments",
            "Segments",
            "Which groups exist, and who responds?",
            ("A4.2", "A4.5", "A3.2", "A3.4"),
            (
                "stability",
                "segment_share",
                "profile",
                "response",
                "campaign_response",
                "value",
                "knowledge",
                "knowledge_by_role",
            ),
        ),
        AuditQuestion(
            "feedback",
            "Feedback",
            "Who is heard, on what, and how satisfied are they?",
            ("A0.4", "A1.6"),
            (
                "heard",
                "say_of_two",
                "uncoded",
                "theme",
                "theme_lean",
                "satisfaction_index",
                "satisfaction_gap",
                "recommend",
                "moves_satisfaction",
                "moves_repurchase",
                "moves_margin",
                "proof",
            ),
        ),
        AuditQuestion(
            "loyalty",
            "Loyalty",
            "Who stays, and why?",
            ("A0.5", "A1.7"),
            (
                "retention",
                "repeat_share",
                "returned",
                "linkage",
                "e_value",
                "mediation",
                "price_premium",
                "loyalty_kind",
                "not_used",
            ),
        ),
        AuditQuestion(
            "clients",
            "Clients",
            "One-off customer or client, and what is one worth?",
            ("A2.1", "A2.3", "A2.6"),
            (
                "one_off_share",
                "client_value",
                "client_revenue",
                "first_sale",
                "repeat_model",
                "holdout",
                "tracked",
                "tracked_until",
                "rfm_return",
                "future_value",
                "future_revenue",
                "renewal",
                "retention_multiple",
                "still_there",
                "lever_lift",
                "lever_cost",
                "lever_net",
                "lever_pays",
                "lever_knowing",
            ),
        ),
        AuditQuestion(
            "life_cycle",
            "Life cycle",
            "Which stage is each product in, and do emphasis and price fit it?",
            ("A1.5", "A1.4"),
            (
                "stage",
                "turn",
                "trend",
                "first_purchases",
                "curve",
                "emphasis",
                "stage_asks",
                "mismatch",
                "accepted_price",
                "planned_price",
                "skimming_gain",
                "free_conversion",
                "break_even_conversion",
                "free_value",
            ),
        ),
        AuditQuestion(
            "mistakes",
            "Mistakes",
            "Which targeting mistakes are there, how sure, and what is at stake?",
            ("A1.8",),
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
