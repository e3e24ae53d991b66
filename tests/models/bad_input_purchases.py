"""What customers buy and pay: each function with good and bad arguments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.bad_input import (
    Argument,
    answers,
    case,
    counts,
    day,
    frame,
    late,
    level,
    made,
    number,
    numbers,
    paired,
    row,
    seed,
    share,
    table,
    whole,
    within,
    word,
)
from tests.models.bad_input_parts import (
    BASS,
    BG_NBD,
    CURVE,
    FIELD,
    KNOWN,
    LOST,
    PRICES,
    PURCHASES,
    SALES,
    SPREAD,
    TRIAL,
    UNKNOWN,
    WILLING,
    X,
    buying,
    history,
    history_table,
    renewals,
    spending,
    values,
)
from toolkit.models import (
    behaviour,
    conversion,
    customer_value,
    diffusion,
    pricing,
    repeat_buying,
    response,
    survival,
)

PURCHASE_CASES = {
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
}
