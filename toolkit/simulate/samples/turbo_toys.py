"""Turbo Toys, a toy car: parents and children want different things and hear one message."""

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
    "Turbo Toys builds a remote-controlled car in Winterthur. Parents who pay ask whether it is "
    "safe, how long it lasts and what it costs; children want it fast and loud, and best of all "
    "in the colour of a friend's. Both like the car. The founder, a racing driver once, speaks in "
    "every film and on every page, and always says the same: fast, and built to last. The agency "
    "calls this one strong voice; the audit asks who is listening."
)

CLIENT = {
    "id": "turbo-toys",
    "name": "Turbo Toys",
    "about": ABOUT,
    "currency": "CHF",
    "language": "en",
    "setting": "household",
    "scales": {"importance": [1, 6], "performance": [1, 6], "satisfaction": [0, 10]},
    "attributes": {
        "safe": {"label": "Safe", "serves": "reason", "words": ["edges", "battery"]},
        "lasting": {"label": "Built to last", "serves": "reason", "words": ["chassis", "repair"]},
        "price": {"label": "Price", "serves": "reason", "words": ["price", "spare parts"]},
        "fast": {"label": "Fast", "serves": "experience", "words": ["speed", "motor"]},
        "loud": {"label": "Sounds like a race", "serves": "experience", "words": ["sound"]},
        "looks": {"label": "Cool looks", "serves": "experience", "words": ["colour", "stickers"]},
    },
    "margin": 0.4,
    "traits": {"canton": "place", "plays": "behaviour", "hero": "psychographic"},
    "tables": {
        "purchases": {
            "file": "bestellungen.csv",
            "delimiter": ";",
            "dates": "%d.%m.%Y",
            "columns": {"buyer_id": "Käufer", "date": "Datum", "amount": "Betrag"},
        }
    },
}

CAMPAIGNS = parse_rows("""
campaign       |audience|spend|start     |end       |channel     |phase  |claims      |voice
Start Your Car |both    |80000|2024-02-01|2024-06-30|television  |acquire|fast;lasting|founder
Pit Stop       |both    |64000|2024-09-01|2025-01-15|social video|acquire|fast;lasting|founder
Garage Letter  |buyer   |30000|2024-03-01|2025-05-31|email       |retain |lasting;fast|founder
Saturday Heats |consumer|26000|2024-04-06|2024-10-26|events      |acquire|fast;lasting|brand
Toy Fair Evening|influencer|16000|2025-01-28|2025-02-02|events   |acquire|safe;lasting|brand
""")

RIVALS = parse_rows("""
rival       |audience|claims     |weight
Drift Kings |consumer|fast;looks |     4
Drift Kings |buyer   |price      |     1
Holzwerk    |buyer   |safe;lasting|    3
Bargain bin |both    |price      |     2
""")

TRADE = Trade(
    products=(
        Product("turbo_one", "Turbo One", 0.5, 89, 52, "2022-09-01"),
        Product("turbo_rally", "Turbo Rally", 0.3, 129, 74, "2023-10-01", "skimming"),
        Product("parts", "Box of spare parts", 0.2, 24, 11, "2022-09-01"),
    ),
    channels={"toy shop": 0.6, "web shop": 0.4},
    bought_for={"household": 0.55, "gift": 0.45},
    again=(0.0, 0.2, 0.35),
    gap=90,
    own_use=0.08,
)

# cut by where children play, and it makes no difference to who answers a campaign
RESPONSES = parse_rows("""
campaign      |segment |contacts|  rate|worth|randomised
Start Your Car|indoors |   90000|0.0202|   94|yes
Pit Stop      |indoors |   90000|0.0198|   94|yes
Start Your Car|outdoors|  110000|0.0200|   94|yes
Pit Stop      |outdoors|  110000|0.0202|   94|yes
""")

TURBO_TOYS = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(5.3, 4.8, 4.4, 2.6, 1.6, 2.0),
            performance=(4.8, 4.7, 4.3, 4.7, 4.2, 4.4),
            spread=1.0,
            overstates=1.2,
            reports=0.9,
        ),
        consumer=Role(
            importance=(1.9, 2.6, 1.5, 5.4, 4.3, 4.6),
            performance=(4.5, 4.5, 4.2, 4.9, 4.4, 4.6),
            spread=1.0,
            overstates=1.3,
            reports=0.8,
        ),
        accounts=AccountStructure(consumers={1: 0.55, 2: 0.35, 3: 0.1}),
        survey=SurveyDesign(missing=0.02, straight=0.03),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.6, buyer=50, consumer=45, influencer=5),
                DecisionProfile(0.4, buyer=55, consumer=35, influencer=10),
            ),
            accounts=0.6,
            stages={"need": {"consumer": 1.5}, "choice": {}, "payment": {"buyer": 1.5}},
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=360, consumers=0.44),
        responses=tuple(TrueResponse(**row) for row in RESPONSES),
        traits={
            "canton": {"Zürich": 0.5, "Graubünden": 0.2, "Genève": 0.3},
            "plays": {"indoors": 0.45, "outdoors": 0.55},
            "hero": {"racing driver": 0.5, "rescuer": 0.3, "explorer": 0.2},
        },
        files={"influence": "xlsx", "campaigns": "xlsx", "rivals": "xlsx"},
    ),
    accounts=430,
    seed=4,
    expected={
        **NO_TABLE,
        "consumer-ignored": "clear",
        "buyer-ignored": "clear",
        "spend-off-say": "clear",
        "missed-influencer": "clear",
        "wrong-message": "clear",
        "same-message": "found",
        "first-sale-only": "found",
        "wrong-audience": "clear",
        "one-ear": "clear",
        "hostages": "clear",
        "phantom-segments": "found",
    },
)
