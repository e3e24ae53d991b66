"""One seeded draw of a world: the tables of a client folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.simulate.answers import Answers, make_answers, survey_table
from toolkit.simulate.cast import Cast, make_cast, stream
from toolkit.simulate.levers import levers_table
from toolkit.simulate.response import campaigns_table
from toolkit.simulate.say import influence
from toolkit.simulate.trade import Orders, products_table, purchases_table, world_orders
from toolkit.simulate.usage import usage_table
from toolkit.simulate.voices import feedback_table, people_table, traits_of
from toolkit.simulate.world import World
from toolkit.tables import TABLES

Frames = dict[str, pd.DataFrame]


def draw(
    world: World, accounts: int, seed: int, *, tables: Collection[str] | None = None
) -> Frames:
    """Which tables does a sample of so many accounts give?

    Returns name → frame with the contract's column names, dates as datetime64, lost answers
    empty. The same seed gives the same tables; `tables` asks for some of them only, with the
    rows they have in a full draw. Raises ValueError for an unknown table.

    >>> from toolkit.simulate.samples import SAMPLES
    >>> sorted(draw(SAMPLES["corner-coffee"].world, 5, 1, tables=["survey", "influence"]))
    ['influence', 'survey']
    """
    unknown = sorted(set(tables or ()) - set(TABLES))
    if unknown:
        raise ValueError(f"tables: expected names of the contract; found {', '.join(unknown)}")
    scene = _set(world, accounts, seed)
    wanted = {name: make for name, make in MAKERS.items() if tables is None or name in tables}
    made = {name: make(scene) for name, make in wanted.items()}
    return {name: _in_order(name, frame) for name, frame in made.items() if frame is not None}


@dataclass(frozen=True, eq=False)
class _Scene:
    """What all tables of one draw share: people, their answers and traits, and their orders."""

    world: World
    seed: int
    cast: Cast
    answers: Answers
    orders: Orders | None
    traits: pd.DataFrame

    def stream(self, name: str) -> np.random.Generator:
        return stream(self.seed, name)


def _set(world: World, accounts: int, seed: int) -> _Scene:
    cast = make_cast(world, accounts, stream(seed, "cast"))
    answers = make_answers(world, cast, stream(seed, "answers"))
    orders = world_orders(world, cast, answers.satisfaction, stream(seed, "orders"))
    return _Scene(
        world, seed, cast, answers, orders, traits_of(world, cast, stream(seed, "traits"))
    )


def _survey(scene: _Scene) -> pd.DataFrame:
    rng = scene.stream("survey")
    frame = survey_table(scene.world, scene.cast, scene.answers, scene.orders, rng)
    if not scene.world.traits:
        return frame
    known = people_table(scene.cast, scene.traits).set_index("person_id")
    return frame.join(known[list(scene.world.traits)], on="respondent_id")


def _purchases(scene: _Scene) -> pd.DataFrame | None:
    trade, orders = scene.world.trade, scene.orders
    if trade is None or orders is None:
        return None
    return purchases_table(trade, scene.cast, orders, scene.stream("purchases"))


def _products(scene: _Scene) -> pd.DataFrame | None:
    return products_table(scene.world.trade) if scene.world.trade else None


def _influence(scene: _Scene) -> pd.DataFrame | None:
    if scene.world.say is None:
        return None
    return influence(scene.world, scene.cast, scene.stream("influence"))


def _campaigns(scene: _Scene) -> pd.DataFrame | None:
    frame = campaigns_table(scene.world, scene.stream("campaigns"))
    days = {c: pd.to_datetime(frame[c]) for c in ("start", "end") if c in frame}
    return frame.assign(**days) if len(frame) else None


def _rivals(scene: _Scene) -> pd.DataFrame | None:
    frame = pd.DataFrame([dict(row) for row in scene.world.rivals])
    return frame if len(frame) else None


def _feedback(scene: _Scene) -> pd.DataFrame | None:
    world, voices = scene.world, scene.world.voices
    if voices is None:
        return None
    return feedback_table(world, voices, scene.cast, scene.answers, scene.stream("feedback"))


def _levers(scene: _Scene) -> pd.DataFrame | None:
    if not scene.world.levers or scene.orders is None:
        return None
    one_off = int((~scene.orders.repeated).sum())
    return levers_table(scene.world, one_off, scene.stream("levers"))


def _usage(scene: _Scene) -> pd.DataFrame | None:
    usage, orders = scene.world.usage, scene.orders
    if usage is None or orders is None:
        return None
    return usage_table(usage, scene.cast, orders, scene.stream("usage"))


def _people(scene: _Scene) -> pd.DataFrame | None:
    return people_table(scene.cast, scene.traits) if scene.world.traits else None


MAKERS: Mapping[str, Callable[[_Scene], pd.DataFrame | None]] = {
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
