"""Which sentences does a report open with, made from verdicts and money alone?

In which order does a reader meet the mistakes, and how much money do they add up to?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.catalogue import MISTAKE_TYPES, NOT_YET_BUILT, MoneyKind
from toolkit.finding import Audit, DataNeeds, Judgement, Money, Verdict
from toolkit.wording import (
    count_with_noun,
    format_count,
    format_money_range,
    format_number,
    join_words,
)

PRESSING = (Verdict.FOUND, Verdict.SUSPECTED)


@dataclass(frozen=True)
class MoneyAtStake:
    """Money of one kind at stake over `mistakes`, in the client's currency.

    Several mistakes can point at the same money, so `low` is the largest low end of any one of
    them. Spend to move is one budget that all of them describe: `high` is the largest high end.
    Money of other kinds may lie apart: `high` adds the high ends, and spend at risk is never more
    than the whole spend, where that is known.
    """

    kind: MoneyKind
    low: float
    high: float
    mistakes: tuple[str, ...]


def judged_mistakes(mistakes: Iterable[Judgement]) -> list[Judgement]:
    """Which mistakes does this version judge at all?"""
    return [m for m in mistakes if m.why != NOT_YET_BUILT]


def later_mistakes(mistakes: Iterable[Judgement]) -> list[Judgement]:
    """Which mistakes are left to a later version?"""
    return [m for m in mistakes if m.why == NOT_YET_BUILT]


def with_verdicts(mistakes: Iterable[Judgement], *verdicts: Verdict) -> list[Judgement]:
    """Which of the mistakes have one of these verdicts? Their order is kept."""
    return [m for m in mistakes if m.verdict in verdicts]


def threshold_multiple(mistake: Judgement) -> float:
    """How many thresholds large is the effect? Where less is worse, how many times too small.

    A threshold of zero has no multiple: the estimate itself stands in. 0 without an estimate.
    """
    if mistake.estimate is None:
        return 0.0
    above, below = mistake.estimate, mistake.threshold
    if mistake.direction == "below":
        above, below = below, max(above, 1e-9)
    return above / below if below else above


def rank_mistakes(mistakes: Iterable[Judgement]) -> list[Judgement]:
    """Which mistake comes first? Found before suspected; by money, then by size without money."""
    return sorted(with_verdicts(mistakes, *PRESSING), key=_pressing)


def _pressing(mistake: Judgement) -> tuple[int, int, float]:
    money = mistake.money
    size = money.mid if money else threshold_multiple(mistake)
    return PRESSING.index(mistake.verdict), int(money is None), -size


def money_at_stake(mistakes: Iterable[Judgement], spend: float | None = None) -> list[MoneyAtStake]:
    """How much is at stake, kind by kind? Unlike kinds are never added; largest first.

    `spend` is all that the client spends on campaigns, where it is known.
    """
    kinds: dict[MoneyKind, list[tuple[str, Money]]] = {}
    for mistake in mistakes:
        if mistake.money is not None:
            kinds.setdefault(mistake.money.kind, []).append((mistake.id, mistake.money))
    found = [_sum_at_stake(kind, rows, spend) for kind, rows in kinds.items()]
    return sorted(found, key=lambda s: -s.high)


def _sum_at_stake(
    kind: MoneyKind, rows: list[tuple[str, Money]], spend: float | None
) -> MoneyAtStake:
    low = max(money.low for _, money in rows)
    highs = [money.high for _, money in rows]
    high = max(highs) if kind == "spend to move" else sum(highs)
    if kind == "spend at risk" and spend is not None:
        high = max(min(high, spend), *highs)
    return MoneyAtStake(kind, low, high, tuple(id for id, _ in rows))


VERDICTS: Mapping[Verdict, str] = {
    Verdict.FOUND: "found",
    Verdict.SUSPECTED: "suspected",
    Verdict.CANNOT_TELL: "cannot tell",
    Verdict.CLEAR: "clear",
    Verdict.NOT_APPLICABLE: "not applicable",
}
ROWS = {
    "survey": ("respondent", "respondents"),
    "influence": ("row", "rows"),
    "purchases": ("order line", "order lines"),
    "campaigns": ("campaign", "campaigns"),
    "feedback": ("utterance", "utterances"),
    "levers": ("customer", "customers"),
    "client.yml": ("the margin", "the margin"),
    "usage": ("account and month", "accounts and months"),
}
WHERE = {
    "survey": "in the survey",
    "levers": "in the trial, treated or not",
    "client.yml": "in client.yml",
    "influence": "of the influence table (a row is what one person says of one role at one step)",
}
ROLES = {
    "buyer": ("buyer", "buyers"),
    "consumer": ("consumer", "consumers"),
    "influencer": ("influencer", "influencers"),
}
BEHIND = {
    "influence": "accounts that report the say",
    "survey": "respondents",
    "purchases": "accounts that bought",
    "levers": "customers in the trial",
    "feedback": "utterances",
    "usage": "buying accounts whose use is known",
}
REST = {
    Verdict.CLEAR: "can be ruled out",
    Verdict.CANNOT_TELL: "cannot be told yet",
    Verdict.NOT_APPLICABLE: "cannot be made here",
}


def opening_sentences(audit: Audit, spend: float | None = None) -> tuple[str, str, str]:
    """What is the answer, in three sentences: what is wrong, what it costs, what comes first?

    `spend` is all that the client spends on campaigns, where it is known.
    """
    return _wrong(audit), _cost(audit, spend), _first(audit)


def _titles(mistakes: Sequence[Judgement]) -> str:
    return join_words([MISTAKE_TYPES[m.id].title.lower() for m in mistakes])


def _wrong(audit: Audit) -> str:
    asked = judged_mistakes(audit.mistakes)
    found = with_verdicts(rank_mistakes(asked), Verdict.FOUND)
    suspected = with_verdicts(rank_mistakes(asked), Verdict.SUSPECTED)
    if not asked:
        return "This version looks for none of the mistakes."
    tested = count_with_noun(len(asked), "mistake", "mistakes")
    if found:
        are = "is" if len(found) == 1 else "are"
        also = f"; suspected, not proven: {_titles(suspected)}" if suspected else ""
        return f"Of {tested} we looked for, {len(found)} {are} found: {_titles(found)}{also}."
    if suspected:
        return f"Of {tested} we looked for, none is proven, but suspected: {_titles(suspected)}."
    rest = [
        f"{len(with_verdicts(asked, v))} {words}"
        for v, words in REST.items()
        if with_verdicts(asked, v)
    ]
    return f"Of {tested} we looked for, none is found: {join_words(rest)}."


def _cost(audit: Audit, spend: float | None) -> str:
    found = with_verdicts(judged_mistakes(audit.mistakes), Verdict.FOUND)
    suspected = with_verdicts(judged_mistakes(audit.mistakes), Verdict.SUSPECTED)
    for mistakes, lead in ((found, "At stake"), (suspected, "If the suspicion holds, at stake")):
        sums = money_at_stake(mistakes, spend)
        if sums:
            return f"{lead}: {join_words([_stake_words(s, audit) for s in sums])}."
    if found or suspected:
        return "What this costs cannot be said in money yet."
    return "No money is shown to be at stake."


def overlap_sentences(sums: Sequence[MoneyAtStake]) -> str:
    """How were sums of several mistakes put together? Empty where no kind has several."""
    return " ".join(_together(s.kind) for s in sums if len(s.mistakes) > 1)


def _together(kind: str) -> str:
    if kind == "spend to move":
        return (
            "The sums of spend to move overlap: they describe one budget, so the range goes from "
            "the largest low end to the largest high end and is never their sum."
        )
    most = (
        ", but no more than the whole campaign spend or the largest one"
        if kind == "spend at risk"
        else ""
    )
    return (
        f"The sums of {kind} overlap: the low end counts the largest one alone, the high end adds "
        f"them all{most}."
    )


def _stake_words(stake: MoneyAtStake, audit: Audit) -> str:
    """How is one sum at stake said? ``€12,400 to €31,000 spend to move``."""
    return (
        f"{format_money_range(stake.low, stake.high, str(audit.client['currency']))} {stake.kind}"
    )


def _first(audit: Audit) -> str:
    asked = judged_mistakes(audit.mistakes)
    worst = rank_mistakes(asked)
    if worst:
        advice = worst[0].advice
        return f"Do this first: {advice[:1].lower()}{advice[1:].rstrip('.')}."
    wanted = [m.needs for m in with_verdicts(asked, Verdict.CANNOT_TELL) if m.needs]
    if wanted:
        least = min(wanted, key=lambda needs: (needs.rows is None, needs.rows or 0))
        return f"To learn more, bring {needs_words(least)}."
    return "Keep the course, and measure again when messages, prices or people change."


def needs_words(needs: DataNeeds | None) -> str:
    """What is to be brought before this can be decided? ``about 120 more consumers in …``."""
    if needs is None:
        return ""
    one, many = ROLES.get(needs.role or "", ROWS.get(needs.table, ("row", "rows")))
    things = one if needs.rows == 1 else many
    much = things if needs.rows is None else f"about {format_number(needs.rows)} more {things}"
    return f"{much} {WHERE.get(needs.table, f'in the {needs.table} table')}"


def sample_words(mistake: Judgement) -> str:
    """How many observations stand behind it? ``240 buyers and 236 consumers``."""
    return join_words(f"{format_count(n)} {_things(what)}" for what, n in mistake.n.items())


def _things(what: str) -> str:
    return ROLES[what][1] if what in ROLES else BEHIND.get(what, what)
