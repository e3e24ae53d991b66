"""How far is what is heard from each role from the say it has?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.quantities.answers import Array
from toolkit.quantities.say import Say
from toolkit.quantities.voices import Voices
from toolkit.stats.arrays import student, tail
from toolkit.stats.interval import Interval
from toolkit.stats.shares import ALIKE, effective_trials, linearised, score_ends
from toolkit.tables import ROLES

METHOD = "Wilson at the effective number, by account"
DISTANCE = "distance of two shares, MOVER, by account"
HALVINGS = 60
LEVEL = 0.95  # of the interval that stands in for a variance
SMALLEST = 1e-15  # tail of a p value


@dataclass(frozen=True)
class Part:
    """A share: its value, the yes-or-no answers it is worth, its accounts, its variance."""

    value: float
    trials: float
    units: int
    variance: float

    def ends(self, beyond: float) -> tuple[float, float]:
        """The score interval that leaves `beyond` on either side."""
        return score_ends(self.value, self.trials, student(1 - beyond, self.units - 1))

    @property
    def spread(self) -> float:
        """The variance; where all accounts are alike, what the score interval makes of it."""
        if self.variance > ALIKE * self.value * (1 - self.value) or self.units < 2:
            return self.variance
        low, high = self.ends(tail(LEVEL))
        return ((high - low) / 2 / student(1 - tail(LEVEL), self.units - 1)) ** 2


@dataclass(frozen=True)
class OffSay:
    """Consumers' part of the two roles' say, and their share of the feedback.

    `correlation` of the errors, from accounts that stand in both tables; `n` accounts in all.
    """

    weighty: Part
    heard: Part
    correlation: float
    n: int

    @property
    def gap(self) -> float:
        """Consumers' part of the say less their share of the feedback."""
        return self.weighty.value - self.heard.value

    def say(self, *, level: float) -> dict[str, Interval]:
        """Which part of the two roles' say is the buyer's, which the consumer's?"""
        (low, high), value = self.weighty.ends(tail(level)), self.weighty.value
        consumer = Interval(value, low, high, self.weighty.units, METHOD)
        buyer = Interval(1 - value, 1 - high, 1 - low, self.weighty.units, METHOD)
        return dict(zip(ROLES, (buyer, consumer), strict=True))

    def difference(self, *, level: float) -> Interval:
        """Where does the gap lie? MOVER of the two score intervals, their correlation counted.

        value − √(l² + u² − 2 ρ l u) with the reaches l down from the first share and u up from
        the second; the other end likewise. A ± error would be too short where one role is hardly
        heard. Source: Zou & Donner (2008), Statistics in Medicine 27, 1693–1702.
        """
        return Interval(self.gap, *self._ends(tail(level)), self.n, DISTANCE)

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


def off_say(voices: Voices, say: Say) -> OffSay | None:
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
    return OffSay(weighty, heard, min(max(both, -1.0), 1.0), n)


def _part(tops: Array, bottoms: Array) -> Part:
    value, trials, units = effective_trials(tops, bottoms)
    return Part(value, trials, units, linearised(tops, bottoms)[1])


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
