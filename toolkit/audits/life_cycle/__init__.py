"""Which stage is each product in, and do emphasis and price fit it?"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.audits.life_cycle.prices import price_limits, price_measures, price_words
from toolkit.audits.life_cycle.stages import stage_limits, stage_measures, stage_words
from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, stacked, withheld
from toolkit.quantities import Facts
from toolkit.quantities.accounts import drawn
from toolkit.quantities.cautions import counting, leaving_out
from toolkit.quantities.stages import product_labels

__all__ = ["audit", "product_labels"]
NOTHING = (
    "Bring purchases that name the product, campaigns with their days, prices that payers name, "
    "or the days from which people used it free of charge."
)

LIVES = "the stages of products, and what payers and free users bring, rest"


def audit(client: Client) -> Finding:
    """Which stage is each product in, and do emphasis and price fit it?

    Measures: `stage` (PRODUCT:STAGE, probability), with `first_purchases` and `curve`
    (PRODUCT:MONTH), `turn` (PRODUCT:STAGE that begins, months since launch) and `trend` (PRODUCT)
    behind it; `emphasis` and `stage_asks` (buyer, consumer) and `mismatch`, as in stage-mismatch;
    where payers named prices `accepted_price`, `planned_price` and `skimming_gain` (by how patient
    buyers are); where free users are known `free_conversion`, `break_even_conversion` and
    `free_value`. Skipped where none of it can be had.
    """
    facts, question = Facts.of(client), AUDITS["life_cycle"]
    if not facts.lives and facts.emphasis is None and not _asked_of_price(facts):
        return Finding.without("life_cycle", "skipped", NOTHING)
    frame = stacked([*stage_measures(facts), *price_measures(facts)])
    said = [*stage_words(facts), *price_words(facts)]
    limits = [*stage_limits(facts), *price_limits(facts), *_left_out(facts)]
    limits += drawn(client, LIVES)
    return Finding(
        "life_cycle",
        question.question,
        " ".join(f"{s[0].upper()}{s[1:]}" for s in said),
        frame,
        (*limits, *withheld(frame), *counting(frame, facts.level)),
        question.claims,
    )


def _asked_of_price(facts: Facts) -> bool:
    return facts.prices is not None or facts.free_users is not None


def _left_out(facts: Facts) -> Iterator[str]:
    return leaving_out(facts, ["survey"] if facts.prices is not None else [])
