"""The sample clients, after the articles' cases, in the order a newcomer should meet them."""

from collections.abc import Mapping

from toolkit.simulate.sample import SampleClient
from toolkit.simulate.samples.bright_reader import BRIGHT_READER
from toolkit.simulate.samples.corner_coffee import CORNER_COFFEE
from toolkit.simulate.samples.crunch_morning import CRUNCH_MORNING
from toolkit.simulate.samples.deskware import DESKWARE
from toolkit.simulate.samples.iron_gym import IRON_GYM
from toolkit.simulate.samples.little_bear import LITTLE_BEAR
from toolkit.simulate.samples.moon_lamp import MOON_LAMP
from toolkit.simulate.samples.open_bazaar import OPEN_BAZAAR
from toolkit.simulate.samples.sweet_corner import SWEET_CORNER
from toolkit.simulate.samples.turbo_toys import TURBO_TOYS

SAMPLES: Mapping[str, SampleClient] = {
    str(sample.world.client["id"]): sample
    for sample in (
        LITTLE_BEAR,
        IRON_GYM,
        DESKWARE,
        CRUNCH_MORNING,
        TURBO_TOYS,
        OPEN_BAZAAR,
        BRIGHT_READER,
        MOON_LAMP,
        SWEET_CORNER,
        CORNER_COFFEE,
    )
}

__all__ = ["SAMPLES", "SampleClient"]
