"""The API gives way to pages: part by part, and never for ever."""

import asyncio
import io
import json
import threading
from contextlib import ExitStack
from functools import partial

import pyarrow as pa
import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response as StarletteResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.support.running import PATIENCE_SECONDS
from workbench.api.answers import ARROW, CSV, JSON, table_answer
from workbench.api.worker import Worker
from workbench.people_first import PeopleFirst

ROWS = pa.table({"n": pa.array(range(40_000), pa.int64())})


def answer_in(media_type: str, people: PeopleFirst, rows: pa.Table = ROWS) -> Response:
    worker = Worker(people)

    async def endpoint(_: Request) -> StarletteResponse:
        return table_answer(rows, media_type, {}, worker)

    return TestClient(Starlette(routes=[Route("/", endpoint)])).get("/")


def numbers_in(media_type: str, content: bytes) -> list[int]:
    if media_type == ARROW:
        with pa.ipc.open_stream(io.BytesIO(content)) as stream:
            return list(stream.read_all().column("n").to_pylist())
    if media_type == JSON:
        return [row["n"] for row in json.loads(content)]
    return [int(line) for line in content.decode("utf-8-sig").splitlines()[1:]]


@pytest.mark.parametrize("media_type", [ARROW, JSON, CSV])
@pytest.mark.parametrize("rows", [0, 1, 40_000])
def test_every_row_arrives_once_while_people_use_pages_all_the_time(media_type: str, rows: int) -> None:
    people = PeopleFirst(waits_at_most=0.001, sleep=lambda _: None)
    with people.page_run():
        answer = answer_in(media_type, people, ROWS.slice(0, rows))
    assert numbers_in(media_type, answer.content) == list(range(rows))


@pytest.mark.parametrize(("media_type", "parts"), [(ARROW, 3 + 2), (JSON, 40 + 2), (CSV, 40 + 1)])
def test_a_long_answer_is_made_in_parts_with_pages_between_them(media_type: str, parts: int) -> None:
    """Arrow and JSON have a mark at their end, and all look once more for another part."""
    turns = list[float]()
    answer_in(media_type, PeopleFirst(sleep=turns.append))
    assert len(turns) == parts


def test_a_part_waits_for_a_page_that_began_after_the_part_before() -> None:
    order, page = list[str](), ExitStack()

    def end_page() -> None:
        order.append("page")
        page.close()

    def open_page_after_the_first_part(_: float) -> None:
        if order == ["part 1"]:
            page.enter_context(people.page_run())
            threading.Timer(0.05, end_page).start()

    people = PeopleFirst(waits_at_most=PATIENCE_SECONDS, sleep=open_page_after_the_first_part)
    worker = Worker(people)

    async def ask() -> None:
        for part in ("part 1", "part 2"):
            await worker.do(partial(order.append, part))

    asyncio.run(ask())
    assert order == ["part 1", "page", "part 2"]
