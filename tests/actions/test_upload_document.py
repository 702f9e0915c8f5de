"""Uploads: one action per side, sent once; lost responses are settled by document id; no file is stored."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.support.link_desk import practising
from tests.support.tables import change
from tests.support.upload_desk import Paperwork, file_of
from workbench.actions.settling.settling import settle_unknown
from workbench.actions.upload_document import GRACE, Upload, metadata_of, read_upload, review_upload, sent_name
from workbench.bakkt.errors import BakktNotFound
from workbench.bakkt.models import find_document_faults
from workbench.casework.documents import fetch_document
from workbench.domain.documents import FORMS, Confirmed, Paper, Subject
from workbench.domain.errors import InputError
from workbench.domain.vocabulary import ActionKind, Outcome

READERS = {ActionKind.UPLOAD_DOCUMENT: read_upload}


@pytest.fixture
def papers() -> Iterator[Paperwork]:
    with practising() as practice:
        practice.behind = timedelta()
        yield Paperwork(practice)


def settle(papers: Paperwork) -> int:
    return settle_unknown(papers.practice.actions, READERS)


def later(papers: Paperwork) -> None:
    """Backdate the desk's records beyond the grace period, so that requests in flight have arrived."""
    change(papers.practice.store, "update actions set finished_at = finished_at - $grace", {"grace": GRACE * 2})


def test_an_accepted_upload_is_at_bakkt_as_it_was_told(papers: Paperwork) -> None:
    paper = papers.passport(expires_on=date(2031, 3, 4), description="her passport")
    receipt = papers.send(paper, file_of(removed="location and 3 other notes removed"))
    assert receipt.outcome is Outcome.ACCEPTED
    assert "Location and 3 other notes removed." in receipt.words
    assert receipt.record is not None
    newest = papers.at_bakkt()[-1]
    assert newest == {
        "clientDocumentId": receipt.record.what["client_document_id"],
        "account": papers.person,
        "documentType": "PASSPORT",
        "documentSide": "FRONT",
        "clientOwnerId": paper.client_owner_id,
        "description": "her passport",
        "documentExpiration": "2031-03-04T00:00:00.000Z",
        "issueCountry": "FRA",
    }


def test_the_bytes_come_back_as_they_were_sent(papers: Paperwork) -> None:
    content = b"%PDF-1.7 " + bytes(range(256))
    record = papers.send(papers.passport(), file_of(content)).record
    assert record is not None
    fetched = fetch_document(papers.practice.connect, record.what["client_document_id"])
    assert (fetched.content, fetched.content_type) == (content, "application/pdf")


def test_the_record_keeps_no_file_no_name_and_no_words_of_the_persons(papers: Paperwork) -> None:
    record = papers.send(papers.passport(description="Ada Quill 219-09-9881"), file_of(b"%PDF- SECRET")).record
    assert record is not None
    kept = json.dumps([dict(record.what), *papers.practice.log(papers.person)], default=str)
    assert "Quill" not in kept
    assert "SECRET" not in kept
    assert record.what["description"] == "in own words"
    assert record.slot == f"{papers.passport().client_owner_id}|PASSPORT|FRONT"


def test_a_file_is_named_by_us(papers: Paperwork) -> None:
    assert sent_name(Upload(papers.passport(), file_of())) == "passport-front.pdf"


def test_two_sides_are_two_uploads_that_succeed_or_fail_each_for_itself(papers: Paperwork) -> None:
    owner = papers.owners(papers.person)[0]
    front, back = Paper("DRIVERS_LICENSE", "FRONT", owner), Paper("DRIVERS_LICENSE", "BACK", owner)
    assert papers.send(front, file_of(b"%PDF-1 front")).outcome is Outcome.ACCEPTED
    papers.spoil(kind="status", status=503, count=1)
    refused = papers.send(back, file_of(b"%PDF-1 back"))
    assert (refused.outcome, refused.may_confirm_again) == (Outcome.REFUSED, True)
    assert papers.send(back, file_of(b"%PDF-1 back")).outcome is Outcome.ACCEPTED
    sides = [one["documentSide"] for one in papers.at_bakkt() if one["documentType"] == "DRIVERS_LICENSE"]
    assert sides[-2:] == ["FRONT", "BACK"]


def test_a_double_click_makes_one_upload(papers: Paperwork) -> None:
    before = papers.uploads_counted()
    first, second = papers.send(papers.passport(), key="k"), papers.send(papers.passport(), key="k")
    assert (first.record, second.is_repeat) == (second.record, True)
    assert papers.uploads_counted() == before + 1


def test_people_who_upload_the_same_side_at_once_make_one_upload(papers: Paperwork) -> None:
    before = papers.uploads_counted()
    papers.spoil(kind="latency", seconds=0.1)
    receipts = []
    start = threading.Barrier(4)

    def confirm(number: int) -> None:
        start.wait()
        receipts.append(papers.send(papers.passport(), key=f"key {number}"))

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = sum(receipt.record is not None for receipt in receipts)
    assert papers.uploads_counted() == before + sent
    assert {receipt.hindrance.code for receipt in receipts if receipt.hindrance} <= {"open_action"}


def test_another_side_is_open_while_one_is_unknown(papers: Paperwork) -> None:
    owner = papers.owners(papers.person)[0]
    papers.spoil(kind="lost", count=1)
    assert papers.send(Paper("DRIVERS_LICENSE", "FRONT", owner)).outcome is Outcome.UNKNOWN
    shut = papers.send(Paper("DRIVERS_LICENSE", "FRONT", owner))
    assert shut.hindrance is not None
    assert shut.hindrance.code == "open_action"
    assert papers.send(Paper("DRIVERS_LICENSE", "BACK", owner), file_of(b"%PDF-2")).outcome is Outcome.ACCEPTED


def test_a_404_is_bakkts_no_with_its_words(papers: Paperwork) -> None:
    papers.spoil(kind="status", status=404)
    receipt = papers.send(papers.passport())
    assert (receipt.outcome, receipt.may_confirm_again) == (Outcome.REFUSED, True)
    assert receipt.record is not None
    assert receipt.record.bakkt_words


def test_what_the_contract_forbids_never_leaves(papers: Paperwork) -> None:
    before = papers.uploads_counted()
    receipt = papers.send(papers.passport(issue_country="France"))
    assert receipt.outcome is Outcome.NOT_SENT
    assert papers.uploads_counted() == before


def test_a_lost_answer_is_settled_by_the_documents_id(papers: Paperwork) -> None:
    before = papers.uploads_counted()
    papers.spoil(kind="lost", count=1)
    receipt = papers.send(papers.passport())
    assert receipt.outcome is Outcome.UNKNOWN
    assert settle(papers) == 1
    assert receipt.record is not None
    settled = papers.practice.actions.receipt(receipt.record.action_id)
    assert settled is not None
    assert settled.outcome is Outcome.ACCEPTED
    assert papers.uploads_counted() == before + 1


def test_a_lost_upload_that_never_arrived_may_be_confirmed_again_after_the_grace(papers: Paperwork) -> None:
    papers.spoil(kind="refused", count=1)
    receipt = papers.send(papers.passport())
    assert receipt.outcome is Outcome.UNKNOWN
    assert settle(papers) == 0
    later(papers)
    assert settle(papers) == 1
    assert receipt.record is not None
    settled = papers.practice.actions.receipt(receipt.record.action_id)
    assert settled is not None
    assert (settled.outcome, settled.may_confirm_again) == (Outcome.NOT_SENT, True)
    assert papers.send(papers.passport()).outcome is Outcome.ACCEPTED


def test_while_bakkt_is_away_a_lost_upload_stays_open(papers: Paperwork) -> None:
    papers.spoil(kind="lost", count=1)
    papers.send(papers.passport())
    later(papers)
    papers.spoil("retrieveDocumentMetadata", kind="refused")
    assert settle(papers) == 0
    papers.practice.heal()
    assert settle(papers) == 1


def test_the_same_file_as_another_side_is_questioned_and_may_be_meant(papers: Paperwork) -> None:
    owner = papers.owners(papers.person)[0]
    papers.send(Paper("DRIVERS_LICENSE", "FRONT", owner))
    back = Paper("DRIVERS_LICENSE", "BACK", owner)
    assert (hindrance := papers.send(back).hindrance) is not None
    assert hindrance.code == "same_file"
    assert papers.send(back, confirmed=Confirmed(same_file=True)).outcome is Outcome.ACCEPTED


def test_a_refused_upload_does_not_make_its_file_a_repetition(papers: Paperwork) -> None:
    owner = papers.owners(papers.person)[0]
    papers.spoil(kind="status", status=404, count=1)
    papers.send(Paper("DRIVERS_LICENSE", "FRONT", owner))
    assert papers.send(Paper("DRIVERS_LICENSE", "BACK", owner)).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("paper", "code"),
    [
        (Paper("PASSPORT", "FRONT", "nobody"), "no_such_owner"),
        (Paper("CERTIFICATE_OF_INCORPORATION", "FRONT"), "country"),
        (Paper("PASSPORT", "FRONT"), "type"),
        (Paper("RAW_CIP_DATA", "FRONT", None, "USA"), "type"),
        (Paper("SOURCE_OF_FUNDS", "FRONT", None, "USA", date(2020, 1, 1)), "expired"),
    ],
)
def test_what_does_not_fit_an_entity_is_refused_before_a_record_is_written(
    papers: Paperwork, paper: Paper, code: str
) -> None:
    receipt = papers.send(paper, account=papers.entity)
    assert receipt.hindrance is not None
    assert receipt.hindrance.code == code
    assert review_upload(papers.practice.actions, papers.entity, Upload(paper, file_of())) == receipt.hindrance
    assert papers.practice.log(papers.entity) == []


def test_an_unread_and_a_closed_account_take_nothing(papers: Paperwork) -> None:
    assert (unread := papers.send(papers.passport(), account="nobody").hindrance) is not None
    assert unread.code == "never_read"
    papers.practice.tell(papers.person, {"partyStatus": "CLOSED", "reasonCode": "CLOSED"})
    assert (closed := papers.send(papers.passport()).hindrance) is not None
    assert closed.code == "closed"


def test_a_paper_of_an_entity_needs_no_owner_and_meets_its_line(papers: Paperwork) -> None:
    paper = Paper("ENTITY_DUE_DILIGENCE", "FRONT", None, "USA", description="Shareholder registry")
    assert papers.send(paper, account=papers.entity).outcome is Outcome.ACCEPTED
    assert "clientOwnerId" not in papers.at_bakkt(papers.entity)[-1]
    papers.read(papers.entity)
    row = papers.practice.store.read_rows("documents/by_account", client_account_id=papers.entity)
    assert "Ann" in {one["uploaded_by"] for one in row}


def test_what_is_told_of_every_paper_is_what_the_contract_has(papers: Paperwork) -> None:
    for form in FORMS:
        for side in form.sides:
            owner = "o1" if Subject.OWNER in form.subjects else None
            paper = Paper(form.document_type, side, owner, "USA", date(2030, 1, 1), "words")
            metadata = metadata_of("A-1", "3fa85f64-5717-4562-b3fc-2c963f66afa6", paper)
            assert find_document_faults(metadata) == ()


def test_nothing_of_a_file_is_written_to_any_disk(papers: Paperwork, tmp_path_factory: pytest.TempPathFactory) -> None:
    mark = b"THIS-IS-A-MARK-OF-ONE-FILE"
    folder = tmp_path_factory.mktemp("desk")
    with practising(folder / "workbench.duckdb") as practice:
        practice.behind = timedelta()
        on_disk = Paperwork(practice)
        assert on_disk.send(on_disk.passport(), file_of(b"%PDF-1.7 " + mark)).outcome is Outcome.ACCEPTED
    assert [path for path in folder.rglob("*") if path.is_file() and mark in path.read_bytes()] == []


def test_a_document_that_is_gone_is_said_to_be_unknown(papers: Paperwork) -> None:
    with pytest.raises(BakktNotFound):
        fetch_document(papers.practice.connect, "3fa85f64-5717-4562-b3fc-2c963f66afa6")


def test_the_readers_answer_on_a_foreign_record_is_an_error_of_ours(papers: Paperwork) -> None:
    record = papers.send(papers.passport()).record
    assert record is not None

    async def read() -> Outcome | None:
        async with papers.practice.connect() as client:
            settlement = await read_upload(record, client)
        return settlement.outcome if settlement else None

    assert asyncio.run(read()) is Outcome.ACCEPTED
    with pytest.raises(InputError):
        papers.practice.actions.settle_by_person(record.action_id, Outcome.ACCEPTED, "seen")
