"""An event in order advances the stored rows to those derived from all facts, with few writes."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.derived_rows import derive_everything, empty, land, rows_of
from tests.support.facts import (
    LONG_AGO,
    TARGET_HOURS,
    LandedEvent,
    ago,
    company_documents,
    landed_event,
    must_verify,
    poll,
)
from tests.support.stores import new_store
from tests.support.tables import select
from workbench.domain.facts import KybStart, Ruling
from workbench.store import AccountReading, Attribution, Store


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """One store for all examples, because creating one takes longer than an example."""
    store = new_store()
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    yield store
    store.close()


Fact = AccountReading | LandedEvent | tuple[str, KybStart] | Ruling
Arrival = tuple[Callable[[str, float, int], Fact], str, int]
STATUSES = [
    ("UNDER_REVIEW", "PENDING_REVIEW"),
    ("UNDER_REVIEW", "DOCUMENT_VERIFICATION"),
    ("ACTIVE", "ENROLLMENT"),
    ("SUSPENDED", "COMPLIANCE_LOCKED"),
    ("INACTIVE", "RISK_KYC"),
    ("CLOSED", "CLOSED"),
    ("GONE", None),
]


def a_reading(account: str, hour: float, choice: int) -> Fact:
    documents = company_documents(passports_expire_at=ago(20) if choice == 1 else None) if choice else ()
    lacking = ["owners[0].identityDocument"] if choice in {0, 3, 5} else []
    kind = "ENTITY" if account == "E" else "INDIVIDUAL"
    return poll(
        account, ago(hour), account_type=kind, can_trade_crypto=choice == 2, documents=documents, missing_fields=lacking
    )


def an_event(account: str, hour: float, choice: int) -> Fact:
    return landed_event(account, ago(hour), *STATUSES[choice])


def a_link(account: str, hour: float, choice: int) -> Fact:
    """Return a link event: expired on arrival, expiring soon, expiring late, or repeated."""
    ends_at = ago(hour - (-1.0, 3.0, 72.0)[choice % 3])
    return must_verify(account, ago(hour), ends_at, "https://verify.example.test/same" if choice > 3 else "")


def a_start(account: str, hour: float, choice: int) -> Fact:
    return account, KybStart(ago(hour), is_manual=choice == 1)


def a_ruling(_account: str, hour: float, choice: int) -> Fact:
    return Ruling(ago(hour), "owner_identity", "o1", is_taken_back=choice == 1)


makers = st.sampled_from([an_event, an_event, an_event, a_link, a_link, a_reading, a_start, a_ruling])
arrivals = st.lists(st.tuples(makers, st.sampled_from("AE"), st.integers(0, 6)), min_size=6, max_size=14)
first_readings = st.lists(st.tuples(st.just(a_reading), st.sampled_from("AE"), st.integers(0, 6)), max_size=2)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(first_readings, arrivals)
def test_what_arrives_in_order_of_time_leaves_the_rows_that_follow_from_all_facts(
    store: Store, read: Sequence[Arrival], arrived: Sequence[Arrival]
) -> None:
    empty(store)
    for place, (make, account, choice) in enumerate([*read, *arrived]):
        fact = make(account, 100.0 - 4 * place, choice)
        if isinstance(fact, Ruling):
            store.land_ruling(Attribution("E", "ann", "by phone"), fact)
        else:
            land(store, [fact])
    as_moved = rows_of(store)
    derive_everything(store)
    assert rows_of(store) == as_moved


def rows_with_places(store: Store, table: str) -> set[str]:
    return set(map(repr, select(store, f"select rowid, * from {table}")))  # noqa: S608


def test_an_event_in_order_adds_its_step_and_leaves_all_other_rows_where_they_are(desk: Store) -> None:
    desk.land_readings([poll("A", ago(9), documents=company_documents())])
    desk.land_events([must_verify("A", ago(8), ago(-64)), landed_event("A", ago(7), "UNDER_REVIEW", "PENDING_REVIEW")])
    tables = ("events", "journey", "links", "accounts", "readings", "documents")
    before = {table: rows_with_places(desk, table) for table in tables}
    desk.land_events([landed_event("A", ago(6), "ACTIVE")])
    after = {table: rows_with_places(desk, table) for table in tables}
    assert {table for table in tables if after[table] != before[table]} == {"events", "journey", "accounts"}
    assert [len(after[table] - before[table]) for table in ("events", "journey", "accounts")] == [1, 1, 1]
    assert before["events"] < after["events"]
    assert before["journey"] < after["journey"]


def test_a_link_that_ends_verification_is_judged_with_the_event_that_ends_it(desk: Store) -> None:
    desk.land_events([landed_event("A", ago(9), "UNDER_REVIEW"), must_verify("A", ago(8), ago(-64))])
    desk.land_events([must_verify("A", ago(6), ago(-66), "https://verify.example.test/second")])
    desk.land_events([landed_event("A", ago(5), "ACTIVE")])
    outcomes = "select completed_at is not null from links order by ordinal"
    assert select(desk, outcomes) == [(False,), (True,)]
    assert select(desk, "select counted_expiries, cleared_at is not null from accounts") == [([], True)]


def test_a_second_clearing_and_a_late_event_leave_the_first_where_it_was(desk: Store) -> None:
    desk.land_readings([poll("A", ago(10))])
    for hour, status in ((9, "ACTIVE"), (8, "SUSPENDED"), (7, "ACTIVE"), (7.5, "CLOSED")):
        desk.land_events([landed_event("A", ago(hour), status)])
        as_moved = rows_of(desk)
        derive_everything(desk)
        assert rows_of(desk) == as_moved


def test_an_entity_comes_under_review_with_the_documents_it_has(desk: Store) -> None:
    desk.land_readings([poll("E", ago(10), account_type="ENTITY", documents=company_documents())])
    desk.land_events([landed_event("E", ago(9), "ACTIVE")])
    desk.land_events([landed_event("E", ago(8), "UNDER_REVIEW")])
    assert desk.read_rows("accounts/one", client_account_id="E")[0]["turn"] == "bakkt"


def test_two_events_of_one_account_in_one_batch_are_told_in_their_order(desk: Store) -> None:
    desk.land_events([landed_event("A", ago(9), "UNDER_REVIEW")])
    desk.land_events([landed_event("A", ago(7), "ACTIVE"), landed_event("A", ago(8), "SUSPENDED")])
    steps = desk.read_rows("accounts/journey", client_account_id="A")
    assert [step["standing"] for step in steps] == ["submitted", "under_review", "suspended", "active"]
    assert steps[-1]["entered_at"] - steps[-2]["entered_at"] == timedelta(hours=1)
