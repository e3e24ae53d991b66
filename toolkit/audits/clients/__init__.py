"""One-off customer or client, what is one worth, and which lever pays?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.audits.clients.contracts import renewing
from toolkit.audits.clients.foretold import foretelling
from toolkit.audits.clients.levers import lever_measures, pays
from toolkit.audits.clients.returning import first_sale, one_off, values
from toolkit.audits.clients.tables import holdout_table, lever_table, told
from toolkit.catalogue import AUDITS
from toolkit.client import Client
from toolkit.finding import Finding, measures, stacked, withheld
from toolkit.quantities import Facts
from toolkit.quantities.accounts import drawn
from toolkit.quantities.cautions import counting, leaving_out
from toolkit.quantities.worth import YEAR, Worth
from toolkit.text import amount, counted, money, percent, span

__all__ = ["audit", "holdout_table", "lever_table", "told"]
FORETOLD = "what is foretold of buying again, and the renewal of contracts, rest"
ONCE = (
    "There is one product and nobody bought it twice: turning buyers into clients is not worth it."
)


def audit(client: Client) -> Finding:
    """One-off customer or client, what is one worth, and which lever pays?

    Measures of purchases: `one_off_share` (accounts that ordered on one day only; in a year: of
    those watched for a year, who did not come back within it), `client_value` and
    `client_revenue` (what an account that comes back brings within the year after its first day,
    in margin and in revenue, discounted), `first_sale`. Of the model of repeat buying: `holdout`,
    `tracked`, `repeat_model`, `future_value` (or `future_revenue`), `rfm_return`. Of contracts:
    `renewal`, `retention_multiple`, `still_there`. Of levers: `lever_net` and what it is made of.
    Skipped without purchases and without levers.
    """
    if not (client.has("purchases") or client.has("levers")):
        return Finding.without("clients", "skipped", "Bring purchases, trials of levers, or both.")
    facts, question = Facts.of(client), AUDITS["clients"]
    parts, said = _measured(facts)
    frame = stacked(parts)
    return Finding(
        "clients",
        question.question,
        " ".join(_answer(facts, frame)),
        frame,
        (
            *_limits(facts),
            *said,
            *drawn(client, FORETOLD),
            *leaving_out(facts, ["purchases", "levers"]),
            *withheld(frame),
            *counting(frame, client.settings.level),
        ),
        question.claims,
    )


def _measured(facts: Facts) -> tuple[list[pd.DataFrame], list[str]]:
    """All measures, and why there are none where a model cannot tell."""
    parts, said = [measures("one_off_share", "share", {})], []
    if facts.worth is not None:
        parts += [*one_off(facts.worth, facts.level), *values(facts.worth, facts.level)]
        parts += first_sale(facts)
        for ask in (foretelling, renewing):
            found, why = ask(facts)
            parts += found
            said += why
    return [*parts, *lever_measures(facts)], said


def _answer(facts: Facts, frame: pd.DataFrame) -> Iterator[str]:
    worth, currency = facts.worth, facts.client.currency
    rows = {(row["measure"], row["group"]): row for row in frame.to_dict("records")}
    if worth is None:
        yield "Without purchases nobody knows who comes back, or what a client is worth."
    elif worth.sold_once:
        yield ONCE
    else:
        yield from _shares(rows)
        told = rows.get(("client_value", "")) or rows.get(("client_revenue", ""))
        if told:
            kind = "margin" if told["measure"] == "client_value" else "revenue"
            yield (
                f"One who does brings {amount(told['value'], currency)} "
                f"({money(told['low'], told['high'], currency)}) of {kind} in the year after the "
                "first day."
            )
    yield from pays(rows, currency)


def _shares(rows: dict) -> Iterator[str]:
    year, ever = rows.get(("one_off_share", "in a year")), rows.get(("one_off_share", ""))
    if year:
        yield (
            f"{percent(year['value'])} of customers ({span(year['low'], year['high'], 'share')}) "
            "do not come back within a year."
        )
    elif ever:
        yield f"{percent(ever['value'])} of customers ordered on one day only so far."


def _limits(facts: Facts) -> Iterator[str]:
    if facts.worth is not None:
        yield from _watching(facts.worth)
    if facts.phases and facts.phases.silent:
        rows = counted(facts.phases.silent, "campaign row", "campaign rows")
        yield (
            f"{rows} ({percent(facts.phases.unsaid)} of spend) say no phase; they are left out of "
            "the share of spend on acquiring."
        )
    for lever in facts.tried:
        if lever.why:
            yield f"The lever “{lever.lever.replace('_', ' ')}” {lever.why}: it is not judged."
    if facts.tried:
        yield (
            "The difference between treated and control customers is the lever's doing only where "
            "it was drawn by lot who was treated; elsewhere it goes together with the lever."
        )


def _watching(worth: Worth) -> Iterator[str]:
    young = 1 - float(worth.watched.mean())
    if young:
        yield (
            f"{percent(young)} of accounts came less than {YEAR} days before the last order and "
            "may yet come back; what is said of a year leaves them out."
        )
    if worth.margin is None:
        yield "Without a margin a client's value stands in revenue, and no lever can be judged."
    elif worth.clients:
        yield (
            "A client is worth more to begin with, and a customer won by a lever may be worth "
            "less: the value of a client is that of those who came back by themselves."
        )
