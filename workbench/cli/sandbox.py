"""The command that runs the stand-in for Bakkt alone, over HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workbench.sandbox import SandboxOptions


HOST = "127.0.0.1"

Port = Annotated[int, typer.Option(min=1, max=65535, help=f"Where it listens, on {HOST}.")]
Accounts = Annotated[int, typer.Option(min=0, help="How many accounts it has from the start.")]
Seed = Annotated[int, typer.Option(help="The same seed makes the same people.")]
Speed = Annotated[float, typer.Option(help="Bakkt's own durations are divided by this.")]
EventsTo = Annotated[str | None, typer.Option(help="A URL to post events to, or an archive file.")]
EventsScheme = Annotated[str, typer.Option(help="How posted events are signed: hmac, standard or path.")]
EventsSecret = Annotated[str | None, typer.Option(help="What they are signed with; unset: not at all.")]
EventsHeader = Annotated[str, typer.Option(help="Where an hmac goes.")]
EventsEncoding = Annotated[str, typer.Option(help="How an hmac is written: hex or base64.")]
EventsTimestampHeader = Annotated[str | None, typer.Option(help="Where the time that an hmac covers goes, if any.")]
EventsPerSecond = Annotated[float, typer.Option(help="Invented events on random accounts, for load.")]
Lively = Annotated[bool, typer.Option(help="Customers come by themselves; some answer late or never.")]
State = Annotated[Path | None, typer.Option(help="A file in which what it did survives a restart.")]
RequestsPerSecond = Annotated[float | None, typer.Option(help="Answer 429 above this rate.")]


def run(
    port: Port = 8900,
    accounts: Accounts = 5000,
    seed: Seed = 7,
    speed: Speed = 1.0,
    events_to: EventsTo = None,
    events_scheme: EventsScheme = "hmac",
    events_secret: EventsSecret = None,
    events_header: EventsHeader = "X-Signature",
    events_encoding: EventsEncoding = "hex",
    events_timestamp_header: EventsTimestampHeader = None,
    events_per_second: EventsPerSecond = 0.0,
    lively: Lively = False,
    state: State = None,
    requests_per_second: RequestsPerSecond = None,
) -> None:
    """Run the stand-in for Bakkt alone, over HTTP."""
    events = {
        "events_to": events_to,
        "events_scheme": events_scheme,
        "events_secret": events_secret,
        "events_header": events_header,
        "events_encoding": events_encoding,
        "events_timestamp_header": events_timestamp_header,
        "events_per_second": events_per_second,
    }
    world = {"accounts": accounts, "seed": seed, "speed": speed, "state_file": state, "is_lively": lively}
    _serve(_options(**world, **events, requests_per_second=requests_per_second), port)


def _options(**asked: Any) -> "SandboxOptions":
    from workbench.sandbox import SandboxOptions

    try:
        return SandboxOptions(**asked)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _serve(options: "SandboxOptions", port: int) -> None:
    from workbench.sandbox import run_sandbox

    address = f"http://{HOST}:{port}"
    typer.echo(
        f"The sandbox: BAKKT_BASE_URL={address} BAKKT_API_KEY={options.api_key} "
        f"BAKKT_PARTNER_ID={options.partner_id}\n"
        f"Its registry: {address}/sandbox/registry.csv, its events so far: {address}/sandbox/events.jsonl",
        err=True,
    )
    run_sandbox(options, HOST, port)
