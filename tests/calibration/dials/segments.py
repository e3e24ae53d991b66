"""Worlds in which wrong-audience and phantom-segments have a wished multiple of their threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.catalogue import MISTAKE_TYPES
from toolkit.measures.campaign_response import SegmentResponses
from toolkit.simulate.people import random_stream
from toolkit.simulate.truth import true_size
from toolkit.simulate.world import FloatArray, TrueResponse, World

CONVERSIONS = 3_000  # of a world that has no responses yet
RATE = 0.04
SEGMENTS = {"first": 0.45, "second": 0.33, "third": 0.22}  # shares of contacts
CAMPAIGNS = ("one way", "other way")
HALVINGS = 60
Cells = dict[str, list[TrueResponse]]


def responding(world: World) -> World:
    """The world with responses, if it has none: three segments, two campaigns that cost nothing.

    Without spend and claims, in the days of the last campaign, they change no other mistake. All
    respond alike to begin with.
    """
    if world.responses:
        return world
    last = world.campaigns[-1] if world.campaigns else {}
    days = {name: last[name] for name in ("start", "end") if name in last}
    rows = tuple(
        {"campaign": c, "audience": "both", "spend": 0.0, "claims": None, **days} for c in CAMPAIGNS
    )
    reached = CONVERSIONS / RATE / len(CAMPAIGNS)
    responses = tuple(
        TrueResponse(c, s, round(share * reached), RATE)
        for s, share in SEGMENTS.items()
        for c in CAMPAIGNS
    )
    return replace(world, campaigns=(*world.campaigns, *rows), responses=responses)


def sized(world: World, conversions: float) -> World:
    """The same responses from so many contacts that this many conversions are to be expected.

    Contacts are whole numbers, so turn the dials after this, not before.
    """
    world = responding(world)
    factor = conversions / sum(r.contacts * r.rate for r in world.responses)
    scaled = (replace(r, contacts=round(r.contacts * factor)) for r in world.responses)
    return replace(world, responses=tuple(scaled))


def wrong_audience(world: World, times: float) -> World:
    """wrong-audience at `times` its threshold; each segment's overall response stays as it is.

    The first campaign of every segment that has several falls behind its others, which are alike.
    """
    world = responding(world)
    wanted, low, high = times * MISTAKE_TYPES["wrong-audience"].threshold, 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        found = true_size(_behind(world, middle), "wrong-audience") or 0.0
        low, high = (middle, high) if found < wanted else (low, middle)
    return _behind(world, low)


def phantom_segments(world: World, times: float) -> World:
    """phantom-segments at `times` its threshold; what is lost within segments stays as it is.

    Segments respond in even steps, the first least; the overall response stays.
    """
    world = responding(world)
    cells = _by_segment(world)
    contacts = np.array([sum(r.contacts for r in one) for one in cells.values()], float)
    acting = np.array([sum(r.contacts * r.rate for r in one) for one in cells.values()])
    steps = np.arange(len(cells)) - np.average(np.arange(len(cells)), weights=contacts)
    steps /= np.sqrt(np.average(steps**2, weights=contacts))
    wanted = (
        acting.sum()
        / contacts.sum()
        * (1 + times * MISTAKE_TYPES["phantom-segments"].threshold * steps)
    )
    factor = dict(zip(cells, wanted * contacts / acting, strict=True))
    scaled = (replace(r, rate=r.rate * factor[r.segment]) for r in world.responses)
    return replace(world, responses=tuple(scaled))


def drawn(world: World, seed: int, *, draws: int = 5_000) -> SegmentResponses:
    """What one client of that world saw, as the arrays of `Facts.given(client, responses=…)`."""
    segments = list(_by_segment(world))
    campaigns = list(dict.fromkeys(r.campaign for r in world.responses))
    at = tuple(
        np.array(places)
        for places in zip(
            *((segments.index(r.segment), campaigns.index(r.campaign)) for r in world.responses),
            strict=True,
        )
    )
    contacts = np.array([r.contacts for r in world.responses])
    acted = random_stream(seed, "campaigns").binomial(contacts, [r.rate for r in world.responses])
    cells = np.zeros((2, len(segments), len(campaigns)))
    cells[0][at], cells[1][at] = contacts, acted
    return SegmentResponses(
        segments=tuple(segments),
        campaigns=tuple(campaigns),
        contacts=cells[0],
        conversions=cells[1],
        spend=np.zeros_like(cells[0]),
        revenue=0.0,
        valued=0.0,
        randomised=all(r.randomised == "yes" for r in world.responses),
        days=None,
        rows=len(contacts),
        draws=draws,
        seed=seed,
    )


def _behind(world: World, share: float) -> World:
    """The first campaign of each segment lacks this share of the others' common rate."""
    rates: dict[tuple[str, str], float] = {}
    for segment, cells in _by_segment(world).items():
        n: FloatArray = np.array([r.contacts for r in cells], float)
        overall = float(n @ [r.rate for r in cells] / n.sum())
        lacks = share if len(cells) > 1 else 0.0
        best = overall / (1 - lacks * n[0] / n.sum())
        for place, cell in enumerate(cells):
            rates[segment, cell.campaign] = best * (1 - lacks) if place == 0 else best
    changed = (replace(r, rate=rates[r.segment, r.campaign]) for r in world.responses)
    return replace(world, responses=tuple(changed))


def _by_segment(world: World) -> Cells:
    cells: Cells = {}
    for response in world.responses:
        cells.setdefault(response.segment, []).append(response)
    return cells
