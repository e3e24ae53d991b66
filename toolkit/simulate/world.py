"""What is true of a made-up client? A world; its fields are the options.

All parts are frozen dataclasses of plain values, so a world can be written down as a literal,
changed with `dataclasses.replace`, and its truth computed without drawing anything. `World` holds
the parts; those of the market (responses, levers, usage, a launch) are optional. `trade`,
`campaigns` and `draw` make tables of them, `truth` the true sizes of the mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.contract import SAY_ROLES


@dataclass(frozen=True)
class TrueResponse:
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


FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

RESPONDENT_KINDS = (
    "buyer",
    "consumer",
    "both",
)  # who a respondent can be; arrays index by this order
INFORMANTS = ("buyer", "consumer", "other")
DEFAULT_SCALES = {"importance": (1, 5), "performance": (1, 5), "satisfaction": (0, 10)}


@dataclass(frozen=True)
class Role:
    """How do the people of one role answer?

    `importance` and `performance` are means on the client's scales, one per attribute; an answer
    is a normal draw of standard deviation `spread` around them, rounded to the scale and cut at
    its ends. The account's leaning u moves every performance by `pull`·u and the importances by
    ±`tilt`·u in turn, which ties the answers of one account together. An informant of this role
    sees its own say `overstates` times too large, and reports in a share `reports` of accounts.
    """

    importance: tuple[float, ...]
    performance: tuple[float, ...]
    spread: float = 0.9
    pull: float = 0.4
    tilt: float = 0.3
    overstates: float = 1.0
    reports: float = 1.0

    def means(self, question: str, leaning: float) -> FloatArray:
        """Mean answers, one per attribute, of people in an account of that leaning."""
        if question == "performance":
            return np.asarray(self.performance, float) + self.pull * leaning
        signs = np.where(np.arange(len(self.importance)) % 2, -1.0, 1.0)
        return np.asarray(self.importance, float) + self.tilt * leaning * signs


@dataclass(frozen=True)
class AccountStructure:
    """What are the accounts like?

    `leaning` pairs each value of the account's leaning u with its share; `consumers` gives the
    share of accounts with so many consumers, at u weighed by exp(`growth`·u·number), so that
    large accounts may answer differently; in a share `alone` buyer and consumer are one person.
    Of the other buyers a share `also_use` is a consumer too, as a seller is who shops at other
    stalls of the same bazaar. `shown_by` names a trait of kind place whose values, in their order,
    are the values of u: what makes accounts differ then stands in the data.
    """

    leaning: tuple[tuple[float, float], ...] = ((-1.0, 0.25), (0.0, 0.5), (1.0, 0.25))
    consumers: Mapping[int, float] = field(default_factory=lambda: {1: 1.0})
    growth: float = 0.0
    alone: float = 0.0
    also_use: float = 0.0
    shown_by: str = ""

    def sizes(self, leaning: float) -> FloatArray:
        """Shares of the numbers of consumers (in the order of `consumers`) at that leaning."""
        share = np.array(list(self.consumers.values()), float)
        share = share * np.exp(self.growth * leaning * np.array(list(self.consumers), float))
        return np.asarray(share / share.sum())


@dataclass(frozen=True)
class SurveyDesign:
    """How is the survey taken?

    A share `accounts` of the accounts answers; a share `missing` of the answers is lost at
    random; a share `straight` of respondents gives one answer to every item, any point of the
    scale being as likely; `weights` are the survey weights, one per value of leaning.
    """

    accounts: float = 1.0
    missing: float = 0.0
    straight: float = 0.0
    weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class DecisionProfile:
    """A way decisions are made: the share of accounts that decide so, and who has which say."""

    share: float
    buyer: float = 0.0
    consumer: float = 0.0
    influencer: float = 0.0
    gatekeeper: float = 0.0

    @property
    def say(self) -> FloatArray:
        """The say of the four roles, in the order of SAY_ROLES."""
        return np.array([getattr(self, role) for role in SAY_ROLES], float)


@dataclass(frozen=True)
class DecisionInfluence:
    """Who has a say, and how is it reported?

    A share `accounts` of the accounts is asked. At each of the `stages` the profile's say is
    multiplied by what stands there for a role (1 where nothing stands). Points come in steps of
    `step`; with equal probability an informant moves `jitter` points from one role to another
    (any of the twelve ways) or none. In a share `others` an outsider reports as well.
    """

    profiles: tuple[DecisionProfile, ...]
    accounts: float = 1.0
    stages: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: {"choice": {}})
    step: int = 5
    jitter: int = 10
    others: float = 0.0


@dataclass(frozen=True)
class Product:
    """A product and the share of order lines that name it."""

    product: str
    label: str
    share: float
    price: float
    unit_cost: float
    launched: str
    pricing: str = "single"


@dataclass(frozen=True)
class Trade:
    """How do accounts buy?

    After each order the account buys again with probability logistic(`again`[0] + `again`[1]·b
    + `again`[2]·c), b and c the buyer's and the consumers' satisfaction in points of ten above 6;
    the next order comes 35 days plus, on average, `gap` days later, within `days` from `start`.
    An order names its consumer with probability `named`; of the others a share `unknown` says
    nothing and the rest says for whom it was bought (`bought_for`, by share). Buyers who are not
    alone still buy a share `own_use` of orders for themselves. A share `elsewhere` of orders is
    used by the buyer of some account who is a consumer too (`Accounts.also_use`). First orders
    fall evenly into the first 0.6 of the time observed, or follow the `launch` of a product.
    """

    products: tuple[Product, ...]
    channels: Mapping[str, float]
    bought_for: Mapping[str, float] = field(default_factory=lambda: {"household": 1.0})
    again: tuple[float, float, float] = (0.4, 0.25, 0.35)
    gap: float = 50.0
    start: str = "2024-01-01"
    days: int = 548
    named: float = 0.7
    unknown: float = 0.2
    own_use: float = 0.0
    elsewhere: float = 0.0
    launch: Launch | None = None


@dataclass(frozen=True)
class FeedbackMix:
    """How many utterances are heard, and which share of them comes from consumers?"""

    utterances: int = 300
    consumers: float = 0.5


@dataclass(frozen=True)
class World:
    """A made-up client whose truth is known.

    `client` is what client.yml says (its attributes fix the order of all means); `campaigns` and
    `rivals` are the rows of these tables as they stand; `traits` gives the shares of each
    trait's values (a trait of kind place is one per account); `files` says which tables are
    written as parquet, or as sheets of data.xlsx, instead of csv. `responses` split campaigns by
    segment, `levers` and `usage` give tables of that name. A part left out gives no table.

    >>> World({}, Role((3.0,), (3.0,)), Role((3.0, 4.0), (3.0, 4.0)))
    Traceback (most recent call last):
    ...
    ValueError: buyer.importance: expected 0 means, one per attribute of the client; found 1
    """

    client: Mapping[str, Any]
    buyer: Role
    consumer: Role
    accounts: AccountStructure = AccountStructure()
    survey: SurveyDesign = SurveyDesign()
    say: DecisionInfluence | None = None
    campaigns: tuple[Mapping[str, Any], ...] = ()
    rivals: tuple[Mapping[str, Any], ...] = ()
    trade: Trade | None = None
    voices: FeedbackMix | None = None
    responses: tuple[TrueResponse, ...] = ()
    levers: tuple[Lever, ...] = ()
    usage: Usage | None = None
    traits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, role in (("buyer", self.buyer), ("consumer", self.consumer)):
            for question in ("importance", "performance"):
                found = len(getattr(role, question))
                if found != len(self.attributes):
                    raise ValueError(
                        f"{name}.{question}: expected {len(self.attributes)} means, one per "
                        f"attribute of the client; found {found}"
                    )
        for where, shares in self._shares().items():
            if abs(sum(shares) - 1) > 1e-9:
                raise ValueError(f"{where}: expected shares that sum to 1; found {sum(shares):g}")
        shown, wanted = self.accounts.shown_by, [share for _, share in self.accounts.leaning]
        if shown and list(self.traits.get(shown, {}).values()) != wanted:
            raise ValueError(f"traits.{shown}: expected the shares of accounts.leaning, {wanted}")
        self._check_market()

    @property
    def attributes(self) -> tuple[str, ...]:
        """Ids of the attributes, in the order of all means."""
        return tuple(self.client.get("attributes", {}))

    @property
    def both(self) -> Role:
        """How people answer who pay and use: halfway between the two roles."""
        b, c = self.buyer, self.consumer
        return Role(
            tuple((x + y) / 2 for x, y in zip(b.importance, c.importance, strict=True)),
            tuple((x + y) / 2 for x, y in zip(b.performance, c.performance, strict=True)),
            *((getattr(b, name) + getattr(c, name)) / 2 for name in ("spread", "pull", "tilt")),
        )

    def scale(self, name: str) -> tuple[int, int]:
        """Lowest and highest point of a scale."""
        low, high = self.client.get("scales", {}).get(name, DEFAULT_SCALES[name])
        return int(low), int(high)

    def weight(self, leaning: int) -> float:
        """The survey weight at the leaning of that index."""
        return self.survey.weights[leaning] if self.survey.weights else 1.0

    def _check_market(self) -> None:
        launch = self.trade.launch if self.trade else None
        if self.trade and launch and launch.product not in [p.product for p in self.trade.products]:
            raise ValueError(f"trade.launch: expected one of the products; found {launch.product}")
        campaigns = {row["campaign"] for row in self.campaigns}
        unknown = sorted({r.campaign for r in self.responses} - campaigns)
        if unknown:
            raise ValueError(f"responses: expected campaigns of the world; found {unknown[0]}")
        for part in ("levers", "usage"):
            if getattr(self, part) and self.trade is None:
                raise ValueError(f"{part}: expected a world with `trade`; this one has none")

    def _shares(self) -> dict[str, list[float]]:
        shares = {
            "accounts.leaning": [share for _, share in self.accounts.leaning],
            "accounts.consumers": list(self.accounts.consumers.values()),
        }
        if self.say:
            shares["say.profiles"] = [p.share for p in self.say.profiles]
        if self.trade:
            shares["trade.products"] = [p.share for p in self.trade.products]
            shares["trade.channels"] = list(self.trade.channels.values())
            shares["trade.bought_for"] = list(self.trade.bought_for.values())
        return shares | {f"traits.{k}": list(v.values()) for k, v in self.traits.items()}
