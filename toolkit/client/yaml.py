"""YAML 1.2 as plain text with line numbers, and its mappings read key by key.

No aliases, no tags, one document, bounded depth. Every scalar stays as it is written, so `NO` is
text and `007` is not yet a number: the key that asks for a value decides how it is read
(`YamlSection`): each key's type and range, each unknown key.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError

from toolkit.client.problems import ProblemCode, ProblemList, quote_text
from toolkit.contract import TOO_LARGE
from toolkit.errors import did_you_mean

MAX_YAML_BYTES = 64 * 1024
MAX_YAML_DEPTH = 8
_NULL = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class YamlScalar:
    """A text as written; `plain` where it stands without quotes."""

    text: str
    plain: bool
    line: int

    @property
    def null(self) -> bool:
        """Is nothing given?"""
        return self.plain and self.text in _NULL


@dataclass(frozen=True)
class YamlList:
    """A list."""

    nodes: tuple[YamlNode, ...]
    line: int


@dataclass(frozen=True)
class YamlMapping:
    """A mapping; `lines` says where each key stands."""

    nodes: dict[str, YamlNode]
    lines: dict[str, int]
    line: int


YamlNode = YamlScalar | YamlList | YamlMapping


class _UnreadableError(Exception):
    """Reading cannot go on from here."""

    def __init__(self, message: str, fix: str, line: int | None) -> None:
        super().__init__(message)
        self.message, self.fix, self.line = message, fix, line


def read_yaml(text: str, ledger: ProblemList) -> YamlNode | None:
    """What does the text say? A tree of Scalar, Items and Entries, or None where unreadable."""
    try:
        return _document(_Events(text), ledger)
    except _UnreadableError as stop:
        lines = [stop.line] if stop.line else []
        ledger.add("error", ProblemCode.BAD_YAML, stop.message, stop.fix, lines=lines)
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


def _document(events: _Events, ledger: ProblemList) -> YamlNode | None:
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


def _node(events: _Events, event: Any, ledger: ProblemList, depth: int) -> YamlNode:
    line = event.start_mark.line + 1
    if depth > MAX_YAML_DEPTH:
        raise _UnreadableError(
            f"More than {MAX_YAML_DEPTH} levels deep.", "See the template.", line
        )
    if isinstance(event, ev.ScalarEvent):
        if any("\ud800" <= sign <= "\udfff" for sign in event.value):
            raise _UnreadableError("Half a sign stands here (\\ud800…).", "Write it whole.", line)
        return YamlScalar(event.value, event.style in (None, ""), line)
    if isinstance(event, ev.SequenceStartEvent):
        return YamlList(tuple(_items(events, ledger, depth)), line)
    return _entries(events, ledger, depth, line)


def _items(events: _Events, ledger: ProblemList, depth: int) -> Iterator[YamlNode]:
    while not isinstance(event := events.next(), ev.SequenceEndEvent):
        yield _node(events, event, ledger, depth + 1)


def _entries(events: _Events, ledger: ProblemList, depth: int, line: int) -> YamlMapping:
    nodes: dict[str, YamlNode] = {}
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
    return YamlMapping(nodes, lines, line)


def _repeated(ledger: ProblemList, key: str, first: int, second: int) -> None:
    message = f"The key {quote_text(key)} stands here and already in line {first}."
    ledger.add("error", ProblemCode.REPEATED_KEY, message, "Keep one of them.", lines=[second])


_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)


class YamlSection:
    """What does one mapping say? Wrong and unknown keys go to the ledger, with their line.

    `path` is the mapping's place (`settings.thresholds`), empty at the top; `known` are the keys
    it may have, None where the user chooses them.
    """

    def __init__(
        self, node: YamlNode | None, path: str, known: Sequence[str] | None, ledger: ProblemList
    ) -> None:
        self._path, self._ledger = path, ledger
        self._entries = self._mapping(node)
        for key in self.keys if known is not None else ():
            if key not in (known or ()):
                self._unknown(key, known or ())

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are there, in their order."""
        return tuple(self._entries.nodes)

    def line(self, key: str) -> int:
        """In which line does the key stand?"""
        return self._entries.lines[key]

    def has(self, key: str) -> bool:
        """Is a value given for the key?"""
        node = self._entries.nodes.get(key)
        return node is not None and not (isinstance(node, YamlScalar) and node.null)

    def text(self, key: str, default: str = "") -> str:
        """The value as written (`007` stays `007`), without spaces around it."""
        node = self._entries.nodes.get(key)
        if node is None or not self.has(key):
            return default
        if isinstance(node, YamlScalar):
            return unicodedata.normalize("NFC", node.text.strip())
        self.wrong(key, "is a list or a mapping; a text is expected", "Write it on one line.")
        return default

    def raw(self, key: str) -> str:
        """The value as written, spaces and all; empty where it is not a text."""
        node = self._entries.nodes.get(key)
        return node.text if isinstance(node, YamlScalar) else ""

    def choice(self, key: str, values: Sequence[str], default: str) -> str:
        """One of a few known words."""
        text = self.text(key, default)
        if text in values:
            return text
        fix = f"Write one of: {', '.join(values)}.{did_you_mean(text, values)}"
        self.wrong(key, f"is {quote_text(text)}, which is not known", fix)
        return default

    def number(
        self, key: str, low: float, high: float, *, expected: str, whole: bool = False
    ) -> float | None:
        """A number from `low` to `high`; None where it is not given or not right."""
        if not self.has(key):
            return None
        text = self.text(key, "")
        right = _WHOLE if whole else _NUMBER
        if right.fullmatch(text) and low <= float(text) <= high:
            return float(text)
        if isinstance(self._entries.nodes[key], YamlScalar):
            self.wrong(key, f"is {quote_text(text)}", f"Write {expected}.")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        node = self._entries.nodes.get(key)
        if node is None or not self.has(key):
            return ()
        if isinstance(node, YamlList) and all(isinstance(n, YamlScalar) for n in node.nodes):
            return tuple(n.text.strip() for n in node.nodes if isinstance(n, YamlScalar))
        self.wrong(key, "is not a list of words", f"Write {key}: [one, two].")
        return ()

    def pair(self, key: str, default: tuple[float, float]) -> tuple[float, float]:
        """Two ascending numbers, such as the ends of a scale."""
        if not self.has(key):
            return default
        texts = self.texts(key) if isinstance(self._entries.nodes[key], YamlList) else ()
        ends = [float(t) for t in texts if _NUMBER.fullmatch(t) and abs(float(t)) < TOO_LARGE]
        if len(ends) == len(texts) == 2 and ends[0] < ends[1]:
            return ends[0], ends[1]
        self.wrong(key, "is not two ascending numbers", f"Write {key}: [1, 5].")
        return default

    def section(self, key: str, known: Sequence[str] | None) -> YamlSection:
        """The mapping below a key; an empty one where there is none."""
        return YamlSection(self._entries.nodes.get(key), self._below(key), known, self._ledger)

    def wrong(
        self, key: str, message: str, fix: str, code: ProblemCode = ProblemCode.WRONG_VALUE
    ) -> None:
        """Report the value of a key."""
        lines = [self.line(key)] if key in self._entries.lines else []
        self._ledger.add("error", code, f"{self._below(key)} {message}.", fix, lines=lines)

    def _mapping(self, node: YamlNode | None) -> YamlMapping:
        if isinstance(node, YamlMapping):
            return node
        if node is not None and not (isinstance(node, YamlScalar) and node.null):
            message = f"{self._path or 'The file'} is not a mapping of keys to values."
            fix = "Write one `key: value` a line."
            self._ledger.add("error", ProblemCode.WRONG_VALUE, message, fix, lines=[node.line])
        return YamlMapping({}, {}, 0)

    def _unknown(self, key: str, known: Sequence[str]) -> None:
        message = f"{quote_text(self._below(key))} is not a key of the contract."
        names = (
            f"Known here: {', '.join(known)}." if known else "Nothing is known here: take it out."
        )
        fix = did_you_mean(key, known).strip() or names
        self._ledger.add("error", ProblemCode.UNKNOWN_KEY, message, fix, lines=[self.line(key)])

    def _below(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
