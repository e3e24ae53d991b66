"""A Dask cluster as an executor of `concurrent.futures`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from toolkit.errors import RunError

SECONDS = 10.0  # for a cluster to answer
SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """The executor of the Dask cluster whose scheduler listens at `address`, ``tcp://host:8786``.

    Raises RunError where the package is missing, nobody answers, or nobody is there to work.
    """
    _refuse_no_address(address)
    try:
        from distributed import Client  # optional, and slow to import
    except ImportError:
        raise RunError(
            "A cluster needs the package distributed: .venv/bin/pip install -e '.[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise RunError(f"No scheduler answers at {address}: {error}") from None
    with client:
        if not client.nthreads():
            raise RunError(f"The cluster at {address} has no workers. Start some, then run again.")
        yield _Cluster(client)


class _Cluster(Executor):
    """A cluster's own executor, which also tells when it has lost all its workers."""

    def __init__(self, client: Any) -> None:
        self._client, self._executor = client, client.get_executor(pure=False)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have the cluster call it."""
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def deserted(self) -> bool:
        """Has it no worker now?"""
        try:
            return not self._client.nthreads()
        except OSError:  # nor a scheduler
            return True


def _refuse_no_address(address: str) -> None:
    """A mistyped one is refused here, as the package would go on trying it."""
    parts = urlsplit(address)
    try:
        right = parts.scheme in SCHEMES and bool(parts.hostname) and bool(parts.port)
    except ValueError:  # a port that is no number
        right = False
    if not right:
        raise RunError(f'"{address}" is no address of a scheduler; expected tcp://host:8786.')
