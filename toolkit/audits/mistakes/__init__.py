"""The fifteen mistakes: how each is estimated, what each needs, and the verdicts."""

from toolkit.audits.mistakes.effect import Effect, judge_effects
from toolkit.audits.mistakes.judge import ESTIMATORS, audit, judge_mistakes, mistake_effect

__all__ = ["ESTIMATORS", "Effect", "audit", "judge_effects", "judge_mistakes", "mistake_effect"]
