import itertools

import numpy as np
import pandas as pd
import pytest

from toolkit.models.pricing import (
    MOST_PRICES_READ,
    QUESTIONS,
    PriceAcceptance,
    acceptance_curves,
    best_prices,
    curve_crossings,
    path_profit,
    price_acceptance,
    skimming_plan,
    waited_skimming,
)
from toolkit.stats.interval import CannotTell

FOUR = [[1, 2, 3, 4], [2, 3, 4, 5], [1, 3, 5, 7], [2, 4, 6, 8]]


def payers(n: int, seed: int) -> pd.DataFrame:
    """Prices to the cent of n payers, some of whom answer out of order."""
    rng = np.random.default_rng(seed)
    first = rng.normal(8.5, 1.1, n)
    steps = [first + np.abs(rng.normal(m, s, n)) for m, s in ((1.5, 0.4), (3.5, 0.4), (4.5, 0.6))]
    return pd.DataFrame(np.column_stack([first, *steps]).round(2), columns=list(QUESTIONS))


def read(rows: np.ndarray) -> list[float]:
    """The four points of these answers."""
    shares = acceptance_curves(rows)
    grid = shares["price"].to_numpy()
    return curve_crossings(grid, shares[list(QUESTIONS)].to_numpy().T[None])[:, 0].tolist()


def rising(answers: pd.DataFrame) -> np.ndarray:
    rows = answers.to_numpy()
    return rows[(np.diff(rows, axis=1) > 0).all(axis=1)]


def accepted(answers: pd.DataFrame, **terms: object) -> PriceAcceptance:
    found = price_acceptance(answers, **terms)  # type: ignore[arg-type]
    assert isinstance(found, PriceAcceptance)
    return found


def test_four_payers_by_hand() -> None:
    # Van Westendorp's definitions: too cheap falls from 1/2 at 2 to 0 at 3, too expensive leaves 0
    # after 3: they meet at 3; cheap and expensive pass each other 2/3 of the way from 3 to 4; too
    # cheap meets "not cheap" 2/3 of the way from 2 to 3, too expensive "not expensive" midway 4–5
    assert read(np.array(FOUR)) == pytest.approx([3, 3 + 2 / 3, 2 + 2 / 3, 4.5])


def test_curves_that_meet_along_a_stretch_give_its_middle() -> None:
    assert read(np.array([[1, 2, 7, 8]] * 3))[0] == pytest.approx(4.5)  # 2 … 7, all indifferent


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_curve_reaches_nought_and_one(seed: int) -> None:
    shares = acceptance_curves(rising(payers(200, seed)))
    for name, ends in zip(QUESTIONS, [(1, 0), (1, 0), (0, 1), (0, 1)], strict=True):
        assert (shares[name].iloc[0], shares[name].iloc[-1]) == ends
        assert shares[name].is_monotonic_decreasing == (ends == (1, 0))


def test_the_true_points_are_covered() -> None:
    truth, covered = read(rising(payers(200_000, seed=99))), []
    for seed in range(40):
        found = accepted(payers(150, seed), draws=300, seed=seed)
        four = (found.optimal, found.indifferent, found.lowest, found.highest)
        covered.append([i.low < t < i.high for i, t in zip(four, truth, strict=True)])
    assert (np.mean(covered, axis=0) > 0.86).all()  # 95 % in the long run


def test_many_prices_are_read_at_some_of_them_without_harm() -> None:
    rows = rising(payers(2_000, seed=1))
    assert len(np.unique(rows)) > MOST_PRICES_READ == len(acceptance_curves(rows))
    assert read(rows.round(1)) == pytest.approx(read(rows), abs=0.06)


def test_answers_that_do_not_rise_are_counted_and_left_out() -> None:
    answers = payers(100, seed=1)
    kept = len(rising(answers))
    answers.loc[len(answers)] = [5, 4, 6, 7]
    answers.loc[len(answers)] = [5, 5, 6, 7]
    answers.loc[len(answers)] = [np.nan, 5, 6, 7]
    found = accepted(answers)
    assert (found.asked, found.intransitive) == (103, 103 - kept)
    assert found.optimal.n == kept


def test_answers_of_one_account_count_as_one_when_it_comes_to_how_sure() -> None:
    shift = np.random.default_rng(3).normal(0, 0.1, (240, 1))  # nearly one opinion an account
    four = pd.concat([payers(60, seed=1)] * 4, ignore_index=True) + shift
    alone = accepted(four).indifferent
    together = accepted(four, accounts=np.tile(np.arange(60), 4)).indifferent
    assert together.value == alone.value
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_prices_in_another_currency_move_all_points_alike() -> None:
    answers = payers(120, seed=2)
    euro, cent = accepted(answers), accepted(answers * 100)
    assert cent.highest.value == pytest.approx(100 * euro.highest.value)
    assert cent.highest.low == pytest.approx(100 * euro.highest.low)


def test_too_few_accounts_cannot_tell() -> None:
    found = price_acceptance(pd.DataFrame(FOUR * 5, columns=list(QUESTIONS)))
    assert isinstance(found, CannotTell)
    assert found.why == (
        "expected rising prices of 30 accounts, found 20 (0 of 20 answers do not rise)"
    )


def test_accounts_that_do_not_match_the_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="expected one per answer, 50"):
        price_acceptance(payers(50, seed=1), accounts=np.arange(49))


def test_a_missing_question_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a column 'too_expensive'"):
        price_acceptance(
            pd.DataFrame(FOUR, columns=list("abcd")).set_axis(
                ["too_cheap", "cheap", "expensive", "dear"], axis=1
            )
        )


EVEN = (np.arange(2_000) + 0.5) / 2_000


@pytest.mark.parametrize("periods", [1, 2, 3, 10])
def test_buyers_asked_one_by_one_give_the_closed_form(periods: int) -> None:
    # willingness even between 0 and 1, no cost: p_k = 1 − k / (n + 1), profit n / (2 (n + 1))
    prices = [1 - k / (periods + 1) for k in range(1, periods + 1)]
    profit = periods / (2 * (periods + 1))
    assert path_profit(EVEN, prices).mean() == pytest.approx(profit, abs=1e-3)
    found = best_prices(EVEN, periods)
    assert found == pytest.approx(prices, abs=6e-3)
    assert path_profit(EVEN, found).mean() == pytest.approx(profit, abs=1e-3)


@pytest.mark.parametrize("patience", [0.2, 0.5, 0.8])
def test_buyers_who_wait_give_the_closed_form_too(patience: float) -> None:
    dear, cheap, profit = waited_skimming(patience)
    found = path_profit(EVEN, [dear, cheap], patience=patience, discount=patience)
    assert found.mean() == pytest.approx(profit, abs=1e-3)
    assert profit < 0.25  # what one price earns


def test_without_patience_or_with_all_of_it_waiting_takes_nothing() -> None:
    assert waited_skimming(0)[2] == waited_skimming(1)[2] == 0.25


@pytest.mark.parametrize("periods", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_the_best_path_is_the_best_of_all_paths(periods: int, seed: int) -> None:
    wtp = np.random.default_rng(seed).integers(1, 9, 12).astype(float)
    all_paths = itertools.combinations_with_replacement(sorted(set(wtp), reverse=True), periods)
    best = max(path_profit(wtp, path, cost=0.5).mean() for path in all_paths)
    found = path_profit(wtp, best_prices(wtp, periods, cost=0.5), cost=0.5).mean()
    assert found == pytest.approx(best)


def test_coming_down_gains_until_buyers_wait() -> None:
    wtp = np.random.default_rng(1).uniform(10, 60, 400)
    found = skimming_plan(wtp, cost=5, patience=(0.0, 0.9))
    assert found.prices[0] > found.single > found.prices[1]
    assert found.gain[0.0].low > 0
    assert found.gain[0.9].high < found.gain[0.0].low


def test_the_gain_of_a_plan_is_covered() -> None:
    rng, covered = np.random.default_rng(2), []
    for seed in range(60):
        wtp = rng.lognormal(3, 0.5, 200)
        found = skimming_plan(wtp, draws=200, seed=seed)
        many = np.random.default_rng(999).lognormal(3, 0.5, 50_000)
        plan = path_profit(many, found.prices) - path_profit(many, [found.single])
        covered.append(found.gain[0.0].low < plan.mean() < found.gain[0.0].high)
    assert np.mean(covered) > 0.8  # the plan was chosen on the same payers: a little hopeful
