"""Bad input to `models`: refused with a sentence, never by an error from deep inside."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.bad_input import (
    Argument,
    answers,
    calls,
    case,
    check_bad,
    check_good,
    codes,
    counts,
    day,
    frame,
    late,
    level,
    made,
    number,
    numbers,
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
from tests.models.buyers import cdnow_history
from toolkit import models
from toolkit.models import (
    behaviour,
    conversion,
    customer_value,
    diffusion,
    latent_groups,
    linkage,
    maximum_likelihood,
    pricing,
    regression,
    repeat_buying,
    response,
    satisfaction,
    segmentation,
    shrinkage,
    survival,
    themes,
)
from toolkit.models.latent_groups import MixedItems, category_items
from toolkit.stats.interval import Interval

# What holds what a model found, or known parameters, which a fit makes by the thousand, and what
# takes functions and is called by the thousand inside of a fit
LEFT_OUT = {
    "behaviour.PublishedValue",
    "behaviour.FlatFee",
    "conversion.LeverGain",
    "conversion.FreemiumValue",
    "customer_value.ShiftedBetaGeometric",
    "customer_value.FittedRenewals",
    "customer_value.GammaGamma",
    "customer_value.FittedGammaGamma",
    "customer_value.CustomerValues",
    "diffusion.BassCurve",
    "diffusion.BassFit",
    "diffusion.LifeStage",
    "latent_groups.MixtureFits",
    "latent_groups.MixtureFits.pick",
    "latent_groups.MixtureFits.beside",
    "latent_groups.TriedGroupCount",
    "latent_groups.LatentGrouping",
    "linkage.RepurchaseLinkage",
    "linkage.MediationEffects",
    "maximum_likelihood.LikelihoodMaximum",
    "pricing.PriceAcceptance",
    "pricing.SkimmingPlan",
    "regression.AccountEstimates",
    "regression.LogitFit",
    "regression.AccountJackknife",
    "repeat_buying.BgNbd",
    "repeat_buying.FittedBgNbd",
    "repeat_buying.HoldoutCheck",
    "response.ResponseSpread",
    "response.LostShare",
    "response.AllocationProblem.low",
    "response.AllocationProblem.gains",
    "response.AllocationProblem.slopes",
    "segmentation.TraitDifference",
    "segmentation.CustomerSegments",
    "survival.SurvivalCurve",
    "themes.ThemeContrast",
}

RNG = np.random.default_rng(1)
X = [1.0, 2.0, 4.0, 5.0]
KNOWN = Interval(0.5, 0.4, 0.6, 40, "")
TRIAL = conversion.LeverTrial("incentive", 1000, 60, 1000, 40, cost=1.5)
UNKNOWN = ("NaN", "infinite", "minus infinite")

N = 120  # rows, one an account
UNITS = np.arange(N)
TRAITS = pd.DataFrame(
    {
        "city": np.where(RNG.random(N) < 0.5, "a", "b"),
        "device": np.where(RNG.random(N) < 0.4, "phone", "desk"),
        "age": RNG.normal(40, 9, N),
    }
)
Y, POINTS = (RNG.random(N) < 0.5).astype(float), RNG.normal(60, 15, N)
DESIGN = np.column_stack([POINTS, np.ones(N)])
WILLING = RNG.lognormal(3, 0.4, 40)
PRICES = pd.DataFrame(
    np.cumsum(RNG.uniform(1, 3, (60, 4)), axis=1), columns=list(pricing.QUESTIONS)
)
PURCHASES = pd.DataFrame(
    {
        "customer": [f"c{k}" for k in RNG.integers(0, 60, 400)],
        "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(0, 300, 400), "D"),
        "amount": RNG.uniform(5, 50, 400),
    }
)
ITEMS = category_items(TRAITS[["city", "device"]])[0]
BASS = diffusion.BassCurve(1000.0, 0.01, 0.4)
SALES = BASS.sales(np.arange(1, 13)) + RNG.normal(0, 1, 12)
MAXIMUM = maximum_likelihood.LikelihoodMaximum(np.zeros(2), np.eye(2), 0.0, 40)
ESTIMATES = regression.AccountEstimates(np.array([2.0, 1.0]), RNG.normal(0, 0.01, (40, 2)), "")
BG_NBD = repeat_buying.BgNbd(0.24, 4.4, 0.79, 2.4)
SPREAD = response.response_spread([10_000, 10_000], [300, 420])
LOST = response.lost_share([[9_000, 9_000]], [[300, 420]], draws=50)
FIELD = response.AllocationProblem(
    np.array([5.0, 5.0]), np.array([9.0, 12.0]), np.array([1.0, 1.0]), (0.5, 0.8), 0.9
)
MARKS = np.tile(np.eye(2, dtype=bool), (40, 1))
CODED = themes.CodedTexts(("price", "taste"), MARKS)
CURVE = survival.kaplan_meier([1, 2, 2, 3], [1, 1, 0, 1])


@cache
def history() -> pd.DataFrame:
    """The customers of CDNOW, fewer of them."""
    return cdnow_history().iloc[:1200].reset_index(drop=True)


@cache
def buying() -> Any:
    """BG/NBD fitted to them."""
    return repeat_buying.fit_bg_nbd(history())


@cache
def spending() -> Any:
    """Gamma-Gamma fitted to them."""
    return customer_value.fit_gamma_gamma(history())


@cache
def values() -> Any:
    """What four of them are worth."""
    return customer_value.customer_values(buying(), spending(), history()[:4], margin=0.3)


@cache
def logit() -> Any:
    """A fitted logit."""
    return regression.fit_logit(Y, DESIGN)


@cache
def jackknife() -> Any:
    """The same, with every account left out in turn."""
    return regression.AccountJackknife.of(logit(), UNITS, N)


@cache
def link() -> Any:
    """Satisfaction and repurchase that go together by chance only."""
    return linkage.fit_linkage(Y, {"consumer": POINTS, "price": POINTS[::-1]}, UNITS)


@cache
def renewals() -> Any:
    """sBG fitted to a cohort."""
    return customer_value.fit_renewals([1000, 869, 743, 653])


@cache
def fits() -> Any:
    """Two groups, found in the items."""
    return latent_groups.best_mixture(ITEMS, np.ones(N), 2, count=2, seed=1)


@cache
def grouping() -> Any:
    """The groups of the items."""
    return latent_groups.find_groups(ITEMS, UNITS, most=2)


def bowl(at: np.ndarray) -> tuple[float, np.ndarray]:
    """A likelihood with its top at 0."""
    return -float(at @ at), -2 * at


def history_table(*allowed: str) -> Argument:
    """What was bought again, by customer."""
    return frame(history(), *allowed)


def trait_table(*allowed: str) -> Argument:
    """Traits of respondents."""
    told = frame(TRAITS, *allowed, columns=False)
    vast = TRAITS.assign(age=np.inf)
    return Argument(TRAITS, told.bad | {"infinite": vast}, allowed)


CASES = {
    "behaviour.prospect_value": case(
        behaviour.prospect_value,
        x=numbers(X, "NaN", "infinite", "None"),
        loss_aversion=within(2.25, -1),
        curvature=within(0.88, 0),
    ),
    "behaviour.present_value": case(
        behaviour.present_value,
        amount=paired(X, *UNKNOWN, "two-dimensional", "a number", "None"),
        days=paired(X, "NaN", "infinite", "two-dimensional", "a number", "None"),
        k=within(0.01, -1),
    ),
    "behaviour.flat_fee": case(
        behaviour.flat_fee, fee=within(70, -1), visits=within(4, -1), per_use=within(10, 0)
    ),
    "behaviour.scarcity_effect": case(
        behaviour.scarcity_effect,
        pressed=made((2000, 300, 200), **{"two": (2000, 300), "NaN": (2000, np.nan, 3)}),
        holdout=made((2000, 200, 40), **{"nobody": (0, 0, 0), "words": ("a", "b", "c")}),
        gain=within(20.0, -1),
        loss=within(25.0, -1),
    ),
    "conversion.LeverTrial": case(
        conversion.LeverTrial,
        lever=Argument("incentive", {}),
        customers=whole(1000, 60),
        converted=whole(60, 0),
        control_customers=whole(1000, 40),
        control_converted=whole(40, 0),
        cost=number(1.5),
    ),
    "conversion.lever_gain": case(
        conversion.lever_gain, trial=made(TRIAL), worth=number(120), level=level()
    ),
    "conversion.net_lever_gain": case(
        conversion.net_lever_gain, trial=made(TRIAL), worth=made(KNOWN), level=level()
    ),
    "conversion.lever_p_no_gain": case(
        conversion.lever_p_no_gain, trial=made(TRIAL), worth=made(KNOWN), level=level()
    ),
    "conversion.rank_levers": case(
        conversion.rank_levers, trials=made([TRIAL], others=[1]), worth=number(120), level=level()
    ),
    "conversion.break_even_conversion": case(
        conversion.break_even_conversion,
        cost=number(2),
        paid_value=within(80, 0),
        referred=number(0.1),
        referred_value=number(5),
    ),
    "conversion.freemium_value": case(
        conversion.freemium_value,
        converted=within(30, -1, 1001),
        users=within(1000, 0),
        cost=number(2),
        paid_value=numbers(80.0),
        referred=number(0.1),
        referred_value=number(5),
        level=level(),
    ),
    "conversion.conversion_by_horizon": case(
        conversion.conversion_by_horizon,
        days=counts(X),
        converted=answers([1, 0, 1, 0]),
        horizon=number(3.0, "infinite"),
        level=level(),
    ),
    "customer_value.retention_multiple": case(
        customer_value.retention_multiple,
        retention=share(0.9),
        rate=within(0.12, -0.1),
        paid=word("end"),
    ),
    "customer_value.ShiftedBetaGeometric.survival": case(
        customer_value.ShiftedBetaGeometric(0.7, 3.8).survival,
        t=numbers(X, "NaN", "infinite", "None"),
    ),
    "customer_value.FittedRenewals.parameters": late(renewals, "parameters", level=level()),
    "customer_value.FittedRenewals.survival": late(
        renewals, "survival", t=numbers(X), level=level()
    ),
    "customer_value.GammaGamma.expected": case(
        customer_value.GammaGamma(6.25, 3.74, 15.44).expected,
        x=numbers(X, "NaN", "infinite", "None"),
        monetary=numbers(X, "NaN", "infinite", "None"),
    ),
    "customer_value.fit_renewals": case(
        customer_value.fit_renewals, customers=row([1000, 869, 743, 653])
    ),
    "customer_value.FittedGammaGamma.parameters": late(spending, "parameters", level=level()),
    "customer_value.fit_gamma_gamma": case(
        customer_value.fit_gamma_gamma, history=history_table(), level=level()
    ),
    "customer_value.CustomerValues.each": late(values, "each", level=level()),
    "customer_value.CustomerValues.mean": late(
        values, "mean", which=answers([1, 0, 1, 1]), level=level()
    ),
    "customer_value.CustomerValues.difference": late(
        values,
        "difference",
        which=answers([1, 0, 1, 1]),
        other=answers([0, 1, 0, 0]),
        level=level(),
    ),
    "customer_value.customer_values": case(
        customer_value.customer_values,
        buying=made(buying),
        spending=made(spending),
        history=history_table("no rows"),
        margin=number(0.3),
        rate=within(0.1, -1),
        horizon=within(156.0, 0),
        days=within(7.0, 0),
    ),
    "diffusion.BassCurve.sales": case(BASS.sales, t=numbers(X, "NaN", "infinite", "None")),
    "diffusion.fit_bass": case(diffusion.fit_bass, sales=row(SALES)),
    "diffusion.LifeStage.at": case(
        diffusion.life_stage(SALES, draws=20).at, moment=number(6.0, "infinite")
    ),
    "diffusion.life_stage": case(
        diffusion.life_stage, sales=row(SALES), draws=whole(20), seed=seed(), level=level()
    ),
    "diffusion.sales_trend": case(diffusion.sales_trend, sales=row(SALES), level=level()),
    "latent_groups.MixedItems": case(
        MixedItems,
        marks=table(ITEMS.marks),
        blocks=codes(ITEMS.blocks),
        numbers=table(np.ones((N, 1)), "NaN", "no columns"),
    ),
    "latent_groups.fit_mixture": case(
        latent_groups.fit_mixture,
        items=made(ITEMS),
        weights=table(np.ones((1, N))),
        groups=made(fits),
        steps=whole(5),
        exact=within(1e-6, -1),
    ),
    "latent_groups.mixture_starts": case(
        latent_groups.mixture_starts,
        items=made(ITEMS),
        weights=table(np.ones((1, N))),
        k=whole(2),
        count=whole(2),
        rng=made(RNG),
    ),
    "latent_groups.best_mixture": case(
        latent_groups.best_mixture,
        items=made(ITEMS),
        weights=counts(np.ones(N)),
        k=whole(2),
        count=whole(2),
        seed=seed(),
        exact=within(1e-6, -1),
    ),
    "latent_groups.LatentGrouping.stable": late(grouping, "stable", level=level()),
    "latent_groups.find_groups": case(
        latent_groups.find_groups,
        items=made(ITEMS, nothing=MixedItems(np.zeros((N, 0)), UNITS[:0], np.zeros((N, 0)))),
        accounts=codes(UNITS),
        most=whole(2),
        seed=seed(),
    ),
    "latent_groups.category_items": case(
        category_items,
        answers=frame(TRAITS[["city"]], "no rows", columns=False),
        numbers=table(np.ones((N, 1)), "NaN", "None", "no columns"),
    ),
    "linkage.RepurchaseLinkage.per_points": late(
        link, "per_points", name=word("consumer"), points=within(10.0, -1), level=level()
    ),
    "linkage.RepurchaseLinkage.effect": late(link, "effect", name=word("consumer")),
    "linkage.RepurchaseLinkage.premium": late(
        link, "premium", satisfaction=word("consumer"), price=word("price"), level=level()
    ),
    "linkage.fit_linkage": case(
        linkage.fit_linkage,
        repurchase=answers(Y),
        columns=made(
            {"consumer": POINTS},
            **{w: {"consumer": bad} for w, bad in paired(POINTS).bad.items() if w != "None"},
        ),
        accounts=codes(UNITS),
        count=whole(N, N, "None"),
    ),
    "linkage.repurchase_gain": case(
        linkage.repurchase_gain,
        link=made(link),
        name=word("consumer"),
        performance=made(
            regression.AccountEstimates(np.ones(2), RNG.normal(0, 0.01, (N, 2)), ""),
            other=ESTIMATES,
        ),
        raises=paired([1.0, 2.0]),
        level=level(),
    ),
    "linkage.e_value": case(linkage.e_value, ratio=within(3.9, 0, None)),
    "linkage.fieller": case(linkage.fieller, pair=made(ESTIMATES), level=level()),
    "linkage.loyalty_kinds": case(
        linkage.loyalty_kinds,
        repeats=answers([1, 1, 0, 0]),
        satisfied=answers([1, 0, 1, 1]),
        level=level(),
    ),
    "linkage.mediation_effects": case(
        linkage.mediation_effects,
        x=paired(POINTS),
        through=paired(RNG.normal(size=N)),
        y=paired(Y),
        accounts=codes(UNITS),
        level=level(),
        draws=whole(50),
        seed=seed(),
    ),
    "maximum_likelihood.LikelihoodMaximum.interval": case(
        MAXIMUM.interval, place=Argument(0, whole(0, 0).bad | {"too large": 2}), level=level()
    ),
    "maximum_likelihood.maximise_likelihood": case(
        maximum_likelihood.maximise_likelihood,
        likelihood=Argument(bowl, {}),
        start=row([1.0, 2.0], "too short"),
        n=whole(40),
    ),
    "maximum_likelihood.numeric_jacobian": case(
        maximum_likelihood.numeric_jacobian, function=Argument(np.exp, {}), at=row([1.0, 2.0])
    ),
    "maximum_likelihood.delta_method": case(
        maximum_likelihood.delta_method, function=Argument(np.exp, {}), maximum=made(MAXIMUM)
    ),
    "pricing.price_acceptance": case(
        pricing.price_acceptance,
        answers=frame(PRICES),
        accounts=Argument(np.arange(60), {"too short": [1], "NaN": [np.nan] * 60}),
        draws=whole(20),
        seed=seed(),
        level=level(),
    ),
    "pricing.acceptance_curves": case(
        pricing.acceptance_curves, prices=table(PRICES.to_numpy(), "too short")
    ),
    "pricing.curve_crossings": case(
        pricing.curve_crossings,
        grid=paired([1.0, 2.0, 3.0]),
        shares=Argument(
            np.linspace(0, 1, 12).reshape(1, 4, 3),
            {
                "NaN": np.full((1, 4, 3), np.nan),
                "infinite": np.full((1, 4, 3), np.inf),
                "text": np.full((1, 4, 3), "a"),
                "one-dimensional": X,
                "two-dimensional": [X],
                "empty": [],
                "too short": np.ones((1, 4, 2)),
            },
        ),
    ),
    "pricing.waited_skimming": case(pricing.waited_skimming, patience=share(0.5)),
    "pricing.skimming_plan": case(
        pricing.skimming_plan,
        willingness=row(WILLING),
        cost=number(0.0),
        periods=whole(2),
        patience=Argument([0.0, 0.5], row([0.0, 0.5]).bad | {"too large": [2.0]}),
        draws=whole(20),
        seed=seed(),
        level=level(),
    ),
    "pricing.path_profit": case(
        pricing.path_profit,
        willingness=row(WILLING),
        prices=row([20.0, 10.0]),
        cost=number(0.0),
        patience=share(0.5),
        discount=within(0.9, -1),
    ),
    "pricing.best_prices": case(
        pricing.best_prices, willingness=row(WILLING), periods=whole(2), cost=number(0.0)
    ),
    "regression.AccountEstimates.weighted": case(
        ESTIMATES.weighted, weights=paired([1.0, 2.0], "two-dimensional")
    ),
    "regression.AccountEstimates.beside": case(
        ESTIMATES.beside, other=made(ESTIMATES, others=link)
    ),
    "regression.AccountEstimates.interval": case(
        ESTIMATES.interval, which=Argument(0, whole(0, 0).bad | {"too large": 2}), level=level()
    ),
    "regression.AccountEstimates.p_above": case(
        ESTIMATES.p_above,
        threshold=number(0.0, "NaN", "infinite"),
        which=Argument(0, whole(0, 0).bad | {"too large": 2}),
    ),
    "regression.AccountEstimates.draws": case(ESTIMATES.draws, draws=whole(20), seed=seed()),
    "regression.AccountEstimates.product": case(
        ESTIMATES.product,
        first=Argument(0, whole(0, 0).bad | {"too large": 2}),
        second=Argument(1, whole(0, 0).bad | {"too large": 2}),
        level=level(),
    ),
    "regression.linear_regression": case(
        regression.linear_regression,
        outcome=paired(POINTS + RNG.normal(size=N)),
        design=Argument(DESIGN, table(DESIGN).bad | {"repeated": np.ones((N, 2))}),
        accounts=codes(UNITS),
        count=whole(N, N),
    ),
    "regression.LogitFit.probabilities": late(
        logit,
        "probabilities",
        shift=Argument([1.0, 0.0], {"text": "a", "too long": X, "None": "x"}),
    ),
    "regression.fit_logit": case(
        regression.fit_logit,
        outcome=answers(Y),
        design=Argument(DESIGN, table(DESIGN).bad | {"repeated": np.ones((N, 2))}),
    ),
    "regression.AccountJackknife.of": case(
        regression.AccountJackknife.of, fit=made(logit), accounts=codes(UNITS), count=whole(N, N)
    ),
    "regression.AccountJackknife.mean": late(
        jackknife, "mean", rows=table(np.ones((N, 2))), gradient=table(np.eye(2))
    ),
    "repeat_buying.purchase_summary": case(
        repeat_buying.purchase_summary,
        purchases=frame(PURCHASES, "no rows"),
        until=day("2024-12-31"),
        days=within(7.0, 0),
    ),
    "repeat_buying.buying_days": case(
        repeat_buying.buying_days,
        purchases=Argument(
            PURCHASES,
            frame(PURCHASES).bad
            | {
                "no dates": PURCHASES.assign(date="soon"),
                "an empty date": PURCHASES.assign(date=pd.NaT),
                "numbers of dates": PURCHASES.assign(date=[[1]] * len(PURCHASES)),
                "no customer": PURCHASES.assign(customer=None),
            },
            ("no rows",),
        ),
    ),
    "repeat_buying.BgNbd.expected": case(BG_NBD.expected, t=numbers(X)),
    "repeat_buying.BgNbd.expected_given": case(
        BG_NBD.expected_given,
        t=numbers([39.0] * 2),
        x=numbers([2.0, 0.0]),
        tx=numbers([30.4, 0.0]),
        T=numbers([38.9, 38.9]),
    ),
    "repeat_buying.BgNbd.alive": case(
        BG_NBD.alive,
        x=numbers([2.0, 0.0]),
        tx=numbers([30.4, 0.0]),
        T=numbers([38.9, 38.9]),
    ),
    "repeat_buying.BgNbd.chance": case(BG_NBD.chance, n=whole(2, 0), t=within(39.0, -1)),
    "repeat_buying.FittedBgNbd.parameters": late(buying, "parameters", level=level()),
    "repeat_buying.FittedBgNbd.interval": late(
        buying,
        "interval",
        question=Argument(lambda model: model.expected(39), {}),
        level=level(),
    ),
    "repeat_buying.fit_bg_nbd": case(
        repeat_buying.fit_bg_nbd, history=frame(history()[["frequency", "recency", "T"]])
    ),
    "repeat_buying.history_numbers": case(
        repeat_buying.history_numbers,
        history=history_table("no rows"),
        columns=Argument(["T", "monetary"], {"another": ["other"]}),
    ),
    "repeat_buying.holdout_check": case(
        repeat_buying.holdout_check,
        purchases=frame(PURCHASES),
        split=day("2024-07-01"),
        until=day("2024-12-31"),
        days=within(7.0, 0),
    ),
    "response.ResponseSpread.interval": case(SPREAD.interval, level=level()),
    "response.ResponseSpread.p_at_least": case(SPREAD.p_at_least, threshold=within(0.1, -1)),
    "response.response_spread": case(
        response.response_spread,
        contacts=Argument([10_000, 10_000], counts([10_000, 10_000]).bad | {"all 0": [0, 0]}),
        conversions=counts([300, 420]),
    ),
    "response.LostShare.interval": case(LOST.interval, level=level()),
    "response.LostShare.p_at_most": case(LOST.p_at_most, threshold=number(0.1)),
    "response.lost_share_at_rates": case(
        response.lost_share_at_rates,
        rates=table([[0.1, 0.05], [0.1, 0.1]], "three-dimensional"),
        contacts=table([[100.0, 100.0], [100.0, 100.0]]),
    ),
    "response.lost_share": case(
        response.lost_share,
        contacts=table([[9_000, 9_000], [9_000, 9_000]]),
        conversions=table([[300, 420], [400, 300]]),
        draws=whole(20),
        seed=seed(),
    ),
    "response.AllocationProblem": case(
        response.AllocationProblem,
        spend=counts([5.0, 5.0]),
        margin=paired([9.0, 12.0]),
        error=counts([1.0, 1.0]),
        exponents=row([0.5, 0.8]),
        level=level(),
    ),
    "response.maximise_lower_end": case(
        response.maximise_lower_end, field=made(FIELD), start=counts([1.0, 1.0]), guard=share(0.5)
    ),
    "satisfaction.satisfaction_index": case(
        satisfaction.satisfaction_index,
        answers=Argument(POINTS, paired(POINTS).bad, ("NaN",)),
        accounts=codes(UNITS),
        counted=counts(np.ones(N), "None"),
        level=level(),
    ),
    "satisfaction.respondent_scores": case(
        satisfaction.respondent_scores,
        answers=table([[40.0, 80.0], [20.0, 60.0]], "NaN", "empty", "too short"),
        weights=counts([1.0, 3.0], "None"),
    ),
    "satisfaction.net_promoter": case(
        satisfaction.net_promoter,
        promoters=within(13, -1, 40),
        detractors=within(9, -1, 40),
        n=within(36, 0),
        level=level(),
    ),
    "satisfaction.net_promoter_by_account": case(
        satisfaction.net_promoter_by_account,
        answers=paired(RNG.integers(0, 11, N).astype(float), "NaN"),
        accounts=codes(UNITS),
        counted=counts(np.ones(N), "None"),
        level=level(),
    ),
    "satisfaction.promoter_scores": case(
        satisfaction.promoter_scores, answers=numbers(X, "infinite")
    ),
    "segmentation.find_segments": case(
        segmentation.find_segments,
        traits=trait_table(),
        accounts=codes(UNITS),
        most=whole(1),
        seed=seed(),
    ),
    "segmentation.segment_profile": case(
        segmentation.segment_profile,
        traits=trait_table(),
        labels=Argument(UNITS % 2, codes(UNITS % 2).bad | {"negative": UNITS - 2}),
        accounts=codes(UNITS),
        level=level(),
    ),
    "segmentation.merge_rare_levels": case(
        segmentation.merge_rare_levels, column=made(TRAITS["city"]), rare=share(0.03)
    ),
    "segmentation.is_numeric_trait": case(
        segmentation.is_numeric_trait, column=made(TRAITS["age"])
    ),
    "segmentation.fifth_scores": case(segmentation.fifth_scores, values=row(X), parts=whole(5)),
    "segmentation.rfm_scores": case(segmentation.rfm_scores, history=history_table()),
    "segmentation.response_by_cell": case(
        segmentation.response_by_cell,
        cells=made(
            pd.Series(["a", "b", "a", "b"]),
            empty=pd.Series([], dtype=object),
            missing=pd.Series(["a", None, "a", "b"]),
        ),
        answered=answers([1, 0, 1, 0]),
        level=level(),
    ),
    "shrinkage.shrunken_rates": case(
        shrinkage.shrunken_rates,
        successes=counts([0, 30, 1]),
        trials=counts([2, 300, 2]),
        level=level(),
    ),
    "shrinkage.shrunken_means": case(
        shrinkage.shrunken_means,
        means=paired([28, 8, -3]),
        errors=Argument([15, 10, 16], counts([15, 10, 16]).bad | {"zero": [15, 10, 0]}),
        sizes=counts([50, 50, 50]),
        level=level(),
    ),
    "survival.SurvivalCurve.at": case(CURVE.at, time=number(2.0, "infinite")),
    "survival.kaplan_meier": case(
        survival.kaplan_meier,
        durations=counts(X),
        happened=answers([1, 0, 1, 0]),
        level=level(),
    ),
    "survival.mature_cohorts": case(
        survival.mature_cohorts,
        first=Argument(
            ["2024-01-05", "2024-03-30"],
            {"text": "soon", "no dates": ["soon"], "empty": [], "None": None, "unknown": [None]},
        ),
        horizon=within(60, -1),
        until=day("2024-05-01"),
    ),
    "themes.fold_text": case(themes.fold_text, text=Argument("Ok", {"NaN": np.nan, "None": None})),
    "themes.folded_words": case(
        themes.folded_words, text=Argument("Ok", {"NaN": np.nan, "None": None})
    ),
    "themes.CodedTexts": case(
        themes.CodedTexts,
        themes=Argument(("price", "taste"), {}),
        marks=table(MARKS, "empty", "too short"),
    ),
    "themes.code_texts": case(
        themes.code_texts,
        texts=Argument(
            ["it leaked"], {"one text": "it leaked", "NaN": [np.nan], "None": None, "a number": 3}
        ),
        words=Argument(
            {"dry": ["leak"]},
            {
                "one word": {"dry": "leak"},
                "a list": ["leak"],
                "NaN": {"dry": [np.nan]},
                "None": None,
            },
        ),
    ),
    "themes.theme_contrasts": case(
        themes.theme_contrasts,
        coded=made(CODED),
        first=answers(np.arange(80) % 4 < 2),
        second=answers(np.arange(80) % 4 >= 2),
        accounts=codes(np.arange(80)),
        level=level(),
        prior=within(10.0, 0),
    ),
}
CALLS = calls(CASES)


def test_every_public_function_is_called_with_bad_input() -> None:
    assert public_names(models) == set(CASES) | LEFT_OUT


@pytest.mark.parametrize("name", CASES)
def test_good_input_gives_a_result(name: str) -> None:
    check_good(CASES[name])


@pytest.mark.parametrize(("name", "argument", "wrong"), CALLS)
def test_bad_input_is_refused_with_what_was_expected_and_found(
    name: str, argument: str, wrong: str
) -> None:
    check_bad(CASES[name], argument, wrong)
