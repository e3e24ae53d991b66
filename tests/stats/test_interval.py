from toolkit.stats.interval import Interval


def test_a_negated_interval_swaps_its_ends() -> None:
    assert -Interval(2, 1, 4, 30, "m") == Interval(-2, -4, -1, 30, "m")


def test_a_scaled_interval_keeps_what_it_rests_on() -> None:
    assert Interval(2, 1, 4, 30, "m").scaled(10) == Interval(20, 10, 40, 30, "m")


def test_a_known_constant_has_no_width() -> None:
    known = Interval.constant(0.25, 12)
    assert (known.low, known.value, known.high, known.n) == (0.25, 0.25, 0.25, 12)
