"""What must a reader be told about the data? The guards of a client, as sentences for `limits`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from toolkit.quantities.facts import Facts
from toolkit.quantities.guards import (
    LEFT_OUT_WORRY,
    Reports,
    ScaleUse,
    key_informants,
    left_out,
    scale_use,
    straight_lining,
    unanswered,
)
from toolkit.quantities.reversal import VALUE, Reversal
from toolkit.tables import ROLES
from toolkit.text import counted, percent, quantity, span


def answering(facts: Facts) -> Iterator[str]:
    """Did respondents answer in a way that could mislead: alike, on other scales, or not at all?"""
    if facts.answers is None:
        return
    straight, use = straight_lining(facts.answers), scale_use(facts.answers)
    if straight:
        yield (
            f"{percent(straight)} of respondents gave every attribute the same importance; they "
            "may not have read the questions, and make the roles look more alike than they are."
        )
    if use:
        yield from _scale_use(use)
    missing = unanswered(facts.answers)
    if missing > LEFT_OUT_WORRY:
        yield (
            f"{percent(missing)} of importance answers are missing; if those who skipped an "
            "attribute weigh it differently, the weights are off."
        )


def turning(facts: Facts, about: Collection[str]) -> Iterator[str]:
    """Does a difference between the roles turn around within a trait? See `quantities.reversal`.

    `about` names what the audit speaks of: VALUE, or attributes.
    """
    labels = {id: attribute.label for id, attribute in facts.client.attributes.items()}
    for found in facts.reversals:
        if found.of in about:
            yield _turns(found, labels)


def disagreeing(facts: Facts) -> Iterator[str]:
    """Do buyers and consumers tell different stories of who has the say?"""
    found = key_informants(facts.say) if facts.say else ()
    if found:
        yield (
            f"Buyers and consumers tell different stories: {'; '.join(map(_reports, found))}. The "
            "truth may lie anywhere between, and asking more accounts will not settle it."
        )


def leaving_out(facts: Facts, tables: Sequence[str]) -> Iterator[str]:
    """Of which tables could many rows not be used?"""
    for found in left_out(facts.client, tables):
        yield (
            f"{percent(found.share)} of the rows of {found.table} do not say what is asked and are "
            "left out where it is; if they differ from the rest, what is said here is off."
        )


def counting(frame: pd.DataFrame, level: float) -> Iterator[str]:
    """How many intervals are shown, and how few accounts stand behind the weakest?"""
    uncertain = frame[frame["low"] < frame["high"]]
    if len(uncertain):
        yield (
            f"{counted(len(uncertain), 'interval is', 'intervals are')} shown; at {percent(level)} "
            f"each, about one in {round(1 / (1 - level))} misses the truth. The fewest accounts "
            f"behind one: {int(uncertain['n'].min())}."
        )


def _scale_use(use: ScaleUse) -> Iterator[str]:
    for role, said, pair in (
        (use.shifted, "rate everything higher", use.mean),
        (use.narrower, "use a narrower part of the scale", use.spread),
    ):
        if role:
            mine, other = pair if role == ROLES[0] else pair[::-1]
            what = "mean" if pair is use.mean else "spread"
            yield (
                f"{role.capitalize()}s {said} ({what} of raw importance {percent(mine)} of the "
                f"scale, against {percent(other)}); so shares of each respondent's own total are "
                "compared, not raw ratings."
            )


def _turns(found: Reversal, labels: Mapping[str, str]) -> str:
    buyers, consumers = (f"{role}s" for role in ROLES)
    ahead, behind = (buyers, consumers) if found.pooled > 0 else (consumers, buyers)
    unit = "points" if found.of == VALUE else "share"
    low, high = sorted(abs(end) for end in (found.within.low, found.within.high))
    done = "are served better" if found.of == VALUE else f"weigh “{labels[found.of]}” more"
    return (
        f"Taken together {ahead} {done} than {behind} (by {quantity(abs(found.pooled), unit)}), "
        f"yet people of the same {found.trait} show the reverse ({span(low, high, unit)}, in "
        f"{found.against} of {found.strata} groups): look at each group of {found.trait} by itself."
    )


def _reports(found: Reports) -> str:
    """`of the buyer's say buyers report 51% to 53%, consumers 26% to 28%`."""
    buyers, consumers = (
        span(told.low, told.high, "share") for told in (found.buyers, found.consumers)
    )
    return f"of the {found.role}'s say buyers report {buyers}, consumers {consumers}"
