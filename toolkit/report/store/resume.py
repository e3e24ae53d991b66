"""Which clients need no work: their finished report is whole, and made from what is there now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from toolkit.report.files import FINDINGS, MANIFEST, PDF, read_json, whole
from toolkit.report.job import Outcome
from toolkit.report.store.inputs import PARTS, inputs


def unchanged(
    folders: Iterable[Path], out: Path, recipe: Mapping[str, Any], *, pdf: bool = False
) -> dict[Path, Outcome]:
    """Which of these client folders have their report already? Told by content, not by dates.

    Every file of the folder and of its report is read and compared with what the report's
    manifest says; everything else that shapes a report stands in `recipe`. With `pdf` it must be
    there, too.
    """
    known = known_by("fingerprint", out)
    found = {folder: _finished(folder, out, known, recipe, pdf=pdf) for folder in folders}
    return {folder: outcome for folder, outcome in found.items() if outcome}


def made_from(report: Path) -> Mapping[str, Any] | None:
    """What does a report's manifest say it was made from? None where it does not, or not rightly.

    A report of a version that did not write it down counts as one that does not say.
    """
    content = read_json(report / MANIFEST)
    told = content.get("inputs") if isinstance(content, dict) else None
    told = told if isinstance(told, dict) else {}
    return told if all(isinstance(told.get(part), kind) for part, kind in PARTS.items()) else None


def known_by(part: str, out: Path) -> Mapping[str, list[str]]:
    """Under which ids do reports stand here, by this part of what they were made from?"""
    known = defaultdict(list)
    for manifest in sorted(out.glob(f"*/{MANIFEST}")):
        if told := made_from(manifest.parent):
            known[told[part]].append(manifest.parent.name)
    return known


def _finished(
    folder: Path,
    out: Path,
    known: Mapping[str, list[str]],
    recipe: Mapping[str, Any],
    *,
    pdf: bool,
) -> Outcome | None:
    try:
        fingerprint = inputs(folder, recipe)["fingerprint"]
        reports = (out / id for id in known.get(fingerprint, ()))
        wanted = (report for report in reports if not pdf or (report / PDF).is_file())
        return next(filter(None, (_outcome(folder, report) for report in wanted)), None)
    except OSError:  # what cannot be read is for the audit to say
        return None


def _outcome(folder: Path, report: Path) -> Outcome | None:
    if report.is_symlink() or not whole(report):
        return None
    findings = read_json(report / FINDINGS)
    try:
        id, name = findings["client"]["id"], findings["client"]["name"]
        verdicts = Counter(mistake["verdict"] for mistake in findings["mistakes"])
    except (KeyError, TypeError):
        return None
    if id != report.name:
        return None
    return Outcome(id, name, folder, "done", verdicts=dict(verdicts), unchanged=True)
