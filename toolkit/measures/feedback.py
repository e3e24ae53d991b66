"""Who is heard in the feedback, what is spoken of, and how far is that from the say each role has?

How often each account speaks; which attributes are spoken of, by whom, and how much of it fits no
theme; consumers' share of the feedback against their part of the say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.client.model import Attribute
from toolkit.contract import ROLES
from toolkit.measures.influence import InfluenceShares
from toolkit.models.themes import CodedTexts, ThemeContrast, code_texts, theme_contrasts
from toolkit.stats.bootstrap import sum_by_account
from toolkit.stats.interval import Array, CannotTell, Interval, student_quantile, tail_probability
from toolkit.stats.means import VARIANCE_ROUNDING, effective_trials, linearised_ratio, ratio_of_sums
from toolkit.stats.shares import score_ends

PART = {"buyer": 0.0, "both": 0.5, "consumer": 1.0}  # how far a speaker is a consumer


@dataclass(frozen=True, eq=False)
class FeedbackByRole:
    """Who speaks in the feedback, account by account.

    `names` (G,) are the accounts that spoke (an utterance without account is one of its own);
    `consumers` (G,) the utterances that come from consumers, a speaker who pays and uses
    counted half; `utterances` (G,) all of them.
    """

    names: pd.Index
    consumers: Array
    utterances: Array

    @property
    def rows(self) -> int:
        """How many utterances are there?"""
        return int(self.utterances.sum())

    def of(self, role: str) -> Array:
        """The utterances that come from one role; (G,)."""
        return self.consumers if role == ROLES[1] else self.utterances - self.consumers

    def shares(self, *, level: float) -> dict[str, Interval]:
        """Which share of the utterances comes from each role? By account."""
        return {
            role: ratio_of_sums(self.of(role), self.utterances, level=level, share=True)
            for role in ROLES
        }


def feedback_by_role(feedback: pd.DataFrame) -> FeedbackByRole:
    """Who speaks, and how often does each account?"""
    unit, names = speaking_accounts(feedback)
    part = feedback["role"].map(PART).to_numpy(float)
    sums = sum_by_account(unit, np.column_stack([part, np.ones(len(part))]), len(names))
    return FeedbackByRole(names, sums[:, 0], sums[:, 1])


def speaking_accounts(feedback: pd.DataFrame) -> tuple[np.ndarray, pd.Index]:
    """The account of each utterance as a code, and the accounts' names; alone where not said."""
    account = feedback["account_id"].astype(object)
    own = pd.Series([("alone", i) for i in range(len(feedback))], index=feedback.index)
    code, names = pd.factorize(account.where(account.notna(), own))
    return code, pd.Index(names, tupleize_cols=False)


FEWEST_ACCOUNTS = 5


@dataclass(frozen=True, eq=False)
class FeedbackThemes:
    """Utterances with words, and the attributes they speak of.

    `coded.marks` (texts, A); `account` (texts,) codes 0…accounts−1; `part` (texts,) how far the
    speaker is a consumer (0, ½, 1); `silent` utterances have neither words nor a theme.
    """

    coded: CodedTexts
    account: NDArray[np.intp]
    accounts: int
    part: Array
    silent: int

    def uncoded(self, *, level: float) -> Interval:
        """Which share of the utterances speaks of no attribute by its words?"""
        silent = np.array(~self.coded.marks.any(axis=1), dtype=np.float64)
        return self._ratio(silent, np.ones(len(silent)), level)

    def themes(self, *, level: float) -> dict[str, Interval]:
        """Of what each role says on known themes, which share speaks of which? ROLE:ATTR."""
        known, found = self.coded.marks.any(axis=1), {}
        for role in ROLES:
            weight = known * (self.part if role == ROLES[1] else 1 - self.part)
            if len(np.unique(self.account[weight > 0])) < FEWEST_ACCOUNTS:
                continue
            for a, theme in enumerate(self.coded.themes):
                marks = weight * self.coded.marks[:, a]
                found[f"{role}:{theme}"] = self._ratio(marks, weight, level)
        return found

    def leans(self, *, level: float) -> list[ThemeContrast] | CannotTell:
        """Of which attributes do buyers speak more than consumers? One who is both counts twice."""
        buyer, consumer = self.part < 1, self.part > 0
        return theme_contrasts(self.coded, buyer, consumer, self.account, level=level)

    def _ratio(self, tops: Array, bottoms: Array, level: float) -> Interval:
        sums = sum_by_account(self.account, np.column_stack([tops, bottoms]), self.accounts)
        return ratio_of_sums(sums[:, 0], sums[:, 1], level=level, share=True)


def feedback_themes(
    feedback: pd.DataFrame, attributes: Mapping[str, Attribute]
) -> FeedbackThemes | None:
    """Which utterance speaks of which attribute? None where nothing was written down.

    By the attribute's words in client.yml, or its name where it has none, whatever the language
    (`models.themes`). Where an utterance has no text, the theme a coder gave it counts.
    """
    there = feedback["text"].notna() | feedback["theme"].notna()
    said = feedback[there]
    if said.empty or not attributes:
        return None
    words = {a.id: a.words or (a.label, a.id) for a in attributes.values()}
    coded = code_texts(said["text"].fillna(""), words)
    given = said["theme"].where(said["text"].isna()).to_numpy()
    marks = coded.marks | (given[:, None] == np.array(coded.themes, dtype=object))
    account, names = speaking_accounts(said)
    part = said["role"].map(PART).to_numpy(float)
    return FeedbackThemes(
        CodedTexts(coded.themes, marks), account, len(names), part, int((~there).sum())
    )


METHOD = "Wilson at the effective number, by account"
DISTANCE = "distance of two shares, MOVER, by account"
HALVINGS = 60
LEVEL = 0.95  # of the interval that stands in for a variance
SMALLEST = 1e-15  # tail of a p value


@dataclass(frozen=True)
class _ShareEstimate:
    """A share: its value, the yes-or-no answers it is worth, its accounts, its variance."""

    value: float
    trials: float
    units: int
    variance: float

    def ends(self, beyond: float) -> tuple[float, float]:
        """The score interval that leaves `beyond` on either side."""
        return score_ends(self.value, self.trials, student_quantile(1 - beyond, self.units - 1))

    @property
    def spread(self) -> float:
        """The variance; where all accounts are alike, what the score interval makes of it."""
        if self.variance > VARIANCE_ROUNDING * self.value * (1 - self.value) or self.units < 2:
            return self.variance
        low, high = self.ends(tail_probability(LEVEL))
        return (
            (high - low) / 2 / student_quantile(1 - tail_probability(LEVEL), self.units - 1)
        ) ** 2


@dataclass(frozen=True)
class FeedbackVersusSay:
    """Consumers' part of the two roles' say, and their share of the feedback.

    `correlation` of the errors, from accounts that stand in both tables; `n` accounts in all.
    """

    weighty: _ShareEstimate
    heard: _ShareEstimate
    correlation: float
    n: int

    @property
    def gap(self) -> float:
        """Consumers' part of the say less their share of the feedback."""
        return self.weighty.value - self.heard.value

    def say(self, *, level: float) -> dict[str, Interval]:
        """Which part of the two roles' say is the buyer's, which the consumer's?"""
        (low, high), value = self.weighty.ends(tail_probability(level)), self.weighty.value
        consumer = Interval(value, low, high, self.weighty.units, METHOD)
        buyer = Interval(1 - value, 1 - high, 1 - low, self.weighty.units, METHOD)
        return dict(zip(ROLES, (buyer, consumer), strict=True))

    def difference(self, *, level: float) -> Interval:
        """Where does the gap lie? MOVER of the two score intervals, their correlation counted.

        value − √(l² + u² − 2 ρ l u) with the reaches l down from the first share and u up from
        the second; the other end likewise. A ± error would be too short where one role is hardly
        heard. Source: Zou & Donner (2008), Statistics in Medicine 27, 1693–1702.
        """
        return Interval(self.gap, *self._ends(tail_probability(level)), self.n, DISTANCE)

    def distance(self, *, level: float) -> Interval:
        """How far apart are the two, whichever is larger? The interval of the gap, folded at 0.

        Where the gap may be 0 it begins there; it covers at least as often as what it folds.
        """
        ends = self.difference(level=level)
        near, far = sorted((abs(ends.low), abs(ends.high)))
        low = 0.0 if ends.low <= 0 <= ends.high else near
        return Interval(abs(self.gap), low, far, self.n, DISTANCE)

    def p_above(self, threshold: float) -> float:
        """How likely is a distance this large or larger if the truth is `threshold`?

        Of all gaps no larger than the threshold, ± threshold make a large one likeliest: the
        tails beyond both are added, each the one at which the interval just leaves it out.
        Source: Berger & Hsu (1996), Statistical Science 11, 283–319, section 3.
        """
        return min(1.0, sum(self._beyond(line) for line in (threshold, -threshold)))

    def _ends(self, beyond: float) -> tuple[float, float]:
        (a, b), (c, d) = self.weighty.ends(beyond), self.heard.ends(beyond)
        s, h = self.weighty.value, self.heard.value
        return self.gap - self._reach(s - a, d - h), self.gap + self._reach(b - s, h - c)

    def _reach(self, one: float, other: float) -> float:
        return math.sqrt(max(0.0, one**2 + other**2 - 2 * self.correlation * one * other))

    def _beyond(self, line: float) -> float:
        """The tail at which the end that faces `line` reaches it, the gap turned to be ≥ 0."""

        def near(beyond: float) -> float:
            low, high = self._ends(beyond)
            return low if self.gap >= 0 else -high

        def far(beyond: float) -> float:
            low, high = self._ends(beyond)
            return high if self.gap >= 0 else -low

        if abs(self.gap) > line:
            return _first(lambda t: near(t) >= line)
        return 1 - _first(lambda t: far(t) <= line)


def feedback_versus_say(voices: FeedbackByRole, say: InfluenceShares) -> FeedbackVersusSay | None:
    """What is consumers' part of the say of the two roles, and their share of the feedback?

    say_consumer / (say_buyer + say_consumer) and the consumers' share of the utterances, each a
    ratio of sums over accounts (Cochran 1977, Sampling Techniques, section 6.3). Accounts that
    stand in both tables tie the two together. None where neither role has any say.
    """
    of_two = say.by_account[:, : len(ROLES)]
    if of_two.sum() <= 0:
        return None
    pairs = (of_two[:, 1], of_two.sum(axis=1)), (voices.consumers, voices.utterances)
    weighty, heard = (_part(*pair) for pair in pairs)
    place = say.names.get_indexer(voices.names) if len(say.names) else np.full(0, -1)
    there = np.flatnonzero(place >= 0)
    errors = _errors(*pairs[0])[place[there]], _errors(*pairs[1])[there]
    scale = math.sqrt(weighty.variance * heard.variance)
    both = float(errors[0] @ errors[1]) / scale if scale > 0 else 0.0
    n = weighty.units + heard.units - len(there)
    return FeedbackVersusSay(weighty, heard, min(max(both, -1.0), 1.0), n)


def _part(tops: Array, bottoms: Array) -> _ShareEstimate:
    value, trials, units = effective_trials(tops, bottoms)
    return _ShareEstimate(value, trials, units, linearised_ratio(tops, bottoms)[1])


def _errors(tops: Array, bottoms: Array) -> Array:
    """What each account adds to the error of Σ tops / Σ bottoms."""
    return np.asarray((tops - tops.sum() / bottoms.sum() * bottoms) / bottoms.sum())


def _first(holds: Callable[[float], bool]) -> float:
    """The smallest tail up to ½ from which on it holds."""
    low, high = math.log(SMALLEST), math.log(0.5)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(math.exp(middle)) else (middle, high)
    return math.exp(high)
