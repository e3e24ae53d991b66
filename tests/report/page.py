"""A page taken apart, to ask what a browser would find in it."""

from __future__ import annotations

from html.parser import HTMLParser

EMPTY = {"meta", "br", "hr", "img", "input", "rect", "path"}


class Page(HTMLParser):
    """All tags with their attributes, the visible text, and the headings in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.headings: list[int] = []
        self.unbalanced: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & {*self.open}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, *attributes: str) -> list[str]:
        return [v for _, found in self.tags for k, v in found.items() if k in attributes]

    def live(self) -> list[str]:
        """Everything that could act or load: there must be none."""
        bad = [t for t, _ in self.tags if t in {"script", "iframe", "object", "embed", "form"}]
        bad += [t for t, _ in self.tags if t in {"link", "base", "input", "audio", "video"}]
        bad += [k for _, found in self.tags for k in found if k.startswith("on")]
        bad += [v for v in self.values("src", "srcset", "poster") if not v.startswith("data:image")]
        bad += [v for v in self.values("href") if "script:" in v.lower()]
        bad += [k for _, found in self.tags for k in found if k in {"style", "background"}]
        return bad
