"""A whole audit by hand, with every verdict and every kind of gap, for the pages' tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.catalogue import MISTAKE_TYPES, NOT_YET_BUILT
from toolkit.finding import MEASURE_COLUMNS, Audit, DataNeeds, Finding, Judgement, Money, Verdict
from toolkit.questions import AUDITS

NOT_YET = NOT_YET_BUILT
METHOD = "bootstrap over accounts"


def mistake(id: str, verdict: Verdict, why: str = NOT_YET, **facts: Any) -> Judgement:
    kind = MISTAKE_TYPES[id]
    facts = {"threshold": kind.threshold, "unit": kind.unit, "direction": kind.direction} | facts
    return Judgement(id, verdict, why, advice=kind.advice, claims=kind.claims, **facts)


def finding(id: str, rows: list[tuple[Any, ...]], answer: str, *limits: str) -> Finding:
    frame = pd.DataFrame(rows, columns=list(MEASURE_COLUMNS))
    return Finding(id, AUDITS[id].question, answer, frame, limits, AUDITS[id].claims)


def skipped(id: str) -> Finding:
    empty = pd.DataFrame(columns=list(MEASURE_COLUMNS))
    question = AUDITS[id]
    return Finding(
        id, question.question, "", empty, claims=question.claims, status="skipped", why=NOT_YET
    )


def share(measure: str, group: str | None, value: float, half: float) -> tuple[Any, ...]:
    return (measure, group, value, value - half, value + half, 240, "share", METHOD)


def points(measure: str, group: str, value: float, half: float) -> tuple[Any, ...]:
    return (measure, group, value, value - half, value + half, 240, "0–100", METHOD)


def fixed(measure: str, group: str, value: float) -> tuple[Any, ...]:
    return (measure, group, value, value, value, 12, "share", "counted, no sampling")


def findings() -> dict[str, Finding]:
    done = {
        "roles": finding(
            "roles",
            [
                share("separation", "orders", 0.91, 0.03),
                share("say", "buyer", 0.46, 0.03),
                share("say", "consumer", 0.41, 0.03),
                share("say", "influencer", 0.09, 0.02),
                share("say", "gatekeeper", 0.04, 0.01),
            ],
            "In 91% of orders the payer is not the user, and users hold 41% of the say.",
            "Informants overstate their own say: buyers report 52%, consumers 38% for the buyer.",
        ),
        "motivations": finding(
            "motivations",
            [
                points("value_delivered", "buyer", 71.4, 2.1),
                points("value_delivered", "consumer", 58.2, 2.6),
                share("importance_gap", "price", 0.19, 0.03),
                share("importance_gap", "dryness", -0.14, 0.03),
            ],
            "Buyers weigh price most, consumers weigh a dry night most.",
            "6 of 480 answers to dryness are missing and were left out there.",
        ),
        "targeting": finding(
            "targeting",
            [
                fixed("spend_share", "buyer", 0.82),
                fixed("spend_share", "consumer", 0.18),
                fixed("spend_share", "influencer", 0.0),
                share("message_fit", "Spring mailing:buyer", 0.42, 0.05),
                share("message_fit", "Spring mailing:consumer", 0.88, 0.04),
                share("message_fit", "Pharmacy posters:buyer", 0.93, 0.03),
                share("message_fit", "Pharmacy posters:consumer", 0.35, 0.05),
            ],
            "82% of the spend goes to those who hold 46% of the say.",
        ),
        "mistakes": finding("mistakes", [], "Three mistakes are found and one is suspected."),
    }
    return {id: done.get(id) or skipped(id) for id in AUDITS}


ASKED = {"buyer": 240, "consumer": 236}
JUDGED = (
    mistake(
        "spend-off-say",
        Verdict.FOUND,
        "36% of the spend is not where the say is.",
        estimate=0.36,
        low=0.31,
        high=0.41,
        p=0.0001,
        p_holm=0.0006,
        n={"influence": 238, "campaigns": 12},
        money=Money(74_400, 86_400, 98_400, "spend to move"),
    ),
    mistake(
        "consumer-ignored",
        Verdict.FOUND,
        "Buyers receive 13.2 points more value than consumers.",
        estimate=13.2,
        low=9.8,
        high=16.6,
        p=0.0001,
        p_holm=0.0005,
        n=ASKED,
        money_why="The effect of satisfaction on repurchase is not measured in this version.",
    ),
    mistake(
        "wrong-message",
        Verdict.FOUND,
        "Spring mailing promises buyers what consumers weigh.",
        estimate=0.118,
        low=0.081,
        high=0.153,
        p=0.0008,
        p_holm=0.0032,
        n=ASKED | {"campaigns": 12},
        money=Money(31_200, 48_000, 48_000, "spend at risk"),
    ),
    mistake(
        "missed-influencer",
        Verdict.SUSPECTED,
        "Influencers and gatekeepers hold 13% of the say and get nothing.",
        estimate=0.13,
        low=0.092,
        high=0.168,
        p=0.061,
        p_holm=0.18,
        n={"influence": 238},
        money=Money(22_100, 31_200, 40_300, "spend to move"),
        needs=DataNeeds("influence", None, 310),
    ),
    mistake(
        "buyer-ignored",
        Verdict.CLEAR,
        "Consumers do not receive more value than buyers.",
        estimate=-13.2,
        low=-16.6,
        high=-9.8,
        p=0.9999,
        p_holm=1.0,
        n=ASKED,
    ),
    mistake(
        "same-message",
        Verdict.CANNOT_TELL,
        "The interval reaches from no harm to harm.",
        estimate=0.06,
        low=-0.05,
        high=0.17,
        p=0.7,
        p_holm=1.0,
        n=ASKED,
        needs=DataNeeds("survey", "consumer", 120),
    ),
)


def verdicts() -> list[Judgement]:
    known = {judged.id: judged for judged in JUDGED}
    return [known.get(id) or mistake(id, Verdict.CANNOT_TELL) for id in MISTAKE_TYPES]


def audit(id: str = "little-bear", name: str = "Little Bear", **changes: Any) -> Audit:
    """A done audit; `changes` replaces whole fields."""
    data: Mapping[str, Any] = {
        "survey": source("survey.csv", 480, 476, "4 rows without any answer were left out."),
        "influence": source("influence.csv", 2_880, 2_880),
        "campaigns": source("campaigns.csv", 12, 12),
    }
    run = {
        "toolkit": "0.1.0",
        "python": "3.11.2",
        "packages": {"numpy": "2.4.0", "pandas": "3.1.1"},
        "seed": 1,
        "level": 0.95,
        "settings": {"repeat_window_days": 180, "thresholds": {"consumer-ignored": 5}},
    }
    client = {"id": id, "name": name, "currency": "EUR", "setting": "household"}
    return replace(Audit(client, findings(), tuple(verdicts()), data, run), **changes)


def source(file: str, rows: int, kept: int, *notes: str) -> dict[str, Any]:
    return {"file": file, "sha256": "ab" * 32, "rows": rows, "kept": kept, "notes": list(notes)}


def with_verdict(verdict: Verdict) -> Audit:
    """The same client where every judged mistake has this verdict and no money."""
    plain = [
        m if m.why == NOT_YET else replace(m, verdict=verdict, money=None, needs=None)
        for m in verdicts()
    ]
    return audit(mistakes=tuple(plain))
