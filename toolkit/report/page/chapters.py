"""How does an executed notebook become a chapter of the report: prose, tables, figures, no code?

What a notebook showed, as it goes into a page.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from toolkit.report.notebooks import IPythonRenderer, MarkdownWithMath
from toolkit.report.page.safety import lower_headings, sanitize_html


@dataclass(frozen=True)
class Picture:
    """A figure as it goes into a page: its bytes, their kind, and what it shows in words."""

    data: bytes
    alt: str
    mime: str = "image/png"

    @property
    def source(self) -> str:
        """The figure as a data address, so that nothing is loaded from anywhere."""
        return f"data:{self.mime};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True)
class Chapter:
    """What one executed notebook adds to the report, and its figures that belong to a mistake."""

    audit: str
    html: str
    pictures: Mapping[str, Picture]


HIDDEN = {"lesson", "parameters", "injected-parameters", "exercise", "solution"}  # cells' tags
PICTURES = ("image/png", "image/svg+xml")
DEPTH = 2  # a notebook's first heading stands below the page's name and "The audits"

Notebook = Mapping[str, Any]


def notebook_chapter(audit: str, notebook: Notebook) -> Chapter:
    """What does this notebook tell a client? Cells for learners and all code stay out.

    A figure whose output metadata names a mistake, ``{"image/png": {"mistake": "wrong-message",
    "alt": "…"}}``, goes to the block of that mistake instead of the chapter.
    """
    pieces: list[str] = []
    pictures: dict[str, Picture] = {}
    for cell in notebook["cells"]:
        if HIDDEN.isdisjoint(cell["metadata"].get("tags", ())):
            pieces += _prose(cell) if cell["cell_type"] == "markdown" else _shown(cell, pictures)
    return Chapter(audit, _without_title("\n".join(pieces)), pictures)


def _prose(cell: Mapping[str, Any]) -> list[str]:
    return [_markdown(_joined(cell["source"]))]


def _markdown(text: str) -> str:
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return lower_headings(sanitize_html(MarkdownWithMath(renderer=renderer).render(text)), DEPTH)


def _shown(cell: Mapping[str, Any], pictures: dict[str, Picture]) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        picture, mistake = _picture(output)
        if picture and mistake:
            pictures[mistake] = picture
        elif picture:
            yield _figure_html(picture)
        elif output["output_type"] == "stream":
            yield _printed(output["text"]) if output["name"] == "stdout" else ""
        else:
            yield _text_of(output.get("data", {}))


def _text_of(data: Mapping[str, Any]) -> str:
    if "text/html" in data:
        shown = lower_headings(sanitize_html(_joined(data["text/html"])), DEPTH)
        return f'<div class="scroll">{shown}</div>'
    if "text/markdown" in data:
        return _markdown(_joined(data["text/markdown"]))
    return _printed(data["text/plain"]) if "text/plain" in data else ""


def _printed(text: str | Sequence[str]) -> str:
    return f"<pre>{escape(_joined(text))}</pre>"


def _picture(output: Mapping[str, Any]) -> tuple[Picture | None, str]:
    data, said = output.get("data", {}), output.get("metadata", {})
    for mime in PICTURES:
        if mime in data:
            body, facts = _joined(data[mime]), said.get(mime, {})
            raw = body.encode() if mime.endswith("xml") else base64.b64decode(body)
            return Picture(raw, str(facts.get("alt", "")), mime), str(facts.get("mistake", ""))
    return None, ""


def _figure_html(picture: Picture) -> str:
    """How does a figure stand in a page? With its words, for those who cannot see it."""
    alt = escape(picture.alt, quote=True)
    return f'<figure><img src="{picture.source}" alt="{alt}"></figure>'


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _without_title(html: str) -> str:
    """The notebook's own title: the page has one already, from the catalogue."""
    return re.sub(rf"<h{1 + DEPTH}.*?</h{1 + DEPTH}>", "", html, count=1, flags=re.DOTALL)
