"""The sentences a report opens with, made from verdicts and money alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.catalogue import KINDS
from toolkit.finding import Audit, Mistake, Needs, Verdict
from toolkit.report.ranking import Stake, judged, of, ranked, stakes
from toolkit.text import count, counted, listed, money, number

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


def opening(audit: Audit, spend: float | None = None) -> tuple[str, str, str]:
    """What is the answer, in three sentences: what is wrong, what it costs, what comes first?

    `spend` is all that the client spends on campaigns, where it is known.
    """
    return _wrong(audit), _cost(audit, spend), _first(audit)


def _titles(mistakes: Sequence[Mistake]) -> str:
    return listed([KINDS[m.id].title.lower() for m in mistakes])


def _wrong(audit: Audit) -> str:
    asked = judged(audit.mistakes)
    found = of(ranked(asked), Verdict.FOUND)
    suspected = of(ranked(asked), Verdict.SUSPECTED)
    if not asked:
        return "This version looks for none of the mistakes."
    tested = counted(len(asked), "mistake", "mistakes")
    if found:
        are = "is" if len(found) == 1 else "are"
        also = f"; suspected, not proven: {_titles(suspected)}" if suspected else ""
        return f"Of {tested} we looked for, {len(found)} {are} found: {_titles(found)}{also}."
    if suspected:
        return f"Of {tested} we looked for, none is proven, but suspected: {_titles(suspected)}."
    rest = [f"{len(of(asked, v))} {words}" for v, words in REST.items() if of(asked, v)]
    return f"Of {tested} we looked for, none is found: {listed(rest)}."


def _cost(audit: Audit, spend: float | None) -> str:
    found = of(judged(audit.mistakes), Verdict.FOUND)
    suspected = of(judged(audit.mistakes), Verdict.SUSPECTED)
    for mistakes, lead in ((found, "At stake"), (suspected, "If the suspicion holds, at stake")):
        sums = stakes(mistakes, spend)
        if sums:
            return f"{lead}: {listed([stake_words(s, audit) for s in sums])}."
    if found or suspected:
        return "What this costs cannot be said in money yet."
    return "No money is shown to be at stake."


def overlap(sums: Sequence[Stake]) -> str:
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


def stake_words(stake: Stake, audit: Audit) -> str:
    """How is one sum at stake said? ``€12,400 to €31,000 spend to move``."""
    return f"{money(stake.low, stake.high, str(audit.client['currency']))} {stake.kind}"


def _first(audit: Audit) -> str:
    asked = judged(audit.mistakes)
    worst = ranked(asked)
    if worst:
        advice = worst[0].advice
        return f"Do this first: {advice[:1].lower()}{advice[1:].rstrip('.')}."
    wanted = [m.needs for m in of(asked, Verdict.CANNOT_TELL) if m.needs]
    if wanted:
        least = min(wanted, key=lambda needs: (needs.rows is None, needs.rows or 0))
        return f"To learn more, bring {needs_words(least)}."
    return "Keep the course, and measure again when messages, prices or people change."


def needs_words(needs: Needs | None) -> str:
    """What is to be brought before this can be decided? ``about 120 more consumers in …``."""
    if needs is None:
        return ""
    one, many = ROLES.get(needs.role or "", ROWS.get(needs.table, ("row", "rows")))
    things = one if needs.rows == 1 else many
    much = things if needs.rows is None else f"about {number(needs.rows)} more {things}"
    return f"{much} {WHERE.get(needs.table, f'in the {needs.table} table')}"


def behind(mistake: Mistake) -> str:
    """How many observations stand behind it? ``240 buyers and 236 consumers``."""
    return listed(f"{count(n)} {_things(what)}" for what, n in mistake.n.items())


def _things(what: str) -> str:
    return ROLES[what][1] if what in ROLES else BEHIND.get(what, what)
