import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from markupsafe import escape
from streamlit.testing.v1 import AppTest

from tests.support.facts import ago, document, landed_event, owner, poll
from tests.support.screen_customers import HOSTILE_NAMES, LINK, account_id, event, name_of, read_account
from tests.support.screens import clickable_html_of, open_page, page_text
from workbench.desk import Desk
from workbench.domain.facts import Ruling
from workbench.domain.kyb.requirements import REQUIREMENT_WORDS
from workbench.domain.vocabulary import Standing
from workbench.store import Attribution


def now() -> datetime:
    """The current time at each test, because ages are shown to the hour and the suite runs long."""
    return datetime.now(UTC)


def search(desk: Desk, term: str) -> AppTest:
    page = open_page("customers", desk)
    return page.text_input(key="wb-search").set_value(term).run()


def test_before_a_search_the_page_lists_who_waits_for_us(seeded_desk: Desk) -> None:
    page = open_page("customers", seeded_desk)
    assert "Find one of 240 customers" in page_text(page)
    waiting = [row for row in seeded_desk.store.read_rows("backlog/queue") if row["turn"] == "us"]
    assert list(page.dataframe[0].value["client_account_id"]) == [row["client_account_id"] for row in waiting][:100]


def test_before_a_search_an_empty_desk_says_where_accounts_come_from(empty_desk: Desk) -> None:
    page = open_page("customers", empty_desk)
    assert "Import account ids to begin." in page_text(page)
    assert page.button(key="wb-first-step").label == "Go to Data"
    assert "letters or digits" not in page_text(page)
    assert not page.dataframe


@pytest.mark.parametrize("term", ["ACC-100003", "acc-100003", "person3@example.com", "O-3-0"])
def test_one_box_finds_by_id_mail_and_owner(seeded_desk: Desk, term: str) -> None:
    assert account_id(3) in list(search(seeded_desk, term).dataframe[0].value["client_account_id"])


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "term", ["O'Brien", "O’Brien", "obrien, zoë", "Smith-Jones", "5A1C0F0E-0000-4000-8000-00000000000a"]
)
def test_one_box_finds_a_name_in_any_signs_and_bakkts_owner_id(empty_desk: Desk, term: str) -> None:
    people = (
        owner("o1", given_name="Zoë", family_name="O’Brien"),
        owner("o2", given_name="Ada", family_name="Smith Jones", bakkt_owner_id="5a1c0f0e-0000-4000-8000-00000000000a"),
    )
    empty_desk.store.land_readings([poll("A", now(), owners=people), poll("B", now())])
    assert list(search(empty_desk, term).dataframe[0].value["client_account_id"]) == ["A"]


@pytest.mark.parametrize("term", ["%", "_", "a", "%%%%"])
def test_signs_and_single_letters_find_nobody(seeded_desk: Desk, term: str) -> None:
    page = search(seeded_desk, term)
    assert not page.exception
    assert not page.dataframe


def test_a_search_term_never_enters_the_address(seeded_desk: Desk) -> None:
    assert dict(search(seeded_desk, "Priya Raman").query_params) == {}


def test_an_endless_term_is_cut(seeded_desk: Desk) -> None:
    page = search(seeded_desk, "x" * 100_000)
    assert not page.exception
    assert "No matches." in page_text(page)


def test_an_id_of_three_hundred_letters_is_found_and_opened_and_another_finds_nobody(empty_desk: Desk) -> None:
    """The box in the bar asks the same question."""
    long = "ACC-" + "x" * 296
    empty_desk.store.land_readings([poll(long, now()), poll("B", now())])
    page = search(empty_desk, long)
    assert list(page.dataframe[0].value["client_account_id"]) == [long]
    assert "No matches." in page_text(search(empty_desk, long.replace("x", "y")))
    opened = open_page("customers", empty_desk, account=long)
    assert not opened.exception
    assert long in page_text(opened)


@pytest.mark.parametrize("number", range(len(HOSTILE_NAMES)))
def test_every_name_is_shown_literally_and_never_through_markdown(seeded_desk: Desk, number: int) -> None:
    page = open_page("customers", seeded_desk, account=account_id(number))
    assert not page.exception
    name = name_of(number)
    assert escape(name) in page_text(page)
    through_markdown = [element.value for element in (*page.markdown, *page.caption, *page.title, *page.header)]
    assert not [text for text in through_markdown if name in text]


def test_an_unknown_id_is_said_to_be_unknown(seeded_desk: Desk) -> None:
    assert "No account with this id is registered." in page_text(
        open_page("customers", seeded_desk, account="<script>")
    )


def test_a_registered_and_unread_id_offers_to_read_it(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["ACC 1/é"], "file")
    page = open_page("customers", empty_desk, account="ACC 1/é")
    assert "This id is registered but has not been read from Bakkt yet." in page_text(page)
    assert page.button(key="wb-read-one")


def verifying(desk: Desk, *, hours_left: float, expired_before: int = 0) -> None:
    desk.store.land_targets({Standing.VERIFICATION: 72}, 24, now() - timedelta(days=400))
    desk.store.land_readings([read_account(0, now() - timedelta(days=30), now(), is_entity=False, trades=False)])
    ends = [now() + timedelta(hours=hours_left - 80 * back) for back in reversed(range(expired_before + 1))]
    told = [event(0, end - timedelta(hours=72), "UNDER_REVIEW", "DOCUMENT_VERIFICATION", end) for end in ends]
    desk.store.land_events([(account_id(0), one, "{}") for one in told])


def test_the_answer_says_whose_move_until_when_and_what_is_left(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=30.2, expired_before=1)
    page = unescape(page_text(open_page("customers", empty_desk, account=account_id(0))))
    for words in ("Waiting for the customer to verify<", "● Customer's move", "link expires in 30 h ("):
        assert words in page
    assert "① expired" in page
    assert "② live" in page
    assert "③ left" in page
    assert "Nothing to do unless they ask." in page


def test_above_the_other_tabs_the_answer_is_one_line(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=30.2, expired_before=1)
    page = page_text(open_page("customers", empty_desk, account=account_id(0), tab="raw"))
    answer = "Waiting for the customer to verify · link expires in 30 h; 1 of 3 expired. Nothing to do unless they ask."
    assert answer in page


def test_the_last_link_asks_for_a_call(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=5, expired_before=2)
    assert "Call the customer now" in page_text(open_page("customers", empty_desk, account=account_id(0)))


def test_three_expired_links_leave_bakkt_alone(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=-3, expired_before=2)
    page = page_text(open_page("customers", empty_desk, account=account_id(0)))
    assert "Links: 3 of 3 expired" in page
    assert "Only Bakkt can help now: contact them." in page


def test_the_link_is_masked_until_it_is_asked_for(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=30)
    page = open_page("customers", empty_desk, account=account_id(0))
    assert LINK not in clickable_html_of(page)
    assert LINK not in page_text(page)
    page.toggle(key=f"wb-hand-{account_id(0)}").set_value(True).run()
    assert f"<code>{LINK}" in clickable_html_of(page)


def test_identity_numbers_show_their_last_four(seeded_desk: Desk) -> None:
    page = open_page("customers", seeded_desk, account=account_id(12), tab="raw")
    cells = [str(cell) for table in page.dataframe for cell in table.value.to_numpy().ravel()]
    assert "•••• 6789" in cells
    assert not [cell for cell in cells if "123-45" in cell]


def test_an_entity_shows_its_checklist_and_an_individual_none(seeded_desk: Desk) -> None:
    entity, person = (open_page("customers", seeded_desk, account=account_id(number)) for number in (5, 6))
    assert "requirements met" in page_text(entity)
    assert "KYB" in [tab.label for tab in entity.tabs]
    assert "requirements met" not in page_text(person)
    assert "KYB" not in [tab.label for tab in person.tabs]


def test_missing_data_is_listed_by_its_path(seeded_desk: Desk) -> None:
    assert "investmentProfile.accountGoals.investmentObjective" in page_text(
        open_page("customers", seeded_desk, account=account_id(8))
    )


def test_the_timeline_mixes_what_was_told_read_and_filed(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=30, expired_before=1)
    page = open_page("customers", empty_desk, account=account_id(0))
    shown = page_text(page)
    assert "Event: under review" in shown
    assert "Synced: complete" in shown
    assert "document verification, link expires" in shown
    assert LINK not in shown
    page.pills(key="wb-timeline").set_value(["reading"]).run()
    assert "Synced: complete" in page_text(page)
    assert "Event: under review" not in page_text(page)


def test_the_timeline_tells_what_people_said_about_kyb_and_can_show_that_alone(empty_desk: Desk) -> None:
    store, moment = empty_desk.store, now() - timedelta(hours=9)
    store.land_readings([read_account(0, moment, moment, is_entity=True, trades=False)])
    store.land_ruling(Attribution(account_id(0), "Ann", "It is one"), Ruling(moment, "structure_chart", None, "doc-1"))
    store.land_manual_start(Attribution(account_id(0), "Bo", "An owner is a company"), now() - timedelta(hours=5))
    store.land_manual_end(Attribution(account_id(0), "Bo", "So they wrote"), now() - timedelta(hours=2), "rejected")
    page = open_page("customers", empty_desk, account=account_id(0))
    page.pills(key="wb-timeline").set_value(["kyb"]).run()
    shown = page_text(page)
    assert "Document counts towards a requirement" in shown
    assert f"{REQUIREMENT_WORDS['structure_chart']}, by Ann: It is one" in shown
    assert "by Bo: An owner is a company" in shown
    assert "Rejected by Bakkt, by Bo: So they wrote" in shown
    assert "Synced: complete" not in shown


def test_a_long_timeline_keeps_the_rest_in_a_fold(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=30)
    told = [event(0, now() - timedelta(hours=60 - hour), "UNDER_REVIEW", "PENDING_REVIEW") for hour in range(40)]
    empty_desk.store.land_events([(account_id(0), one, "{}") for one in told])
    page = open_page("customers", empty_desk, account=account_id(0))
    entries = empty_desk.store.read_rows("accounts/timeline", client_account_id=account_id(0))
    told_by_cause = [one for one in entries if one["kind"] == "standing" and one["detail"] != "opened"]
    lines = len(entries) - len(told_by_cause)
    assert f"Earlier: {lines - 18} more" in [expander.label for expander in page.expander]


def test_with_a_live_link_it_is_handed_over_and_no_new_one_is_offered(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=30)
    page = open_page("customers", empty_desk, account=account_id(0))
    assert {"copy_message", "copy_link"} <= copies_of(page)
    page.toggle(key=f"wb-hand-{account_id(0)}").set_value(True).run()
    assert "Session Expired" in clickable_html_of(page)
    assert "<svg" in clickable_html_of(page)
    assert LINK not in page_text(page)
    assert LINK not in str(dict(page.query_params))


def copies_of(page: AppTest) -> set[str]:
    """Return the codes of the buttons that copy."""
    return set(re.findall(r'data-asks=\\"(\w+)', clickable_html_of(page)))


def ways_to_a_link(page: AppTest) -> list[str]:
    return [button.label for button in page.button if "link" in button.label]


@pytest.mark.parametrize(
    ("hours_left", "expired_before", "ways"), [(30, 0, []), (-3, 0, ["Send a new link (1 of 3 expired)"]), (-3, 2, [])]
)
def test_there_is_one_way_to_a_new_link_and_none_where_none_can_be_sent(
    empty_desk: Desk, hours_left: float, expired_before: int, ways: list[str]
) -> None:
    verifying(empty_desk, hours_left=hours_left, expired_before=expired_before)
    page = open_page("customers", empty_desk, account=account_id(0))
    assert ways_to_a_link(page) == ways
    assert ("Out of links" in page_text(page)) == (expired_before == 2)


def test_a_link_without_an_expiry_is_shown_with_an_assumed_end(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=-80)
    told = event(0, now() - timedelta(hours=2), "UNDER_REVIEW", "DOCUMENT_VERIFICATION", now())
    empty_desk.store.land_events([(account_id(0), replace(told, link_expires_at=None), "{}")])
    page = open_page("customers", empty_desk, account=account_id(0))
    assert "(assumed)" in page_text(page)
    assert "Bakkt gave no expiry that can be read: 72 hours from its receipt are assumed" in page_text(page)
    assert "No link yet" not in page_text(page)
    assert "link expires in 3 d (" in page_text(page)


def test_a_link_that_was_replaced_before_its_end_is_told_beside_the_newest(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=40)
    earlier = now() + timedelta(hours=20, minutes=1)
    told = event(0, now() - timedelta(hours=60), "UNDER_REVIEW", "DOCUMENT_VERIFICATION", earlier)
    empty_desk.store.land_events([(account_id(0), told, "{}")])
    page = open_page("customers", empty_desk, account=account_id(0))
    assert "may still work, expires in 20 h" in page_text(page)
    assert "link expires in 40 h (" in page_text(page)
    assert "Links: 0 of 3 expired" in page_text(page)
    page.toggle(key=f"wb-hand-{account_id(0)}").set_value(True).run()
    newest = empty_desk.store.read_rows("accounts/one", client_account_id=account_id(0))[0]["link_url"]
    assert newest in clickable_html_of(page)
    assert str(told.link_url) not in clickable_html_of(page)


def test_the_link_is_in_no_file_that_can_be_taken_home(empty_desk: Desk) -> None:
    verifying(empty_desk, hours_left=30)
    page = open_page("customers", empty_desk, account=account_id(0))
    cells = [str(cell) for table in page.dataframe for cell in table.value.to_numpy().ravel()]
    assert not [cell for cell in cells if "verify.example" in cell]


def test_the_customers_hour_stands_once_on_the_account(seeded_desk: Desk) -> None:
    rows = seeded_desk.store.read_rows("backlog/queue")[:4]
    shown = [page_text(open_page("customers", seeded_desk, account=row["client_account_id"])) for row in rows]
    assert any("(Mountain Time)" in page for page in shown), "seeded customers live in Denver"
    assert all(page.count("Their time") <= 1 for page in shown)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("status", "reason", "agent", "customer", "not_said"),
    [
        (
            "SUSPENDED",
            "ACCOUNT_CLOSURE_REQUESTED",
            "The customer asked to close the account",
            "You asked for your account to be closed.",
            "that the account was suspended",
        ),
        (
            "SUSPENDED",
            "COMPLIANCE_LOCKED",
            "Suspended by Bakkt's compliance team",
            "Your account is not available at the moment. We cannot say more about it now",
            "any hint",
        ),
        (
            "INACTIVE",
            "RISK_KYC",
            "Rejected by Bakkt: the identity check failed",
            "We could not confirm your identity",
            "which check failed",
        ),
        (
            "SUSPENDED",
            "RISK_OFAC",
            "Rejected by Bakkt: the sanctions screening failed",
            "We cannot offer you an account. We cannot say more about it.",
            "any hint",
        ),
        ("LIQUIDATED", "LIQUIDATED", "Liquidated", "You can still sell or withdraw what you hold.", "of your own"),
        (
            "SUSPENDED",
            "OTHER",
            "Suspended by Bakkt, which names no reason",
            "We are asking for the reason",
            "named none",
        ),
    ],
)
def test_the_latest_reason_chooses_the_sentence_and_what_must_not_be_said(
    empty_desk: Desk, status: str, reason: str, agent: str, customer: str, not_said: str
) -> None:
    empty_desk.store.land_events([landed_event("A", ago(5), "SUSPENDED", "PENDING_REVIEW")])
    empty_desk.store.land_events([landed_event("A", ago(4), status, reason)])
    page = open_page("customers", empty_desk, account="A")
    assert not page.exception
    text, answer = unescape(page_text(page)), unescape(clickable_html_of(page))
    assert agent in text
    assert customer in answer
    assert not_said in text.split("Do not say: ")[1]


def test_an_identity_document_that_must_be_uploaded_is_our_move_until_it_is_there(empty_desk: Desk) -> None:
    store, lives_abroad = empty_desk.store, (owner("o1", country="FRA"),)
    lacking = ("owners[0].identityDocument",)
    store.land_readings([poll("A", now(), owners=lives_abroad, missing_fields=lacking)])
    page = page_text(open_page("customers", empty_desk, account="A"))
    assert "Waiting for Bakkt's first response, and an identity document is missing" in unescape(page)
    assert "◆ Our move" in page
    store.land_readings([poll("A", now(), owners=lives_abroad, documents=[document("PASSPORT", client_owner_id="o1")])])
    page = page_text(open_page("customers", empty_desk, account="A"))
    assert "identity document" not in page
    assert "Waiting for Bakkt. Nothing to do." in page


def test_the_payload_says_which_fields_say_nothing_and_shows_the_text_that_was_signed(empty_desk: Desk) -> None:
    signed = "You agree to everything.\n\nIn full."
    person = {"identityId": "7", "role": "PRIMARY_OWNER", "agreements": [{"name": "Terms", "text": signed}]}
    request = {"clientAccountId": "A", "id": "old", "owners": [person]}
    account = {"id": "B-1", "mode": "OPEN", "cipClearanceState": "FAILED", "request": request}
    status = {"canTradeCrypto": True, "cipClearanceState": "FAILED"}
    read = replace(poll("A", now()), account_json=json.dumps(account), status_json=json.dumps(status))
    empty_desk.store.land_readings([read])
    page = open_page("customers", empty_desk, account="A", tab="raw")
    assert not page.exception
    tables = [table.value for table in page.dataframe if "note" in table.value.columns]
    notes = [(row["field"], row["note"]) for table in tables for row in table.to_dict("records") if row["note"]]
    assert notes == [
        ("owners[0].identityId", "deprecated"),
        ("id", "deprecated"),
        ("mode", "reserved for future use: says nothing yet"),
        ("cipClearanceState", "deprecated: says nothing about the account"),
        ("cipClearanceState", "deprecated: says nothing about the account"),
    ]
    assert "You agree to everything." in clickable_html_of(page)
    assert "In full." in clickable_html_of(page)
