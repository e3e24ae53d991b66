"""Crunch Morning, breakfast cereal: the father is well served, the child pushes the bowl away."""

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
    TrueResponse,
    World,
)

ABOUT = (
    "Crunch Morning makes a breakfast cereal with little sugar and much fibre. Fathers who do the "
    "weekly shopping like what they read on the box: it is wholesome, it fills until noon, and it "
    "costs less than the others. The children who have to eat it find that it tastes of cardboard "
    "and turns soft in milk. Every second box is never finished, and the families that do not come "
    "back say nothing, because nobody has asked a child before. The advertising is decent on both "
    "sides, so the question is what is wrong with the product and for whom."
)

CLIENT = {
    "id": "crunch-morning",
    "name": "Crunch Morning",
    "about": ABOUT,
    "currency": "USD",
    "language": "en",
    "setting": "household",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "wholesome": {"label": "Wholesome", "serves": "reason", "words": ["sugar", "fibre"]},
        "price": {"label": "Price", "serves": "reason", "words": ["price", "coupon"]},
        "filling": {"label": "Fills until noon", "serves": "reason", "words": ["portion"]},
        "taste": {"label": "Taste", "serves": "experience", "words": ["taste", "honey"]},
        "crisp": {"label": "Stays crisp", "serves": "experience", "words": ["crunch", "flakes"]},
        "fun": {"label": "Fun at the table", "serves": "experience", "words": ["box", "puzzle"]},
    },
    "margin": 0.3,
    "traits": {"state": "place", "breakfast": "behaviour", "sweet_tooth": "psychographic"},
}

CAMPAIGNS = parse_rows("""
campaign          |audience  | spend|start     |end       |channel     |phase  |claims
Read the Label    |buyer     |150000|2024-01-20|2024-06-30|magazines   |acquire|wholesome;filling
Two for the Week  |buyer     | 98000|2024-03-01|2025-05-31|supermarkets|retain |price
Until Noon        |buyer     | 72000|2024-09-01|2024-12-15|search      |retain |filling;wholesome
Crackle Club      |consumer  | 90000|2024-02-01|2024-10-31|television  |acquire|crisp;taste
Puzzle on the Back|consumer  | 52000|2024-08-15|2025-05-31|on the box  |onboard|fun;taste
School Breakfast  |influencer| 60000|2024-04-01|2025-03-31|schools     |onboard|wholesome
""")

RIVALS = parse_rows("""
rival       |audience|claims         |weight
Honey Hoops |consumer|taste;fun      |     5
Honey Hoops |buyer   |price          |     2
Grain & Good|buyer   |wholesome;price|     3
Grain & Good|both    |taste          |     1
""")

TRADE = Trade(
    products=(
        Product("flakes", "Flakes, 500 g", 0.6, 3.9, 2.7, "2020-02-01"),
        Product("family", "Family box, 1 kg", 0.3, 6.8, 4.8, "2021-09-01"),
        Product("minis", "Minis for school", 0.1, 2.4, 1.5, "2024-01-10", "skimming"),
    ),
    channels={"supermarket": 0.7, "web shop": 0.2, "discounter": 0.1},
    bought_for={"household": 1.0},
    again=(2.0, 0.1, 2.2),
    gap=40,
    own_use=0.05,
)

# families who sit down read labels, those on the way take an offer; all get both alike
RESPONSES = parse_rows("""
campaign        |segment          |contacts|  rate|worth|randomised
Read the Label  |at the table     |  110000|0.0300|  5.2|no
Two for the Week|at the table     |  110000|0.0120|  5.2|no
Read the Label  |on the way       |   60000|0.0080|  5.2|no
Two for the Week|on the way       |   60000|0.0200|  5.2|no
Read the Label  |at school or work|   30000|0.0080|  5.2|no
Two for the Week|at school or work|   30000|0.0120|  5.2|no
""")

CRUNCH_MORNING = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(4.5, 3.9, 3.7, 2.9, 2.3, 1.7),
            performance=(4.5, 4.0, 4.2, 3.5, 3.4, 3.3),
            overstates=1.2,
            reports=0.9,
        ),
        consumer=Role(
            importance=(1.9, 1.4, 2.1, 4.7, 4.1, 3.6),
            performance=(3.6, 3.2, 3.7, 2.1, 2.3, 3.0),
            overstates=1.3,
            reports=0.7,
        ),
        accounts=AccountStructure(consumers={1: 0.5, 2: 0.35, 3: 0.15}, growth=0.1),
        survey=SurveyDesign(missing=0.03, straight=0.03),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.5, buyer=65, consumer=25, influencer=10),
                DecisionProfile(0.35, buyer=50, consumer=40, influencer=10),
                DecisionProfile(0.15, buyer=60, consumer=20, influencer=20),
            ),
            accounts=0.6,
            stages={"need": {"consumer": 1.4}, "choice": {}},
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=300, consumers=0.03),
        responses=tuple(TrueResponse(**row) for row in RESPONSES),
        traits={
            "state": {"Ohio": 0.4, "Oregon": 0.25, "Texas": 0.35},
            "breakfast": {"at the table": 0.55, "on the way": 0.3, "at school or work": 0.15},
            "sweet_tooth": {"yes": 0.4, "no": 0.6},
        },
        files={"survey": "parquet", "people": "parquet"},
    ),
    accounts=280,
    seed=3,
    expected={
        **NO_TABLE,
        "consumer-ignored": "found",
        "buyer-ignored": "clear",
        "spend-off-say": "clear",
        "missed-influencer": "clear",
        "wrong-message": "clear",
        "same-message": "clear",
        "first-sale-only": "clear",
        "wrong-audience": "found",
        "one-ear": "found",
        "hostages": "clear",
        "phantom-segments": "clear",
    },
)
