"""The command that runs the sandbox on its own, over HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workbench.sandbox import SandboxOptions


HOST = "127.0.0.1"

Port = Annotated[int, typer.Option(min=1, max=65535, help=f"Port to listen on, on {HOST}.")]
Accounts = Annotated[int, typer.Option(min=0, help="Number of accounts at the start.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same customers.")]
Speed = Annotated[float, typer.Option(help="Bakkt's durations are divided by this.")]
EventsTo = Annotated[str | None, typer.Option(help="URL to post events to, or an archive file.")]
EventsScheme = Annotated[str, typer.Option(help="How posted events are signed: hmac, standard or path.")]
EventsSecret = Annotated[str | None, typer.Option(help="Secret for signing events; unsigned if not set.")]
EventsHeader = Annotated[str, typer.Option(help="Header for the HMAC signature.")]
EventsEncoding = Annotated[str, typer.Option(help="Encoding of the HMAC signature: hex or base64.")]
EventsTimestampHeader = Annotated[str | None, typer.Option(help="Header for the signed timestamp, if any.")]
EventsPerSecond = Annotated[float, typer.Option(help="Random extra events per second, for load tests.")]
Lively = Annotated[bool, typer.Option(help="New customers arrive; some respond late or never.")]
State = Annotated[Path | None, typer.Option(help="File to save the state in across restarts.")]
RequestsPerSecond = Annotated[float | None, typer.Option(help="Respond 429 above this rate.")]


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
    """Run the sandbox on its own, over HTTP."""
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
    from workbench.web.door import Door
    from workbench.web.own_names import OwnNames

    address = f"http://{HOST}:{port}"
    typer.echo(
        f"Sandbox: BAKKT_BASE_URL={address} BAKKT_API_KEY={options.api_key} "
        f"BAKKT_PARTNER_ID={options.partner_id}\n"
        f"Registry: {address}/sandbox/registry.csv, events so far: {address}/sandbox/events.jsonl",
        err=True,
    )
    run_sandbox(options, HOST, port, lambda app: Door(app, OwnNames(), advice="The sandbox is for this machine alone."))
