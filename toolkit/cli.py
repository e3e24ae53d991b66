"""The command `audit`: new, check, run, explore, verify. Heavy parts load when needed."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
import typer.core

from toolkit.errors import Problem
from toolkit.report.job import ClientResult

if TYPE_CHECKING:
    from toolkit.errors import Problem
    from toolkit.report.job import ClientResult

DONE, SOME_FAILED, WRONG_USE = 0, 1, 2
PROBLEM_HEADS = {"error": "must be mended", "left_out": "left out", "note": "to know"}


class _Commands(typer.core.TyperGroup):
    """An interrupt ends any command without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("Interrupted; finished reports are kept.", err=True)
            raise typer.Exit(SOME_FAILED) from None


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would double the time to show it
    help="Audits of marketing that mixes up who pays and who uses.",
)

Folders = Annotated[
    list[Path], typer.Argument(help="Client folders, or folders that hold client folders.")
]


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Where the new client folder is to stand.")],
) -> None:
    """Make a client folder to fill, and a questionnaire."""
    from toolkit.client.template import write_template
    from toolkit.errors import ClientError

    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            _refuse(f"{folder} is there already. Name a new folder, or an empty one.")
        written = write_template(folder)
    except ClientError as error:
        _refuse("\n".join(str(problem) for problem in error.problems))
    except OSError as error:
        _refuse(f"{folder} cannot be made: {error.strerror}. Choose another place.")
    for path in written:
        typer.echo(path)
    typer.echo(f"Fill in client.yml and the tables you have, then: audit check {folder}")


@app.command()
def check(folders: Folders) -> None:
    """Show every problem of client folders in one pass."""
    from toolkit.client.load import check_folder

    failed = 0
    for folder in _client_folders(folders):
        problems, _ = check_folder(folder)
        failed += any(p.kind == "error" for p in problems)
        _print_problems(folder, problems)
    raise typer.Exit(SOME_FAILED if failed else DONE)


def _print_problems(folder: Path, problems: Sequence[Problem]) -> None:
    errors = sum(p.kind == "error" for p in problems)
    typer.echo(f"{folder}: {'refused, errors: ' + str(errors) if errors else 'can be audited'}")
    for kind, head in PROBLEM_HEADS.items():
        for problem in (p for p in problems if p.kind == kind):
            typer.echo(f"  [{head}] {problem}")


@app.command()
def run(
    folders: Folders,
    out: Annotated[
        str | None,
        typer.Option(
            help="Where the reports go: a folder, or an address such as s3://…; default: reports, "
            "or, with a scenario, what-if/ and its name."
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Clients at once; default: one per core.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also clients whose report is there and up to date.")
    ] = False,
    memory: Annotated[
        float | None,
        typer.Option(
            min=0.5, help="Gigabytes each process of a client may use; default: its core's share."
        ),
    ] = None,
    minutes: Annotated[
        float, typer.Option(min=1, help="Minutes a client may take, each cell a fifth of them.")
    ] = 10,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask cluster to run on, tcp://host:8786.")
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(help="A scenario file of the what-if: audit the client as it changes it."),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print each report, too: report.pdf beside it.")
    ] = False,
    quotes: Annotated[
        int,
        typer.Option(
            min=0, help="Texts of feedback to show for each theme and role; they may name people."
        ),
    ] = 0,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show errors in full; they may quote the data.")
    ] = False,
) -> None:
    """Audit every client and write reports, findings and the index."""
    from toolkit.errors import ToolkitError
    from toolkit.report.options import RunLimits, RunOptions
    from toolkit.report.run import audit_folders

    if out is None:
        out = f"what-if/{scenario.stem}" if scenario else "reports"
    if not out.strip():
        _refuse("--out is empty. Name the folder that the reports go to.")
    try:
        options = RunOptions(
            workers=workers,
            limits=RunLimits.of(minutes, int(memory * 1024**3) if memory else None),
            force=force,
            outputs=("pdf",) if pdf else (),
            scenario=scenario.resolve() if scenario else None,
            quotes=quotes,
            scheduler=scheduler,
        )
        with _progress_bar() as progress:
            outcomes = audit_folders(folders, out, options, progress=progress)
    except ToolkitError as error:
        _refuse(str(error))
    _print_results(outcomes, debug=debug)
    typer.echo(f"Index: {out.rstrip('/') if '://' in out else Path(out).resolve()}/index.html")
    raise typer.Exit(SOME_FAILED if any(o.status == "failed" for o in outcomes) else DONE)


def _print_results(outcomes: Sequence[ClientResult], *, debug: bool) -> None:
    for outcome in outcomes:
        if debug and outcome.failure:
            typer.echo(outcome.failure.full, err=True)
        said = "done, unchanged" if outcome.unchanged else outcome.status
        typer.echo(f"{outcome.id}: {said}" + (f": {outcome.why}" if outcome.why else ""))
    if unchanged := sum(outcome.unchanged for outcome in outcomes):
        typer.echo(f"{unchanged} of {len(outcomes)} unchanged: their reports are up to date.")
    for note in dict.fromkeys(outcome.note for outcome in outcomes if outcome.note):
        ids = [outcome.id for outcome in outcomes if outcome.note == note]
        whose = "" if len(ids) == len(outcomes) else f"{', '.join(ids)}: "
        typer.echo(f"{whose}{note}", err=True)


@app.command(name="explore")
def open_explorer(
    folder: Annotated[Path, typer.Argument(help="The client folder.")],
    page: Annotated[
        bool, typer.Option("--app", help="A page without code (needs voila) instead of JupyterLab.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to listen; 0: any free port.")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser, or only say where.")
    ] = True,
    scenarios: Annotated[
        Path, typer.Option(help="The folder that scenario files are saved to and loaded from.")
    ] = Path("scenarios"),
) -> None:
    """Move money, messages and prices of one client, and see findings change."""
    import webbrowser

    from toolkit.errors import ToolkitError
    from toolkit.whatif.serve import serve_whatif

    found = _auditable_folder(folder)
    if hasattr(signal, "SIGHUP"):  # the terminal is closed: an end like Ctrl-C
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        with serve_whatif(found, scenarios, app=page, port=port) as server:
            typer.echo(f"Open {server.address}")
            typer.echo(f"Scenarios are kept in {scenarios.resolve()}. Ctrl-C ends everything.")
            if browser:
                webbrowser.open(server.address)
            server.process.wait()
    except KeyboardInterrupt:
        typer.echo("Ended.")
        raise typer.Exit(DONE) from None
    except ToolkitError as error:
        _refuse(str(error))
    _refuse("The server ended by itself. Start it again; no scenario that was saved is lost.")


def _auditable_folder(folder: Path) -> Path:
    """Where is the client? What cannot be audited is refused here, where its problems are read."""
    from toolkit.client.load import check_folder

    problems, client = check_folder(folder)
    if client is None:
        _print_problems(folder, problems)
        raise typer.Exit(SOME_FAILED)
    return client.folder or folder


@app.command()
def verify(
    reports: Annotated[str, typer.Argument(help="The folder or address the reports are at.")],
    against: Annotated[
        list[Path] | None,
        typer.Option(help="Client folders: have they changed since? May be given several times."),
    ] = None,
) -> None:
    """Read every file of every report again: is all as it was written?"""
    from toolkit.errors import ToolkitError
    from toolkit.report.folders import client_folders
    from toolkit.report.options import RunOptions
    from toolkit.report.store.inputs import run_recipe
    from toolkit.report.store.remote import local_reports
    from toolkit.report.store.verify import compare_inputs, verify_reports

    try:
        with local_reports(reports) as place:
            checked = verify_reports(place)
            if against:
                recipe = run_recipe(RunOptions().notebooks, {})
                checked += compare_inputs(place, client_folders(against), recipe)
    except ToolkitError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.filename} cannot be read: {error.strerror}.")
    for one in checked:
        typer.echo(f"{one.name}: {'differs' if one.wrong else one.right}")
        for words in (*one.wrong, *one.notes):
            typer.echo(f"  {words}")
    raise typer.Exit(SOME_FAILED if any(one.wrong for one in checked) else DONE)


@contextmanager
def _progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """A bar with the time left; silent where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting")
        yield lambda done, total, words: progress.update(
            task, completed=done, total=total, description=words
        )


def _client_folders(folders: Sequence[Path]) -> list[Path]:
    """Client folders as they are, and the client folders inside any other folder."""
    from toolkit.errors import ToolkitError
    from toolkit.report.folders import client_folders

    try:
        return client_folders(folders)
    except ToolkitError as error:
        _refuse(str(error))


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USE)


def main() -> None:
    """Run the command; a request to end (SIGTERM) is heard like Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()
