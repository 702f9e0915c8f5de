"""The command line. Exit codes: 0 success, 1 failures or not possible now, 2 wrong usage."""

import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import notebook, output, sandbox, serve, ways
from workbench.cli.opening import acted_by_user, open_desk_for_command
from workbench.desk import Desk
from workbench.domain.errors import InputError, SettingsError, WorkbenchError
from workbench.domain.text import bare_id
from workbench.project_files import project_folder
from workbench.registry.importing import taken_back_in_words
from workbench.registry.tables import Choice
from workbench.registry.words import ids_in_words
from workbench.settings import read_settings
from workbench.store.engine.catalogue import Query, catalogue, find_query

if TYPE_CHECKING:
    from workbench.exports import About

NOT_POSSIBLE_NOW = 1
MISUSE = 2
LISTED_FAILURES = 20
HOW_TO_SAY = "If this is right, add --yes; if not, say --sheet, --column, --heading or --no-heading."

app = typer.Typer(
    name="workbench",
    help="Onboarding Workbench: the web app, registry, sync, events and queries.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

audit = typer.Typer(help="The audit trail.", no_args_is_help=True)
app.add_typer(audit, name="audit")


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    ARROW = "arrow"


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"workbench {_version()}")
        raise typer.Exit


@app.callback()
def about(
    shows_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Onboarding Workbench: the web app, registry, sync, events and queries."""


def _version() -> str:
    """Of the installed package, else of the checkout."""
    try:
        return version("onboarding-workbench")
    except PackageNotFoundError:
        project = tomllib.loads((project_folder() / "pyproject.toml").read_text(encoding="utf-8"))
        return f"{project['project']['version']} (from a checkout)"


app.command("serve")(serve.serve)
app.command("sandbox")(sandbox.run)
app.command("notebook")(notebook.open_notebook)


def main() -> None:
    app()


@app.command("import-accounts")
def import_accounts(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet, JSON lines or xlsx.", exists=True, dir_okay=False)],
    column: Annotated[str | None, typer.Option(help="Column with the account ids.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of an xlsx file with the account ids.")] = None,
    has_heading: Annotated[
        bool | None, typer.Option("--heading/--no-heading", help="Whether a list begins with a heading.")
    ] = None,
    is_confirmed: Annotated[bool, typer.Option("--yes", help="Import although something looks odd.")] = False,
) -> None:
    """Import account ids from a file. If something looks odd, it is said and nothing is imported without --yes."""
    choice = Choice(sheet, column, has_heading)
    with _way() as way:
        told = way.import_accounts(file.name, file.read_bytes(), choice, is_confirmed=is_confirmed)
    typer.echo(told.sentence)
    for note in told.notes:
        typer.echo(note)
    for doubt in told.doubts:
        typer.echo(doubt, err=True)
    if not told.is_imported:
        typer.echo(f"Nothing was imported. {HOW_TO_SAY}", err=True)
        raise typer.Exit(MISUSE)


@app.command("take-out-accounts")
def take_out_accounts(
    ids: Annotated[list[str], typer.Argument(help="Account ids.")],
    reason: Annotated[str, typer.Option(help="Why, kept in the log.")],
) -> None:
    """Take account ids out of the registry. What is known of them stays; importing them brings them back."""
    with _desk() as desk:
        taken = desk.take_out(ids, reason)
    typer.echo(f"{ids_in_words(len(taken))} taken out.")


@app.command("take-back-import")
def take_back_import(
    import_id: Annotated[str, typer.Argument(help="The id of the import; `query data/imports` lists them.")],
    reason: Annotated[str, typer.Option(help="Why, kept in the log.")],
) -> None:
    """Take out the account ids that one import alone has named."""
    with _desk() as desk:
        typer.echo(taken_back_in_words(desk.take_import_back(import_id, reason)))


@app.command()
def sync(
    everything: Annotated[bool, typer.Option("--all", help="Read every registered account, even if not due.")] = False,
    account: Annotated[str | None, typer.Option(help="Read only this account.")] = None,
) -> None:
    """Read the accounts that are due from Bakkt. Never requests a verification link."""
    if everything and account is not None:
        raise typer.BadParameter("--all and --account cannot be combined")
    if account is not None and not account.strip():
        raise typer.BadParameter("--account needs an id")
    one = None if account is None else bare_id(account)
    with _report_errors(), output.progress_bar() as watch:
        progress, failures = ways.sync(read_settings(), everything=everything, client_account_id=one, watch=watch)
    typer.echo(output.sync_sentence(progress))
    for failure in failures[:LISTED_FAILURES]:
        typer.echo(f"{failure['client_account_id']}: {failure['reason']}", err=True)
    if len(failures) > LISTED_FAILURES:
        typer.echo(f"… and {len(failures) - LISTED_FAILURES:,} more; list them with: query sync/failures", err=True)
    if not progress.is_clean:
        raise typer.Exit(NOT_POSSIBLE_NOW)


@app.command("replay-events")
def replay_events(
    file: Annotated[
        Path, typer.Argument(help='JSON lines {"received_at": …, "body": {…}}.', exists=True, dir_okay=False)
    ],
) -> None:
    """Replay party events from an archive, in any order. Repeats count once."""
    with _way() as way:
        report = way.replay_events(file)
    typer.echo(output.replay_sentence(report))
    for line in report.unreadable[:20]:
        typer.echo(f"Line {line.number} was skipped: {line.reason}.", err=True)
    if report.unreadable:
        raise typer.Exit(NOT_POSSIBLE_NOW)


@app.command()
def publish(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder; PUBLISH_FOLDER, or one beside the database, if none is given.")
    ] = None,
) -> None:
    """Publish a copy without personal data, for analysts: workbench.duckdb, and each table as Parquet."""
    with _way() as way:
        typer.echo(output.published_sentence(way.publish(folder.resolve() if folder else None)))


@app.command()
def query(
    name: Annotated[str, typer.Argument(help="A query name; `queries` lists them.")],
    parameters: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...")] = None,
    form: Annotated[Format, typer.Option("--format", help="Output format; arrow is an IPC stream.")] = Format.TABLE,
    file: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.", dir_okay=False)] = None,
) -> None:
    """Run a catalogue query and print its rows."""
    if form in {Format.PARQUET, Format.ARROW} and file is None and sys.stdout.isatty():
        raise typer.BadParameter(f"--format {form.value} needs -o FILE or a pipe")
    with _way() as way:
        asked, given = find_query(name), _named(parameters or [])
        rows = way.query(asked.name, given)
    with _report_errors():
        output.write_rows(rows, form.value, file, _about(asked, given) if form is Format.PARQUET else None)


@app.command()
def queries() -> None:
    """List the query catalogue."""
    for each in catalogue().values():
        typer.echo(f"{each.signature}\n    {each.sentence}")


@app.command()
def doctor() -> None:
    """Check settings, database, Bakkt, the last run and the last event."""
    with _report_errors():
        findings = ways.examine(read_settings())
    for finding in findings:
        typer.echo(f"{'ok ' if finding.is_ok else 'BAD'}  {finding.subject}: {finding.words}")
    if not all(finding.is_ok for finding in findings):
        raise typer.Exit(NOT_POSSIBLE_NOW)


@audit.command("verify")
def verify_audit_trail(
    since: Annotated[int, typer.Option("--from", min=1, help="The number of the first row that is checked.")] = 1,
) -> None:
    """Check the audit trail: whether a row was changed, removed, moved, re-inserted or cut off."""
    with _report_errors():
        found = ways.check_audit_trail(read_settings(), since)
    for finding in found.findings:
        typer.echo(finding)
    typer.echo(found.sentence)
    if not found.holds:
        raise typer.Exit(NOT_POSSIBLE_NOW)


@audit.command("new-key")
def begin_audit_trail_again() -> None:
    """Go on with a new key if the old one is lost. Earlier rows can no longer be checked, and a row records that."""
    with _desk() as desk:
        desk.begin_audit_trail_again()
    typer.echo("A new key was made. Keep a copy of it apart from the database's.")


def _about(asked: Query, given: Mapping[str, object]) -> "About":
    from workbench.exports import About  # loads the spreadsheet library, which other formats do not need

    return About(asked.name, asked.sentence, datetime.now(UTC), asked.in_effect(given))


@contextmanager
def _desk() -> Iterator[Desk]:
    with _report_errors():
        desk = open_desk_for_command(read_settings())
        try:
            yield acted_by_user(desk)
        finally:
            desk.close()


@contextmanager
def _way() -> Iterator[ways.Way]:
    with _report_errors(), ways.open_way(read_settings()) as way:
        yield way


@contextmanager
def _report_errors() -> Iterator[None]:
    try:
        yield
    except WorkbenchError as error:
        typer.echo(" ".join(filter(None, (f"{error.title}. {error.message}", error.next_step))), err=True)
        is_misuse = isinstance(error, InputError | SettingsError)
        raise typer.Exit(MISUSE if is_misuse else NOT_POSSIBLE_NOW) from error


def _named(parameters: list[str]) -> dict[str, object]:
    pairs = [parameter.partition("=") for parameter in parameters]
    unnamed = next((name for name, equals, _ in pairs if not equals), None)
    if unnamed is not None:
        raise InputError(f"{unnamed} is not KEY=VALUE.")
    return {name: value for name, _, value in pairs}
