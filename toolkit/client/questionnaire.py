"""The questionnaire to field among buyers and consumers, made from the contract itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from toolkit.client.contract import PER_ATTRIBUTE
from toolkit.client.model import Attribute
from toolkit.tables import SAY_ROLES, TABLES, Column

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
_HEAD = """# Questionnaire for buyers and consumers

Ask those who pay and those who use, each for themselves, in at least 30 accounts (households or
firms) of each role; more accounts decide more questions. Write each answer into the table and
column that stand in brackets. Leave a cell empty where nobody answered: an empty cell is not a 0.

Give every person a code (survey: respondent_id) and every household or firm a code (account_id);
use the same account codes in all tables. No names are needed.
"""


def questionnaire(
    attributes: Mapping[str, Attribute], scales: Mapping[str, tuple[float, float]]
) -> str:
    """What is to be asked, of whom, and where do the answers go? Markdown, ready to field."""
    parts = [_HEAD, "## Part 1. You and the product\n"]
    columns = {c.name: c for c in TABLES["survey"].columns}
    for number, (name, question) in enumerate(_ASKED.items(), 1):
        column = columns[name]
        where = f"(survey: {name.replace('*', 'ATTRIBUTE')})"
        parts.append(f"**{number}. {question}** {where}\n")
        parts += _answer(column, attributes.values(), scales)
    parts += _influence()
    return "\n".join(parts)


def _answer(
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
        if column.name.endswith(PER_ATTRIBUTE):
            stem = column.name.removesuffix("*")
            rows = [f"| {a.label} | `{stem}{a.id}` | |" for a in attributes]
            yield "\n".join(["| | column | answer |", "| --- | --- | --- |", *rows]) + "\n"


def _influence() -> Iterator[str]:
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
