"""The text that search looks at, in databases of earlier versions."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.facts import ago, document, landed_event, owner, poll
from tests.support.tables import change, select
from workbench.store import Source, Store
from workbench.store.engine.migrations import migrations

PLAIN_SIGNS = 17
"""The step that began to compare plain signs."""
OWNER_ID = "0f3c2b1a-77aa-4c11-9d52-2f1f64c0a001"


def found(store: Store, term: str) -> list[str]:
    return [row["client_account_id"] for row in store.read_rows("accounts/search", term=term)]


def make_earlier_version(database_path: Path, source: Source) -> dict[str, str]:
    """Leaves a database as the step left one of an earlier version; returns the texts that this version had written."""
    people = (
        owner("own-E", given_name="Zoë", family_name="O’Brien", bakkt_owner_id=OWNER_ID),
        owner("own-2", position=1),
    )
    payload = {"request": {"entity": {"entityLegalName": "Ærø-Shipping"}, "owners": [{"ownerId": OWNER_ID}, {}]}}
    documents = [document("PASSPORT", client_document_id="doc-1")]
    company = poll("E", ago(5), account_type="ENTITY", entity_name="Ærø-Shipping", owners=people, documents=documents)
    store = Store.open(database_path, source)
    store.land_readings([replace(company, account_json=json.dumps(payload)), poll("A", ago(5))])
    store.land_events([landed_event("heard–of", ago(5), "ACTIVE")])
    written = dict(select(store, "select client_account_id, search_text from accounts"))
    change(store, "update accounts set search_text = lower(client_account_id)")
    change(store, "create macro fold_text(words) as lower(words)")
    change(store, next(step.sql for step in migrations() if step.number == PLAIN_SIGNS))
    store.close()
    return written


@pytest.mark.slow
def test_accounts_of_an_earlier_version_are_found_by_every_sign_and_id(database_path: Path, source: Source) -> None:
    make_earlier_version(database_path, source)
    store = Store.open(database_path, source)
    for term in ("O'Brien", "o’brien, zoe", "aero shipping", "own-e", OWNER_ID, "bakkt-E", "doc-1"):
        assert found(store, term) == ["E"], term
    assert found(store, "heard-of") == ["heard–of"]
    store.close()


def test_the_text_made_again_is_the_text_that_a_reading_writes(database_path: Path, source: Source) -> None:
    written = make_earlier_version(database_path, source)
    store = Store.open(database_path, source)
    again = dict(select(store, "select client_account_id, search_text from accounts"))
    assert {account: set(text.split("\x1f")) for account, text in again.items()} == {
        account: set(text.split("\x1f")) for account, text in written.items()
    }
    store.close()


def test_a_start_without_a_migration_writes_no_text(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source)
    store.land_readings([poll("A", ago(5))])
    change(store, "update accounts set search_text = 'kept'")
    store.close()
    store = Store.open(database_path, source)
    assert select(store, "select search_text from accounts") == [("kept",)]
    store.close()


def test_an_account_first_heard_of_and_then_read_is_found_by_both(desk: Store) -> None:
    desk.land_events([landed_event("O–1", ago(5), "ACTIVE")])
    assert found(desk, "o-1") == ["O–1"]
    desk.land_readings([poll("O–1", ago(4), owners=(owner(given_name="Ann", family_name="D’Arcy"),))])
    desk.land_events([landed_event("O–1", ago(3), "SUSPENDED")])
    assert found(desk, "darcy") == found(desk, "o-1") == ["O–1"]


def test_an_id_of_nothing_but_punctuation_is_found(desk: Store) -> None:
    desk.land_readings([poll("--", ago(5), owners=(owner(family_name="D’Arcy"),)), poll("A-1", ago(5))])
    assert found(desk, "--") == ["--"]
    assert found(desk, "d'arcy") == ["--"]
