"""Do the numbers that come in fit? What public functions of `stats` and `models` ask of them, once.

Each check gives back what it was given, as the type that calculations want, or raises ValueError,
which names the argument, what was expected and what was found. Nothing is repaired: text is no
number, even where it reads like one. Inner functions, which are called by the thousand, check
nothing.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
SHOWN = 80  # characters of what was found


def unfit_input(name: str, expected: str, found: object) -> ValueError:
    """What is said of input that does not fit: "name: expected …, found …"."""
    shown = " ".join((found if isinstance(found, str) else repr(found)).split())
    return ValueError(f"{name}: expected {expected}, found {shown:.{SHOWN}}")


def number_array(values: ArrayLike, name: str = "values") -> Floats:
    """Which numbers were given, in whatever shape? NaN and infinite ones pass, text does not."""
    try:
        if getattr(getattr(values, "dtype", None), "kind", "O") in "fiub":
            return np.asarray(values, dtype=np.float64)
        array = np.asarray(values)
        known = array.dtype.kind == "O" and not any(isinstance(v, str) for v in array.flat)
        if known or array.dtype.kind in "fiub":
            return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError):  # rows of several lengths, or what is no number at all
        pass
    raise unfit_input(name, "numbers", repr(values))


def finite_vector(values: ArrayLike, name: str = "values") -> Floats:
    """Which finite numbers were given, as a flat float64 array of at least one?"""
    array = number_array(values, name)
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all():
        raise unfit_input(name, "one row of finite numbers", repr(values))
    return array


def finite_matrix(values: ArrayLike, name: str = "values") -> Floats:
    """Which finite numbers were given, as rows and columns, at least one of each?"""
    array = number_array(values, name)
    if array.ndim != 2 or array.size == 0 or not np.isfinite(array).all():
        raise unfit_input(name, "rows and columns of finite numbers", _shape_or_values(array))
    return array


def one_or_more(values: ArrayLike, name: str = "values") -> Floats:
    """Which finite numbers were given, a single one or a row of them, as a row?"""
    array = number_array(values, name)
    return finite_vector(array[None] if array.ndim == 0 else array, name)


def known_vector(values: ArrayLike, name: str = "values") -> Floats:
    """Which answers were given (rows,), NaN where there is none? Infinite ones are refused."""
    array = number_array(values, name)
    if array.ndim != 1 or np.isinf(array).any():
        raise unfit_input(name, "one row of numbers, NaN where unknown", repr(values))
    return array


def paired_vectors(**vectors: ArrayLike) -> list[Floats]:
    """The same as `finite_vector` for several, which must be of one length."""
    found = [finite_vector(values, name) for name, values in vectors.items()]
    sizes = [one.size for one in found]
    if len(set(sizes)) > 1:
        raise unfit_input(", ".join(vectors), "pairs (rows of one length)", f"lengths {sizes}")
    return found


def yes_or_no(values: ArrayLike, rows: int | None = None, name: str = "values") -> NDArray[Any]:
    """Which answers are yes (rows,)? True or 1; no is False or 0, and nothing else is either."""
    array = number_array(values, name)
    if array.ndim != 1 or rows not in (None, array.size) or not ((array == 0) | (array == 1)).all():
        many = "one row" if rows is None else f"{rows}"
        raise unfit_input(name, f"{many} of yes or no (1 or 0)", repr(values))
    return array > 0


def account_codes(
    codes: ArrayLike, rows: int | None, count: int | None = None, name: str = "accounts"
) -> Codes:
    """Which unit does each of these rows (any number: None) belong to? From 0, below `count`."""
    many = "each row" if rows is None else f"each of {rows} rows"
    try:
        array = np.asarray(codes)
    except ValueError:
        raise unfit_input(name, f"a whole number for {many}", repr(codes)) from None
    whole = array.dtype.kind in "iu" or array.size == 0
    if array.ndim != 1 or rows not in (None, array.size) or not whole:
        raise unfit_input(name, f"a whole number for {many}", _shape_or_values(array))
    if array.size and (array.min() < 0 or (count is not None and array.max() >= count)):
        expected = "numbers from 0" if count is None else f"0…{count - 1}"
        raise unfit_input(name, expected, f"{array.min()}…{array.max()}")
    return array.astype(np.intp, copy=False)


def whole_number(value: object, name: str, *, least: int = 0) -> int:
    """Which whole number is it, `least` or more?"""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or number < least:
        raise unfit_input(name, f"a whole number, {least} or more", repr(value))
    return number


def finite_number(
    value: object,
    name: str,
    *,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
) -> float:
    """Which finite number is it, from `least` to `most` and above `above`?"""
    number = real_number(value, name)
    if not (least <= number <= most and number > above and math.isfinite(number)):
        raise unfit_input(name, _range_in_words(least, most, above), repr(value))
    return number


def real_number(value: object, name: str) -> float:
    """Which number is it? NaN and infinite ones pass, text and rows of numbers do not."""
    if isinstance(value, (float, int)):
        return float(value)
    if isinstance(value, (np.number, np.ndarray, np.bool_)) and np.ndim(value) == 0:
        return float(number_array(value, name))
    raise unfit_input(name, "a number", repr(value))


def finite_numbers(**numbers: object) -> None:
    """Is each of these a finite number?"""
    for name, value in numbers.items():
        finite_number(value, name)


def random_seed(seed: object, name: str = "seed") -> None:
    """Does it say which random numbers to draw? A whole number from 0, or a SeedSequence."""
    if not isinstance(seed, SeedSequence):
        whole_number(seed, name)


def table_columns(table: object, columns: Iterable[str], name: str) -> pd.DataFrame:
    """Is it a table, and has it these columns?"""
    if not isinstance(table, pd.DataFrame):
        raise unfit_input(name, "a table (DataFrame)", repr(table))
    for column in columns:
        if column not in table:
            raise unfit_input(name, f"a column {column!r}", repr(list(table)))
    return table


def one_of(value: object, choices: Sequence[str], name: str) -> None:
    """Is it one of these words?"""
    if value not in choices:
        raise unfit_input(name, " or ".join(f'"{one}"' for one in choices), repr(value))


def instance_of(value: object, kind: type | tuple[type, ...], name: str) -> None:
    """Is it made of this class, or of one of these?"""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        raise unfit_input(name, " or ".join(one.__name__ for one in kinds), repr(value))


def day_of(value: object, name: str) -> pd.Timestamp:
    """Which day or moment is it?"""
    try:
        moment = pd.Timestamp(value)
    except (TypeError, ValueError):
        moment = pd.NaT
    if isinstance(value, (bool, int, float)) or pd.isna(moment):
        raise unfit_input(name, "a date", repr(value))
    return moment


def alike_arrays(**values: ArrayLike) -> list[Floats]:
    """Numbers of any shape, NaN where unknown, that can be taken together one by one."""
    found = [number_array(one, name) for name, one in values.items()]
    try:
        np.broadcast_shapes(*(one.shape for one in found))
    except ValueError:
        shapes = ", ".join(str(one.shape) for one in found)
        raise unfit_input(", ".join(values), "shapes that fit together", shapes) from None
    return found


def known_arrays(**values: ArrayLike) -> list[Floats]:
    """The same as `alike_arrays`, none of them unknown or infinite."""
    found = alike_arrays(**values)
    for name, one in zip(values, found, strict=True):
        if not np.isfinite(one).all():
            raise unfit_input(name, "finite numbers", repr(values[name]))
    return found


def named_vectors(columns: object, name: str, rows: int) -> dict[str, Floats]:
    """Finite numbers by name, each of as many `rows`."""
    if not isinstance(columns, Mapping):
        raise unfit_input(name, "rows of numbers by name", repr(columns))
    found = {str(key): finite_vector(values, str(key)) for key, values in columns.items()}
    for key, values in found.items():
        if values.size != rows:
            raise unfit_input(key, f"{rows} numbers", f"{values.size}")
    return found


def _shape_or_values(array: np.ndarray) -> str:
    """What to show of an array: its shape and its first numbers."""
    return f"shape {array.shape}: {' '.join(repr(array).split())}"


def _range_in_words(least: float, most: float, above: float) -> str:
    if above > -math.inf:
        return f"a number above {above:g}" + (f" and up to {most:g}" if most < math.inf else "")
    if least > -math.inf and most < math.inf:
        return f"a number in {least:g}…{most:g}"
    if least > -math.inf:
        return f"a number of {least:g} or more"
    return "a number" if most == math.inf else f"a number of at most {most:g}"
