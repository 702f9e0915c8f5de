"""A tab without a browser: a session over the WebSocket, and its uploads as the page sends them."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.running import NO_CERTIFICATES, PATIENCE_SECONDS

PIECE_BYTES = 1_048_576


@contextmanager
def open_tab(url: str) -> Iterator["Tab"]:
    """Open the first page; leaving the block closes the tab."""
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, proxy=None) as connection:
        yield Tab(
            url,
            _run(connection),
            httpx2.get(f"{url}/_stcore/health", verify=NO_CERTIFICATES).cookies["_streamlit_xsrf"],
            connection,
        )


def _run(connection: ClientConnection) -> str:
    """Run the page to its end; returns the id of the session."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    connection.send(message.SerializeToString())
    session_id = ""
    while True:
        came = ForwardMsg.FromString(connection.recv(PATIENCE_SECONDS, decode=False))
        if came.WhichOneof("type") == "new_session":
            session_id = came.new_session.initialize.session_id
        if came.WhichOneof("type") == "script_finished":
            return session_id


@dataclass(frozen=True, slots=True)
class Tab:
    url: str
    session_id: str
    token: str
    connection: ClientConnection

    def run_again(self) -> None:
        _run(self.connection)

    def upload(self, size: int, file_id: str = "", *, declares_length: bool = True) -> int:
        """Upload a file of this size; returns the status of the answer."""
        head, tail = _around_file()
        length = {"Content-Length": str(len(head) + size + len(tail))} if declares_length else {}
        answer = httpx2.put(
            self._address(file_id or str(uuid.uuid4())),
            content=_body(head, size, tail),
            headers=self._headers() | {"Content-Type": "multipart/form-data; boundary=edge"} | length,
            timeout=PATIENCE_SECONDS,
            verify=NO_CERTIFICATES,
        )
        return answer.status_code

    def remove(self, file_id: str) -> int:
        return httpx2.delete(self._address(file_id), headers=self._headers(), verify=NO_CERTIFICATES).status_code

    def _address(self, file_id: str) -> str:
        return f"{self.url}/_stcore/upload_file/{self.session_id}/{file_id}"

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"_streamlit_xsrf={self.token}", "X-Xsrftoken": self.token}


def _around_file() -> tuple[bytes, bytes]:
    head = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n"
    )
    return head, b"\r\n--edge--\r\n"


def _body(head: bytes, size: int, tail: bytes) -> Iterator[bytes]:
    yield head
    for start in range(0, size, PIECE_BYTES):
        yield b"x" * min(PIECE_BYTES, size - start)
    yield tail


def bytes_held(url: str) -> int:
    """How much the server says that it holds in uploads; Streamlit itself looks at most every five seconds."""
    text = httpx2.get(f"{url}/_stcore/metrics?families=cache_memory_bytes", verify=NO_CERTIFICATES).text
    found = re.search(r"^cache_memory_bytes\{[^}]*UploadedFileManager[^}]*\} (\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0
