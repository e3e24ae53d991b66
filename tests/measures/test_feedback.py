"""Who is heard against whose say: shares by hand, symmetry, accounts in both tables, folding.

What the feedback speaks of: words in any script, coders' themes, and shares by role.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame, points
from toolkit.client.model import Attribute
from toolkit.measures.feedback import (
    FeedbackByRole,
    FeedbackThemes,
    FeedbackVersusSay,
    feedback_by_role,
    feedback_themes,
    feedback_versus_say,
)
from toolkit.measures.influence import influence_shares
from toolkit.stats.interval import CannotTell

OTHER = {"buyer": "consumer", "consumer": "buyer", "both": "both"}


def heard(roles: Sequence[str], accounts: Sequence[str | None]) -> pd.DataFrame:
    """Feedback rows of those roles from those accounts."""
    rows = [
        {"feedback_id": f"f{i}", "role": role, "account_id": account}
        for i, (role, account) in enumerate(zip(roles, accounts, strict=True))
    ]
    return frame("feedback", rows)


def told(shares: list[float]) -> list[dict]:
    """One buyer per account who gives the consumer that share of 100 points."""
    rows: list[dict] = []
    for account, share in enumerate(shares):
        rows += points(account, "buyer", buyer=100 * (1 - share), consumer=100 * share)
    return rows


def pair_of(feedback: pd.DataFrame, shares: list[float]) -> FeedbackVersusSay:
    """Both shares of a made client."""
    reported = influence_shares(frame("influence", told(shares)), 10, np.random.SeedSequence(1))
    assert reported is not None
    found = feedback_versus_say(feedback_by_role(feedback), reported)
    assert found is not None
    return found


def test_a_speaker_who_pays_and_uses_counts_half_for_each() -> None:
    shares = feedback_by_role(
        heard(["buyer", "consumer", "both", "both"], ["a", "b", "c", "d"])
    ).shares(level=0.95)
    assert shares["consumer"].value == pytest.approx(0.5)
    assert shares["buyer"].value == pytest.approx(0.5)


def test_an_utterance_without_account_is_an_account_of_its_own() -> None:
    found = feedback_by_role(heard(["buyer"] * 4, ["a", "a", None, None]))
    assert len(found.names) == 3
    assert sorted(found.utterances) == [1, 1, 2]


def test_ten_reviews_of_one_account_are_not_ten_accounts() -> None:
    alone = feedback_by_role(heard(["buyer", "consumer"] * 40, [f"a{i}" for i in range(80)]))
    together = feedback_by_role(
        heard(["buyer", "consumer"] * 40, [f"a{i % 16}" for i in range(80)])
    )
    crowd = feedback_by_role(
        heard(["buyer"] * 40 + ["consumer"] * 40, [f"a{i // 10}" for i in range(80)])
    )
    widths = [v.shares(level=0.95)["consumer"] for v in (alone, together, crowd)]
    assert widths[2].high - widths[2].low > 2 * (widths[0].high - widths[0].low)
    assert widths[1].n == 16


def test_the_distance_is_of_say_between_the_two_and_the_share_heard() -> None:
    feedback = heard(["consumer"] * 10 + ["buyer"] * 30, [f"x{i}" for i in range(40)])
    pair = pair_of(feedback, [0.7, 0.5] * 20)
    found = pair.distance(level=0.95)
    assert found.value == pytest.approx(0.6 - 0.25)
    assert found.low < 0.35 < found.high


def test_swapping_the_roles_leaves_the_distance_alone() -> None:
    roles, accounts = ["consumer", "buyer", "both", "consumer"] * 10, [f"a{i}" for i in range(40)]
    shares = [0.2, 0.3, 0.5, 0.1] * 10
    ours = pair_of(heard(roles, accounts), shares)
    mirror = pair_of(heard([OTHER[r] for r in roles], accounts), [1 - s for s in shares])
    one, two = ours.distance(level=0.95), mirror.distance(level=0.95)
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high))
    assert ours.p_above(0.2) == pytest.approx(mirror.p_above(0.2))


def test_what_accounts_have_in_common_in_both_tables_is_seen() -> None:
    shares = [0.9] * 20 + [0.1] * 20
    roles = ["consumer"] * 20 + ["buyer"] * 20
    joined = pair_of(heard(roles, [f"a{i}" for i in range(40)]), shares)
    apart = pair_of(heard(roles, [f"z{i}" for i in range(40)]), shares)
    assert joined.n == 40
    assert apart.n == 80
    assert joined.correlation > 0.9
    assert apart.correlation == 0
    widths = [p.difference(level=0.95) for p in (joined, apart)]
    assert widths[0].high - widths[0].low < widths[1].high - widths[1].low


def test_a_difference_that_may_be_nothing_begins_at_nothing() -> None:
    pair = pair_of(heard(["consumer", "buyer"] * 20, [f"x{i}" for i in range(40)]), [0.4, 0.6] * 20)
    found = pair.distance(level=0.95)
    assert found.low == 0
    assert found.value == pytest.approx(0, abs=1e-9)
    assert pair.p_above(0.2) > 0.9


def test_where_neither_has_a_say_there_is_nothing_to_compare() -> None:
    rows = [row for i in range(5) for row in points(i, "buyer", gatekeeper=100)]
    reported = influence_shares(frame("influence", rows), 10, np.random.SeedSequence(1))
    assert reported is not None
    assert (
        feedback_versus_say(FeedbackByRole(pd.Index(["a"]), np.ones(1), np.ones(1)), reported)
        is None
    )


def test_p_and_interval_tell_the_same_story_and_without_threshold_both_sides_count() -> None:
    feedback = heard(["consumer"] * 12 + ["buyer"] * 48, [f"x{i}" for i in range(60)])
    pair = pair_of(feedback, [0.6, 0.5] * 30)
    ends = pair.difference(level=0.95)
    assert pair.p_above(ends.low) == pytest.approx(0.025, abs=1e-6)
    assert pair.p_above(pair.gap) == pytest.approx(0.5, abs=1e-6)
    lines = [0.0, 0.1, 0.2, 0.3, 0.4, 0.6]
    values = [pair.p_above(line) for line in lines]
    assert values == sorted(values)


ATTRIBUTES = {
    "price": Attribute("price", "Price", "reason", ("price", "qiymət")),
    "fit": Attribute("fit", "Snug fit", "experience"),
}


def coded_feedback(*rows: tuple[str, str | None, str | None]) -> FeedbackThemes | None:
    """Feedback of (role, text, theme), each from an account of its own."""
    made = [
        {"feedback_id": f"f{i}", "role": role, "text": text, "theme": theme, "account_id": f"a{i}"}
        for i, (role, text, theme) in enumerate(rows)
    ]
    return feedback_themes(frame("feedback", made), ATTRIBUTES)


def test_words_are_found_however_they_are_written_and_names_stand_in_for_words() -> None:
    found = coded_feedback(
        ("buyer", "QİYMƏTİ bahalıdır", None),
        ("consumer", "the snug fit is lovely", None),
        ("consumer", "no idea", "fit"),
    )
    assert found is not None
    assert found.coded.marks.tolist() == [[True, False], [False, True], [False, False]]
    assert found.uncoded(level=0.95).value == pytest.approx(1 / 3)


def test_a_coders_theme_counts_where_nothing_was_written_down() -> None:
    found = coded_feedback(
        ("buyer", None, "price"), ("buyer", None, "weather"), ("buyer", None, None)
    )
    assert found is not None
    assert found.coded.marks.tolist() == [[True, False], [False, False]]
    assert found.silent == 1


def test_shares_of_a_role_are_of_its_coded_utterances_and_both_counts_half() -> None:
    rows = [("buyer", "price", None)] * 6 + [("both", "snug fit", None)] * 4
    found = coded_feedback(*rows, *[("consumer", "price", None)] * 6)
    assert found is not None
    shares = found.themes(level=0.95)
    assert shares["buyer:price"].value == pytest.approx(6 / 8)
    assert shares["consumer:fit"].value == pytest.approx(2 / 8)


def test_who_speaks_more_of_what_turns_with_the_roles() -> None:
    rows = [("buyer", "price", None)] * 30 + [("buyer", "snug fit", None)] * 10
    rows += [("consumer", "price", None)] * 10 + [("consumer", "snug fit", None)] * 30
    other = {"buyer": "consumer", "consumer": "buyer"}
    ours, mirror = coded_feedback(*rows), coded_feedback(*[(other[r], t, c) for r, t, c in rows])
    assert ours is not None
    assert mirror is not None
    one, two = ours.leans(level=0.95), mirror.leans(level=0.95)
    assert not isinstance(one, CannotTell)
    assert not isinstance(two, CannotTell)
    leans = {lean.theme: lean.log_odds for lean in two}
    for lean in one:
        assert lean.log_odds.value == pytest.approx(-leans[lean.theme].value)
    assert {lean.theme: lean.log_odds.low > 0 for lean in one} == {"price": True, "fit": False}


def test_feedback_without_a_word_says_nothing() -> None:
    assert coded_feedback(("buyer", None, None)) is None
