"""Does the money follow the say, and does each message fit the one it is aimed at?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures, stacked, withheld
from toolkit.quantities import Facts
from toolkit.quantities.answers import FEWEST_ACCOUNTS, Array
from toolkit.quantities.basis import known
from toolkit.quantities.cautions import counting, disagreeing, leaving_out, turning
from toolkit.quantities.ground import open_ground
from toolkit.quantities.misallocation import apart, misallocation
from toolkit.quantities.served import Served
from toolkit.quantities.spend import AUDIENCES, Messages, fit
from toolkit.stats.interval import Interval
from toolkit.stats.means import percentile
from toolkit.tables import ROLES
from toolkit.text import counted, listed, percent, span

PLURAL = {"buyer": "buyers", "consumer": "consumers", "influencer": "influencers"}


def audit(client: Client) -> Finding:
    """Does the money follow the say, and does each message fit its audience?

    Measures: `spend_share` (buyer, consumer, influencer; `both` split in halves; counted, so
    without uncertainty), `misallocation` (TVD of spend and say, as in spend-off-say) and
    `message_fit` (CAMPAIGN:ROLE, weighted by the spend of the campaign's rows) and, where rivals
    are known, `open_ground` (ROLE:ATTR, what a role weighs times the share of rivals' messages to
    it that do not claim it). Skipped without campaigns.
    """
    facts = Facts.of(client)
    if facts.spend is None:
        return Finding.without("targeting", "skipped", "Bring campaigns with their spend.")
    enough = facts.say is not None and facts.say.accounts >= FEWEST_ACCOUNTS
    level, question = client.settings.level, AUDITS["targeting"]
    far = misallocation(apart(known(facts.say), facts.spend), level) if enough else None
    fits, room = message_fit(facts.messages, facts.served, level), _open_ground(facts)
    parts = [
        measures("spend_share", "share", _shares(facts.spend, facts.campaign_rows), people=False),
        measures("misallocation", "share", {"": far} if far else {}),
        measures("message_fit", "fit", fits),
        measures("open_ground", "share", room),
    ]
    frame = stacked(parts)
    return Finding(
        "targeting",
        question.question,
        " ".join([_answer(facts.spend, far, fits), *_roomiest(client, room)]),
        frame,
        (*_limits(client, facts), *_cautions(facts), *withheld(frame), *counting(frame, level)),
        question.claims,
    )


def _shares(spend: Array, rows: int) -> dict[str, Interval]:
    return {
        audience: Interval.constant(float(share), rows)
        for audience, share in zip(AUDIENCES, spend, strict=True)
    }


def message_fit(
    messages: Messages | None, served: Served | None, level: float
) -> dict[str, Interval]:
    """How well does each campaign's promise fit each role? Keys CAMPAIGN:ROLE, 0…1.

    A campaign of several rows is the mean of their fits, weighted by spend. Percentile interval:
    the fit is skewed near 1.
    """
    if messages is None or served is None or not served.weights_known:
        return {}
    points, draws = fit(served.weights, messages.claims), fit(served.weight_draws, messages.claims)
    found = {}
    for campaign in dict.fromkeys(messages.names):
        share = _within(messages, campaign)
        for r, role in enumerate(ROLES):
            value = float(points[r] @ share)
            found[f"{campaign}:{role}"] = percentile(
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
            f"Rivals leave most room on “{label}” towards {PLURAL[role]}: {percent(ground.value)} "
            f"({span(ground.low, ground.high, 'share')}) of what they weigh."
        )


def aimed_at(client: Client) -> dict[str, str]:
    """How is each campaign called where it matters whom it is aimed at? `Film, to consumers`."""
    campaigns = client.frames.get("campaigns", pd.DataFrame(columns=["campaign", "audience"]))
    audiences = campaigns.groupby("campaign", sort=False)["audience"].unique()
    return {
        str(name): f"{name}, to {listed([PLURAL.get(a, a) for a in found])}"
        for name, found in audiences.items()
    }


def _within(messages: Messages, campaign: str) -> Array:
    """Each row's part of the campaign's spend; even where nothing was spent."""
    mine = np.array([name == campaign for name in messages.names])
    spend = messages.spend * mine if (messages.spend * mine).any() else mine.astype(float)
    return spend / spend.sum()


def _answer(spend: Array, far: Interval | None, fits: dict[str, Interval]) -> str:
    shares = {a: s for a, s in zip(AUDIENCES, spend, strict=True) if s > 0}
    said = [f"Spend goes to {listed([f'{a}s ({percent(s)})' for a, s in shares.items()])}."]
    if far:
        between = span(far.low, far.high, "share")
        said.append(f"{percent(far.value)} of it ({between}) is not where the say is.")
    if fits:
        worst = min(fits, key=lambda key: fits[key].value)
        campaign, role = worst.split(":")
        said.append(f"The weakest fit: “{campaign}” for {role}s, {percent(fits[worst].value)}.")
    return " ".join(said)


def _cautions(facts: Facts) -> Iterator[str]:
    """What in the data could mislead? Of turned weights, those of what campaigns claim."""
    if facts.messages and facts.answers:
        claimed = np.flatnonzero(facts.messages.claims.any(axis=0))
        yield from turning(facts, {facts.answers.attributes[a] for a in claimed})
    yield from disagreeing(facts)
    yield from leaving_out(facts, ("campaigns", "influence"))
    if facts.client.has("rivals") and facts.answers:
        yield "The room that rivals leave is counted on those messages of theirs that are listed."


def _limits(client: Client, facts: Facts) -> tuple[str, ...]:
    campaigns = client.frames["campaigns"]
    silent = campaigns["claims"].isna()
    rows = counted(int(silent.sum()), "campaign row names", "campaign rows name")
    unsaid = campaigns.loc[silent, "spend"].sum() / facts.total_spend
    return (
        *(("Nobody was asked who has how much say.",) if facts.say is None else ()),
        *(("Without a survey the fit of messages is unknown.",) if facts.answers is None else ()),
        *((f"{rows} ({percent(unsaid)} of spend) no claims.",) if silent.any() else ()),
        "Fit says whether a message speaks of what a role weighs, not whether it works.",
    )
