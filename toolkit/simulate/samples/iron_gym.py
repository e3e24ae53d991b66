"""Iron Gym, gym equipment: owners buy, members use, and everything is done right."""

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
    "Iron Gym builds treadmills, racks and cable stations for fitness clubs. The owner of the club "
    "pays and looks at durability and running costs; the members sweat on the machines and want "
    "comfort and a choice of workouts. For five years the company has asked both sides every "
    "spring, kept two separate messages, and split its budget by who really decides, including "
    "the trainers whose word counts with owners. It comes to the audit not with a problem but "
    "with a doubt: is anything being overlooked?"
)

CLIENT = {
    "id": "iron-gym",
    "name": "Iron Gym",
    "about": ABOUT,
    "currency": "USD",
    "language": "en",
    "setting": "business",
    "scales": {"importance": [1, 7], "performance": [1, 7], "satisfaction": [0, 10]},
    "attributes": {
        "durability": {"label": "Durability", "serves": "reason", "words": ["frame", "durability"]},
        "upkeep": {"label": "Low upkeep", "serves": "reason", "words": ["upkeep", "service plan"]},
        "price": {"label": "Price", "serves": "reason", "words": ["price", "leasing rate"]},
        "comfort": {"label": "Comfort", "serves": "experience", "words": ["comfort", "padding"]},
        "variety": {
            "label": "Choice of workouts",
            "serves": "experience",
            "words": ["choice of workouts", "variety"],
        },
        "display": {"label": "Clear display", "serves": "experience", "words": ["display", "app"]},
    },
    "margin": 0.42,
    "traits": {"age": "demographic", "region": "place", "goal": "psychographic"},
}

CAMPAIGNS = parse_rows("""
campaign           |audience  | spend|start     |end       |channel     |phase  |claims
Ten-Year Frame     |buyer     |120000|2024-01-15|2024-06-30|trade press |acquire|durability;price
Cost per Hour      |buyer     | 95000|2024-04-01|2024-12-31|sales visits|convert|upkeep;price
Service Plus       |buyer     | 82000|2024-07-01|2025-06-30|email       |retain |upkeep;durability
Owner Days         |buyer     | 48000|2024-10-01|2024-10-31|events      |convert|durability
Your Next Workout  |consumer  |110000|2024-02-01|2024-08-31|in the club |onboard|variety;comfort
Feel the Difference|consumer  | 62000|2024-09-01|2025-03-31|social video|acquire|comfort
See Your Progress  |consumer  | 34000|2025-01-01|2025-05-31|app         |retain |display;variety
Trainer Academy    |influencer| 88000|2024-03-01|2025-05-31|events      |acquire|variety;durability
""")

RIVALS = parse_rows("""
rival        |audience|claims          |weight
Forge        |buyer   |price;durability|     3
Forge        |consumer|display         |     1
Pulse Systems|buyer   |price           |     2
Pulse Systems|consumer|display;variety |     3
""")

TRADE = Trade(
    products=(
        Product("treadmill", "Treadmill R5", 0.4, 4200, 2300, "2024-01-01"),
        Product("rack", "Power rack", 0.35, 1900, 1050, "2018-05-01"),
        Product("cable", "Cable station", 0.25, 3100, 1800, "2023-01-15", "skimming"),
    ),
    channels={"sales visit": 0.6, "web shop": 0.25, "dealer": 0.15},
    bought_for={"work": 1.0},
    again=(0.3, 0.3, 0.3),
    gap=75,
    own_use=0.05,
    launch=Launch("treadmill", p=0.03, q=0.45),
)

RESPONSES = parse_rows("""
campaign           |segment |contacts|  rate|worth|randomised
Your Next Workout  |strength|   40000|0.0610|   14|yes
Feel the Difference|strength|   40000|0.0600|   14|yes
See Your Progress  |strength|   40000|0.0605|   14|yes
Your Next Workout  |health  |   40000|0.0890|   14|yes
Feel the Difference|health  |   40000|0.0900|   14|yes
See Your Progress  |health  |   40000|0.0895|   14|yes
Your Next Workout  |company |   20000|0.0300|   14|yes
Feel the Difference|company |   20000|0.0300|   14|yes
See Your Progress  |company |   20000|0.0300|   14|yes
""")

# a visit after delivery has long been offered to all; half price on a second machine was tried,
# found to cost more than it brings, and dropped
LEVERS = (
    Lever("support", 3.0, rate=0.65, cost=600, control=3.0, control_rate=0.12),
    Lever("incentive", 0.45, rate=0.14, cost=2500, control=1.0, control_rate=0.12),
)

IRON_GYM = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(6.2, 5.6, 5.8, 3.9, 3.8, 2.8),
            performance=(5.6, 5.4, 5.1, 5.3, 5.3, 5.2),
            spread=1.1,
            overstates=1.15,
            reports=0.9,
        ),
        consumer=Role(
            importance=(3.4, 2.0, 2.2, 6.0, 6.1, 4.6),
            performance=(5.5, 5.2, 5.0, 5.5, 5.4, 5.3),
            spread=1.1,
            overstates=1.2,
            reports=0.85,
        ),
        accounts=AccountStructure(
            consumers={1: 0.15, 2: 0.3, 3: 0.3, 4: 0.15, 5: 0.1}, growth=0.15
        ),
        survey=SurveyDesign(missing=0.02),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.6, buyer=60, consumer=25, influencer=15),
                DecisionProfile(0.3, buyer=40, consumer=45, influencer=10, gatekeeper=5),
                DecisionProfile(0.1, buyer=50, consumer=25, influencer=10, gatekeeper=15),
            ),
            accounts=0.6,
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=400, consumers=0.36),
        responses=tuple(TrueResponse(**row) for row in RESPONSES),
        levers=LEVERS,
        usage=Usage(until="2024-10", idle=0.005, active=0.995),
        traits={
            "age": {"18-29": 0.35, "30-44": 0.4, "45+": 0.25},
            "region": {"East": 0.4, "Midwest": 0.25, "West": 0.35},
            "goal": {"strength": 0.4, "health": 0.4, "company": 0.2},
        },
        files={"purchases": "parquet"},
    ),
    accounts=260,
    seed=5,
    expected=dict.fromkeys(MISTAKES, "clear"),
)
