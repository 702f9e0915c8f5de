"""The command line. Exit codes: 0 done, 1 done with failures or not possible now, 2 misuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workbench.commands import doctor as examination
from workbench.commands import output
from workbench.commands.opening import open_database
from workbench.desk import Desk
from workbench.domain.errors import InputError, SettingsError, WorkbenchError
from workbench.settings import read_settings
from workbench.store.catalogue import catalogue, find_query

NOT_POSSIBLE_NOW = 1
MISUSE = 2
LISTED_FAILURES = 20

app = typer.Typer(
    name="workbench",
    help="The Onboarding Workbench: registry, sync, events and queries. The pages start with: make run",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def main() -> None:
    app()


@app.command("import-accounts")
def import_accounts(
    file: Annotated[Path, typer.Argument(help="CSV, Parquet, JSON lines or xlsx.", exists=True, dir_okay=False)],
    column: Annotated[str | None, typer.Option(help="The column that holds the ids.")] = None,
) -> None:
    """Register the clientAccountIds of a file."""
    with _desk() as desk:
        report = desk.import_accounts(file.name, file.read_bytes(), column)
    typer.echo(output.import_sentence(report))


@app.command()
def sync(
    everything: Annotated[bool, typer.Option("--all", help="Read every registered account, due or not.")] = False,
    account: Annotated[str | None, typer.Option(help="Read this one account.")] = None,
) -> None:
    """Read the accounts that are due back from Bakkt. Never asks for a verification link."""
    if everything and account is not None:
        raise typer.BadParameter("--all and --account exclude each other")
    if account is not None and not account.strip():
        raise typer.BadParameter("--account needs an id")
    from workbench.commands.embedded import (
        open_with_sandbox,
    )  # a second of imports that other commands need not wait for

    with _words_for_errors():
        desk, sandbox = open_with_sandbox(read_settings())
        try:
            with output.progress_bar() as watch:
                progress = desk.sync.run(everything=everything, client_account_id=account, watch=watch)
            failures = [] if progress.is_clean else desk.store.read_rows("sync/failures")
        finally:
            desk.close()
            if sandbox is not None:
                sandbox.close()
    typer.echo(output.sync_sentence(progress))
    for failure in failures[:LISTED_FAILURES]:
        typer.echo(f"{failure['client_account_id']}: {failure['reason']}", err=True)
    if len(failures) > LISTED_FAILURES:
        typer.echo(f"… and {len(failures) - LISTED_FAILURES:,} more: query sync/failures", err=True)
    if not progress.is_clean:
        raise typer.Exit(NOT_POSSIBLE_NOW)


@app.command("replay-events")
def replay_events(
    file: Annotated[
        Path, typer.Argument(help='JSON lines {"received_at": …, "body": {…}}.', exists=True, dir_okay=False)
    ],
) -> None:
    """Take in party events from an archive, in any order; repeats count once."""
    with _desk() as desk, file.open("rb") as lines:
        report = desk.replay_events(lines)
    typer.echo(output.replay_sentence(report))
    for line in report.unreadable[:20]:
        typer.echo(f"Line {line.number} was not taken in: {line.reason}.", err=True)
    if report.unreadable:
        raise typer.Exit(NOT_POSSIBLE_NOW)


@app.command()
def query(
    name: Annotated[str, typer.Argument(help="A name that `queries` lists.")],
    parameters: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.TABLE,
) -> None:
    """Run a catalogue query and print all its rows."""
    with _desk() as desk:
        found = find_query(name)
        rows = desk.store.read(found.name, **_named(parameters or []))
    output.print_rows(rows, form.value)


@app.command()
def queries() -> None:
    """List the query catalogue."""
    for each in catalogue().values():
        typer.echo(f"{each.signature}\n    {each.sentence}")


@app.command()
def doctor() -> None:
    """Check settings, database, Bakkt, the last run and the last event."""
    with _words_for_errors():
        findings = examination.examine()
    for finding in findings:
        typer.echo(f"{'ok ' if finding.is_well else 'BAD'}  {finding.subject}: {finding.words}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(NOT_POSSIBLE_NOW)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens, on 127.0.0.1.")] = 8900,
    accounts: Annotated[int, typer.Option(min=0, help="How many accounts it has from the start.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.")] = 7,
    speed: Annotated[float, typer.Option(help="Bakkt's own durations are divided by this.")] = 1.0,
    events_to: Annotated[str | None, typer.Option(help="A URL to post events to, or an archive file.")] = None,
    events_scheme: Annotated[str, typer.Option(help="How posted events are signed: hmac, standard or path.")] = "hmac",
    events_secret: Annotated[str | None, typer.Option(help="What they are signed with; unset: not at all.")] = None,
    events_header: Annotated[str, typer.Option(help="Where an hmac goes.")] = "X-Signature",
    events_encoding: Annotated[str, typer.Option(help="How an hmac is written: hex or base64.")] = "hex",
    events_timestamp_header: Annotated[
        str | None, typer.Option(help="Where the time that an hmac covers goes, if any.")
    ] = None,
    events_per_second: Annotated[float, typer.Option(help="Invented events on random accounts, for load.")] = 0.0,
    lively: Annotated[bool, typer.Option(help="Customers come by themselves; some answer late or never.")] = False,
    state: Annotated[Path | None, typer.Option(help="A file in which what it did survives a restart.")] = None,
    requests_per_second: Annotated[float | None, typer.Option(help="Answer 429 above this rate.")] = None,
) -> None:
    """Run the stand-in for Bakkt alone, over HTTP."""
    from workbench.sandbox import SandboxOptions, run_sandbox

    try:
        options = SandboxOptions(
            accounts=accounts,
            seed=seed,
            speed=speed,
            state_file=state,
            events_to=events_to,
            events_scheme=events_scheme,
            events_secret=events_secret,
            events_header=events_header,
            events_encoding=events_encoding,
            events_timestamp_header=events_timestamp_header,
            events_per_second=events_per_second,
            is_lively=lively,
            requests_per_second=requests_per_second,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(
        f"The sandbox: BAKKT_BASE_URL=http://127.0.0.1:{port} BAKKT_API_KEY={options.api_key} "
        f"BAKKT_PARTNER_ID={options.partner_id}\n"
        f"Its registry: http://127.0.0.1:{port}/sandbox/registry.csv, "
        f"its events so far: http://127.0.0.1:{port}/sandbox/events.jsonl",
        err=True,
    )
    run_sandbox(options, "127.0.0.1", port)


@contextmanager
def _desk() -> Iterator[Desk]:
    with _words_for_errors():
        desk = open_database(read_settings())
        try:
            yield desk
        finally:
            desk.close()


@contextmanager
def _words_for_errors() -> Iterator[None]:
    try:
        yield
    except WorkbenchError as error:
        typer.echo("  ".join(filter(None, (f"{error.title}. {error.message}", error.next_step))), err=True)
        is_misuse = isinstance(error, InputError | SettingsError)
        raise typer.Exit(MISUSE if is_misuse else NOT_POSSIBLE_NOW) from error


def _named(parameters: list[str]) -> dict[str, object]:
    pairs = [parameter.partition("=") for parameter in parameters]
    unnamed = next((name for name, equals, _ in pairs if not equals), None)
    if unnamed is not None:
        raise InputError(f"{unnamed} is not KEY=VALUE.")
    return {name: value for name, _, value in pairs}
