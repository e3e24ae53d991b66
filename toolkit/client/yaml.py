"""YAML 1.2 as plain text with line numbers: no aliases, no tags, one document, bounded depth.

Every scalar stays as it is written, so `NO` is text and `007` is not yet a number: the key that
asks for a value decides how it is read (`toolkit.client.section`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError

from toolkit.client.codes import Code
from toolkit.client.ledger import Ledger, quoted

MAX_BYTES = 64 * 1024
MAX_DEPTH = 8
_NULL = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Scalar:
    """A text as written; `plain` where it stands without quotes."""

    text: str
    plain: bool
    line: int

    @property
    def null(self) -> bool:
        """Is nothing given?"""
        return self.plain and self.text in _NULL


@dataclass(frozen=True)
class Items:
    """A list."""

    nodes: tuple[Node, ...]
    line: int


@dataclass(frozen=True)
class Entries:
    """A mapping; `lines` says where each key stands."""

    nodes: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Items | Entries


class _UnreadableError(Exception):
    """Reading cannot go on from here."""

    def __init__(self, message: str, fix: str, line: int | None) -> None:
        super().__init__(message)
        self.message, self.fix, self.line = message, fix, line


def read_yaml(text: str, ledger: Ledger) -> Node | None:
    """What does the text say? A tree of Scalar, Items and Entries, or None where unreadable."""
    try:
        return _document(_Events(text), ledger)
    except _UnreadableError as stop:
        lines = [stop.line] if stop.line else []
        ledger.add("error", Code.BAD_YAML, stop.message, stop.fix, lines=lines)
        return None


class _Events:
    """The parser's events one by one, with its errors in plain words."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)

    def next(self) -> Any:
        try:
            event = next(self._events)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else None
            why = f"This is not YAML: {error.problem or error.context}."
            raise _UnreadableError(why, "Mind indentation, colons and quotes.", line) from None
        except Exception as error:  # on rubbish the parser raises whatever its parts raise
            why = f"This is not YAML: {str(error).splitlines()[0] if str(error) else 'rubbish'}."
            raise _UnreadableError(why, "Open the file in a text editor.", None) from None
        return _allowed(event)


def _allowed(event: Any) -> Any:
    line = event.start_mark.line + 1
    if isinstance(event, ev.AliasEvent) or getattr(event, "anchor", None):
        raise _UnreadableError("Anchors (&) and aliases (*) are not read.", "Write it out.", line)
    if isinstance(event, ev.NodeEvent) and getattr(event, "ctag", None):
        raise _UnreadableError("Tags (!) are not read.", "Put the value in quotes.", line)
    if isinstance(event, ev.DocumentStartEvent) and (event.version or event.tags):
        raise _UnreadableError("Directives (%) are not read.", "Take the line out.", line)
    return event


def _document(events: _Events, ledger: Ledger) -> Node | None:
    events.next()  # stream start
    if isinstance(events.next(), ev.StreamEndEvent):
        return None
    node = _node(events, events.next(), ledger, 0)
    events.next()  # document end
    after = events.next()
    if not isinstance(after, ev.StreamEndEvent):
        line = after.start_mark.line + 1
        raise _UnreadableError("A second document starts here.", "Keep one document a file.", line)
    return node


def _node(events: _Events, event: Any, ledger: Ledger, depth: int) -> Node:
    line = event.start_mark.line + 1
    if depth > MAX_DEPTH:
        raise _UnreadableError(f"More than {MAX_DEPTH} levels deep.", "See the template.", line)
    if isinstance(event, ev.ScalarEvent):
        if any("\ud800" <= sign <= "\udfff" for sign in event.value):
            raise _UnreadableError("Half a sign stands here (\\ud800…).", "Write it whole.", line)
        return Scalar(event.value, event.style in (None, ""), line)
    if isinstance(event, ev.SequenceStartEvent):
        return Items(tuple(_items(events, ledger, depth)), line)
    return _entries(events, ledger, depth, line)


def _items(events: _Events, ledger: Ledger, depth: int) -> Iterator[Node]:
    while not isinstance(event := events.next(), ev.SequenceEndEvent):
        yield _node(events, event, ledger, depth + 1)


def _entries(events: _Events, ledger: Ledger, depth: int, line: int) -> Entries:
    nodes: dict[str, Node] = {}
    lines: dict[str, int] = {}
    while not isinstance(event := events.next(), ev.MappingEndEvent):
        at = event.start_mark.line + 1
        if not isinstance(event, ev.ScalarEvent):
            raise _UnreadableError("A key must be a plain name.", "Write name: value.", at)
        node = _node(events, events.next(), ledger, depth + 1)
        if event.value in nodes:
            _repeated(ledger, event.value, lines[event.value], at)
        else:
            nodes[event.value], lines[event.value] = node, at
    return Entries(nodes, lines, line)


def _repeated(ledger: Ledger, key: str, first: int, second: int) -> None:
    message = f"The key {quoted(key)} stands here and already in line {first}."
    ledger.add("error", Code.REPEATED_KEY, message, "Keep one of them.", lines=[second])
