"""Sample clients and what-ifs over them, read and judged once for all tests of the room."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.client.load import load
from toolkit.client.model import Client
from toolkit.whatif.whatif import WhatIf

SAMPLES = Path(__file__).resolve().parents[2] / "datasets" / "clients"


@pytest.fixture(scope="session")
def bright() -> Client:
    """Every table, every kind of campaign row, levers and usage."""
    return load(SAMPLES / "bright-reader")


@pytest.fixture(scope="session")
def bear() -> Client:
    """Spend and message go to the wrong one."""
    return load(SAMPLES / "little-bear")


@pytest.fixture(scope="session")
def bright_if(bright: Client) -> WhatIf:
    """Bright Reader under any scenario."""
    return WhatIf(bright)


@pytest.fixture(scope="session")
def bear_if(bear: Client) -> WhatIf:
    """Little Bear under any scenario."""
    return WhatIf(bear)
