"""Events, set-aside deliveries, accounts without events, and whether Bakkt has gone silent."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.facts import NOW, ago, as_naive, landed_event, poll
from tests.support.tables import change
from workbench.domain.facts import KybStart
from workbench.store import SetAsideEvent, Store

COLUMNS = {
    "events/recent": ["received_at", "request_id", "client_account_id", "party_status", "reason_code"],
    "events/set_aside": ["received_at", "reason", "content_hash"],
}
SECRET = "https://verify.example.test/only-for-the-customer"


def silence(desk: Store) -> dict[str, Any]:
    (row,) = desk.read_rows("events/silence")
    return row


def hourly(desk: Store, last_hours_ago: float, *, pause_hours: float = 0.5, pauses: int = 40) -> None:
    """Land evenly spaced events; the last one is the given hours ago."""
    times = [ago(last_hours_ago + step * pause_hours) for step in range(pauses)]
    desk.land_events([landed_event(f"E{step}", at, "UNDER_REVIEW", "PENDING_REVIEW") for step, at in enumerate(times)])


def changed(desk: Store, name: str, hours_ago: float) -> None:
    """Land two readings that differ in what Bakkt decides."""
    desk.land_readings([poll(name, ago(hours_ago + 20))])
    desk.land_readings([poll(name, ago(hours_ago), can_trade_crypto=True)])


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_are_those_of_the_issue_and_hold_neither_link_nor_body(desk: Store, name: str) -> None:
    event = landed_event("A", ago(1), "UNDER_REVIEW", "DOCUMENT_VERIFICATION", link_url=SECRET, link_expires_at=NOW)
    desk.land_events([(event[0], event[1], f'{{"verificationURL": "{SECRET}"}}')])
    desk.land_set_aside([SetAsideEvent(ago(1), "not a party event", "h", f'{{"x": "{SECRET}"}}')])
    found = desk.read(name)
    assert found.column_names == COLUMNS[name]
    assert found.num_rows == 1
    assert SECRET not in str(found.to_pylist())


def test_recent_events_are_the_newest_first_and_so_many(desk: Store) -> None:
    desk.land_events([landed_event(f"A{n}", ago(n), "ACTIVE", "ENROLLMENT", request_id=f"r{n}") for n in range(1, 8)])
    rows = desk.read_rows("events/recent", limit=3)
    assert [row["request_id"] for row in rows] == ["r1", "r2", "r3"]
    assert len(desk.read_rows("events/recent")) == 7
    assert desk.read_rows("events/recent", limit=0) == []


def test_accounts_without_events_are_listed_a_day_after_they_opened(desk: Store) -> None:
    desk.land_readings([poll("OLD", ago(1), created_at=ago(25)), poll("YOUNG", ago(1), created_at=ago(23))])
    desk.land_readings([poll("TOLD", ago(1), created_at=ago(200)), poll("OLDEST", ago(1), created_at=ago(50))])
    desk.land_events([landed_event("TOLD", ago(100), "ACTIVE", "ENROLLMENT")])
    rows = desk.read_rows("events/silent_accounts")
    assert [row["client_account_id"] for row in rows] == ["OLD", "OLDEST"]
    assert rows[0]["hours_open"] == pytest.approx(25)
    assert [row["client_account_id"] for row in desk.read_rows("events/silent_accounts", hours=48)] == ["OLDEST"]
    assert len(desk.read_rows("events/silent_accounts", hours=1)) == 3


def test_a_quiet_night_without_changes_is_no_silence(desk: Store) -> None:
    hourly(desk, last_hours_ago=12)
    found = silence(desk)
    assert found["last_event_at"] == as_naive(ago(12))
    assert found["silent_hours"] == pytest.approx(12)
    assert (found["changes_found"], found["is_silent"]) == (0, False)


def test_changes_found_by_polling_after_a_long_pause_are_silence(desk: Store) -> None:
    hourly(desk, last_hours_ago=12)
    changed(desk, "P", hours_ago=3)
    changed(desk, "Q", hours_ago=2)
    found = silence(desk)
    assert (found["changes_found"], found["is_silent"]) == (2, True)


def test_changes_within_the_usual_pause_are_no_silence_yet(desk: Store) -> None:
    hourly(desk, last_hours_ago=5, pause_hours=8)
    changed(desk, "P", hours_ago=1)
    found = silence(desk)
    assert found["usual_gap_hours"] == pytest.approx(8)
    assert (found["changes_found"], found["is_silent"]) == (1, False)


def test_the_usual_pause_is_an_hour_at_least_and_a_burst_does_not_shorten_it(desk: Store) -> None:
    assert silence(desk)["usual_gap_hours"] == 1
    hourly(desk, last_hours_ago=1, pause_hours=6, pauses=30)
    burst = [ago(100) + timedelta(milliseconds=number) for number in range(1000)]
    desk.land_events([landed_event(f"B{n}", at, "ACTIVE", "ENROLLMENT") for n, at in enumerate(burst)])
    assert silence(desk)["usual_gap_hours"] == pytest.approx(6)


def test_pauses_of_more_than_a_month_ago_are_forgotten(desk: Store) -> None:
    hourly(desk, last_hours_ago=24 * 31, pause_hours=20)
    hourly(desk, last_hours_ago=1, pause_hours=3)
    assert silence(desk)["usual_gap_hours"] == pytest.approx(3)


def test_a_change_explained_by_the_accounts_own_event_is_no_sign_of_silence(desk: Store) -> None:
    hourly(desk, last_hours_ago=12)
    desk.land_readings([poll("P", ago(30))])
    desk.land_events([landed_event("P", ago(11.9), "ACTIVE", "ENROLLMENT")])
    desk.land_readings([poll("P", ago(11.8), can_trade_crypto=True)])
    assert silence(desk)["changes_found"] == 0
    desk.land_readings([poll("P", ago(5), can_trade_crypto=False)])
    assert silence(desk)["changes_found"] == 1


def test_a_first_reading_and_what_we_changed_ourselves_are_no_changes(desk: Store) -> None:
    hourly(desk, last_hours_ago=12)
    desk.land_readings([poll("NEW", ago(3))])
    desk.land_readings([poll("P", ago(20))])
    desk.land_readings([poll("P", ago(2), missing_fields=["owners[0].phoneNumber"])])
    desk.land_kyb_starts([("P", KybStart(ago(1)))], "ann")
    assert silence(desk)["changes_found"] == 0


def test_a_desk_that_never_heard_anything_is_silent_once_polling_finds_changes(desk: Store) -> None:
    empty = silence(desk)
    assert (empty["last_event_at"], empty["silent_hours"], empty["is_silent"]) == (None, None, False)
    desk.land_registry(["P"], "file")
    change(desk, "update registry set registered_at = $at", {"at": as_naive(ago(48))})
    changed(desk, "P", hours_ago=2)
    found = silence(desk)
    assert (found["last_event_at"], found["changes_found"], found["is_silent"]) == (None, 1, True)
