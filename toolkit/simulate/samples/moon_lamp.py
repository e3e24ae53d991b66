"""Moon Lamp, a shop with one product: nobody comes back, and buyers may be served worse."""

from toolkit.simulate.sample import NO_TABLE, SampleClient, parse_rows
from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    FeedbackMix,
    Product,
    Role,
    SurveyDesign,
    Trade,
    World,
)

ABOUT = (
    "Moon Lamp is a workshop in Porto that makes one thing: a night light shaped like the moon. "
    "Godparents and grandparents give it, children fall asleep by it and love it. Those who pay "
    "find it dear, wait long for the parcel and cannot tell from the page what they will get. "
    "Nobody needs a second one, so the owner has been told to build up regular clients and "
    "wonders what for."
)

CLIENT = {
    "id": "moon-lamp",
    "name": "Moon Lamp",
    "about": ABOUT,
    "currency": "EUR",
    "language": "en",
    "setting": "household",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "price": {"label": "Price", "serves": "reason", "words": ["price", "postage"]},
        "safe": {"label": "Safe", "serves": "reason", "words": ["cable", "safety"]},
        "delivery": {
            "label": "Quick delivery",
            "serves": "reason",
            "words": ["parcel", "delivery"],
        },
        "glow": {"label": "Soft glow", "serves": "experience", "words": ["glow", "light"]},
        "story": {"label": "Bedtime story", "serves": "experience", "words": ["story", "voice"]},
    },
    "margin": 0.5,
    "traits": {"region": "place"},
}

CAMPAIGNS = parse_rows("""
campaign        |audience|spend|start     |end       |channel     |phase  |claims
A Gift That Glows|buyer  | 9400|2024-10-01|2024-12-20|social video|acquire|safe;price
Christening List|buyer   | 6600|2024-03-01|2025-05-31|partner     |acquire|price;delivery
The Moon Tells  |consumer| 8200|2024-09-01|2025-03-31|audio       |acquire|glow;story
""")

RIVALS = parse_rows("""
rival      |audience|claims    |weight
Department store|buyer|price;delivery|  3
Star Bear  |consumer|glow      |     1
""")

TRADE = Trade(
    products=(Product("moon", "Moon lamp", 1.0, 64, 30, "2021-10-01"),),
    channels={"web shop": 0.8, "fairs": 0.2},
    bought_for={"gift": 0.8, "household": 0.2},
    again=(-40.0, 0.0, 0.0),
    own_use=0.05,
)

MOON_LAMP = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(4.2, 4.0, 3.7, 2.8, 1.9),
            performance=(2.9, 3.7, 2.9, 3.6, 3.2),
            overstates=1.2,
            reports=0.9,
        ),
        consumer=Role(
            importance=(1.6, 2.0, 1.6, 4.7, 4.2),
            performance=(3.2, 3.5, 3.2, 3.6, 3.6),
            overstates=1.2,
            reports=0.8,
        ),
        accounts=AccountStructure(consumers={1: 0.7, 2: 0.3}),
        survey=SurveyDesign(missing=0.02),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.7, buyer=60, consumer=40),
                DecisionProfile(0.3, buyer=75, consumer=25),
            ),
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=300, consumers=0.37),
        traits={"region": {"Norte": 0.5, "Centro": 0.3, "Sul": 0.2}},
    ),
    accounts=140,
    seed=1,
    expected={
        **NO_TABLE,
        "consumer-ignored": "clear",
        "buyer-ignored": "suspected",
        "spend-off-say": "clear",
        "missed-influencer": "clear",
        "wrong-message": "clear",
        "same-message": "clear",
        "first-sale-only": "clear",
        "one-ear": "clear",
        "hostages": "cannot_tell",
        "clients-left": "not_applicable",
    },
)
