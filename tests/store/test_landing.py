"""Landing: the same facts give the same tables, whatever the order, batches or repetitions."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.facts import (
    CREATED,
    LONG_AGO,
    NOW,
    TARGET_HOURS,
    LandedEvent,
    ago,
    ahead,
    as_naive,
    company_documents,
    document,
    landed_event,
    must_verify,
    owner,
    poll,
)
from tests.support.stores import new_store
from tests.support.tables import select, select_one
from workbench.domain.facts import KybStart
from workbench.domain.vocabulary import Standing
from workbench.store import AccountReading, DocumentDate, SetAsideEvent, Store

TABLES = {  # without keys: accounts have them in the order of their arrival
    "journey": "select * exclude (account_key) from journey order by all",
    "links": "select * from links order by all",
    "accounts": "select * exclude (account_key, read_at) from accounts order by all",
}


def tables(store: Store) -> dict[str, list[tuple[object, ...]]]:
    return {name: select(store, sql) for name, sql in TABLES.items()}


def count(store: Store, table: str) -> int:
    return int(select_one(store, f"select count(*) from {table}")[0])  # noqa: S608


def journey(store: Store, client_account_id: str = "A") -> list[tuple[str, datetime, bool]]:
    rows = store.read_rows("accounts/journey", client_account_id=client_account_id)
    return [(row["standing"], row["entered_at"], row["undated"]) for row in rows]


def one(store: Store, client_account_id: str = "A") -> dict[str, object]:
    (row,) = store.read_rows("accounts/one", client_account_id=client_account_id)
    return row


def test_registering_says_how_many_ids_were_new(desk: Store) -> None:
    assert desk.land_registry(["A", "B", "A"], "file") == 2
    assert desk.land_registry(["B", "C"], "page") == 1
    assert desk.land_registry([], "file") == 0
    (row,) = desk.read_rows("accounts/registration", client_account_id="B")
    assert row["origin"] == "file"


@pytest.mark.many_cases
@pytest.mark.parametrize("odd", ["ACC 1/é", "a'b\"c;--", "x" * 300, "=SUM(A1)", "佐藤", "%", "🙂"])
def test_any_text_is_an_id(desk: Store, odd: str) -> None:
    desk.land_registry([odd], "file")
    desk.land_readings([poll(odd, ago(1))])
    desk.land_events([landed_event(odd, ago(0.5), "ACTIVE")])
    assert one(desk, odd)["standing"] == "active"
    assert [row["client_account_id"] for row in desk.read_rows("accounts/search", term=odd)] == [odd]


def test_an_account_only_registered_is_in_no_list(desk: Store) -> None:
    desk.land_registry(["A"], "file")
    assert desk.read_rows("accounts/standing") == []
    assert desk.read_rows("data/health")[0]["never_read"] == 1


def test_an_event_registers_its_account(desk: Store) -> None:
    desk.land_events([landed_event("A", ago(5), "ACTIVE")])
    (row,) = desk.read_rows("accounts/registration", client_account_id="A")
    assert row["origin"] == "event"


def test_a_repeated_reading_changes_nothing(desk: Store) -> None:
    first = poll("A", ago(10))
    assert desk.land_readings([first]) == 1
    before = tables(desk)
    assert desk.land_readings([first]) == 0
    assert desk.land_readings([poll("A", ago(5))]) == 0
    assert tables(desk) == before
    assert count(desk, "readings") == 1


def test_an_old_reading_repeated_changes_nothing(desk: Store) -> None:
    first, second = poll("A", ago(10)), poll("A", ago(5), can_trade_crypto=True)
    desk.land_readings([first])
    desk.land_readings([second])
    before = tables(desk)
    assert desk.land_readings([first]) == 0
    assert tables(desk) == before
    assert count(desk, "readings") == 2


def test_a_slow_old_reading_overwrites_nothing_newer(desk: Store) -> None:
    desk.land_readings([poll("A", ago(5), owners=(owner(given_name="New"),), can_trade_crypto=True)])
    desk.land_readings([poll("A", ago(6), owners=(owner(given_name="Old"),))])
    row = one(desk)
    assert row["display_name"] == "New Test"
    assert row["can_trade_crypto"] is True
    assert row["read_at"] == as_naive(ago(5))
    assert [owner["given_name"] for owner in desk.read_rows("accounts/owners", client_account_id="A")] == ["New"]
    assert journey(desk) == [("submitted", as_naive(CREATED), False), ("active", as_naive(ago(5)), False)]


def test_a_slow_old_answer_with_what_is_known_moves_the_change_back_to_its_own_time(desk: Store) -> None:
    desk.land_readings([poll("A", ago(7))])
    desk.land_readings([poll("A", ago(5), can_trade_crypto=True)])
    desk.land_readings([poll("A", ago(6), can_trade_crypto=True)])
    assert journey(desk)[-1] == ("active", as_naive(ago(6)), False)


def test_a_slow_old_answer_becomes_the_first_reading(desk: Store) -> None:
    desk.land_readings([poll("A", ago(5), can_trade_crypto=True)])
    desk.land_readings([poll("A", ago(6), can_trade_crypto=True)])
    assert journey(desk)[-1] == ("active", as_naive(ago(6)), True)


def test_readings_of_one_moment_are_ordered_by_content(desk: Store) -> None:
    pair = [poll("A", ago(5), owners=(owner(given_name=name),)) for name in ("Ann", "Bob")]
    found = []
    for order in permutations(pair):
        store = new_store()
        for reading in order:
            store.land_readings([reading])
        found.append(tables(store))
    assert found[0] == found[1]


def test_a_repeated_event_counts_once_at_its_earliest_receipt(desk: Store) -> None:
    account, event, body = landed_event("A", ago(5), "ACTIVE", request_id="r1")
    earlier = (account, replace(event, received_at=ago(8)), body)
    later = (account, replace(event, received_at=ago(2)), body)
    assert desk.land_events([(account, event, body), later]) == 1
    assert desk.land_events([later]) == 0
    assert desk.land_events([earlier]) == 0
    assert journey(desk)[-1] == ("active", as_naive(ago(8)), False)
    assert count(desk, "events") == 1


def test_the_same_request_id_with_other_content_is_another_event(desk: Store) -> None:
    first = landed_event("A", ago(5), "UNDER_REVIEW", request_id="r1")
    second = landed_event("A", ago(4), "ACTIVE", request_id="r1")
    assert desk.land_events([first, second]) == 2
    assert one(desk)["standing"] == "active"


def test_a_delivery_set_aside_is_kept_once(desk: Store) -> None:
    odd = SetAsideEvent(ago(1), "no partnerPartyRef", "hash", "{}")
    assert desk.land_set_aside([odd, odd]) == 1
    assert desk.land_set_aside([odd]) == 0
    assert desk.read_rows("data/health")[0]["events_set_aside"] == 1


def test_a_kyb_start_told_twice_is_one(desk: Store) -> None:
    desk.land_readings([poll("A", ago(30), account_type="ENTITY")])
    start = ("A", KybStart(ago(20)))
    assert desk.land_kyb_starts([start, start], "ann") == 1
    assert desk.land_kyb_starts([start], "bob") == 0
    assert journey(desk)[-1] == ("kyb_screening", as_naive(ago(20)), False)


def test_a_kyb_start_before_the_first_reading_is_remembered(desk: Store) -> None:
    desk.land_kyb_starts([("A", KybStart(ago(20)))], "ann")
    assert desk.read_rows("accounts/standing") == []
    desk.land_readings([poll("A", ago(10), account_type="ENTITY")])
    assert journey(desk)[-1] == ("kyb_screening", as_naive(ago(20)), False)


def test_a_documents_date_survives_later_readings_and_shorter_lists(desk: Store) -> None:
    paper = document("PASSPORT", client_document_id="d1", client_owner_id="o1")
    desk.land_readings([poll("A", ago(9), documents=[paper])])
    desk.land_document_dates([DocumentDate("d1", ago(100))])
    desk.land_readings([poll("A", ago(8), documents=[paper], can_trade_crypto=True)])
    desk.land_readings([poll("A", ago(7))])
    (row,) = desk.read_rows("accounts/documents", client_account_id="A")
    assert row["created_at"] == as_naive(ago(100))
    assert desk.read_rows("sync/undated_documents") == []


def test_the_newest_document_of_one_kind_is_current(desk: Store) -> None:
    documents = [document("PASSPORT", client_document_id=f"d{n}", client_owner_id="o1") for n in range(3)]
    licence = document("DRIVERS_LICENSE", client_document_id="back", side="BACK", client_owner_id="o1")
    desk.land_readings([poll("A", ago(9), documents=[*documents, licence])])
    desk.land_document_dates([DocumentDate("d0", ago(10)), DocumentDate("d1", ago(5)), DocumentDate("back", ago(50))])
    rows = desk.read_rows("accounts/documents", client_account_id="A")
    assert {row["client_document_id"] for row in rows if row["is_current"]} == {"d1", "back"}
    assert len(rows) == 4


def test_accounts_landed_before_the_first_target_become_due_by_it() -> None:
    store = new_store()
    store.land_readings([poll("A", ago(10))])
    store.land_targets({Standing.SUBMITTED: 24}, 24, NOW)
    assert [row["client_account_id"] for row in store.read_rows("backlog/stuck")] == ["A"]


def test_a_changed_target_holds_for_later_entries_alone(desk: Store) -> None:
    desk.land_events([landed_event("A", ago(30), "UNDER_REVIEW")])
    desk.land_targets({Standing.UNDER_REVIEW: 10}, 24, ago(20))
    desk.land_events(
        [landed_event("B", ago(15), "UNDER_REVIEW"), landed_event("A", ago(14), "UNDER_REVIEW", "PENDING_REVIEW")]
    )
    due = {row["client_account_id"]: row["due_at"] for row in desk.read_rows("accounts/standing")}
    assert due == {"A": as_naive(ahead(42)), "B": as_naive(ago(5))}


def test_an_unchanged_target_keeps_its_date(desk: Store) -> None:
    before = count(desk, "targets")
    desk.land_targets(TARGET_HOURS, 24, NOW)
    assert count(desk, "targets") == before


Fact = AccountReading | LandedEvent | tuple[str, KybStart]
Batch = list[Fact]


@st.composite
def histories(draw: st.DrawFn) -> Batch:
    """Draw readings and events of two accounts, one fact per hour, in order of time."""
    hours = draw(st.lists(st.integers(1, 90), unique=True, min_size=2, max_size=7))
    return [draw(_facts_at(float(hour))) for hour in sorted(hours, reverse=True)]


def _facts_at(hour: float) -> st.SearchStrategy[Fact]:
    account = st.sampled_from(["A", "E"])
    readings = st.builds(
        lambda trades, name, documents, of: poll(
            of,
            ago(hour),
            account_type="ENTITY" if of == "E" else "INDIVIDUAL",
            can_trade_crypto=trades,
            owners=(owner(given_name=name),),
            documents=company_documents() if documents else (),
        ),
        st.sampled_from([False, False, True]),
        st.sampled_from(["Ann", "Bo"]),
        st.booleans(),
        account,
    )
    states = st.builds(
        lambda of, status: landed_event(of, ago(hour), status), account, st.sampled_from(["ACTIVE", "SUSPENDED"])
    )
    links = st.builds(
        lambda of, life: must_verify(of, ago(hour), ago(hour - life)), account, st.sampled_from([-3, 6, 72])
    )
    return readings | readings | states | links | st.just(("E", KybStart(ago(hour))))


def land(facts: Batch, batch_of: int) -> dict[str, list[tuple[object, ...]]]:
    store = new_store()
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    for start in range(0, len(facts), batch_of):
        batch = facts[start : start + batch_of]
        readings = [fact for fact in batch if isinstance(fact, AccountReading)]
        others = [fact for fact in batch if not isinstance(fact, AccountReading)]
        store.land_readings(readings)
        store.land_events([fact for fact in others if len(fact) == 3])
        store.land_kyb_starts([fact for fact in others if len(fact) == 2], "ann")
    found = tables(store)
    store.close()
    return found


bounded = settings(derandomize=True, max_examples=6, deadline=None)


@pytest.mark.slow
@bounded
@given(histories(), st.integers(2, 9), st.integers(0, 99))
def test_batches_and_repeats_make_no_difference(facts: Batch, batch_of: int, seed: int) -> None:
    repeated = [fact for fact in facts for _ in range(Random(seed + len(str(fact))).choice((1, 1, 2)))]
    assert land(repeated, batch_of) == land(facts, 1)


@pytest.mark.slow
@bounded
@given(histories(), st.integers(1, 4), st.integers(0, 99))
def test_events_may_come_in_any_order(facts: Batch, batch_of: int, seed: int) -> None:
    readings = [fact for fact in facts if isinstance(fact, AccountReading)]
    events = [fact for fact in facts if not isinstance(fact, AccountReading)]
    Random(seed).shuffle(events)
    arrived = [*events, *readings] if seed % 2 else [*readings, *events]
    assert land(arrived, batch_of) == land(facts, 1)


@bounded
@given(histories(), st.integers(0, 9))
def test_a_reading_that_comes_one_reading_late_makes_no_difference(facts: Batch, which: int) -> None:
    late = which % len(facts)
    followers = [n for n in range(late + 1, len(facts)) if same_account(facts[late], facts[n])]
    if not isinstance(facts[late], AccountReading) or not followers:
        return
    arrived = [*facts[:late], *facts[late + 1 : followers[0] + 1], facts[late], *facts[followers[0] + 1 :]]
    assert land(arrived, 1) == land(facts, 1)


def same_account(fact: Fact, other: Fact) -> bool:
    if not isinstance(fact, AccountReading) or not isinstance(other, AccountReading):
        return False
    return fact.client_account_id == other.client_account_id
