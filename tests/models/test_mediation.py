"""Direct and indirect parts: recovery, identities, account by account."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stats.worlds import at_most
from toolkit.models.cannot import CannotTell
from toolkit.models.mediation import Mediation, mediation


def parts(n: int, seed: int, each: int = 1) -> Mediation:
    """A world with a = 0.5, b = 0.6, direct 0.1, whose rows repeat within accounts."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(n), each)
    x = rng.normal(size=n)[of] + 0.3 * rng.normal(size=len(of))
    m = 0.5 * x + rng.normal(size=n)[of] + 0.3 * rng.normal(size=len(of))
    y = 0.1 * x + 0.6 * m + rng.normal(size=n)[of] + 0.3 * rng.normal(size=len(of))
    found = mediation(x, m, y, of, draws=599)
    assert isinstance(found, Mediation)
    return found


def test_total_is_direct_plus_indirect_and_indirect_is_a_times_b() -> None:
    one = parts(80, 1)
    assert one.total.value == pytest.approx(one.direct.value + one.indirect.value)
    assert one.indirect.value == pytest.approx(one.a.value * one.b.value)


def test_every_part_is_covered_where_accounts_repeat_themselves() -> None:
    true = {"a": 0.5, "b": 0.6, "total": 0.4, "direct": 0.1, "indirect": 0.3}
    misses = dict.fromkeys(true, 0)
    for seed in range(150):
        one = parts(60, seed, each=4)
        for name, value in true.items():
            ends = getattr(one, name)
            misses[name] += not ends.low <= value <= ends.high
    for name in true:
        assert at_most(0.07, misses[name], 150), name


def test_units_and_origins_do_not_matter() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=50)
    m = x + rng.normal(size=50)
    y = m + rng.normal(size=50)
    one, other = (mediation(k * x + 3, 2 * m - 9, y, np.arange(50)) for k in (1, 10))
    assert isinstance(one, Mediation)
    assert isinstance(other, Mediation)
    assert one.indirect.low == pytest.approx(10 * other.indirect.low)


def test_a_middle_that_repeats_the_first_is_not_told_apart() -> None:
    x = np.arange(40.0)
    same = mediation(x, 2 * x + 1, x**2, np.arange(40))
    assert isinstance(same, CannotTell)
    few = mediation(x[:20], x[:20] ** 2, x[:20], np.arange(20))
    assert isinstance(few, CannotTell)
    assert "20 accounts" in few.why
