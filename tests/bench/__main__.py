"""Run all measurements and write the table: `python -m tests.bench`."""

from __future__ import annotations

import os
import platform
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from tests.bench.batch import batch
from tests.bench.cpu import BIN, Row, cpu, printed, python
from tests.bench.explore import moves
from tests.bench.large import large

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# Speed

CPU seconds, children included, where nothing else is said; all of one run of `make bench`. Ratios
hold on any machine; seconds are this one's ({machine}).

| what | ours | against | theirs | result | goal | met |
| --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Measure everything and write RESULTS.md."""
    with tempfile.TemporaryDirectory() as scratch:
        rows = [
            imports(),
            help_(),
            draws(),
            verdicts(600, 0.1),
            verdicts(5000, 0.5),
            *audits(Path(scratch)),
            *large(Path(scratch)),
            buying(),
            *moves(Path(scratch)),
            *batch(Path(scratch)),
        ]
    machine = (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"numpy {np.__version__}, pandas {pd.__version__}"
    )
    RESULTS.write_text(HEAD.format(machine=machine) + "\n".join(map(str, rows)) + "\n", "utf-8")
    print(RESULTS.read_text("utf-8"))  # noqa: T201  (the table is what one runs this for)


def imports() -> Row:
    """How dear is it to import the toolkit?"""
    ours = cpu(python("import toolkit"), times=7)
    return Row("import toolkit", ours, "import pandas", cpu(python("import pandas"), times=7), 1.3)


def help_() -> Row:
    """How dear is the command's help?"""
    ours = cpu([str(BIN / "audit"), "--help"], times=7)
    return Row("audit --help", ours, "import typer", cpu(python("import typer"), times=7), 2)


DRAW = """
from time import process_time
import numpy as np
from toolkit.measures.survey import SurveyAnswers
from toolkit.measures.value_delivered import value_by_role
from toolkit.stats.bootstrap import Resample
rng = np.random.default_rng(1)
account = np.repeat(np.arange(600), 3)
member = np.array([np.arange(1800) % 3 == 0, np.arange(1800) % 3 > 0])
weigh, served_ = rng.integers(0, 5, (2, 1800, 8)) / 4
one = np.ones(1800)
answers = SurveyAnswers(tuple("abcdefgh"), account, 600, one, weigh, 100 * served_, member)
start = process_time()
value_by_role(answers, Resample(600, 5000, np.random.SeedSequence(1)))
print(process_time() - start)
"""


def draws() -> Row:
    """How dear are 5,000 draws of w, P and V of a survey of 600 accounts?"""
    return Row("5,000 draws of w, P, V at 600 accounts", printed(DRAW), "", None, 2)


def verdicts(accounts: int, goal: float) -> Row:
    """How dear are the six mistakes of one client on arrays, with 5,000 draws?"""
    code = f"""
from time import process_time
from tests.calibration.clients import facts
from tests.calibration.worlds import world
from toolkit.audits.mistakes.judge import judge_mistakes
clients = [facts(world(1.0), {accounts}, seed) for seed in range(6)]
judge_mistakes(clients.pop())
start = process_time()
for client in clients:
    judge_mistakes(client)
print((process_time() - start) / len(clients))
"""
    return Row(f"six mistakes on arrays at {accounts:,} accounts", printed(code), "", None, goal)


def audits(scratch: Path) -> list[Row]:
    """How dear are one client's nine audits without notebooks, and how do they grow?"""
    small, large = (_audited(scratch / f"client-{n}", n) for n in (600, 5000))
    what = "nine audits without notebooks"
    return [
        Row(f"{what} at 600 accounts", small, "", None, 5),
        Row(f"{what} at 5,000 accounts", large, "the same at 600", small, 4),
    ]


def _audited(folder: Path, accounts: int) -> float:
    return printed(f"""
from time import process_time
from pathlib import Path
from toolkit.simulate.folder import write_simulated_client
from toolkit.simulate.sample import SAMPLES
import toolkit
world = SAMPLES["iron-gym"].world
write_simulated_client(world, Path({str(folder)!r}), accounts={accounts}, seed=1)
client = toolkit.load({str(folder)!r})
start = process_time()
toolkit.audit(client).to_json()
print(process_time() - start)
""")


def buying() -> Row:
    """How dear is BG/NBD on all customers of CDNOW?"""
    code = """
from time import process_time
import toolkit
from toolkit.models.repeat_buying import purchase_summary
from toolkit.models.repeat_buying import fit_bg_nbd
lines = toolkit.load("datasets/real/cdnow").table("purchases")
lines = lines.rename(columns={"account_id": "customer"})
start = process_time()
fit_bg_nbd(purchase_summary(lines, until=str(lines["date"].max().date())))
print(process_time() - start)
"""
    return Row("BG/NBD on CDNOW, 23,570 customers", printed(code), "", None, 2)


if __name__ == "__main__":
    main()
