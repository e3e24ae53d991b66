"""The built wheel in an environment of its own: all commands work in a folder that has no checkout.

Only the toolkit is installed there; the packages it needs are those of the environment that the
tests run in, so nothing is fetched.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", ".gitignore")
LEFT_BY_READERS = (
    "notebooks/audit/.ipynb_checkpoints/01_roles-checkpoint.ipynb",
    "notebooks/explore/scenarios/acme.yml",
    "toolkit/__pycache__/cli.cpython-311.pyc",
)
TELLS = "come with the toolkit's checkout and are not installed"
# Each shipped notebook as it is, cell by cell; where does it stop, and what does it say?
OPEN_ALL = """
import json, sys
from pathlib import Path
import toolkit
for path in sorted((Path(toolkit.__file__).parent / "notebooks").rglob("*.ipynb")):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    try:
        names = {}
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), names)
    except (toolkit.ClientError, FileNotFoundError) as error:
        print(path.stem, "|", " ".join(str(error).split()))
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links folders, sends signals")


@dataclass(frozen=True)
class Installation:
    """An environment that has the wheel, and an empty folder to work in."""

    wheel: Path
    home: Path
    work: Path

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command of this environment, begun in the folder."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
        return subprocess.Popen(
            [str(self.home / "bin" / words[0]), *words[1:]],
            cwd=self.work,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """The exit code of a command, and all it said."""
        process = self.start(*words)
        said = process.communicate(timeout=120)[0]
        return process.returncode, said


def empty_environment(home: Path) -> Path:
    """Its Python: it sees the packages of ours, but nothing that is installed in place."""
    venv.create(home, with_pip=False, symlinks=True)
    own = Path(sysconfig.get_path("purelib", "venv", {"base": str(home)}))
    (own / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    for name in ("share", "etc"):  # JupyterLab and Voilà keep their pages and settings there
        if (Path(sys.prefix) / name).is_dir():
            (home / name).symlink_to(Path(sys.prefix) / name)
    return home / "bin" / "python"


def call_pip(*words: str | Path, python: str | Path = sys.executable, cwd: Path = ROOT) -> str:
    """What pip says; it asks no index."""
    done = subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    place = tmp_path_factory.mktemp("installed")
    checkout, home, work = place / "checkout", place / "home", place / "work"
    for name in ("toolkit", "notebooks"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCES:
        shutil.copy(ROOT / name, checkout / name)
    for name in LEFT_BY_READERS:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("{}", "utf-8")
    offline = ("--no-deps", "--no-index", "--no-build-isolation")
    call_pip("wheel", *offline, "-w", place, checkout)
    (wheel,) = place.glob("*.whl")
    python = empty_environment(home)
    call_pip("install", *offline, "--ignore-installed", wheel, python=python)
    work.mkdir()
    return Installation(wheel, home, work)


def test_the_wheel_holds_the_package_and_its_notebooks_and_nothing_else(
    installed: Installation,
) -> None:
    asked = ["git", "ls-files", "-co", "--exclude-standard", "toolkit", "notebooks/*.ipynb"]
    files = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.split()
    if not files:
        pytest.skip("not a git checkout")
    wanted = {f if f.startswith("toolkit") else f"toolkit/{f}" for f in files}
    shipped = set(zipfile.ZipFile(installed.wheel).namelist())
    assert {name for name in shipped if ".dist-info/" not in name} == {
        name for name in wanted if (ROOT / name).exists() or "/notebooks/" in name
    }
    endings = {Path(name).suffix for name in wanted}
    assert {".py", ".ipynb", ".j2", ".css", ".js", ".json", ".typed"} <= endings


def test_it_is_the_installed_package_that_runs(installed: Installation) -> None:
    code, said = installed.run("python", "-c", "import toolkit; print(toolkit.__file__)")
    assert code == 0
    assert Path(said.strip()).is_relative_to(installed.home)


def test_a_client_is_made_checked_audited_and_verified(installed: Installation) -> None:
    assert installed.run("audit", "new", "acme")[0] == 0
    shutil.copytree(ROOT / "datasets/clients/sweet-corner", installed.work / "sweet-corner")
    for client in ("acme", "sweet-corner"):
        code, said = installed.run("audit", "check", client)
        assert (code, f"{client}: can be audited" in said) == (0, True), said
    code, said = installed.run("audit", "run", "sweet-corner", "--out", "reports")
    assert code == 0, said
    report = installed.work / "reports" / "sweet-corner"
    assert len(list((report / "notebooks").glob("*.ipynb"))) == 9
    assert "<script" in (report / "report.html").read_text("utf-8")
    assert len(json.loads((report / "findings.json").read_text("utf-8"))["mistakes"]) == 15
    assert str(installed.home) not in "".join(
        path.read_text("utf-8") for path in report.rglob("*") if path.suffix in (".html", ".ipynb")
    )
    assert installed.run("audit", "verify", "reports")[0] == 0


def test_what_only_the_checkout_has_is_said_in_one_sentence(installed: Installation) -> None:
    sample = "datasets/clients/little-bear"
    code, said = installed.run("python", "-c", f"import toolkit; toolkit.load({sample!r})")
    assert code == 1
    assert said.count(TELLS) == 1
    assert "python -m toolkit.simulate datasets" in said
    for command, wrong in (("check", 2), ("run", 2), ("explore", 1)):
        code, said = installed.run("audit", command, sample)
        assert (code, said.count(TELLS), "Traceback" in said) == (wrong, 1, False), said


def test_every_shipped_notebook_opens_and_asks_for_the_client_it_misses(
    installed: Installation,
) -> None:
    code, said = installed.run("python", "-c", OPEN_ALL)
    told = dict(line.split(" | ") for line in said.splitlines())
    assert code == 0
    assert set(told) == {path.stem for path in (ROOT / "notebooks").rglob("*.ipynb")}
    assert all(text.count(TELLS) == 1 for text in told.values())


@pytest.fixture
def page(installed: Installation, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address that `audit explore` opens, and its end."""
    client = str(ROOT / "datasets/clients/sweet-corner")
    process = installed.start("audit", "explore", client, "--no-browser", *request.param)
    assert process.stdout
    first = process.stdout.readline()
    try:
        yield first.removeprefix("Open ").strip()
    finally:
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[0]
    assert (process.returncode, said.splitlines()[-1]) == (0, "Ended."), first + said


@pytest.mark.parametrize("page", [[], ["--app"]], ids=["lab", "app"], indirect=True)
def test_explore_opens_its_page_and_the_one_without_code_shows_the_controls(
    page: str, request: pytest.FixtureRequest
) -> None:
    with urlopen(page, timeout=60) as answer:
        shown = answer.read().decode()
    assert "jupyter" in shown.lower()
    if "app" in request.node.callspec.id:
        assert "application/vnd.jupyter.widget-view+json" in shown, "a cell did not run"


def test_pip_takes_the_pip_section_of_environment_yml(tmp_path: Path) -> None:
    listed = YAML(typ="safe").load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    (section,) = [entry["pip"] for entry in listed if isinstance(entry, dict)]
    (tmp_path / "asked.txt").write_text("\n".join(section) + "\n", "utf-8")
    python = empty_environment(tmp_path / "home")  # conda has put the other packages there before
    offline = ("--no-index", "--no-build-isolation")  # hatchling is taken from there, too
    said = call_pip("install", "--dry-run", *offline, "-r", tmp_path / "asked.txt", python=python)
    assert "Would install buyer-consumer-toolkit" in said
