"""Events posted from several threads to a server that a test kills."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.deliveries import party_event, raw, signed
from tests.support.running import PATIENCE_SECONDS, until

SENDERS = 4
MOST_ANSWERS = 150
STARTS_WITHIN = 180


@dataclass
class Load:
    """Posts events from several threads, some twice, and records which were acknowledged."""

    port: int
    answered: set[str]
    prefix: str
    is_over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.threads = [threading.Thread(target=self._send, args=[number]) for number in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def _send(self, sender: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        number = 0
        try:
            while not self.is_over.is_set():
                number += 1
                request_id = f"{self.prefix}-{sender}-{number - number % 2}"
                if self._post(connection, request_id) == 200:
                    self.answered.add(request_id)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def _post(self, connection: http.client.HTTPConnection, request_id: str) -> int:
        body = raw(party_event(request_id, f"KILL-{request_id[-1]}"))
        connection.request("POST", "/webhooks/bakkt", body, signed(body))
        answer = connection.getresponse()
        answer.read()
        return answer.status


def is_listening(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/webhooks/bakkt")
        connection.getresponse()
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()


@contextmanager
def under_load(port: int, answered: set[str], prefix: str) -> Iterator[Load]:
    load = Load(port, answered, prefix)
    load.start()
    try:
        yield load
    finally:
        load.stop()


def wait_for_server(port: int) -> None:
    until(lambda: is_listening(port), seconds=STARTS_WITHIN)
