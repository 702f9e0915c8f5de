"""Moving accounts on: in whatever order facts arrive, the rows are those that follow from all facts at once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.derived_rows import WRONG_KEYS, derive_everything, empty, land, rows_of
from tests.support.facts import (
    LONG_AGO,
    TARGET_HOURS,
    LandedEvent,
    ago,
    as_naive,
    company_documents,
    landed_event,
    must_verify,
    owner,
    poll,
)
from tests.support.last_word import last_word
from tests.support.rounds import examples
from tests.support.stores import new_store
from tests.support.tables import change, select, select_one
from workbench.domain.facts import AccountFacts, KybEnd, KybStart, Ruling
from workbench.store import AccountReading, Attribution, Store
from workbench.store.derived.facts_read import read_facts
from workbench.store.engine.keys import MAX_INLINE_KEYS, Keys
from workbench.store.engine.migrations import migrations

BOSS = Attribution("E", "ann", "by phone")
Fact = AccountReading | LandedEvent | tuple[str, KybStart] | KybEnd | Ruling


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """One store for all examples, because creating one takes longer than an example."""
    store = new_store()
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    yield store
    store.close()


accounts = st.sampled_from(["A", "E"])
hours = st.integers(1, 12).map(float)
STATUSES = [
    ("UNDER_REVIEW", "PENDING_REVIEW"),
    ("UNDER_REVIEW", "DOCUMENT_VERIFICATION"),
    ("ACTIVE", "ENROLLMENT"),
    ("SUSPENDED", "COMPLIANCE_LOCKED"),
    ("INACTIVE", "RISK_KYC"),
    ("CLOSED", "CLOSED"),
    ("GONE", None),
]
readings = st.builds(
    lambda of, hour, trades, name, documents, end, kind, status, opened, missing: poll(
        of,
        ago(hour),
        account_type="ENTITY" if (of == "E") != kind else "INDIVIDUAL",
        can_trade_crypto=trades,
        request_status=status,
        created_at=ago(opened),
        owners=(owner(given_name=name),),
        documents=company_documents(passports_expire_at=end) if documents else (),
        missing_fields=missing,
    ),
    accounts,
    hours,
    st.sampled_from([False, False, True]),
    st.sampled_from(["Ann", "Bo"]),
    st.booleans(),
    st.sampled_from([None, ago(30), ago(-2400)]),
    st.sampled_from([False] * 7 + [True]),
    st.sampled_from(["COMPLETE", "COMPLETE", "REJECTED"]),
    st.sampled_from([2400.0] * 4 + [8.0, 4800.0]),
    st.sampled_from([[], ["a"], ["a", "b"], ["a", "owners[0].identityDocument"]]),
)
events = st.builds(
    lambda of, hour, told_so: landed_event(of, ago(hour), *told_so), accounts, hours, st.sampled_from(STATUSES)
)
links = st.builds(
    lambda of, hour, life, url: must_verify(of, ago(hour), ago(hour - life) if life else None, url),
    accounts,
    hours,
    st.sampled_from([None, -3.0, 2.0, 6.0, 72.0]),
    st.sampled_from(["", "https://verify.example.test/same"]),
)
starts = st.builds(lambda hour, is_manual: ("E", KybStart(ago(hour), is_manual)), hours, st.booleans())
ends = st.builds(lambda hour, ending: KybEnd(ago(hour), ending), hours, st.sampled_from(["approved", "rejected"]))
rulings = st.builds(
    lambda hour, is_taken_back: Ruling(ago(hour), "owner_identity", "o1", is_taken_back=is_taken_back),
    hours,
    st.booleans(),
)
facts = readings | readings | readings | events | events | links | starts | ends | rulings


@st.composite
def arrivals(draw: st.DrawFn) -> list[Fact]:
    """Draw facts as they arrive: in order of time, as on most days, or in any order, some of them again."""
    drawn: list[Fact] = draw(st.lists(facts, min_size=2, max_size=9))
    if draw(st.booleans()):
        drawn.sort(key=time_of)
    return [*drawn, *draw(st.lists(st.sampled_from(drawn), max_size=2))]


def time_of(fact: Fact) -> datetime:
    if isinstance(fact, AccountReading):
        return fact.reading.started_at
    if isinstance(fact, tuple):
        return fact[1].started_at if isinstance(fact[1], KybStart) else fact[1].received_at
    return fact.ruled_at if isinstance(fact, Ruling) else fact.ended_at


def land_batch(store: Store, batch: Sequence[Fact]) -> None:
    land(store, [fact for fact in batch if not isinstance(fact, KybEnd | Ruling)])
    for fact in batch:
        if isinstance(fact, Ruling):
            store.land_ruling(BOSS, fact)
        if isinstance(fact, KybEnd):
            store.land_manual_end(BOSS, fact.ended_at, fact.ended_as)


def facts_of(store: Store) -> dict[str, AccountFacts]:
    with store.database.reader() as cursor:
        return read_facts(cursor, Keys(["A", "E"]))


MOVES = """
select
    client_account_id, ordinal, standing, entered_at, undated, reason_code, left_at, next_standing, left_undated,
    opened_at
from stays order by client_account_id, ordinal
"""
MOVES_BY_ORDER = """
select
    journey.client_account_id, ordinal, journey.standing, entered_at, undated,
    regexp_extract(cause, '^event \\S+ (\\S+)', 1), lead(entered_at) over steps,
    lead(journey.standing) over steps, coalesce(lead(undated) over steps, false), accounts.opened_at
from journey join accounts using (client_account_id)
window steps as (partition by journey.client_account_id order by ordinal)
order by journey.client_account_id, ordinal
"""
OTHER_COMPLETED = """
select client_account_id from accounts
where completed_link is distinct from (
    select min(links.ordinal) from links
    where links.client_account_id = accounts.client_account_id and completed_at is not null
)
"""


@pytest.mark.slow
@settings(derandomize=True, max_examples=examples(200), deadline=None)
@given(arrivals(), st.integers(1, 4), st.sampled_from([None, 9.0, 4.0]))
def test_rows_moved_on_are_those_that_follow_from_all_facts(
    store: Store, arrived: list[Fact], batch_of: int, update_sent: float | None
) -> None:
    """Derived again from all facts they are the same, and the standing is the one that the newest facts give.

    Every stay ends with the next entry of its account, as the order of the journey has it. Every account has a key of
    its own, which its journey has too.
    """
    empty(store)
    if update_sent:
        change(
            store,
            "insert into actions by name select $of as client_account_id, 'update_account' as kind, "
            "'accepted' as outcome, $at as started_at",
            {"of": "A", "at": as_naive(ago(update_sent))},
        )
    for start in range(0, len(arrived), batch_of):
        land_batch(store, arrived[start : start + batch_of])
    as_moved = rows_of(store)
    derive_everything(store)
    assert rows_of(store) == as_moved
    assert select(store, MOVES) == select(store, MOVES_BY_ORDER)
    assert select(store, OTHER_COMPLETED) == []
    assert select(store, WRONG_KEYS) == []
    standings = dict(select(store, "select client_account_id, standing from accounts"))
    expected = {one: last_word(found).value for one, found in facts_of(store).items() if found.events or found.readings}
    assert standings == expected


def rows_with_places(store: Store, table: str) -> set[str]:
    return set(map(repr, select(store, f"select rowid, * from {table}")))  # noqa: S608


def written_by(store: Store, act: Callable[[], object]) -> dict[str, int]:
    """Return how many rows of which tables are new or changed."""
    tables = ("accounts", "documents", "events", "journey", "links", "readings")
    before = {table: rows_with_places(store, table) for table in tables}
    act()
    after = {table: rows_with_places(store, table) for table in tables}
    return {table: len(after[table] - before[table]) for table in tables if after[table] != before[table]}


def test_a_reading_rewrites_its_accounts_row_alone(desk: Store) -> None:
    documents = company_documents()
    desk.land_readings([poll("A", ago(9), documents=documents, missing_fields=["a"])])
    desk.land_events([landed_event("A", ago(8), "UNDER_REVIEW", "PENDING_REVIEW")])
    news = poll("A", ago(7), documents=documents, missing_fields=["b"], can_trade_crypto=True)
    assert written_by(desk, lambda: desk.land_readings([news])) == {"accounts": 1, "readings": 1}
    (row,) = desk.read_rows("accounts/one", client_account_id="A")
    assert (row["is_restricted_by_event"], row["contradiction"]) == (True, None)
    assert select(desk, "select field from missing_fields") == [("b",)]


def test_documents_are_written_when_they_change(desk: Store) -> None:
    desk.land_readings([poll("A", ago(9), documents=company_documents())])
    news = poll("A", ago(7), documents=company_documents(passports_expire_at=ago(-48)))
    assert "documents" in written_by(desk, lambda: desk.land_readings([news]))


def test_an_unchanged_reading_changes_the_time_of_its_account_alone(desk: Store) -> None:
    desk.land_readings([poll("A", ago(9))])
    before = select_one(desk, "select rowid from accounts")
    assert written_by(desk, lambda: desk.land_readings([poll("A", ago(8))])) == {"accounts": 1}
    assert select_one(desk, "select rowid from accounts") == before
    assert desk.read_rows("accounts/one", client_account_id="A")[0]["read_at"] == as_naive(ago(8))


def test_an_event_in_order_adds_its_step_and_leaves_all_other_rows_where_they_are(desk: Store) -> None:
    desk.land_readings([poll("A", ago(9), documents=company_documents())])
    desk.land_events([must_verify("A", ago(8), ago(-64)), landed_event("A", ago(7), "UNDER_REVIEW", "PENDING_REVIEW")])
    place = select_one(desk, "select rowid from accounts")
    news = [landed_event("A", ago(6), "ACTIVE")]
    assert written_by(desk, lambda: desk.land_events(news)) == {"accounts": 1, "events": 1, "journey": 1}
    assert select_one(desk, "select rowid from accounts") == place


def test_expiring_documents_change_the_turn_of_an_entity_under_review(desk: Store) -> None:
    desk.land_readings([poll("E", ago(9), account_type="ENTITY")])
    desk.land_events([landed_event("E", ago(8), "UNDER_REVIEW", "PENDING_REVIEW")])
    assert desk.read_rows("accounts/one", client_account_id="E")[0]["turn"] == "us"
    documents = company_documents(passports_expire_at=ago(-48))
    desk.land_readings([poll("E", ago(7), account_type="ENTITY", documents=documents)])
    assert desk.read_rows("accounts/one", client_account_id="E")[0]["turn"] == "bakkt"
    (changes_at,) = select_one(desk, "select turn_changes_at from accounts")
    assert changes_at.date() > as_naive(ago(-48)).date() >= date(2026, 11, 20)


def test_accounts_known_before_identity_documents_mattered_get_their_turn() -> None:
    """The turn is stored, so the migration sets it for accounts that are not read again."""
    with duckdb.connect(":memory:") as old:
        for migration in migrations()[:21]:
            if migration.number == 21:
                old.execute(
                    "insert into accounts by name select * from (values ('A', 'submitted', 'bakkt'), "
                    "('B', 'under_review', 'bakkt'), ('C', 'active', 'nobody'), ('D', 'submitted', 'bakkt')) "
                    "as known(client_account_id, standing, turn);"
                    "insert into missing_fields values ('A', 0, 'owners[0].identityDocument'), "
                    "('B', 3, 'owners[2].identityDocument'), ('C', 0, 'owners[0].identityDocument'), "
                    "('D', 0, 'owners[0].phoneNumber')"
                )
            old.execute(migration.sql)
        rows = old.execute(
            "select client_account_id, turn, lacks_identity_document from accounts order by 1"
        ).fetchall()
    assert rows == [("A", "us", True), ("B", "us", True), ("C", "nobody", True), ("D", "bakkt", False)]


@pytest.mark.slow
def test_many_accounts_of_one_batch_are_moved_on_as_few_are(desk: Store) -> None:
    ids = [f"A-{number}" for number in range(MAX_INLINE_KEYS + 20)]
    land(desk, [fact for one in ids for fact in (poll(one, ago(9)), landed_event(one, ago(8), "UNDER_REVIEW"))])
    land(desk, [poll(one, ago(7), can_trade_crypto=True, missing_fields=["a"]) for one in ids])
    land(desk, [landed_event(one, ago(6), "ACTIVE") for one in ids])
    as_moved = rows_of(desk)
    assert len(select(desk, "from missing_fields")) == len(ids)
    derive_everything(desk)
    assert rows_of(desk) == as_moved


def test_a_link_that_ends_verification_is_judged_with_the_event_that_ends_it(desk: Store) -> None:
    desk.land_events([landed_event("A", ago(9), "UNDER_REVIEW"), must_verify("A", ago(8), ago(-64))])
    desk.land_events([must_verify("A", ago(6), ago(-66), "https://verify.example.test/second")])
    desk.land_events([landed_event("A", ago(5), "ACTIVE")])
    outcomes = "select completed_at is not null from links order by ordinal"
    assert select(desk, outcomes) == [(False,), (True,)]
    assert select(desk, "select first_expiry_at, cleared_at is not null from accounts") == [(None, True)]


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


def test_a_batch_of_many_moves_each_account_on_from_its_own_row(desk: Store) -> None:
    """So many rows are found by their numbers; some of these accounts are new and some known only by an event."""
    names = [f"A{number:03}" for number in range(MAX_INLINE_KEYS + 50)]
    desk.land_readings([poll(name, ago(10)) for name in names[60:]])
    desk.land_events(
        [landed_event(name, ago(9), ["ACTIVE", "SUSPENDED"][at % 2]) for at, name in enumerate(names[30:])]
    )
    desk.land_readings([poll(name, ago(5), can_trade_crypto=at % 3 == 0) for at, name in enumerate(names)])
    as_moved = rows_of(desk)
    standings = dict(select(desk, "select client_account_id, standing from accounts"))
    assert [standings[name] for name in names[28:34]] == ["submitted"] * 2 + ["active", "suspended"] * 2
    derive_everything(desk)
    assert rows_of(desk) == as_moved
