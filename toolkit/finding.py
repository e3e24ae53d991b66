"""What does an audit say? A finding per question, a judgement per mistake, and both as JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import pandas as pd

from toolkit.catalogue import MoneyKind
from toolkit.errors import unknown_name
from toolkit.questions import AUDITS
from toolkit.stats.interval import Interval
from toolkit.wording import (
    count_with_noun,
    fit_on_line,
    format_money_range,
    format_range,
    format_value,
    format_with_unit,
    html_table,
)

MEASURE_COLUMNS = ("measure", "group", "value", "low", "high", "n", "unit", "method")
AUDIT_COLUMNS = ("audit", *MEASURE_COLUMNS)  # of all audits' measures in one frame
MISTAKE_COLUMNS = {  # of all verdicts in one frame, with their types
    **dict.fromkeys(("id", "verdict"), "str"),
    **dict.fromkeys(("estimate", "low", "high", "threshold"), "float64"),
    **dict.fromkeys(("direction", "unit"), "str"),
    **dict.fromkeys(("p", "p_holm", "money_low", "money_mid", "money_high"), "float64"),
    **dict.fromkeys(("money_kind", "money_why", "needs_table", "needs_role"), "str"),
    "needs_rows": "Int64",
    **dict.fromkeys(("n", "why", "advice", "claims"), "str"),
}
LONGEST_NAME, LONGEST_ANSWER = 80, 240  # characters in the short text of an object
FEWEST_PEOPLE = 5  # behind any number told of people
SUPPRESSED = "withheld"  # in a frame's attrs: how many numbers it does not tell
DIGITS = 10  # significant digits kept in JSON: far above any meaning, below any rounding noise


class Verdict(StrEnum):
    """What the data allow us to say about one mistake (order: most pressing first)."""

    FOUND = "found"
    SUSPECTED = "suspected"
    CANNOT_TELL = "cannot_tell"
    CLEAR = "clear"
    NOT_APPLICABLE = "not_applicable"

    @property
    def sign(self) -> str:
        """What stands beside the word, so that nothing hangs on colour."""
        return dict(zip(Verdict, "!◐?✓–", strict=True))[self]


@dataclass(frozen=True)
class Money:
    """How much money is at stake, in the client's currency; unlike kinds are never added."""

    low: float
    mid: float
    high: float
    kind: MoneyKind


@dataclass(frozen=True)
class DataNeeds:
    """What to bring before a verdict is possible: about `rows` more rows of `table`.

    `role` says of whom; None means in the mix the table has now. `rows` is None where no
    estimate exists, or where it would take more than 100,000.
    """

    table: str
    role: str | None
    rows: int | None


@dataclass(frozen=True)
class Judgement:
    """The verdict on one targeting mistake, with everything that carries it.

    `estimate`, `low`, `high` and `threshold` are in `unit`; `p` is one-sided for "not beyond the
    threshold", `p_holm` the same after Holm over the mistakes of this client that have a p.
    """

    id: str
    verdict: Verdict
    why: str
    threshold: float
    unit: str
    advice: str
    claims: tuple[str, ...]
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    direction: Literal["above", "below"] = "above"
    p: float | None = None
    p_holm: float | None = None
    n: Mapping[str, int] = field(default_factory=dict)
    money: Money | None = None
    money_why: str | None = None
    needs: DataNeeds | None = None

    def __repr__(self) -> str:
        estimate, interval, threshold = self._size_texts()
        size = f"{estimate} ({interval})" if interval else estimate
        verdict = self.verdict.replace("_", " ")
        return f"<Judgement {self.id}: {verdict}, {size}, threshold {threshold}>"

    def _repr_html_(self) -> str:
        estimate, interval, threshold = self._size_texts()
        rows = [("estimate", estimate), ("interval", interval), ("threshold", threshold)]
        rows += [("why", self.why), ("what to do", self.advice)]
        return html_table(f"{self.id}: {self.verdict.replace('_', ' ')}", rows)

    def _size_texts(self, currency: str = "") -> tuple[str, str, str]:
        """The estimate, its interval ("" where there is none) and the threshold, for a reader."""
        told, ends = "no estimate", ""
        if self.estimate is not None:
            told = format_with_unit(self.estimate, self.unit, currency)
        if self.low is not None and self.high is not None:
            ends = format_range(self.low, self.high, self.unit, currency)
        return told, ends, format_value(self.threshold, self.unit, currency)


@dataclass(frozen=True, eq=False)
class Finding:
    """The answer to one audit's question.

    `frame` has the columns MEASURE_COLUMNS, one row per measure and group; `limits` are the
    sentences a reader must know before using it. `status` is done, skipped (a table is missing)
    or failed (our error); then `why` says so and `frame` is empty.
    `mistakes` holds verdicts where the audit gives any.
    """

    audit: str
    question: str
    answer: str
    frame: pd.DataFrame
    limits: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    status: Literal["done", "skipped", "failed"] = "done"
    why: str | None = None
    mistakes: tuple[Judgement, ...] = ()

    @classmethod
    def without(cls, audit: str, status: Literal["skipped", "failed"], why: str) -> Finding:
        """No answer, and why there is none."""
        question = AUDITS[audit]
        empty = pd.DataFrame(columns=list(MEASURE_COLUMNS))
        return cls(audit, question.question, why, empty, (), question.claims, status, why)

    def __repr__(self) -> str:
        measures = count_with_noun(self.frame["measure"].nunique(), "measure", "measures")
        rows = count_with_noun(len(self.frame), "row", "rows")
        answer = fit_on_line(self.answer, LONGEST_ANSWER)
        return f"<Finding {self.audit}, {self.status}: {answer} {measures} in {rows}>"

    def _repr_html_(self) -> str:
        sizes = self.frame["measure"].value_counts(sort=False)
        rows = [("question", self.question), ("answer", self.answer), ("status", self.status)]
        rows += [("measures", ", ".join(f"{name} ({n})" for name, n in sizes.items()) or "none")]
        return html_table(f"Finding {self.audit}", [*rows, ("limits", str(len(self.limits)))])

    def measure(self, name: str, group: str | None = None) -> pd.DataFrame:
        """The rows of one measure, indexed by group; those of one group where it is named.

        Empty where the audit has such a measure and this client's data could not tell it.
        KeyError where the audit has no such measure, or the measure no such group.
        """
        rows = self.frame[self.frame["measure"] == name].set_index("group")
        if rows.empty and name not in self._measure_names():
            raise unknown_name(f"measure of the audit {self.audit}", name, self._measure_names())
        if group is None:
            return rows
        if group not in rows.index:
            raise unknown_name(f"group of the measure {name}", group, rows.index)
        return rows.loc[[group]]

    def _measure_names(self) -> list[str]:
        """All measures of this audit: those of the catalogue, then any other in `frame`."""
        known = AUDITS[self.audit].measures if self.audit in AUDITS else ()
        return list(dict.fromkeys([*known, *self.frame["measure"]]))


@dataclass(frozen=True, eq=False)
class Audit:
    """All findings and all verdicts on one client; `to_json()` is the text of findings.json."""

    client: Mapping[str, Any]
    findings: Mapping[str, Finding]
    mistakes: tuple[Judgement, ...]
    data: Mapping[str, Any]
    run: Mapping[str, Any]

    def __repr__(self) -> str:
        title = fit_on_line(f"{self.client['name']} ({self.client['id']})", LONGEST_NAME)
        states = Counter(f.status for f in self.findings.values())
        verdicts = Counter(m.verdict.replace("_", " ") for m in self.mistakes)
        counts = [", ".join(f"{n} {what}" for what, n in c.items()) for c in (states, verdicts)]
        return f"<Audit of {title}; audits: {counts[0]}; mistakes: {counts[1]}>"

    def _repr_html_(self) -> str:
        currency = self.client["currency"]
        rows = [
            (m.id, m.verdict.replace("_", " "), *m._size_texts(currency), _money_text(m, currency))
            for m in self.mistakes
        ]
        heads = ("mistake", "verdict", "estimate", "interval", "threshold", "money")
        return html_table(f"{self.client['name']} ({self.client['id']})", rows, heads)

    def to_frame(self) -> pd.DataFrame:
        """All measures of all audits as one frame: columns AUDIT_COLUMNS, a row a group.

        `group` is "" where a measure has none; what could not be told has no row. Empty, with all
        columns, where nothing could.
        """
        told = {name: f.frame for name, f in self.findings.items() if len(f.frame)}
        parts = [frame.assign(audit=name) for name, frame in told.items()]
        if not parts:
            return pd.DataFrame(columns=list(AUDIT_COLUMNS))
        whole = pd.concat(parts, ignore_index=True)[list(AUDIT_COLUMNS)]
        whole.attrs = {}  # of one audit each: of no meaning for all
        return whole

    def mistakes_frame(self) -> pd.DataFrame:
        """All verdicts as one frame: columns MISTAKE_COLUMNS, a row a mistake, in their order.

        `estimate`, `low`, `high` and `threshold` are in `unit`; `money_low`, `money_mid` and
        `money_high` in the client's currency, of the kind `money_kind`; `needs_rows` more rows of
        the table `needs_table` (of `needs_role`) would decide; `n` says what was counted. Missing
        where there is none.
        """
        rows = [_judgement_row(m) for m in self.mistakes]
        return pd.DataFrame(rows, columns=list(MISTAKE_COLUMNS)).astype(MISTAKE_COLUMNS)

    def mistake(self, id: str) -> Judgement:
        """The verdict on the mistake of that id; KeyError where there is none of that id."""
        told = {m.id: m for m in self.mistakes}
        if id not in told:
            raise unknown_name("mistake", id, told)
        return told[id]

    def to_json(self) -> str:
        """Strict JSON with sorted keys; the same input and version give the same bytes."""
        content = {
            "format": 1,
            "client": dict(self.client),
            "audits": {name: _finding_json(f) for name, f in self.findings.items()},
            "mistakes": [_judgement_json(m) for m in self.mistakes],
            "data": self.data,
            "run": self.run,
        }
        text = json.dumps(
            to_json_types(content), sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False
        )
        return text + "\n"


def measure_rows(
    name: str,
    unit: str,
    intervals: Mapping[str, Interval],
    *,
    groups: Iterable[Mapping[str, int]] = (),
    people: bool = True,
) -> pd.DataFrame:
    """One measure as rows of a finding's frame: a row per group ("" where there are none).

    What has no finite interval is left out: too few units to say how sure it is. What so few
    people stand behind that it could be read as theirs is left out too, and counted:
    `suppression_note` says so. `groups` and `people` as in `suppress_small_counts`.
    """
    sure = {
        group: i
        for group, i in intervals.items()
        if all(map(math.isfinite, (i.value, i.low, i.high)))
    }
    told = suppress_small_counts(sure, groups=groups, people=people)
    rows = [(name, group, i.value, i.low, i.high, i.n, unit, i.method) for group, i in told.items()]
    frame = pd.DataFrame(rows, columns=list(MEASURE_COLUMNS))
    frame.attrs[SUPPRESSED] = len(sure) - len(told)
    return frame


def suppress_small_counts(
    intervals: Mapping[str, Interval],
    *,
    groups: Iterable[Mapping[str, int]] = (),
    people: bool = True,
) -> dict[str, Interval]:
    """Which of these numbers stand on enough people to be told?

    Not those on fewer than FEWEST_PEOPLE accounts, unless they do not count `people` at all (rows
    of campaigns, say), and not the size of a group with fewer members. `groups` says how many
    members each has; each mapping is one whole, of which more than one group is left out where one
    alone could be told from the rest.
    """
    small = {group for whole in groups for group in _small_groups(whole)}
    small |= {group for group, i in intervals.items() if people and i.n < FEWEST_PEOPLE}
    return {group: i for group, i in intervals.items() if group not in small}


def _small_groups(whole: Mapping[str, int]) -> set[str]:
    """Groups of some, but fewer than FEWEST_PEOPLE; and the next larger until those make as many.

    >>> sorted(_small_groups({"a": 90, "b": 7, "c": 2, "d": 0}))
    ['b', 'c']
    """
    hidden: set[str] = set()
    for group in sorted((g for g in whole if whole[g]), key=lambda g: whole[g]):
        if whole[group] >= FEWEST_PEOPLE and not 0 < sum(whole[g] for g in hidden) < FEWEST_PEOPLE:
            break
        hidden.add(group)
    return hidden


def stack_measures(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several measures as one frame; empty, with all columns, where none has a row."""
    frame = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    frame.attrs[SUPPRESSED] = sum(part.attrs.get(SUPPRESSED, 0) for part in parts)
    return frame


def suppression_note(frame: pd.DataFrame) -> Iterator[str]:
    """How many numbers are not told for the sake of the few people behind them? One sentence."""
    count = frame.attrs.get(SUPPRESSED, 0)
    if count:
        yield (
            f"{count_with_noun(count, 'number is', 'numbers are')} not told, as fewer than "
            f"{FEWEST_PEOPLE} "
            "people stand behind each, or it would give such a number away."
        )


def to_json_types(thing: Any) -> Any:
    """The same content in JSON's own types, floats rounded to DIGITS, NaN and infinity as null."""
    if isinstance(thing, Mapping):
        return {str(k): to_json_types(v) for k, v in thing.items()}
    if isinstance(thing, list | tuple):
        return [to_json_types(v) for v in thing]
    if isinstance(thing, bool) or thing is None:
        return thing
    if hasattr(thing, "item"):  # a numpy scalar
        return to_json_types(thing.item())
    if isinstance(thing, float):
        return float(f"{thing:.{DIGITS}g}") + 0.0 if math.isfinite(thing) else None
    return thing if isinstance(thing, int) else str(thing)


def _money_text(mistake: Judgement, currency: str) -> str:
    money = mistake.money
    return format_money_range(money.low, money.high, currency) if money else ""


def _judgement_row(mistake: Judgement) -> dict[str, Any]:
    """One row of `Audit.mistakes_frame`: what is nested stands side by side."""
    row = dict(vars(mistake)) | {"verdict": mistake.verdict.value}
    for part, names in (
        ("money", ("low", "mid", "high", "kind")),
        ("needs", ("table", "role", "rows")),
    ):
        row |= {f"{part}_{name}": getattr(row[part], name, None) for name in names}
    counted = ", ".join(f"{what} {count}" for what, count in mistake.n.items())
    return row | {"n": counted, "claims": ", ".join(mistake.claims)}


def _finding_json(finding: Finding) -> dict[str, Any]:
    rows = finding.frame.rename(columns={"measure": "name"}).to_dict("records")
    for row in rows:
        row["group"] = row["group"] or None
    return {
        "status": finding.status,
        "why": finding.why,
        "answer": finding.answer,
        "limits": list(finding.limits),
        "measures": rows,
    }


def _judgement_json(mistake: Judgement) -> dict[str, Any]:
    row = dict(vars(mistake))
    row["money"] = vars(mistake.money) if mistake.money else None
    row["needs"] = vars(mistake.needs) if mistake.needs else None
    return row
