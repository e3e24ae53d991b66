"""Worlds in which all fifteen mistakes have a wished multiple of their threshold at once."""

from __future__ import annotations

from dataclasses import replace

from tests.calibration.dials.clients import chasing_one_offs, clients_left, first_sale_only, trading
from tests.calibration.dials.life_cycle import stage_mismatch
from tests.calibration.dials.loyalty import hostages, sold_not_used
from tests.calibration.dials.segments import phantom_segments, sized, wrong_audience
from tests.calibration.dials.voices import one_ear
from tests.calibration.worlds import world
from toolkit.simulate.world import Usage, World

BUSIEST = "2024-06"  # the month in which most first orders fall


def whole(times: float, *, conversions: float) -> World:
    """The world of `worlds.world` with everything else a client can have, every dial at `times`.

    Dials are turned in an order in which no later one moves what an earlier one has set.
    """
    made = phantom_segments(wrong_audience(sized(world(times), conversions), times), times)
    made = hostages(stage_mismatch(trading(made), times), times)
    made = replace(made, usage=Usage(until=BUSIEST, idle=0.0))
    for dial in (first_sale_only, chasing_one_offs, clients_left, one_ear, sold_not_used):
        made = dial(made, times)
    return stage_mismatch(made, times)
