"""How many groups: recovery, stability, and one group where there is nothing to find.

Latent classes from a table of answers.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tests.models.respondents import class_answers, class_log_likelihood
from toolkit.models.latent_groups import (
    STABLE_RAND,
    LatentGrouping,
    MixedItems,
    best_mixture,
    category_items,
    find_groups,
    fit_mixture,
    mixture_starts,
)
from toolkit.stats.agreement import adjusted_rand
from toolkit.stats.interval import Array, CannotTell


def answers(kinds: Array, items: int, rng: np.random.Generator, sure: float = 0.75) -> MixedItems:
    """Three categories an item; a kind of person mostly gives its own answer."""
    n, marks = len(kinds), []
    for item in range(items):
        own = (kinds + item) % 3
        said = np.where(rng.random(n) < sure, own, rng.integers(0, 3, n))
        marks.append(np.eye(3)[said.astype(int)])
    return MixedItems(np.hstack(marks), np.repeat(np.arange(items), 3), np.zeros((n, 0)))


def found(items: MixedItems, accounts: Array | None = None) -> LatentGrouping:
    """A grouping that there is."""
    units = np.arange(len(items.marks)) if accounts is None else accounts
    result = find_groups(items, units.astype(int))
    assert isinstance(result, LatentGrouping)
    return result


@pytest.mark.parametrize("kinds", [1, 2, 3])
def test_as_many_groups_are_found_as_there_are(kinds: int) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        true = rng.choice(
            kinds, 300, p=np.array([0.5, 0.3, 0.2])[:kinds] / sum([0.5, 0.3, 0.2][:kinds])
        )
        result = found(answers(true, 6, rng))
        assert result.count == kinds
        assert adjusted_rand(true, result.labels) > 0.8
        assert result.stability >= STABLE_RAND
        sizes = np.sort(np.bincount(true))[::-1] / 300
        for share, size in zip(result.shares, sizes, strict=True):
            assert share.low - 0.03 < size < share.high + 0.03


def test_numbers_and_categories_are_grouped_together() -> None:
    rng = np.random.default_rng(3)
    true = rng.choice(2, 400, p=[0.6, 0.4])
    numbers = rng.normal(size=(400, 2)) + 2.5 * true[:, None]
    mixed = answers(true, 2, rng)
    numbers[::11, 0] = np.nan
    numbers = (numbers - np.nanmean(numbers, axis=0)) / np.nanstd(numbers, axis=0)
    result = found(MixedItems(mixed.marks, mixed.blocks, numbers))
    assert result.count == 2
    assert adjusted_rand(true, result.labels) > 0.85


def test_accounts_whose_members_answer_alike_make_shares_less_sure() -> None:
    rng = np.random.default_rng(4)
    true = np.repeat(rng.choice(2, 60, p=[0.6, 0.4]), 5)
    items = answers(true, 6, rng)
    whole, rows = found(items, np.repeat(np.arange(60), 5)), found(items)
    wide, narrow = (g.shares[0].high - g.shares[0].low for g in (whole, rows))
    assert wide > 1.6 * narrow
    assert whole.shares[0].n == 60


def test_a_split_that_other_accounts_would_not_show_is_not_taken() -> None:
    # Members of a household answer alike, households as it comes: BIC sees groups in the rows.
    rng = np.random.default_rng(1)
    items = answers(np.zeros(40, dtype=int), 5, rng, sure=0.0)
    rows = np.repeat(np.arange(40), 8)
    result = found(MixedItems(items.marks[rows], items.blocks, np.zeros((320, 0))), rows)
    best = min(result.tried, key=lambda t: t.bic)
    assert best.groups > 1
    assert best.stability is not None
    assert best.stability < STABLE_RAND
    assert result.count == 1


def test_the_agreement_of_groupings_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for k in (1, 2, 5):
        a, b = rng.integers(0, k, 60), rng.integers(0, 4, 60)
        assert adjusted_rand(a, b) == pytest.approx(adjusted_rand_score(a, b))
    assert adjusted_rand(a, 7 - a) == 1


def test_no_step_lowers_the_likelihood() -> None:
    rng = np.random.default_rng(2)
    items = answers(rng.integers(0, 3, 200), 4, rng)
    items = MixedItems(items.marks, items.blocks, rng.normal(size=(200, 2)))
    weights = np.ones((1, 200))
    groups = mixture_starts(items, weights, 3, 6, rng)
    before = np.full(6, -np.inf)
    for _ in range(30):
        groups = fit_mixture(items, weights, groups, steps=1)
        assert (groups.log_likelihood >= before - 1e-9).all()
        before = groups.log_likelihood


def test_weights_count_rows() -> None:
    rng = np.random.default_rng(5)
    items = answers(rng.integers(0, 2, 50), 4, rng)
    twice = MixedItems(np.tile(items.marks, (2, 1)), items.blocks, np.zeros((100, 0)))
    once = best_mixture(items, np.full(50, 2.0), 2, count=10, seed=1)
    both = best_mixture(twice, np.ones(100), 2, count=10, seed=1)
    assert once.log_likelihood == pytest.approx(both.log_likelihood, abs=1e-3)


def test_stability_is_the_median_of_refits_and_its_ends_hold_most_of_them() -> None:
    rng = np.random.default_rng(6)
    two = found(answers(rng.integers(0, 2, 200), 6, rng))
    ends = two.stable(level=0.9)
    assert ends.low < ends.value == two.stability < ends.high
    inside = (two.agreements >= ends.low) & (two.agreements <= ends.high)
    assert 0.85 < inside.mean() <= 0.95
    one = found(answers(np.zeros(200, dtype=int), 4, rng, sure=0.0)).stable()
    assert (one.low, one.value, one.high) == (1, 1, 1)


def test_too_few_accounts_are_said() -> None:
    few = find_groups(answers(np.zeros(29, dtype=int), 3, np.random.default_rng(0)), np.arange(29))
    assert isinstance(few, CannotTell)
    assert "29 accounts" in few.why


def test_classes_say_which_answers_they_give() -> None:
    items, names = category_items(class_answers())
    grouping = found(items)
    assert grouping.count == 2
    assert names == [(item, answer) for item in "abcde" for answer in ("no", "yes")]
    shares = grouping.groups.marks[0].reshape(2, 5, 2)  # group, item, no or yes
    assert shares[0, :, 1].mean() == pytest.approx(0.85, abs=0.05)
    assert shares[1, :, 1].mean() == pytest.approx(0.15, abs=0.07)
    assert shares.sum(axis=2) == pytest.approx(np.ones((2, 5)))


def test_missing_answers_are_left_out_item_by_item() -> None:
    table = class_answers()
    holes = np.random.default_rng(2).random(table.shape) < 0.2
    grouping = found(category_items(table.mask(holes))[0])
    assert grouping.count == 2
    assert grouping.groups.marks[0, 0, 1::2].mean() == pytest.approx(0.85, abs=0.05)


def test_names_of_answers_and_order_of_rows_do_not_matter() -> None:
    table = class_answers()
    renamed = table.replace({"yes": "evet", "no": "hayir"}).iloc[::-1]
    assert class_log_likelihood(renamed, 2) == pytest.approx(
        class_log_likelihood(table, 2), abs=1e-3
    )


def test_one_class_has_the_likelihood_of_independent_items() -> None:
    table = class_answers()
    shares = (table == "yes").mean()
    by_hand = 240 * (shares * np.log(shares) + (1 - shares) * np.log(1 - shares)).sum()
    assert class_log_likelihood(table, 1) == pytest.approx(by_hand)
