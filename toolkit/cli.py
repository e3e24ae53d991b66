"""The command `audit`: new, check, run. Heavy parts are loaded when a command needs them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
import typer.core

if TYPE_CHECKING:
    from toolkit.errors import Problem

DONE, SOME_FAILED, WRONG_USE = 0, 1, 2
HEADS = {"error": "must be mended", "left_out": "left out", "note": "to know"}


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
    from toolkit.client import write_template
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
    from toolkit.client import check as check_folder

    failed = 0
    for folder in _expanded(folders):
        problems, _ = check_folder(folder)
        failed += any(p.kind == "error" for p in problems)
        _tell(folder, problems)
    raise typer.Exit(SOME_FAILED if failed else DONE)


def _tell(folder: Path, problems: Sequence[Problem]) -> None:
    errors = sum(p.kind == "error" for p in problems)
    typer.echo(f"{folder}: {'refused, errors: ' + str(errors) if errors else 'can be audited'}")
    for kind, head in HEADS.items():
        for problem in (p for p in problems if p.kind == kind):
            typer.echo(f"  [{head}] {problem}")


@app.command()
def run(
    folders: Folders,
    out: Annotated[Path, typer.Option(help="Where the reports go.")] = Path("reports"),
    workers: Annotated[
        int | None, typer.Option(min=1, help="Clients at once; default: one per core.")
    ] = None,
) -> None:
    """Audit every client and write reports, findings and the index."""
    from toolkit.errors import ToolkitError
    from toolkit.report.run import audit_folders

    try:
        with _bar() as progress:
            outcomes = audit_folders(folders, out, workers=workers, progress=progress)
    except ToolkitError as error:
        _refuse(str(error))
    for outcome in outcomes:
        typer.echo(f"{outcome.id}: {outcome.status}" + (f": {outcome.why}" if outcome.why else ""))
    typer.echo(f"Index: {(out / 'index.html').resolve()}")
    raise typer.Exit(SOME_FAILED if any(o.status == "failed" for o in outcomes) else DONE)


@contextmanager
def _bar() -> Iterator[Callable[[int, int, str], None]]:
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


def _expanded(folders: Sequence[Path]) -> list[Path]:
    """Client folders as they are, and the client folders inside any other folder."""
    from toolkit.errors import ToolkitError
    from toolkit.report.folders import expand

    try:
        return expand(folders)
    except ToolkitError as error:
        _refuse(str(error))


def _refuse(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(WRONG_USE)


def main() -> None:
    """Run the command; a request to end (SIGTERM) is heard like Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()
