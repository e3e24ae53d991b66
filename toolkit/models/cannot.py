"""What does a model answer where its conditions do not hold?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CannotTell:
    """Why is there no estimate? A result, not an error: the data are sound but cannot say it.

    `why` is a sentence that names the condition and what was found.
    """

    why: str
