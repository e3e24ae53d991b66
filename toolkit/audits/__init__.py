"""One module per question, each with `audit(client) -> Finding`; here all of them together."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit.audits import (
    clients,
    feedback,
    life_cycle,
    loyalty,
    mistakes,
    motivations,
    roles,
    segments,
    targeting,
)
from toolkit.catalogue import NOT_YET_BUILT
from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.errors import describe_program_error
from toolkit.finding import Audit, Finding, Judgement
from toolkit.measures.facts import Facts
from toolkit.questions import AUDITS

QUESTIONS: dict[str, Callable[[Client, Facts], Finding]] = {
    "roles": roles.audit,
    "motivations": motivations.audit,
    "targeting": targeting.audit,
    "segments": segments.audit,
    "feedback": feedback.audit,
    "loyalty": loyalty.audit,
    "clients": clients.audit,
    "life_cycle": life_cycle.audit,
    "mistakes": mistakes.audit,
}
CARRY_NUMBERS = ("numpy", "pandas", "scipy")  # the packages that results may depend on


def audit(client: Client | str | Path, facts: Facts | None = None) -> Audit:
    """What do all audits say about a client? The same content a run writes to findings.json.

    `client` is what `toolkit.load` gave, or the folder to load; ClientError where that is refused.
    What the audits share is worked out once, in `facts` (default: made anew). An audit that breaks
    is reported as failed, with the reason, and does not stop the others.
    """
    if isinstance(client, str | Path):
        client = load(client)
    facts = facts or Facts(client)
    findings = {name: _finding_of(name, client, facts) for name in AUDITS}
    return Audit(
        client={"id": client.id, "name": client.name, "currency": client.currency}
        | {"setting": client.setting},
        findings=findings,
        mistakes=findings["mistakes"].mistakes or _unjudged(client, findings["mistakes"]),
        data={name: vars(source) for name, source in client.sources.items()},
        run=_provenance(client),
    )


def _finding_of(name: str, client: Client, facts: Facts) -> Finding:
    """What does one audit say? Skipped where this version has no such audit."""
    if name not in QUESTIONS:
        return Finding.without(name, "skipped", NOT_YET_BUILT)
    try:
        return QUESTIONS[name](client, facts)
    except Exception as error:  # our fault, never the client's: said, not hidden
        return Finding.without(name, "failed", f"{describe_program_error(error)}.")


def _unjudged(client: Client, failed: Finding) -> tuple[Judgement, ...]:
    """All mistakes without a verdict, where judging them failed: those we can judge say so."""
    none = mistakes.judge_effects({}, client.settings.thresholds, one_person=False)
    return tuple(
        replace(m, why=failed.why or "") if m.id in mistakes.ESTIMATORS else m for m in none
    )


def _provenance(client: Client) -> dict[str, Any]:
    settings = dict(vars(client.settings))
    return {
        "toolkit": metadata.version("buyer-consumer-toolkit"),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in CARRY_NUMBERS},
        "seed": settings["seed"],
        "level": settings["level"],
        "settings": settings,
    }
