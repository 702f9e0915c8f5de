"""Where trading and the latest event disagree: restricted by event, which the guide announces, or a contradiction."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.facts import NOW, TARGET_HOURS, ago, landed_event, must_verify, poll
from tests.support.stores import new_store
from workbench.store import Store


@pytest.fixture
def desk() -> Iterator[Store]:
    store = new_store()
    store.stop_clock(NOW)
    yield store
    store.close()


def told(desk: Store, name: str, hours_ago: float, status: str | None, reason: str | None = None) -> None:
    desk.land_events([landed_event(name, ago(hours_ago), status, reason)])


def read(desk: Store, name: str, hours_ago: float, *, trades: bool) -> None:
    desk.land_readings([poll(name, ago(hours_ago), can_trade_crypto=trades)])


def names(desk: Store, query: str) -> list[str]:
    return [row["client_account_id"] for row in desk.read_rows(query)]


def disagreement(desk: Store, name: str) -> tuple[bool, str | None]:
    (row,) = desk.read_rows("accounts/one", client_account_id=name)
    return row["is_restricted_by_event"], row["contradiction"]


@pytest.mark.parametrize("status", ["SUSPENDED", "INACTIVE", "LIQUIDATED", "CLOSED", "UNDER_REVIEW"])
def test_an_account_that_can_trade_after_such_an_event_is_restricted_by_it_and_no_contradiction(
    desk: Store, status: str
) -> None:
    told(desk, "A", 5, status, "OTHER")
    read(desk, "A", 4.9, trades=True)
    assert disagreement(desk, "A") == (True, None)
    assert names(desk, "accounts/restricted") == ["A"]
    assert names(desk, "accounts/contradictions") == []


def test_one_that_must_verify_or_failed_its_checks_is_restricted_too(desk: Store) -> None:
    desk.land_events([must_verify("V", ago(5), ago(-60))])
    told(desk, "R", 5, "INACTIVE", "RISK_KYC")
    for name in "VR":
        read(desk, name, 4, trades=True)
    assert sorted(names(desk, "accounts/restricted")) == ["R", "V"]


@pytest.mark.parametrize("status", ["ACTIVE", "FROZEN", None])
def test_no_other_event_restricts(desk: Store, status: str | None) -> None:
    told(desk, "A", 5, status, "NEW_REASON")
    read(desk, "A", 1, trades=True)
    assert disagreement(desk, "A") == (False, None)


def test_what_was_read_before_the_event_says_nothing(desk: Store) -> None:
    read(desk, "A", 5, trades=True)
    told(desk, "A", 4, "SUSPENDED", "OTHER")
    assert disagreement(desk, "A") == (False, None)
    read(desk, "A", 3, trades=True)
    assert disagreement(desk, "A") == (True, None)


def test_without_an_event_nothing_is_restricted_and_nothing_contradicts(desk: Store) -> None:
    read(desk, "A", 5, trades=True)
    read(desk, "A", 1, trades=False)
    read(desk, "B", 1, trades=True)
    assert [disagreement(desk, name) for name in "AB"] == [(False, None)] * 2


@pytest.mark.parametrize(("minutes", "is_listed"), [(1, False), (59, False), (60, True), (600, True)])
def test_active_by_event_and_not_trading_contradicts_from_an_hour_after_the_event(
    desk: Store, minutes: int, is_listed: bool
) -> None:
    """The review ends in Bakkt's systems one after another."""
    desk.land_events([landed_event("A", NOW - timedelta(hours=20), "ACTIVE", "ENROLLMENT")])
    read(desk, "A", 20 - minutes / 60, trades=False)
    assert disagreement(desk, "A") == (False, "active by event, but cannot trade" if is_listed else None)
    assert names(desk, "accounts/contradictions") == (["A"] if is_listed else [])


def test_a_reading_that_found_nothing_new_counts_as_well(desk: Store) -> None:
    """Readings are kept only where they differ, but the account was asked again."""
    read(desk, "A", 30, trades=False)
    told(desk, "A", 20, "ACTIVE", "ENROLLMENT")
    assert names(desk, "accounts/contradictions") == []
    read(desk, "A", 1, trades=False)
    assert names(desk, "accounts/contradictions") == ["A"]


def test_that_hour_is_as_short_as_the_others_in_practice(desk: Store) -> None:
    desk.land_targets(TARGET_HOURS, 24, ago(500), speed=3600)
    told(desk, "A", 2, "ACTIVE", "ENROLLMENT")
    read(desk, "A", 2 - 2 / 3600, trades=False)
    assert names(desk, "accounts/contradictions") == ["A"]
