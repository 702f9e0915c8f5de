"""A sign-in provider of our own, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.running import PATIENCE_SECONDS, free_port, until


@contextmanager
def running_provider(people: Sequence[dict[str, object]]) -> Iterator[str]:
    """Run a provider that knows people with these claims, and lets each in at a click; yield its issuer."""
    port = free_port()
    known = [argument for claims in people for argument in ("--user-claims", json.dumps(claims))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *known]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    issuer = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(f"{issuer}/.well-known/openid-configuration"))
        yield issuer
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except URLError:
        return False
