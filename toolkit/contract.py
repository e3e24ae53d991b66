"""Which tables may a client folder hold, which columns, and what may stand in them? As data.

The same objects check files, make templates and questionnaires, and print the data dictionary.
`contract_columns` gives the columns for one client: one per attribute where the contract has `_*`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

ColumnType = Literal["text", "category", "number", "whole", "date", "month", "claims"]

ROLES = ("buyer", "consumer")
SAY_ROLES = ("buyer", "consumer", "influencer", "gatekeeper")
PHASES = ("acquire", "onboard", "retain", "convert")
TRAIT_KINDS = ("demographic", "place", "behaviour", "psychographic")
SETTINGS_OF_TRADE = ("household", "business", "trade", "platform")
LANGUAGES = ("en", "az", "tr", "fa")


@dataclass(frozen=True)
class Column:
    """One column: its type, what it may hold, and what it says in plain words.

    `low` and `high` bound a number (both ends allowed); `scale` names the client's scale that
    bounds it instead. A name that ends in `_*` stands for one column per attribute of the client.
    `default` is the value of an empty cell, or another column's name after `=`.
    """

    name: str
    says: str
    type: ColumnType = "text"
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    scale: str | None = None
    default: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns, and the columns that together name a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    traits: bool = False  # the client's trait columns may stand here too

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there."""
        return tuple(c.name for c in self.columns if c.required)


def _c(name: str, says: str, type: ColumnType = "text", **more: object) -> Column:
    return Column(name, says, type, **more)  # type: ignore[arg-type]


_IMPORTANCE = "how much the attribute weighs"
_PERFORMANCE = "how well the attribute is served"
_WHO = ("buyer", "consumer", "both")
_AUDIENCES = ("buyer", "consumer", "influencer", "both")
_ACCOUNT = _c("account_id", "the household or firm that ties buyer and consumer")

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        Table(
            "purchases",
            "an order line",
            (
                _c("order_id", "the order; many lines may share it", required=True),
                _c("date", "day of the order", "date", required=True),
                _c("buyer_id", "who paid", required=True),
                _c("amount", "what was paid for the line", "number", required=True, low=0),
                _c("consumer_id", "who uses it"),
                _c("account_id", _ACCOUNT.says, default="=buyer_id"),
                _c("product", "what was bought"),
                _c("quantity", "pieces", "number", low=0, default="1"),
                _c(
                    "bought_for",
                    "for whom it was bought",
                    "category",
                    values=("self", "household", "gift", "work", "resale"),
                ),
                _c("channel", "where it was bought"),
            ),
        ),
        Table(
            "survey",
            "a respondent",
            (
                _c("respondent_id", "the respondent", required=True),
                _c(
                    "role",
                    "whether the respondent pays, uses, or both",
                    "category",
                    required=True,
                    values=_WHO,
                ),
                _c("account_id", _ACCOUNT.says, default="=respondent_id"),
                _c("date", "day of the answer", "date"),
                _c("weight", "survey weight", "number", low=0, default="1"),
                _c("importance_*", _IMPORTANCE, "number", scale="importance"),
                _c(
                    "performance_*",
                    "how well the attribute is served",
                    "number",
                    scale="performance",
                ),
                _c("satisfaction", "how satisfied", "number", scale="satisfaction"),
                _c("recommend", "would recommend, 0–10", "number", low=0, high=10),
                _c("rebought", "bought again: 1, or not: 0", "whole", low=0, high=1),
                _c(
                    "price_gap",
                    "price paid minus the price of the usual rival, in currency",
                    "number",
                ),
                _c("knows_what", "knows what to look for", "category", values=("yes", "no")),
                _c("knows_where", "knows where to find it", "category", values=("yes", "no")),
                _c("price_too_cheap", "price so low that one doubts it (payers)", "number", low=0),
                _c("price_cheap", "price that is a bargain (payers)", "number", low=0),
                _c("price_expensive", "price that is dear, yet paid (payers)", "number", low=0),
                _c("price_too_expensive", "price too dear to buy (payers)", "number", low=0),
            ),
            key=("respondent_id",),
            traits=True,
        ),
        Table(
            "influence",
            "the points one informant gives one role",
            (
                _c("account_id", _ACCOUNT.says, required=True),
                _c(
                    "informant",
                    "who reports",
                    "category",
                    required=True,
                    values=("buyer", "consumer", "other"),
                ),
                _c("informant_id", "the person who reports", default="=informant"),
                _c("role", "whose say is reported", "category", required=True, values=SAY_ROLES),
                _c("points", "points for the role", "number", required=True, low=0),
                _c(
                    "stage",
                    "step of the decision",
                    "category",
                    values=("need", "search", "choice", "payment", "use"),
                ),
            ),
            key=("account_id", "informant_id", "stage", "role"),
        ),
        Table(
            "campaigns",
            "a campaign aimed at an audience (and segment)",
            (
                _c("campaign", "the campaign", required=True),
                _c("audience", "whom it is aimed at", "category", required=True, values=_AUDIENCES),
                _c("spend", "money spent on the row", "number", required=True, low=0),
                _c("start", "first day", "date"),
                _c("end", "last day", "date"),
                _c("channel", "where it ran"),
                _c("phase", "what the money is for", "category", values=PHASES),
                _c("claims", "attributes it promises, joined by ;", "claims"),
                _c("segment", "the segment it is aimed at"),
                _c("contacts", "people reached", "whole", low=0),
                _c("conversions", "people who acted", "whole", low=0),
                _c("revenue", "revenue it brought", "number", low=0),
                _c("voice", "who speaks", "category", values=("brand", "founder")),
                _c("randomised", "audience drawn by lot", "category", values=("yes", "no")),
            ),
        ),
        Table(
            "rivals",
            "a rival's message",
            (
                _c("rival", "the rival", required=True),
                _c("audience", "whom it is aimed at", "category", required=True, values=_AUDIENCES),
                _c("claims", "attributes it promises, joined by ;", "claims", required=True),
                _c("weight", "how much of the message one sees", "number", low=0, default="1"),
            ),
        ),
        Table(
            "feedback",
            "one utterance",
            (
                _c("feedback_id", "the utterance", required=True),
                _c(
                    "role",
                    "who speaks",
                    "category",
                    required=True,
                    values=_WHO,
                ),
                _c("date", "day it was said", "date"),
                _c(
                    "source",
                    "where it was heard",
                    "category",
                    values=("survey", "review", "focus_group", "social", "support"),
                ),
                _c("rating", "stars, 1–5", "number", low=1, high=5),
                _c("text", "the words"),
                _c("theme", "the theme a coder gave it"),
                _c("product", "the product spoken of"),
                _c("account_id", _ACCOUNT.says),
            ),
            key=("feedback_id",),
        ),
        Table(
            "people",
            "a person",
            (
                _c("person_id", "the person", required=True),
                _c(
                    "role",
                    "whether the person pays, uses, or both",
                    "category",
                    required=True,
                    values=_WHO,
                ),
                _c("account_id", _ACCOUNT.says),
                _c("free_from", "first day of use free of charge", "date"),
                _c("paid_from", "first day of use that was paid for", "date"),
            ),
            key=("person_id",),
            traits=True,
        ),
        Table(
            "levers",
            "a trial of a way to turn one-off customers into clients",
            (
                _c(
                    "lever",
                    "the way tried",
                    "category",
                    required=True,
                    values=("learn", "incentive", "word_of_mouth", "suggestions", "support"),
                ),
                _c("customers", "customers treated", "whole", required=True, low=0),
                _c("converted", "of them turned into clients", "whole", required=True, low=0),
                _c("cost", "total cost of the treatment", "number", required=True, low=0),
                _c("control_customers", "customers not treated", "whole", low=0),
                _c("control_converted", "of them turned into clients", "whole", low=0),
            ),
        ),
        Table(
            "usage",
            "an account in a month",
            (
                _c("account_id", _ACCOUNT.says, required=True),
                _c("period", "the month, YYYY-MM", "month", required=True),
                _c(
                    "active",
                    "used the product: 1, or not: 0",
                    "whole",
                    required=True,
                    low=0,
                    high=1,
                ),
            ),
            key=("account_id", "period"),
        ),
        Table(
            "products",
            "a product",
            (
                _c("product", "the product", required=True),
                _c("label", "its name for readers"),
                _c("launched", "day of launch", "date"),
                _c("price", "list price", "number", low=0),
                _c("unit_cost", "cost of one piece", "number", low=0),
                _c("free_cost", "what a user costs who does not pay, in all", "number", low=0),
                _c(
                    "pricing",
                    "how it is priced",
                    "category",
                    values=("single", "skimming", "freemium", "subscription"),
                ),
            ),
            key=("product",),
        ),
    )
}

ATTRIBUTE_WILDCARD = "_*"
PRICE_COLUMNS = ("price_too_cheap", "price_cheap", "price_expensive", "price_too_expensive")
ANSWER_COLUMNS = [
    "satisfaction",
    "recommend",
    "rebought",
    "knows_what",
    "knows_where",
    *PRICE_COLUMNS,
]
ANSWER_PREFIXES = ("importance_", "performance_")


def contract_columns(
    table: str, attributes: Iterable[str] = (), traits: Iterable[str] = ()
) -> tuple[Column, ...]:
    """Which columns may the table have, for a client with these attributes and traits?

    >>> [c.name for c in contract_columns("survey", ["price"])][5:8]
    ['importance_price', 'performance_price', 'satisfaction']
    """
    attributes = tuple(attributes)
    columns: list[Column] = []
    for column in TABLES[table].columns:
        if column.name.endswith(ATTRIBUTE_WILDCARD):
            stem = column.name.removesuffix("*")
            columns += [replace(column, name=stem + a) for a in attributes]
        else:
            columns.append(column)
    if TABLES[table].traits:
        columns += [Column(name, "a trait of the client's own") for name in traits]
    return tuple(columns)


def contract_column_names(
    table: str, attributes: Iterable[str] = (), traits: Iterable[str] = ()
) -> tuple[str, ...]:
    """Their names."""
    return tuple(c.name for c in contract_columns(table, attributes, traits))


def is_answer_column(column: str) -> bool:
    """Is the survey column an answer (not who answered, when, or with which weight)?"""
    return column in ANSWER_COLUMNS or column.startswith(ANSWER_PREFIXES)


def is_personal_column(column: Column) -> bool:
    """May the cells name or describe a person, so that no message shows them?"""
    return column.type == "text" and column.name not in ("campaign", "product", "channel")


TOO_LARGE = 1e15  # up to here float64 holds every whole number, and sums of squares stay finite
