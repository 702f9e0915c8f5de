"""The documents page: what expires soon, uploads of both sides, retries per side, viewing in place."""

import gc
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support import screens
from tests.support.facts import document, owner, poll
from tests.support.hostile_files import script
from tests.support.link_harness import link_harness
from tests.support.sample_files import exif, jpeg, pdf, png
from tests.support.screens import open_page, page_text
from tests.support.stores import new_store
from tests.support.upload_harness import UploadHarness
from workbench.actions.upload_document import DocumentUpload
from workbench.desk import Desk, build_desk
from workbench.domain.snapshots import DocumentSnapshot
from workbench.domain.words import plural
from workbench.files.checking import CheckedFile
from workbench.settings import read_settings


@pytest.fixture(scope="module")
def all_uploads() -> Iterator[UploadHarness]:
    with link_harness(accounts=72) as harness:
        harness.behind = timedelta()
        yield UploadHarness(harness)
        st.cache_resource.clear()


@pytest.fixture
def uploads(all_uploads: UploadHarness) -> Iterator[UploadHarness]:
    """Each test has customers of its own, and a Bakkt that answers."""
    all_uploads.next_customers()
    yield all_uploads
    all_uploads.harness.clear_faults()


@pytest.fixture
def desk(uploads: UploadHarness) -> Desk:
    settings = read_settings({"WORKBENCH_ACTOR": "Ann"})
    return build_desk(uploads.harness.store, settings, lambda _=1.0: uploads.harness.connect())


def form(desk: Desk, account: str, **query: str) -> AppTest:
    return open_page("documents", desk, account=account, **query)


def uploader(page: AppTest, side: str) -> str:
    return next(one.key for one in page.file_uploader if one.key and one.key.endswith(f"-{side}"))


def put(page: AppTest, side: str, content: bytes, name: str = "scan.pdf") -> AppTest:
    return page.file_uploader(key=uploader(page, side)).upload(name, content, "application/pdf").run()


def tick(page: AppTest, label: str) -> AppTest:
    return next(box for box in page.checkbox if box.label.startswith(label)).check().run()


def choose(page: AppTest, label: str, words: str) -> AppTest:
    box = next(one for one in page.selectbox if one.label.startswith(label))
    return box.select(words).run()


def text(page: AppTest) -> str:
    return unescape(page_text(page))


def ready_licence(page: AppTest) -> AppTest:
    page = put(put(page, "FRONT", jpeg(exif=exif())), "BACK", png())
    return tick(page, "No expiry date")


def test_accounts_whose_identity_documents_are_missing_are_listed(empty_desk: Desk) -> None:
    read_at = datetime.now(UTC)
    people, lacking = [owner("o1", country="FRA")], ["owners[0].identityDocument"]
    empty_desk.store.land_readings([poll("A", read_at, owners=people, missing_fields=lacking)])
    page = open_page("backlog", empty_desk, view="identity")
    assert not page.exception
    assert "An owner outside the USA has no identity document." in text(page)
    assert page.dataframe[0].value[["client_account_id", "country"]].values.tolist() == [["A", "FRA"]]


@pytest.mark.slow
def test_accounts_are_listed_by_the_first_of_their_documents_to_expire(seeded_desk: Desk) -> None:
    page = open_page("documents", seeded_desk)
    assert not page.exception
    rows = seeded_desk.store.read_rows("documents/expiring")
    first = {row["client_account_id"]: row for row in reversed(rows)}
    listed = page.dataframe[0].value
    assert listed["client_account_id"].tolist()[:1] == [rows[0]["client_account_id"]]
    assert f"1–100 of {len(first)} accounts" in text(page)
    expiries = [one["first_expires_at"] for one in listed.to_dict("records")]
    assert expiries == sorted(row["expires_at"].date() for row in first.values())[:100]


@pytest.mark.parametrize("days", ["7", "365"])
def test_documents_ending_within_another_time_can_be_asked_for(seeded_desk: Desk, days: str) -> None:
    page = open_page("backlog", seeded_desk, view="documents", within=days)
    rows = seeded_desk.store.read_rows("documents/expiring", days=int(days))
    assert f"{plural(len({row['client_account_id'] for row in rows}), 'account')}" in text(page)


def test_where_no_document_ends_nothing_is_listed(empty_desk: Desk) -> None:
    empty_desk.store.land_readings([poll("A", datetime.now(UTC))])
    assert "Nothing is in this view." in text(open_page("backlog", empty_desk, view="documents"))


@pytest.mark.slow
def test_what_is_missing_is_said_in_words(uploads: UploadHarness, desk: Desk) -> None:
    page = form(desk, uploads.person, owner=str(uploads.owners(uploads.person)[0]), type="DRIVERS_LICENSE")
    assert not page.exception
    assert 'Still needed: expiry date (or "none"), front side, back side.' in text(page)
    assert page.button(key="wb-upload-send").disabled
    entity = form(desk, uploads.entity, requirement="shareholder_registry")
    assert "Shareholder registry" in text(entity)
    assert re.search(r"Still needed: [^<]*\bfile\.<", text(entity))
    assert entity.button(key="wb-upload-send").disabled


@pytest.mark.parametrize(
    ("entity_type", "account_type", "proposed"),
    [
        ("LLC", "ENTITY", "Operating agreement"),
        ("CORPORATE", "ENTITY", "Bylaws"),
        ("PARTNERSHIP", "ENTITY", "Partnership agreement"),
        ("LIMITED_PARTNERSHIP", "ENTITY", "Partnership agreement"),
        ("TRUST", "ENTITY", "Trust deed"),
        ("CORPORATE", "ENTITY_PERSONAL_TRUST", "Trust deed"),
        ("SOMETHING_NEW", "ENTITY", "Bylaws"),
    ],
)
def test_the_governing_document_is_proposed_by_the_type_of_the_entity(
    desk: Desk, entity_type: str, account_type: str, proposed: str
) -> None:
    name = f"{entity_type} {account_type}"
    request = {"clientAccountId": name, "accountType": account_type, "entity": {"entityType": entity_type}}
    read = poll(name, datetime.now(UTC), account_type=account_type)
    desk.store.land_readings([replace(read, account_json=json.dumps({"request": request}))])
    page = form(desk, name, requirement="governing_document")
    box = next(one for one in page.selectbox if one.label.startswith("What it is"))
    assert (box.value, box.options[0]) == (proposed, proposed)


@pytest.mark.slow
def test_both_sides_are_two_uploads_with_a_receipt_each(uploads: UploadHarness, desk: Desk) -> None:
    owner = str(uploads.owners(uploads.person)[0])
    page = ready_licence(form(desk, uploads.person, owner=owner, type="DRIVERS_LICENSE"))
    assert "Location and 3 other metadata entries removed." in text(page)
    page.button(key="wb-upload-send").click().run()
    assert not page.exception
    assert len(page.query_params["action"]) == 2
    assert text(page).count("<strong>Done</strong>") == 2
    assert [one["documentSide"] for one in uploads.at_bakkt()[-2:]] == ["FRONT", "BACK"]
    assert "Done" in text(open_page("documents", desk, account=uploads.person, action=page.query_params["action"][1]))


@pytest.mark.slow
def test_a_document_can_be_issued_in_kosovo(uploads: UploadHarness, desk: Desk) -> None:
    owner = str(uploads.owners(uploads.person)[0])
    page = ready_licence(form(desk, uploads.person, owner=owner, type="DRIVERS_LICENSE"))
    page = choose(page, "Issued in", "Kosovo")
    page.button(key="wb-upload-send").click().run()
    assert text(page).count("<strong>Done</strong>") == 2
    assert "Kosovo" in text(page)
    assert [one["issueCountry"] for one in uploads.at_bakkt()[-2:]] == ["XKX", "XKX"]


@pytest.mark.slow
def test_a_side_that_failed_is_sent_again_alone(uploads: UploadHarness, desk: Desk) -> None:
    owner = str(uploads.owners(uploads.person)[0])
    page = ready_licence(form(desk, uploads.person, owner=owner, type="DRIVERS_LICENSE"))
    uploads.add_fault(kind="status", status=503, count=1)
    before = uploads.uploads_counted()
    page.button(key="wb-upload-send").click().run()
    assert "Not sent" in text(page)
    assert uploads.uploads_counted() == before + 1
    failed = page.query_params["action"][0]
    page.button(key=f"wb-upload-again-{failed}").click().run()
    assert text(page).count("<strong>Done</strong>") == 2
    assert uploads.uploads_counted() == before + 2
    assert failed not in page.query_params["action"]


@pytest.mark.slow
def test_a_document_refused_for_its_content_cannot_go_out_unchanged(uploads: UploadHarness, desk: Desk) -> None:
    owner = str(uploads.owners(uploads.person)[0])
    page = put(form(desk, uploads.person, owner=owner, type="PASSPORT"), "FRONT", pdf())
    page = choose(tick(page, "No expiry date"), "Issued in", "United States")
    uploads.add_fault(kind="status", status=422, count=1)
    page.button(key="wb-upload-send").click().run()
    assert "Refused by Bakkt" in text(page)
    assert not any(str(button.key).startswith("wb-upload-again") for button in page.button)
    assert "correct that with “Upload another document”" in text(page)
    page = put(form(desk, uploads.person, owner=owner, type="PASSPORT"), "FRONT", pdf())
    page = choose(tick(page, "No expiry date"), "Issued in", "United States")
    assert "Bakkt refused exactly this" in text(page)
    assert page.button(key="wb-upload-send").disabled
    page = put(page, "FRONT", png())
    assert not page.button(key="wb-upload-send").disabled


def alive(*kinds: type) -> int:
    """How many objects of these kinds are in this process's memory."""
    gc.collect()
    return sum(type(one) in kinds for one in gc.get_objects())


def leave(page: AppTest) -> None:
    """Go to the list of all accounts, on the same page."""
    page.query_params.clear()
    page.run()
    assert not page.file_uploader


def test_checked_files_are_freed_when_the_form_is_left(uploads: UploadHarness, desk: Desk) -> None:
    before = alive(CheckedFile)
    page = put(form(desk, uploads.person, type="PASSPORT"), "FRONT", pdf())
    assert alive(CheckedFile) == before + 1
    leave(page)
    assert alive(CheckedFile) == before


@pytest.mark.slow
def test_what_was_kept_to_be_sent_again_is_freed_when_its_receipt_is_left(uploads: UploadHarness, desk: Desk) -> None:
    before = alive(CheckedFile, DocumentUpload)
    owner = str(uploads.owners(uploads.person)[0])
    page = ready_licence(form(desk, uploads.person, owner=owner, type="DRIVERS_LICENSE"))
    uploads.add_fault(kind="status", status=503, count=1)
    page.button(key="wb-upload-send").click().run()
    assert alive(CheckedFile, DocumentUpload) == before + 2
    leave(page)
    assert alive(CheckedFile, DocumentUpload) == before


def test_a_hostile_file_is_refused_at_its_field_and_nothing_can_be_sent(uploads: UploadHarness, desk: Desk) -> None:
    page = put(form(desk, uploads.person, type="PASSPORT"), "FRONT", script(), "holiday.jpg")
    assert "The PDF contains a script" in text(page)
    assert "file" in text(page)
    assert page.button(key="wb-upload-send").disabled


@pytest.mark.slow
def test_the_same_file_on_both_sides_has_to_be_meant(uploads: UploadHarness, desk: Desk) -> None:
    owner = str(uploads.owners(uploads.person)[0])
    page = form(desk, uploads.person, owner=owner, type="DRIVERS_LICENSE")
    page = tick(put(put(page, "FRONT", pdf()), "BACK", pdf()), "No expiry date")
    assert "This file was uploaded before" in text(page)
    assert page.button(key="wb-upload-send").disabled
    page = tick(page, "Send the same file again anyway")
    assert not page.button(key="wb-upload-send").disabled
    page.button(key="wb-upload-send").click().run()
    assert text(page).count("<strong>Done</strong>") == 2


def test_an_expired_document_is_warned_about_and_needs_a_confirmation(uploads: UploadHarness, desk: Desk) -> None:
    page = put(form(desk, uploads.person, type="PASSPORT"), "FRONT", pdf())
    now = uploads.harness.actions.now().date()
    page.date_input[0].set_value(now + timedelta(days=1)).run()
    assert "before a usual review (72 h) ends" in text(page)
    assert not page.button(key="wb-upload-send").disabled
    page.date_input[0].set_value(now - timedelta(days=9)).run()
    assert "It expired 9 d ago and will not count." in text(page)
    assert page.button(key="wb-upload-send").disabled
    assert not tick(page, "Send it even though").button(key="wb-upload-send").disabled


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expires_on", "box", "recorded"),
    [
        (date(1985, 6, 30), "Send it even though it has expired", "Document: expired"),
        (date(9999, 1, 1), "Send it even though it expires after 2100", "Document: expires after 2100"),
        (date.max, "Send it even though it expires after 2100", "Document: expires after 2100"),
    ],
)
def test_an_unusual_expiry_is_confirmed_and_the_record_says_so(
    uploads: UploadHarness, desk: Desk, expires_on: date, box: str, recorded: str
) -> None:
    page = put(form(desk, uploads.person, type="PASSPORT"), "FRONT", pdf())
    page.date_input[0].set_value(expires_on).run()
    assert page.button(key="wb-upload-send").disabled
    page = tick(page, box)
    page.button(key="wb-upload-send").click().run()
    assert "<strong>Done</strong>" in text(page)
    assert f"<dt>Confirmed despite</dt><dd>{recorded}</dd>" in text(page)
    assert any((one.get("documentExpiration") or "").startswith(expires_on.isoformat()) for one in uploads.at_bakkt())
    uploads.read(uploads.person)
    again = form(desk, uploads.person)
    assert not again.exception
    assert f"Confirmed despite: {recorded}." in open_page("actions", desk).dataframe[0].value["more"].tolist()


def test_a_closed_account_says_so_instead_of_a_form(uploads: UploadHarness, desk: Desk) -> None:
    uploads.harness.tell(uploads.person, {"partyStatus": "CLOSED", "reasonCode": "CLOSED"})
    page = form(desk, uploads.person)
    assert "The account is closed" in text(page)
    assert not page.file_uploader


def test_a_dry_run_shows_the_request_and_no_file(uploads: UploadHarness, desk: Desk) -> None:
    page = tick(put(form(desk, uploads.person, type="PASSPORT"), "FRONT", pdf()), "No expiry date")
    assert any('"documentType": "PASSPORT"' in code.value for code in page.code)
    assert "POST /apex-crypto/api/v2/documents" in text(page)


@pytest.mark.slow
def test_an_uploaded_document_opens_in_place_and_closes(uploads: UploadHarness, desk: Desk) -> None:
    uploads.send(uploads.passport())
    uploads.read(uploads.person)
    page = form(desk, uploads.person)
    newest = uploads.at_bakkt()[-1]["clientDocumentId"]
    page.button(key=f"wb-document-open-{newest}").click().run()
    assert "It is not shown here." in text(page), "what the tests call a file is no PDF"
    page.run()
    assert page.button(key="wb-opened-close")
    page.button(key="wb-opened-close").click().run()
    assert "It is not shown here." not in text(page)
    assert "wb-opened-close" not in {button.key for button in page.button}


@pytest.mark.slow
def test_no_name_and_no_bytes_enter_the_address(uploads: UploadHarness, desk: Desk) -> None:
    page = put(form(desk, uploads.person, type="PASSPORT"), "FRONT", pdf(), "Ada Quill.pdf")
    page = tick(page, "No expiry date")
    page.button(key="wb-upload-send").click().run()
    assert set(page.query_params) <= {"account", "tab", "owner", "type", "action"}
    assert "Quill" not in str(dict(page.query_params))


@pytest.mark.slow
def test_a_long_list_of_documents_is_shown_to_its_end(empty_desk: Desk) -> None:
    over = datetime.now(UTC) - timedelta(days=2)
    empty_desk.store.land_readings(
        [poll("A-1", over, documents=[expired(f"o-{number}", over) for number in range(95)])]
    )
    page = open_page("documents", empty_desk, account="A-1")
    assert page_text(page).count("wb-row wb-document") == 40
    for words in ("Show 40 more of 55", "Show 15 more of 15"):
        page = next(button for button in page.button if button.label == words).click().run()
    assert page_text(page).count("wb-row wb-document") == 95
    assert not [button for button in page.button if button.label.startswith("Show ")]


def test_every_account_whose_document_ends_soon_is_a_row_of_one_table(empty_desk: Desk) -> None:
    over = datetime.now(UTC) - timedelta(days=2)
    names = [f"A-{number:03}" for number in range(95)]
    empty_desk.store.land_readings([poll(name, over, documents=[expired(name, over)]) for name in names])
    page = open_page("documents", empty_desk)
    assert page.dataframe[0].value["client_account_id"].sort_values().to_list() == names


def expired(name: str, over: datetime) -> DocumentSnapshot:
    return document("PASSPORT", client_document_id=f"paper-of-{name}", client_owner_id=name, expires_at=over)


@pytest.fixture
def company_desk() -> Iterator[Desk]:
    """A desk with one company, whose bylaws and registry have expired and whose chart is newest."""
    store = new_store()
    over = datetime.now(UTC) - timedelta(days=3)
    kinds = {"Bylaws": over, "Shareholder registry": over, "Organisation chart": None}
    documents = [document("ENTITY_DUE_DILIGENCE", description=words, expires_at=ends) for words, ends in kinds.items()]
    store.land_readings([poll("C", datetime.now(UTC), account_type="ENTITY", documents=documents)])
    yield screens.build_desk(store)
    store.close()
    screens.forget_desk()


def test_documents_of_one_type_that_meet_other_lines_are_all_current_and_each_is_renewed_as_itself(
    company_desk: Desk,
) -> None:
    page = form(company_desk, "C")
    assert not page.exception
    assert "3 current documents, 0 replaced" in text(page)
    next(one for one in page.button if one.key and "Shareholder registry" in one.key and "reupload" in one.key).click()
    page.run()
    assert page.query_params["requirement"] in ("shareholder_registry", ["shareholder_registry"])
    description = next(one for one in page.selectbox if one.label.startswith("What it is"))
    assert description.value == "Shareholder registry"
    listed = open_page("documents", company_desk).dataframe[0].value
    assert listed[["client_account_id", "document", "documents_ending"]].values.tolist() == [
        ["C", "Due diligence document", 2]
    ]
