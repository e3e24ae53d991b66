"""Bad input to `models`: refused with a sentence, never by an error from deep inside."""

from __future__ import annotations

import pytest

from tests.bad_input import calls, check_bad, check_good, public_names
from tests.models.bad_input_answers import ANSWER_CASES
from tests.models.bad_input_purchases import PURCHASE_CASES
from toolkit import models

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

CASES = PURCHASE_CASES | ANSWER_CASES
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
