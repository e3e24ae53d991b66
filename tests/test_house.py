"""Guards of the house: imports run one way, files stay small, and what is promised is there."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.architecture import LEVEL, package_doors

ROOT = Path(__file__).resolve().parents[1]
CODE = sorted((ROOT / "toolkit").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
DOORS = package_doors()
ANYWHERE = {"numpy", "pandas"}  # from level 1 up
TAGS = {"parameters", "lesson"}


def room(path: Path) -> str:
    """The part of the package a file belongs to: `toolkit/stats/means.py` is in `stats`."""
    parts = path.relative_to(ROOT / "toolkit").with_suffix("").parts
    return parts[0]


def imported(path: Path) -> list[str]:
    """Every module a file imports, as dotted names."""
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it comes from"
            names.append(node.module or "")
    return names


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_one_way_and_siblings_stay_apart(path: Path) -> None:
    here = room(path)
    if here in ("__init__", "__main__"):
        return
    for name in imported(path):
        if name.startswith("toolkit."):
            there = name.split(".")[1]
            assert there == here or LEVEL[there] < LEVEL[here], f"{path.name} imports {name}"


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_outside_package_enters_by_the_doors_that_the_architecture_names(path: Path) -> None:
    here = room(path)
    for name in imported(path):
        package = name.split(".")[0]
        if package in {"toolkit", *sys.stdlib_module_names}:
            continue
        if package in ANYWHERE:
            assert LEVEL[here] >= 1, f"{path.name} imports {name}"
        else:
            assert here in DOORS.get(package, ()), f"{path.name} imports {name}"


def test_one_audit_never_imports_another() -> None:
    for path in (ROOT / "toolkit" / "audits").rglob("*.py"):
        own = path.relative_to(ROOT / "toolkit" / "audits").parts[0].removesuffix(".py")
        for name in imported(path):
            if name.startswith("toolkit.audits.") and own != "__init__":
                assert name.split(".")[2] == own, f"{path} imports {name}"


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small_and_public_names_are_described(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 500, "a file over 500 lines"
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says in its first line which question it answers"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.body[0].lineno + 1
            assert length <= 45, f"{node.name} has {length} lines"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def public_names() -> dict[str, list[str]]:
    """Every public function and class of the package, with the modules that define it."""
    names: dict[str, list[str]] = {}
    for path in CODE:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                names.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    return names


def terms() -> set[str]:
    """The one-word names that CONTRIBUTING lists as terms of the field."""
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    listed = re.search(r"<!-- terms -->(.*?)<!-- end of terms -->", page, re.S)
    assert listed, "CONTRIBUTING.md lists the terms of the field between two marks"
    return set(re.findall(r"`(\w+)`", listed.group(1)))


def test_a_public_name_stands_for_one_thing_in_the_whole_package() -> None:
    twice = {name: where for name, where in public_names().items() if len(where) > 1}
    assert set(twice) <= {"audit"}, twice


def test_a_public_function_is_named_in_two_words_or_by_a_term_of_the_field() -> None:
    import toolkit
    from toolkit.cli import app

    commands = {c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands}
    one_word = {name for name in public_names() if "_" not in name and name.islower()}
    assert len(terms()) <= 150
    assert one_word - terms() - commands - set(toolkit.__all__) == set()
    assert terms() <= one_word, f"listed and not there: {sorted(terms() - one_word)}"


def test_the_tree_of_errors_that_is_drawn_is_the_tree_that_is_there() -> None:
    errors = ast.get_docstring(ast.parse((ROOT / "toolkit" / "errors.py").read_text("utf-8")))
    line: list[str] = []  # from the root to the error that was read last
    drawn = {}
    for branch, name in re.findall(r"^([ │├└─]*)(\w+Error)\b", errors or "", re.M):
        line = [*line[: len(branch) // 4], name]
        drawn[name] = line[-2] if len(line) > 1 else "Exception"
    there = {
        node.name: getattr(node.bases[0], "id", "")
        for path in CODE
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.bases and node.name.endswith("Error")
    }
    roots = {name: base for name, base in drawn.items() if base == "Exception"}
    assert roots == {"ToolkitError": "Exception", "KeyError": "Exception"}
    assert drawn == roots | {name: base for name, base in there.items() if base in drawn}


def test_the_modules_of_a_room_do_not_import_each_other_in_circles() -> None:
    code = {str(p.relative_to(ROOT).with_suffix("")).replace("/", "."): p for p in CODE}
    code = {name.removesuffix(".__init__"): path for name, path in code.items()}
    faces = {"toolkit", "toolkit.explore"} | {n for n, p in code.items() if p.stem == "__init__"}
    waits = {name: needed(path, {*code}) - {name} for name, path in code.items()}
    waits = {name: others - faces for name, others in waits.items() if name not in faces}
    for _ in code:  # each time those go that wait for nobody
        free = {name for name, others in waits.items() if not others & set(waits)}
        waits = {name: others for name, others in waits.items() if name not in free}
    assert not waits, f"circles among {sorted(waits)}"


def needed(path: Path, modules: set[str]) -> set[str]:
    """Those of the modules that this one takes anything from, types and late imports included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                names.add(full if full in modules else node.module)
    return names & modules


def test_the_tests_mirror_the_package() -> None:
    rooms = {p.name for p in (ROOT / "toolkit").iterdir() if p.is_dir() and p.name[0] != "_"}
    tested = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir()}
    assert rooms <= tested, f"no tests for {sorted(rooms - tested)}"


def test_the_tree_holds_what_the_project_promises_and_little_else() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
    if not files:
        pytest.skip("not a git checkout")
    promised = {"notebooks", "toolkit", "datasets", "tests", "environment.yml", "README.md"}
    customary = {"CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "Makefile"}
    customary |= {"ARCHITECTURE.md", "CITATION.cff", "SECURITY.md"}
    customary |= {".ci", ".gitignore", ".gitattributes", "requirements.lock"}
    top = {line.split("/")[0] for line in files.splitlines()}
    assert promised <= top
    assert top <= promised | customary


def test_the_citation_is_of_this_version_under_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    told = (citation["version"], citation["license"], citation["keywords"])
    assert told == (project["version"], project["license"], project["keywords"])
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme.startswith(f"# {citation['title']}\n")


def test_every_test_that_security_md_names_is_in_the_file_it_names() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    parts = re.split(r"\[(tests/\S+\.py)\]\(\1\)", page)
    named = [
        (file, name)
        for file, text in zip(parts[1::2], parts[2::2], strict=True)
        for name in re.findall(r"`(test_\w+)`", text)
    ]
    assert len(named) >= 20
    assert set(re.findall(r"`(test_\w+)`", page)) == {name for _, name in named}
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}: no {name}"


def test_environment_yml_asks_for_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {*project["dependencies"], *project["optional-dependencies"]["dev"]}
    lines = (ROOT / "environment.yml").read_text("utf-8").splitlines()
    listed = {line.strip()[2:] for line in lines if re.match(r" +- [\w.-]+[>=]", line)}
    assert listed - {"python" + project["requires-python"]} == wanted


def test_every_dependency_has_its_reason_in_contributing() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    reasons = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for line in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        name = re.split(r"[>=<]", line)[0]
        assert f"| {name} |" in reasons, f"{name}: no line says why it is there"


def test_the_lock_file_holds_every_dependency_with_its_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for line in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        name = re.split(r"[>=<]", line)[0].replace("_", "-").replace(".", "-")
        assert re.search(rf"^{name}==\S+.*\\\n\s+--hash", lock, re.MULTILINE), name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebooks_are_clean_short_celled_and_tagged_from_the_list(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    cells = notebook["cells"]
    titles = [c for c in cells if re.search(r"^# ", "".join(c["source"]), re.M)]
    assert cells[0]["cell_type"] == "markdown"
    assert titles[0] is cells[0], "the title stands in the first cell"
    assert sum(c["cell_type"] == "markdown" for c in titles) == 1, "one title only"
    assert sum("parameters" in c["metadata"].get("tags", []) for c in cells) == 1
    for cell in cells:
        assert set(cell["metadata"].get("tags", [])) <= TAGS
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            assert not cell["outputs"]
            assert cell["execution_count"] is None
            assert len(source.splitlines()) <= 12
            assert not re.search(r"^\s*(def|class) ", source, re.M), "logic lives in the package"


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_the_toolkit_loads_nothing_heavy() -> None:
    heavy = ["pandas", "numpy", "matplotlib", "papermill", "nbconvert", "typer", "IPython"]
    loaded = run(f"import sys, toolkit; print([m for m in {heavy} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_the_help_of_the_command_loads_no_pandas() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from toolkit.cli import app;"
        "r = CliRunner().invoke(app, ['--help']); assert r.exit_code == 0;"
        "print([m for m in ('numpy', 'pandas', 'papermill') if m in sys.modules])"
    )
    assert run(code).strip() == "[]"


def test_the_public_face_is_small_and_all_of_it_is_there() -> None:
    import toolkit

    names = ["Audit", "Client", "ClientError", "Finding", "audit", "load", "record"]
    assert toolkit.__all__ == names
    assert all(getattr(toolkit, name) is not None for name in names)


def test_the_version_is_read_only_when_asked_for() -> None:
    import toolkit

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert toolkit.__version__ == project["version"]
    assert "__version__" in dir(toolkit)
    asked = run("import toolkit; print(toolkit.__version__)")
    assert asked.strip() == project["version"]
    assert "pandas" not in run("import sys, toolkit; toolkit.__version__; print([*sys.modules])")
    assert "__version__" not in run("import toolkit; print([*vars(toolkit)])")


def test_every_cited_claim_is_in_the_table_of_claims() -> None:
    from toolkit.catalogue import MISTAKE_TYPES
    from toolkit.questions import AUDITS, CLAIMS

    cited = {c for thing in (*AUDITS.values(), *MISTAKE_TYPES.values()) for c in thing.claims}
    for path in (*NOTEBOOKS, ROOT / "README.md"):
        cited |= set(re.findall(r"\bA[0-4]\.\d\b", path.read_text("utf-8")))
    assert cited <= set(CLAIMS)
