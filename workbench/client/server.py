"""A running workbench as another process asks it: over its API, with the errors that it would raise itself."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from workbench.client.server_file import ServerAddress, read_address
from workbench.domain.errors import BusyError, InputError, StoreError, WorkbenchError

if TYPE_CHECKING:
    import httpx2
    import pyarrow as pa

    from workbench.settings import Settings

SECONDS_TO_CONNECT = 2.0
SECONDS_TO_ANSWER = 600.0
POLL_SECONDS = 0.3
ARROW = "application/vnd.apache.arrow.stream"
for _library in ("httpx2", "httpcore2"):  # their logs quote addresses, whose parameters may be a name, and headers
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)
_ERRORS: Mapping[str, type[WorkbenchError]] = {
    "InputError": InputError,
    "BusyError": BusyError,
    "StoreError": StoreError,
    "HarmedFileError": StoreError,
}


class ServerGoneError(StoreError):
    """The workbench stopped, or never was there."""

    default_title = "The workbench does not answer"
    default_next_step = "Start it, or open the database while it is stopped."


class Server:
    """A workbench that answered. Every method raises what the workbench raised, or ServerGoneError."""

    def __init__(self, address: ServerAddress) -> None:
        import httpx2

        self.url = address.url
        self._http = httpx2.Client(
            base_url=f"{address.url}/api/v1",
            headers={"authorization": f"Bearer {address.token}"},
            timeout=httpx2.Timeout(SECONDS_TO_ANSWER, connect=SECONDS_TO_CONNECT),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def identity(self) -> str:
        """What a published copy carries if it is this workbench's."""
        return str(self._send("GET", "/desk").json()["identity"])

    def queries(self) -> list[dict[str, Any]]:
        """Name, sentence and parameters of each query."""
        found: list[dict[str, Any]] = self._send("GET", "/queries").json()
        return found

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        """All rows of a catalogue query; times are naive UTC."""
        import pyarrow as pa

        given = {key: str(value) for key, value in parameters.items() if value is not None}
        answer = self._send("GET", f"/queries/{quote(name)}", params=given, headers={"accept": ARROW})
        with pa.ipc.open_stream(io.BytesIO(answer.content)) as stream:
            return stream.read_all()

    def doctor(self) -> list[dict[str, Any]]:
        """What the workbench says of itself: subject, is_ok and words of each check."""
        found: list[dict[str, Any]] = self._send("GET", "/doctor").json()
        return found

    def check_audit_trail(self, since: int) -> dict[str, Any]:
        """Whether the audit trail holds from this row on: holds, sentence and findings in words."""
        found: dict[str, Any] = self._send("GET", "/audit", params={"since": str(since)}).json()
        return found

    def import_accounts(self, content: bytes, asked: Mapping[str, str]) -> dict[str, Any]:
        """What the file was understood to hold, and whether it was imported."""
        found: dict[str, Any] = self._send("POST", "/imports", params=dict(asked), content=content).json()
        return found

    def sync(self, asked: Mapping[str, str], watch: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
        """Starts a sync and waits until it has ended; returns its job."""
        return self._follow("runs", self._send("POST", "/runs", params=dict(asked)).json(), watch)

    def replay(self, content: bytes) -> dict[str, Any]:
        """Replays an archive and waits until that is done; returns its job."""
        return self._follow("replays", self._send("POST", "/replays", content=content).json(), lambda _: None)

    def publish(self, folder: str | None) -> dict[str, Any]:
        """Publishes a copy and waits until it is there; returns what was published."""
        job = self._send("POST", "/publishes", params={"folder": folder} if folder else {}).json()
        published: dict[str, Any] = self._follow("publishes", job, lambda _: None)["published"]
        return published

    def _follow(self, kind: str, job: dict[str, Any], watch: Callable[[Mapping[str, Any]], None]) -> dict[str, Any]:
        while not job["is_finished"]:
            watch(job)
            time.sleep(POLL_SECONDS)
            job = self._send("GET", f"/{kind}/{job['id']}").json()
        if job["error"]:
            raise _error_of(job["error"])
        return job

    def _send(self, method: str, path: str, **given: Any) -> httpx2.Response:
        import httpx2

        try:
            answer = self._http.request(method, path, **given)
        except httpx2.TransportError as error:
            raise ServerGoneError(f"Nothing answered at {self.url} ({type(error).__name__}).") from error
        if answer.status_code >= 400:
            raise _refusal_of(answer)
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise _other_program(answer)
        return answer


def find_server(settings: Settings) -> Server | None:
    """The workbench that the settings name, else the one that runs on the settings' database; None if there is none.

    Raises ServerGoneError if the settings name one and it does not answer.
    """
    if settings.workbench_url:
        token = settings.workbench_token.get_secret_value() if settings.workbench_token else ""
        return Server(ServerAddress(settings.workbench_url, token))
    address = read_address(settings.workbench_database)
    if address is None:
        return None
    server = Server(address)
    try:
        server.queries()
    except (ServerGoneError, InputError):  # the file of a workbench that was killed; another may have its port now
        server.close()
        return None
    return server


def _refusal_of(answer: httpx2.Response) -> WorkbenchError:
    try:
        words = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        return _other_program(answer)
    if words.get("kind") == "NotFound":
        return InputError("The workbench does not know this token, or has nothing there.")
    return _error_of(words)


def _other_program(answer: httpx2.Response) -> ServerGoneError:
    return ServerGoneError(f"Something other than a workbench answered (status {answer.status_code}).")


def _error_of(words: Mapping[str, str]) -> WorkbenchError:
    kind = _ERRORS.get(words.get("kind", ""), WorkbenchError)
    return kind(words["message"], title=words.get("title") or None, next_step=words.get("next_step", ""))
