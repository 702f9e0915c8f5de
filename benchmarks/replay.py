"""A minimal server that replays recorded responses, so that clients never wait for server work.

``python -m benchmarks.replay PORT RECORDING SECONDS``; RECORDING is JSON, path → body.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import cast

import uvloop

_END_OF_HEAD = b"\r\n\r\n"


class _Replay(asyncio.Protocol):
    """Responds to GETs in order on one connection; clients do not pipeline requests."""

    def __init__(self, answers: dict[bytes, bytes], latency_seconds: float) -> None:
        self._answers = answers
        self._latency_seconds = latency_seconds
        self._loop = asyncio.get_running_loop()
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transport is not a subclass of asyncio's

    def data_received(self, data: bytes) -> None:
        self._received += data
        while _END_OF_HEAD in self._received:
            head, _, self._received = self._received.partition(_END_OF_HEAD)
            answer = self._answers[head.split(b" ", 2)[1]]
            if self._latency_seconds:
                self._loop.call_later(self._latency_seconds, self._transport.write, answer)
            else:
                self._transport.write(answer)


def _as_answer(body: str) -> bytes:
    content = body.encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


async def _serve(port: int, recording: Path, latency_seconds: float) -> None:
    answers = {path.encode(): _as_answer(body) for path, body in json.loads(recording.read_text()).items()}
    answers[b"/ready"] = _as_answer("{}")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Replay(answers, latency_seconds), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
