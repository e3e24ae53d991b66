"""May these values go into this notebook? Strict: checked before any kernel starts.

papermill itself only warns of an unknown name and then runs with the default, and turns values of
other types into text.
"""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import ParameterError, did_you_mean

TAG = "parameters"
PLAIN = (str, int, float, bool, type(None))


def check_parameters(notebook: Path, values: Mapping[str, Any]) -> None:
    """May these values go into this notebook?

    There must be exactly one cell tagged `parameters`; every name must be assigned in it, and
    every value must be plain JSON of the type of its default. Raises ParameterError, which names
    the nearest name where one is unknown.
    """
    defaults = declared_parameters(notebook)
    for name, value in values.items():
        if name not in defaults:
            known = ", ".join(defaults) or "none"
            raise ParameterError(
                f'{notebook.name} declares no parameter "{name}" (declared: {known}).'
                + did_you_mean(name, list(defaults))
            )
        _check_type(notebook.name, name, value, defaults[name])


def declared_parameters(notebook: Path) -> dict[str, Any]:
    """Which parameters does the notebook declare, and with which defaults?"""
    cells = [c for c in _cells(notebook) if TAG in c.get("metadata", {}).get("tags", ())]
    if len(cells) != 1:
        raise ParameterError(
            f"{notebook.name} has {len(cells)} cells tagged “{TAG}”; exactly one is needed. "
            "Tag the cell that assigns the defaults."
        )
    try:
        body = ast.parse("".join(cells[0]["source"])).body
    except SyntaxError as error:
        raise ParameterError(f"{notebook.name}: its parameters are not Python: {error}") from None
    return dict(pair for statement in body for pair in _assigned(notebook.name, statement))


def _cells(notebook: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
        return list(content["cells"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ParameterError(f"{notebook.name} cannot be read as a Jupyter notebook.") from None


def _assigned(notebook: str, statement: ast.stmt) -> list[tuple[str, Any]]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    names = [t.id for t in targets if isinstance(t, ast.Name)]
    if not names or len(names) != len(targets):
        return []
    try:
        default = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
    except ValueError:
        raise ParameterError(
            f'{notebook}: the default of "{names[0]}" is calculated; write a plain value.'
        ) from None
    return [(name, default) for name in names]


def _check_type(notebook: str, name: str, value: object, default: object) -> None:
    if not _is_plain(value):
        found = f"{type(value).__name__} {value!r}"
        raise ParameterError(f'{notebook}: "{name}" must be plain JSON, found {found}.')
    if type(value) is not type(default):
        wanted, found = type(default).__name__, type(value).__name__
        raise ParameterError(f'{notebook}: "{name}" must be {wanted}, found {found} {value!r}.')


def _is_plain(value: object) -> bool:
    """Is this value JSON's own, through and through? Sub-classes, NaN and infinity are not."""
    if type(value) is list:
        return all(_is_plain(v) for v in value)
    if type(value) is dict:
        return all(type(k) is str and _is_plain(v) for k, v in value.items())
    return type(value) in PLAIN and not (isinstance(value, float) and not math.isfinite(value))
