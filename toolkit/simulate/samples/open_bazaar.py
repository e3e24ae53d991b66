"""Açık Pazar, an open bazaar online: sellers pay the fees, shoppers use it, and many do both."""

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
    "Açık Pazar is a market place on the web where craftspeople sell what they make. A seller pays "
    "a fee on every sale, so the sellers are the buyers of the service; the shoppers use it and "
    "pay the bazaar nothing. Four sellers in ten also shop at other people's stalls. The bazaar "
    "tells sellers how wide the choice is and how easily one finds things, and tells shoppers how "
    "low the fees are. Is it the wrong word in the wrong ear, or do people who are both need both?"
)

CLIENT = {
    "id": "open-bazaar",
    "name": "Açık Pazar",
    "about": ABOUT,
    "currency": "TRY",
    "language": "tr",
    "setting": "platform",
    "scales": {"importance": [1, 5], "performance": [1, 5], "satisfaction": [0, 10]},
    "attributes": {
        "fees": {"label": "Düşük komisyon", "serves": "reason", "words": ["komisyon", "kesinti"]},
        "reach": {"label": "Çok müşteri", "serves": "reason", "words": ["müşteri", "ziyaretçi"]},
        "payout": {"label": "Hızlı ödeme", "serves": "reason", "words": ["ödeme", "havale"]},
        "choice": {"label": "Geniş seçim", "serves": "experience", "words": ["çeşit", "el işi"]},
        "safety": {"label": "Güvenli iade", "serves": "experience", "words": ["iade", "güvence"]},
        "search": {"label": "Kolay arama", "serves": "experience", "words": ["arama", "süzgeç"]},
    },
    "margin": 0.55,
    "traits": {"age": "demographic", "city": "place", "craft": "psychographic"},
    "tables": {
        "purchases": {
            "delimiter": ";",
            "decimal": ",",
            "columns": {"order_id": "Sipariş", "amount": "Tutar (₺)", "product": "Ürün"},
        }
    },
}

CAMPAIGNS = parse_rows("""
campaign        |audience  | spend|start     |end       |channel     |phase  |claims
Bin Bir Çeşit   |buyer     |310000|2024-01-15|2024-06-30|search      |acquire|choice;search
Ara ve Bul      |buyer     |150000|2024-09-01|2025-02-28|email       |onboard|search
Tezgâhını Aç    |buyer     |130000|2024-03-01|2025-05-31|events      |acquire|reach;payout
Komisyonu Düşük |consumer  |280000|2024-02-01|2024-10-31|social video|acquire|fees
Gönül Rahatlığı |consumer  |170000|2024-05-01|2025-05-31|app         |retain |safety;choice
Ustalar Birliği |influencer|120000|2024-04-01|2025-04-30|events      |acquire|reach;fees
""")

RIVALS = parse_rows("""
rival      |audience|claims       |weight
Köşe Dükkân|buyer   |fees;reach   |     4
Köşe Dükkân|consumer|choice       |     3
Çarşı 7/24 |both    |safety       |     2
Çarşı 7/24 |consumer|search;choice|     3
""")

TRADE = Trade(
    products=(
        Product("fee", "Satış komisyonu", 0.75, 62, 12, "2021-05-01"),
        Product("window", "Vitrin", 0.15, 240, 60, "2022-11-01"),
        Product("photos", "Ürün fotoğrafı", 0.1, 410, 260, "2023-06-15", "freemium"),
    ),
    channels={"web": 0.6, "app": 0.4},
    bought_for={"work": 1.0},
    again=(0.9, 0.2, 0.3),
    gap=30,
    named=0.85,
    elsewhere=0.3,
)

OPEN_BAZAAR = SampleClient(
    world=World(
        client=CLIENT,
        buyer=Role(
            importance=(4.6, 4.3, 3.9, 1.9, 2.5, 1.8),
            performance=(3.6, 3.7, 3.8, 4.0, 3.8, 3.9),
            overstates=1.2,
            reports=0.9,
        ),
        consumer=Role(
            importance=(1.6, 1.5, 1.4, 4.5, 4.3, 3.9),
            performance=(3.6, 3.7, 3.5, 3.9, 3.6, 3.8),
            overstates=1.2,
            reports=0.8,
        ),
        accounts=AccountStructure(consumers={1: 0.35, 2: 0.35, 3: 0.2, 5: 0.1}, also_use=0.4),
        survey=SurveyDesign(missing=0.02, straight=0.03),
        say=DecisionInfluence(
            profiles=(
                DecisionProfile(0.5, buyer=50, consumer=40, influencer=10),
                DecisionProfile(0.35, buyer=45, consumer=45, influencer=5, gatekeeper=5),
                DecisionProfile(0.15, buyer=55, consumer=25, influencer=20),
            ),
            accounts=0.7,
        ),
        campaigns=CAMPAIGNS,
        rivals=RIVALS,
        trade=TRADE,
        voices=FeedbackMix(utterances=360, consumers=0.3),
        traits={
            "age": {"18-29": 0.35, "30-49": 0.45, "50+": 0.2},
            "city": {"İzmir": 0.45, "Eskişehir": 0.3, "Muğla": 0.25},
            "craft": {"seramik": 0.4, "ahşap": 0.35, "örgü": 0.25},
        },
    ),
    accounts=300,
    seed=6,
    expected={
        **NO_TABLE,
        "consumer-ignored": "clear",
        "buyer-ignored": "clear",
        "spend-off-say": "clear",
        "missed-influencer": "clear",
        "wrong-message": "found",
        "same-message": "clear",
        "first-sale-only": "found",
        "one-ear": "clear",
        "hostages": "clear",
    },
)
