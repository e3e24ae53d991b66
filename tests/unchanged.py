"""Do the sample clients' findings and reports say the same as at another revision?

    python -m tests.unchanged REVISION [FOLDER OF REPORTS MADE AT IT]

For changes that move code and must not move a number: both sides audit the same sample clients;
`findings.json` and the text of `report.html` must agree, but for versions and hashes.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = [str(ROOT / "datasets" / kind) for kind in ("clients", "real")]
RUN = "from toolkit.cli import main; main()"
HASHES = re.compile(r"\b[0-9a-f]{12,64}\b")
UNREAD = {"script", "style", "head"}
MOST_LINES = 40  # of a difference that are shown


class _Text(HTMLParser):
    """The text of a page, one piece a line, without what no reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in UNREAD
        self.lines += [value for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in UNREAD

    def handle_data(self, data: str) -> None:
        if not self._unread and data.strip():
            self.lines.append(" ".join(data.split()))


def report_lines(page: Path) -> list[str]:
    """What does a reader find in a report, line by line, without hashes and versions?"""
    parser = _Text()
    parser.feed(page.read_text("utf-8"))
    return [re.sub(r"toolkit \d\S*", "toolkit", HASHES.sub("#", line)) for line in parser.lines]


def findings_lines(path: Path) -> list[str]:
    """What does a findings.json say, line by line, without hashes and the toolkit's version?"""
    findings = json.loads(path.read_text("utf-8"))
    findings["run"].pop("toolkit")
    for source in findings["data"].values():
        source.pop("sha256")
    return json.dumps(findings, indent=1, sort_keys=True, ensure_ascii=False).splitlines()


def differences(before: Path, after: Path) -> Iterator[str]:
    """Which lines of which client's findings and report are not the same?"""
    for read, name in ((findings_lines, "findings.json"), (report_lines, "report.html")):
        for old in sorted(before.glob(f"*/{name}")):
            new = after / old.relative_to(before)
            if not new.exists():
                yield f"{new}: is not there"
                continue
            lines = list(difflib.unified_diff(read(old), read(new), lineterm="", n=0))[2:]
            if lines:
                yield "\n".join([f"{old.parent.name}/{name}", *lines[:MOST_LINES]])


def _audit(code: Path, out: Path) -> None:
    """Audit the sample clients by the code of one checkout."""
    environment = os.environ | {"PYTHONPATH": str(code)}
    command = [sys.executable, "-P", "-c", RUN, "run", *CLIENTS, "--out", str(out)]
    subprocess.run(command, cwd=out.parent, env=environment, check=True)


def main(revision: str, made: str = "") -> int:
    """How many files of the sample clients say something else than at the revision?"""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(made or Path(folder, "before")).resolve(), Path(folder, "after")
        if not made:
            code = Path(folder, "code")
            git = ["git", "-C", str(ROOT), "worktree"]
            subprocess.run([*git, "add", "--detach", str(code), revision], check=True)
            try:
                _audit(code, before)
            finally:
                subprocess.run([*git, "remove", "--force", str(code)], check=True)
        _audit(ROOT, after)
        told = list(differences(before, after))
    sys.stdout.write(("\n\n".join(told) or "findings.json and report.html say the same") + "\n")
    return len(told)


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:]), 1))
