"""What people answer, and how it goes together: each function with good and bad arguments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.bad_input import (
    Argument,
    answers,
    case,
    codes,
    counts,
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
    CODED,
    DESIGN,
    ESTIMATES,
    ITEMS,
    MARKS,
    MAXIMUM,
    POINTS,
    RNG,
    TRAITS,
    UNITS,
    N,
    X,
    Y,
    bowl,
    fits,
    grouping,
    history_table,
    jackknife,
    link,
    logit,
    trait_table,
)
from toolkit.models import (
    latent_groups,
    linkage,
    maximum_likelihood,
    regression,
    satisfaction,
    segmentation,
    shrinkage,
    themes,
)
from toolkit.models.latent_groups import MixedItems, category_items

ANSWER_CASES = {
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
