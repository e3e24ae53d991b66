"""Which files can a report have for its readers? One row each: its name, and what makes it.

A new output is a row here: a function from the audit, and what a report tells beside it, to bytes.
What writes, lists, checks, brings and links reports asks this table. As the command and the runner
ask it too, what an output is made with loads when it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import RunError, did_you_mean
from toolkit.report.page.pdf import print_page, why_no_printer

if TYPE_CHECKING:
    from toolkit.finding import Audit
    from toolkit.report.page.context import ReportContext


def _nothing() -> str:
    return ""


@dataclass(frozen=True)
class ReportOutput:
    """One file of a report for its readers, and how it is made.

    `make` gives the same bytes for the same audit and context; it raises OutputError, in a
    sentence, where the file cannot be made and the report stands without it. `always`: every
    report has it; else it is made where a run asks for it. `lacking` says what must be installed
    before it can be made here; it is empty where all is there. `label` is what a link from the
    index is called, beside the client's name, which leads to the page.
    """

    file: str
    make: Callable[[Audit, ReportContext], bytes]
    always: bool = False
    lacking: Callable[[], str] = _nothing
    label: str = ""


def _html(audit: Audit, context: ReportContext) -> bytes:
    from toolkit.report.page.report import report_html  # pandas and jinja2

    return report_html(audit, context).encode()


def _pdf(audit: Audit, context: ReportContext) -> bytes:
    return print_page(_html(audit, context), until=context.deadline)


REPORT = "report.html"  # what the index and a failure's page lead to
OUTPUTS = {
    "html": ReportOutput(REPORT, _html, always=True),
    "pdf": ReportOutput("report.pdf", _pdf, lacking=why_no_printer, label="PDF"),
}


def asked_outputs(names: Collection[str]) -> list[ReportOutput]:
    """Which outputs has a report where these are asked for? In the order of the table.

    Raises RunError where one is not known.
    """
    for name in names:
        if name not in OUTPUTS:
            known = ", ".join(OUTPUTS)
            said = f'There is no output "{name}" (there are: {known}).'
            raise RunError(said + did_you_mean(name, list(OUTPUTS)))
    return [output for name, output in OUTPUTS.items() if output.always or name in names]


def output_files() -> set[str]:
    """Which names of files belong to outputs?"""
    return {output.file for output in OUTPUTS.values()}
