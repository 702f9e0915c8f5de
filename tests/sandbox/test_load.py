"""Generated events and a lively population add load, and never use up a customer's link."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.sandbox import Sandbox, SandboxOptions
from workbench.sandbox.life.simulation import HOURS_BETWEEN_ARRIVALS

BEGIN = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(clock: Clock, **options: Any) -> tuple[Sandbox, list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []
    sandbox = Sandbox(SandboxOptions(accounts=60, now=clock, **options), lambda _, body: heard.append(body))
    return sandbox, heard


@pytest.fixture
def loaded(clock: Clock) -> Iterator[tuple[Sandbox, list[dict[str, Any]]]]:
    sandbox, heard = made(clock)
    yield sandbox, heard
    sandbox.close()


def links(sandbox: Sandbox) -> dict[str, tuple[object, object]]:
    return {
        row["client_account_id"]: (row["link_expires_at"], row["expirations_used"])
        for row in sandbox.truth()
        if row["standing"] == "verification"
    }


def test_invented_events_issue_no_link_and_leave_none_behind(loaded: tuple[Sandbox, list[dict[str, Any]]]) -> None:
    sandbox, heard = loaded
    before = links(sandbox)
    assert before
    assert sandbox.send_random_events(600) == len(heard) == 600
    assert links(sandbox) == before
    assert len({body["requestId"] for body in heard}) == 600
    events_sent = {body["partnerPartyRef"] for body in heard if body.get("reasonCode") == "DOCUMENT_VERIFICATION"}
    assert events_sent == set(before)


def test_invented_events_agree_with_what_the_sandbox_answers(loaded: tuple[Sandbox, list[dict[str, Any]]]) -> None:
    sandbox, _ = loaded
    final = {"active", "rejected", "liquidated", "closed", "suspended", "verification"}
    before = {row["client_account_id"]: row["standing"] for row in sandbox.truth()}
    sandbox.send_random_events(600)
    after = {row["client_account_id"]: row["standing"] for row in sandbox.truth()}
    assert {name: after[name] for name, standing in before.items() if standing in final} == {
        name: standing for name, standing in before.items() if standing in final
    }


def test_the_same_seed_invents_the_same_events(clock: Clock) -> None:
    told = []
    for _ in range(2):
        sandbox, heard = made(clock, seed=11)
        sandbox.send_random_events(50)
        told.append([(body["partnerPartyRef"], body["requestId"]) for body in heard])
        sandbox.close()
    assert told[0] == told[1]


def test_an_empty_sandbox_invents_nothing(clock: Clock) -> None:
    sandbox = Sandbox(SandboxOptions(accounts=0, now=clock))
    assert sandbox.send_random_events(5) == 0
    sandbox.close()


def arrivals(sandbox: Sandbox) -> list[str]:
    return [row["clientAccountId"] for row in sandbox.registry() if row["clientAccountId"].startswith("NEW-")]


def test_in_a_lively_sandbox_customers_arrive_with_events(clock: Clock) -> None:
    sandbox, heard = made(clock, is_lively=True)
    clock.advance(hours=HOURS_BETWEEN_ARRIVALS * 5)
    sandbox.step()
    clock.advance(hours=8)
    sandbox.step()
    assert len(arrivals(sandbox)) == 5
    assert set(arrivals(sandbox)) <= {body["partnerPartyRef"] for body in heard}
    sandbox.close()


def test_in_a_sandbox_that_is_not_lively_no_customers_arrive(clock: Clock) -> None:
    sandbox, _ = made(clock)
    clock.advance(days=30)
    sandbox.step()
    assert arrivals(sandbox) == []
    sandbox.close()


def test_at_speed_customers_arrive_faster_by_the_same_factor(clock: Clock) -> None:
    sandbox, _ = made(clock, is_lively=True, speed=3600)
    clock.advance(seconds=HOURS_BETWEEN_ARRIVALS * 3 + 1)
    sandbox.step()
    assert len(arrivals(sandbox)) == 3
    sandbox.close()


def test_arrived_customers_survive_a_restart_and_none_arrive_while_it_is_off(clock: Clock, tmp_path: Any) -> None:
    options = SandboxOptions(accounts=60, now=clock, is_lively=True, state_file=tmp_path / "state.sqlite")
    first = Sandbox(options)
    clock.advance(hours=HOURS_BETWEEN_ARRIVALS * 2)
    first.step()
    came = arrivals(first)
    first.close()
    clock.advance(days=365)
    second = Sandbox(options)
    second.step()
    assert sorted(arrivals(second)) == came
    clock.advance(hours=HOURS_BETWEEN_ARRIVALS)
    second.step()
    assert len(set(arrivals(second))) == 3
    second.close()


def test_some_customers_let_their_links_run_out_and_some_go_through(clock: Clock) -> None:
    sandbox, heard = made(clock, is_lively=True)
    for _ in range(100):
        clock.advance(hours=HOURS_BETWEEN_ARRIVALS)
        sandbox.step()
    sent_links = {body["partnerPartyRef"] for body in heard if "verificationURL" in body}
    came = set(arrivals(sandbox))
    had_links = [row for row in sandbox.truth() if row["client_account_id"] in came & sent_links]
    assert {"active", "verification"} <= {row["standing"] for row in had_links}
    assert any(row["expirations_used"] for row in had_links)
    sandbox.close()
