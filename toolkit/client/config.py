"""client.yml → ClientConfig: who the client is and how its tables are built, every key checked."""

from __future__ import annotations

import codecs
import math
import os
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from toolkit.catalogue import BUYER_SHARE, MISTAKE_TYPES
from toolkit.client.encoding import ENCODINGS, decode_text, read_bytes
from toolkit.client.model import Attribute, ClientSettings
from toolkit.client.problems import ProblemCode, ProblemList, quote_text
from toolkit.client.yaml import MAX_YAML_BYTES, YamlMapping, YamlSection, read_yaml
from toolkit.contract import (
    LANGUAGES,
    SETTINGS_OF_TRADE,
    TABLES,
    TRAIT_KINDS,
    contract_column_names,
)
from toolkit.errors import did_you_mean
from toolkit.wording import NO_CURRENCY

LAYOUT_KEYS = ("file", "sheet", "delimiter", "decimal", "dates", "encoding", "columns")

_NO_DELIMITER = " \"'_.-+" + string.ascii_letters + string.digits


@dataclass(frozen=True)
class TableLayout:
    """Where a table's file is and how its cells are written.

    `dates` is a strptime format, None for YYYY-MM-DD; `encoding` None means UTF-8, or UTF-16
    with its mark; `columns` leads from the contract's names to the file's; `line` is where
    client.yml names the file.
    """

    file: str | None = None
    line: int | None = None
    sheet: str | None = None
    delimiter: str = ","
    decimal: str = "."
    dates: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def read_layouts(tables: YamlSection, known: Mapping[str, Sequence[str]]) -> dict[str, TableLayout]:
    """How is each table's file built? `known` has the column names of every table."""
    layouts = {}
    for name in tables.keys:
        if name in TABLES:
            layouts[name] = _layout(tables.section(name, LAYOUT_KEYS), known[name])
    return layouts


def _layout(section: YamlSection, known: Sequence[str]) -> TableLayout:
    return TableLayout(
        file=section.text("file") or None,
        line=section.line("file") if section.has("file") else None,
        sheet=section.text("sheet") or None,
        delimiter=_delimiter(section),
        decimal=section.choice("decimal", (".", ","), "."),
        dates=_dates(section),
        encoding=_encoding(section),
        columns=_columns(section.section("columns", None), known),
    )


def _delimiter(section: YamlSection) -> str:
    if not section.has("delimiter"):
        return ","
    written = section.raw("delimiter")  # a tab would be trimmed
    text = "\t" if written in ("tab", r"\t") else written
    if text == "\t" or (len(text) == 1 and text.isprintable() and text not in _NO_DELIMITER):
        return text
    section.wrong("delimiter", f"is {quote_text(text)}", r'Write one sign: ";", ",", "|" or "\t".')
    return ","


def _dates(section: YamlSection) -> str | None:
    form = section.text("dates")
    if not form:
        return None
    if all(_carries(form, day) for day in (datetime(2024, 3, 14), datetime(2009, 12, 1))):
        return form
    fix = 'Write a format with year, month and day, such as "%d.%m.%Y".'
    section.wrong("dates", f"is {quote_text(form)}, which cannot carry a date", fix)
    return None


def _carries(form: str, day: datetime) -> bool:
    try:
        return datetime.strptime(day.strftime(form), form).date() == day.date()
    except (ValueError, re.error):  # re.error: a directive stands twice
        return False


def _encoding(section: YamlSection) -> str | None:
    name = section.text("encoding")
    if not name:
        return None
    try:
        known = codecs.lookup(name).name in {codecs.lookup(e).name for e in ENCODINGS}
    except (LookupError, ValueError):  # ValueError: a sign that no name can have
        known = False
    if known:
        return name
    fix = f"Write one of: {', '.join(ENCODINGS)}.{did_you_mean(name, ENCODINGS)}"
    section.wrong("encoding", f"is {quote_text(name)}, which is not read", fix)
    return None


def _columns(section: YamlSection, known: Sequence[str]) -> dict[str, str]:
    columns = {name: section.text(name) for name in section.keys if section.has(name)}
    for name in (name for name in columns if name not in known):
        fix = did_you_mean(name, known).strip() or "Left is the contract's name, right the file's."
        section.wrong(name, "is not a column of the contract", fix, ProblemCode.UNKNOWN_KEY)
    return {name: written for name, written in columns.items() if name in known and written}


CONFIG_NAME = "client.yml"
CONFIG_KEYS = (
    "id",
    "name",
    "about",
    "currency",
    "language",
    "setting",
    "scales",
    "attributes",
    "margin",
    "traits",
    "tables",
    "settings",
)
SETTINGS_KEYS = ("level", "seed", "repeat_window_days", "thresholds", "stage_mix")
STAGES = tuple(BUYER_SHARE)
SCALES = {"importance": (1.0, 5.0), "performance": (1.0, 5.0), "satisfaction": (0.0, 10.0)}
CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
ATTRIBUTE_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
MAX_SEED = 2**32 - 1
MAX_WINDOW = 36_500  # days, a century
_MOST = {"share": 1.0, "points": 100.0}  # a threshold of that unit cannot lie beyond


@dataclass(frozen=True)
class ClientConfig:
    """What client.yml says; a key that is not given has the contract's default.

    `id` is empty where neither client.yml nor the folder's name gives a valid one.
    """

    id: str
    name: str
    about: str = ""
    currency: str = NO_CURRENCY
    language: str = "en"
    setting: str = "household"
    scales: Mapping[str, tuple[float, float]] = field(default_factory=lambda: dict(SCALES))
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    margin: float | None = None
    traits: Mapping[str, str] = field(default_factory=dict)
    layouts: Mapping[str, TableLayout] = field(default_factory=dict)
    settings: ClientSettings = field(default_factory=ClientSettings)


def read_config(root: Path, ledger: ProblemList) -> ClientConfig | None:
    """Who is the client? None where the file cannot be read at all.

    Where single keys are wrong, the config still comes back, with defaults in their place, so
    that the tables can be checked in the same pass; the ledger has the errors.
    """
    data = read_bytes(root / CONFIG_NAME, root, ledger)
    if data is not None and len(data) > MAX_YAML_BYTES:
        message = f"The file has {len(data):,} bytes; at most {MAX_YAML_BYTES:,} are read."
        ledger.add("error", ProblemCode.TOO_LARGE, message, "Keep data in the tables.")
        return None
    text = decode_text(data, None, ledger) if data is not None else None
    node = read_yaml(text, ledger) if text is not None else None
    top = YamlSection(node, "", CONFIG_KEYS, ledger)
    if ledger.refused and not isinstance(node, YamlMapping):
        return None
    return _config(top, Path(os.path.abspath(root)).name)


def _config(top: YamlSection, folder: str) -> ClientConfig:
    id = _client_id(top, folder)
    attributes, traits = _attributes(top), _traits(top)
    known = {name: contract_column_names(name, attributes, traits) for name in TABLES}
    scales = top.section("scales", tuple(SCALES))
    return ClientConfig(
        id=id,
        name=top.text("name") or id or folder,
        about=top.text("about"),
        currency=_currency(top),
        language=top.choice("language", LANGUAGES, "en"),
        setting=top.choice("setting", SETTINGS_OF_TRADE, "household"),
        scales={name: scales.pair(name, ends) for name, ends in SCALES.items()},
        attributes=attributes,
        margin=top.number("margin", 0, 1, expected="a share from 0 to 1, such as 0.35"),
        traits=traits,
        layouts=read_layouts(top.section("tables", tuple(TABLES)), known),
        settings=_settings(top.section("settings", SETTINGS_KEYS)),
    )


def _client_id(top: YamlSection, folder: str) -> str:
    given = top.has("id")
    id = top.text("id") if given else folder
    if CLIENT_ID.fullmatch(id):
        return id
    whose = "" if given else ", the folder's name,"
    fix = "Write small letters a–z, digits and hyphens, 64 at most, such as id: little-bear."
    top.wrong("id", f"is {quote_text(id)}{whose} which is not a valid id", fix)
    return ""


def _currency(top: YamlSection) -> str:
    code = top.text("currency") or NO_CURRENCY
    if code != NO_CURRENCY and not re.fullmatch("[A-Z]{3}", code):
        fix = "Write the three capitals of ISO 4217, such as EUR."
        top.wrong("currency", f"is {quote_text(code)}", fix)
    return code


def _attributes(top: YamlSection) -> dict[str, Attribute]:
    section = top.section("attributes", None)
    return {id: _attribute(section, id) for id in section.keys}


def _attribute(section: YamlSection, id: str) -> Attribute:
    if ":" in id or ";" in id:
        fix = "The signs : and ; join names in results; leave them out."
        section.wrong(id, "has : or ; in an attribute's name", fix, ProblemCode.RESERVED_SIGN)
    elif not ATTRIBUTE_ID.fullmatch(id):
        fix = "Write letters a–z, digits and _, beginning with a letter; use label for the rest."
        section.wrong(id, "is not a valid attribute name", fix)
    one = section.section(id, ("label", "serves", "words"))
    serves = one.choice("serves", ("reason", "experience"), "reason") if one.has("serves") else None
    return Attribute(id, one.text("label") or id, serves, one.texts("words"))


def _traits(top: YamlSection) -> dict[str, str]:
    section = top.section("traits", None)
    taken = {c.name for t in TABLES.values() if t.traits for c in t.columns}
    for name in section.keys:
        if name in taken or name.startswith(("importance_", "performance_")):
            section.wrong(name, "is a column of the contract", "Give the trait another name.")
        if not section.has(name):
            section.wrong(name, "has no kind", f"Write one of: {', '.join(TRAIT_KINDS)}.")
    kinds = {name: section.choice(name, TRAIT_KINDS, TRAIT_KINDS[0]) for name in section.keys}
    return {name: kind for name, kind in kinds.items() if name not in taken}


def _settings(section: YamlSection) -> ClientSettings:
    tiny = math.ulp(1.0)  # both ends are excluded
    level = section.number("level", 0.5 + tiny, 1 - tiny, expected="a share between 0.5 and 1")
    seed = section.number("seed", 0, MAX_SEED, expected="a whole number from 0", whole=True)
    days = section.number(
        "repeat_window_days", 1, MAX_WINDOW, expected="a whole number of days from 1", whole=True
    )
    plain = ClientSettings()
    return ClientSettings(
        level=plain.level if level is None else level,
        seed=plain.seed if seed is None else int(seed),
        repeat_window_days=plain.repeat_window_days if days is None else int(days),
        thresholds=read_thresholds(section.section("thresholds", tuple(MISTAKE_TYPES))),
        stage_mix=_stage_mix(section.section("stage_mix", STAGES)),
    )


def read_thresholds(section: YamlSection) -> dict[str, float]:
    """Which thresholds does the section set? In the catalogue's order, each within its unit."""
    thresholds = {}
    for id in (key for key in section.keys if key in MISTAKE_TYPES):
        unit, most = MISTAKE_TYPES[id].unit, highest_threshold(id)
        expected = f"a number of {unit} from 0" + (f" to {most:g}" if unit in _MOST else "")
        value = section.number(id, 0, most, expected=expected)
        if value is not None:
            thresholds[id] = value
    return {id: thresholds[id] for id in MISTAKE_TYPES if id in thresholds}


def highest_threshold(id: str) -> float:
    """How much may matter only from there on? No more than the unit of the mistake has."""
    return _MOST.get(MISTAKE_TYPES[id].unit, 1e12)


def _stage_mix(section: YamlSection) -> dict[str, float]:
    expected = "the buyer's share, from 0 to 1"
    shares = {stage: section.number(stage, 0, 1, expected=expected) for stage in STAGES}
    return {stage: share for stage, share in shares.items() if share is not None}
