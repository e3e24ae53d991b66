"""Does the money follow the say, and does each message fit the one it is aimed at?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.client.model import Client
from toolkit.contract import ROLES
from toolkit.finding import Finding, measure_rows, stack_measures, suppression_note
from toolkit.measures.campaign_spend import AUDIENCES, CampaignMessages, claim_fit
from toolkit.measures.cautions import (
    informant_cautions,
    interval_cautions,
    left_out_cautions,
    reversal_cautions,
)
from toolkit.measures.facts import Facts, require_measure
from toolkit.measures.influence import misallocated_share, spend_versus_say
from toolkit.measures.survey import FEWEST_ACCOUNTS
from toolkit.measures.value_delivered import ValueByRole, open_ground
from toolkit.questions import AUDITS
from toolkit.stats.bootstrap import percentile_interval
from toolkit.stats.interval import Array, Interval
from toolkit.wording import count_with_noun, format_percent, format_range, join_words

PLURAL = {"buyer": "buyers", "consumer": "consumers", "influencer": "influencers"}


def audit(client: Client, facts: Facts | None = None) -> Finding:
    """Does the money follow the say, and does each message fit its audience?

    Measures: `spend_share` (buyer, consumer, influencer; `both` split in halves; counted, so
    without uncertainty), `misallocation` (TVD of spend and say, as in spend-off-say) and
    `message_fit` (CAMPAIGN:ROLE, weighted by the spend of the campaign's rows) and, where rivals
    are known, `open_ground` (ROLE:ATTR, what a role weighs times the share of rivals' messages to
    it that do not claim it). Skipped without campaigns.
    """
    facts = facts or Facts(client)
    if facts.spend is None:
        return Finding.without("targeting", "skipped", "Bring campaigns with their spend.")
    enough = facts.say is not None and facts.say.accounts >= FEWEST_ACCOUNTS
    level, question = client.settings.level, AUDITS["targeting"]
    far = (
        misallocated_share(spend_versus_say(require_measure(facts.say), facts.spend), level)
        if enough
        else None
    )
    fits, room = _message_fit(facts.messages, facts.served, level), _open_ground(facts)
    parts = [
        measure_rows(
            "spend_share", "share", _shares(facts.spend, facts.campaign_rows), people=False
        ),
        measure_rows("misallocation", "share", {"": far} if far else {}),
        measure_rows("message_fit", "fit", fits),
        measure_rows("open_ground", "share", room),
    ]
    frame = stack_measures(parts)
    return Finding(
        "targeting",
        question.question,
        " ".join([_answer(facts.spend, far, fits), *_roomiest(client, room)]),
        frame,
        (
            *_limits(client, facts),
            *_cautions(facts),
            *suppression_note(frame),
            *interval_cautions(frame, level),
        ),
        question.claims,
    )


def _shares(spend: Array, rows: int) -> dict[str, Interval]:
    return {
        audience: Interval.constant(float(share), rows)
        for audience, share in zip(AUDIENCES, spend, strict=True)
    }


def _message_fit(
    messages: CampaignMessages | None, served: ValueByRole | None, level: float
) -> dict[str, Interval]:
    """How well does each campaign's promise fit each role? Keys CAMPAIGN:ROLE, 0…1.

    A campaign of several rows is the mean of their fits, weighted by spend. Percentile interval:
    the fit is skewed near 1.
    """
    if messages is None or served is None or not served.weights_known:
        return {}
    points, draws = (
        claim_fit(served.weights, messages.claims),
        claim_fit(served.weight_draws, messages.claims),
    )
    found = {}
    for campaign in dict.fromkeys(messages.names):
        share = _within(messages, campaign)
        for r, role in enumerate(ROLES):
            value = float(points[r] @ share)
            found[f"{campaign}:{role}"] = percentile_interval(
                value, draws[:, r] @ share, n=served.accounts, level=level
            ).within(0, 1)
    return found


def _open_ground(facts: Facts) -> dict[str, Interval]:
    if not facts.client.has("rivals") or facts.served is None or facts.answers is None:
        return {}
    accounts = [facts.answers.accounts_of(role) for role in ROLES]
    return open_ground(facts.served, facts.client.table("rivals"), accounts, facts.level)


def _roomiest(client: Client, room: dict[str, Interval]) -> Iterator[str]:
    """One sentence: the attribute that rivals leave open most, by its lower end."""
    if room:
        widest = max(room, key=lambda key: room[key].low)
        role, attribute = widest.split(":")
        label, ground = client.attributes[attribute].label, room[widest]
        yield (
            f"Rivals leave most room on “{label}” towards {PLURAL[role]}: "
            f"{format_percent(ground.value)} "
            f"({format_range(ground.low, ground.high, 'share')}) of what they weigh."
        )


def campaign_labels(client: Client) -> dict[str, str]:
    """How is each campaign called where it matters whom it is aimed at? `Film, to consumers`."""
    campaigns = client.frames.get("campaigns", pd.DataFrame(columns=["campaign", "audience"]))
    audiences = campaigns.groupby("campaign", sort=False)["audience"].unique()
    return {
        str(name): f"{name}, to {join_words([PLURAL.get(a, a) for a in found])}"
        for name, found in audiences.items()
    }


def _within(messages: CampaignMessages, campaign: str) -> Array:
    """Each row's part of the campaign's spend; even where nothing was spent."""
    mine = np.array([name == campaign for name in messages.names])
    spend = messages.spend * mine if (messages.spend * mine).any() else mine.astype(float)
    return np.asarray(spend / spend.sum())


def _answer(spend: Array, far: Interval | None, fits: dict[str, Interval]) -> str:
    shares = {a: s for a, s in zip(AUDIENCES, spend, strict=True) if s > 0}
    said = [
        f"Spend goes to {join_words([f'{a}s ({format_percent(s)})' for a, s in shares.items()])}."
    ]
    if far:
        between = format_range(far.low, far.high, "share")
        said.append(f"{format_percent(far.value)} of it ({between}) is not where the say is.")
    if fits:
        worst = min(fits, key=lambda key: fits[key].value)
        campaign, role = worst.split(":")
        said.append(
            f"The weakest fit: “{campaign}” for {role}s, {format_percent(fits[worst].value)}."
        )
    return " ".join(said)


def _cautions(facts: Facts) -> Iterator[str]:
    """What in the data could mislead? Of turned weights, those of what campaigns claim."""
    if facts.messages and facts.answers:
        claimed = np.flatnonzero(facts.messages.claims.any(axis=0))
        yield from reversal_cautions(facts, {facts.answers.attributes[a] for a in claimed})
    yield from informant_cautions(facts)
    yield from left_out_cautions(facts, ("campaigns", "influence"))
    if facts.client.has("rivals") and facts.answers:
        yield "The room that rivals leave is counted on those messages of theirs that are listed."


def _limits(client: Client, facts: Facts) -> tuple[str, ...]:
    campaigns = client.frames["campaigns"]
    silent = campaigns["claims"].isna()
    rows = count_with_noun(int(silent.sum()), "campaign row names", "campaign rows name")
    unsaid = campaigns.loc[silent, "spend"].sum() / facts.total_spend
    return (
        *(("Nobody was asked who has how much say.",) if facts.say is None else ()),
        *(("Without a survey the fit of messages is unknown.",) if facts.answers is None else ()),
        *((f"{rows} ({format_percent(unsaid)} of spend) no claims.",) if silent.any() else ()),
        "Fit says whether a message speaks of what a role weighs, not whether it works.",
    )
