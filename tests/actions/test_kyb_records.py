"""KYB records: stored with who, when and why, revocable, and never against the rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.facts import company_documents, document, landed_event, owner, poll
from tests.support.people import acting_as
from tests.support.stores import new_store
from workbench.actions import Actions
from workbench.actions.kyb_case import rulings_of
from workbench.actions.trigger_kyb import review_kyb
from workbench.bakkt.client import BakktClient
from workbench.casework.kyb_records import (
    document_ruling,
    end_manual_kyb,
    mark_document,
    start_manual_kyb,
    take_back,
    waive_owner,
)
from workbench.domain.errors import InputError
from workbench.domain.snapshots import DocumentSnapshot

NOW = datetime.now(UTC)
OWNERS = (owner("o1"), owner("o2", position=1), owner(None, position=2))
LETTER = document("SOURCE_OF_FUNDS", client_document_id="letter")
OLD_CARD = document("IDENTIFICATION_CARD", client_document_id="old", expires_at=NOW - timedelta(days=3))
CARD = document("IDENTIFICATION_CARD", client_document_id="card", expires_at=NOW + timedelta(days=90))


def never_connect() -> BakktClient:
    raise AssertionError("Nothing of this is sent to Bakkt.")


@pytest.fixture
def actions() -> Iterator[Actions]:
    store = new_store()
    yield Actions(store, never_connect, acting_as("Ann"))
    store.close()


def read(actions: Actions, *documents: DocumentSnapshot, owners: int = 2, hours_ago: float = 9) -> None:
    documents = (*company_documents(("o1",)), LETTER, OLD_CARD, CARD, *documents)
    moment = NOW - timedelta(hours=hours_ago)
    actions.store.land_readings(
        [poll("E", moment, account_type="ENTITY", owners=OWNERS[:owners], documents=documents, created_at=moment)]
    )


def state(actions: Actions) -> tuple[str, str]:
    account = actions.store.read_rows("accounts/one", client_account_id="E")[0]
    return account["standing"], account["turn"]


def line_of(actions: Actions, owner_id: str | None = "o2") -> dict[str, object]:
    rows = actions.store.read_rows("kyb/checklist", client_account_id="E")
    return next(row for row in rows if row["client_owner_id"] == owner_id)


def test_a_waived_owner_completes_the_checklist_and_is_recorded(actions: Actions) -> None:
    read(actions)
    assert (state(actions)[0], line_of(actions)["is_met"]) == ("kyb_documents", False)
    assert waive_owner(actions, "E", "o2", "Holds 4% and does not manage the business")
    assert (state(actions)[0], line_of(actions)["reason"]) == ("kyb_ready", "needs no documents, recorded by Ann")
    (row,) = actions.store.read_rows("kyb/rulings", client_account_id="E")
    assert (row["ruled_by"], row["reason"], row["is_in_force"]) == (
        "Ann",
        "Holds 4% and does not manage the business",
        True,
    )
    assert not waive_owner(actions, "E", "o2", "said twice")
    assert len(actions.store.read_rows("kyb/rulings", client_account_id="E")) == 1


def test_a_waiver_is_taken_back_and_can_be_given_again(actions: Actions) -> None:
    read(actions)
    waive_owner(actions, "E", "o2", "Holds 4 %")
    (ruling,) = rulings_of(actions.store.read_rows("kyb/rulings", client_account_id="E"))
    assert take_back(actions, "E", ruling)
    assert (state(actions)[0], line_of(actions)["is_met"]) == ("kyb_documents", False)
    assert not take_back(actions, "E", ruling)
    assert waive_owner(actions, "E", "o2", "It was right")
    rows = actions.store.read_rows("kyb/rulings", client_account_id="E")
    assert [(row["is_taken_back"], row["is_in_force"]) for row in rows] == [
        (False, True),
        (True, False),
        (False, False),
    ]
    journey = [row["standing"] for row in actions.store.read_rows("accounts/journey", client_account_id="E")]
    assert journey == ["kyb_documents", "kyb_ready", "kyb_documents", "kyb_ready"]


def test_a_waiver_survives_every_later_reading(actions: Actions) -> None:
    read(actions)
    waive_owner(actions, "E", "o2", "Holds 4 %")
    moment = NOW + timedelta(seconds=5)
    documents = (*company_documents(("o1",)), LETTER, document("PROOF_OF_ENTITY_ADDRESS"))
    news = poll("E", moment, account_type="ENTITY", owners=OWNERS[:2], documents=documents, created_at=moment)
    actions.store.land_readings([news])
    assert state(actions)[0] == "kyb_ready"


def test_a_marked_document_meets_its_requirement_while_it_is_valid(actions: Actions) -> None:
    read(actions)
    mark = document_ruling(actions, "E", "owner_identity", "o2", "card")
    assert mark.valid_through == (NOW + timedelta(days=90)).date()
    assert mark_document(actions, "E", mark, "Bakkt takes this card")
    assert state(actions)[0] == "kyb_ready"
    assert str(line_of(actions)["reason"]).startswith("marked as met by a document, recorded by Ann, valid through ")


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_nothing_is_ruled_without_a_reason(actions: Actions, reason: str) -> None:
    read(actions)
    with pytest.raises(InputError, match="Enter a reason"):
        waive_owner(actions, "E", "o2", reason)


def test_numbers_in_a_reason_are_not_kept(actions: Actions) -> None:
    read(actions)
    waive_owner(actions, "E", "o2", "Her number is 078-05-1120, says ann@example.test")
    (row,) = actions.store.read_rows("kyb/rulings", client_account_id="E")
    assert row["reason"] == "Her number is […], says […]"


@pytest.mark.parametrize("owner_id", ["o9", ""])
def test_only_an_owner_of_the_account_with_an_id_is_waived(actions: Actions, owner_id: str) -> None:
    read(actions, owners=3)
    with pytest.raises(InputError, match="no such requirement"):
        waive_owner(actions, "E", owner_id, "please")


def test_only_an_unexpired_document_of_the_account_can_be_marked(actions: Actions) -> None:
    read(actions)
    with pytest.raises(InputError, match="no such document"):
        mark_document(actions, "E", document_ruling(actions, "E", "owner_identity", "o2", "elsewhere"), "please")
    with pytest.raises(InputError, match="has expired"):
        mark_document(actions, "E", document_ruling(actions, "E", "owner_identity", "o2", "old"), "please")
    with pytest.raises(InputError, match="no such requirement"):
        mark_document(actions, "E", document_ruling(actions, "E", "horoscope", None, "letter"), "please")
    assert actions.store.read_rows("kyb/rulings", client_account_id="E") == []


def test_a_waiver_passes_the_turn_of_an_entity_under_review(actions: Actions) -> None:
    read(actions)
    actions.store.land_events([landed_event("E", NOW - timedelta(hours=2), "UNDER_REVIEW", "PENDING_REVIEW")])
    assert state(actions) == ("under_review", "us")
    waive_owner(actions, "E", "o2", "Holds 4 %")
    assert state(actions) == ("under_review", "bakkt")
    assert [row["client_account_id"] for row in actions.store.read_rows("kyb/ready")] == ["E"]


def test_manual_kyb_moves_the_standing_and_its_end_is_kept(actions: Actions) -> None:
    read(actions)
    start_manual_kyb(actions, "E", "An owner is a company")
    assert state(actions) == ("kyb_screening", "bakkt")
    with pytest.raises(InputError, match="started by Ann"):
        start_manual_kyb(actions, "E", "again")
    end_manual_kyb(actions, "E", "rejected", "The registry was not readable")
    (row,) = actions.store.read_rows("kyb/screens", client_account_id="E")
    assert (row["is_manual"], row["started_by"], row["reason"]) == (True, "Ann", "An owner is a company")
    assert (row["ended_as"], row["ended_words"]) == ("rejected", "The registry was not readable")
    assert row["hours"] is not None
    assert state(actions) == ("rejected", "nobody")


def test_after_a_rejection_that_a_person_recorded_kyb_can_be_started_again(actions: Actions) -> None:
    read(actions)
    start_manual_kyb(actions, "E", "An owner is a company")
    end_manual_kyb(actions, "E", "rejected", "The registry was not readable")
    assert review_kyb(actions, "E").blocker is None
    start_manual_kyb(actions, "E", "The registry was scanned anew")
    assert state(actions) == ("kyb_screening", "bakkt")
    end_manual_kyb(actions, "E", "withdrawn", "The customer gave up")
    assert state(actions) == ("kyb_documents", "us")


def test_after_a_rejection_by_event_no_kyb_is_started(actions: Actions) -> None:
    read(actions)
    start_manual_kyb(actions, "E", "An owner is a company")
    end_manual_kyb(actions, "E", "rejected", "The registry was not readable")
    actions.store.land_events([landed_event("E", datetime.now(UTC), "INACTIVE", "RISK_KYC")])
    blocker = review_kyb(actions, "E").blocker
    assert blocker is not None
    assert blocker.code == "decided"


def test_an_approval_recorded_by_a_person_waits_for_bakkt(actions: Actions) -> None:
    read(actions)
    start_manual_kyb(actions, "E", "An owner is a company")
    end_manual_kyb(actions, "E", "approved", "so they said")
    assert state(actions) == ("kyb_screening", "bakkt")


def test_manual_kyb_is_ended_once_and_in_known_words(actions: Actions) -> None:
    read(actions)
    with pytest.raises(InputError, match="no manual KYB in progress"):
        end_manual_kyb(actions, "E", "approved", "so they said")
    start_manual_kyb(actions, "E", "An owner is a company")
    with pytest.raises(InputError, match="Choose how it ended"):
        end_manual_kyb(actions, "E", "", "so they said")
    end_manual_kyb(actions, "E", "approved", "so they said")
    with pytest.raises(InputError, match="no manual KYB in progress"):
        end_manual_kyb(actions, "E", "rejected", "so they said")
    blocker = review_kyb(actions, "E").blocker
    assert blocker is not None
    assert blocker.code == "started"


def test_individuals_have_no_manual_kyb(actions: Actions) -> None:
    actions.store.land_readings([poll("A", NOW - timedelta(hours=3))])
    with pytest.raises(InputError, match="person's account"):
        start_manual_kyb(actions, "A", "please")
