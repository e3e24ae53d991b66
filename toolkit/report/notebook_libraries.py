"""The one door through which papermill and nbconvert come in, without a slow detour.

jsonschema, which both use, builds a grammar from the optional package rfc3987_syntax when it is
imported. That costs seconds and checks addresses that no notebook holds.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import nbformat  # noqa: E402
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # noqa: E402
from papermill.exceptions import PapermillException, PapermillExecutionError  # noqa: E402
from papermill.execute import execute_notebook  # noqa: E402
from traitlets.config import Config  # noqa: E402

__all__ = [
    "Config",
    "IPythonRenderer",
    "MarkdownWithMath",
    "PapermillException",
    "PapermillExecutionError",
    "execute_notebook",
    "nbformat",
]
