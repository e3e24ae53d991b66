"""A client folder ready to fill: client.yml, a table each with its header, the questionnaire."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from pathlib import Path

from toolkit.catalogue import BUYER_SHARE
from toolkit.client.codes import Code
from toolkit.client.config import ID, NAME, SCALES
from toolkit.client.contract import column_names
from toolkit.client.model import Attribute
from toolkit.client.questionnaire import questionnaire
from toolkit.errors import ClientError, Problem
from toolkit.tables import LANGUAGES, SETTINGS_OF_TRADE, TABLES, TRAIT_KINDS

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
language: en                 # {languages}
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
    files = {NAME: _config(root.name), QUESTIONNAIRE: questionnaire(ATTRIBUTES, SCALES)}
    files |= {f"{table}.csv": _header(table) for table in TABLES}
    try:
        root.mkdir(parents=True, exist_ok=True)
        taken = sorted(files.keys() & set(os.listdir(root)))
        if not taken:
            return [_write(root / name, text) for name, text in files.items()]
    except OSError as error:
        message = f"The folder cannot be written: {error.strerror}."
        raise _refused(folder, Code.UNREADABLE_FILE, message, "Choose another one.") from None
    message = f"The folder already has {', '.join(taken)}; nothing was written."
    raise _refused(folder, Code.FOLDER_IN_USE, message, "Name a new folder.")


def _config(folder: str) -> str:
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
    return slug if ID.fullmatch(slug) else "my-client"


def _header(table: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(column_names(table, ATTRIBUTES))
    return text.getvalue()


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _refused(folder: str | Path, code: Code, message: str, fix: str) -> ClientError:
    return ClientError(str(folder), [Problem("error", code.value, str(folder), message, fix)])
