"""Ids taken out of the registry, imports taken back, and what brings ids in again."""

from pathlib import Path

import pytest

from tests.support.facts import NOW, ago, must_verify, poll
from tests.support.stores import new_store
from tests.support.tables import select
from workbench.domain.errors import InputError
from workbench.registry.importing import import_accounts, take_import_back, take_out
from workbench.store import Source, Store


@pytest.fixture
def store() -> Store:
    store = new_store()
    store.stop_clock(NOW)
    return store


def csv_of(*ids: str) -> bytes:
    return "\n".join(["clientAccountId,n", *(f"{one},x" for one in ids)]).encode()


def bring(store: Store, *ids: str) -> str:
    return import_accounts(store, "a.csv", csv_of(*ids)).import_id


def registered(store: Store) -> list[str]:
    return sorted(row["client_account_id"] for row in store.read_rows("sync/due", everything=True))


def test_an_id_that_was_taken_out_is_not_read_and_not_counted(store: Store) -> None:
    bring(store, "A", "B")
    store.land_readings([poll("A", ago(50)), poll("B", ago(50))])
    assert take_out(store, [" A ", "no id"], "Ann", "Imported by mistake") == ["A"]
    assert registered(store) == ["B"]
    health, today = store.read_rows("data/health")[0], store.read_rows("today/summary")[0]
    assert (health["registered"], health["read_ok"], health["never_read"]) == (1, 1, 0)
    assert (today["accounts_total"], today["never_read"]) == (1, 0)


def test_an_id_counts_as_never_read_until_its_first_reading(store: Store) -> None:
    def due() -> list[str]:
        return [row["client_account_id"] for row in store.read_rows("sync/due")]

    store.land_readings([poll("READ BEFORE", ago(1))])
    bring(store, "READ BEFORE", "NEW")
    assert due() == ["NEW", "READ BEFORE"]
    assert store.read_rows("data/pulse")[0]["never_read"] == 1
    store.land_readings([poll("NEW", ago(0.5))])
    assert due() == ["READ BEFORE", "NEW"]
    assert store.read_rows("data/pulse")[0]["never_read"] == 0


def test_its_facts_stay_and_the_log_keeps_who_and_why(store: Store) -> None:
    bring(store, "A")
    store.land_readings([poll("A", ago(50))])
    take_out(store, ["A"], "Ann", "Imported by mistake")
    assert select(store, "select client_account_id from readings") == [("A",)]
    (row,) = store.read_rows("data/registry_log")
    assert (row["client_account_id"], row["is_taken_out"]) == ("A", True)
    assert (row["changed_by"], row["reason"]) == ("Ann", "Imported by mistake")
    (out,) = store.read_rows("accounts/registration", client_account_id="A")
    assert (out["taken_out_by"], out["taken_out_reason"]) == ("Ann", "Imported by mistake")


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_taken_out(store: Store, reason: str) -> None:
    bring(store, "A")
    with pytest.raises(InputError):
        take_out(store, ["A"], "Ann", reason)
    assert registered(store) == ["A"]


def test_an_id_that_is_not_registered_cannot_be_taken_out(store: Store) -> None:
    with pytest.raises(InputError):
        take_out(store, ["A"], "Ann", "A mistake")
    assert store.read_rows("data/registry_log") == []


def test_importing_again_brings_an_id_back_with_what_was_known(store: Store) -> None:
    bring(store, "A", "B")
    store.land_readings([poll("A", ago(50))])
    take_out(store, ["A"], "Ann", "A mistake")
    report = import_accounts(store, "b.csv", csv_of("A", "B"))
    assert (report.new, report.known) == (1, 1)
    assert registered(store) == ["A", "B"]
    assert store.read_rows("data/health")[0]["read_ok"] == 1
    assert [row["is_taken_out"] for row in store.read_rows("data/registry_log")] == [False, True]


def test_an_id_can_be_taken_out_and_brought_back_more_than_once(store: Store) -> None:
    for _ in range(3):
        bring(store, "A")
        assert registered(store) == ["A"]
        take_out(store, ["A"], "Ann", "A mistake")
        assert registered(store) == []


def test_an_accounts_row_says_whether_it_is_out_of_the_registry_whatever_comes_first(store: Store) -> None:
    def out() -> list[str]:
        return [
            one for (one,) in select(store, "select client_account_id from accounts where is_taken_out order by all")
        ]

    bring(store, "read", "heard of", "back")
    store.land_readings([poll("read", ago(50)), poll("back", ago(50))])
    take_out(store, ["read", "heard of", "back"], "Ann", "A mistake")
    assert out() == ["back", "read"]
    store.land_events([must_verify("heard of", ago(40), ago(16))])
    store.land_readings([poll("read", ago(30), request_status="PENDING"), poll("heard of", ago(30))])
    bring(store, "back")
    assert out() == ["heard of", "read"] == [row["client_account_id"] for row in store.read_rows("data/taken_out")]


def test_an_event_is_kept_but_brings_no_id_back(store: Store) -> None:
    bring(store, "A")
    take_out(store, ["A"], "Ann", "No customer of ours")
    store.land_events([must_verify("A", ago(40), ago(16))])
    assert registered(store) == []
    assert len(select(store, "select request_id from events")) == 1


def test_taking_an_import_back_takes_out_only_what_it_alone_added(store: Store) -> None:
    bring(store, "known")
    mistaken = bring(store, "known", "named later", "heard of", "wrong 1", "wrong 2")
    bring(store, "named later")
    store.land_events([must_verify("heard of", ago(40), ago(16))])
    assert store.read_rows("data/imports")[1]["ids_alone"] == 2
    assert store.read_rows("data/imports")[1]["ids_shared"] == 3
    taken_back = take_import_back(store, mistaken, "Ann", "Wrong file")
    assert (taken_back.taken_out, taken_back.staying) == (("wrong 1", "wrong 2"), 3)
    assert registered(store) == ["heard of", "known", "named later"]
    told = next(row for row in store.read_rows("data/imports") if row["import_id"] == mistaken)
    assert (told["taken_back_by"], told["reason"], told["ids_alone"], told["ids_shared"]) == ("Ann", "Wrong file", 0, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_same_wrong_file_imported_twice_is_taken_back_in_two_steps(store: Store, order: tuple[int, int]) -> None:
    imports = [bring(store, "wrong 1", "wrong 2"), bring(store, "wrong 1", "wrong 2")]
    before, last = (imports[number] for number in order)
    assert take_import_back(store, before, "Ann", "Wrong file").staying == 2
    assert registered(store) == ["wrong 1", "wrong 2"]
    assert take_import_back(store, last, "Ann", "Wrong file").taken_out == ("wrong 1", "wrong 2")
    assert registered(store) == []


def test_an_import_is_taken_back_once(store: Store) -> None:
    mistaken = bring(store, "A")
    take_import_back(store, mistaken, "Ann", "Wrong file")
    bring(store, "A")
    with pytest.raises(InputError):
        take_import_back(store, mistaken, "Ann", "Wrong file")
    assert registered(store) == ["A"]


def test_an_id_of_an_account_that_was_opened_here_outlives_the_import_that_named_it(store: Store) -> None:
    store.land_registry(["opened here"], "opened")
    assert take_import_back(store, bring(store, "opened here"), "Ann", "Wrong file").staying == 1
    assert registered(store) == ["opened here"]


def test_taking_back_what_brought_ids_back_takes_them_out_again(store: Store) -> None:
    take_import_back(store, bring(store, "A"), "Ann", "Wrong file")
    take_import_back(store, bring(store, "A"), "Bo", "Wrong again")
    assert registered(store) == []


def test_an_import_that_is_not_there_cannot_be_taken_back(store: Store) -> None:
    bring(store, "A")
    with pytest.raises(InputError):
        take_import_back(store, "no import", "Ann", "Wrong file")
    assert registered(store) == ["A"]


def test_ids_are_registered_without_blanks_around_them(store: Store) -> None:
    assert store.land_registry([" A", "A\u00a0", "\ufeffA\u200b"], "file") == 1
    assert registered(store) == ["A"]


@pytest.mark.slow
def test_an_id_that_comes_back_from_the_copy_is_due_as_never_read(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source)
    bring(store, "A")
    store.land_readings([poll("A", ago(1))])
    store.database.abandon()
    for path in database_path.parent.glob(f"{database_path.name}*"):
        path.unlink()
    again = Store.open(database_path, source, sets_harmed_aside=True)
    assert again.read_rows("data/pulse")[0]["never_read"] == 1
    assert registered(again) == ["A"]
    again.close()


@pytest.mark.slow
def test_an_id_stays_out_when_the_database_is_lost(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source)
    bring(store, "A", "B")
    take_out(store, ["A"], "Ann", "A mistake")
    store.database.abandon()
    for path in database_path.parent.glob(f"{database_path.name}*"):
        path.unlink()
    again = Store.open(database_path, source, sets_harmed_aside=True)
    assert registered(again) == ["B"]
    again.close()
