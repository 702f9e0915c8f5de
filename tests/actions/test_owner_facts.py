"""Recording what each owner holds and who manages: the checklist, standing and journey go by it from then on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.facts import company_documents, owner, poll
from tests.support.people import acting_as
from tests.support.stores import new_store
from tests.support.tables import change
from workbench.actions import Actions
from workbench.bakkt.client import BakktClient
from workbench.casework.kyb_records import read_owner_facts, record_owner_facts
from workbench.domain.errors import InputError
from workbench.domain.kyb.owner_facts import OwnerFacts
from workbench.store import Source, Store

NOW = datetime.now(UTC)
OWNERS = (owner("o1"), owner("o2", position=1))


def never_connect() -> BakktClient:
    raise AssertionError("Nothing of this is sent to Bakkt.")


def land(store: Store, *, is_managed: bool = False) -> None:
    at = NOW - timedelta(hours=9)
    documents = company_documents(("o1",))
    company = poll("E", at, account_type="ENTITY", owners=OWNERS, documents=documents, is_managed=is_managed)
    store.land_readings([company])


@pytest.fixture
def actions() -> Iterator[Actions]:
    store = new_store()
    land(store)
    yield Actions(store, never_connect, acting_as("Ann"))
    store.close()


def open_lines(store: Store) -> list[tuple[str, str | None]]:
    rows = store.read_rows("kyb/checklist", client_account_id="E")
    return [(row["requirement"], row["client_owner_id"]) for row in rows if not row["is_met"]]


def standings(store: Store) -> list[str]:
    return [row["standing"] for row in store.read_rows("accounts/journey", client_account_id="E")]


def test_who_manages_is_a_line_of_its_own_open_while_nobody_is_recorded(actions: Actions) -> None:
    store = actions.store
    assert open_lines(store) == [("owner_identity", "o2"), ("managing_person", None)]
    record_owner_facts(actions, "E", "o1", OwnerFacts(60, manages=True))
    assert open_lines(store) == [("owner_identity", "o2")]
    (line,) = [row for row in store.read_rows("kyb/checklist") if row["requirement"] == "managing_person"]
    assert line["reason"] == "an owner manages the entity, recorded by Ann"


def test_a_small_owner_who_does_not_manage_completes_the_checklist_and_moves_the_standing(actions: Actions) -> None:
    record_owner_facts(actions, "E", "o1", OwnerFacts(75, manages=True))
    assert standings(actions.store) == ["kyb_documents"]
    record_owner_facts(actions, "E", "o2", OwnerFacts(25, manages=False))
    assert (open_lines(actions.store), standings(actions.store)) == ([], ["kyb_documents", "kyb_ready"])
    record_owner_facts(actions, "E", "o1", OwnerFacts(70, manages=True))
    record_owner_facts(actions, "E", "o2", OwnerFacts(30, manages=False))
    assert standings(actions.store) == ["kyb_documents", "kyb_ready", "kyb_documents"]


def test_a_fact_is_recorded_once_with_who_said_it(actions: Actions) -> None:
    assert record_owner_facts(actions, "E", "o1", OwnerFacts(60, manages=True))
    assert not record_owner_facts(actions, "E", "o1", OwnerFacts(60, manages=True))
    assert read_owner_facts(actions.store.read_rows, "E") == {"o1": OwnerFacts(60, manages=True)}
    (row,) = actions.store.read_rows("kyb/owner_facts", client_account_id="E")
    assert row["recorded_by"] == "Ann"


def test_when_the_one_who_managed_is_no_owner_any_more_the_line_is_open_until_they_are_back(actions: Actions) -> None:
    record_owner_facts(actions, "E", "o1", OwnerFacts(60, manages=True))
    people = {8: OWNERS[1:], 7: OWNERS}
    lines = []
    for hours_ago, owners in people.items():
        at = datetime.now(UTC) + timedelta(hours=10 - hours_ago)
        documents = company_documents(("o1", "o2"))
        read = poll("E", at, account_type="ENTITY", owners=owners, documents=documents, is_managed=False)
        actions.store.land_readings([read])
        lines.append(open_lines(actions.store))
    assert lines == [[("managing_person", None)], []]


@pytest.mark.parametrize(
    ("owner_id", "facts", "words"),
    [
        ("o9", OwnerFacts(60), "not on the account"),
        ("o2", OwnerFacts(), "Nothing was answered"),
        ("o2", OwnerFacts(50), "would hold 110% together"),
        ("o2", OwnerFacts(101), "between 0 and 100%"),
    ],
)
def test_what_cannot_be_is_refused(actions: Actions, owner_id: str, facts: OwnerFacts, words: str) -> None:
    record_owner_facts(actions, "E", "o1", OwnerFacts(60))
    with pytest.raises(InputError, match=words):
        record_owner_facts(actions, "E", owner_id, facts)
    assert set(read_owner_facts(actions.store.read_rows, "E")) == {"o1"}


_WITHOUT_LINE = """
update accounts
set requirements = list_filter(requirements, lambda line: line.requirement <> 'managing_person')
"""


def test_a_checklist_of_an_earlier_version_gets_the_line_at_the_next_start(database_path: Path, source: Source) -> None:
    store = Store.open(database_path, source)
    at = NOW - timedelta(hours=9)
    store.land_readings([poll("E", at, account_type="ENTITY", owners=OWNERS[:1], documents=company_documents())])
    assert standings(store)[-1] == "kyb_ready"
    change(store, _WITHOUT_LINE, {})
    store.close()
    again = Store.open(database_path, source)
    assert open_lines(again) == [("managing_person", None)]
    assert standings(again) == ["kyb_documents"]
    record_owner_facts(Actions(again, never_connect, acting_as("Ann")), "E", "o1", OwnerFacts(manages=True))
    assert standings(again) == ["kyb_documents", "kyb_ready"]
    again.close()
