"""Uploads: one action per side, sent once; lost responses are settled by document id; no file is stored."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.support.link_harness import link_harness
from tests.support.people import person
from tests.support.settling import settle_unknown
from tests.support.tables import change
from tests.support.trails import Notebook
from tests.support.upload_harness import UploadHarness, file_of
from workbench.access.acting import Acting
from workbench.access.policy import Role
from workbench.actions.upload_document import (
    DocumentUpload,
    UploadReader,
    metadata_of,
    review_upload,
    sent_name,
)
from workbench.bakkt.errors import BakktNotFound
from workbench.bakkt.models import find_document_faults
from workbench.casework.documents import fetch_document
from workbench.domain.documents import DOCUMENT_SPECS, Confirmations, DocumentDetails, Subject
from workbench.domain.errors import InputError
from workbench.domain.vocabulary import ActionKind, Outcome

TIME_LIMIT, GRACE = timedelta(seconds=300), timedelta(seconds=60)


@pytest.fixture
def uploads() -> Iterator[UploadHarness]:
    with link_harness() as harness:
        harness.behind = timedelta()
        yield UploadHarness(harness)


def settle(uploads: UploadHarness) -> int:
    actions = uploads.harness.actions
    return settle_unknown(actions, {ActionKind.UPLOAD_DOCUMENT: UploadReader(actions)})


def later(uploads: UploadHarness, by: timedelta = TIME_LIMIT + GRACE) -> None:
    """Backdate the desk's records, by default until requests in flight have arrived."""
    change(uploads.harness.store, "update actions set finished_at = finished_at - $by", {"by": by})


def test_an_accepted_upload_is_at_bakkt_as_it_was_told(uploads: UploadHarness) -> None:
    paper = uploads.passport(expires_on=date(2031, 3, 4), description="her passport")
    receipt = uploads.send(paper, file_of(removed="location and 3 other notes removed"))
    assert receipt.outcome is Outcome.ACCEPTED
    assert "Location and 3 other notes removed." in receipt.words
    assert receipt.record is not None
    newest = uploads.at_bakkt()[-1]
    assert newest == {
        "clientDocumentId": receipt.record.what["client_document_id"],
        "account": uploads.person,
        "documentType": "PASSPORT",
        "documentSide": "FRONT",
        "clientOwnerId": paper.client_owner_id,
        "description": "her passport",
        "documentExpiration": "2031-03-04T23:59:59.999Z",
        "issueCountry": "FRA",
    }


def test_the_bytes_come_back_as_they_were_sent(uploads: UploadHarness) -> None:
    content = b"%PDF-1.7 " + bytes(range(256))
    record = uploads.send(uploads.passport(), file_of(content)).record
    assert record is not None
    fetched = fetch_document(uploads.harness.actions, uploads.person, record.what["client_document_id"])
    assert (fetched.content, fetched.content_type) == (content, "application/pdf")


def test_who_opens_a_document_is_found_by_the_customer(uploads: UploadHarness) -> None:
    record = uploads.send(uploads.passport()).record
    assert record is not None
    document, notebook = record.what["client_document_id"], Notebook()
    agent = Acting(person("Ann", Role.AGENT), notebook)
    fetch_document(uploads.harness.actions.acted_by(agent), uploads.person, document)
    assert notebook.rows == [("Ann", "open a document", f"{uploads.person} {document}", "allowed")]


def test_the_record_keeps_no_file_no_name_and_no_words_of_the_persons(uploads: UploadHarness) -> None:
    record = uploads.send(uploads.passport(description="Ada Quill 219-09-9881"), file_of(b"%PDF- SECRET")).record
    assert record is not None
    kept = json.dumps([dict(record.what), *uploads.harness.log(uploads.person)], default=str)
    assert "Quill" not in kept
    assert "SECRET" not in kept
    assert record.what["description"] == "in own words"
    assert record.slot == f"{uploads.passport().client_owner_id}|PASSPORT|FRONT"


def test_a_file_is_named_by_us(uploads: UploadHarness) -> None:
    assert sent_name(DocumentUpload(uploads.passport(), file_of())) == "passport-front.pdf"


def test_two_sides_are_two_uploads_that_succeed_or_fail_each_for_itself(uploads: UploadHarness) -> None:
    owner = uploads.owners(uploads.person)[0]
    front, back = DocumentDetails("DRIVERS_LICENSE", "FRONT", owner), DocumentDetails("DRIVERS_LICENSE", "BACK", owner)
    assert uploads.send(front, file_of(b"%PDF-1 front")).outcome is Outcome.ACCEPTED
    uploads.add_fault(kind="status", status=503, count=1)
    refused = uploads.send(back, file_of(b"%PDF-1 back"))
    assert (refused.outcome, refused.may_confirm_again) == (Outcome.NOT_SENT, True)
    assert uploads.send(back, file_of(b"%PDF-1 back")).outcome is Outcome.ACCEPTED
    sides = [one["documentSide"] for one in uploads.at_bakkt() if one["documentType"] == "DRIVERS_LICENSE"]
    assert sides[-2:] == ["FRONT", "BACK"]


def test_a_double_click_makes_one_upload(uploads: UploadHarness) -> None:
    before = uploads.uploads_counted()
    first, second = uploads.send(uploads.passport(), key="k"), uploads.send(uploads.passport(), key="k")
    assert (first.record, second.is_repeat) == (second.record, True)
    assert uploads.uploads_counted() == before + 1


def test_people_who_upload_the_same_side_at_once_make_one_upload(uploads: UploadHarness) -> None:
    before = uploads.uploads_counted()
    uploads.add_fault(kind="latency", seconds=0.1)
    receipts = []
    start = threading.Barrier(4)

    def confirm(number: int) -> None:
        start.wait()
        receipts.append(uploads.send(uploads.passport(), key=f"key {number}"))

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = sum(receipt.record is not None for receipt in receipts)
    assert uploads.uploads_counted() == before + sent
    assert {receipt.blocker.code for receipt in receipts if receipt.blocker} <= {"open_action"}


def test_another_side_is_open_while_one_is_unknown(uploads: UploadHarness) -> None:
    owner = uploads.owners(uploads.person)[0]
    uploads.add_fault(kind="lost", count=1)
    assert uploads.send(DocumentDetails("DRIVERS_LICENSE", "FRONT", owner)).outcome is Outcome.UNKNOWN
    shut = uploads.send(DocumentDetails("DRIVERS_LICENSE", "FRONT", owner))
    assert shut.blocker is not None
    assert shut.blocker.code == "open_action"
    assert (
        uploads.send(DocumentDetails("DRIVERS_LICENSE", "BACK", owner), file_of(b"%PDF-2")).outcome is Outcome.ACCEPTED
    )


def test_a_404_is_bakkts_no_with_its_words(uploads: UploadHarness) -> None:
    uploads.add_fault(kind="status", status=404)
    receipt = uploads.send(uploads.passport())
    assert (receipt.outcome, receipt.may_confirm_again) == (Outcome.REFUSED, True)
    assert receipt.record is not None
    assert receipt.record.bakkt_words


def test_what_the_contract_forbids_never_leaves(uploads: UploadHarness) -> None:
    before = uploads.uploads_counted()
    receipt = uploads.send(uploads.passport(issue_country="France"))
    assert receipt.outcome is Outcome.NOT_SENT
    assert uploads.uploads_counted() == before


def test_a_lost_answer_is_settled_by_the_documents_id(uploads: UploadHarness) -> None:
    before = uploads.uploads_counted()
    uploads.add_fault(kind="lost", count=1)
    receipt = uploads.send(uploads.passport())
    assert receipt.outcome is Outcome.UNKNOWN
    assert settle(uploads) == 1
    assert receipt.record is not None
    settled = uploads.harness.actions.receipt(receipt.record.action_id)
    assert settled is not None
    assert settled.outcome is Outcome.ACCEPTED
    assert uploads.uploads_counted() == before + 1


def test_a_lost_upload_that_never_arrived_may_be_confirmed_again_after_the_grace(uploads: UploadHarness) -> None:
    uploads.add_fault(kind="refused", count=1)
    receipt = uploads.send(uploads.passport())
    assert receipt.outcome is Outcome.UNKNOWN
    assert settle(uploads) == 0
    later(uploads, TIME_LIMIT + GRACE - timedelta(seconds=30))
    assert settle(uploads) == 0
    later(uploads, timedelta(seconds=30))
    assert settle(uploads) == 1
    assert receipt.record is not None
    settled = uploads.harness.actions.receipt(receipt.record.action_id)
    assert settled is not None
    assert (settled.outcome, settled.may_confirm_again) == (Outcome.NOT_SENT, True)
    assert uploads.send(uploads.passport()).outcome is Outcome.ACCEPTED


@pytest.mark.slow
def test_while_bakkt_is_away_a_lost_upload_stays_open(uploads: UploadHarness) -> None:
    uploads.add_fault(kind="lost", count=1)
    uploads.send(uploads.passport())
    later(uploads)
    uploads.add_fault("retrieveDocumentMetadata", kind="refused")
    assert settle(uploads) == 0
    uploads.harness.clear_faults()
    assert settle(uploads) == 1


def test_the_same_file_as_another_side_is_questioned_and_may_be_meant(uploads: UploadHarness) -> None:
    owner = uploads.owners(uploads.person)[0]
    uploads.send(DocumentDetails("DRIVERS_LICENSE", "FRONT", owner))
    back = DocumentDetails("DRIVERS_LICENSE", "BACK", owner)
    assert (blocker := uploads.send(back).blocker) is not None
    assert blocker.code == "same_file"
    assert uploads.send(back, confirmed=Confirmations(same_file=True)).outcome is Outcome.ACCEPTED


def test_a_refused_upload_does_not_make_its_file_a_repetition(uploads: UploadHarness) -> None:
    owner = uploads.owners(uploads.person)[0]
    uploads.add_fault(kind="status", status=404, count=1)
    uploads.send(DocumentDetails("DRIVERS_LICENSE", "FRONT", owner))
    assert uploads.send(DocumentDetails("DRIVERS_LICENSE", "BACK", owner)).outcome is Outcome.ACCEPTED


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (DocumentDetails("PASSPORT", "FRONT", "nobody"), "no_such_owner"),
        (DocumentDetails("CERTIFICATE_OF_INCORPORATION", "FRONT"), "country"),
        (DocumentDetails("PASSPORT", "FRONT"), "type"),
        (DocumentDetails("RAW_CIP_DATA", "FRONT", None, "USA"), "type"),
        (DocumentDetails("SOURCE_OF_FUNDS", "FRONT", None, "USA", date(2020, 1, 1)), "expired"),
    ],
)
def test_what_does_not_fit_an_entity_is_refused_before_a_record_is_written(
    uploads: UploadHarness, paper: DocumentDetails, code: str
) -> None:
    receipt = uploads.send(paper, account=uploads.entity)
    assert receipt.blocker is not None
    assert receipt.blocker.code == code
    assert review_upload(uploads.harness.actions, uploads.entity, DocumentUpload(paper, file_of())) == receipt.blocker
    assert uploads.harness.log(uploads.entity) == []


def test_an_unread_and_a_closed_account_take_nothing(uploads: UploadHarness) -> None:
    assert (unread := uploads.send(uploads.passport(), account="nobody").blocker) is not None
    assert unread.code == "never_read"
    uploads.harness.tell(uploads.person, {"partyStatus": "CLOSED", "reasonCode": "CLOSED"})
    assert (closed := uploads.send(uploads.passport()).blocker) is not None
    assert closed.code == "closed"


def test_a_document_of_an_entity_needs_no_owner_and_meets_its_requirement(uploads: UploadHarness) -> None:
    paper = DocumentDetails("ENTITY_DUE_DILIGENCE", "FRONT", None, "USA", description="Shareholder registry")
    assert uploads.send(paper, account=uploads.entity).outcome is Outcome.ACCEPTED
    assert "clientOwnerId" not in uploads.at_bakkt(uploads.entity)[-1]
    uploads.read(uploads.entity)
    row = uploads.harness.store.read_rows("accounts/documents", client_account_id=uploads.entity)
    assert "Ann" in {one["uploaded_by"] for one in row}


def test_the_metadata_of_every_document_matches_the_contract(uploads: UploadHarness) -> None:
    for form in DOCUMENT_SPECS:
        for side in form.sides:
            owner = "o1" if Subject.OWNER in form.subjects else None
            paper = DocumentDetails(form.document_type, side, owner, "USA", date(2030, 1, 1), "words")
            metadata = metadata_of("A-1", "3fa85f64-5717-4562-b3fc-2c963f66afa6", paper)
            assert find_document_faults(metadata) == ()


@pytest.mark.slow
def test_nothing_of_a_file_is_written_to_any_disk(
    uploads: UploadHarness, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mark = b"THIS-IS-A-MARK-OF-ONE-FILE"
    folder = tmp_path_factory.mktemp("desk")
    with link_harness(folder / "workbench.duckdb") as harness:
        harness.behind = timedelta()
        on_disk = UploadHarness(harness)
        assert on_disk.send(on_disk.passport(), file_of(b"%PDF-1.7 " + mark)).outcome is Outcome.ACCEPTED
    assert [path for path in folder.rglob("*") if path.is_file() and mark in path.read_bytes()] == []


def test_a_document_that_is_gone_is_said_to_be_unknown(uploads: UploadHarness) -> None:
    with pytest.raises(BakktNotFound):
        fetch_document(uploads.harness.actions, uploads.person, "3fa85f64-5717-4562-b3fc-2c963f66afa6")


def test_the_readers_answer_on_a_foreign_record_is_an_error_of_ours(uploads: UploadHarness) -> None:
    record = uploads.send(uploads.passport()).record
    assert record is not None

    async def read() -> Outcome | None:
        async with uploads.harness.connect() as client:
            settlement = await UploadReader(uploads.harness.actions)(record, client)
        return settlement.outcome if settlement else None

    assert asyncio.run(read()) is Outcome.ACCEPTED
    with pytest.raises(InputError):
        uploads.harness.actions.settle_by_person(record.action_id, Outcome.ACCEPTED, "seen")
