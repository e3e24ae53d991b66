"""How segments respond to campaigns: the rows of `campaigns`, and what is lost or made up there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.simulate.market import Response
from toolkit.simulate.world import World


def campaigns_table(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The table `campaigns`: rows as they stand, or one per segment where responses are known.

    Conversions are Binomial(contacts, rate), revenue is `worth` for each; a campaign's spend is
    split over its segments by contacts.
    """
    frame = pd.DataFrame([part for row in world.campaigns for part in _by_segment(world, row)])
    if not world.responses:
        return frame
    chances = frame.pop("rate").fillna(0.0), frame.pop("worth")
    contacts = frame["contacts"].fillna(0).astype(np.int64)
    acted = pd.Series(rng.binomial(contacts, chances[0])).where(frame["contacts"].notna())
    return frame.assign(conversions=acted, revenue=(acted * chances[1]).round(2))


def wrong_audience(world: World) -> float | None:
    """Which share of attainable conversions is lost because segments get what works elsewhere?

    θ = Σ_s Σ_k n_sk (p_s,best − p_sk) / Σ_s n_s p_s,best over segments s with at least two
    campaigns k, with contacts n_sk and true rates p_sk. Exact; None where no segment has two.
    """
    lost = attainable = 0.0
    for cells in _segments(world).values():
        if len(cells) > 1:
            best = max(c.rate for c in cells)
            lost += sum(c.contacts * (best - c.rate) for c in cells)
            attainable += sum(c.contacts * best for c in cells)
    return float(lost / attainable) if attainable > 0 else None


def phantom_segments(world: World) -> float | None:
    """How far apart do segments respond, relative to the overall response?

    θ = √(Σ_s n_s (p_s − p)² / Σ_s n_s) / p, p_s the true response of a segment over all its
    contacts n_s and p that of all. Exact; None below two segments.
    """
    segments = _segments(world)
    if len(segments) < 2:
        return None
    contacts = np.array([sum(c.contacts for c in cells) for cells in segments.values()], float)
    acting = np.array([sum(c.contacts * c.rate for c in cells) for cells in segments.values()])
    overall = acting.sum() / contacts.sum()
    spread = np.sqrt(np.average((acting / contacts - overall) ** 2, weights=contacts))
    return float(spread / overall)


def _segments(world: World) -> dict[str, list[Response]]:
    segments: dict[str, list[Response]] = {}
    for response in world.responses:
        segments.setdefault(response.segment, []).append(response)
    return segments


def _by_segment(world: World, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    cells = [r for r in world.responses if r.campaign == row["campaign"]]
    if not cells:
        return [dict(row)]
    total = sum(c.contacts for c in cells)
    return [
        {**row, "spend": row["spend"] * c.contacts / total, "segment": c.segment}
        | {name: getattr(c, name) for name in ("contacts", "rate", "worth", "randomised")}
        for c in cells
    ]
