"""Worlds in which one-ear has a wished multiple of its threshold, and clients of them as arrays."""

from __future__ import annotations

from dataclasses import replace

from tests.clients import client
from toolkit.catalogue import MISTAKE_TYPES
from toolkit.measures.facts import INFLUENCE, Facts
from toolkit.measures.feedback import feedback_by_role
from toolkit.measures.influence import influence_shares
from toolkit.simulate.draw import draw_tables
from toolkit.simulate.truth import true_population
from toolkit.simulate.world import FeedbackMix, World

DELTA = MISTAKE_TYPES["one-ear"].threshold


def one_ear(world: World, times: float) -> World:
    """The same world with consumers' share of voices moved so that θ is `times` δ.

    Away from the consumers' part of the say, downwards where there is room. Raises ValueError
    where neither side has room, or nobody has a say.
    """
    said = true_population(world).say
    if said is None:
        raise ValueError("one-ear: expected a world with `say`; this one has none")
    part = said["consumer"] / (said["buyer"] + said["consumer"])
    accounts = world.accounts
    payers = (accounts.alone + (1 - accounts.alone) * accounts.also_use) / 2
    for heard in (part - times * DELTA, part + times * DELTA):
        consumers = (heard - payers) / (1 - payers)
        if accounts.alone < 1 and 0 <= consumers <= 1:
            return replace(
                world, voices=replace(world.voices or FeedbackMix(), consumers=consumers)
            )
    raise ValueError(f"one-ear: no share of voices lies {times * DELTA:g} from {part:.3f}")


def facts(world: World, accounts: int, seed: int) -> Facts:
    """What one-ear asks of one client of that world."""
    frames = draw_tables(world, accounts, seed, tables=("feedback", "influence"))
    made = client(attributes=world.attributes, settings={"seed": seed})
    told = influence_shares(frames["influence"], 1, Facts(made).seed(INFLUENCE))  # needs no draws
    return Facts.given(made, voices=feedback_by_role(frames["feedback"]), say=told)
