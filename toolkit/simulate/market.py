"""What may be true of a client's market besides who answers and buys: optional parts of a world.

Each part is a frozen dataclass of plain values; `World` holds them, and the modules `response`,
`levers`, `usage` and `stage` draw from them and compute their true mistakes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Response:
    """How does one segment respond to one campaign?

    Of `contacts` people (a fixed number) each acts with probability `rate`, independently, and
    then brings revenue `worth`. `randomised` says whether it was drawn by lot who got the campaign.
    A campaign with responses is written as one row per segment, its spend split by contacts.
    """

    campaign: str
    segment: str
    contacts: int
    rate: float
    worth: float = 0.0
    randomised: str = "no"


@dataclass(frozen=True)
class Lever:
    """What does a way of turning one-off customers into clients do, and what does it cost?

    The trial treats `reached` times as many customers as the purchases show one-off customers
    (over 1 where it ran longer than the purchases go back) and leaves `control` times as many
    alone. A treated customer becomes a client with probability `rate`, an untreated one with
    `control_rate`; treating one costs `cost`, in the client's currency.
    """

    lever: str
    reached: float
    rate: float
    cost: float
    control: float
    control_rate: float


@dataclass(frozen=True)
class Usage:
    """Who uses what was bought?

    A share `idle` of accounts never does; any other is active in a month with probability
    `active`, whoever buys and whoever is satisfied. The table holds the `months` months up to
    `until` (YYYY-MM), an account from the month of its first order on.
    """

    until: str
    idle: float
    active: float = 1.0
    months: int = 6


@dataclass(frozen=True)
class Launch:
    """How does a new product spread?

    `product` starts with the time observed, and every account's first order opens with a line of
    it. The days of first orders follow the curve of Bass: those who have not bought yet do so, in
    a month, at rate `p` + `q` × share that has bought (cut off at the end of the time observed).
    Source: Bass, "A New Product Growth for Model Consumer Durables", Management Science 15 (1969).
    """

    product: str
    p: float
    q: float
