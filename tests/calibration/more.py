"""Does "ask so many more" hold? Undecided clients get the rows they were told to bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tests.calibration.clients import facts
from toolkit.audits.mistakes import ESTIMATORS, judge_mistakes
from toolkit.contract import ROLES
from toolkit.finding import DataNeeds, Judgement, Verdict
from toolkit.measures.facts import INFLUENCE, Facts, require_measure
from toolkit.measures.influence import InfluenceShares
from toolkit.measures.survey import SurveyAnswers
from toolkit.simulate.world import World
from toolkit.stats.bootstrap import Resample

UNDECIDED = (Verdict.SUSPECTED, Verdict.CANNOT_TELL)
FRESH = 1_000_000  # added rows come from seeds that no first sample has
MOST = 20_000  # rows that are added at most: beyond, the simulation itself takes too long


def asked_and_decided(world: World, accounts: int, seeds: Iterable[int]) -> dict[str, Counter[str]]:
    """Of undecided clients that were told how many rows to bring: how many are decided then?"""
    told: dict[str, Counter[str]] = {id: Counter() for id in ESTIMATORS}
    for seed in seeds:
        first = facts(world, accounts, seed)
        for mistake in _undecided(judge_mistakes(first)):
            needs = mistake.needs
            if needs is None or not needs.rows or needs.rows > MOST:
                told[mistake.id]["not told"] += 1
                continue
            then = judge_mistakes(_with_more(first, world, needs, FRESH + seed))
            told[mistake.id]["asked"] += 1
            told[mistake.id]["decided"] += _verdict(then, mistake.id) not in UNDECIDED
    return told


def _undecided(mistakes: Iterable[Judgement]) -> list[Judgement]:
    return [m for m in mistakes if m.estimate is not None and m.verdict in UNDECIDED]


def _verdict(mistakes: Iterable[Judgement], id: str) -> Verdict:
    return next(m.verdict for m in mistakes if m.id == id)


def _with_more(first: Facts, world: World, needs: DataNeeds, seed: int) -> Facts:
    """The same client with the rows it was asked for, from accounts not asked before."""
    rows = needs.rows or 0
    fresh = facts(world, rows, seed)  # more accounts than needed: each has at least one row
    answers, say = require_measure(first.answers), require_measure(first.say)
    if needs.table == "survey":
        answers = _joined(answers, _rows(require_measure(fresh.answers), needs.role, rows))
    else:
        say = _asked(say, require_measure(fresh.say), round(rows / say.rows_per_account), first)
    return Facts.given(first.client, answers=answers, say=say)


def _rows(answers: SurveyAnswers, role: str | None, rows: int) -> SurveyAnswers:
    """The first respondents of that role (of all, where none is named)."""
    wanted = answers.member[ROLES.index(role)] if role else np.ones(len(answers.account), bool)
    chosen = np.flatnonzero(wanted)[:rows]
    return replace(
        answers,
        account=answers.account[chosen],
        weight=answers.weight[chosen],
        importance=answers.importance[chosen],
        performance=answers.performance[chosen],
        member=answers.member[:, chosen],
    )


def _joined(a: SurveyAnswers, b: SurveyAnswers) -> SurveyAnswers:
    names, account = np.unique(b.account, return_inverse=True)
    return replace(
        a,
        account=np.concatenate([a.account, a.accounts + account]),
        accounts=a.accounts + len(names),
        weight=np.concatenate([a.weight, b.weight]),
        importance=np.vstack([a.importance, b.importance]),
        performance=np.vstack([a.performance, b.performance]),
        member=np.hstack([a.member, b.member]),
    )


def _asked(
    say: InfluenceShares, fresh: InfluenceShares, accounts: int, first: Facts
) -> InfluenceShares:
    whole = np.vstack([say.by_account, fresh.by_account[:accounts]])
    resample = Resample(len(whole), first.draws, first.seed(INFLUENCE))
    return InfluenceShares(whole, say.by_informant, say.rows_per_account, resample)
