"""Parameters are checked before any kernel starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toolkit.errors import ParameterError
from toolkit.report.parameters import check_parameters, declared_parameters


def notebook(folder: Path, *sources: str, tag: str = "parameters") -> Path:
    cells = [{"cell_type": "code", "source": s, "metadata": {"tags": [tag]}} for s in sources]
    path = folder / "01_roles.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def test_defaults_are_read_from_the_parameters_cell(tmp_path: Path) -> None:
    path = notebook(tmp_path, 'client = "x"\nyears: int = 3\nflags = [1, 2]')
    assert declared_parameters(path) == {"client": "x", "years": 3, "flags": [1, 2]}


def test_a_known_name_with_the_same_type_passes(tmp_path: Path) -> None:
    check_parameters(notebook(tmp_path, 'client = ""'), {"client": 'a "quoted" folder'})


def test_an_unknown_name_is_refused_and_the_nearest_is_named(tmp_path: Path) -> None:
    path = notebook(tmp_path, 'client = ""\nout = ""')
    with pytest.raises(ParameterError, match=r'no parameter "cleint".*Did you mean "client"'):
        check_parameters(path, {"cleint": "x"})


@pytest.mark.parametrize("default", ["3", "True", "None", "[]", "1.5"])
def test_a_text_for_a_default_of_another_type_is_refused(tmp_path: Path, default: str) -> None:
    with pytest.raises(ParameterError, match=r'"client" must be .*, found str'):
        check_parameters(notebook(tmp_path, f"client = {default}"), {"client": "x"})


def test_true_is_not_a_whole_number(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="must be int, found bool"):
        check_parameters(notebook(tmp_path, "n = 1"), {"n": True})


@pytest.mark.parametrize("value", [Path("x"), (1,), float("nan"), {1: 2}, {"a": {1}}])
def test_values_that_are_not_plain_json_are_refused(tmp_path: Path, value: object) -> None:
    with pytest.raises(ParameterError, match="plain JSON"):
        check_parameters(notebook(tmp_path, "n = 1.0"), {"n": value})


@pytest.mark.parametrize("cells", [(), ("client = 1", "client = 2")])
def test_none_or_two_parameter_cells_are_refused(tmp_path: Path, cells: tuple[str, ...]) -> None:
    with pytest.raises(ParameterError, match=f"has {len(cells)} cells"):
        check_parameters(notebook(tmp_path, *cells), {"client": 1})


def test_a_calculated_default_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="is calculated"):
        declared_parameters(notebook(tmp_path, "n = 1 + len('x')"))


def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text("not json", encoding="utf-8")
    with pytest.raises(ParameterError, match="cannot be read"):
        declared_parameters(path)
