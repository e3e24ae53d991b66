"""Audits of marketing that mixes up who pays (the buyer) and who uses (the consumer).

    client = toolkit.load("datasets/clients/little-bear")
    print(toolkit.audit(client).to_json())

`toolkit.audit` takes a folder as well; `toolkit.__version__` is the installed version.
Names are imported when first used: `import toolkit` itself loads nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.audits import audit
    from toolkit.client.load import load
    from toolkit.client.model import Client
    from toolkit.errors import ClientError
    from toolkit.finding import Audit, Finding
    from toolkit.report.completion import record

    __version__: str

_HOMES = {
    "load": "toolkit.client",
    "Client": "toolkit.client",
    "audit": "toolkit.audits",
    "Audit": "toolkit.finding",
    "Finding": "toolkit.finding",
    "ClientError": "toolkit.errors",
    "record": "toolkit.report.completion",
}

__all__ = ["Audit", "Client", "ClientError", "Finding", "audit", "load", "record"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("buyer-consumer-toolkit")
    if name not in _HOMES:
        raise AttributeError(f"module 'toolkit' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
