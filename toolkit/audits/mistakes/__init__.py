"""The fifteen mistakes: how each is estimated, what each needs, and the verdicts."""

from toolkit.audits.mistakes.effect import ESTIMATORS, Effect, judge_effects
from toolkit.audits.mistakes.judge import audit, judge_mistakes, mistake_effect

__all__ = ["ESTIMATORS", "Effect", "audit", "judge_effects", "judge_mistakes", "mistake_effect"]
