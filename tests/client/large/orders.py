"""Order lines by chance, as a table and as files: what the large road and the small one read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd


def order_lines(lines: int = 3000, *, seed: int = 0) -> pd.DataFrame:
    """About two lines an order; amounts in cents; gaps in who uses it and for whom."""
    rng = np.random.default_rng(seed)
    order = np.sort(rng.integers(0, lines // 2, lines))
    of_order = rng.integers(0, lines // 10, lines // 2)
    account = of_order[order]
    who = np.array(["C", "B", None], dtype=object)[rng.integers(0, 3, lines)]
    names = [None if w is None else f"{w}{a}" for w, a in zip(who, account, strict=True)]
    word = np.array(["self", "gift", None], dtype=object)[rng.integers(0, 3, lines)]
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, lines // 2), unit="D")
    return pd.DataFrame(
        {
            "order_id": [f"O{o}" for o in order],
            "date": day[order].astype("datetime64[us]"),
            "buyer_id": [f"B{a}" for a in account],
            "amount": rng.integers(1, 9000, lines) / 100,
            "consumer_id": pd.Series(names, dtype="str"),
            "account_id": [f"A{a}" for a in account],
            "product": [f"P{p}" for p in rng.integers(0, 3, lines)],
            "bought_for": pd.Series(word, dtype="str"),
        }
    )


def shop(path: Path, tables: str = "") -> Path:
    """A client folder with client.yml only."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "client.yml").write_text(f"id: shop\ncurrency: EUR\nmargin: 0.3\n{tables}", "utf-8")
    return path
