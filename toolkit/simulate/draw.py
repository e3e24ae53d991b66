"""Which tables does one seeded draw of a world give? Those of a client folder.

What people say (the table `feedback`) is made here; the other tables come from the modules of
their subject.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.contract import TABLES
from toolkit.simulate.answers import DrawnAnswers, draw_answers, survey_table
from toolkit.simulate.campaigns import campaigns_table, levers_table
from toolkit.simulate.people import (
    CONSUMER,
    DrawnPeople,
    draw_people,
    draw_traits,
    influence_table,
    people_table,
    pick_index,
    pick_index_by_row,
    random_stream,
)
from toolkit.simulate.trade import (
    DrawnOrders,
    calendar_dates,
    products_table,
    purchases_table,
    usage_table,
    world_orders,
)
from toolkit.simulate.world import RESPONDENT_KINDS, FeedbackMix, FloatArray, IntArray, World

SOURCES = {"survey": 0.3, "review": 0.3, "focus_group": 0.1, "social": 0.15, "support": 0.15}
SAYINGS = (  # by rating, low to high
    ("The {word} let us down again.", "We gave up on the {word}.", "The {word} is a nuisance."),
    ("The {word} could be better.", "Not happy with the {word} yet."),
    ("The {word} is all right, no more.", "Nothing special about the {word}."),
    ("Quite happy with the {word}.", "The {word} is good."),
    ("The {word} could not be better.", "We stay because of the {word}."),
)


def _feedback_table(
    world: World,
    voices: FeedbackMix,
    cast: DrawnPeople,
    answers: DrawnAnswers,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `feedback`: what people say, mostly about what they weigh, rated as they see it."""
    person = _draw_speakers(cast, voices, rng)
    chances = answers.importance[person] - world.scale("importance")[0] + 0.25
    cumulative = np.cumsum(chances / chances.sum(axis=1, keepdims=True), axis=1)
    theme = pick_index_by_row(cumulative, rng.random(len(person)))
    rating = _star_ratings(world, answers.performance[person, theme])
    said = rng.random((2, len(person)))
    source = pick_index(list(SOURCES.values()), rng.random(len(person)))
    frame = {
        "feedback_id": [f"f{i + 1:04d}" for i in range(len(person))],
        "role": np.array(RESPONDENT_KINDS, dtype=object)[cast.kind[person]],
        "source": np.array(list(SOURCES), dtype=object)[source],
        "rating": rating,
        "text": [_sentence(world, *spoken) for spoken in zip(theme, rating, *said, strict=True)],
        "theme": np.array(world.attributes, dtype=object)[theme],
        "account_id": cast.account_ids[cast.account[person]],
    }
    if world.trade:
        days = np.floor(rng.random(len(person)) * world.trade.days).astype(np.int64)
        frame["date"] = calendar_dates(pd.Timestamp(world.trade.start), np.sort(days))
    return pd.DataFrame(frame)


def _draw_speakers(cast: DrawnPeople, voices: FeedbackMix, rng: np.random.Generator) -> IntArray:
    """Who speaks: consumers with their share of voices; alone, the one person there."""
    consumers = np.flatnonzero(cast.kind == CONSUMER)
    payers = np.flatnonzero(cast.kind != CONSUMER)
    draw = rng.random((2, voices.utterances))
    from_consumer = draw[0] < (voices.consumers if len(consumers) else 0.0)
    pool = np.where(from_consumer, len(consumers), len(payers))
    place = np.floor(draw[1] * pool).astype(np.int64)
    both = np.concatenate([consumers, payers])
    return np.asarray(both[np.where(from_consumer, place, len(consumers) + place)])


def _star_ratings(world: World, performance: FloatArray) -> IntArray:
    low, high = world.scale("performance")
    return np.rint(1 + 4 * (performance - low) / (high - low)).astype(np.int64)


def _sentence(world: World, theme: int, rating: int, which: float, word: float) -> str:
    sayings = SAYINGS[rating - 1]
    attribute = world.attributes[theme]
    words = world.client["attributes"][attribute].get("words") or [attribute]
    return sayings[int(which * len(sayings))].format(word=words[int(word * len(words))])


Frames = dict[str, pd.DataFrame]


def draw_tables(
    world: World, accounts: int, seed: int, *, tables: Collection[str] | None = None
) -> Frames:
    """Which tables does a sample of so many accounts give?

    Returns name → frame with the contract's column names, dates as datetime64, lost answers
    empty. The same seed gives the same tables; `tables` asks for some of them only, with the
    rows they have in a full draw. Raises ValueError for an unknown table.

    >>> from toolkit.simulate.sample import SAMPLES
    >>> sorted(draw_tables(SAMPLES["corner-coffee"].world, 5, 1, tables=["survey", "influence"]))
    ['influence', 'survey']
    """
    unknown = sorted(set(tables or ()) - set(TABLES))
    if unknown:
        raise ValueError(f"tables: expected names of the contract; found {', '.join(unknown)}")
    scene = _start_draw(world, accounts, seed)
    wanted = {name: make for name, make in MAKERS.items() if tables is None or name in tables}
    made = {name: make(scene) for name, make in wanted.items()}
    return {name: _in_order(name, frame) for name, frame in made.items() if frame is not None}


@dataclass(frozen=True, eq=False)
class _DrawState:
    """What all tables of one draw share: people, their answers and traits, and their orders."""

    world: World
    seed: int
    cast: DrawnPeople
    answers: DrawnAnswers
    orders: DrawnOrders | None
    traits: pd.DataFrame

    def stream(self, name: str) -> np.random.Generator:
        return random_stream(self.seed, name)


def _start_draw(world: World, accounts: int, seed: int) -> _DrawState:
    cast = draw_people(world, accounts, random_stream(seed, "cast"))
    answers = draw_answers(world, cast, random_stream(seed, "answers"))
    orders = world_orders(world, cast, answers.satisfaction, random_stream(seed, "orders"))
    return _DrawState(
        world, seed, cast, answers, orders, draw_traits(world, cast, random_stream(seed, "traits"))
    )


def _survey(scene: _DrawState) -> pd.DataFrame:
    rng = scene.stream("survey")
    frame = survey_table(scene.world, scene.cast, scene.answers, scene.orders, rng)
    if not scene.world.traits:
        return frame
    known = people_table(scene.cast, scene.traits).set_index("person_id")
    return frame.join(known[list(scene.world.traits)], on="respondent_id")


def _purchases(scene: _DrawState) -> pd.DataFrame | None:
    trade, orders = scene.world.trade, scene.orders
    if trade is None or orders is None:
        return None
    return purchases_table(trade, scene.cast, orders, scene.stream("purchases"))


def _products(scene: _DrawState) -> pd.DataFrame | None:
    return products_table(scene.world.trade) if scene.world.trade else None


def _influence(scene: _DrawState) -> pd.DataFrame | None:
    if scene.world.say is None:
        return None
    return influence_table(scene.world, scene.cast, scene.stream("influence"))


def _campaigns(scene: _DrawState) -> pd.DataFrame | None:
    frame = campaigns_table(scene.world, scene.stream("campaigns"))
    days = {c: pd.to_datetime(frame[c]) for c in ("start", "end") if c in frame}
    return frame.assign(**days) if len(frame) else None


def _rivals(scene: _DrawState) -> pd.DataFrame | None:
    frame = pd.DataFrame([dict(row) for row in scene.world.rivals])
    return frame if len(frame) else None


def _feedback(scene: _DrawState) -> pd.DataFrame | None:
    world, voices = scene.world, scene.world.voices
    if voices is None:
        return None
    return _feedback_table(world, voices, scene.cast, scene.answers, scene.stream("feedback"))


def _levers(scene: _DrawState) -> pd.DataFrame | None:
    if not scene.world.levers or scene.orders is None:
        return None
    one_off = int((~scene.orders.repeated).sum())
    return levers_table(scene.world, one_off, scene.stream("levers"))


def _usage(scene: _DrawState) -> pd.DataFrame | None:
    usage, orders = scene.world.usage, scene.orders
    if usage is None or orders is None:
        return None
    return usage_table(usage, scene.cast, orders, scene.stream("usage"))


def _people(scene: _DrawState) -> pd.DataFrame | None:
    return people_table(scene.cast, scene.traits) if scene.world.traits else None


MAKERS: Mapping[str, Callable[[_DrawState], pd.DataFrame | None]] = {
    "survey": _survey,
    "purchases": _purchases,
    "products": _products,
    "influence": _influence,
    "campaigns": _campaigns,
    "rivals": _rivals,
    "feedback": _feedback,
    "people": _people,
    "levers": _levers,
    "usage": _usage,
}


def _in_order(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Columns as the contract lists them, the table's own (ratings, traits) where they stand."""
    listed = [c.name for c in TABLES[name].columns]
    place = {c: listed.index(c) for c in frame if c in listed}
    for column in frame:
        stem = f"{str(column).split('_')[0]}_*"
        place.setdefault(column, listed.index(stem) if stem in listed else len(listed))
    return frame[sorted(frame.columns, key=lambda c: place[c])]
