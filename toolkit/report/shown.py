"""What a notebook showed, as it goes into a page."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass


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
