"""Who is there, and who is reported to have which say?

The accounts and people of one draw before anybody answers or buys, with their traits (the table
`people`); and every report an informant can give (the table `influence`), with the average of all
reports over infinitely many accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product
from zlib import crc32

import numpy as np
import pandas as pd

from toolkit.contract import SAY_ROLES
from toolkit.simulate.world import (
    INFORMANTS,
    RESPONDENT_KINDS,
    AccountStructure,
    BoolArray,
    DecisionInfluence,
    FloatArray,
    IntArray,
    World,
)

BUYER, CONSUMER, BOTH = range(len(RESPONDENT_KINDS))


@dataclass(frozen=True, eq=False)
class DrawnPeople:
    """Accounts (leaning's index, alone or not) and people (account, kind, number), as arrays.

    People stand account by account, the buyer (number 0) before the consumers (1, 2, …). `lot`
    is the order in which accounts are asked: who answers one questionnaire is asked first for
    the next.
    """

    leaning: IntArray
    alone: BoolArray
    lot: IntArray
    account: IntArray
    kind: IntArray
    number: IntArray

    @property
    def size(self) -> int:
        """How many accounts there are."""
        return len(self.leaning)

    @cached_property
    def account_ids(self) -> np.ndarray:
        """The accounts' ids."""
        return np.array([f"a{i + 1:04d}" for i in range(self.size)], dtype=object)

    @cached_property
    def person_ids(self) -> np.ndarray:
        """The people's ids: the account's, and b for the buyer or c1, c2 … for consumers."""
        endings = [f"-c{n}" if n else "-b" for n in self.number]
        return np.asarray(self.account_ids[self.account] + np.array(endings, dtype=object))

    @property
    def first_person(self) -> IntArray:
        """Per account, the place of its buyer among the people."""
        return np.flatnonzero(self.number == 0)

    def asked(self, share: float) -> BoolArray:
        """Per account, whether it is among the round(share · size) that are asked."""
        return np.isin(np.arange(self.size), self.lot[: round(share * self.size)])

    @property
    def people(self) -> IntArray:
        """Per account, how many people it has."""
        return np.bincount(self.account, minlength=self.size)


def draw_people(world: World, accounts: int, rng: np.random.Generator) -> DrawnPeople:
    """Who is there? Draws `accounts` accounts of the world and their people."""
    setup = world.accounts
    leaning = pick_index([share for _, share in setup.leaning], rng.random(accounts))
    alone = rng.random(accounts) < setup.alone
    numbers = np.array(list(setup.consumers))
    sizes = np.cumsum([setup.sizes(u) for u, _ in setup.leaning], axis=1)
    consumers = numbers[pick_index_by_row(sizes[leaning], rng.random(accounts))]
    people = np.where(alone, 1, 1 + consumers)
    account = np.repeat(np.arange(accounts), people)
    number = np.arange(len(account)) - np.repeat(np.cumsum(people) - people, people)
    both = (alone | _buyers_who_use(setup, accounts, rng))[account]
    kind = np.where(number > 0, CONSUMER, np.where(both, BOTH, BUYER))
    return DrawnPeople(leaning, alone, rng.permutation(accounts), account, kind, number)


def _buyers_who_use(setup: AccountStructure, accounts: int, rng: np.random.Generator) -> BoolArray:
    """Per account, whether its buyer is a consumer too; draws nothing where no buyer is."""
    if not setup.also_use:
        return np.zeros(accounts, dtype=bool)
    return rng.random(accounts) < setup.also_use


def random_stream(seed: int, name: str) -> np.random.Generator:
    """The random numbers of one part of a draw: parts do not disturb each other."""
    return np.random.default_rng([seed, crc32(name.encode())])


def pick_index(shares: Sequence[float], uniform: FloatArray) -> IntArray:
    """The index each uniform number falls on when [0, 1) is cut by these shares."""
    cuts = np.cumsum(shares)[:-1]
    return np.searchsorted(cuts, uniform, side="right")


def pick_index_by_row(cumulative: FloatArray, uniform: FloatArray) -> IntArray:
    """As `pick_index`, but with cumulative shares of their own in each row."""
    return np.asarray((uniform[..., None] >= cumulative[..., :-1]).sum(axis=-1))


POINTS = 100
POINT_MOVES = ((0, 0), *permutations(range(len(SAY_ROLES)), 2))  # from one role to another, or none
CONSUMERS_ASKED = 2  # at most so many consumers of one account report


def _possible_reports(world: World) -> IntArray:
    """Which points can be reported? (profile, stage, informant, move, role), each sums to 100."""
    say = _required_influence(world)
    seen = [
        [
            _seen_points(world, say, profile.say * _stage_factors(stage))
            for stage in say.stages.values()
        ]
        for profile in say.profiles
    ]
    return np.array(seen, dtype=np.int64)


def expected_say(world: World) -> FloatArray:
    """Which say do the roles have, as reported, over infinitely many accounts?

    Averaged as the audit does: informants of one kind, then stages, then the kinds of informant
    that report in the account, then accounts with any report. Exact: every profile, stage, move
    and set of reporting kinds is enumerated.
    """
    by_kind = _possible_reports(world).mean(axis=(1, 3)) / POINTS  # profile, informant, role
    shares = np.array([p.share for p in _required_influence(world).profiles])
    present = _kinds_present(world)
    sums = [mass * (shares @ by_kind[:, kinds].mean(axis=1)) for kinds, mass in present]
    return np.asarray(np.sum(sums, axis=0) / sum(mass for _, mass in present))


def influence_table(world: World, cast: DrawnPeople, rng: np.random.Generator) -> pd.DataFrame:
    """The table `influence`: points per account, informant, stage and role, zeros left out."""
    stages = list(_required_influence(world).stages)
    account, kind, ids, points = _drawn_reports(world, cast, rng)
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


def influence_arrays(
    world: World, cast: DrawnPeople, rng: np.random.Generator
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """The same reports as arrays: account, kind of informant, stage, and say (votes, 4)."""
    account, kind, _, points = _drawn_reports(world, cast, rng)
    rows, stages = points.shape[:2]
    flat = points.reshape(rows * stages, len(SAY_ROLES)) / POINTS
    stage = np.tile(np.arange(stages), rows)
    return np.repeat(account, stages), np.repeat(kind, stages), stage, flat


def _drawn_reports(
    world: World, cast: DrawnPeople, rng: np.random.Generator
) -> tuple[IntArray, IntArray, np.ndarray, IntArray]:
    """Account, kind and id of each informant, and its points (informants, stages, roles)."""
    say = _required_influence(world)
    profile = pick_index([p.share for p in say.profiles], rng.random(cast.size))
    account, kind, ids = _informants(world, cast, rng)
    stages = np.arange(len(say.stages))
    move = rng.integers(len(POINT_MOVES), size=(len(account), len(stages)))
    points = _possible_reports(world)[profile[account][:, None], stages, kind[:, None], move]
    return account, kind, ids, points


def _required_influence(world: World) -> DecisionInfluence:
    if world.say is None:
        raise ValueError("expected a world with `say`; this one has none")
    return world.say


def _stage_factors(stage: Mapping[str, float]) -> FloatArray:
    return np.array([stage.get(role, 1.0) for role in SAY_ROLES])


def _seen_points(world: World, say: DecisionInfluence, true: FloatArray) -> list[list[IntArray]]:
    return [
        _moved_points(_round_points(view, say.step), say.jitter)
        for view in _say_as_seen(world, true)
    ]


def _say_as_seen(world: World, say: FloatArray) -> list[FloatArray]:
    """The say as buyer, consumer and outsider see it: each of the first two inflates its own."""
    buyer = say * np.array([world.buyer.overstates, 1, 1, 1])
    consumer = say * np.array([1, world.consumer.overstates, 1, 1])
    return [view / view.sum() for view in (buyer, consumer, say)]


def _round_points(share: FloatArray, step: int) -> IntArray:
    """Whole points in steps that sum to 100: the largest remainders are rounded up."""
    units = np.round(share * POINTS / step, 9)  # so that ties do not hang on rounding noise
    whole = np.floor(units).astype(np.int64)
    up = np.argsort(-(units - whole), kind="stable")[: POINTS // step - whole.sum()]
    whole[up] += 1
    return whole * step


def _moved_points(points: IntArray, jitter: int) -> list[IntArray]:
    out = []
    for giver, taker in POINT_MOVES:
        moved = points.copy()
        amount = min(jitter, moved[giver])
        moved[giver] -= amount
        moved[taker] += amount
        out.append(moved)
    return out


def _kinds_present(world: World) -> list[tuple[list[int], float]]:
    """Each set of reporting kinds that is not empty, with its share of accounts."""
    chances = (world.buyer.reports, world.consumer.reports, _required_influence(world).others)
    alone = world.accounts.alone
    sets = [([BUYER], alone * chances[BUYER])]
    for present in product((0, 1), repeat=len(INFORMANTS)):
        mass = float(np.prod([c if p else 1 - c for c, p in zip(chances, present, strict=True)]))
        kinds = [k for k, p in enumerate(present) if p]
        sets.append((kinds, (1 - alone) * mass))
    return [(kinds, mass) for kinds, mass in sets if kinds and mass > 0]


def _informants(
    world: World, cast: DrawnPeople, rng: np.random.Generator
) -> tuple[IntArray, IntArray, np.ndarray]:
    """Account, kind and id of everyone who reports, by account and kind."""
    chances = np.array(
        [world.buyer.reports, world.consumer.reports, _required_influence(world).others]
    )
    reporting = rng.random((cast.size, len(chances))) < chances
    reporting[cast.alone, 1:] = False  # the one person there reports as the buyer
    reporting &= cast.asked(_required_influence(world).accounts)[:, None]
    person = np.flatnonzero(
        reporting[cast.account, cast.kind % 2] & (cast.number <= CONSUMERS_ASKED)
    )
    outside = np.flatnonzero(reporting[:, 2])
    account = np.concatenate([cast.account[person], outside])
    kind = np.concatenate([cast.kind[person] % 2, np.full(len(outside), 2)])
    ids = np.concatenate([cast.person_ids[person], cast.account_ids[outside] + "-x"])
    order = np.argsort(account, kind="stable")
    return account[order], kind[order], ids[order]


def draw_traits(world: World, cast: DrawnPeople, rng: np.random.Generator) -> pd.DataFrame:
    """The traits of all people; a trait of kind place is the same for the whole account."""
    kinds = world.client.get("traits", {})
    columns = {}
    for trait, shares in world.traits.items():
        shared = kinds.get(trait) == "place"
        drawn = pick_index(
            list(shares.values()), rng.random(cast.size if shared else len(cast.kind))
        )
        if trait == world.accounts.shown_by:
            shared, drawn = True, cast.leaning
        values = np.array(list(shares), dtype=object)[drawn]
        columns[trait] = values[cast.account] if shared else values
    return pd.DataFrame(columns, index=pd.RangeIndex(len(cast.kind)))


def people_table(cast: DrawnPeople, traits: pd.DataFrame) -> pd.DataFrame:
    """The table `people`: everyone, with role, account and traits."""
    known = {
        "person_id": cast.person_ids,
        "role": np.array(RESPONDENT_KINDS, dtype=object)[cast.kind],
        "account_id": cast.account_ids[cast.account],
    }
    return pd.concat([pd.DataFrame(known), traits], axis=1)
