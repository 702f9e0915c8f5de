"""Requests as any program may write them, byte by byte, and what the server answers."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

HANDSHAKE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(url: str, target: str, *lines: str, method: str = "GET", body: bytes = b"") -> Answer:
    """Send one request with exactly these header lines and return the answer."""
    closing = () if HANDSHAKE[0] in lines else ("Connection: close",)
    return ask_raw(url, f"{method} {target} HTTP/1.1", *lines, *closing, body=body)


def ask_raw(url: str, *lines: str, body: bytes = b"") -> Answer:
    parts = urlsplit(url)
    with socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        return _read(connection)


def open_socket(url: str, *lines: str, target: str = "/_stcore/stream") -> Answer:
    """Ask for a WebSocket with these header lines; 101 is a socket that opened."""
    return ask(url, target, *HANDSHAKE, *lines)


def _read(connection: socket.socket) -> Answer:
    came = b""
    while b"\r\n\r\n" not in came:
        came += _more(connection)
    head, _, body = came.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = _headers_of(rest)
    while len(body) < int(headers.get("content-length", 0)) and not first.startswith("HTTP/1.1 101"):
        chunk = connection.recv(65536)
        if not chunk:
            break
        body += chunk
    return Answer(int(first.split()[1]), headers, body)


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise ConnectionError("the server closed the connection without an answer")
    return chunk


def _headers_of(lines: Iterable[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        assert name.lower() not in headers or name.lower() == "set-cookie", f"{name} came twice"
        headers[name.lower()] = value.strip()
    return headers
