"""The API: who is let in, what each scope may, which formats there are, and what never leaves."""

import io
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pyarrow as pa
import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.support.facts import ago, owner, poll
from tests.support.running import PATIENCE_SECONDS
from tests.support.screens import build_desk
from tests.support.stores import new_store
from tests.support.trails import Notebook
from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.api.pace import Pace
from workbench.api.routes import api_routes
from workbench.desk import Desk
from workbench.people_first import PeopleFirst
from workbench.web.api_tokens import Doorkeeper, Scope, Token, new_token

SECRETS = {"reader": "read", "agent": "read+personal", "operator": "operate"}
TOKENS = [
    Token(name, frozenset(map(Scope, scopes.split("+"))), sha256(name.encode()).hexdigest(), token_id=f"t-{name}")
    for name, scopes in SECRETS.items()
]


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    store = new_store()
    people = (owner("o1", given_name="Zoë", family_name="Ærø", phone_number="+14155550177"),)
    store.land_registry(["ACC-1", "ACC-2"], "file")
    store.land_readings([poll("ACC-1", ago(5), owners=people), poll("ACC-2", ago(5))])
    yield build_desk(store)
    store.close()


def client_of(desk: Desk | None, people: PeopleFirst | None = None) -> TestClient:
    doorkeeper = Doorkeeper(TOKENS)
    return TestClient(Starlette(routes=api_routes(lambda: desk, lambda: doorkeeper, people or PeopleFirst())))


def ask(desk: Desk | None, path: str, caller: str = "reader", method: str = "GET", **given: object) -> Response:
    headers = {"authorization": f"Bearer {caller}"} | dict(given.pop("headers", {}))  # type: ignore[call-overload]
    return client_of(desk).request(method, path, headers=headers, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/queries", "/api/v1/queries/sync/due", "/api/x"])
@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer nobody", "Basic reader", "reader", "Bearer Reader"])
def test_without_a_token_there_is_nothing(desk: Desk, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = client_of(desk).request(method, path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
        assert "queries" not in answer.text


def test_the_catalogue_is_listed_with_its_parameters(desk: Desk) -> None:
    found = {one["name"]: one for one in ask(desk, "/api/v1/queries").json()}
    assert found["funnel/steps"]["parameters"]["path"] is None
    assert found["accounts/search"]["sentence"].endswith(".")


def test_what_a_person_ran_or_saved_is_in_no_answer(desk: Desk) -> None:
    """Any caller could name any author."""
    desk.store.save_question("Ann", "Late", "from journey", ago(1))
    assert not [one["name"] for one in ask(desk, "/api/v1/queries").json() if one["name"].startswith("statements/")]
    for name in ("history", "saved"):
        assert ask(desk, f"/api/v1/queries/statements/{name}?author=Ann", "agent").status_code == 404


def test_a_query_answers_in_the_three_formats_with_the_same_rows(desk: Desk) -> None:
    path, accepts = "/api/v1/queries/accounts/standing", "application/vnd.apache.arrow.stream"
    ids = desk.store.read("accounts/standing").column("client_account_id").to_pylist()
    in_json = ask(desk, path).json()
    assert [row["client_account_id"] for row in in_json] == ids
    arrow = ask(desk, path, headers={"accept": accepts})
    with pa.ipc.open_stream(io.BytesIO(arrow.content)) as stream:
        assert stream.read_all().column("client_account_id").to_pylist() == ids
    lines = ask(desk, path, headers={"accept": "text/csv"}).text.splitlines()
    assert len(lines) == 1 + len(ids)
    assert all(name in line for name, line in zip(ids, lines[1:], strict=True))


def test_parameters_bind_and_wrong_ones_are_refused(desk: Desk) -> None:
    wrong = ask(desk, "/api/v1/queries/funnel/steps?path=robots")
    assert (wrong.status_code, wrong.json()["error"]["message"]) == (400, "path must be individual or entity.")
    assert ask(desk, "/api/v1/queries/funnel/steps").status_code == 400
    assert ask(desk, "/api/v1/queries/funnel/steps?path=entity&colour=blue").status_code == 400
    assert len(ask(desk, "/api/v1/queries/funnel/steps?path=individual").json()) == 4


@pytest.mark.parametrize("path", ["/api/v1/queries/no/such", "/api/v1/nothing", "/api/v2/queries", "/api/v1/runs/none"])
def test_what_does_not_exist_is_404(desk: Desk, path: str) -> None:
    assert ask(desk, path, "operator" if "runs" in path else "reader").status_code == 404


def test_another_format_is_406(desk: Desk) -> None:
    assert ask(desk, "/api/v1/queries/sync/due", headers={"accept": "image/png"}).status_code == 406


def test_names_need_the_scope_personal_and_numbers_stay_masked(desk: Desk) -> None:
    path = "/api/v1/queries/accounts/owners?client_account_id=ACC-1"
    without, with_names = ask(desk, path).json()[0], ask(desk, path, "agent").json()[0]
    assert not PERSONAL_COLUMNS & set(without)
    assert with_names["given_name"] == "Zoë"
    assert "ACC-1" not in json.dumps(ask(desk, "/api/v1/queries/accounts/payload?client_account_id=ACC-1").json())


def test_searching_for_a_customer_needs_the_scope_personal(desk: Desk) -> None:
    path = "/api/v1/queries/accounts/search?term=zo"
    assert ask(desk, path).status_code == 403
    assert [row["client_account_id"] for row in ask(desk, path, "agent").json()] == ["ACC-1"]


@pytest.mark.parametrize(
    "asked",
    [
        "kyb/checklist?client_account_id=ACC-1&client_account_id=ACC-2",
        f"documents/expiring?days={'9' * 5000}",
        f"accounts/named?client_account_ids={'[' * 20_000}",
        f"events/recent?limit={'9' * 30}",
        "documents/expiring?days=-1",
        f"accounts/search?term={'a+' * 20_000}",
    ],
)
def test_parameters_that_make_no_sense_are_400(desk: Desk, asked: str) -> None:
    assert ask(desk, f"/api/v1/queries/{asked}", "agent").status_code == 400


@pytest.mark.parametrize("account", ["'; drop table readings; --", "x" * 10_000, "‮/../ACC-1", "%00", "%F0%9F%A6%8A"])
def test_an_account_of_any_letters_is_one_that_is_not_there(desk: Desk, account: str) -> None:
    answer = ask(desk, f"/api/v1/queries/accounts/owners?client_account_id={account}")
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_sync_of_no_account_is_refused(desk: Desk) -> None:
    answer = ask(desk, "/api/v1/runs?client_account_id=%20", "operator", "POST")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (400, "InputError")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "runs"), ("POST", "imports"), ("POST", "replays"), ("POST", "publishes"), ("GET", "runs/x")],
)
def test_operating_needs_its_scope(desk: Desk, method: str, path: str) -> None:
    for token in ("reader", "agent"):
        assert ask(desk, f"/api/v1/{path}", token, method).status_code == 403
    assert ask(desk, "/api/v1/queries", "operator").status_code == 403


def test_a_client_learns_whose_published_copies_are_this_desks(desk: Desk) -> None:
    assert ask(desk, "/api/v1/desk").json() == {"identity": desk.store.identity()}
    assert ask(desk, "/api/v1/desk", "operator").status_code == 403


def test_only_this_machines_command_line_names_a_folder_to_publish_to(desk: Desk, tmp_path: Path) -> None:
    path = f"/api/v1/publishes?folder={tmp_path}"
    assert ask(desk, path, "operator", "POST").status_code == 403
    secret, local = new_token("this machine", Scope, is_local=True)
    client = TestClient(Starlette(routes=api_routes(lambda: desk, lambda: Doorkeeper([local]), PeopleFirst())))
    headers = {"authorization": f"Bearer {secret}"}
    job = client.post(path, headers=headers).json()
    until = time.monotonic() + PATIENCE_SECONDS
    while not job["is_finished"]:
        assert time.monotonic() < until
        time.sleep(0.1)  # callers that ask more than 20 times a second are sent away
        job = client.get(f"/api/v1/publishes/{job['id']}", headers=headers).json()
    assert job["published"]["folder"] == str(tmp_path)
    assert (tmp_path / "journey.parquet").exists()


def test_an_import_says_first_what_it_understood(desk: Desk) -> None:
    content = b"Customer,2024\nNEW-1,1\nNEW-2,2\n"
    first = ask(desk, "/api/v1/imports?file_name=a.csv", "operator", "POST", content=content)
    assert first.status_code == 400
    assert "column" in first.json()["error"]["message"]
    asked = "/api/v1/imports?file_name=a.csv&column=Customer"
    assert ask(desk, asked, "operator", "POST", content=content).json()["is_imported"] is True
    assert {"NEW-1", "NEW-2"} <= desk.store.find_registered(["NEW-1", "NEW-2", "NEW-3"])


def test_an_import_that_looks_odd_waits_for_a_confirmation(desk: Desk) -> None:
    content, asked = b"Column1\nODD-1\nODD-2\n", "/api/v1/imports?file_name=a.csv"
    looked = ask(desk, asked, "operator", "POST", content=content).json()
    assert looked["is_imported"] is False
    assert looked["doubts"]
    assert desk.store.find_registered(["ODD-1"]) == set()
    assert ask(desk, f"{asked}&confirmed=true", "operator", "POST", content=content).json()["is_imported"] is True


def test_a_replay_tells_its_progress_and_its_end(desk: Desk) -> None:
    body = {"partyId": "P", "partyStatus": "ACTIVE", "clientAccountId": "ACC-1", "requestId": "r-1"}
    archive = json.dumps({"received_at": "2026-11-01T09:30:00Z", "body": body}).encode()
    client = client_of(desk)
    headers = {"authorization": "Bearer operator"}
    job = client.post("/api/v1/replays", headers=headers, content=archive).json()
    for _ in range(200):
        job = client.get(f"/api/v1/replays/{job['id']}", headers=headers).json()
        if job["is_finished"]:
            break
    assert (job["lines_done"], job["error"]) == (1, None)
    assert job["report"]["counted"] + job["report"]["set_aside"] == 1


def test_a_desk_that_is_not_open_yet_answers_503() -> None:
    assert ask(None, "/api/v1/queries").status_code == 503


def test_more_calls_than_a_person_makes_wait(desk: Desk) -> None:
    """Sixty at once, then twenty a second."""
    now = 1000.0
    doorkeeper = Doorkeeper(TOKENS)
    routes = api_routes(lambda: desk, lambda: doorkeeper, PeopleFirst(), Pace(lambda: now))
    client = TestClient(Starlette(routes=routes))

    def ask_often(times: int, caller: str = "reader") -> list[int]:
        headers = {"authorization": f"Bearer {caller}"}
        return [client.get("/api/v1/nothing", headers=headers).status_code for _ in range(times)]

    assert ask_often(62) == [404] * 60 + [429] * 2
    assert client.get("/api/v1/nothing", headers={"authorization": "Bearer reader"}).headers["retry-after"] == "1"
    assert ask_often(1, "agent") == [404]
    now += 0.5
    assert ask_often(11) == [404] * 10 + [429]


def test_the_log_names_the_call_and_no_value(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        ask(desk, "/api/v1/queries/accounts/search?term=Zebulon", "agent")
        ask(desk, "/api/v1/queries/accounts/search?term=x&Zebulon&limit=1%0a", "agent")
        ask(desk, "/api/v1/Zebulon")
    ours = [record.getMessage() for record in caplog.records if record.name == "workbench.api.routes"]
    assert ours[0].startswith("agent GET /api/v1/queries/accounts/search term 200 ")
    assert ours[1].startswith("agent GET /api/v1/queries/accounts/search limit,term,… 400 ")
    assert not any("Zebulon" in line for line in ours)


def test_an_unexpected_error_is_500_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    name = "Zebulon"

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(name)

    broken = cast(Desk, SimpleNamespace(acted_by=fail))
    with caplog.at_level(logging.INFO):
        answer = ask(broken, "/api/v1/queries/sync/due")
    assert (answer.status_code, "RuntimeError" in answer.text) == (500, True)
    assert "RuntimeError" in caplog.text
    assert "Zebulon" not in caplog.text + answer.text


def test_the_servers_own_log_has_no_value_either() -> None:
    client_of(None)
    record = logging.LogRecord(
        "uvicorn.access", logging.INFO, "", 0, "%s", ("/api/v1/queries/accounts/search?term=Zebulon",), None
    )
    assert logging.getLogger("uvicorn.access").filter(record)
    assert "Zebulon" not in record.getMessage()


def test_a_token_may_do_what_its_scopes_say_and_is_told_the_rest(desk: Desk) -> None:
    for method, path, caller in (
        ("POST", "runs", "reader"),
        ("POST", "publishes", "agent"),
        ("GET", "queries", "operator"),
    ):
        answer = ask(desk, f"/api/v1/{path}", caller, method)
        assert answer.status_code == 403
        assert answer.json()["error"]["kind"] == "NotAllowedError"
    assert (
        ask(desk, "/api/v1/runs", "reader", "POST").json()["error"]["message"] == "This token may not sync with Bakkt."
    )


def test_what_the_api_does_is_written_down_with_the_tokens_name(desk: Desk) -> None:
    notebook = Notebook()
    noted = replace(desk, trail=notebook)
    ask(noted, "/api/v1/imports?file_name=ids.csv", "operator", "POST", content=b"client_account_id\nACC-9\n")
    ask(noted, "/api/v1/runs", "reader", "POST")
    written = [(name, act, outcome) for name, act, _, outcome in notebook.rows]
    assert written == [
        ("token operator", "call the API", "allowed"),
        ("token operator", "import accounts and take them out", "allowed"),
        ("token reader", "sync with Bakkt", "refused"),
    ]
