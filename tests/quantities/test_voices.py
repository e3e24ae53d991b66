"""Who is heard against whose say: shares by hand, symmetry, accounts in both tables, folding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from tests.clients import frame, points
from toolkit.quantities.off_say import OffSay, off_say
from toolkit.quantities.say import say
from toolkit.quantities.voices import Voices, voices

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


def pair_of(feedback: pd.DataFrame, shares: list[float]) -> OffSay:
    """Both shares of a made client."""
    reported = say(frame("influence", told(shares)), 10, np.random.SeedSequence(1))
    assert reported is not None
    found = off_say(voices(feedback), reported)
    assert found is not None
    return found


def test_a_speaker_who_pays_and_uses_counts_half_for_each() -> None:
    shares = voices(heard(["buyer", "consumer", "both", "both"], ["a", "b", "c", "d"])).shares(
        level=0.95
    )
    assert shares["consumer"].value == pytest.approx(0.5)
    assert shares["buyer"].value == pytest.approx(0.5)


def test_an_utterance_without_account_is_an_account_of_its_own() -> None:
    found = voices(heard(["buyer"] * 4, ["a", "a", None, None]))
    assert len(found.names) == 3
    assert sorted(found.utterances) == [1, 1, 2]


def test_ten_reviews_of_one_account_are_not_ten_accounts() -> None:
    alone = voices(heard(["buyer", "consumer"] * 40, [f"a{i}" for i in range(80)]))
    together = voices(heard(["buyer", "consumer"] * 40, [f"a{i % 16}" for i in range(80)]))
    crowd = voices(heard(["buyer"] * 40 + ["consumer"] * 40, [f"a{i // 10}" for i in range(80)]))
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
    reported = say(frame("influence", rows), 10, np.random.SeedSequence(1))
    assert reported is not None
    assert off_say(Voices(pd.Index(["a"]), np.ones(1), np.ones(1)), reported) is None


def test_p_and_interval_tell_the_same_story_and_without_threshold_both_sides_count() -> None:
    feedback = heard(["consumer"] * 12 + ["buyer"] * 48, [f"x{i}" for i in range(60)])
    pair = pair_of(feedback, [0.6, 0.5] * 30)
    ends = pair.difference(level=0.95)
    assert pair.p_above(ends.low) == pytest.approx(0.025, abs=1e-6)
    assert pair.p_above(pair.gap) == pytest.approx(0.5, abs=1e-6)
    lines = [0.0, 0.1, 0.2, 0.3, 0.4, 0.6]
    values = [pair.p_above(line) for line in lines]
    assert values == sorted(values)
