"""The audit trail and the API: what a call leaves in it, and who may have it checked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.support.facts import ago, poll
from tests.support.people import person
from tests.support.screens import build_desk
from tests.support.stores import new_store
from workbench.access.acting import Acting, machine_user
from workbench.api.routes import api_routes
from workbench.api.told_reads import ToldReads
from workbench.casework.api_tokens import ApiTokens
from workbench.desk import Desk
from workbench.people_first import PeopleFirst
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_token

SECRET, LOCAL = new_token("this machine", Scope, is_local=True)
_READERS_TOKEN = Token("reader", frozenset({Scope.READ}), sha256(b"reader").hexdigest(), token_id="t-1")
DOORKEEPER = Doorkeeper([LOCAL, _READERS_TOKEN])
READER = "reader"
Told = tuple[str, str, str, str]


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = new_store()
    yield build_desk(store)
    store.close()


def ask(desk: Desk, path: str, caller: str = READER) -> Response:
    client = TestClient(Starlette(routes=api_routes(lambda: desk, lambda: DOORKEEPER, PeopleFirst())))
    return client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {caller}"})


def told(desk: Desk) -> list[Told]:
    """Who did what, about what, and how it turned out, oldest first."""
    rows = desk.store.read_rows("audit/log")
    return [(row["subject"], row["act"], row["about"], row["outcome"]) for row in reversed(rows)]


def test_a_call_is_written_down_with_its_path_and_no_value(desk: Desk) -> None:
    ask(desk, "/queries/funnel/steps?path=entity")
    assert told(desk) == [("token t-1", "call the API", "/api/v1/queries/funnel/steps", "allowed")]


def test_a_token_is_no_admin_and_cannot_be_taken_for_a_person_or_an_earlier_token(desk: Desk) -> None:
    admin = Acting(person("Ann"), desk.trail)

    def called(secret: str) -> dict[str, str]:
        routes = api_routes(lambda: desk, lambda: Doorkeeper(desk.api_tokens.in_force()), PeopleFirst())
        client = TestClient(Starlette(routes=routes))
        client.get("/api/v1/queries/sync/freshness", headers={"authorization": f"Bearer {secret}"})
        row: dict[str, str] = desk.store.read_rows("audit/log")[0]
        return row

    first = called(desk.api_tokens.make(admin, "Bo", [Scope.READ], 30))
    [token_id] = [one.token_id for one in desk.api_tokens.in_force()]
    assert (first["subject"], first["person"], first["person_role"]) == (f"token {token_id}", "token Bo", "token")
    desk.api_tokens.revoke(admin, token_id)
    second = called(desk.api_tokens.make(admin, "Bo", [Scope.READ], 30))
    assert second["person"] == "token Bo"
    assert second["subject"] != first["subject"]


def test_an_expired_token_is_told_so_and_the_trail_tells_of_it_once(desk: Desk) -> None:
    admin = Acting(person("Ann"), desk.trail)
    long_ago = ApiTokens(desk.store.api_tokens, lambda: datetime(2026, 1, 5, 12, tzinfo=UTC))
    secret = long_ago.make(admin, "cron", [Scope.READ, Scope.OPERATE], 30)
    routes = api_routes(lambda: desk, lambda: Doorkeeper(long_ago.in_force()), PeopleFirst())
    client = TestClient(Starlette(routes=routes), headers={"authorization": f"Bearer {secret}"})
    for answer in (client.get("/api/v1/queries/sync/freshness"), client.post("/api/v1/runs"), client.get("/api/v1/x")):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        words = answer.json()["error"]
        assert words["message"] == "The token cron expired on 4 February 2026 (UTC)."
        assert (words["title"], words["next_step"]) == ("The token has expired", "Ask an admin for a new one.")
    [token] = long_ago.in_force()
    assert told(desk)[1:] == [(f"token {token.token_id}", "call the API", "with an expired token", "refused")]
    assert desk.store.read_rows("sync/runs") == []


def test_a_call_about_one_customer_says_whom_and_the_trail_is_searched_by_that(desk: Desk) -> None:
    desk.store.land_readings([poll("ACC-1", ago(5))])
    desk.store.land_registry(["ACC-10"], "file")
    for path in ("/queries/accounts/owners?client_account_id=ACC-1", "/queries/accounts/one?client_account_id=ACC-10"):
        assert ask(desk, path).status_code == 200
    assert [row[2] for row in told(desk)] == [
        "ACC-1 /api/v1/queries/accounts/owners",
        "ACC-10 /api/v1/queries/accounts/one",
    ]
    [found] = desk.store.read_rows("audit/log", about="ACC-1")
    assert found["about"] == "ACC-1 /api/v1/queries/accounts/owners"


def test_an_id_that_nobody_has_may_be_a_name_and_is_not_written_down(desk: Desk) -> None:
    ask(desk, "/queries/accounts/owners?client_account_id=Smith")
    ask(desk, "/queries/funnel/steps?path=entity&client_account_id=Smith")
    assert {row[2] for row in told(desk)} == {"/api/v1/queries/accounts/owners", "/api/v1/queries/funnel/steps"}


def test_a_program_that_asks_for_rows_of_many_all_the_time_is_one_row_a_minute(desk: Desk) -> None:
    seconds = [0.0]
    reads = ToldReads(lambda: seconds[0])
    routes = api_routes(lambda: desk, lambda: DOORKEEPER, PeopleFirst(), told=reads)
    client = TestClient(Starlette(routes=routes))

    def read(name: str, caller: str = READER, at: float = 0.0) -> None:
        seconds[0] = at
        answer = client.get(f"/api/v1/queries/{name}", headers={"authorization": f"Bearer {caller}"})
        assert answer.status_code == 200

    for second in (0, 30, 59, 61):
        read("sync/freshness", at=second)
    read("backlog/counts", at=62)
    read("sync/freshness", SECRET, at=63)
    assert [(row[0], row[2]) for row in told(desk)] == [
        ("token t-1", "/api/v1/queries/sync/freshness"),
        ("token t-1", "/api/v1/queries/sync/freshness"),
        ("token t-1", "/api/v1/queries/backlog/counts"),
        ("command line", "/api/v1/queries/sync/freshness"),
    ]


def test_each_read_of_one_customer_and_each_search_is_a_row(desk: Desk) -> None:
    desk.store.land_readings([poll("ACC-1", ago(5))])
    client = TestClient(Starlette(routes=api_routes(lambda: desk, lambda: DOORKEEPER, PeopleFirst())))
    asked = "one?client_account_id=ACC-1", "search?term=Smith", "one?client_account_id=X", "named?client_account_ids=[]"
    for path in asked * 2:
        client.get(f"/api/v1/queries/accounts/{path}", headers={"authorization": f"Bearer {SECRET}"})
    names = [
        "ACC-1 /api/v1/queries/accounts/one",
        *(f"/api/v1/queries/accounts/{x}" for x in ("search", "one", "named")),
    ]
    assert [row[2] for row in told(desk)] == names * 2


def test_a_call_that_fails_has_a_second_row(desk: Desk) -> None:
    ask(desk, "/queries/funnel/steps?path=Smith")
    assert [(row[2], row[3]) for row in told(desk)] == [
        ("/api/v1/queries/funnel/steps", "allowed"),
        ("/api/v1/queries/funnel/steps", "failed"),
    ]


def test_what_a_token_may_not_do_is_refused_and_written_down(desk: Desk) -> None:
    assert ask(desk, "/queries/accounts/search?term=Smith").status_code == 403
    assert ask(desk, "/audit").status_code == 403
    assert ("token t-1", "search for customers", "", "refused") in told(desk)
    assert told(desk)[-1] == ("token t-1", "see the audit trail", "", "refused")
    assert "Smith" not in str(told(desk))


def test_the_rows_of_the_trail_are_refused_to_tokens(desk: Desk) -> None:
    for name in ("log", "people", "acts", "outcomes"):
        assert ask(desk, f"/queries/audit/{name}").status_code == 403


def test_the_names_of_queries_and_the_progress_of_jobs_leave_no_row(desk: Desk) -> None:
    assert ask(desk, "/queries").status_code == 200
    assert ask(desk, "/desk").status_code == 200
    assert ask(desk, "/runs/none", SECRET).status_code == 404
    assert told(desk) == []


def test_a_call_is_refused_where_it_cannot_be_written_down(desk: Desk) -> None:
    with desk.store.database.writer() as cursor:
        cursor.execute("drop table audit_trail")
    answer = ask(desk, "/queries/funnel/steps?path=entity")
    assert answer.status_code == 503
    assert answer.json()["error"]["title"] == "The audit trail cannot be written"


def test_the_command_line_of_this_machine_has_it_checked(desk: Desk) -> None:
    ask(desk, "/queries/funnel/steps?path=entity")
    found = ask(desk, "/audit", SECRET).json()
    assert found == {"holds": True, "sentence": "The audit trail is intact: 3 rows, the last is row 3.", "findings": []}
    [first, second, last] = desk.store.read_rows("audit/log")[::-1]
    assert (second["subject"], second["person"], second["about"]) == ("command line", machine_user(), "/api/v1/audit")
    with desk.store.database.writer() as cursor:
        cursor.execute("update audit_trail set person = 'Bo' where audit_number = 1")
    found = ask(desk, "/audit", SECRET).json()
    assert not found["holds"]
    assert [one.rpartition(": ")[2] for one in found["findings"]] == ["changed"]
    assert ask(desk, "/audit?since=2", SECRET).json()["holds"]
    assert ask(desk, "/audit?since=two", SECRET).status_code == 400
    assert (first["act"], last["act"]) == ("call the API", "see the audit trail")
