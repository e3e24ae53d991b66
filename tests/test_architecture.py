"""ARCHITECTURE.md tells the truth: what it names is there, and each step calls those below it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.architecture import PAGE, ROOMS, ROOT, Step, walk_steps

PACKAGE = ROOT / "toolkit"
RULES = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
OWN = re.compile(r"NAME|SUBJECT|KIND|[ (]")
STEPS = walk_steps()
WALKS = ("Folder → report", "Folder → findings.json", "Slider → verdict", "World → truth")
Definition = ast.stmt


@dataclass(frozen=True)
class Place:
    """Where a name leads: a file, and what of it is meant (None: all of it)."""

    file: Path
    node: Definition | None


def found_place(name: str) -> Place | None:
    """Where is `room.module.name` defined? None where it is not."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        stem = PACKAGE.joinpath(*parts[:length])
        for file in (stem.with_suffix(".py"), stem / "__init__.py"):
            if file.is_file():
                return _place_in(file, parts[length:])
    return None


def _place_in(file: Path, parts: list[str]) -> Place | None:
    held, node = module_tree(file).body, None
    for part in parts:
        node = next((n for n in held if part in defined_names(n)), None)
        if node is None:
            return None
        held = node.body if isinstance(node, ast.ClassDef) else []
    return Place(file, node)


@cache
def module_tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def defined_names(node: ast.AST) -> set[str]:
    """What a statement defines: a function, a class, or names that are given a value."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def mentioned_names(node: ast.AST) -> set[str]:
    """Every name and attribute in it, and the modules it imports."""
    names = set[str]()
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                names.add(name)
            case ast.ImportFrom(module=str(name)):
                names.add(name)
    return names


def reached_names(place: Place) -> set[str]:
    """What is mentioned there, and in whatever of the same file that leads to."""
    tree = module_tree(place.file)
    if place.node is None:
        return mentioned_names(tree)
    parts = [part for node in tree.body for part in (node, *getattr(node, "body", ()))]
    named = {name: part for part in parts for name in defined_names(part)}
    names, waiting = set[str](), mentioned_names(place.node)
    while waiting:
        names |= waiting
        waiting = set().union(*(mentioned_names(named[n]) for n in waiting if n in named)) - names
    imports = set().union(*(mentioned_names(n) for n in tree.body if isinstance(n, ast.ImportFrom)))
    return names | imports


def is_module(name: str) -> bool:
    place = found_place(name)
    return place is not None and place.node is None


def leads_on(caller: str, name: str) -> bool:
    """Does the code of the caller mention the step below it, or import it where it is a module?"""
    place = found_place(caller)
    assert place, f"{caller} is not in toolkit"
    wanted = f"toolkit.{name}" if is_module(name) else name.split(".")[-1]
    return wanted in reached_names(place)


def first_call(place: Place, name: str) -> int | None:
    """On which line does the function itself first call it? None where it leaves that to others."""
    if not isinstance(place.node, ast.FunctionDef):
        return None
    calls = [node for node in ast.walk(place.node) if isinstance(node, ast.Call)]
    named = [c for c in calls if name in (getattr(c.func, "id", ""), getattr(c.func, "attr", ""))]
    return min((call.lineno for call in named), default=None)


def page_words() -> list[str]:
    """All that the page names in code type, but what is typed: commands, and Python in a line."""
    words = re.findall(r"`([^`\n]+)`", PAGE)
    return sorted({word for word in words if not re.search(r"[ (]", word)})


def test_the_page_has_its_four_walks_and_none_is_short() -> None:
    assert tuple(dict.fromkeys(step.walk for step in STEPS)) == WALKS
    for walk in WALKS:
        assert sum(step.walk == walk for step in STEPS) >= 8


@pytest.mark.parametrize("name", page_words())
def test_every_name_on_the_page_is_there(name: str) -> None:
    assert found_place(name), f"ARCHITECTURE.md names {name}, which toolkit/ does not define"


@pytest.mark.parametrize("step", [s for s in STEPS if s.caller], ids=lambda s: s.name)
def test_each_step_of_a_walk_is_called_by_the_one_above_it(step: Step) -> None:
    assert leads_on(str(step.caller), step.name), f"{step.caller} leads to no {step.name}"


@pytest.mark.parametrize("caller", sorted({s.caller for s in STEPS if s.caller}))
def test_steps_stand_in_the_order_of_the_calls(caller: str) -> None:
    place = found_place(caller)
    below = [s.name.split(".")[-1] for s in STEPS if s.caller == caller]
    lines = [line for name in below if place and (line := first_call(place, name))]
    assert lines == sorted(lines), f"{caller} calls {below} in another order"


def test_a_step_that_is_not_called_is_noticed() -> None:
    assert leads_on("report.deliver.deliver_client", "audits.audit")
    assert not leads_on("report.deliver.prepare_job", "audits.audit")
    assert not leads_on("audits.roles.audit", "whatif.html")
    assert found_place("report.deliver.deliver_clients") is None


def test_every_room_has_its_line_and_no_line_is_without_a_room() -> None:
    files = [p for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()]
    there = {p.stem for p in files} - {"__init__"}
    assert {room.name for room in ROOMS} == there, "ARCHITECTURE.md has a line for each room"
    assert len(ROOMS) == len(there), "one line for each room"
    assert [room.level for room in ROOMS] == sorted(room.level for room in ROOMS)


def recipe_words() -> list[str]:
    """Files and names in code type of the recipes, but those with a name of the reader's own."""
    recipes = RULES.split("## Adding something")[1].split("## Rules that people keep")[0]
    words = set(re.findall(r"`([^`\n]+)`", recipes))
    return sorted(word for word in words if not OWN.search(word))


@pytest.mark.parametrize("path", [word for word in recipe_words() if "/" in word])
def test_every_file_that_a_recipe_names_is_there(path: str) -> None:
    assert list(ROOT.glob(path)), f"CONTRIBUTING.md names {path}"


def test_every_name_in_a_recipe_is_in_the_code() -> None:
    files = [f for room in ("toolkit", "tests", "datasets") for f in (ROOT / room).rglob("*.*")]
    code = {w for f in files if f.suffix in (".py", ".yml") for w in words_of(f)}
    asked = {word for word in recipe_words() if re.fullmatch(r"[A-Za-z_]\w+", word)}
    assert asked <= code, f"CONTRIBUTING.md names {sorted(asked - code)}"


def words_of(file: Path) -> set[str]:
    return set(re.findall(r"\w+", file.read_text("utf-8")))


def test_the_rules_for_contributors_hold_no_second_table_of_rooms() -> None:
    assert "ARCHITECTURE.md" in RULES
    assert "| level |" not in RULES
