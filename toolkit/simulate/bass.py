"""How far has a new product spread, and which stage of its life is that?"""

from __future__ import annotations

import numpy as np

from toolkit.simulate.market import Launch
from toolkit.simulate.world import FloatArray

MONTH = 365.25 / 12  # days
STAGES = ("introduction", "growth", "maturity", "decline")


def bought_by(launch: Launch, days: FloatArray) -> FloatArray:
    """Which share of all who ever will has bought by those days since the launch?

    F(t) = (1 − e^(−(p+q)t)) / (1 + (q/p) e^(−(p+q)t)), t in months; Bass 1969.

    >>> bought_by(Launch("new", 0.05, 0.0), np.array([MONTH * 20])).round(4)
    array([0.6321])
    """
    past = np.exp(-(launch.p + launch.q) * np.asarray(days, float) / MONTH)
    return (1 - past) / (1 + launch.q / launch.p * past)


def day_bought(launch: Launch, share: FloatArray) -> FloatArray:
    """How many days after the launch has that share bought? The inverse of `bought_by`."""
    past = (1 - share) / (1 + launch.q / launch.p * share)
    return -np.log(past) / (launch.p + launch.q) * MONTH


def stage(launch: Launch, days: float) -> str:
    """Which stage of its life is the product in, so many days after its launch?

    Sales peak at T* = ln(q/p)/(p+q) and turn from rising ever faster to slower, and from falling
    ever faster to slower, at T1, T2 = T* ∓ ln(2+√3)/(p+q): introduction before T1, growth before
    T*, maturity before T2, then decline. Source: Mahajan, Muller & Srivastava, "Determination of
    Adopter Categories by Using Innovation Diffusion Models", J. Marketing Research 27 (1990).

    >>> stage(Launch("new", 0.03, 0.4), 5 * MONTH), stage(Launch("new", 0.03, 0.4), 12 * MONTH)
    ('growth', 'decline')
    """
    speed = launch.p + launch.q
    peak = np.log(launch.q / launch.p) / speed if launch.q > 0 else -np.inf
    turn = np.log(2 + np.sqrt(3)) / speed
    ends = np.array([peak - turn, peak, peak + turn])
    return STAGES[int((days / MONTH >= ends).sum())]
