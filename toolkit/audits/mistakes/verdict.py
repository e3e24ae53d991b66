"""From effects to verdicts: Holm over what was tested, and one sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from toolkit.audits.mistakes.effect import Effect
from toolkit.catalogue import KINDS, LATER, Kind
from toolkit.finding import Mistake, Needs, Verdict
from toolkit.stats.multiple import holm
from toolkit.text import NO_CURRENCY, quantity, span

ALPHA = 0.05
ONE_PERSON = "Buyer and consumer are one person here, so this mistake cannot be made."


def verdicts(
    effects: Mapping[str, Effect],
    thresholds: Mapping[str, float],
    one_person: bool,
    currency: str = NO_CURRENCY,
) -> tuple[Mistake, ...]:
    """Which of the fifteen mistakes are there? One `Mistake` for each, in the catalogue's order.

    `found`: p after Holm over this client's mistakes that have a p is below 0.05; `clear`: the
    95 % interval ends below the threshold; `suspected`: neither, and the estimate is above it;
    else `cannot_tell`; mirrored where less is worse. Mistakes without an effect are not in this
    version.
    """
    effects = {id: e for id, e in effects.items() if not (one_person and KINDS[id].one_person)}
    adjusted = _holm({id: e.p for id, e in effects.items() if e.p is not None})
    return tuple(
        _mistake(
            kind, effects.get(kind.id), thresholds, adjusted.get(kind.id), one_person, currency
        )
        for kind in KINDS.values()
    )


def _holm(p: Mapping[str, float]) -> dict[str, float]:
    if not p:
        return {}
    return dict(zip(p, holm(np.array(list(p.values()))).tolist(), strict=True))


def _mistake(
    kind: Kind,
    effect: Effect | None,
    thresholds: Mapping[str, float],
    p_holm: float | None,
    one_person: bool,
    currency: str,
) -> Mistake:
    threshold = thresholds.get(kind.id, kind.threshold)
    if effect is None:
        ruled_out = one_person and kind.one_person
        verdict = Verdict.NOT_APPLICABLE if ruled_out else Verdict.CANNOT_TELL
        return _bare(kind, verdict, threshold, ONE_PERSON if ruled_out else LATER)
    if effect.ruled_out:
        return _bare(kind, Verdict.NOT_APPLICABLE, threshold, effect.ruled_out)
    verdict = decide(effect, threshold, p_holm, kind.direction)
    shown = effect.shown
    return Mistake(
        kind.id,
        verdict,
        _why(kind, verdict, effect, threshold, currency),
        threshold,
        kind.unit,
        kind.advice,
        kind.claims,
        estimate=shown.value if shown else None,
        low=shown.low if shown else None,
        high=shown.high if shown else None,
        direction=kind.direction,
        p=effect.p,
        p_holm=p_holm,
        n=effect.n,
        money=effect.money,
        money_why=effect.money_why if effect.money is None else None,
        needs=_needs(effect, verdict),
    )


def _bare(kind: Kind, verdict: Verdict, threshold: float, why: str) -> Mistake:
    return Mistake(
        kind.id,
        verdict,
        why,
        threshold,
        kind.unit,
        kind.advice,
        kind.claims,
        direction=kind.direction,
    )


def decide(
    effect: Effect, threshold: float, p_holm: float | None, direction: str = "above"
) -> Verdict:
    """Found, clear, suspected or cannot tell? The rule of `verdicts`, for one effect.

    Where less is worse (`direction` "below") effect and threshold are mirrored at 0.
    """
    if effect.blocked or effect.decisive is None or p_holm is None:
        return Verdict.CANNOT_TELL
    if p_holm < ALPHA:
        return Verdict.FOUND
    ends, line = effect.decisive, threshold
    if direction == "below":
        ends, line = -ends, -line
    if ends.high < line:
        return Verdict.CLEAR
    return Verdict.SUSPECTED if ends.value > line else Verdict.CANNOT_TELL


def _needs(effect: Effect, verdict: Verdict) -> Needs | None:
    """What to bring: at least one row more, as no formula's 0 decides what was not decided."""
    undecided = verdict in (Verdict.SUSPECTED, Verdict.CANNOT_TELL)
    wanted = effect.blocked or (effect.undecided if undecided else None)
    if wanted is None or wanted.rows is None:
        return wanted
    return replace(wanted, rows=max(1, wanted.rows))


def _why(kind: Kind, verdict: Verdict, effect: Effect, threshold: float, currency: str) -> str:
    if effect.why or effect.shown is None:
        return effect.why or ""
    value, limit = (quantity(x, kind.unit, currency) for x in (effect.shown.value, threshold))
    line = f"the {limit} that would matter" if threshold else "zero"
    said = f"{value} ({span(effect.shown.low, effect.shown.high, kind.unit, currency)})"
    wrong, right = ("above", "below") if kind.direction == "above" else ("below", "above")
    ends = {
        Verdict.FOUND: f"surely {wrong} {line}",
        Verdict.CLEAR: f"surely {right} {line}",
        Verdict.SUSPECTED: f"probably {wrong} {line}, but not surely",
        Verdict.CANNOT_TELL: f"too uncertain to set against {line}",
    }
    caution = f"; {effect.caution}" if effect.caution else ""
    return f"{kind.says.capitalize()}: {said}, {ends[verdict]}{caution}."
