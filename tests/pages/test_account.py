"""The account page: the card's buttons, what is still needed, and the documents by side."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.facts import document, landed_event, must_verify, owner, poll
from tests.support.screens import clickable_html_of, open_page, page_text
from workbench.desk import Desk
from workbench.domain.vocabulary import Standing

NOW = datetime.now(UTC)
LICENCE = "DRIVERS_LICENSE"


def said(page: AppTest) -> str:
    assert not page.exception
    return unescape(page_text(page))


def address_of(page: AppTest) -> dict[str, str]:
    return {name: str(page.query_params[name]).strip("[]'") for name in page.query_params}


def primary(page: AppTest) -> str | None:
    """Return the card's primary button: one of Streamlit's or one that copies."""
    own = re.search(r"wb-button wb-primary[^>]*>([^<]+)<", clickable_html_of(page))
    buttons = [button.label for button in page.button if button.key in {"wb-next-step", "wb-read-one"}]
    return own[1] if own else next(iter(buttons), None)


def land_event(desk: Desk, status: str, reason: str, hours_ago: float = 4) -> None:
    desk.store.land_events([landed_event("A", NOW - timedelta(hours=hours_ago), status, reason)])


@pytest.mark.parametrize(
    ("status", "reason", "button"),
    [
        ("ACTIVE", "ACTIVE", None),
        ("SUSPENDED", "OTHER", "Copy message to Bakkt"),
        ("SUSPENDED", "ACCOUNT_CLOSURE_REQUESTED", None),
        ("A_NEW_STATUS", "A_NEW_REASON", "Contact Bakkt"),
        ("UNDER_REVIEW", "PENDING_REVIEW", None),
        ("UNDER_REVIEW", "DOCUMENT_VERIFICATION", "Send a new link (0 of 3 expired)"),
        ("CLOSED", "CLOSED", None),
    ],
)
def test_the_primary_button_is_the_next_step(empty_desk: Desk, status: str, reason: str, button: str | None) -> None:
    land_event(empty_desk, status, reason)
    page = open_page("customers", empty_desk, account="A")
    assert not page.exception
    assert primary(page) == button
    assert ("Nothing to do." in said(page)) is (button is None)


def test_once_bakkt_is_late_a_message_to_bakkt_is_ready(empty_desk: Desk) -> None:
    empty_desk.store.land_targets({Standing.UNDER_REVIEW: 72}, 24, NOW - timedelta(days=400))
    land_event(empty_desk, "UNDER_REVIEW", "PENDING_REVIEW", hours_ago=100)
    page = open_page("customers", empty_desk, account="A")
    assert primary(page) == "Copy message to Bakkt"
    assert "28 h late" in said(page)


def test_with_a_live_link_message_and_link_are_copied_and_neither_is_in_the_page(empty_desk: Desk) -> None:
    told = must_verify("A", NOW - timedelta(hours=2), NOW + timedelta(hours=20))
    empty_desk.store.land_events([told])
    page = open_page("customers", empty_desk, account="A")
    assert primary(page) == "Copy message"
    shown = clickable_html_of(page)
    assert "Copy link" in shown
    url = empty_desk.store.read_rows("accounts/one", client_account_id="A")[0]["link_url"]
    assert url not in shown + page_text(page)


def test_sending_a_link_opens_in_the_card_and_closes_without_a_trace(empty_desk: Desk) -> None:
    land_event(empty_desk, "UNDER_REVIEW", "DOCUMENT_VERIFICATION")
    page = open_page("customers", empty_desk, account="A")
    page.button(key="wb-next-step").click().run()
    assert address_of(page) == {"account": "A", "send": "link"}
    assert "its 72 hours start at once" in said(page)
    assert not [button for button in page.button if button.key == "wb-next-step"]
    page.button(key="wb-link-close").click().run()
    assert address_of(page) == {"account": "A"}
    assert "its 72 hours start at once" not in said(page)


def land_documents(desk: Desk, *, is_back_expired: bool) -> None:
    papers = [
        document(
            LICENCE, side=side, client_owner_id="o1", expires_at=NOW + timedelta(days=days), client_document_id=side
        )
        for side, days in (("FRONT", 900), ("BACK", -20 if is_back_expired else 900))
    ]
    papers.append(document("PASSPORT", client_owner_id="o1", client_document_id="p"))
    desk.store.land_readings([poll("A", NOW, owners=[owner("o1")], documents=papers)])


def test_both_sides_of_a_licence_are_one_line_with_one_button_that_asks_for_both(empty_desk: Desk) -> None:
    land_documents(empty_desk, is_back_expired=True)
    page = open_page("customers", empty_desk, account="A")
    lines = [piece for piece in page_text(page).splitlines() if 'class="wb-row"' in piece and "front" in piece]
    assert len(lines) == 1
    assert "back ✗ expired" in lines[0]
    labels = [button.label for button in page.button]
    assert labels.count("Re-upload both sides") == 1
    assert labels.count("Re-upload") == 1
    page.button(key="wb-reupload-0").click().run()
    assert address_of(page) == {"account": "A", "tab": "documents", "owner": "o1", "type": LICENCE}
    sides = {str(one.key).rpartition("-")[2] for one in page.file_uploader}
    assert sides == {"FRONT", "BACK"}
    assert page.date_input[0].value is None, "the expiry is typed, never that of the expired document"


def test_in_the_tab_each_side_is_uploaded_again_on_its_own(empty_desk: Desk) -> None:
    land_documents(empty_desk, is_back_expired=True)
    page = open_page("customers", empty_desk, account="A", tab="documents")
    page.button(key="wb-document-reupload-BACK").click().run()
    assert address_of(page)["side"] == "BACK"
    assert [str(one.key).rpartition("-")[2] for one in page.file_uploader] == ["BACK"]


def test_each_line_of_what_is_still_needed_has_a_button_that_leads_there(empty_desk: Desk) -> None:
    lacking = ("owners[0].identityDocument", "owners[0].phoneNumber", "owners[0].emailAddress")
    people = (owner("o1", country="FRA"),)
    empty_desk.store.land_readings([poll("A", NOW, owners=people, missing_fields=lacking)])
    page = open_page("customers", empty_desk, account="A")
    assert "Identity document of" in said(page)
    page.button(key="wb-need-owners[0].identityDocument").click().run()
    assert address_of(page) == {"account": "A", "tab": "documents", "type": "PASSPORT", "owner": "o1"}
    page = open_page("customers", empty_desk, account="A")
    assert page.button(key="wb-need-fields").label == "Fill in 2 fields"


def test_the_upload_of_a_missing_identity_document_is_for_the_owner_who_lacks_it(empty_desk: Desk) -> None:
    people = (owner("o1"), owner("o2", given_name="Bea", role="JOINT_OWNER", country="FRA", position=1))
    lacking = ("owners[1].identityDocument",)
    empty_desk.store.land_readings([poll("A", NOW, owners=people, missing_fields=lacking)])
    page = open_page("customers", empty_desk, account="A")
    assert primary(page) == "Upload an identity document"
    page.button(key="wb-next-step").click().run()
    assert address_of(page) == {"account": "A", "tab": "documents", "type": "PASSPORT", "owner": "o2"}
