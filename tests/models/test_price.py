import numpy as np
import pandas as pd
import pytest

from toolkit.models.cannot import CannotTell
from toolkit.models.price import (
    MOST_PRICES,
    QUESTIONS,
    PriceAcceptance,
    curves,
    points,
    price_acceptance,
)

FOUR = [[1, 2, 3, 4], [2, 3, 4, 5], [1, 3, 5, 7], [2, 4, 6, 8]]


def payers(n: int, seed: int) -> pd.DataFrame:
    """Prices to the cent of n payers, some of whom answer out of order."""
    rng = np.random.default_rng(seed)
    first = rng.normal(8.5, 1.1, n)
    steps = [first + np.abs(rng.normal(m, s, n)) for m, s in ((1.5, 0.4), (3.5, 0.4), (4.5, 0.6))]
    return pd.DataFrame(np.column_stack([first, *steps]).round(2), columns=list(QUESTIONS))


def read(rows: np.ndarray) -> list[float]:
    """The four points of these answers."""
    shares = curves(rows)
    grid = shares["price"].to_numpy()
    return points(grid, shares[list(QUESTIONS)].to_numpy().T[None])[:, 0].tolist()


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
    shares = curves(rising(payers(200, seed)))
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
    assert len(np.unique(rows)) > MOST_PRICES == len(curves(rows))
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
