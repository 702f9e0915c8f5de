"""The Activity page: unsettled actions first, every receipt reachable, filters in the address."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screen_customers import account_id, seeded_store
from tests.support.screens import build_desk, forget_desk, open_page, page_text
from workbench.access.policy import Act
from workbench.actions.lost_answers import land_settlement
from workbench.desk import Desk
from workbench.domain.actions import BY_READING, Plan
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import Completion, Settlement


def now() -> datetime:
    """The current time at each test, because ages are shown to the hour and the suite runs long."""
    return datetime.now(UTC)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with desk_with_a_trail() as desk:
        yield desk


@contextmanager
def desk_with_a_trail() -> Iterator[Desk]:
    store = seeded_store(24)
    desk = build_desk(store)
    desk.acting.begin(Act.SEE_LISTS)  # its audit trail began before its actions
    yield desk
    store.close()
    forget_desk()


def act(
    desk: Desk, kind: ActionKind, outcome: Outcome, *, number: int = 0, actor: str = "Ann", hours: float = 1
) -> str:
    """Record one action and return its id."""
    action_id, name = f"{kind}-{outcome}-{number}-{actor}", account_id(number)
    plan = Plan(kind, name, action_id, what={"document_type": "PASSPORT", "salt": "5a17"}, changed_fields=("city",))
    began = now() - timedelta(hours=hours)
    desk.store.begin_action(action_id, plan, actor, began, lambda _read: None)
    if outcome is not Outcome.SENT:
        words = "is too long" if outcome is Outcome.REFUSED else ""
        desk.store.complete_action(action_id, Completion(outcome, bakkt_words=words), began + timedelta(seconds=2))
    return action_id


def open_receipt(desk: Desk, action_id: str) -> AppTest:
    return open_page("actions", desk, action=action_id)


@pytest.mark.slow
def test_before_the_first_action_the_page_says_where_to_begin(desk: Desk) -> None:
    page = open_page("actions", desk)
    assert not page.exception
    assert "Nothing has been sent to Bakkt yet" in page_text(page)
    assert "Open a customer" in page_text(page)


@pytest.mark.parametrize(
    ("kind", "outcome", "answer", "waits_for"),
    [
        (ActionKind.TRIGGER_KYB, Outcome.UNKNOWN, "1 action needs to be settled by hand", "A person"),
        (
            ActionKind.UPDATE_ACCOUNT,
            Outcome.UNKNOWN,
            "1 action is being settled by reading",
            "Reading the account back",
        ),
        (ActionKind.UPDATE_ACCOUNT, Outcome.SENT, "All actions are settled", "Bakkt's answer"),
    ],
)
def test_what_is_open_comes_first_with_what_it_waits_for(
    desk: Desk, kind: ActionKind, outcome: Outcome, answer: str, waits_for: str
) -> None:
    act(desk, ActionKind.UPLOAD_DOCUMENT, Outcome.ACCEPTED, number=1)
    act(desk, kind, outcome)
    page = open_page("actions", desk)
    assert answer in page_text(page)
    assert page.dataframe[0].value["waits_for"].dropna().tolist() == [waits_for]


def test_the_lead_counts_by_outcome(desk: Desk) -> None:
    act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.ACCEPTED)
    act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.REFUSED, number=1)
    act(desk, ActionKind.UPLOAD_DOCUMENT, Outcome.ACCEPTED, number=2)
    page = open_page("actions", desk)
    assert "3 actions: 2 accepted, 1 refused." in page_text(page)
    assert "All actions are settled" in page_text(page)


def add_actions(desk: Desk, number: int) -> None:
    """Record actions A1, A2, …, one an hour; all but A1, whose answer was lost, are accepted."""
    with desk.store.database.writer() as cursor:
        cursor.execute(
            "insert into actions (action_id, kind, client_account_id, actor, started_at, outcome) "
            "select 'action-' || number, 'update_account', 'A' || number, 'Ann', "
            "timestamp '2026-01-01' + to_hours(number::integer), if(number = 1, 'unknown', 'accepted') "
            "from range(1, ? + 1) as numbers(number)",
            [number],
        )


def listed_ids(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["client_account_id"])


def test_a_long_log_has_pages_and_counts_all(desk: Desk) -> None:
    add_actions(desk, 250)
    first, second, last = (open_page("actions", desk, sort="newest", page=page) for page in ("1", "2", "3"))
    assert "250 actions: 249 accepted, 1 unknown." in page_text(first)
    assert "1–100 of 250 actions" in page_text(first)
    assert listed_ids(first) + listed_ids(second) + listed_ids(last) == [f"A{number}" for number in range(250, 0, -1)]
    behind = open_page("actions", desk, sort="newest", page="9")
    assert "The list no longer has a page 9; this is its last." in page_text(behind)
    assert listed_ids(behind) == listed_ids(last)


def test_what_is_unsettled_comes_first_however_old_it_is(desk: Desk) -> None:
    add_actions(desk, 250)
    page = open_page("actions", desk)
    assert listed_ids(page) == ["A1", *(f"A{number}" for number in range(250, 151, -1))]


def test_each_action_names_its_customer(desk: Desk) -> None:
    act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.ACCEPTED, number=3)
    (standing,) = (
        row for row in desk.store.read_rows("accounts/standing") if row["client_account_id"] == account_id(3)
    )
    assert standing["display_name"]
    assert list(open_page("actions", desk).dataframe[0].value["display_name"]) == [standing["display_name"]]


def test_outcomes_differ_by_their_mark_and_their_word(desk: Desk) -> None:
    for number, outcome in enumerate(Outcome):
        act(desk, ActionKind.UPDATE_ACCOUNT, outcome, number=number)
    shown = [tuple(words) for words in open_page("actions", desk).dataframe[0].value["outcome"]]
    assert set(shown) == {
        ("◦ Waiting for a second person",),
        ("… Sent, no answer yet",),
        ("✓ Accepted",),
        ("✗ Refused by Bakkt",),
        ("– Not sent",),
        ("? Answer lost",),
        ("✗ Rejected by review",),
    }


@pytest.fixture(scope="module")
def acted() -> Iterator[Desk]:
    """A desk with four actions, to look at."""
    with desk_with_a_trail() as desk:
        act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.ACCEPTED)
        act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.REFUSED, number=1, hours=24 * 9)
        act(desk, ActionKind.UPLOAD_DOCUMENT, Outcome.ACCEPTED, number=2, actor="Bo")
        act(desk, ActionKind.REQUEST_LINK, Outcome.NOT_SENT, number=3)
        yield desk


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"kind": "update_account"}, 2),
        ({"outcome": "refused"}, 1),
        ({"actor": "Bo"}, 1),
        ({"account_id": account_id(2)}, 1),
        ({"account_id": f"\ufeff{account_id(2)}\u200b\u00a0"}, 1),
        ({"since": (now() - timedelta(days=2)).date().isoformat()}, 3),
        ({"kind": "update_account", "actor": "Bo"}, 0),
    ],
)
def test_a_filter_in_the_address_narrows_the_list(acted: Desk, address: dict[str, str], found: int) -> None:
    page = open_page("actions", acted, **address)
    assert sum(len(table.value) for table in page.dataframe) == found
    assert ("No action matches these filters." in page_text(page)) is (found == 0)


def test_nonsense_in_the_address_asks_for_everything_and_is_answered(desk: Desk) -> None:
    act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.ACCEPTED)
    page = open_page("actions", desk, kind="<b>x</b>", outcome="none", actor="Nobody", since="soon", sort="up")
    assert not page.exception
    assert len(page.dataframe[0].value) == 1
    text = page_text(page)
    for words in (
        "day: soon",
        "kind of action: &lt;b&gt;x&lt;/b&gt;",
        "outcome: none",
        "person: Nobody",
        "sort order: up",
    ):
        assert f"No such {words}." in text


def test_a_row_opens_its_receipt_and_the_way_back_keeps_the_filters(desk: Desk) -> None:
    action_id = act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.ACCEPTED)
    act(desk, ActionKind.REQUEST_LINK, Outcome.ACCEPTED)
    page = open_page("actions", desk, kind="update_account", sort="newest")
    key = str(page.dataframe[0].proto.id).split("-", 2)[2]
    page.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    page.button(key="wb-open-activity").click().run()
    assert page.query_params["action"] in (action_id, [action_id])
    links = {link.proto.label: link.proto for link in page.get("page_link")}
    assert "Go to account" in links
    assert links["← Activity"].query_string == "kind=update_account&sort=newest"


def test_a_choice_is_in_the_address_and_goes_back_to_the_first_page(desk: Desk) -> None:
    add_actions(desk, 250)
    page = open_page("actions", desk, page="2")
    page.selectbox(key="wb-activity-outcome").set_value("accepted").run()
    assert dict(page.query_params) in ({"outcome": "accepted"}, {"outcome": ["accepted"]})
    assert "1–100 of 249 actions" in page_text(page)
    page.text_input(key="wb-activity-account").set_value(" A77 ").run()
    assert listed_ids(page) == ["A77"]
    page.date_input(key="wb-activity-since").set_value(now().date()).run()
    assert "No action matches these filters." in page_text(page)


def test_a_receipt_says_who_when_what_and_bakkts_answer_without_values(desk: Desk) -> None:
    text = page_text(open_receipt(desk, act(desk, ActionKind.UPLOAD_DOCUMENT, Outcome.REFUSED)))
    for words in ("Document upload", "Ann", "Passport", "City", "is too long", account_id(0)):
        assert words in text
    assert "5a17" not in text


def test_a_receipt_that_is_not_there_leads_back_to_the_list(desk: Desk) -> None:
    page = open_receipt(desk, "nothing")
    assert not page.exception
    assert "No action has this id." in page_text(page)


def test_a_person_settles_on_the_receipt_and_the_screen_began(desk: Desk) -> None:
    action_id = act(desk, ActionKind.TRIGGER_KYB, Outcome.UNKNOWN, number=5)
    page = open_receipt(desk, action_id)
    assert "ask Bakkt, then settle it" in page_text(page)
    page.radio[0].set_value(Outcome.ACCEPTED)
    page.text_input[0].set_value("Bakkt's support said so")
    page.button[0].click().run()
    assert not page.exception
    assert "Bakkt&#39;s support said so" in page_text(page)
    record = desk.store.find_action(action_id)
    assert record is not None
    assert record.outcome is Outcome.ACCEPTED
    (screen,) = desk.store.read_rows("kyb/screens", client_account_id=account_id(5))
    assert (screen["started_by"], screen["is_manual"]) == ("Ann", False)


def test_settling_without_a_word_is_refused_in_words(desk: Desk) -> None:
    page = open_receipt(desk, act(desk, ActionKind.REQUEST_LINK, Outcome.UNKNOWN))
    page.radio[0].set_value(Outcome.NOT_SENT)
    page.button[0].click().run()
    assert "Say how you know" in page_text(page)


def test_what_the_desk_saw_since_is_laid_out(desk: Desk) -> None:
    began_before_everything = 24 * 300
    action_id = act(desk, ActionKind.REQUEST_LINK, Outcome.UNKNOWN, number=1, hours=began_before_everything)
    assert "Seen on the account since it was sent" in page_text(open_receipt(desk, action_id))
    fresh = act(desk, ActionKind.REQUEST_LINK, Outcome.UNKNOWN, number=2, hours=0)
    page = open_receipt(desk, fresh)
    assert "Nothing has happened on the account since it was sent." in page_text(page)
    page.button(key="wb-read-back").click().run()
    assert desk.background.read_back.state().waiting == 1
    asked = desk.store.read_rows("audit/log", act="sync with Bakkt")
    assert [(row["about"], row["outcome"]) for row in asked] == [(account_id(2), "allowed")]


@pytest.mark.slow
def test_the_account_page_leads_to_every_action_with_what_it_lacks(desk: Desk) -> None:
    accounts = {row["client_account_id"]: row for row in desk.store.read_rows("accounts/standing")}
    for name, account in list(accounts.items())[:14]:
        page = open_page("customers", desk, account=name)
        tabs, labels = {tab.label for tab in page.tabs}, {button.label for button in page.button}
        assert {"Details", "Documents"} <= tabs
        assert ("KYB" in tabs) is (account["account_type"] == "ENTITY")
        fields = desk.store.read_rows("accounts/missing_fields", client_account_id=name)
        lacks = sum(not row["field"].endswith(".identityDocument") for row in fields)
        assert (f"Fill in {lacks} field{'s' if lacks > 1 else ''}" in labels) is (lacks > 0)
        if account["standing"] == "closed":
            assert not {label for label in labels if label.startswith("Re-upload")}
            details = open_page("customers", desk, account=name, tab="details")
            assert "The account is closed" in page_text(details)
            assert not details.text_input


def test_actions_that_are_not_about_one_account_begin_here(desk: Desk) -> None:
    links = {link.proto.label: link.proto for link in open_page("actions", desk).get("page_link")}
    assert {"Open an account", "Documents that expire soon", "KYB screenings", "Missing data"} <= set(links)
    views = [links[words] for words in ("Documents that expire soon", "KYB screenings", "Missing data")]
    assert [link.page for link in views] == ["", "", ""], "Backlog, which is the home page"
    assert [link.query_string for link in views] == ["view=documents", "view=kyb_screening", "view=missing"]


def test_a_receipt_says_until_when_a_lost_update_may_still_arrive(desk: Desk) -> None:
    action_id = act(desk, ActionKind.UPDATE_ACCOUNT, Outcome.UNKNOWN)
    record = desk.store.find_action(action_id)
    assert record is not None
    assert record.finished_at is not None
    until = record.finished_at + timedelta(seconds=60 + 60)
    assert re.search(
        rf"after ([^.]* )?{until:%H:%M} does it count as not sent", page_text(open_receipt(desk, action_id))
    )


def test_a_correction_is_seen_in_the_list_and_on_the_receipt(desk: Desk) -> None:
    action_id = act(desk, ActionKind.UPLOAD_DOCUMENT, Outcome.UNKNOWN)
    desk.store.settle_action(action_id, Settlement(Outcome.NOT_SENT, BY_READING, "It did not arrive."), now())
    assert "1 action: 1 not sent." in page_text(open_page("actions", desk))
    record = desk.store.find_action(action_id)
    assert record is not None
    land_settlement(desk.actions, record, Settlement(Outcome.ACCEPTED, BY_READING, "Bakkt has the document."))
    assert "1 action: 1 accepted." in page_text(open_page("actions", desk))
    receipt = page_text(open_receipt(desk, action_id))
    assert "<strong>Done</strong>" in receipt
    assert "Bakkt has the document. Until then it counted as not sent (settled by reading)." in receipt
