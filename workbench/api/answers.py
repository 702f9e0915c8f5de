"""Query results and errors as HTTP answers."""

import io
import json
from collections.abc import AsyncIterator, Iterator

import pyarrow as pa
from starlette.responses import JSONResponse, Response, StreamingResponse

from workbench.access.acting import NotAllowedError
from workbench.api.worker import Worker
from workbench.domain.errors import BusyError, InputError, StoreError, WorkbenchError
from workbench.exports import csv_bytes
from workbench.json_rows import json_rows

ARROW = "application/vnd.apache.arrow.stream"
JSON = "application/json"
CSV = "text/csv"
TYPES = (JSON, ARROW, CSV)
NO_STORE = {"Cache-Control": "no-store"}
_ROWS_AT_ONCE = 1_000
"""Text is written by the interpreter, which no page can use meanwhile: a thousand rows take about ten milliseconds."""
_ARROW_ROWS_AT_ONCE = 16_384
_ARROW_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
"""On the worker's thread alone: pages keep the other core."""
_STATUS = {NotAllowedError: 403, InputError: 400, BusyError: 409, StoreError: 503}


def media_type_of(accept: str | None) -> str | None:
    """The first type that the caller accepts and we have: JSON for anything; None if there is none."""
    wanted = [part.partition(";")[0].strip().lower() for part in (accept or "*/*").split(",")]
    for one in wanted:
        if one in TYPES:
            return one
        if one in {"*/*", "application/*", ""}:
            return JSON
        if one == "text/*":
            return CSV
    return None


def table_answer(rows: pa.Table, media_type: str, headers: dict[str, str], worker: Worker) -> Response:
    """All rows, sent in parts, each made by the worker when the one before was sent and no page runs."""
    parts = {ARROW: _arrow_parts, CSV: _csv_parts, JSON: _json_parts}[media_type](rows)
    return StreamingResponse(_made_by(worker, parts), media_type=media_type, headers=headers | NO_STORE)


async def _made_by(worker: Worker, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (part := await worker.do(lambda: next(parts, None))) is not None:
        yield part


def error_answer(error: WorkbenchError, status: int | None = None) -> Response:
    """The error's three texts, and its kind, so that a client can raise the same error again."""
    found = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    words = {"kind": type(error).__name__, "title": error.title, "message": error.message, "next_step": error.next_step}
    return JSONResponse({"error": words}, status or found, NO_STORE)


def not_found() -> Response:
    return JSONResponse({"error": {"kind": "NotFound", "message": "There is nothing at this address."}}, 404, NO_STORE)


def _arrow_parts(rows: pa.Table) -> Iterator[bytes]:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, rows.schema, options=_ARROW_OPTIONS) as writer:
        for batch in rows.to_batches(max_chunksize=_ARROW_ROWS_AT_ONCE):
            writer.write_batch(batch)
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


def _csv_parts(rows: pa.Table) -> Iterator[bytes]:
    yield csv_bytes(rows.slice(0, _ROWS_AT_ONCE))
    for start in range(_ROWS_AT_ONCE, rows.num_rows, _ROWS_AT_ONCE):
        yield csv_bytes(rows.slice(start, _ROWS_AT_ONCE)).split(b"\r\n", 1)[1]


def _json_parts(rows: pa.Table) -> Iterator[bytes]:
    for start in range(0, rows.num_rows, _ROWS_AT_ONCE):
        part = json_rows(rows.slice(start, _ROWS_AT_ONCE))
        yield (b"," if start else b"[") + json.dumps(part, ensure_ascii=False).encode()[1:-1]
    yield b"]" if rows.num_rows else b"[]"
