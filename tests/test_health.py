"""``GET /healthz``: well only while the database answers and the inbox can be written."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from workbench.bakkt.client import BakktClient
from workbench.desk import Desk, open_own_desk
from workbench.health import examine_health, health_route
from workbench.settings import Settings


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(workbench_database=tmp_path / "workbench.duckdb")
    with closing(open_own_desk(settings, _connect_to_nothing)) as desk:
        yield desk


def _connect_to_nothing(share: float = 1.0) -> BakktClient:
    raise AssertionError("health asks nothing of Bakkt")


def answer(desk: Desk | None) -> tuple[int, object]:
    response = TestClient(Starlette(routes=[health_route(lambda: examine_health(desk))])).get("/healthz")
    return response.status_code, response.json()


def test_an_open_desk_is_well(desk: Desk) -> None:
    assert answer(desk) == (200, {"database": "open", "inbox": "writable"})


def test_a_desk_that_could_not_be_opened_is_not_well() -> None:
    assert answer(None) == (503, {"database": "not open", "inbox": "not writable"})


def test_a_database_that_was_closed_is_not_well(desk: Desk) -> None:
    desk.store.close()
    problem = "The database cannot be used"
    assert answer(desk) == (503, {"database": "not open", "inbox": "writable", "problem": problem})


def test_an_inbox_that_cannot_be_written_is_not_well(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "workbench.inbox.sqlite").write_bytes(b"this is no database" * 100)
    problem = "Events cannot be saved"
    assert answer(desk) == (503, {"database": "open", "inbox": "not writable", "problem": problem})


def test_asking_often_leaves_the_inbox_as_it_was(desk: Desk) -> None:
    for _ in range(3):
        answer(desk)
    assert desk.inbox.waiting() == []
    with desk.inbox.connection() as connection:
        assert connection.execute("select count(*) from write_checks").fetchone() == (1,)
