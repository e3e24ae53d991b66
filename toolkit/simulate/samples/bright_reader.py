"""Bright Reader, a reading programme for schools: all mistakes a little too large, few asked."""

from toolkit.simulate.sample import SampleClient, parse_rows
from toolkit.simulate.truth import MISTAKES
from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    FeedbackMix,
    Launch,
    Lever,
    Product,
    Role,
    SurveyDesign,
    Trade,
    TrueResponse,
    Usage,
    World,
)

ABOUT = (
    "Bright Reader sells a reading programme to primary schools. The head of the school pays and "
    "looks at results, data protection and price; pupils read with it and want good stories, a "
    "voice that reads along and something to collect. Two terms after the launch sales wobble, "
    "a competitor has appeared, and the founders have a feeling for each thing that may be wrong. "
    "They asked a first round of schools. This is a case in which a hunch is worth checking, and "
    "in which no hunch may yet be called a fact."
)

CLIENT = {
    "id": "bright-reader",
    "name": "Bright Reader",
    "about": ABOUT,
    "currency": "GBP",
    "language": "en",
    "setting": "business",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "results": {"label": "Reading results", "serves": "reason", "words": ["results", "tests"]},
        "privacy": {"label": "Data protection", "serves": "reason", "words": ["privacy", "log-in"]},
        "price": {"label": "Price", "serves": "reason", "words": ["price", "licence"]},
        "stories": {"label": "Good stories", "serves": "experience", "words": ["stories", "books"]},
        "voice": {"label": "Reads along", "serves": "experience", "words": ["voice", "sound"]},
        "badges": {"label": "Badges", "serves": "experience", "words": ["badges", "stickers"]},
    },
    "margin": 0.6,
    "settings": {"stage_mix": {"decline": 0.75}},
    "traits": {"county": "place", "year": "demographic", "device": "behaviour"},
}

CAMPAIGNS = parse_rows("""
campaign       |audience  |spend|start     |end       |channel     |phase  |claims
Results by May |buyer     | 3970|2024-02-01|2024-07-15|sales visits|acquire|results;price
Safe in Class  |buyer     | 8570|2024-09-01|2025-03-31|trade press |acquire|privacy;results
Take It Home   |buyer     | 9930|2024-10-01|2025-05-31|email       |acquire|stories;voice
Read with Me   |both      |30980|2024-07-01|2025-06-15|in schools  |acquire|results;stories
Badge Week     |consumer  | 9360|2024-11-01|2025-06-15|in the app  |onboard|badges;voice
Open Evenings  |influencer| 9180|2024-09-15|2025-03-15|events      |acquire|results;stories
""")

RIVALS = parse_rows("""
rival       |audience|claims         |weight
Pageturner  |buyer   |price;results  |     3
Pageturner  |consumer|badges         |     2
Wise Owl    |consumer|stories        |     1
""")

TRADE = Trade(
    products=(
        Product("class", "Class licence", 0.6, 390, 120, "2023-10-01", "subscription"),
        Product("school", "School licence", 0.4, 1450, 380, "2023-10-01", "subscription"),
    ),
    channels={"sales visit": 0.5, "web shop": 0.5},
    bought_for={"work": 1.0},
    again=(-0.4, 0.3, -0.5),
    gap=40,
    start="2023-10-01",
    days=640,
    launch=Launch("school", p=0.01, q=0.213),
)

RESPONSES = parse_rows("""
campaign       |segment|contacts|  rate|worth|randomised
Read with Me   |year 2 |    9000|0.0310|    6|no
Badge Week     |year 2 |    9000|0.0230|    6|no
Read with Me   |year 4 |    8000|0.0230|    6|no
Badge Week     |year 4 |    8000|0.0310|    6|no
""")

LEVERS = (
    Lever("incentive", 4.0, rate=0.30, cost=170, control=4.0, control_rate=0.20),
    Lever("support", 0.45, rate=0.41, cost=120, control=2.0, control_rate=0.20),
)

BRIGHT_READER = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(4.5, 4.0, 4.0, 3.0, 2.8, 1.8),
            performance=(3.5, 3.4, 3.1, 2.9, 2.8, 2.6),
            overstates=1.2,
            reports=0.9,
        ),
        consumer=Role(
            importance=(2.8, 2.2, 1.8, 4.4, 3.9, 3.6),
            performance=(3.03, 2.93, 2.73, 2.93, 2.83, 2.83),
            overstates=1.2,
            reports=0.9,
        ),
        accounts=AccountStructure(consumers={2: 0.5, 3: 0.3, 4: 0.2}),
        survey=SurveyDesign(accounts=0.3, missing=0.03),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.5, buyer=45, consumer=30, influencer=5, gatekeeper=20),
                DecisionProfile(0.5, buyer=40, consumer=40, influencer=20),
            ),
            accounts=0.3,
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=90, consumers=0.2),
        responses=tuple(TrueResponse(**row) for row in RESPONSES),
        levers=LEVERS,
        usage=Usage(until="2024-12", idle=0.18, active=0.97),
        traits={
            "county": {"Kent": 0.4, "Devon": 0.3, "Durham": 0.3},
            "year": {"2": 0.5, "4": 0.5},
            "device": {"tablet": 0.7, "laptop": 0.3},
        },
    ),
    accounts=320,
    seed=12,
    expected=dict.fromkeys(MISTAKES, "suspected") | {"buyer-ignored": "clear"},
)
