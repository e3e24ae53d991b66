"""People and what they say: the tables `people` and `feedback`, and traits for the survey."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.simulate.answers import Answers
from toolkit.simulate.cast import CONSUMER, Cast, below, pick
from toolkit.simulate.trade import dates
from toolkit.simulate.world import KINDS, FloatArray, IntArray, Voices, World

SOURCES = {"survey": 0.3, "review": 0.3, "focus_group": 0.1, "social": 0.15, "support": 0.15}
SAYINGS = (  # by rating, low to high
    ("The {word} let us down again.", "We gave up on the {word}.", "The {word} is a nuisance."),
    ("The {word} could be better.", "Not happy with the {word} yet."),
    ("The {word} is all right, no more.", "Nothing special about the {word}."),
    ("Quite happy with the {word}.", "The {word} is good."),
    ("The {word} could not be better.", "We stay because of the {word}."),
)


def traits_of(world: World, cast: Cast, rng: np.random.Generator) -> pd.DataFrame:
    """The traits of all people; a trait of kind place is the same for the whole account."""
    kinds = world.client.get("traits", {})
    columns = {}
    for trait, shares in world.traits.items():
        shared = kinds.get(trait) == "place"
        drawn = pick(list(shares.values()), rng.random(cast.size if shared else len(cast.kind)))
        if trait == world.accounts.shown_by:
            shared, drawn = True, cast.leaning
        values = np.array(list(shares), dtype=object)[drawn]
        columns[trait] = values[cast.account] if shared else values
    return pd.DataFrame(columns, index=pd.RangeIndex(len(cast.kind)))


def people_table(cast: Cast, traits: pd.DataFrame) -> pd.DataFrame:
    """The table `people`: everyone, with role, account and traits."""
    known = {
        "person_id": cast.person_ids,
        "role": np.array(KINDS, dtype=object)[cast.kind],
        "account_id": cast.account_ids[cast.account],
    }
    return pd.concat([pd.DataFrame(known), traits], axis=1)


def feedback_table(
    world: World, voices: Voices, cast: Cast, answers: Answers, rng: np.random.Generator
) -> pd.DataFrame:
    """The table `feedback`: what people say, mostly about what they weigh, rated as they see it."""
    person = _speakers(cast, voices, rng)
    chances = answers.importance[person] - world.scale("importance")[0] + 0.25
    cumulative = np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)
    theme = below(cumulative, rng.random(len(person)))
    rating = _stars(world, answers.performance[person, theme])
    said = rng.random((2, len(person)))
    source = pick(list(SOURCES.values()), rng.random(len(person)))
    frame = {
        "feedback_id": [f"f{i + 1:04d}" for i in range(len(person))],
        "role": np.array(KINDS, dtype=object)[cast.kind[person]],
        "source": np.array(list(SOURCES), dtype=object)[source],
        "rating": rating,
        "text": [_sentence(world, *spoken) for spoken in zip(theme, rating, *said, strict=True)],
        "theme": np.array(world.attributes, dtype=object)[theme],
        "account_id": cast.account_ids[cast.account[person]],
    }
    if world.trade:
        days = np.floor(rng.random(len(person)) * world.trade.days).astype(np.int64)
        frame["date"] = dates(pd.Timestamp(world.trade.start), np.sort(days))
    return pd.DataFrame(frame)


def heard_from_consumers(world: World, voices: Voices) -> float:
    """Which share of the feedback comes from consumers? A speaker who also pays counts half.

    Those who pay are as likely to speak whether they use too or not; where everybody is alone,
    only they speak.
    """
    alone, also_use = world.accounts.alone, world.accounts.also_use
    consumers = voices.consumers if alone < 1 else 0.0
    return consumers + (1 - consumers) * (alone + (1 - alone) * also_use) / 2


def _speakers(cast: Cast, voices: Voices, rng: np.random.Generator) -> IntArray:
    """Who speaks: consumers with their share of voices; alone, the one person there."""
    consumers = np.flatnonzero(cast.kind == CONSUMER)
    payers = np.flatnonzero(cast.kind != CONSUMER)
    draw = rng.random((2, voices.utterances))
    from_consumer = draw[0] < (voices.consumers if len(consumers) else 0.0)
    pool = np.where(from_consumer, len(consumers), len(payers))
    place = np.floor(draw[1] * pool).astype(np.int64)
    both = np.concatenate([consumers, payers])
    return both[np.where(from_consumer, place, len(consumers) + place)]


def _stars(world: World, performance: FloatArray) -> IntArray:
    low, high = world.scale("performance")
    return np.rint(1 + 4 * (performance - low) / (high - low)).astype(np.int64)


def _sentence(world: World, theme: int, rating: int, which: float, word: float) -> str:
    sayings = SAYINGS[rating - 1]
    attribute = world.attributes[theme]
    words = world.client["attributes"][attribute].get("words") or [attribute]
    return sayings[int(which * len(sayings))].format(word=words[int(word * len(words))])
