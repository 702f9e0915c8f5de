"""Manual KYB decisions in the store: in any order of arrival, rows match the facts, in SQL as in the domain."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.facts import LONG_AGO, NOW, TARGET_HOURS, ago, as_naive, company_documents, landed_event, owner, poll
from tests.support.rounds import examples
from tests.support.stores import new_store
from tests.support.tables import select, select_one
from workbench.domain.facts import KybEnd, KybStart, Requirement, Ruling
from workbench.domain.kyb.checklist import rulings_in_force, with_rulings
from workbench.domain.standing.advance import fact_time
from workbench.store import AccountReading, Attribution, Store
from workbench.store.derived.rulings import parse_lines, write_lines
from workbench.store.derived.states import derive
from workbench.store.engine.migrations import migrations

ANN = Attribution("E", "Ann", "Holds 4 %")
OWNERS = (owner("o1"), owner("o2", position=1))
TABLES = (*("journey", "accounts", "readings", "kyb_rulings", "kyb_starts", "kyb_ends", "documents"),)


def read(hours: float, *, papers_of: tuple[str, ...] = ("o1",), ends_in: float | None = None) -> AccountReading:
    documents = company_documents(papers_of, passports_expire_at=ago(-ends_in) if ends_in else None)
    return poll("E", ago(hours), account_type="ENTITY", owners=OWNERS, documents=documents, created_at=ago(900))


def standings(store: Store) -> list[tuple[str, object]]:
    rows = store.read_rows("accounts/journey", client_account_id="E")
    return [(row["standing"], row["entered_at"]) for row in rows]


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    columns = (
        "client_account_id, standing, standing_since, turn, turn_changes_at, kyb_ready_through, due_at, documented_at"
    )
    return {
        "journey": select(store, "select * exclude (account_key) from journey order by all"),
        "accounts": select(store, f"select {columns} from accounts order by all"),  # noqa: S608
    }


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Store, Store]]:
    both = new_store(), new_store()
    for store in both:
        store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    yield both
    for store in both:
        store.close()


def empty(store: Store) -> None:
    with store.database.writer() as cursor:
        for table in TABLES:
            cursor.execute(f"delete from {table}")  # noqa: S608


def test_a_ruling_counts_from_its_own_time_and_changes_nothing_before(desk: Store) -> None:
    desk.land_readings([read(40)])
    assert desk.land_ruling(ANN, Ruling(ago(30), "owner_identity", "o2"))
    assert standings(desk) == [("kyb_documents", as_naive(ago(900))), ("kyb_ready", as_naive(ago(30)))]
    assert desk.read_rows("accounts/one", client_account_id="E")[0]["due_at"] == as_naive(ago(6))


def test_a_slow_old_answer_does_not_undo_a_ruling(desk: Store) -> None:
    desk.land_readings([read(20)])
    desk.land_ruling(ANN, Ruling(ago(10), "owner_identity", "o2"))
    desk.land_readings([read(40, papers_of=())])
    assert [standing for standing, _ in standings(desk)] == ["kyb_documents", "kyb_ready"]


def test_the_turn_changes_when_a_marked_document_expires(desk: Store) -> None:
    desk.land_readings([read(40)])
    desk.land_events([landed_event("E", ago(20), "UNDER_REVIEW", "PENDING_REVIEW")])
    last_day = (NOW + timedelta(days=3)).date()
    desk.land_ruling(ANN, Ruling(ago(10), "owner_identity", "o2", "card", last_day))
    row = select_one(desk, "select turn, turn_changes_at, turn_after from accounts")
    assert (row[0], row[1].date(), row[2]) == ("bakkt", last_day + timedelta(days=1), "us")


hours = st.integers(2, 40).map(float)
readings = st.builds(
    read,
    hours,
    papers_of=st.sampled_from([(), ("o1",), ("o1",), ("o2",), ("o1", "o2")]),
    ends_in=st.sampled_from([None, 24.0, -15.0]),
)
rulings = st.builds(
    Ruling,
    hours.map(lambda hour: ago(hour + 0.5)),
    st.just("owner_identity"),
    st.sampled_from(["o1", "o2", "o2"]),
    st.sampled_from([None, None, "card"]),
    st.sampled_from([None, date(2026, 11, 17), date(2026, 11, 20)]),
)
starts = st.builds(lambda hour: KybStart(ago(hour + 0.25), is_manual=True), hours)
ends = st.builds(
    lambda hour, ended_as: KybEnd(ago(hour + 0.125), ended_as),
    hours,
    st.sampled_from(["approved", "rejected", "withdrawn"]),
)
bounded = settings(derandomize=True, max_examples=examples(30), deadline=None)


def land(store: Store, fact: AccountReading | Ruling | KybStart | KybEnd) -> None:
    if isinstance(fact, AccountReading):
        store.land_readings([fact])
    elif isinstance(fact, Ruling):
        store.land_ruling(ANN, fact)
    elif isinstance(fact, KybStart):
        store.land_manual_start(ANN, fact.started_at)
    else:
        store.land_manual_end(ANN, fact.ended_at, fact.ended_as)


@pytest.mark.slow
@bounded
@given(st.lists(readings | readings | rulings | starts | ends, min_size=2, max_size=8, unique_by=repr), st.randoms())
def test_rows_follow_from_the_facts_whenever_they_came(
    pair: tuple[Store, Store], facts: list[AccountReading | Ruling | KybStart | KybEnd], random: Random
) -> None:
    """Keep one ruling per subject, because a second one that changes nothing is not stored."""
    once = {one.subject: one for one in facts if isinstance(one, Ruling)}
    facts = [one for one in facts if not isinstance(one, Ruling) or once[one.subject] is one]
    straight, mixed = pair
    for store in pair:
        empty(store)
    for fact in facts:
        land(straight, fact)
    shuffled = list(facts)
    random.shuffle(shuffled)
    for fact in shuffled:
        land(mixed, fact)
    as_moved = rows_of(straight)
    assert rows_of(mixed) == as_moved
    with straight.database.writer() as cursor:
        derive(cursor, ["E"])
    assert rows_of(straight) == as_moved


@pytest.mark.slow
@bounded
@given(readings, st.lists(rulings, max_size=4))
def test_the_list_and_the_domain_judge_a_line_alike(
    pair: tuple[Store, Store], newest: AccountReading, given_by_people: list[Ruling]
) -> None:
    store = pair[0]
    empty(store)
    store.stop_clock(NOW)
    store.land_readings([newest])
    kept = [ruling for ruling in given_by_people if store.land_ruling(ANN, ruling)]
    lines = with_rulings(newest.requirements, rulings_in_force(kept))
    told_by_list = {
        (row["requirement"], row["client_owner_id"]): (row["is_met"], row["holds_through"])
        for row in store.read_rows("kyb/checklist", client_account_id="E")
    }
    today = NOW.date()
    assert told_by_list == {
        (line.requirement, line.client_owner_id): (line.is_met(today), line.valid_through) for line in lines
    }


def is_screened(facts: list[KybStart | KybEnd]) -> bool:
    """Whether manual KYB goes on or was approved, told without the rule of the workbench."""
    so_far = "not begun"
    for _, fact in sorted((fact_time(fact), fact) for fact in facts):
        if isinstance(fact, KybStart):
            so_far = "goes on"
        elif so_far == "goes on":
            so_far = fact.ended_as
    return so_far in {"goes on", "approved"}


OfABusiness = tuple[AccountReading, list[Ruling], list[KybStart | KybEnd]]
of_a_business = st.tuples(
    readings, st.lists(rulings, max_size=4), st.lists(starts | ends, max_size=3, unique_by=fact_time)
)


def with_these_alone(store: Store, facts: OfABusiness) -> Store:
    newest, given_by_people, screening = facts
    empty(store)
    store.stop_clock(NOW)
    for fact in [newest, *given_by_people, *screening]:
        land(store, fact)
    return store


@pytest.mark.slow
@bounded
@given(of_a_business)
def test_a_business_is_ready_while_its_checklist_is_met_and_it_is_not_screened(
    pair: tuple[Store, Store], facts: OfABusiness
) -> None:
    store, (_, _, screening) = with_these_alone(pair[0], facts), facts
    lines = store.read_rows("kyb/checklist", client_account_id="E")
    is_open = store.read_rows("accounts/one", client_account_id="E")[0]["standing"] != "rejected"
    is_ready = is_open and all(line["is_met"] for line in lines) and not is_screened(screening)
    ends_on = min((line["holds_through"] for line in lines if line["holds_through"]), default=None)
    found = [(row["client_account_id"], row["holds_through"]) for row in store.read_rows("kyb/ready")]
    assert found == [("E", ends_on)] * is_ready
    assert store.read_rows("backlog/counts")[0]["kyb_ready"] == is_ready
    listed = store.read_rows("backlog/list", view="kyb_ready")
    assert [(row["client_account_id"], row["holds_through"]) for row in listed] == found


@pytest.mark.slow
@bounded
@given(of_a_business)
def test_a_database_of_before_is_given_the_day_that_follows_from_its_facts(
    pair: tuple[Store, Store], facts: OfABusiness
) -> None:
    store = with_these_alone(pair[0], facts)
    told = select(store, "select kyb_ready_through from accounts")
    step = next(one.sql for one in migrations() if one.number == 111)
    with store.database.writer() as cursor:
        cursor.execute("update accounts set kyb_ready_through = null")
        cursor.execute(step[step.index("update accounts") : step.index(";", step.index("update accounts"))])
    assert select(store, "select kyb_ready_through from accounts") == told


def test_a_business_is_ready_until_the_last_day_of_a_document_is_over(desk: Store) -> None:
    desk.land_readings([read(40)])
    last_day = (NOW + timedelta(days=3)).date()
    desk.land_ruling(ANN, Ruling(ago(10), "owner_identity", "o2", "card", last_day))
    for days, ready in ((0, 1), (3, 1), (4, 0)):
        desk.stop_clock(NOW + timedelta(days=days))
        assert (desk.read_rows("backlog/counts")[0]["kyb_ready"], len(desk.read_rows("kyb/ready"))) == (ready, ready)


def test_a_checklist_is_kept_and_read_back_line_by_line() -> None:
    lines = read(5, ends_in=24.0).requirements
    text = write_lines(lines)
    assert text is not None
    again = parse_lines(text)
    assert [(one.requirement, one.client_owner_id, one.has_documents, one.valid_through) for one in again] == [
        (one.requirement, one.client_owner_id, one.has_documents, one.valid_through) for one in lines
    ]
    assert write_lines(()) is None


def test_a_database_from_before_rulings_knows_the_newest_checklists() -> None:
    """Older readings have none, and individuals never do, so no decision refers to them."""
    with duckdb.connect(":memory:") as old:
        for migration in migrations():
            if migration.number == 6:
                old.execute(
                    "insert into accounts by name select * from (values ('E', 'new'), ('A', 'his')) "
                    "as known(client_account_id, content_hash);"
                    "insert into readings by name select * from (values ('E', 'old'), ('E', 'new'), ('A', 'his')) "
                    "as known(client_account_id, content_hash);"
                    "insert into requirements values ('E', 1, 'owner_identity', 'o\"1', true, date '2027-03-04', 'x'), "
                    "('E', 0, 'structure_chart', null, false, null, 'y')"
                )
            old.execute(migration.sql)
        rows = dict(old.execute("select content_hash, checklist from readings").fetchall())
    assert (rows["old"], rows["his"]) == (None, None)
    assert parse_lines(rows["new"]) == (
        Requirement("structure_chart", None, False, None, ""),
        Requirement("owner_identity", 'o"1', True, date(2027, 3, 4), ""),
    )


def test_turnaround_tells_when_who_how_long_and_what_came(desk: Store) -> None:
    desk.land_readings([read(90), poll("F", ago(90), account_type="ENTITY"), poll("G", ago(90), account_type="ENTITY")])
    desk.land_kyb_starts([("E", KybStart(ago(80))), ("F", KybStart(ago(70)))], "Ann")
    desk.land_manual_start(Attribution("G", "Bo", "An owner is a company"), ago(60))
    desk.land_events(
        [
            landed_event("E", ago(79), "UNDER_REVIEW", "PENDING_REVIEW"),
            landed_event("E", ago(50), "ACTIVE", "ENROLLMENT"),
        ]
    )
    desk.land_manual_end(Attribution("G", "Bo", "all fine"), ago(20), "approved")
    rows = {row["client_account_id"]: row for row in desk.read_rows("kyb/turnaround")}
    assert [*rows] == ["G", "F", "E"]
    assert (rows["E"]["hours"], rows["E"]["outcome"], rows["E"]["started_by"]) == (30, "active", "Ann")
    assert (rows["F"]["hours"], rows["F"]["outcome"], rows["F"]["decided_at"]) == (None, None, None)
    assert (rows["G"]["hours"], rows["G"]["ended_as"], rows["G"]["is_manual"]) == (40, "approved", True)


def test_the_usual_turnaround_lies_between_the_screens_that_were_decided(desk: Store) -> None:
    """By hand, with linear interpolation: of 10, 20, 30, 40, 100 h the median is 30 and the 90th percentile 76."""
    took = {"A": 10, "B": 20, "C": 30, "D": 40, "F": 100}
    opened = [*took, "manual", "open"]
    desk.land_readings([poll(name, ago(300), account_type="ENTITY") for name in opened])
    desk.land_kyb_starts([(name, KybStart(ago(200))) for name in took] + [("open", KybStart(ago(90)))], "Ann")
    desk.land_events([landed_event(name, ago(200 - hours), "ACTIVE") for name, hours in took.items()])
    desk.land_manual_start(Attribution("manual", "Bo", "An owner is a company"), ago(70))
    desk.land_manual_end(Attribution("manual", "Bo", "all fine"), ago(20), "approved")
    (triggered,) = desk.read_rows("kyb/turnaround_summary", is_manual=False)
    assert (triggered["screens_timed"], triggered["median_hours"], triggered["p90_hours"]) == (5, 30, pytest.approx(76))
    assert (triggered["screens_open"], triggered["oldest_started_at"]) == (1, as_naive(ago(90)))
    (every,) = desk.read_rows("kyb/turnaround_summary")
    assert (every["screens"], every["median_hours"], every["p90_hours"]) == (7, 35, pytest.approx(75))


def test_an_end_belongs_to_the_manual_kyb_before_it_whatever_else_was_started_since(desk: Store) -> None:
    desk.land_readings([read(90)])
    desk.land_manual_start(ANN, ago(60))
    desk.land_kyb_starts([("E", KybStart(ago(50)))], "the registry file")
    desk.land_manual_end(ANN, ago(40), "withdrawn")
    rows = desk.read_rows("kyb/screens", client_account_id="E")
    assert [(row["is_manual"], row["ended_as"]) for row in rows] == [(False, None), (True, "withdrawn")]
    assert [standing for standing, _ in standings(desk)] == ["kyb_documents", "kyb_screening"]


def test_a_business_whose_manual_kyb_was_withdrawn_is_ready_again(desk: Store) -> None:
    desk.land_readings([read(40, papers_of=("o1", "o2"))])
    desk.land_manual_start(ANN, ago(30))
    assert desk.read_rows("kyb/ready") == []
    desk.land_manual_end(ANN, ago(20), "withdrawn")
    assert [row["client_account_id"] for row in desk.read_rows("kyb/ready")] == ["E"]


def test_entities_with_every_document_and_no_kyb_start_are_ready(desk: Store) -> None:
    whole = company_documents(("o1",))
    desk.land_readings(
        [
            read(40),
            poll("R", ago(40), account_type="ENTITY", documents=whole),
            poll("S", ago(40), account_type="ENTITY", documents=whole),
            poll("T", ago(40), account_type="ENTITY", documents=whole),
        ]
    )
    desk.land_kyb_starts([("S", KybStart(ago(20)))], "Ann")
    desk.land_events([landed_event("T", ago(20), "ACTIVE", "ENROLLMENT")])
    assert [row["client_account_id"] for row in desk.read_rows("kyb/ready")] == ["R"]
