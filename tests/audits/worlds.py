"""Clients for the guards: one honest world, and what in it goes wrong guard by guard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from toolkit.simulate.world import (
    AccountStructure,
    DecisionInfluence,
    DecisionProfile,
    Product,
    Role,
    SurveyDesign,
    Trade,
    World,
)

ACCOUNTS = 300
LABELS = {"price": "Price", "ease": "Ease", "looks": "Looks", "safety": "Safety"}

HONEST = World(
    client={
        "id": "honest",
        "name": "Honest",
        "currency": "EUR",
        "setting": "household",
        "scales": {"importance": [1, 7], "performance": [1, 5], "satisfaction": [0, 10]},
        "attributes": {a: {"label": label} for a, label in LABELS.items()},
        "traits": {"city": "place", "age": "demographic"},
    },
    buyer=Role((6.0, 4.2, 2.4, 4.6), (3.6, 3.5, 3.4, 3.6), overstates=1.1),
    consumer=Role((2.6, 4.4, 5.9, 4.2), (3.3, 3.2, 3.1, 3.3), overstates=1.1),
    accounts=AccountStructure(
        leaning=((-1.0, 0.5), (1.0, 0.5)), consumers={1: 0.5, 4: 0.5}, shown_by="city"
    ),
    survey=SurveyDesign(missing=0.05, straight=0.02),
    say=DecisionInfluence(
        (DecisionProfile(0.6, buyer=60, consumer=40), DecisionProfile(0.4, buyer=45, consumer=55))
    ),
    campaigns=(
        {"campaign": "A", "audience": "buyer", "spend": 550, "claims": "price;safety"},
        {"campaign": "B", "audience": "consumer", "spend": 450, "claims": "looks;ease"},
    ),
    rivals=({"rival": "R", "audience": "both", "claims": "price", "weight": 1},),
    trade=Trade((Product("p", "P", 1.0, 10, 5, "2020-01-01"),), {"shop": 1.0}),
    traits={"city": {"North": 0.5, "South": 0.5}, "age": {"young": 0.4, "old": 0.6}},
)

# where consumers live in the South, whose people rate everything well, and less well than buyers do
CROWDED = replace(
    HONEST,
    accounts=replace(HONEST.accounts, growth=1.0),
    buyer=replace(HONEST.buyer, pull=0.8),
    consumer=replace(HONEST.consumer, pull=0.8),
)
# likewise where people of the South weigh price and looks more, whoever they are
LEANING = replace(
    CROWDED,
    buyer=replace(HONEST.buyer, importance=(4.6, 4.1, 3.7, 4.0), tilt=1.2),
    consumer=replace(HONEST.consumer, importance=(4.1, 4.3, 4.2, 4.2), tilt=1.2),
)


def _survey(**changes: Any) -> World:
    return replace(HONEST, survey=replace(HONEST.survey, **changes))


def _consumer(**changes: Any) -> World:
    return replace(HONEST, consumer=replace(HONEST.consumer, **changes))


SILENT = {"campaign": "C", "audience": "buyer", "spend": 90, "claims": ""}
# per guard: the words it speaks in, the world it must fire on, and the audits that say it
Speaks = tuple[str, World, tuple[str, ...]]
IN_SURVEY = ("motivations", "mistakes")
OF_SAY = ("roles", "targeting", "mistakes")
GUARDS: Mapping[str, Speaks] = {
    "a reversal of value": ("Taken together consumers are served better", CROWDED, IN_SURVEY),
    "a reversal of a weight": ("weigh “Price” more than", LEANING, (*IN_SURVEY, "targeting")),
    "straight lines": ("the same importance", _survey(straight=0.25), IN_SURVEY),
    "a higher part of the scale": (
        "Consumers rate everything higher",
        _consumer(importance=(3.2, 5.7, 6.9, 5.6)),
        IN_SURVEY,
    ),
    "a narrower part of the scale": (
        "Consumers use a narrower part of the scale",
        _consumer(importance=(4.0, 4.2, 4.6, 4.2), spread=0.5),
        IN_SURVEY,
    ),
    "two stories of the say": ("tell different stories", _consumer(overstates=3.0), OF_SAY),
    "missing answers": ("of importance answers are missing; if", _survey(missing=0.3), IN_SURVEY),
    "orders that name nobody": (
        "Write down on every order",
        replace(HONEST, trade=replace(HONEST.trade, named=0.2, unknown=0.6)),
        ("roles",),
    ),
    "campaigns that claim nothing": (
        "of the rows of campaigns do not say",
        replace(HONEST, campaigns=(*HONEST.campaigns, SILENT)),
        ("targeting", "mistakes"),
    ),
}
