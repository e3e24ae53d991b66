"""What the page says of each mistake: facts and sentences, ready to be laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from toolkit.catalogue import AUDITS, KINDS, Kind
from toolkit.charts.ruler import ruler
from toolkit.claims import CLAIMS
from toolkit.finding import Audit, Mistake, Verdict
from toolkit.report.evidence import MEASURES, Evidence, evidence
from toolkit.report.shown import Picture
from toolkit.report.words import VERDICTS, behind, needs_words
from toolkit.text import figure, money, percent, quantity, span


@dataclass(frozen=True)
class Block:
    """One mistake as a reader meets it; every text is plain and escaped by the page.

    Only `ruler` is markup: we draw it ourselves from numbers and escaped words.
    """

    mistake: Mistake
    kind: Kind
    verdict: str
    sign: str
    money: str
    size: str
    threshold: str
    sure: str
    behind: str
    ruler: Markup
    evidence: Evidence | None
    picture: Picture | None
    needs: str
    claims: tuple[tuple[str, str], ...]
    audits: tuple[tuple[str, str], ...]


def block(
    audit: Audit,
    mistake: Mistake,
    labels: Mapping[str, str],
    pictures: Mapping[str, Picture],
) -> Block:
    """What is to be said of this mistake?"""
    currency, unit = str(audit.client["currency"]), mistake.unit
    sums, estimate = mistake.money, mistake.estimate
    return Block(
        mistake,
        KINDS[mistake.id],
        VERDICTS[mistake.verdict],
        mistake.verdict.sign,
        f"{money(sums.low, sums.high, currency)} {sums.kind}" if sums else "",
        "" if estimate is None else quantity(estimate, unit, currency),
        figure(mistake.threshold, unit, currency),
        sure(audit, mistake),
        behind(mistake),
        Markup(ruler(mistake, currency)),
        evidence(audit, mistake.id, labels),
        pictures.get(mistake.id),
        needs_words(mistake.needs),
        tuple((id, CLAIMS[id]) for id in mistake.claims),
        _audits(audit, mistake),
    )


def _audits(audit: Audit, mistake: Mistake) -> tuple[tuple[str, str], ...]:
    """The audits whose numbers carry the mistake and that say something about their limits."""
    names = dict.fromkeys(name for name, _, _ in MEASURES.get(mistake.id, ()))
    return tuple((name, AUDITS[name].title) for name in names if audit.findings[name].limits)


def sure(audit: Audit, mistake: Mistake) -> str:
    """How sure is it? The interval, the threshold, and the chance of a false alarm."""
    if mistake.low is None or mistake.high is None:
        return "There is no estimate yet."
    unit, currency = mistake.unit, str(audit.client["currency"])
    level = percent(float(audit.run["level"]))
    ends = span(mistake.low, mistake.high, unit, currency)
    line = figure(mistake.threshold, unit, currency)
    return f"The {level} interval is {ends}, the threshold {line}.{_decided(mistake)}"


def _decided(mistake: Mistake) -> str:
    """The test of a found or suspected mistake; a suspicion that only the many tests undo."""
    if mistake.verdict not in (Verdict.FOUND, Verdict.SUSPECTED) or mistake.p_holm is None:
        return ""
    chance = "p is below 0.001" if mistake.p_holm < 0.001 else f"p = {mistake.p_holm:.2g}"
    said = f" Allowing for all mistakes tested, {chance}"
    if mistake.verdict is Verdict.SUSPECTED and _beyond(mistake):
        return said + ": the interval alone would decide, all tests together do not."
    return said + "."


def _beyond(mistake: Mistake) -> bool:
    """Does the whole interval lie on the harmful side of the threshold?"""
    if mistake.low is None or mistake.high is None:
        return False
    if mistake.direction == "below":
        return mistake.high < mistake.threshold
    return mistake.low > mistake.threshold
