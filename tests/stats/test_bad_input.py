"""Bad input to `stats`: refused with a sentence, never by an error from deep inside."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bad_input import (
    Argument,
    calls,
    case,
    check_bad,
    check_good,
    codes,
    counts,
    level,
    made,
    number,
    paired,
    public_names,
    row,
    seed,
    share,
    table,
    whole,
    within,
    word,
)
from toolkit import stats
from toolkit.stats import (
    agreement,
    bootstrap,
    hypothesis_tests,
    interval,
    kinks,
    means,
    shares,
    strata,
)
from toolkit.stats.interval import Interval

# What holds what a calculation found, and what is called by the thousand inside of one
LEFT_OUT = {
    "interval.Interval",  # ends may be infinite, or NaN where they are unknown
    "interval.Interval.constant",
    "interval.CannotTell",
    "strata.MeanContrast",
    "strata.StratifiedContrast",
    "kinks.DrawNoise",
    "kinks.KinkTest",
    "kinks.KinkedFunction.across",
    "kinks.KinkedFunction.slopes",
    "kinks.KinkedLine",
    "kinks.KinkedLine.at",
    "kinks.KinkedLine.there",
    "kinks.KinkedLine.first_reached",
}

RNG = np.random.default_rng(1)
X = [1.0, 2.0, 4.0, 5.0]
SHARES = [0.2, 0.5, 0.9, 0.4]
DRAWS = RNG.normal(size=50)
KNOWN = Interval(0.5, 0.4, 0.6, 40, "")
THETA = kinks.KinkedFunction("absolute", np.full(3, 0.5))
D = np.array([0.2, -0.1, -0.1])
MANY = D + RNG.normal(0, 0.02, (50, 3))
UNITS = np.arange(4)
CONTRAST = strata.mean_contrast(np.array(X), np.array(SHARES), units=(UNITS, UNITS))
UNKNOWN = ("NaN", "None")  # of what is said to be NaN where something is unknown


def noise() -> kinks.DrawNoise:
    """Draws around D."""
    return kinks.DrawNoise.of(D, MANY, n=40)


def weighed() -> dict[str, Argument]:
    """Values and their weights."""
    return {"values": paired(SHARES), "weights": counts([1.0, 2.0, 1.0, 1.0], "None")}


CASES = {
    "agreement.kendall_tau_b": case(
        agreement.kendall_tau_b, x=paired(X, *UNKNOWN), y=paired(SHARES, *UNKNOWN)
    ),
    "agreement.kendall_tau_b_draws": case(
        agreement.kendall_tau_b_draws, X=table([X, X], "NaN"), Y=table([X, X], "NaN")
    ),
    "agreement.rank_agreement": case(
        agreement.rank_agreement,
        x=paired(X, *UNKNOWN),
        y=paired(SHARES, *UNKNOWN),
        X=table([X, X], "NaN"),
        Y=table([X, X], "NaN"),
        n=whole(30, 0),
        level=level(),
    ),
    "agreement.krippendorff_alpha": case(
        agreement.krippendorff_alpha,
        codes=table([X, X], "NaN", "empty", "no columns", "too short"),
        metric=word("nominal"),
    ),
    "agreement.adjusted_rand": case(
        agreement.adjusted_rand,
        first=paired(X, "text", "figures as text"),
        second=paired(SHARES, "text", "figures as text"),
    ),
    "bootstrap.Resample": case(bootstrap.Resample, accounts=whole(4), draws=whole(10), seed=seed()),
    "bootstrap.Resample.totals": case(bootstrap.Resample(4, 10).totals, columns=paired(X)),
    "bootstrap.resample_counts": case(
        bootstrap.resample_counts, accounts=whole(4), draws=whole(10), seed=seed()
    ),
    "bootstrap.sum_by_account": case(
        bootstrap.sum_by_account, codes=codes([0, 2, 0, 1]), values=paired(X), accounts=whole(4, 3)
    ),
    "bootstrap.ratio_draws": case(
        bootstrap.ratio_draws,
        numerators=table([X, X]),
        denominators=table([X, X]),
        resample=made(bootstrap.Resample(2, 10)),
    ),
    "bootstrap.small_sample_widening": case(
        bootstrap.small_sample_widening, n=whole(30, 0), level=level()
    ),
    "bootstrap.bootstrap_error": case(bootstrap.bootstrap_error, draws=row(DRAWS), n=whole(30, 0)),
    "bootstrap.smooth_interval": case(
        bootstrap.smooth_interval,
        value=number(0.1),
        draws=row(DRAWS),
        n=whole(30, 0),
        level=level(),
    ),
    "bootstrap.smooth_p_above": case(
        bootstrap.smooth_p_above,
        value=number(0.1),
        draws=row(DRAWS),
        threshold=number(0.0),
        n=whole(30, 0),
    ),
    "bootstrap.percentile_interval": case(
        bootstrap.percentile_interval,
        value=number(0.1),
        draws=row(DRAWS),
        n=whole(30, 0),
        level=level(),
    ),
    "hypothesis_tests.holm": case(hypothesis_tests.holm, p=row(SHARES, "empty")),
    "hypothesis_tests.benjamini_hochberg": case(
        hypothesis_tests.benjamini_hochberg, p=row(SHARES, "empty")
    ),
    "hypothesis_tests.more_units": case(
        hypothesis_tests.more_units,
        estimate=number(0.25, "NaN", "infinite"),
        threshold=number(0.1, "NaN", "infinite"),
        standard_error=within(0.08, -0.1, None, "NaN", "infinite"),
        n=within(100, -1, None, "NaN", "infinite"),
        power=share(0.8),
        alpha_found=share(0.05),
        alpha_clear=share(0.025),
    ),
    "hypothesis_tests.more_units_in_part": case(
        hypothesis_tests.more_units_in_part,
        estimate=number(0.25, "NaN", "infinite"),
        threshold=number(0.1, "NaN", "infinite"),
        variance_part=within(0.006, -0.1, None, "NaN", "infinite"),
        variance_rest=within(0.0001, -0.1, None, "NaN", "infinite"),
        n_part=within(100, -1, None, "NaN", "infinite"),
        power=share(0.8),
        alpha_found=share(0.05),
        alpha_clear=share(0.025),
    ),
    "hypothesis_tests.chance_of_decision": case(
        hypothesis_tests.chance_of_decision,
        gap=number(0.25, "NaN", "infinite"),
        variance=within(0.006, -0.1, None, "NaN", "infinite"),
        later=within(0.001, -0.1, None, "NaN", "infinite"),
        alpha_found=share(0.05),
        alpha_clear=share(0.025),
    ),
    "interval.Interval.within": case(
        KNOWN.within, low=number(0.0, "infinite"), high=number(1.0, "infinite")
    ),
    "interval.Interval.shifted": case(KNOWN.shifted, by=number(0.1, "NaN", "infinite")),
    "interval.Interval.scaled": case(KNOWN.scaled, factor=within(2.0, -1, None, "NaN", "infinite")),
    "interval.tail_probability": case(interval.tail_probability, level=level()),
    "interval.normal_quantile": case(interval.normal_quantile, probability=share(0.9)),
    "interval.student_quantile": case(
        interval.student_quantile, probability=share(0.9), df=number(9, "infinite")
    ),
    "interval.student_upper_tail": case(
        interval.student_upper_tail,
        statistic=number(1.0, "NaN", "infinite"),
        df=number(9, "infinite"),
    ),
    "interval.independent_difference": case(
        interval.independent_difference, a=made(KNOWN), b=made(KNOWN)
    ),
    "interval.interval_at_level": case(
        interval.interval_at_level, interval=made(KNOWN), shown=level(), level=level()
    ),
    "kinks.tvd": case(
        kinks.tvd,
        p=paired([0.2, 0.3, 0.5], "NaN", "two-dimensional"),
        q=paired([0.5, 0.3, 0.2], "NaN", "two-dimensional"),
    ),
    "kinks.KinkedFunction": case(
        kinks.KinkedFunction,
        kind=word("absolute"),
        weights=row(X),
        constant=number(0.0),
    ),
    "kinks.DrawNoise.of": case(
        kinks.DrawNoise.of,
        d=paired(D, "NaN"),
        draws=table(MANY, "NaN", "too short"),
        n=whole(40, 2),
    ),
    "kinks.KinkTest.of": case(
        kinks.KinkTest.of, theta=made(THETA), d=paired(D, "NaN"), noise=made(noise())
    ),
    "kinks.KinkTest.interval": case(kinks.KinkTest.of(THETA, D, noise()).interval, level=level()),
    "kinks.KinkTest.p_above": case(
        kinks.KinkTest.of(THETA, D, noise()).p_above, threshold=number(0.1, "NaN", "infinite")
    ),
    "means.mean_interval": case(means.mean_interval, level=level(), **weighed()),
    "means.mean_difference": case(means.mean_difference, a=row(X), b=row(SHARES), level=level()),
    "means.ratio_of_sums": case(
        means.ratio_of_sums, numerators=paired(SHARES), denominators=counts(X), level=level()
    ),
    "means.bounded_mean": case(means.bounded_mean, level=level(), **weighed()),
    "means.bounded_mean_p_above": case(
        means.bounded_mean_p_above, threshold=number(0.1), **weighed()
    ),
    "means.planning_error": case(
        means.planning_error, values=row(SHARES), threshold=number(0.1), power=share(0.8)
    ),
    "means.linearised_ratio": case(means.linearised_ratio, tops=paired(SHARES), bottoms=counts(X)),
    "means.effective_trials": case(means.effective_trials, tops=counts(SHARES), bottoms=counts(X)),
    "means.weights_or_ones": case(
        means.weights_or_ones, values=Argument(np.array(X), {}), weights=counts(X, "None")
    ),
    "shares.wilson": case(
        shares.wilson, successes=within(3, -1, 11), n=within(10, 0), level=level()
    ),
    "shares.jeffreys": case(
        shares.jeffreys, successes=within(3, -1, 11), n=within(10, 0), level=level()
    ),
    "shares.binomial_p_above": case(
        shares.binomial_p_above, successes=within(3, -1, 11), n=within(10, 0), share=number(0.2)
    ),
    "shares.newcombe": case(
        shares.newcombe,
        x1=within(3, -1, 11),
        n1=within(10, 0),
        x2=within(4, -1, 21),
        n2=within(20, -1),
        level=level(),
    ),
    "shares.multinomial_goodman": case(
        shares.multinomial_goodman,
        counts=Argument(X, counts(X).bad | {"all 0": [0, 0]}, ("too short", "too long")),
        level=level(),
    ),
    "shares.score_ends": case(
        shares.score_ends,
        value=share(0.3),
        n=within(20, 0),
        quantile=within(2, -1, None, "infinite"),
    ),
    "strata.MeanContrast.interval": case(CONTRAST.interval, level=level()),
    "strata.mean_contrast": case(
        strata.mean_contrast,
        first=paired(X),
        second=paired(SHARES),
        units=made((UNITS, UNITS), **{w: (UNITS, b) for w, b in codes(UNITS).bad.items()}),
        weights=made((np.ones(4), np.ones(4)), "None", zeros=(np.zeros(4), np.ones(4))),
        count=whole(4, 4, "None"),
    ),
    "strata.within_strata": case(
        strata.within_strata,
        strata=made([CONTRAST, CONTRAST], empty=[], others=[1, 2]),
    ),
    "strata.StratifiedContrast.surely_turned": case(
        strata.StratifiedContrast(CONTRAST, (CONTRAST,)).surely_turned, level=level()
    ),
}
CALLS = calls(CASES)


def test_every_public_function_is_called_with_bad_input() -> None:
    # `input_checks` is what every other case goes through
    found = {name for name in public_names(stats) if not name.startswith("input_checks.")}
    assert found == set(CASES) | LEFT_OUT


@pytest.mark.parametrize("name", CASES)
def test_good_input_gives_a_result(name: str) -> None:
    check_good(CASES[name])


@pytest.mark.parametrize(("name", "argument", "wrong"), CALLS)
def test_bad_input_is_refused_with_what_was_expected_and_found(
    name: str, argument: str, wrong: str
) -> None:
    check_bad(CASES[name], argument, wrong)
