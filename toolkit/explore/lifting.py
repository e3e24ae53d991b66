"""How are roles served after a lift? Counted once how often each score is given, then only summed.

A lift moves all respondents of one kind who gave the same score alike, so that the bootstrap needs
to know no more than how many of them each draw holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.client import Client
from toolkit.quantities import Facts
from toolkit.quantities.answers import Answers, Array
from toolkit.quantities.basis import SURVEY, known
from toolkit.quantities.contentment import Contentment
from toolkit.quantities.served import Served
from toolkit.stats.bootstrap import Resample, by_account

MOST_GROUPS = 64  # beyond it counting takes more than it saves


def lifted(was: Facts, client: Client) -> tuple[Answers | None, Contentment | None]:
    """What did the client's respondents answer then? Only their scores are another."""
    answers, contentment = was.answers, was.contentment
    if answers is not None:
        columns = [f"performance_{a}" for a in answers.attributes]
        scores = np.column_stack([client.frames["survey"][c].to_numpy(float) for c in columns])
        low, high = client.scales["performance"]
        fewest = answers.fewest  # a lift answers for nobody, so they stay as many
        answers = replace(answers, performance=100 * ((scores - low) / (high - low)))
        vars(answers)["fewest"] = fewest
    if contentment is not None:
        low, high = client.scales["satisfaction"]
        said = client.frames["survey"]["satisfaction"].to_numpy(float)
        contentment = replace(contentment, satisfaction=100 * (said - low) / (high - low))
    return answers, contentment


@dataclass(frozen=True, eq=False)
class Groups:
    """Respondents of one role who gave one attribute the same score: G groups.

    `first` (G,) a respondent of each; `share` (G,) their part of the role's weight and `draws`
    (B, G) the same in each draw of accounts.
    """

    first: NDArray[np.intp]
    share: Array
    draws: Array


@dataclass(frozen=True, eq=False)
class Lifting:
    """How the roles of one client are served at other scores; `facts` are those observed."""

    facts: Facts
    _groups: dict[int, list[Groups]] = field(default_factory=dict)

    def served(self, lifted: Answers) -> Served | None:
        """The same as `quantities.served` on the lifted answers; None where only that can tell."""
        was, before = known(self.facts.served), known(self.facts.answers)
        point, drawn = was.performance.copy(), was.performance_draws.copy()
        moved = before.performance != lifted.performance
        moved &= ~np.isnan(before.performance)
        for a in np.flatnonzero(moved.any(axis=0)).tolist():
            roles = self._counted(a)
            if not roles:
                return None
            for r, groups in enumerate(roles):
                scores = lifted.performance[groups.first, a]
                point[r, a] = groups.share @ scores
                drawn[:, r, a] = groups.draws @ scores
        return replace(was, performance=point, performance_draws=drawn)

    def _counted(self, attribute: int) -> list[Groups]:
        if attribute not in self._groups:
            self._groups[attribute] = self._count(attribute)
        return self._groups[attribute]

    def _count(self, attribute: int) -> list[Groups]:
        """Of each role; none with too many different scores, or where a draw may miss a role."""
        answers = known(self.facts.answers)
        scores = answers.performance[:, attribute]
        rows = np.flatnonzero(~np.isnan(scores) & answers.member.any(axis=0))
        kinds = np.column_stack([answers.member[:, rows].T, scores[rows]])
        found, first, group = np.unique(kinds, axis=0, return_index=True, return_inverse=True)
        if len(found) > MOST_GROUPS:
            return []
        weight = np.zeros((len(rows), len(found)))
        weight[np.arange(len(rows)), group.ravel()] = answers.weight[rows]
        sums = by_account(answers.account[rows], weight, answers.accounts)
        resample = Resample(answers.accounts, self.facts.draws, self.facts.seed(SURVEY))
        draws, member, total = resample.totals(sums), found[:, :2].T > 0, sums.sum(axis=0)
        if any((draws[:, mine].sum(axis=1) <= 0).any() for mine in member):
            return []
        return [
            Groups(rows[first][mine], _shares(total[mine]), _shares(draws[:, mine]))
            for mine in member
        ]


def _shares(weights: Array) -> Array:
    return weights / weights.sum(axis=-1, keepdims=True)
