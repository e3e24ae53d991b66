"""What may stand in a page? An allow-list for the HTML that notebooks show, and the templates.

The templates, by which all pages are laid out, escape every text.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "b", "i", "small", "sub",
    "sup", "code", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "a",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "details", "summary",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"class", "lang", "dir"},
    "a": {"href"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
SCHEMES = {"https", "http", "mailto"}  # of links to follow; nothing is ever loaded
LOWEST = 6


def sanitize_html(html: str) -> str:
    """Which part of this HTML is safe to show? Text, tables and links; all else is gone.

    No script, style, form, frame, picture or event survives. Pictures reach a page by their data
    alone, never by HTML.

    >>> sanitize_html('<p onclick="x()">Price <script>y()</script><img src=x onerror=z()></p>')
    '<p>Price </p>'
    """
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        clean_content_tags={"script", "style"},
        link_rel="noopener noreferrer",
    )


def lower_headings(html: str, levels: int) -> str:
    """How does it read as part of a larger page? Every heading goes down by so many levels.

    >>> lower_headings("<h1>Roles</h1>", 2)
    '<h3>Roles</h3>'
    """

    def down(match: re.Match[str]) -> str:
        return f"<{match[1]}h{min(int(match[2]) + levels, LOWEST)}"

    return re.sub(r"<(/?)h([1-6])", down, html)


TEMPLATES = Path(__file__).parent / "templates"


@cache
def page_templates() -> Environment:
    """Which templates make the pages? All text is escaped unless marked as our own markup."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
