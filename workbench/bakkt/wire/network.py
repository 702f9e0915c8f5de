"""httpx2's own transports to Bakkt: kept connections for reads, a fresh one for each request that is sent only once.

A transport knows no redirects, cookies, netrc or environment proxies, and repeats nothing. It trusts the machine's
certificates, or those that SSL_CERT_FILE or SSL_CERT_DIR name.
"""

import logging
import os
import ssl
from functools import lru_cache
from typing import NamedTuple

import httpx2

from workbench.domain.errors import SettingsError

IDLE_SECONDS = 15
"""Idle connections are closed before gateways usually close them."""

logging.getLogger("httpcore2").setLevel(logging.CRITICAL + 1)  # its debug log quotes headers and broken status lines


class Transports(NamedTuple):
    """``once`` keeps no connection: the server could close it at the moment of sending, and the request be lost."""

    reads: httpx2.AsyncBaseTransport
    once: httpx2.AsyncBaseTransport


def open_transports(connections: int) -> Transports:
    """Transports that connect on their first request; raises SettingsError without usable certificates."""
    trusted = trusted_certificates()
    kept = httpx2.Limits(
        max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=IDLE_SECONDS
    )
    fresh = httpx2.Limits(max_connections=connections, max_keepalive_connections=0)
    return Transports(
        reads=httpx2.AsyncHTTPTransport(verify=trusted, limits=kept, retries=0),
        once=httpx2.AsyncHTTPTransport(verify=trusted, limits=fresh, retries=0),
    )


def trusted_certificates() -> ssl.SSLContext:
    """The certificates to trust, read once; raises SettingsError if the environment names none that can be used."""
    return _read_certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _read_certificates(file: str | None, folder: str | None) -> ssl.SSLContext:
    """httpx2 prefers the file; a folder is first opened when a server shows its certificate."""
    problem = SettingsError("SSL_CERT_FILE or SSL_CERT_DIR does not point to usable certificates.")
    if folder and not file and not os.path.isdir(folder):
        raise problem
    try:
        return httpx2.create_ssl_context(trust_env=True)
    except OSError as error:
        raise problem from error
