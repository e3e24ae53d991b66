"""Where is each published number proved? Every method with its source, and the tests that hold it.

The numbers stand in those tests, each with its source beside it. Here nothing is computed: a test
that is gone, or one of tests/reference that no method claims, fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).resolve().parent
IDENTITY = "identity"  # a formula that proves itself: no source to name

# a file, in it methods each with a name its source is known by, then the tests
TABLE = """
stats/test_shares.py
  share of a count | Newcombe
    test_wilson_gives_the_published_ends
  two shares | Newcombe
    test_newcombe_gives_the_published_ends
  several shares at once | Sison
    test_goodman_gives_the_known_ends
stats/test_means.py
  means and their difference | Student
    test_the_paired_difference_gives_the_published_ends
    test_the_difference_gives_the_published_ends
reference/test_groups_and_agreement.py
  say: agreement of informants | krippendorff
    test_the_agreement_of_three_coders
  segments: latent classes | poLCA
    TestLatentClassesOfLinzerAndLewis.test_universal_and_particular_values
    TestLatentClassesOfLinzerAndLewis.test_seven_pathologists
    TestLatentClassesOfLinzerAndLewis.test_what_people_think_of_surveys
  segments: agreement of groupings | Hubert
    test_the_adjusted_rand_index_of_hubert_and_arabie
  shrinkage of means | Gelman
    test_eight_schools_lean_as_in_bayesian_data_analysis
stats/test_agreement.py
  rank agreement of roles | Hollander
    test_tau_gives_the_published_number
stats/test_kinks.py
  misallocation, distance of shares | Mean distance
    test_the_distance_is_the_share_that_would_have_to_move
    test_noise_alone_makes_a_distance_of_the_known_size
stats/test_hypothesis_tests.py
  several tests | Benjamini
    test_as_many_are_rejected_as_published
stats/test_strata.py
  reversal within strata: kidney stones | Charig
    test_kidney_stones_turn_within_sizes_as_published
  reversal within strata: Berkeley | Bickel
    test_berkeley_admitted_more_men_pooled_and_not_within_departments
reference/test_buying_and_pricing.py
  life cycle: Bass curve and turns | Cowpertwait
    TestDiffusion.test_video_recorders
  life cycle: peaks of eleven durables | Bass (1969)
    TestDiffusion.test_when_eleven_durables_sold_most
  skimming against one price | Bulow
    TestPrices.test_skimming_hurts_where_buyers_wait
  freemium break-even | identity
    TestPrices.test_freemium_break_even
  retention: survival | Freireich
    TestSurvival.test_the_share_in_remission
    TestSurvival.test_greenwoods_error
  retention: renewals of contracts (sBG) | Fader & Hardie (2007)
    TestRenewals.test_seven_renewals_tell_the_twelfth
  repeat buying (BG/NBD) | Fader, Hardie & Lee (2005)
    TestRepeatBuyingAtCdnow.test_the_history_is_the_published_one
    TestRepeatBuyingAtCdnow.test_the_parameters_and_their_errors
    TestRepeatBuyingAtCdnow.test_the_expected_purchases_of_a_new_customer
    TestRepeatBuyingAtCdnow.test_what_a_customer_who_bought_twice_will_do
    TestRepeatBuyingAtCdnow.test_the_chance_of_no_repeat_purchase_in_39_weeks
    TestRepeatBuyingAtCdnow.test_six_in_ten_never_buy_again
  spending of repeat buyers (Gamma-Gamma) | Fader & Hardie (2013)
    TestSpendingAtCdnow.test_the_parameters_of_946_repeat_buyers
    TestSpendingAtCdnow.test_what_the_first_ten_customers_will_spend
    TestSpendingAtCdnow.test_spend_hardly_goes_with_frequency
  value of a contract | Gupta & Lehmann
    TestRetentionMultiple.test_the_multiple
  levers: gain, chance, difference | Newcombe (1998)
    TestLevers.test_a_lever_that_probably_pays
    TestLevers.test_the_difference_of_two_rates
  loss aversion | Tversky
    TestBehaviour.test_prospect_value_of_a_hundred
    TestBehaviour.test_loss_aversion_carries_its_published_range
  hyperbolic discounting | Kirby
    TestBehaviour.test_hyperbolic_value
    TestBehaviour.test_indifference
  sunk cost | Arkes
    TestBehaviour.test_sunk_cost_as_published
models/test_pricing.py
  price acceptance by payers | Westendorp
    test_four_payers_by_hand
    test_every_curve_reaches_nought_and_one
reference/test_satisfaction_and_links.py
  net promoter score | Rocks
    test_the_net_promoter_score_of_rocks
  satisfaction index | Ohio
    test_the_index_of_fornell_with_the_weights_of_ohio_and_with_equal_ones
  themes: log-odds with a Dirichlet prior | Monroe
    test_equal_counts_give_no_log_odds_in_the_contrast_of_monroe
  linkage: logit and marginal effects | Spector
    TestTheLogitOfSpectorAndMazzeo.test_coefficients_and_likelihood
    TestTheLogitOfSpectorAndMazzeo.test_average_marginal_effects_and_their_errors
  linkage: E-value | Annals of Internal Medicine
    test_the_e_values_of_vanderweele_and_ding
  mediation | pingouin
    TestMediationOfPingouin.test_paths
    TestMediationOfPingouin.test_the_last_step_alone
  kinds of loyalty | Goodman
    test_kinds_of_loyalty_have_the_intervals_of_goodman
reference/test_who_pays.py
  who pays changes use (RAND, randomised) | Cameron & Trivedi
    test_who_does_not_pay_visits_more
    test_the_poisson_model_of_visits
    test_the_negative_binomial_model_of_visits
"""


class Proof(NamedTuple):
    """One test: in which file, by which method, and a name of the source that stands there."""

    file: str
    method: str
    source: str
    test: str


def proofs() -> Iterator[Proof]:
    """The table, line by line; how far a line stands in says what it is."""
    file = method = source = ""
    for line in TABLE.strip("\n").splitlines():
        indent, said = len(line) - len(line.lstrip()), line.strip()
        if indent == 0:
            file = said
        elif indent == 2:
            method, source = said.split(" | ")
        else:
            yield Proof(file, method, source, said)


PROOFS = tuple(proofs())


@cache
def named_in(file: str) -> frozenset[str]:
    """Names of the tests of a file, those of a class with its name before them."""
    names = set()
    for node in ast.parse((TESTS / file).read_text("utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        names |= {prefix + item.name for item in inside if isinstance(item, ast.FunctionDef)}
    return frozenset(name for name in names if name.rpartition(".")[2].startswith("test_"))


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: f"{proof.method}: {proof.test}")
def test_the_named_test_is_there_and_its_source_beside_the_number(proof: Proof) -> None:
    assert proof.test in named_in(proof.file)
    assert proof.source == IDENTITY or proof.source in (TESTS / proof.file).read_text("utf-8")


def test_every_published_number_of_the_references_belongs_to_a_method() -> None:
    files = {f"reference/{path.name}" for path in (TESTS / "reference").glob("test_*.py")}
    there = {(file, name) for file in files for name in named_in(file)}
    assert there <= {(proof.file, proof.test) for proof in PROOFS}


def test_no_test_is_listed_twice() -> None:
    listed = [(proof.file, proof.test) for proof in PROOFS]
    assert len(listed) == len(set(listed))
