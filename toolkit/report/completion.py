"""Did a notebook run to its end, and see the same numbers as the audit itself? Its mark says so."""

from __future__ import annotations

import json
import os
from pathlib import Path

from toolkit.finding import Audit, Finding, to_json_types
from toolkit.hashing import hash_text


def result_digest(result: Finding | Audit) -> str:
    """Which content is this? SHA-256 of a finding's, or a whole audit's, JSON."""
    text = result.to_json() if isinstance(result, Audit) else _text(result)
    return hash_text(text)


def record(result: Finding | Audit, out: str | Path) -> None:
    """Did this notebook reach its end? Its last cell says so here, with what it found.

    Writes ``OUT/AUDIT.json`` (for a whole audit ``OUT/mistakes.json``) with the digest of the
    result; the runner believes nothing else. Nothing is written where `out` is empty: a notebook
    opened by hand needs no seal.
    """
    if not str(out):
        return
    name = "mistakes" if isinstance(result, Audit) else result.audit
    seal = Path(out) / f"{name}.json"
    draft = seal.with_suffix(".part")
    draft.write_text(json.dumps({"audit": name, "sha256": result_digest(result)}), encoding="utf-8")
    os.replace(draft, seal)


def completion_matches(audit: Audit, name: str, out: Path) -> bool:
    """Did the notebook of this audit end with the very result the audit gives?"""
    seal = out / f"{name}.json"
    if not seal.is_file():
        return False
    content = json.loads(seal.read_text(encoding="utf-8"))
    expected = {result_digest(audit.findings[name])} | (
        {result_digest(audit)} if name == "mistakes" else set()
    )
    return content["sha256"] in expected


def _text(finding: Finding) -> str:
    content = {
        "audit": finding.audit,
        "status": finding.status,
        "why": finding.why,
        "answer": finding.answer,
        "limits": finding.limits,
        "measures": finding.frame.to_dict("records"),
        "mistakes": [_mistake(m) for m in finding.mistakes],
    }
    return json.dumps(to_json_types(content), sort_keys=True, ensure_ascii=False, allow_nan=False)


def _mistake(mistake: object) -> dict[str, object]:
    return {key: getattr(value, "__dict__", value) for key, value in vars(mistake).items()}
