"""A client folder ready to fill: client.yml, a table each with its header, the questionnaire.

The questionnaire to field among buyers and consumers and the data dictionary (every table and
column of the contract, in Markdown) are made from the contract itself.
"""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from toolkit.catalogue import BUYER_SHARE
from toolkit.client.config import CLIENT_ID, CONFIG_NAME, SCALES
from toolkit.client.model import Attribute
from toolkit.client.problems import ProblemCode
from toolkit.contract import (
    ATTRIBUTE_WILDCARD,
    LANGUAGES,
    SAY_ROLES,
    SETTINGS_OF_TRADE,
    TABLES,
    TRAIT_KINDS,
    Column,
    Table,
    contract_column_names,
)
from toolkit.errors import ClientError, Problem

QUESTIONNAIRE = "questionnaire.md"
ATTRIBUTES = {
    "price": Attribute("price", "Price", "reason"),
    "comfort": Attribute("comfort", "Comfort in use", "experience"),
}
_YAML = """\
# The client: who it is, what its product is judged by, how its tables are built.
# Lines that begin with # are not read; take the # away where a line is of use.

id: {id:<24} # a-z, 0-9 and hyphens
name: {name:<22} # shown to readers
about:                       # one paragraph; it opens the report
currency: EUR                # ISO 4217; without it, sums are shown without a currency
language: en                 # {languages}; reports are in English for now
setting: household           # {settings}

# The ends of the scales you ask on.
scales: {{{scales}}}

# What the product is judged by. serves: reason (a need one argues for) or experience (felt in use).
# For each attribute the survey has the columns importance_NAME and performance_NAME.
attributes:
  price: {{label: Price, serves: reason}}
  comfort: {{label: Comfort in use, serves: experience, words: [soft, tight]}}

# margin: 0.35               # share of revenue

# Columns of survey and people that describe a person: {kinds}
# traits: {{age: demographic, city: place}}

# Only where a file is built differently from the templates beside this one:
# tables:
#   purchases:
#     file: orders.csv
#     delimiter: ";"
#     decimal: ","
#     dates: "%d.%m.%Y"
#     encoding: cp1254
#     columns: {{amount: Total}}

# settings: {{level: 0.95, seed: 1, repeat_window_days: 180, thresholds: {{consumer-ignored: 5}}}}

# settings may also say which share of the spend each stage of a product's life asks for buyers:
# settings: {{stage_mix: {{{stages}}}}}
"""


def write_template(folder: str | Path) -> list[Path]:
    """Which files were written? A client folder ready to fill, and the questionnaire to field.

    The folder is made if it is not there. Raises ClientError where a file of the template stands
    in it already: nothing is ever written over.
    """
    root = Path(os.path.abspath(folder))
    files = {
        CONFIG_NAME: _config_text(root.name),
        QUESTIONNAIRE: _questionnaire(ATTRIBUTES, SCALES),
    }
    files |= {f"{table}.csv": _header_text(table) for table in TABLES}
    try:
        root.mkdir(parents=True, exist_ok=True)
        taken = sorted(files.keys() & set(os.listdir(root)))
        if not taken:
            return [_write(root / name, text) for name, text in files.items()]
    except OSError as error:
        message = f"The folder cannot be written: {error.strerror}."
        raise _refused(
            folder, ProblemCode.UNREADABLE_FILE, message, "Choose another one."
        ) from None
    message = f"The folder already has {', '.join(taken)}; nothing was written."
    raise _refused(folder, ProblemCode.FOLDER_IN_USE, message, "Name a new folder.")


def _config_text(folder: str) -> str:
    return _YAML.format(
        id=_slug(folder),
        name='"' + folder.replace("\\", "").replace('"', "") + '"',
        languages=" | ".join(LANGUAGES),
        settings=" | ".join(SETTINGS_OF_TRADE),
        scales=", ".join(f"{k}: [{low:g}, {high:g}]" for k, (low, high) in SCALES.items()),
        kinds=", ".join(TRAIT_KINDS),
        stages=", ".join(f"{k}: {share:g}" for k, share in BUYER_SHARE.items()),
    )


def _slug(folder: str) -> str:
    plain = unicodedata.normalize("NFKD", folder).lower().replace("ı", "i")
    slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[^\x00-\x7f]", "", plain)).strip("-")[:64]
    return slug if CLIENT_ID.fullmatch(slug) else "my-client"


def _header_text(table: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(contract_column_names(table, ATTRIBUTES))
    return text.getvalue()


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _refused(folder: str | Path, code: ProblemCode, message: str, fix: str) -> ClientError:
    return ClientError(str(folder), [Problem("error", code.value, str(folder), message, fix)])


POINTS = 10  # that an informant parts among the roles at each step
_ASKED = {
    "role": "Who are you here?",
    "importance_*": "How much does each of these weigh for you?",
    "performance_*": "How well does the product serve you in each of these?",
    "satisfaction": "All in all, how satisfied are you with the product?",
    "recommend": "How likely are you to recommend it to a friend or colleague?",
    "rebought": "Since the first time, has it been bought again?",
    "knows_what": "When you needed such a product, did you know what to look for?",
    "knows_where": "Did you know where to find it?",
    "price_gap": "How much more (or less: −) did you pay than for the one you would buy else?",
    "price_too_cheap": "At which price would it be so cheap that you would doubt its quality?",
    "price_cheap": "At which price would it be a bargain?",
    "price_expensive": "At which price would it be dear, though you would still consider it?",
    "price_too_expensive": "At which price would it be too dear to consider?",
}
_SAID = {
    "buyer": "I pay for it or decide on it",
    "consumer": "I use it",
    "both": "I pay for it and use it",
    "yes": "yes",
    "no": "no",
}
_QUESTIONNAIRE_HEAD = """# Questionnaire for buyers and consumers

Ask those who pay and those who use, each for themselves, in at least 30 accounts (households or
firms) of each role; more accounts decide more questions. Write each answer into the table and
column that stand in brackets. Leave a cell empty where nobody answered: an empty cell is not a 0.

Give every person a code (survey: respondent_id) and every household or firm a code (account_id);
use the same account codes in all tables. No names are needed.
"""


def _questionnaire(
    attributes: Mapping[str, Attribute], scales: Mapping[str, tuple[float, float]]
) -> str:
    """What is to be asked, of whom, and where do the answers go? Markdown, ready to field."""
    parts = [_QUESTIONNAIRE_HEAD, "## Part 1. You and the product\n"]
    columns = {c.name: c for c in TABLES["survey"].columns}
    for number, (name, question) in enumerate(_ASKED.items(), 1):
        column = columns[name]
        where = f"(survey: {name.replace('*', 'ATTRIBUTE')})"
        parts.append(f"**{number}. {question}** {where}\n")
        parts += _answer_lines(column, attributes.values(), scales)
    parts += _influence_part()
    return "\n".join(parts)


def _answer_lines(
    column: Column, attributes: Iterable[Attribute], scales: Mapping[str, tuple[float, float]]
) -> Iterator[str]:
    if column.values:
        yield "\n".join(f"- [ ] {_SAID[v]} → `{v}`" for v in column.values) + "\n"
    elif column.type == "whole":
        yield "- [ ] yes → `1`\n- [ ] no → `0`\n"
    elif column.scale is None and column.high is None:
        yield "A sum of money; only for those who pay: ______\n"
    else:
        low, high = scales[column.scale] if column.scale else (column.low, column.high)
        yield f"From {low:g} (not at all) to {high:g} (as much as can be).\n"
        if column.name.endswith(ATTRIBUTE_WILDCARD):
            stem = column.name.removesuffix("*")
            rows = [f"| {a.label} | `{stem}{a.id}` | |" for a in attributes]
            yield "\n".join(["| | column | answer |", "| --- | --- | --- |", *rows]) + "\n"


def _influence_part() -> Iterator[str]:
    stages = next(c for c in TABLES["influence"].columns if c.name == "stage").values
    yield "## Part 2. Who had a say\n"
    yield (
        f"**For each step, part {POINTS} points among those who had a say in it.** (influence: one "
        "row for each step and role that got points; informant: who answers)\n"
    )
    yield "\n".join(
        [
            f"| step | {' | '.join(SAY_ROLES)} | sum |",
            "| --- |" + " --- |" * (len(SAY_ROLES) + 1),
            *(f"| {stage} |{'  |' * len(SAY_ROLES)} {POINTS} |" for stage in stages),
        ]
    )
    yield "\nThe influencer has a say and neither pays nor uses; the gatekeeper can stop it.\n"


_DICTIONARY_HEAD = """# Data dictionary

A client folder has `client.yml` and any of these tables, each as `NAME.csv`, `NAME.parquet` or a
sheet `NAME` of `data.xlsx`. **Bold** columns are required wherever the table stands. Text files
are UTF-8, parted by commas, with a decimal dot and days as YYYY-MM-DD; `client.yml` says so where
a file is built differently. An empty cell means that nothing is known.

`_ATTRIBUTE` stands for one column per attribute of `client.yml`. Where a table holds money
(purchases, campaigns, levers, products), `client.yml` should name the currency; without one, sums
are shown without one.

`language` of `client.yml` is one of {languages}. Reports are in English for now,
whichever it is, and tell their reader so.
"""
_TYPE_WORDS = {
    "text": "text, as written",
    "category": "one of a few words",
    "number": "number",
    "whole": "whole number",
    "date": "day",
    "month": "month, YYYY-MM",
    "claims": "attributes, joined by `;`",
}


def data_dictionary() -> str:
    """What may stand in which table? Markdown from the contract, byte for byte the same."""
    head = _DICTIONARY_HEAD.format(languages=", ".join(LANGUAGES))
    return "\n".join([head, *(line for t in TABLES.values() for line in _table_lines(t))])


def _table_lines(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    names = ", ".join(f"`{name}`" for name in table.key)
    key = f" No two rows have the same {names}." if names else ""
    traits = " The traits of `client.yml` may stand here too." if table.traits else ""
    yield f"One row is {table.row}.{key}{traits}\n"
    yield "| column | says | type | holds | if empty |"
    yield "| --- | --- | --- | --- | --- |"
    yield from (_column_row(c) for c in table.columns)
    yield ""


def _column_row(column: Column) -> str:
    name = f"`{column.name.replace('_*', '_ATTRIBUTE')}`"
    name = f"**{name}**" if column.required else name
    default = column.default or ""
    filled = f"as `{default[1:]}`" if default.startswith("=") else default
    return f"| {name} | {column.says} | {_TYPE_WORDS[column.type]} | {_holds(column)} | {filled} |"


def _holds(column: Column) -> str:
    if column.values:
        return ", ".join(column.values)
    if column.scale:
        return f"the scale `{column.scale}` of `client.yml`"
    if column.low is None:
        return ""
    return (
        f"{column.low:g} or more" if column.high is None else f"{column.low:g} to {column.high:g}"
    )
