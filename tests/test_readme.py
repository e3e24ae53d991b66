"""The README tells the truth: its Python runs, its links lead somewhere, its commands exist."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.contract import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "datasets/README.md")


def test_the_python_examples_run_and_print_verdicts() -> None:
    example = "\n".join(re.findall(r"```python\n(.*?)```", README, re.S))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["found", "0.426", "found"]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}"


def test_both_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M)


def test_every_sample_client_is_named() -> None:
    for folder in (ROOT / "datasets" / "clients").iterdir():
        assert f"**{folder.name}**" in README


def test_it_tells_the_limits_that_hold_unless_others_are_asked_for() -> None:
    from toolkit.cli import run
    from toolkit.report.options import RunLimits
    from toolkit.report.processes.system import LEAST_MEMORY

    limits, text = RunLimits(), " ".join(README.split())
    minutes = f"{limits.client_seconds / 60:g}"
    least = f"{LEAST_MEMORY / 1024**3:g}"
    assert f"a deadline ({minutes} minutes; `--minutes 30` gives it more)" in text
    assert f"divided by its cores, at least {least} gigabytes; `--memory 4` makes it 4" in text
    asked = inspect.signature(run).parameters
    assert RunLimits.of(asked["minutes"].default, asked["memory"].default) == limits


def test_it_says_in_which_language_reports_are() -> None:
    named = re.search(r"in English for now, whichever\s+`language` .*? \((.*?)\)", README, re.S)
    assert named
    assert tuple(re.findall(r"\b[a-z]{2}\b", named[1].replace(" or ", " "))) == LANGUAGES
