"""Sweet Corner, a small sweet shop: many purchases, but too few answers for any verdict."""

from toolkit.simulate.sample import SampleClient, parse_rows
from toolkit.simulate.truth import MISTAKES
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
    "Sweet Corner is a sweet shop near two primary schools. Parents and grandparents pay and ask "
    "what is inside; children choose with their eyes and want it sweet and bright. The shop keeps "
    "careful books, yet it has asked only a handful of families, on paper, on one Saturday. The "
    "owner wants to know whether the window should speak to the children or to the grown-ups. "
    "This is a case in which the honest answer is how many more families to ask."
)

CLIENT = {
    "id": "sweet-corner",
    "name": "Sweet Corner",
    "about": ABOUT,
    "currency": "TRY",
    "language": "en",
    "setting": "household",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "nutritious": {
            "label": "Nutritious",
            "serves": "reason",
            "words": ["sugar", "fruit share"],
        },
        "price": {"label": "Price", "serves": "reason", "words": ["price", "bag price"]},
        "fresh": {"label": "Fresh", "serves": "reason", "words": ["freshness"]},
        "sweet": {"label": "Sweet", "serves": "experience", "words": ["taste", "sweetness"]},
        "colourful": {"label": "Colourful", "serves": "experience", "words": ["colour", "shape"]},
    },
    "margin": 0.45,
    "traits": {"district": "place"},
}

CAMPAIGNS = parse_rows("""
campaign          |audience|spend|start     |end       |channel    |claims
Back to School Bag|consumer|19000|2024-09-01|2024-09-30|shop window|sweet;colourful
Holiday Boxes     |buyer   |14000|2024-03-25|2024-04-12|leaflet    |price;fresh
Fruit Friday      |buyer   | 6500|2024-10-01|2025-05-30|messages   |nutritious
Try One           |both    | 5000|2024-11-01|2025-02-28|in the shop|sweet
""")

RIVALS = parse_rows("""
rival            |audience|claims         |weight
Supermarket shelf|buyer   |price          |     3
School kiosk     |consumer|sweet;colourful|     2
""")

TRADE = Trade(
    products=(
        Product("mixed_bag", "Mixed bag", 0.5, 85, 45, "2018-01-01"),
        Product("fruit_jelly", "Fruit jelly", 0.3, 120, 68, "2023-06-01"),
        Product("gift_box", "Gift box", 0.2, 310, 170, "2020-11-01"),
    ),
    channels={"shop": 0.9, "phone": 0.1},
    bought_for={"household": 0.7, "gift": 0.3},
    again=(-0.3, 0.2, 0.3),
    gap=45,
    named=0.15,
    unknown=0.35,
    own_use=0.2,
)

SWEET_CORNER = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(4.2, 3.9, 4.0, 2.6, 1.9),
            performance=(2.9, 3.3, 3.8, 4.0, 3.8),
            overstates=1.2,
        ),
        consumer=Role(
            importance=(1.8, 1.7, 2.8, 4.7, 4.1),
            performance=(3.0, 3.3, 3.7, 4.3, 4.1),
            overstates=1.4,
            reports=0.8,
        ),
        accounts=AccountStructure(consumers={1: 0.6, 2: 0.4}),
        survey=SurveyDesign(accounts=0.1, missing=0.04),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.5, buyer=50, consumer=50),
                DecisionProfile(0.5, buyer=70, consumer=25, influencer=5),
            ),
            accounts=0.08,
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=60, consumers=0.2),
        traits={"district": {"Kadikoy": 0.7, "Uskudar": 0.3}},
    ),
    accounts=230,
    seed=2,
    expected=dict.fromkeys(MISTAKES, "cannot_tell"),
)
