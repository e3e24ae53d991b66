"""What does one notebook show, run in one kernel: quiet, without network ports, bounded in time?

And what of it is kept: no clock, no chance ids, no paths of this machine. This is the one door
through which papermill and nbconvert come in, without a slow detour: jsonschema, which both use,
builds a grammar from the optional package rfc3987_syntax when it is imported. That costs seconds
and checks addresses that no notebook holds.
"""

from __future__ import annotations

import json
import os
import re
import site
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # noqa: E402
from papermill.exceptions import PapermillException, PapermillExecutionError  # noqa: E402
from papermill.execute import execute_notebook  # noqa: E402
from traitlets.config import Config  # noqa: E402

from toolkit.client.table import SHARED_FOLDER  # noqa: E402
from toolkit.errors import RefusedError, RunError  # noqa: E402
from toolkit.report.job import ClientJob  # noqa: E402

__all__ = [
    "IPythonRenderer",
    "MarkdownWithMath",
    "client_environment",
    "completion_folder",
    "execute_notebook",
    "notebook_audit",
    "run_notebook",
    "scrub_notebook",
]

SHORT = 8  # letters of a notebook's name that tell its sockets apart: their paths are bounded
MINUTES = "Run it with more time: “audit run --minutes”."
MOST = 16 * 2**20  # letters that a notebook may show, pictures included


def client_environment(private: Path) -> dict[str, str]:
    """Which folders are a client's own, beside the quiet environment its processes inherit?

    `private` must be a folder only its owner can read: connection files hold a key.
    """
    own = {
        "HOME": str(private / "home"),
        "TMPDIR": str(private / "tmp"),
        "IPYTHONDIR": str(private / "ipython"),
        "MPLCONFIGDIR": str(private / "matplotlib"),
        "JUPYTER_RUNTIME_DIR": str(private / "run"),
        SHARED_FOLDER: str(private / "kept"),
    }
    for folder in own.values():
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    return own | {"PYTHONUSERBASE": site.getuserbase()}  # packages stay where the old home has them


def run_notebook(
    notebook: Path,
    values: Mapping[str, Any],
    *,
    cell_seconds: float,
    deadline: float,
) -> nbformat.NotebookNode:
    """What does the notebook show for these parameters?

    Runs until its end or until `deadline` (of ``time.monotonic()``), no cell longer than
    `cell_seconds`. Raises RunError in plain words, also where a cell ended the kernel or showed
    more than a page can hold. A return is no proof of success: papermill calls a notebook complete
    whose kernel was killed; see `completion`.
    """
    source = nbformat.read(notebook, as_version=4)
    try:
        shown: nbformat.NotebookNode = execute_notebook(
            source,
            None,
            parameters=dict(values),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            shutdown_kernel="immediate",
            timeout_func=_allowance(cell_seconds, deadline),
            config=_connection(notebook.stem),
        )
    except PapermillExecutionError as error:
        place = f"{notebook.name} stopped in cell {error.cell_index + 1}"
        raise RunError(f"{place}: {error.ename}.") from error  # its text may quote the data
    except TimeoutError as error:
        late = time.monotonic() >= deadline
        what = "the client's time ended" if late else f"a cell took over {cell_seconds:g} seconds"
        raise RefusedError(f"{notebook.name} could not be finished: {what}. {MINUTES}") from error
    except (PapermillException, RuntimeError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise RunError(f"{notebook.name} could not be finished: {first}") from error
    _refuse_unfit(notebook.name, shown)
    return shown


def _refuse_unfit(name: str, shown: nbformat.NotebookNode) -> None:
    """Can it go into a page? papermill lets pass what a cell shows, and a cell that exits."""
    letters = 0
    for number, cell in enumerate(shown.cells, 1):
        for output in cell.get("outputs", ()):
            letters += len(str(output))
            if output["output_type"] == "error":
                raise RunError(f"{name} stopped in cell {number}: {output['ename']}.")
        if letters > MOST:
            most = f"{MOST // 2**20} MB"
            raise RunError(f"{name} shows more than {most} by cell {number}. Let it show less.")


def _allowance(cell_seconds: float, deadline: float) -> Callable[[object], int]:
    """Seconds a cell may take: its own bound, or what is left of the client's time."""

    def seconds(cell: object) -> int:
        return max(1, int(min(cell_seconds, deadline - time.monotonic())))

    return seconds


def _connection(name: str) -> Config:
    """Files instead of network ports, where the system has them."""
    if os.name != "posix":
        return Config()
    file = Path(os.environ["JUPYTER_RUNTIME_DIR"]) / f"{name[:SHORT]}.json"
    return Config({"KernelManager": {"transport": "ipc", "connection_file": str(file)}})


CHECKOUT = Path(__file__).resolve().parents[2]
# A cell's own file, named anew on every run; sought where a word begins, as some are very long.
CELL_FILE = re.compile(r"(?<![\w/\\:.~-])[\w/\\:.~-]*ipykernel_\d+[\\/]+\d+\.py")


def notebook_audit(notebook: Path) -> str:
    """Which audit does a notebook walk through? ``03_targeting.ipynb`` is ``targeting``."""
    return notebook.stem.partition("_")[2] or notebook.stem


def completion_folder(job: ClientJob) -> Path:
    """Where do a client's notebooks say that they ended?"""
    return job.private / "seals"


def scrub_notebook(notebook: nbformat.NotebookNode, job: ClientJob, client: Path) -> dict[str, Any]:
    """What remains of an executed notebook? No clock, no chance ids, no paths of this machine."""
    notebook.metadata.pop("papermill", None)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
    text = nbformat.writes(notebook)
    places = {completion_folder(job): "", client: client.name, CHECKOUT: ".", Path(sys.prefix): "."}
    for place in sorted(places, key=lambda p: -len(str(p))):
        for spelled in (_raw, _plain, _parameter):
            text = text.replace(spelled(str(place)), spelled(places[place]))
    return dict(json.loads(CELL_FILE.sub("cell.py", text)))


def _raw(text: str) -> str:
    """As nbformat writes what a cell printed."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _plain(text: str) -> str:
    """As JSON within a cell writes it."""
    return json.dumps(text)[1:-1]


def _parameter(text: str) -> str:
    """As papermill writes a parameter, in a cell."""
    return _plain(text.encode("unicode_escape").decode().replace('"', '\\"'))
