"""The schemas as they are shipped, and how a document is held against one."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator  # comes with nbformat

Document = dict[str, Any]
GONE = "(taken away)"  # as a new value: what stands there is taken away


def shipped_schema(name: str) -> Document:
    """The schema of `name`.json, read from the package as its users read it."""
    text = (files("toolkit") / "schemas" / f"{name}.schema.json").read_text("utf-8")
    schema: Document = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return schema


def objections(schema: Document, document: Document) -> list[str]:
    """What is wrong with the document, and where; nothing where it is as the schema says."""
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [
        f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)
    ]


def altered(document: Document, place: tuple[str | int, ...], value: object) -> Document:
    """The same document with another value at the place, or without it (GONE)."""
    copy = deepcopy(document)
    *way, last = place
    inner: Any = copy
    for step in way:
        inner = inner[step]
    if value == GONE:
        del inner[last]
    else:
        inner[last] = value
    return copy


def open_objects(schema: Document) -> list[str]:
    """Where does the schema say what an object holds and yet allow anything more?"""
    found: list[str] = []

    def look(part: Any, where: str) -> None:
        if isinstance(part, dict):
            if part.get("type") == "object" and "properties" in part:
                found.extend([] if "additionalProperties" in part else [where])
            for key, inner in part.items():
                look(inner, f"{where}.{key}")
        elif isinstance(part, list):
            for place, inner in enumerate(part):
                look(inner, f"{where}.{place}")

    look(schema, "$")
    return found
