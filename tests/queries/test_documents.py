"""Documents: which is current, which expires soon, who uploaded it, against documents that the test created."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.facts import NOW, as_naive, document, landed_event, must_verify, owner, poll
from tests.support.stores import new_store
from tests.support.tables import change
from workbench.bakkt.snapshot import snapshot_documents
from workbench.domain.actions import Plan
from workbench.domain.snapshots import DocumentSnapshot
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import Completion, DocumentDate, Settlement, Source, Store
from workbench.store.derived.rows import DOCUMENT_COLUMNS
from workbench.store.facts.documents import DocumentColumns

DAY = timedelta(days=1)


@pytest.fixture
def store() -> Iterator[Store]:
    made = new_store()
    made.stop_clock(NOW)
    yield made
    made.close()


def passport(name: str, ends: datetime | None, owner_id: str | None = "o1") -> DocumentSnapshot:
    return document("PASSPORT", client_document_id=name, client_owner_id=owner_id, expires_at=ends)


def land(store: Store, account: str, *documents: DocumentSnapshot, dated: bool = True) -> None:
    """Land documents one day apart, in the given order."""
    store.land_readings([poll(account, NOW, documents=documents, owners=[owner("o1")])])
    if dated:
        made = [DocumentDate(one.client_document_id, NOW - DAY * (50 - place)) for place, one in enumerate(documents)]
        store.land_document_dates(made)


def upload(store: Store, account: str, document_id: str, outcome: Outcome, sha256: str = "aa") -> None:
    what = {"client_document_id": document_id, "sha256": sha256}
    plan = Plan(ActionKind.UPLOAD_DOCUMENT, account, document_id, slot=f"o1|PASSPORT|{document_id}", what=what)
    store.begin_action(document_id, plan, "Ann", NOW, lambda _: None)
    store.complete_action(document_id, Completion(outcome), NOW)


def ending(store: Store, days: int = 30) -> list[str]:
    return [row["client_document_id"] for row in store.read_rows("documents/expiring", days=days)]


def test_current_documents_that_expired_or_will_are_listed_oldest_first(store: Store) -> None:
    land(store, "A", passport("over", NOW - 3 * DAY))
    land(store, "B", passport("soon", NOW + 30 * DAY), passport("other", NOW + 5 * DAY, "o2"))
    land(store, "C", passport("late", NOW + 31 * DAY), passport("endless", None, "o2"))
    assert ending(store) == ["over", "other", "soon"]
    assert ending(store, 31) == ["over", "other", "soon", "late"]
    rows = {row["client_document_id"]: row for row in store.read_rows("documents/expiring")}
    assert (rows["over"]["days_left"], rows["over"]["is_expired"]) == (-3, True)
    assert (rows["soon"]["days_left"], rows["soon"]["is_expired"]) == (30, False)


@pytest.mark.parametrize(
    "written",
    [
        "0001-01-01T00:00:00Z",
        "1753-01-01T00:00:00.000Z",
        "1899-12-30T00:00:00Z",
        "1900-01-01T00:00:00+00:00",
        "1970-01-01T00:00:00Z",
    ],
)
def test_an_expiry_far_in_the_past_is_none_given(store: Store, written: str) -> None:
    """Systems write their zero or their earliest date where a document has no expiry."""
    listed = {"clientDocumentId": "d1", "documentType": "PASSPORT", "documentSide": "FRONT", "clientOwnerId": "o1"}
    land(store, "A", *snapshot_documents({"documentMetadata": [{**listed, "documentExpiration": written}]}))
    (row,) = store.read_rows("accounts/documents", client_account_id="A")
    assert (row["client_document_id"], row["expires_at"], row["is_expired"]) == ("d1", None, False)
    assert ending(store) == []


def test_an_expiry_of_long_ago_is_one(store: Store) -> None:
    land(store, "A", passport("old", datetime(1999, 12, 31, tzinfo=UTC)))
    assert ending(store) == ["old"]


def test_a_document_that_expires_today_has_not_expired_yet(store: Store) -> None:
    land(store, "A", passport("today", NOW.replace(hour=0)))
    row = store.read_rows("documents/expiring", days=0)[0]
    assert (row["days_left"], row["is_expired"]) == (0, False)


def test_what_was_replaced_is_not_listed(store: Store) -> None:
    land(store, "A", passport("old", NOW - 100 * DAY), passport("new", NOW + 900 * DAY))
    assert ending(store) == []
    land(store, "B", passport("long", NOW + 900 * DAY, "o1"), passport("short", NOW - DAY, "o1"))
    assert ending(store) == ["short"]


def test_our_own_upload_replaces_the_old_document_before_bakkt_has_dated_it(store: Store) -> None:
    land(store, "A", passport("old", NOW - DAY))
    store.land_readings([poll("A", NOW + DAY / 24, documents=[passport("old", NOW - DAY), passport("a-new", None)])])
    assert ending(store) == ["old"]
    upload(store, "A", "a-new", Outcome.ACCEPTED)
    assert ending(store) == []
    rows = store.read_rows("accounts/documents", client_account_id="A")
    found = [(row["client_document_id"], row["is_current"], row["uploaded_by"]) for row in rows]
    assert found == [("a-new", True, "Ann"), ("old", False, None)]


def uploaded_again(store: Store) -> tuple[int, int]:
    """How many accounts of two months ago had a document uploaded again within 60 days, of how many."""
    (row,) = store.read_rows("explore/measure", measure="reuploaded", window_days=60)
    return row["accounts"], row["of_accounts"]


@pytest.mark.parametrize(
    ("outcome", "counted"),
    [(Outcome.REFUSED, (0, 0)), (Outcome.ACCEPTED, (1, 1)), (Outcome.UNKNOWN, (1, 1))],
)
def test_our_own_upload_counts_as_one_again_while_it_may_have_reached_bakkt(
    store: Store, outcome: Outcome, counted: tuple[int, int]
) -> None:
    documents = [passport("first", None), passport("second", None)]
    opened_at = NOW - 60 * DAY
    store.land_readings([poll("A", NOW, documents=documents, owners=[owner("o1")], created_at=opened_at)])
    assert uploaded_again(store) == (0, 0)  # neither has a date
    store.land_document_dates([DocumentDate("first", NOW - 50 * DAY)])
    assert uploaded_again(store) == (0, 0)
    upload(store, "A", "third", Outcome.ACCEPTED)
    assert uploaded_again(store) == (0, 0)  # Bakkt lists no such document
    upload(store, "A", "second", outcome)
    assert uploaded_again(store) == counted
    store.land_document_dates([DocumentDate("second", NOW - 20 * DAY)])
    assert uploaded_again(store) == (1, 1)
    (row,) = store.read_rows("explore/people", measure="reuploaded", window_days=60)
    assert (row["client_account_id"], row["hours"]) == ("A", 30 * 24)
    store.land_document_dates([DocumentDate("second", NOW - 60 * DAY)])
    (row,) = store.read_rows("explore/people", measure="reuploaded", window_days=60)
    assert row["hours"] == 10 * 24


def test_what_rows_say_of_documents_is_written_in_the_order_of_their_columns() -> None:
    assert list(DocumentColumns._fields) == DOCUMENT_COLUMNS.names


def test_an_upload_of_ours_is_dated_by_its_request_until_bakkt_dates_it(store: Store) -> None:
    documents = [passport("first", None), passport("second", None)]
    made = NOW - 100 * DAY
    store.land_readings([poll("A", NOW, documents=documents, owners=[owner("o1")], created_at=made)])
    store.land_document_dates([DocumentDate("first", NOW - 90 * DAY)])
    upload(store, "A", "second", Outcome.ACCEPTED)
    (row,) = store.read_rows("explore/measure", measure="reuploaded", window_days=90)
    assert (row["accounts"], row["of_accounts"], row["undated"]) == (0, 1, 0)  # 100 days after the opening
    store.land_document_dates([DocumentDate("second", NOW - 89 * DAY)])
    (row,) = store.read_rows("explore/people", measure="reuploaded", window_days=90)
    assert row["hours"] == 24


def test_every_list_has_the_same_current_document(store: Store) -> None:
    """Current is the newest by Bakkt's date, else by our own upload; undated documents are never newer."""
    documents = [passport("dated", NOW + DAY), passport("ours", NOW + DAY), passport("z-found", NOW + DAY)]
    store.land_readings([poll("A", NOW, documents=documents)])
    store.land_document_dates([DocumentDate("dated", NOW - DAY)])
    upload(store, "A", "ours", Outcome.UNKNOWN)
    upload(store, "B", "z-found", Outcome.ACCEPTED)
    rows = store.read_rows("accounts/documents", client_account_id="A")
    assert [row["client_document_id"] for row in rows if row["is_current"]] == ["ours"]
    assert ending(store) == ["ours"]


@pytest.mark.parametrize("status", ["CLOSED", "LIQUIDATED"])
def test_finished_accounts_need_no_documents(store: Store, status: str) -> None:
    land(store, "A", passport("over", NOW - DAY))
    assert ending(store) == ["over"]
    store.land_events([landed_event("A", NOW, status, status)])
    assert ending(store) == []


def test_accounts_in_verification_need_documents(store: Store) -> None:
    land(store, "A", passport("over", NOW - DAY))
    store.land_events([must_verify("A", NOW, NOW + 3 * DAY)])
    assert ending(store) == ["over"]


def test_documents_of_one_account_are_listed_current_ones_first(store: Store) -> None:
    land(store, "A", passport("first", NOW - DAY), passport("second", NOW + DAY), passport("of two", None, "o2"))
    land(store, "B", passport("foreign", None))
    rows = store.read_rows("accounts/documents", client_account_id="A")
    found = [(row["client_document_id"], row["is_current"], row["is_expired"]) for row in rows]
    assert found == [("second", True, False), ("of two", True, False), ("first", False, True)]
    assert rows[0]["uploaded_at"] == as_naive(NOW - 49 * DAY)


def test_files_that_may_have_reached_bakkt_are_known_by_their_hash(store: Store) -> None:
    for outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.REFUSED, Outcome.NOT_SENT):
        upload(store, "A", f"d-{outcome}", outcome, sha256=f"hash-{outcome}")
    upload(store, "B", "d-b", Outcome.ACCEPTED)
    rows = store.read_rows("documents/uploads", client_account_id="A")
    assert {row["sha256"] for row in rows} == {"hash-accepted", "hash-unknown"}


def of_company(name: str, description: str | None, ends: datetime | None = None) -> DocumentSnapshot:
    return document("ENTITY_DUE_DILIGENCE", client_document_id=name, description=description, expires_at=ends)


def land_company(store: Store, *documents: DocumentSnapshot, account_type: str = "ENTITY", at: datetime = NOW) -> None:
    """Land documents of the company E one day apart, in the given order."""
    store.land_readings([poll("E", at, account_type=account_type, documents=documents)])
    made = [DocumentDate(one.client_document_id, NOW - DAY * (50 - place)) for place, one in enumerate(documents)]
    store.land_document_dates(made)


def current(store: Store) -> set[str]:
    rows = store.read_rows("accounts/documents", client_account_id="E")
    return {row["client_document_id"] for row in rows if row["is_current"]}


def test_bylaws_registry_and_chart_do_not_replace_each_other(store: Store) -> None:
    over = NOW - DAY
    land_company(
        store, of_company("b", "Bylaws", over), of_company("r", "Cap table", over), of_company("c", "Org chart")
    )
    assert current(store) == {"b", "r", "c"}
    assert set(ending(store)) == {"b", "r"}


def test_a_newer_document_that_counts_towards_the_same_line_replaces_the_old_one(store: Store) -> None:
    documents = [of_company("old", "By-Laws", NOW - DAY), of_company("chart", "Chart"), of_company("new", "Articles")]
    land_company(store, *documents)
    assert current(store) == {"chart", "new"}
    assert ending(store) == []


def test_a_document_that_counts_towards_no_line_is_known_by_its_folded_description(store: Store) -> None:
    licences = [of_company("first", "Trade Licence  (2024)"), of_company("second", "trade licence 2024")]
    land_company(store, *licences, of_company("other", "Bank letter"), of_company("bare", None))
    assert current(store) == {"second", "other", "bare"}


def test_a_document_of_two_lines_is_current_until_each_line_has_a_newer_one(store: Store) -> None:
    both, registry = of_company("both", "Bylaws and cap table", NOW - DAY), of_company("registry", "Cap table")
    land_company(store, both, registry)
    assert current(store) == {"both", "registry"}
    land_company(store, both, registry, of_company("bylaws", "Bylaws"), at=NOW + DAY / 24)
    assert current(store) == {"registry", "bylaws"}


def test_in_a_trust_only_its_own_lines_take_the_place_of_the_side(store: Store) -> None:
    """A trust has no line for a shareholder registry, so the description tells its registries apart."""
    documents = [of_company("table", "Cap table"), of_company("registry", "Shareholder registry")]
    land_company(store, *documents, account_type="ENTITY_PERSONAL_TRUST")
    assert current(store) == {"table", "registry"}
    land_company(store, *documents, at=NOW + DAY / 24)
    assert current(store) == {"registry"}


def test_an_owners_documents_and_those_of_a_person_go_by_their_side_whatever_their_description(store: Store) -> None:
    first = document("VISA", client_document_id="v1", client_owner_id="o1", description="Bylaws")
    second = document("VISA", client_document_id="v2", client_owner_id="o1", description="Org chart")
    land_company(store, first, second)
    assert current(store) == {"v2"}
    alone = [document("W_8BEN_FORM", client_document_id=name, description=name) for name in ("w1", "w2")]
    land(store, "P", *alone)
    rows = store.read_rows("accounts/documents", client_account_id="P")
    assert [row["client_document_id"] for row in rows if row["is_current"]] == ["w2"]


def test_documents_that_an_earlier_version_landed_have_their_series_after_the_next_start(
    database_path: Path, source: Source
) -> None:
    store = Store.open(database_path, source)
    land_company(
        store, of_company("b", "Bylaws"), of_company("r", "Cap table"), of_company("s", "Shareholder registry")
    )
    registries = [of_company("t1", "Cap table"), of_company("t2", "Shareholder registry")]
    trust = poll("T", NOW, account_type="ENTITY", documents=registries)
    store.land_readings([replace(trust, account_json='{"request": {"entity": {"entityType": "TRUST"}}}')])
    change(store, "update documents set series = null", {})
    store.close()
    again = Store.open(database_path, source)
    assert current(again) == {"b", "s"}
    rows = again.read_rows("accounts/documents", client_account_id="T")
    assert [row["is_current"] for row in rows] == [True, True]
    again.close()


def test_owners_who_must_have_an_identity_document_and_have_none_are_listed_our_turn_first(store: Store) -> None:
    people = [owner("o1", country="FRA"), owner("o2", position=1), owner("o3", position=2, country="NOR")]
    lacking = ["owners[0].phoneNumber", "owners[0].identityDocument", "owners[2].identityDocument"]
    for account in ("active", "waits", "closed", "company"):
        kind = "ENTITY" if account == "company" else "INDIVIDUAL"
        store.land_readings([poll(account, NOW - DAY, account_type=kind, owners=people, missing_fields=lacking)])
    store.land_readings([poll("complete", NOW - DAY, owners=people, missing_fields=["owners[0].phoneNumber"])])
    store.land_events(
        [landed_event("active", NOW - DAY / 2, "ACTIVE"), landed_event("closed", NOW - DAY / 2, "CLOSED")]
    )
    rows = store.read_rows("documents/identity_missing")
    listed = [(row["client_account_id"], row["owner_number"], row["client_owner_id"], row["country"]) for row in rows]
    assert listed == [
        ("company", 1, "o1", "FRA"),
        ("company", 3, "o3", "NOR"),
        ("waits", 1, "o1", "FRA"),
        ("waits", 3, "o3", "NOR"),
        ("active", 1, "o1", "FRA"),
        ("active", 3, "o3", "NOR"),
    ]
    assert [row["turn"] for row in rows] == ["us", "us", "us", "us", "nobody", "nobody"]


def in_backlog(store: Store) -> int:
    count: int = store.read_rows("backlog/counts")[0]["documents"]
    return count


@pytest.mark.slow
def test_an_upload_counts_as_newest_only_as_long_as_it_may_have_reached_bakkt(
    database_path: Path, source: Source
) -> None:
    """Each way in which an upload's outcome changes is noted in the lists of expiring documents."""
    store = Store.open(database_path, source)
    today = datetime.now(UTC)
    documents = [passport("old", today - DAY), passport("a-new", None)]
    store.land_readings([poll("A", NOW, documents=documents)])
    store.land_document_dates([DocumentDate("old", today - 50 * DAY)])
    assert (ending(store), in_backlog(store)) == (["old"], 1)
    plan = Plan(ActionKind.UPLOAD_DOCUMENT, "A", "key", slot="o1|PASSPORT|a", what={"client_document_id": "a-new"})
    store.begin_action("up", plan, "Ann", NOW, lambda _: None)
    assert (ending(store), in_backlog(store)) == (["old"], 1)
    store.close()
    store = Store.open(database_path, source)  # its answer is lost with the process
    assert (ending(store), in_backlog(store)) == ([], 0)
    store.settle_action("up", Settlement(Outcome.NOT_SENT, "Ann", "It is not there."), NOW)
    assert (ending(store), in_backlog(store)) == (["old"], 1)
    store.close()


def test_documents_that_an_earlier_version_landed_are_listed_after_the_next_start(
    database_path: Path, source: Source
) -> None:
    store = Store.open(database_path, source)
    store.land_readings([poll("A", NOW, documents=[passport("over", NOW - DAY)])])
    change(store, "update documents set is_current = null", {})
    change(store, "update accounts set document_expires_at = null", {})
    store.close()
    again = Store.open(database_path, source)
    assert (ending(again), in_backlog(again)) == (["over"], 1)
    again.close()
