"""What people say: in the survey, of their influence, and in feedback."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from toolkit.quantities.answers import Answers, answers
from toolkit.quantities.basis import INFLUENCE, SURVEY, Basis
from toolkit.quantities.contentment import Contentment, contentment
from toolkit.quantities.misfit import Contrast, weights_apart
from toolkit.quantities.reversal import Reversal, value_reversals, weight_reversals
from toolkit.quantities.say import Say, say
from toolkit.quantities.served import Served, served
from toolkit.quantities.spoken import Spoken, spoken
from toolkit.quantities.voices import Voices, voices
from toolkit.stats.bootstrap import Resample


@dataclass(frozen=True, eq=False)
class Asked(Basis):
    """Quantities of survey, influence and feedback; None where nobody was asked."""

    @cached_property
    def answers(self) -> Answers | None:
        """The survey as arrays; None without a survey or without one rated attribute."""
        if not self.client.has("survey"):
            return None
        found = answers(self.client.table("survey"), list(self.client.attributes), self.scales)
        return found if found.attributes else None

    @cached_property
    def served(self) -> Served | None:
        """What each role weighs and how it is served, with draws."""
        if self.answers is None:
            return None
        return served(self.answers, Resample(self.answers.accounts, self.draws, self.seed(SURVEY)))

    @cached_property
    def weights_apart(self) -> Contrast | None:
        """How much more buyers weigh each attribute."""
        return weights_apart(self.served) if self.served else None

    @cached_property
    def reversals(self) -> tuple[Reversal, ...]:
        """Which differences between the roles turn around within a trait of the respondents?"""
        if self.answers is None:
            return ()
        survey = self.client.frames["survey"]
        traits = {name: survey[name] for name in self.client.traits if name in survey}
        return (*value_reversals(self.answers, traits), *weight_reversals(self.answers, traits))

    @cached_property
    def contentment(self) -> Contentment | None:
        """How satisfied everyone is, and would they recommend; None where nobody says."""
        if not self.client.has("survey"):
            return None
        return contentment(self.client.table("survey"), self.scales["satisfaction"])

    @cached_property
    def say(self) -> Say | None:
        """Who has how much say, with draws."""
        if not self.client.has("influence"):
            return None
        return say(self.client.table("influence"), self.draws, self.seed(INFLUENCE))

    @cached_property
    def voices(self) -> Voices | None:
        """Who is heard in the feedback."""
        return voices(self.client.table("feedback")) if self.client.has("feedback") else None

    @cached_property
    def spoken(self) -> Spoken | None:
        """What the feedback speaks of."""
        if not self.client.has("feedback"):
            return None
        return spoken(self.client.table("feedback"), self.client.attributes)
