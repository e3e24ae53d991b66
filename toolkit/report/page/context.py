"""What does a report tell beside the audit? Gathered once, for all its outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.client.model import Client
from toolkit.finding import Audit
from toolkit.measures.facts import Facts
from toolkit.report.notebooks import notebook_audit
from toolkit.report.options import RunOptions
from toolkit.report.page.chapters import Chapter, Notebook, Picture, notebook_chapter
from toolkit.report.page.quotes import ThemeQuotes, theme_quotes
from toolkit.report.page.what_if import SpendSteps, spend_steps
from toolkit.since import AuditComparison


@dataclass(frozen=True)
class ReportContext:
    """What any output tells beside the audit: who the client is, and what the notebooks showed.

    `labels` gives attribute ids the names readers know; `pictures` gives mistakes their figure;
    `spend` is all that the client spends on campaigns, where it is known; `since` says what moved
    since an earlier audit, where there is one; `scenario` what was changed, where the audit is of
    a what-if; `moving` what moved money would change, where it can be told; `quotes` what people
    said in their own words, where that was asked for. Outputs may be made until `deadline` (of
    ``time.monotonic()``).
    """

    about: str = ""
    language: str = "en"
    labels: Mapping[str, str] = field(default_factory=dict)
    chapters: Sequence[Chapter] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    spend: float | None = None
    since: AuditComparison | None = None
    scenario: Sequence[str] = ()
    moving: SpendSteps | None = None
    quotes: Sequence[ThemeQuotes] = ()
    deadline: float = math.inf

    @classmethod
    def of(
        cls,
        facts: Facts,
        audit: Audit,
        options: RunOptions,
        *,
        notebooks: Mapping[str, Notebook],
        since: AuditComparison | None,
        deadline: float = math.inf,
    ) -> ReportContext:
        """What is told of this client's audit? `notebooks` are the executed ones, by file name."""
        client = facts.client
        return cls(
            client.about,
            client.language,
            {a.id: a.label for a in client.attributes.values()},
            [notebook_chapter(notebook_audit(Path(n)), shown) for n, shown in notebooks.items()],
            spend=client_size(client).get("spend"),
            since=since,
            scenario=tuple(audit.run.get("scenario", ())),
            moving=spend_steps(client, facts),
            quotes=theme_quotes(client, options.quotes),
            deadline=deadline,
        )


def client_size(client: Client) -> dict[str, float]:
    """How much does the client spend and take in? What the index measures its money against."""
    sums = {"spend": ("campaigns", "spend"), "revenue": ("purchases", "amount")}
    found = {
        name: float(client.frames[table][column].sum())
        for name, (table, column) in sums.items()
        if client.has(table)
    }
    if client.accounts:  # the table holds some accounts only
        found["revenue"] = float(client.accounts.revenue.sum())
    return found
