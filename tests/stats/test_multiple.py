import numpy as np
import pytest

from toolkit.stats.multiple import benjamini_hochberg, holm

# Fifteen p values: Benjamini & Hochberg (1995), JRSS B 57, 289–300, section 4.1
FIFTEEN = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
FIFTEEN += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_as_many_are_rejected_as_published() -> None:
    assert (holm(FIFTEEN) < 0.05).sum() == 3
    assert (benjamini_hochberg(FIFTEEN) < 0.05).sum() == 4


def test_holm_steps_down_and_benjamini_hochberg_steps_up() -> None:
    assert holm([0.01, 0.02, 0.5]) == pytest.approx([0.03, 0.04, 0.5])
    assert benjamini_hochberg([0.01, 0.02, 0.5]) == pytest.approx([0.03, 0.03, 0.5])
    assert holm([0.6, 0.9]) == pytest.approx([1, 1])


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_the_order_of_the_tests_does_not_matter(adjust: type) -> None:
    order = np.random.default_rng(1).permutation(15)
    assert adjust(np.array(FIFTEEN)[order]) == pytest.approx(np.array(adjust(FIFTEEN))[order])


def test_holm_keeps_any_false_find_below_the_level() -> None:
    families = np.random.default_rng(2).random((4000, 8))
    any_found = np.mean([holm(p).min() < 0.05 for p in families])
    assert any_found == pytest.approx(1 - (1 - 0.05 / 8) ** 8, abs=0.011)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_one_test_or_none_stays_as_it_is(adjust: type) -> None:
    assert adjust([0.03]) == pytest.approx([0.03])
    assert adjust([]).size == 0


@pytest.mark.parametrize("p", [[0.1, float("nan")], [1.2], [-0.1], [[0.1]]])
def test_what_is_no_p_is_refused(p: list[float]) -> None:
    with pytest.raises(ValueError, match="p: expected"):
        holm(p)
