"""Deskware, business software: built for the IT manager; staff suffer, a gatekeeper is missed."""

from toolkit.simulate.sample import NO_TABLE, SampleClient, parse_rows
from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    FeedbackMix,
    Lever,
    Product,
    Role,
    SurveyDesign,
    Trade,
    Usage,
    World,
)

ABOUT = (
    "Deskware sells planning software to firms of 50 to 500 people. The IT manager signs the "
    "contract and is pleased: it is secure, fits the other systems and costs less than the rival. "
    "The staff who plan their week with it find it slow and hard to learn; most have stopped "
    "opening it, yet the contracts go on. In most firms a data protection officer or the works "
    "council must agree before anything is installed; nobody at Deskware has ever written a page "
    "for them. All campaigns, whoever they are meant for, praise security and price, and nearly "
    "all money goes into winning the next firm."
)

CLIENT = {
    "id": "deskware",
    "name": "Deskware",
    "about": ABOUT,
    "currency": "EUR",
    "language": "en",
    "setting": "business",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "security": {"label": "Security", "serves": "reason", "words": ["security", "audit trail"]},
        "price": {"label": "Price", "serves": "reason", "words": ["price", "licence fee"]},
        "integration": {
            "label": "Fits other systems",
            "serves": "reason",
            "words": ["integration", "interface to payroll"],
        },
        "ease": {"label": "Easy to use", "serves": "experience", "words": ["menu", "ease of use"]},
        "speed": {"label": "Fast", "serves": "experience", "words": ["speed", "loading time"]},
        "design": {"label": "Clear design", "serves": "experience", "words": ["design", "screen"]},
    },
    "margin": 0.7,
    "traits": {"department": "demographic", "country": "place", "device": "behaviour"},
}

CAMPAIGNS = parse_rows("""
campaign             |audience| spend|start     |end       |channel    |phase  |claims
Safe by Design       |buyer   |140000|2024-01-10|2024-06-30|trade press|acquire|security;price
Cost Calculator      |buyer   | 75000|2024-03-01|2024-12-31|search     |acquire|price
Plugs into Everything|buyer   | 68000|2024-09-01|2025-03-31|webinars   |acquire|integration;security
Secure Desk          |both    | 90000|2024-05-01|2024-10-31|social ads |acquire|security;price
Roll-out Kit         |both    | 64000|2024-06-01|2025-05-31|email      |onboard|security;integration
Renew and Save       |buyer   | 42000|2024-11-01|2025-01-31|email      |retain |price;security
""")

RIVALS = parse_rows("""
rival   |audience|claims           |weight
Planwise|buyer   |price;integration|     2
Planwise|consumer|ease;design      |     3
Officium|buyer   |security         |     3
Officium|consumer|speed            |     1
""")

SHEETS = [
    "purchases",
    "survey",
    "influence",
    "campaigns",
    "rivals",
    "feedback",
    "people",
    "products",
    "levers",
    "usage",
]

TRADE = Trade(
    products=(
        Product("team", "Team licence", 0.55, 1450, 240, "2020-01-15", "subscription"),
        Product("firm", "Firm licence", 0.3, 5200, 700, "2020-01-15", "subscription"),
        Product("training", "Training day", 0.15, 980, 520, "2022-04-01"),
    ),
    channels={"direct sales": 0.55, "web shop": 0.2, "partner": 0.25},
    bought_for={"work": 1.0},
    again=(0.9, 0.25, 0.1),
    gap=80,
    own_use=0.1,
)

# half price on a second licence costs far more than it brings; a training day for staff pays, and
# has been offered to fewer than half
LEVERS = (
    Lever("incentive", 4.0, rate=0.15, cost=1500, control=4.0, control_rate=0.12),
    Lever("learn", 0.48, rate=0.8, cost=240, control=2.0, control_rate=0.12),
)

DESKWARE = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(4.6, 4.1, 4.2, 2.7, 2.6, 1.9),
            performance=(4.4, 4.0, 4.2, 3.4, 3.3, 3.4),
            overstates=1.3,
            reports=0.95,
        ),
        consumer=Role(
            importance=(2.4, 1.5, 2.4, 4.5, 4.3, 3.4),
            performance=(3.5, 3.1, 3.0, 1.9, 1.9, 2.2),
            overstates=1.3,
            reports=0.75,
        ),
        accounts=AccountStructure(
            consumers={1: 0.2, 2: 0.35, 3: 0.25, 4: 0.15, 6: 0.05}, growth=-0.1
        ),
        survey=SurveyDesign(missing=0.03, straight=0.02, weights=(1.2, 1.0, 0.8)),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.55, buyer=45, consumer=20, influencer=5, gatekeeper=30),
                DecisionProfile(0.3, buyer=60, consumer=20, influencer=5, gatekeeper=15),
                DecisionProfile(0.15, buyer=35, consumer=15, influencer=10, gatekeeper=40),
            ),
            accounts=0.6,
            stages={
                "search": {"consumer": 1.3},
                "choice": {"gatekeeper": 1.3},
                "payment": {"buyer": 1.4},
            },
            others=0.3,
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=320, consumers=0.25),
        levers=LEVERS,
        usage=Usage(until="2024-12", idle=0.7, active=0.9),
        traits={
            "department": {"IT": 0.2, "Sales": 0.3, "Operations": 0.35, "Finance": 0.15},
            "country": {"Germany": 0.5, "Austria": 0.2, "Netherlands": 0.3},
            "device": {"laptop": 0.8, "tablet": 0.2},
        },
        files=dict.fromkeys(SHEETS, "xlsx"),
    ),
    accounts=260,
    seed=7,
    expected={
        **NO_TABLE,
        "consumer-ignored": "found",
        "buyer-ignored": "clear",
        "spend-off-say": "found",
        "missed-influencer": "found",
        "wrong-message": "clear",
        "same-message": "found",
        "first-sale-only": "found",
        "one-ear": "clear",
        "hostages": "found",
        "chasing-one-offs": "found",
        "clients-left": "found",
        "sold-not-used": "found",
    },
)
