"""Rewrites the sample clients and their truth: `python -m toolkit.simulate datasets`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.sample import SAMPLES

USAGE = "use: python -m toolkit.simulate FOLDER  (writes FOLDER/clients and FOLDER/truth)\n"


def samples_command(arguments: list[str]) -> int:
    """Write every sample client below the folder named; returns the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write(USAGE)
        return 2
    _write_samples(Path(arguments[0]))
    return 0


def _write_samples(datasets: Path) -> None:
    """Write datasets/clients/ID and datasets/truth/ID.json for every sample."""
    (datasets / "truth").mkdir(parents=True, exist_ok=True)
    for name, sample in SAMPLES.items():
        write_simulated_client(
            sample.world, datasets / "clients" / name, sample.accounts, sample.seed
        )
        text = json.dumps(sample.answers(), indent=1) + "\n"
        (datasets / "truth" / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(samples_command(sys.argv[1:]))
