"""Which prices do payers accept, and would a price that falls earn more than one price?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.models.cannot import CannotTell
from toolkit.models.price import QUESTIONS, PriceAcceptance, price_acceptance
from toolkit.models.skimming import Skimming, skimming

PATIENCE = (0.0, 0.5, 0.9)  # how much of today's value waiting a period leaves to buyers
COLUMNS = {f"price_{name}": name for name in QUESTIONS}


@dataclass(frozen=True, eq=False)
class Prices:
    """What payers say of prices, and a what-if on it.

    `accepted` the four points of the price meter; `skimming` what two falling prices would earn
    beyond the best one price; `cost` of a piece, None where nobody says it and 0 is reckoned with.
    """

    accepted: PriceAcceptance
    skimming: Skimming
    cost: float | None


def prices(
    survey: pd.DataFrame, cost: float | None, *, seed: int, level: float
) -> Prices | CannotTell | None:
    """What do payers say of prices? None where nobody was asked; see `models.price`.

    Buyers only. Willingness to pay is the price called dear and yet considered, the mean over an
    account's payers whose four prices rise: stated, so an upper bound of what they do pay.
    """
    payers = survey[survey["role"] != "consumer"]
    answers = payers[list(COLUMNS)].rename(columns=COLUMNS).astype(float)
    asked = answers.notna().any(axis=1)
    answers, accounts = answers[asked], payers.loc[asked, "account_id"]
    if answers.empty:
        return None
    accepted = price_acceptance(answers, accounts=accounts.to_numpy(), seed=seed, level=level)
    if isinstance(accepted, CannotTell):
        return accepted
    rising = (np.diff(answers.to_numpy(), axis=1) > 0).all(axis=1)
    willing = answers.loc[rising, "expensive"].groupby(accounts[rising]).mean()
    plan = skimming(willing, cost=cost or 0.0, patience=PATIENCE, seed=seed, level=level)
    return Prices(accepted, plan, cost)
