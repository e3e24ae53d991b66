"""One mapping of client.yml, read key by key: each key's type and range, each unknown key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from toolkit.client.codes import Code
from toolkit.client.ledger import Ledger, quoted
from toolkit.client.numbers import TOO_LARGE
from toolkit.client.yaml import Entries, Items, Node, Scalar
from toolkit.errors import nearest

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{1,18}", re.ASCII)


class Section:
    """What does one mapping say? Wrong and unknown keys go to the ledger, with their line.

    `path` is the mapping's place (`settings.thresholds`), empty at the top; `known` are the keys
    it may have, None where the user chooses them.
    """

    def __init__(
        self, node: Node | None, path: str, known: Sequence[str] | None, ledger: Ledger
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
        return node is not None and not (isinstance(node, Scalar) and node.null)

    def text(self, key: str, default: str = "") -> str:
        """The value as written (`007` stays `007`), without spaces around it."""
        node = self._entries.nodes.get(key)
        if node is None or not self.has(key):
            return default
        if isinstance(node, Scalar):
            return unicodedata.normalize("NFC", node.text.strip())
        self.wrong(key, "is a list or a mapping; a text is expected", "Write it on one line.")
        return default

    def raw(self, key: str) -> str:
        """The value as written, spaces and all; empty where it is not a text."""
        node = self._entries.nodes.get(key)
        return node.text if isinstance(node, Scalar) else ""

    def choice(self, key: str, values: Sequence[str], default: str) -> str:
        """One of a few known words."""
        text = self.text(key, default)
        if text in values:
            return text
        fix = f"Write one of: {', '.join(values)}.{nearest(text, values)}"
        self.wrong(key, f"is {quoted(text)}, which is not known", fix)
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
        if isinstance(self._entries.nodes[key], Scalar):
            self.wrong(key, f"is {quoted(text)}", f"Write {expected}.")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        node = self._entries.nodes.get(key)
        if node is None or not self.has(key):
            return ()
        if isinstance(node, Items) and all(isinstance(n, Scalar) for n in node.nodes):
            return tuple(n.text.strip() for n in node.nodes if isinstance(n, Scalar))
        self.wrong(key, "is not a list of words", f"Write {key}: [one, two].")
        return ()

    def pair(self, key: str, default: tuple[float, float]) -> tuple[float, float]:
        """Two ascending numbers, such as the ends of a scale."""
        if not self.has(key):
            return default
        texts = self.texts(key) if isinstance(self._entries.nodes[key], Items) else ()
        ends = [float(t) for t in texts if _NUMBER.fullmatch(t) and abs(float(t)) < TOO_LARGE]
        if len(ends) == len(texts) == 2 and ends[0] < ends[1]:
            return ends[0], ends[1]
        self.wrong(key, "is not two ascending numbers", f"Write {key}: [1, 5].")
        return default

    def section(self, key: str, known: Sequence[str] | None) -> Section:
        """The mapping below a key; an empty one where there is none."""
        return Section(self._entries.nodes.get(key), self._below(key), known, self._ledger)

    def wrong(self, key: str, message: str, fix: str, code: Code = Code.WRONG_VALUE) -> None:
        """Report the value of a key."""
        lines = [self.line(key)] if key in self._entries.lines else []
        self._ledger.add("error", code, f"{self._below(key)} {message}.", fix, lines=lines)

    def _mapping(self, node: Node | None) -> Entries:
        if isinstance(node, Entries):
            return node
        if node is not None and not (isinstance(node, Scalar) and node.null):
            message = f"{self._path or 'The file'} is not a mapping of keys to values."
            fix = "Write one `key: value` a line."
            self._ledger.add("error", Code.WRONG_VALUE, message, fix, lines=[node.line])
        return Entries({}, {}, 0)

    def _unknown(self, key: str, known: Sequence[str]) -> None:
        message = f"{quoted(self._below(key))} is not a key of the contract."
        names = (
            f"Known here: {', '.join(known)}." if known else "Nothing is known here: take it out."
        )
        fix = nearest(key, known).strip() or names
        self._ledger.add("error", Code.UNKNOWN_KEY, message, fix, lines=[self.line(key)])

    def _below(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
