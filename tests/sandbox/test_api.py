"""Keys, rates, paths and bodies: what every call has in common."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.support.account_requests import individual
from tests.support.sandbox_bench import ACCOUNTS, DOCUMENTS, Bench

DETAILS = "/partner/v1/partner/5b1d7c1e-8a55-4d0b-9c5e-3f6f0a7be001/party/x/kyc/documentVerificationDetails"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(accounts=60)


@pytest.mark.parametrize("key", ["", "sandbox-key", "API-Key wrong", "Bearer sandbox-key"])
@pytest.mark.parametrize("path", [f"{ACCOUNTS}/x", f"{DOCUMENTS}/x/metadata", DETAILS, "/apex-crypto/nowhere"])
def test_without_the_key_there_is_no_answer(bench: Bench, key: str, path: str) -> None:
    answer = bench.call("GET", path, headers={"authorization": key})
    assert answer.status_code == 401
    assert ("detail" if path == DETAILS else "message") in answer.json()


@pytest.mark.parametrize("path", [f"{ACCOUNTS}/x", f"{ACCOUNTS}/x/status", f"{DOCUMENTS}/x", f"{DOCUMENTS}/x/metadata"])
def test_an_unknown_id_is_404(bench: Bench, path: str) -> None:
    answer = bench.call("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (404, 404)


def test_a_wrong_method_says_which_is_right(bench: Bench) -> None:
    answer = bench.call("DELETE", f"{ACCOUNTS}/x")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("name", ["ACC 1/é", "a%2Fb", "..", "x" * 200, "'; drop table", "%", "名", "status"])
def test_any_id_can_be_opened_and_read(name: str) -> None:
    bench = Bench(accounts=0)
    assert bench.open(individual(name)).status_code == 200
    quoted = quote(name, safe="").replace(".", "%2E")
    assert bench.call("GET", f"{ACCOUNTS}/{quoted}").json()["request"]["clientAccountId"] == name
    assert bench.call("GET", f"{ACCOUNTS}/{quoted}/status").status_code == 200
    assert bench.call("GET", f"{DOCUMENTS}/{quoted}/accountDocumentMetadata").status_code == 200


@pytest.mark.parametrize("path", [f"{ACCOUNTS}/%00", f"{ACCOUNTS}/%0A/status", f"{DOCUMENTS}/%FF", "/%0A", "/", "//"])
def test_a_senseless_path_is_not_found(bench: Bench, path: str) -> None:
    answer = bench.call("GET", path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\\ud800"}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_object_is_400(bench: Bench, body: bytes) -> None:
    answer = bench.call("POST", ACCOUNTS, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message"}


def test_a_wrong_content_type_is_415_and_a_huge_body_413(bench: Bench) -> None:
    body = json.dumps(individual()).encode()
    assert bench.call("POST", ACCOUNTS, content=body, headers={"content-type": "text/plain"}).status_code == 415
    huge = json.dumps(individual(padding="x" * 1_000_000)).encode()
    headers = {"content-type": "application/json; charset=utf-8"}
    assert bench.call("POST", ACCOUNTS, content=huge, headers=headers).status_code == 413
    assert bench.call("POST", ACCOUNTS, content=body, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "owners", [None, "x", [], [None], [{}], [{"identity": None}], [{"identity": {"taxIdType": {}}}]]
)
def test_owners_of_any_shape_are_refused_by_field(bench: Bench, owners: object) -> None:
    answer = bench.open(individual("ODD", owners=owners))
    assert answer.status_code == 422
    assert answer.json()["validationErrors"]


def test_beyond_the_rate_the_answer_is_429_with_retry_after() -> None:
    bench = Bench(accounts=5, requests_per_second=3.0)
    codes = [bench.call("GET", f"{ACCOUNTS}/x").status_code for _ in range(5)]
    assert codes == [404, 404, 404, 429, 429]
    assert bench.call("GET", f"{ACCOUNTS}/x").headers["retry-after"] == "1"
    bench.clock += timedelta(seconds=1)
    assert [bench.call("GET", f"{ACCOUNTS}/x").status_code for _ in range(4)] == [404, 404, 404, 429]


def test_admin_paths_need_no_key_and_match_the_sandbox_object(bench: Bench) -> None:
    rows = bench.call("GET", "/sandbox/registry.csv", headers={"authorization": ""}).text.splitlines()
    assert rows[0] == "clientAccountId,kybTriggeredAt"
    assert len(rows) == 1 + len(bench.sandbox.registry())
    lines = [json.loads(line) for line in bench.call("GET", "/sandbox/events.jsonl").text.splitlines()]
    assert lines == bench.sandbox.archive()
    assert bench.call("GET", "/sandbox/truth").json() == bench.sandbox.truth()
    name = bench.sandbox.registry()[7]["clientAccountId"]
    assert bench.call("GET", "/sandbox/truth", params={"account": name}).json() == bench.truth(name)


def test_commands_for_unknown_accounts_and_invalid_commands_are_refused(bench: Bench) -> None:
    strangers = [
        bench.call("GET", "/sandbox/truth", params={"account": "stranger"}),
        bench.call("POST", "/sandbox/accounts/stranger/events", json={}),
        bench.call("POST", "/sandbox/accounts/stranger/complete-verification"),
    ]
    assert [answer.status_code for answer in strangers] == [404, 404, 404]
    path = "/sandbox/accounts/stranger/complete-verification"
    assert bench.call("POST", path, json={"outcome": "maybe"}).status_code == 422
    assert bench.call("POST", path, content=b"{").status_code == 400


def test_an_account_id_with_a_slash_works_in_commands(bench: Bench) -> None:
    name = next(row["clientAccountId"] for row in bench.sandbox.registry() if "/" in row["clientAccountId"])
    path = f"/sandbox/accounts/{quote(name, safe='')}/events"
    assert bench.call("POST", path, json={"partyStatus": "CLOSED"}).status_code == 200
    assert bench.truth(name)["standing"] == "closed"
