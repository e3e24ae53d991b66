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
SIGNS: Mapping[Verdict, str] = {
    Verdict.FOUND: "!",
    Verdict.SUSPECTED: "◐",
    Verdict.CANNOT_TELL: "?",
    Verdict.CLEAR: "✓",
    Verdict.NOT_APPLICABLE: "–",
}
ROWS = {
    "survey": ("respondent", "respondents"),
    "influence": ("report of who has the say", "reports of who has the say"),
    "purchases": ("order line", "order lines"),
    "campaigns": ("campaign", "campaigns"),
    "feedback": ("utterance", "utterances"),
    "levers": ("trial", "trials"),
    "usage": ("account and month", "accounts and months"),
}
ROLES = {
    "buyer": ("buyer", "buyers"),
    "consumer": ("consumer", "consumers"),
    "influencer": ("influencer", "influencers"),
}


BEHIND = {"influence": "accounts that report the say", "survey": "respondents"}


def opening(audit: Audit) -> tuple[str, str, str]:
    """What is the answer, in three sentences: what is wrong, what it costs, what comes first?"""
    return _wrong(audit), _cost(audit), _first(audit)


def _titles(mistakes: Sequence[Mistake]) -> str:
    return listed([KINDS[m.id].title.lower() for m in mistakes])


def _wrong(audit: Audit) -> str:
    asked = judged(audit.mistakes)
    found = of(ranked(asked), Verdict.FOUND)
    suspected = of(ranked(asked), Verdict.SUSPECTED)
    tested = counted(len(asked), "mistake", "mistakes")
    if found:
        are = "is" if len(found) == 1 else "are"
        also = f"; suspected, not proven: {_titles(suspected)}" if suspected else ""
        return f"Of {tested} we looked for, {len(found)} {are} found: {_titles(found)}{also}."
    if suspected:
        return f"Of {tested} we looked for, none is proven, but suspected: {_titles(suspected)}."
    clear = len(of(asked, Verdict.CLEAR))
    if clear:
        return f"Of {tested} we looked for, none is found, and {clear} can be ruled out."
    if of(asked, Verdict.CANNOT_TELL):
        return f"The data do not yet decide any of the {tested} we looked for."
    return f"None of the {tested} we looked for can be made here."


def _cost(audit: Audit) -> str:
    found = of(judged(audit.mistakes), Verdict.FOUND)
    suspected = of(judged(audit.mistakes), Verdict.SUSPECTED)
    for mistakes, lead in ((found, "At stake"), (suspected, "If the suspicion holds, at stake")):
        sums = stakes(mistakes)
        if sums:
            return f"{lead}: {listed([stake_words(s, audit) for s in sums])}."
    if found or suspected:
        return "What this costs cannot be said in money yet."
    return "No money is shown to be at stake."


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
    where = "in the survey" if needs.table == "survey" else f"in the {needs.table} table"
    if needs.rows is None:
        return f"{many} {where}"
    return f"about {number(needs.rows)} more {one if needs.rows == 1 else many} {where}"


def behind(mistake: Mistake) -> str:
    """How many observations stand behind it? ``240 buyers and 236 consumers``."""
    return listed(f"{count(n)} {_things(what)}" for what, n in mistake.n.items())


def _things(what: str) -> str:
    return ROLES[what][1] if what in ROLES else BEHIND.get(what, what)
