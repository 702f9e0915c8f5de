"""Fault injection: each kind of fault, and only where it was requested."""

import time

import httpx2
import pytest

from tests.support.account_requests import individual
from tests.support.sandbox_bench import ACCOUNTS, Bench
from workbench.sandbox.api.faults import FaultRule


@pytest.fixture
def bench() -> Bench:
    return Bench(accounts=20)


def _name(bench: Bench, place: int = 0) -> str:
    return str(bench.sandbox.registry()[place]["clientAccountId"])


def test_rules_are_kept_listed_and_cleared(bench: Bench) -> None:
    added = bench.call("POST", "/sandbox/faults", json=[{"kind": "cut"}, {"kind": "status", "status": 500}])
    assert [rule["kind"] for rule in added.json()] == ["cut", "status"]
    assert len(bench.call("GET", "/sandbox/faults").json()) == 2
    assert bench.call("DELETE", "/sandbox/faults").json() == []


@pytest.mark.parametrize(
    "order", [{"kind": "flood"}, {"kind": "status", "status": 200}, {}, {"kind": "cut", "x": 1}, 7]
)
def test_a_senseless_rule_is_refused(bench: Bench, order: object) -> None:
    assert bench.call("POST", "/sandbox/faults", json=order).status_code == 422
    assert bench.sandbox.faults.rules == []


def test_a_status_comes_with_retry_after_and_only_for_its_operation(bench: Bench) -> None:
    rule = FaultRule(kind="status", operation="getAccountStatus", status=429, retry_after=7)
    bench.sandbox.faults.rules.append(rule)
    answer = bench.call("GET", f"{ACCOUNTS}/{_name(bench)}/status")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert bench.call("GET", f"{ACCOUNTS}/{_name(bench)}").status_code == 200


def test_a_rule_strikes_its_account_alone_and_as_often_as_it_says(bench: Bench) -> None:
    bench.sandbox.faults.rules.append(FaultRule(kind="status", account=_name(bench), count=2))
    codes = [bench.call("GET", f"{ACCOUNTS}/{_name(bench)}").status_code for _ in range(3)]
    assert codes == [503, 503, 200]
    assert bench.call("GET", f"{ACCOUNTS}/{_name(bench, 1)}").status_code == 200


def test_a_rule_with_a_probability_strikes_now_and_then(bench: Bench) -> None:
    bench.sandbox.faults.rules.append(FaultRule(kind="status", probability=0.5))
    codes = {bench.call("GET", f"{ACCOUNTS}/{_name(bench)}").status_code for _ in range(40)}
    assert codes == {200, 503}


def test_a_failed_call_did_no_work(bench: Bench) -> None:
    bench.sandbox.faults.rules.append(FaultRule(kind="status", operation="createAccount", count=1))
    assert bench.open(individual("N-1")).status_code == 503
    assert bench.sandbox.truth("N-1") is None


def test_a_lost_answer_did_its_work(bench: Bench) -> None:
    bench.sandbox.faults.rules.append(FaultRule(kind="lost", operation="createAccount", count=1))
    with pytest.raises(httpx2.ReadError):
        bench.open(individual("N-1"))
    assert bench.truth("N-1")["standing"] == "submitted"


def test_a_refused_connection_did_no_work(bench: Bench) -> None:
    bench.sandbox.faults.rules.append(FaultRule(kind="refused", operation="createAccount"))
    with pytest.raises(httpx2.ReadError):
        bench.open(individual("N-1"))
    assert bench.sandbox.truth("N-1") is None


def test_a_cut_body_is_no_json(bench: Bench) -> None:
    answer = bench.call("GET", f"{ACCOUNTS}/{_name(bench)}", headers={"x-sandbox-fault": "cut"})
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        answer.json()


def test_a_foreign_body_is_a_page(bench: Bench) -> None:
    answer = bench.call("GET", f"{ACCOUNTS}/{_name(bench)}", headers={"x-sandbox-fault": "foreign"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_another_accounts_payload_can_come(bench: Bench) -> None:
    answer = bench.call("GET", f"{ACCOUNTS}/{_name(bench)}", headers={"x-sandbox-fault": "other_account"})
    assert answer.json()["request"]["clientAccountId"] not in {_name(bench), None}


def test_latency_and_dripping_take_their_time(bench: Bench) -> None:
    began = time.monotonic()
    slow = bench.call("GET", f"{ACCOUNTS}/{_name(bench)}/status", headers={"x-sandbox-fault": "latency=0.1"})
    assert slow.status_code == 200
    assert time.monotonic() - began >= 0.1
    bench.sandbox.faults.rules.append(FaultRule(kind="drip", pieces=5, seconds=0.02))
    began = time.monotonic()
    assert bench.call("GET", f"{ACCOUNTS}/{_name(bench)}").json()["request"]
    assert time.monotonic() - began >= 0.1


def test_the_header_is_for_one_call_and_a_senseless_one_is_refused(bench: Bench) -> None:
    path = f"{ACCOUNTS}/{_name(bench)}"
    failed = bench.call("GET", path, headers={"x-sandbox-fault": "status=500; retry-after=2"})
    assert (failed.status_code, failed.headers["retry-after"]) == (500, "2")
    assert bench.call("GET", path).status_code == 200
    assert bench.call("GET", path, headers={"x-sandbox-fault": "latency=long"}).status_code == 400
