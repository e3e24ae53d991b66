"""Calls with bad input, one argument at a time, and what must come of them.

A case calls a function with good arguments, and knows of each what kind of argument it is: from
that follow the ways in which it can be bad. What is public is found in the package itself.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from toolkit.stats.interval import CannotTell


def public_names(package: ModuleType) -> set[str]:
    """Every public function and class, and every public method with arguments: "module.name"."""
    found = set()
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isclass(thing):
                found |= {f"{info.name}.{name}{method}" for method in ("", *_methods(thing))}
            elif inspect.isfunction(thing):
                found.add(f"{info.name}.{name}")
    return found


def _methods(kind: type) -> Iterator[str]:
    for name, thing in vars(kind).items():
        function = getattr(thing, "__func__", thing)
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        if len(inspect.signature(function).parameters) > 1:
            yield f".{name}"


@dataclass(frozen=True)
class Argument:
    """A good value, bad ones by what is wrong with them, and which of these a result may follow.

    What is `allowed` is said in the docstring of the function: a missing answer is left out, say.
    """

    good: Any
    bad: dict[str, Any]
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """How to get at a function, and its arguments."""

    function: Callable[[], Callable[..., Any]]
    arguments: dict[str, Argument] = field(default_factory=dict)


def case(function: Callable[..., Any], /, **arguments: Argument) -> Case:
    """A function as it is, with its arguments."""
    return Case(lambda: function, arguments)


def late(made: Callable[[], Any], method: str, /, **arguments: Argument) -> Case:
    """A method of an object that is made only when asked for."""
    kept = cache(made)
    return Case(lambda: getattr(kept(), method), arguments)


def calls(cases: dict[str, Case]) -> list[tuple[str, str, str]]:
    """Every function with every argument and everything that can be wrong with it."""
    return [
        (name, argument, wrong)
        for name, one in cases.items()
        for argument, told in one.arguments.items()
        for wrong in told.bad
    ]


def check_good(one: Case) -> None:
    """With good arguments there is a result, without a warning."""
    values = {name: _made(told.good) for name, told in one.arguments.items()}
    assert one.function()(**values) is not None


def check_bad(one: Case, argument: str, wrong: str) -> None:
    """With a bad one there is a refusal that says what was expected and what was found.

    Or a result that says that it cannot be told, or one that the function promises.
    """
    values = {name: _made(told.good) for name, told in one.arguments.items()}
    values[argument] = one.arguments[argument].bad[wrong]
    refused, result = None, None
    try:
        result = one.function()(**values)
    except ValueError as error:
        refused = error
    if refused:
        assert type(refused) is ValueError, f"raised {type(refused).__name__}: {refused}"
        assert re.search("expected .*found .", str(refused), re.DOTALL), f"said only: {refused}"
    else:
        allowed = wrong in one.arguments[argument].allowed
        assert allowed or isinstance(result, CannotTell), f"gave {result!r:.200}"


def _made(good: Any) -> Any:
    """A good value; one that takes time is made by a cached function, when it is asked for."""
    return good() if hasattr(good, "cache_info") else good


# Kinds of arguments, each with what can be wrong with it


def numbers(good: Any, *allowed: str) -> Argument:
    """Numbers of any shape."""
    first = np.ravel(np.asarray(good, dtype=float)).tolist()
    bad = {
        "NaN": np.full(np.shape(good), np.nan),
        "infinite": np.full(np.shape(good), np.inf),
        "text": ["a"] * len(first),
        "figures as text": [str(one) for one in first],
        "no number": [object()] * len(first),
        "ragged": [[1.0], [1.0, 2.0]],
        "None": None,
    }
    return Argument(good, bad, allowed)


def row(good: Any, *allowed: str) -> Argument:
    """One row of numbers."""
    values = np.asarray(good, dtype=float)
    more = {
        "NaN": np.append(values[:-1], np.nan),
        "infinite": np.append(values[:-1], np.inf),
        "minus infinite": np.append(values[:-1], -np.inf),
        "empty": [],
        "two-dimensional": np.stack([values, values]),
        "a number": 1.0,
    }
    return Argument(good, numbers(good).bad | more, allowed)


def paired(good: Any, *allowed: str) -> Argument:
    """One row of numbers, as many as another has."""
    shorter = {"too short": np.asarray(good)[:-1], "too long": np.append(good, good[-1])}
    return Argument(good, row(good).bad | shorter, allowed)


def counts(good: Any, *allowed: str) -> Argument:
    """One row of numbers of 0 or more, as many as another has."""
    negative = {"negative": np.append(np.asarray(good)[:-1], -1)}
    return Argument(good, paired(good).bad | negative, allowed)


def table(good: Any, *allowed: str) -> Argument:
    """Rows and columns of numbers."""
    values = np.array(good, dtype=float)
    holes, vast = values.copy(), values.copy()
    holes[-1, -1], vast[-1, -1] = np.nan, np.inf
    more = {
        "NaN": holes,
        "infinite": vast,
        "empty": np.zeros((0, values.shape[1])),
        "no columns": np.zeros((len(values), 0)),
        "one-dimensional": values[0],
        "three-dimensional": values[None],
        "too short": values[:-1],
        "text": np.full(values.shape, "a"),
    }
    return Argument(good, numbers(good).bad | more, allowed)


def codes(good: Any, *allowed: str) -> Argument:
    """The account of each row, from 0."""
    values = np.asarray(good)
    bad = {
        "negative": np.append(values[:-1], -1),
        "fractions": values + 0.5,
        "NaN": np.append(values[:-1].astype(float), np.nan),
        "text": [f"a{code}" for code in values],
        "empty": [],
        "too short": values[:-1],
        "two-dimensional": np.stack([values, values]),
        "a number": 3,
        "None": [None] * len(values),
        "ragged": [[1], [1, 2]],
    }
    return Argument(good, bad, allowed)


def answers(good: Any, *allowed: str) -> Argument:
    """Yes or no of each row."""
    values = np.asarray(good)
    bad = {
        "NaN": np.append(values[:-1].astype(float), np.nan),
        "another number": np.append(values[:-1].astype(float), 7),
        "text": ["yes"] * len(values),
        "empty": [],
        "too short": values[:-1],
        "two-dimensional": np.stack([values, values]),
        "a number": 3,
    }
    return Argument(good, bad, allowed)


def number(good: Any, *allowed: str) -> Argument:
    """One number."""
    bad = {
        "NaN": np.nan,
        "infinite": np.inf,
        "text": "a",
        "figures as text": "1",
        "None": None,
        "a row": [1.0, 2.0],
        "an array": np.ones(2),
    }
    return Argument(good, bad, allowed)


def within(good: Any, below: float | None = None, above: float | None = None, *allowed: str) -> Any:
    """One number, with one that is too small and one that is too large."""
    ends = {"too small": below, "too large": above}
    more = {wrong: end for wrong, end in ends.items() if end is not None}
    return Argument(good, number(good).bad | more, allowed)


def whole(good: int, least: int = 1, *allowed: str) -> Argument:
    """One whole number, `least` or more."""
    bad = number(good).bad | {"too small": least - 1, "negative": -3, "a fraction": good + 0.5}
    return Argument(good, bad, allowed)


def frame(good: pd.DataFrame, *allowed: str, columns: bool = True) -> Argument:
    """A table with columns of numbers; with `columns`, ones that must be there."""
    first = good.columns[-1]
    bad: dict[str, Any] = {
        "no rows": good.iloc[:0],
        "no table": good.to_numpy().tolist(),
        "None": None,
    }
    if columns:
        bad["a column less"] = good.drop(columns=first)
        bad["NaN"] = good.assign(**{first: np.nan})
        bad["infinite"] = good.assign(**{first: np.inf})
        bad["text"] = good.assign(**{first: "a"})
    return Argument(good, bad, allowed)


def made(good: Any, *allowed: str, **more: Any) -> Argument:
    """What one of our classes holds, in the place of which something else may be given."""
    return Argument(good, {"None": None, "a number": 3, "text": "a"} | more, allowed)


def word(good: str, *allowed: str) -> Argument:
    """One of a few words."""
    return Argument(good, {"another word": "other", "a number": 3, "None": None}, allowed)


def day(good: str) -> Argument:
    """A date."""
    return Argument(good, {"text": "soon", "None": None, "a number": 3, "NaN": np.nan, "empty": ""})


def seed() -> Argument:
    """A seed of random numbers."""
    return Argument(1, {"text": "a", "negative": -1, "a fraction": 0.5})


def level() -> Argument:
    """The level of an interval."""
    return within(0.95, 0.0, 1.0)


def share(good: float, *allowed: str) -> Argument:
    """A number in 0…1."""
    return within(good, -0.1, 1.1, *allowed)
