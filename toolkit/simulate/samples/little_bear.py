"""Little Bear, nappies: a parent buys, a baby uses; money and messages go to the wrong one."""

from toolkit.simulate.sample import NO_TABLE, SampleClient, parse_rows
from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    FeedbackMix,
    Launch,
    Product,
    Role,
    SurveyDesign,
    Trade,
    World,
)

ABOUT = (
    "Little Bear makes nappies and sells them through drugstores, supermarkets and its own shop. "
    "One parent pays; the baby wears them, and because a baby answers no questionnaire, the "
    "consumer's side is told by whoever changes most of the nappies: the other parent, a "
    "grandparent or a childminder. These carers are fond of the product, and the marketing team "
    "has come to love speaking to them. Yet it is the parent at the shelf who decides most of the "
    "time, who finds the packs small and dear, and who is told about softness, while carers are "
    "shown price offers. Sales have stood still for a year, and the management asks why."
)

CLIENT = {
    "id": "little-bear",
    "name": "Little Bear",
    "about": ABOUT,
    "currency": "EUR",
    "language": "en",
    "setting": "household",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "price": {"label": "Price", "serves": "reason", "words": ["price", "cost", "offer"]},
        "pack_size": {"label": "Pack size", "serves": "reason", "words": ["pack", "box"]},
        "availability": {
            "label": "Easy to find",
            "serves": "reason",
            "words": ["stock", "delivery", "shelf"],
        },
        "dryness": {
            "label": "Dry all night",
            "serves": "experience",
            "words": ["dryness", "leak protection"],
        },
        "softness": {"label": "Softness", "serves": "experience", "words": ["softness", "fleece"]},
        "snug_fit": {"label": "Snug fit", "serves": "experience", "words": ["fit", "waistband"]},
    },
    "margin": 0.35,
    "traits": {"age": "demographic", "city": "place", "device": "behaviour"},
    "tables": {
        "purchases": {
            "file": "orders.csv",
            "delimiter": ";",
            "decimal": ",",
            "dates": "%d.%m.%Y",
            "columns": {"order_id": "Order", "date": "Day", "amount": "Total"},
        }
    },
}

CAMPAIGNS = parse_rows("""
campaign          |audience  |spend|start     |end       |channel     |phase  |claims
Soft as a Cloud   |buyer     |36000|2024-02-01|2024-04-30|magazine    |acquire|softness;snug_fit
Cloud Again       |buyer     |18000|2024-10-01|2024-11-30|magazine    |acquire|softness
Starter Coupon    |buyer     |14000|2024-03-01|2024-12-31|email       |onboard|price;pack_size
Big Pack Summer   |consumer  |84000|2024-05-15|2024-08-31|social video|acquire|price;pack_size
On Every Shelf    |consumer  |58000|2024-09-01|2024-11-15|social video|acquire|availability;dryness
Points for Carers |consumer  |39000|2024-04-01|2025-03-31|app         |retain |price
Quiet Nights      |consumer  |46000|2025-01-10|2025-03-31|social video|acquire|dryness
Midwife Sample Box|influencer|41000|2024-03-01|2025-05-31|clinics     |acquire|dryness;softness
""")

RIVALS = parse_rows("""
rival      |audience|claims            |weight
Puffin     |buyer   |price;pack_size   |     3
Puffin     |consumer|dryness           |     1
Tender Days|buyer   |softness;dryness  |     2
Tender Days|consumer|softness;snug_fit |     2
Own label  |buyer   |price;availability|     4
""")

TRADE = Trade(
    products=(
        Product("newborn", "Newborn, 44 pieces", 0.35, 11.9, 6.4, "2019-03-01"),
        Product("crawler", "Crawler, 40 pieces", 0.45, 13.5, 7.2, "2024-01-01"),
        Product("night", "Night, 32 pieces", 0.2, 14.9, 7.1, "2023-09-15", "skimming"),
    ),
    channels={"drugstore": 0.5, "supermarket": 0.3, "own shop": 0.2},
    bought_for={"household": 0.85, "gift": 0.15},
    again=(0.1, 0.3, 0.25),
    gap=60,
    launch=Launch("crawler", p=0.04, q=0.4),
)

LITTLE_BEAR = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(4.4, 3.8, 3.7, 3.8, 2.5, 2.4),
            performance=(2.6, 2.7, 3.0, 3.9, 3.9, 3.8),
            overstates=1.2,
            reports=0.95,
        ),
        consumer=Role(
            importance=(2.0, 1.9, 2.2, 4.5, 4.2, 4.0),
            performance=(3.0, 3.0, 3.3, 4.1, 4.2, 4.0),
            overstates=1.25,
            reports=0.8,
        ),
        accounts=AccountStructure(consumers={1: 0.6, 2: 0.3, 3: 0.1}, growth=0.1),
        survey=SurveyDesign(missing=0.02, straight=0.03),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.5, buyer=65, consumer=20, influencer=15),
                DecisionProfile(0.35, buyer=50, consumer=35, influencer=15),
                DecisionProfile(0.15, buyer=45, consumer=20, influencer=35),
            ),
            accounts=0.4,
            stages={"need": {"consumer": 1.5}, "choice": {}, "payment": {"buyer": 1.5}},
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=360, consumers=0.75),
        traits={
            "age": {"18-24": 0.12, "25-34": 0.55, "35-44": 0.25, "45+": 0.08},
            "city": {"Hamburg": 0.35, "Leipzig": 0.25, "Cologne": 0.4},
            "device": {"phone": 0.75, "computer": 0.25},
        },
    ),
    accounts=300,
    seed=11,
    expected={
        **NO_TABLE,
        "consumer-ignored": "clear",
        "buyer-ignored": "found",
        "spend-off-say": "found",
        "missed-influencer": "clear",
        "wrong-message": "found",
        "same-message": "clear",
        "first-sale-only": "found",
        "one-ear": "found",
        "hostages": "clear",
        "stage-mismatch": "found",
    },
)
