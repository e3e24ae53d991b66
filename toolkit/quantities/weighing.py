"""How each respondent shares out 100 % over the attributes, and what skipped answers do to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toolkit.quantities.answers import Answers, Array

PASSES = 5  # of the fixed point for missing answers; the change is below 1e-4 after three
Mask = NDArray[np.bool_]


def respondent_weights(answers: Answers, role: int) -> Array:
    """How does each respondent split 100 % over the attributes? Shape (N, A), NaN if unanswered.

    (importance − scale minimum) divided by its sum; equal if all are zero. Where answers are
    missing, the sum over all attributes is estimated by the sum over the answered ones divided
    by the share of weight the role gives to those: without this, an attribute would gain
    whenever another was skipped. With complete answers it changes nothing.
    """
    there = ~np.isnan(answers.importance)
    own = _split(answers.importance, there, typical_weights(answers, role))
    return np.where(there, own, np.nan)


def typical_weights(answers: Answers, role: int) -> Array:
    """What share of weight does the role give each attribute, roughly? Shape (A,), sums to 1."""
    there = ~np.isnan(answers.importance)
    typical = np.full(there.shape[1], 1 / there.shape[1])
    counted = answers.member[role, :, None] * answers.weight[:, None] * there
    for _ in range(PASSES if not there.all() else 1):
        own = _split(answers.importance, there, typical)
        sums = counted.sum(axis=0)
        means = np.divide((own * counted).sum(axis=0), sums, out=typical.copy(), where=sums > 0)
        typical = means / means.sum()
    return typical


def excess(answers: Answers, role: int) -> tuple[Array, Mask] | None:
    """By how much do skipped answers overstate a respondent's weights? None if none is skipped.

    The estimated sum above is right on average, its inverse is not. Respondents who skipped
    nothing show by how much: their weights are computed again under every pattern of skipping
    that occurs in the role, and compared with their true ones. Returns that excess, averaged
    over the patterns in which the attribute is answered, shape (N, A), and who skipped nothing
    (N,). Subtracting its mean is double sampling (Cochran 1977, Sampling Techniques, ch. 12);
    assumes that answers are skipped at random.
    """
    there, member = ~np.isnan(answers.importance), answers.member[role]
    complete = there.all(axis=1) & member
    if there[member].all() or not complete.any():
        return None
    typical, whole = typical_weights(answers, role), answers.importance[complete]
    patterns, kind = np.unique(there[member], axis=0, return_inverse=True)
    often = np.bincount(kind.ravel(), answers.weight[member], len(patterns))
    true = _split(whole, np.ones_like(whole, bool), typical)
    total, seen = np.zeros_like(whole), np.zeros(whole.shape[1])
    for pattern, times in zip(patterns, often, strict=True):
        total += times * pattern * (_split(whole, pattern[None, :], typical) - true)
        seen += times * pattern
    return _spread(total / np.maximum(seen, 1e-300), complete), complete


def _split(importance: Array, there: Mask, typical: Array) -> Array:
    """Weights from the answers that are there; 0 where one is not."""
    given = np.where(there, np.nan_to_num(importance), 0.0)
    total = given.sum(axis=1, keepdims=True)
    covered = (there * typical).sum(axis=1, keepdims=True)
    own = np.divide(given * covered, total, out=np.zeros_like(given), where=total > 0)
    return np.where((total == 0) & there, 1 / importance.shape[1], own)


def _spread(rows: Array, at: Mask) -> Array:
    full = np.zeros((len(at), rows.shape[1]))
    full[at] = rows
    return full
