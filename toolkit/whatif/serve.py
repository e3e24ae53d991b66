"""How is one client's what-if opened in the browser, on this machine only: JupyterLab, or Voilà?

Voilà shows it without code. Everything the server needs lies in a private folder that goes when it
ends: its settings, its kernels' keys, its copy of the notebook.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from toolkit.errors import ExploreError

LOCALHOST = "127.0.0.1"
PACKAGE = Path(__file__).resolve().parents[1]
NOTEBOOK = Path("notebooks", "explore", "what_if.ipynb")
LAB_SETTINGS: Mapping[str, Mapping[str, object]] = {  # ask nothing, fetch nothing, hide nothing
    "apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}
TEMPLATES = Path(__file__).parent / "app"
NO_VOILA = (
    "The page without code needs voila, which is not installed. Install it beside the toolkit: "
    "pip install voila. Without --app, JupyterLab opens."
)
START_SECONDS, STOP_SECONDS, LOOK_SECONDS = 60.0, 15.0, 0.1
CULLING = {"cull_idle_timeout": 60, "cull_interval": 15, "cull_connected": False}


@dataclass(frozen=True)
class WhatIfServer:
    """A server that runs: where to look, and the process to wait for."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def serve_whatif(
    client: Path, scenarios: Path, *, app: bool = False, port: int = 0
) -> Iterator[WhatIfServer]:
    """Open the what-if of this client folder; which address shows it? All ends with the block.

    `port` 0 takes any free one. Raises ExploreError where a part is missing, the port is taken or
    the server does not start.
    """
    if app and find_spec("voila") is None:
        raise ExploreError(NO_VOILA)
    port = _free_port(port)
    with TemporaryDirectory(prefix="what-if-") as folder:
        private, token = Path(folder), secrets.token_hex(16)
        place = _write_server_folder(private, client, scenarios, token)
        command = _voila(place, port) if app else _lab(place, port)
        with (private / "server.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=place.parent,
                env=_server_environment(private, token),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to hear; the server is told by us
            )
        try:
            _wait_for_server(process, port, private / "server.log")
            path = "" if app else f"doc/tree/{place.name}"
            yield WhatIfServer(f"http://{LOCALHOST}:{port}/{path}?token={token}", process)
        finally:
            _end_server(process)


def _write_server_folder(private: Path, client: Path, scenarios: Path, token: str) -> Path:
    """The private folder with the server's settings; where is its copy of the notebook?"""
    for name in ("work", "config", "data", "run", "ipython"):
        (private / name).mkdir()
    for file, chosen in LAB_SETTINGS.items():
        setting = private / "config" / "lab" / "user-settings" / "@jupyterlab" / file
        setting.parent.mkdir(parents=True)
        setting.write_text(json.dumps(chosen), "utf-8")
    secret = {"Voila": {"token": token}}  # in a file, for any user can read a command line
    (private / "config" / "voila.json").write_text(json.dumps(secret), "utf-8")
    copy = private / "work" / NOTEBOOK.name
    values = {"client": str(client.resolve()), "out": str(scenarios.resolve())}
    copy.write_text(json.dumps(set_parameters(_notebook(), values)), "utf-8")
    return copy


def set_parameters(notebook: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The notebook with these parameters instead of its own."""
    lines = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    cells = [
        cell | {"source": lines} if "parameters" in cell["metadata"].get("tags", ()) else cell
        for cell in notebook["cells"]
    ]
    return notebook | {"cells": cells}


def _notebook() -> dict[str, Any]:
    """The what-if of the checkout, or of the installation."""
    for home in (PACKAGE.parent, PACKAGE):
        if (home / NOTEBOOK).is_file():
            return dict(json.loads((home / NOTEBOOK).read_text("utf-8")))
    raise ExploreError("The notebook of the what-if is missing; install the toolkit again.")


def _server_environment(private: Path, token: str) -> dict[str, str]:
    own = {
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "run"),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_PATH": str(TEMPLATES),
        "JUPYTER_TOKEN": token,
        "PYTHONUTF8": "1",
    }
    return {**os.environ, **own}


def _lab(notebook: Path, port: int) -> list[str]:
    said = {
        "ServerApp.ip": LOCALHOST,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": notebook.parent,
        "ServerApp.allow_root": True,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.expose_app_in_browser": True,
    }
    return [sys.executable, "-m", "jupyterlab", "--no-browser", *_options(said)]


def _voila(notebook: Path, port: int) -> list[str]:
    said = {"Voila.ip": LOCALHOST, "Voila.port": port, "Voila.port_retries": 0}
    chosen = ["--template=whatif", "--theme=light", "--strip_sources=True"]
    return [sys.executable, "-m", "voila", str(notebook), "--no-browser", *chosen, *_options(said)]


def _options(said: Mapping[str, object]) -> list[str]:
    kernels = {f"MappingKernelManager.{name}": value for name, value in CULLING.items()}
    return [f"--{name}={value}" for name, value in {**said, **kernels}.items()]


def _free_port(port: int) -> int:
    """The port, if nobody listens on it; any free one instead of 0."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError as error:
            raise ExploreError(
                f"Port {port} cannot be used: {error.strerror}. Choose another with --port."
            ) from None
        return int(probe.getsockname()[1])


def _wait_for_server(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until somebody answers."""
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex((LOCALHOST, port)) == 0:
                return
        time.sleep(LOOK_SECONDS)
    said = log.read_text("utf-8", "replace").strip().splitlines()[-3:]
    raise ExploreError("The server did not start. It said: " + " ".join(said or ["nothing"]))


def _end_server(process: subprocess.Popen[bytes]) -> None:
    """The server ends its kernels and itself; where it does not, it is ended."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
