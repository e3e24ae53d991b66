"""Which content is this? SHA-256, as 64 hexadecimal digits."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha_of(path: Path) -> str:
    """The SHA-256 of a file, however large."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha_of_text(text: str) -> str:
    """The SHA-256 of a text in UTF-8.

    >>> sha_of_text("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()
