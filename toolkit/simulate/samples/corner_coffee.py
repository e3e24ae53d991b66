"""Corner Coffee: whoever pays drinks the coffee, so most mistakes cannot be made."""

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
    "Corner Coffee runs three small coffee bars beside railway stations. People buy a cup for "
    "themselves and drink it on the way: who pays and who uses is one person. The question of two "
    "audiences therefore does not arise, and the audit should say so instead of finding faults "
    "that cannot exist. What remains open is whether anyone else has a say, such as colleagues "
    "who suggest a place, or the food writers whom the bars invite twice a year."
)

CLIENT = {
    "id": "corner-coffee",
    "name": "Corner Coffee",
    "about": ABOUT,
    "currency": "GBP",
    "language": "en",
    "setting": "household",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "taste": {"label": "Taste", "serves": "experience", "words": ["taste", "roast"]},
        "price": {"label": "Price", "serves": "reason", "words": ["price", "loyalty card"]},
        "speed": {"label": "Quick service", "serves": "reason", "words": ["queue", "service"]},
        "place": {"label": "Pleasant place", "serves": "experience", "words": ["seating", "music"]},
    },
    "margin": 0.6,
    "traits": {"age": "demographic", "station": "place", "device": "behaviour"},
}

CAMPAIGNS = parse_rows("""
campaign       |audience  |spend|start     |end       |channel        |phase  |claims
First Cup      |both      |12000|2024-01-15|2024-03-31|station posters|acquire|taste;speed
Ten for Nine   |buyer     | 9500|2024-02-01|2025-05-31|app            |retain |price
Slow Sunday    |consumer  | 6000|2024-06-01|2024-08-31|social media   |convert|place;taste
Tasting Evening|influencer| 3000|2024-10-10|2025-04-10|events         |retain |taste
""")

RIVALS = parse_rows("""
rival                |audience|claims     |weight
Chain across the road|both    |speed;price|     4
Bakery               |both    |price      |     1
""")

TRADE = Trade(
    products=(
        Product("flat_white", "Flat white", 0.45, 3.4, 0.9, "2017-05-01"),
        Product("filter", "Filter coffee", 0.35, 2.6, 0.6, "2017-05-01"),
        Product("oat_latte", "Oat latte", 0.2, 3.9, 1.2, "2022-02-01"),
    ),
    channels={"counter": 0.8, "app": 0.2},
    bought_for={"household": 1.0},
    again=(0.35, 0.2, 0.2),
    gap=30,
    named=0.6,
    unknown=0.1,
)

PERSON = Role(importance=(4.4, 3.2, 3.9, 2.7), performance=(4.2, 3.3, 3.7, 3.5))

CORNER_COFFEE = SampleClient(
    world=World(
        client=CLIENT,
        buyer=PERSON,
        consumer=PERSON,
        accounts=AccountStructure(alone=1.0),
        survey=SurveyDesign(missing=0.02, straight=0.02),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.7, buyer=60, consumer=35, influencer=5),
                DecisionProfile(0.3, buyer=45, consumer=35, influencer=20),
            ),
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=280),
        traits={
            "age": {"18-29": 0.3, "30-49": 0.45, "50+": 0.25},
            "station": {"North": 0.4, "Bridge": 0.35, "Market": 0.25},
            "device": {"phone": 0.9, "computer": 0.1},
        },
    ),
    accounts=300,
    seed=9,
    expected={
        **NO_TABLE,
        "consumer-ignored": "not_applicable",
        "buyer-ignored": "not_applicable",
        "spend-off-say": "not_applicable",
        "missed-influencer": "clear",
        "wrong-message": "not_applicable",
        "same-message": "not_applicable",
        "first-sale-only": "clear",
        "one-ear": "not_applicable",
        "hostages": "clear",
    },
)
