"""Who is reported to have which say: every report an informant can give, and their average."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations, product

import numpy as np
import pandas as pd

from toolkit.simulate.cast import BUYER, Cast, pick
from toolkit.simulate.world import INFORMANTS, FloatArray, IntArray, Say, World
from toolkit.tables import SAY_ROLES

POINTS = 100
MOVES = ((0, 0), *permutations(range(len(SAY_ROLES)), 2))  # from one role to another, or none
CONSUMERS_ASKED = 2  # at most so many consumers of one account report


def reports(world: World) -> IntArray:
    """Which points can be reported? (profile, stage, informant, move, role), each sums to 100."""
    say = _say(world)
    seen = [
        [_seen(world, say, profile.say * _factors(stage)) for stage in say.stages.values()]
        for profile in say.profiles
    ]
    return np.array(seen, dtype=np.int64)


def expected_say(world: World) -> FloatArray:
    """Which say do the roles have, as reported, over infinitely many accounts?

    Averaged as the audit does: informants of one kind, then stages, then the kinds of informant
    that report in the account, then accounts with any report. Exact: every profile, stage, move
    and set of reporting kinds is enumerated.
    """
    by_kind = reports(world).mean(axis=(1, 3)) / POINTS  # profile, informant, role
    shares = np.array([p.share for p in _say(world).profiles])
    present = _kinds_present(world)
    sums = [mass * (shares @ by_kind[:, kinds].mean(axis=1)) for kinds, mass in present]
    return np.sum(sums, axis=0) / sum(mass for _, mass in present)


def influence(world: World, cast: Cast, rng: np.random.Generator) -> pd.DataFrame:
    """The table `influence`: points per account, informant, stage and role, zeros left out."""
    stages = list(_say(world).stages)
    account, kind, ids, points = _reported(world, cast, rng)
    row, stage, role = np.nonzero(points)
    return pd.DataFrame(
        {
            "account_id": cast.account_ids[account[row]],
            "informant": np.array(INFORMANTS, dtype=object)[kind[row]],
            "informant_id": ids[row],
            "stage": np.array(stages, dtype=object)[stage],
            "role": np.array(SAY_ROLES, dtype=object)[role],
            "points": points[row, stage, role],
        }
    )


def votes(
    world: World, cast: Cast, rng: np.random.Generator
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """The same reports as arrays: account, kind of informant, stage, and say (votes, 4)."""
    account, kind, _, points = _reported(world, cast, rng)
    rows, stages = points.shape[:2]
    flat = points.reshape(rows * stages, len(SAY_ROLES)) / POINTS
    stage = np.tile(np.arange(stages), rows)
    return np.repeat(account, stages), np.repeat(kind, stages), stage, flat


def _reported(
    world: World, cast: Cast, rng: np.random.Generator
) -> tuple[IntArray, IntArray, np.ndarray, IntArray]:
    """Account, kind and id of each informant, and its points (informants, stages, roles)."""
    say = _say(world)
    profile = pick([p.share for p in say.profiles], rng.random(cast.size))
    account, kind, ids = _informants(world, cast, rng)
    stages = np.arange(len(say.stages))
    move = rng.integers(len(MOVES), size=(len(account), len(stages)))
    points = reports(world)[profile[account][:, None], stages, kind[:, None], move]
    return account, kind, ids, points


def _say(world: World) -> Say:
    if world.say is None:
        raise ValueError("expected a world with `say`; this one has none")
    return world.say


def _factors(stage: Mapping[str, float]) -> FloatArray:
    return np.array([stage.get(role, 1.0) for role in SAY_ROLES])


def _seen(world: World, say: Say, true: FloatArray) -> list[list[IntArray]]:
    return [_moved(_rounded(view, say.step), say.jitter) for view in _views(world, true)]


def _views(world: World, say: FloatArray) -> list[FloatArray]:
    """The say as buyer, consumer and outsider see it: each of the first two inflates its own."""
    buyer = say * np.array([world.buyer.overstates, 1, 1, 1])
    consumer = say * np.array([1, world.consumer.overstates, 1, 1])
    return [view / view.sum() for view in (buyer, consumer, say)]


def _rounded(share: FloatArray, step: int) -> IntArray:
    """Whole points in steps that sum to 100: the largest remainders are rounded up."""
    units = np.round(share * POINTS / step, 9)  # so that ties do not hang on rounding noise
    whole = np.floor(units).astype(np.int64)
    up = np.argsort(-(units - whole), kind="stable")[: POINTS // step - whole.sum()]
    whole[up] += 1
    return whole * step


def _moved(points: IntArray, jitter: int) -> list[IntArray]:
    out = []
    for giver, taker in MOVES:
        moved = points.copy()
        amount = min(jitter, moved[giver])
        moved[giver] -= amount
        moved[taker] += amount
        out.append(moved)
    return out


def _kinds_present(world: World) -> list[tuple[list[int], float]]:
    """Each set of reporting kinds that is not empty, with its share of accounts."""
    chances = (world.buyer.reports, world.consumer.reports, _say(world).others)
    alone = world.accounts.alone
    sets = [([BUYER], alone * chances[BUYER])]
    for present in product((0, 1), repeat=len(INFORMANTS)):
        mass = float(np.prod([c if p else 1 - c for c, p in zip(chances, present, strict=True)]))
        kinds = [k for k, p in enumerate(present) if p]
        sets.append((kinds, (1 - alone) * mass))
    return [(kinds, mass) for kinds, mass in sets if kinds and mass > 0]


def _informants(
    world: World, cast: Cast, rng: np.random.Generator
) -> tuple[IntArray, IntArray, np.ndarray]:
    """Account, kind and id of everyone who reports, by account and kind."""
    chances = np.array([world.buyer.reports, world.consumer.reports, _say(world).others])
    reporting = rng.random((cast.size, len(chances))) < chances
    reporting[cast.alone, 1:] = False  # the one person there reports as the buyer
    reporting &= cast.asked(_say(world).accounts)[:, None]
    person = np.flatnonzero(
        reporting[cast.account, cast.kind % 2] & (cast.number <= CONSUMERS_ASKED)
    )
    outside = np.flatnonzero(reporting[:, 2])
    account = np.concatenate([cast.account[person], outside])
    kind = np.concatenate([cast.kind[person] % 2, np.full(len(outside), 2)])
    ids = np.concatenate([cast.person_ids[person], cast.account_ids[outside] + "-x"])
    order = np.argsort(account, kind="stable")
    return account[order], kind[order], ids[order]
