"""The page that sends a link: what it refuses, warns about, requests once, and stores."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx2
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.link_harness import VERIFY, LinkHarness, link_harness
from tests.support.screens import clickable_html_of, open_page, page_text, place_of
from tests.support.tables import change
from workbench.desk import Desk, build_desk
from workbench.domain.vocabulary import Outcome
from workbench.settings import read_settings


@pytest.fixture
def harness() -> Iterator[LinkHarness]:
    with link_harness() as made:
        yield made
        st.cache_resource.clear()


@pytest.fixture
def desk(harness: LinkHarness) -> Desk:
    """A desk on the harness's store and connection."""
    return build_desk(harness.store, read_settings({"WORKBENCH_ACTOR": "Ann"}), lambda _=1.0: harness.connect())


@pytest.fixture
def name(harness: LinkHarness) -> str:
    """A customer whose first link expired."""
    return harness.ask_all_to_verify()[0]


def open_link_page(desk: Desk, name: str, **query: str) -> AppTest:
    return open_page("link", desk, account=name, **query)


def send(page: AppTest) -> AppTest:
    return page.button(key="wb-link-send").click().run()


def offers_sending(page: AppTest) -> bool:
    return any(button.key == "wb-link-send" for button in page.button)


def test_without_a_customer_the_old_address_leads_to_those_who_need_a_link(desk: Desk, name: str) -> None:
    page = open_page("link", desk)
    assert "view" in page.query_params
    assert page.dataframe[0].value["client_account_id"].tolist().count(name) == 1


def test_an_id_that_was_never_read_leads_to_its_own_page(empty_desk: Desk) -> None:
    assert "No account with this id is registered." in page_text(open_page("link", empty_desk, account="nobody"))


def test_opening_and_running_the_page_again_asks_bakkt_nothing(harness: LinkHarness, desk: Desk, name: str) -> None:
    page = open_link_page(desk, name)
    page.run()
    assert offers_sending(page)
    assert harness.asked() == 0


def test_the_button_says_what_a_link_costs(desk: Desk, name: str) -> None:
    page = open_link_page(desk, name)
    assert page.button(key="wb-link-send").label == "Send a new link (1 of 3 expired)"
    assert "1 of 3 has expired." in page_text(page)


def test_a_lost_request_counts_as_no_expiry_on_the_button(harness: LinkHarness, desk: Desk, name: str) -> None:
    change(harness.store, "update accounts set lost_link_requests = 1 where client_account_id = $1", [name])
    page = open_link_page(desk, name)
    assert "1 request whose answer was lost" in page_text(page)
    assert page.button(key="wb-link-send").label == "Send a new link (1 of 3 expired)"


@pytest.mark.slow
def test_one_click_asks_once_and_a_reload_shows_the_receipt(harness: LinkHarness, desk: Desk, name: str) -> None:
    page = send(open_link_page(desk, name))
    assert not page.exception
    assert "Bakkt issued a new link." in page_text(page)
    assert "Copy message" in clickable_html_of(page)
    action_id = str(page.query_params["action"]).strip("[]'")
    again = open_link_page(desk, name, action=action_id)
    assert "Bakkt issued a new link." in page_text(again)
    assert not offers_sending(again)
    assert harness.asked(name) == 1


def test_a_receipt_of_another_account_is_not_shown(harness: LinkHarness, desk: Desk) -> None:
    one, other = harness.ask_all_to_verify()[:2]
    receipt = harness.ask(one)
    assert receipt.record is not None
    page = open_link_page(desk, other, action=receipt.record.action_id)
    assert "Bakkt issued a new link." not in page_text(page)
    assert offers_sending(page)


def test_while_a_link_lives_it_is_shown_and_none_can_be_asked_for(harness: LinkHarness, desk: Desk, name: str) -> None:
    harness.ask(name)
    page = open_link_page(desk, name)
    assert "The customer already has a working link" in page_text(page)
    assert "Copy message" in clickable_html_of(page)
    assert not offers_sending(page)
    assert harness.asked(name) == 1


def test_a_link_that_comes_while_the_page_is_open_wins(harness: LinkHarness, desk: Desk, name: str) -> None:
    page = open_link_page(desk, name)
    harness.tell(name, VERIFY)
    send(page)
    assert "The customer already has a working link" in page_text(page.run())
    assert not offers_sending(page)
    assert harness.asked(name) == 0


def test_just_after_the_expiry_the_page_warns_of_bakkts_clock(harness: LinkHarness, desk: Desk, name: str) -> None:
    assert "Bakkt's clock may be behind" not in said_plainly(open_link_page(desk, name))
    harness.ask(name)
    page = open_link_page(desk_at(harness, link_end(harness, name) + timedelta(seconds=30)), name)
    assert "The last link expired 30 s ago. Bakkt's clock may be behind ours" in said_plainly(page)
    assert offers_sending(page)


@pytest.mark.slow
def test_the_last_link_wants_a_reason(harness: LinkHarness, name: str) -> None:
    harness.ask(name)
    late = link_end(harness, name) + timedelta(minutes=5)
    desk, count = desk_at(harness, late), harness.asked(name)
    let_time_pass(harness, late)
    page = open_link_page(desk, name)
    assert page.button(key="wb-link-send").label == "Send a new link (2 of 3 expired)"
    assert "2 of 3 have expired: this is the last link, and if it expires too, only Bakkt can help." in page_text(page)
    send(page)
    page.run()
    assert "A reason is needed" in page_text(page)
    assert harness.asked(name) == count
    page.text_input(key=f"wb-link-reason-{name}").set_value("She is on the phone.").run()
    send(page)
    assert harness.asked(name) == count + 1


def test_after_three_nothing_can_be_asked_and_whom_to_contact_is_said(harness: LinkHarness, name: str) -> None:
    for _ in range(2):
        harness.ask(name, reason="ready")
        late = link_end(harness, name) + timedelta(minutes=5)
        desk = desk_at(harness, late)
        let_time_pass(harness, late)
    page = open_link_page(desk, name)
    assert "Contact Bakkt's operations team" in said_plainly(page)
    assert not offers_sending(page)


@pytest.mark.slow
def test_a_lost_answer_closes_the_page_until_a_person_settles_it(harness: LinkHarness, desk: Desk, name: str) -> None:
    harness.wire.instead = lose_the_answer
    page = send(open_link_page(desk, name))
    assert "Sent, but the answer was lost" in page_text(page)
    assert "1 request whose answer was lost" in page_text(open_link_page(desk, name))
    closed = open_link_page(desk, name)
    assert "The last attempt is not settled" in page_text(closed)
    assert not offers_sending(closed)
    settle(page)
    assert "Choose how it turned out." in page_text(page.run())
    page.radio[0].set_value(Outcome.NOT_SENT)
    settle(page)
    assert "Say how you know" in page_text(page.run())
    page.radio[0].set_value(Outcome.NOT_SENT)
    page.text_input[0].set_value("Bakkt's support: never arrived")
    settle(page)
    assert "never arrived" in said_plainly(page)
    assert offers_sending(open_link_page(desk, name))


def test_the_link_shows_when_it_is_asked_for_and_nowhere_else(harness: LinkHarness, desk: Desk, name: str) -> None:
    page = send(open_link_page(desk, name))
    url = harness.account(name)["link_url"]
    assert url not in page_text(page) + clickable_html_of(page) + str(dict(page.query_params))
    page.toggle(key=f"wb-hand-{name}").set_value(True).run()
    assert url in clickable_html_of(page)
    assert url not in str(dict(page.query_params))


@pytest.mark.many_cases
@pytest.mark.parametrize("given", ["FNU", "LNU", "."])
def test_the_message_to_a_customer_with_one_name_greets_no_placeholder(
    harness: LinkHarness, desk: Desk, name: str, given: str
) -> None:
    simulation = harness.sandbox.simulation
    simulation.request_of(simulation.accounts[name])["owners"][0]["identity"]["givenName"] = given
    desk.store.land_registry([name], "file")
    desk.sync.run()
    harness.ask(name)
    page = open_link_page(desk, name)
    page.toggle(key=f"wb-hand-{name}").set_value(True).run()
    assert "Hello,\\n" in clickable_html_of(page)
    assert f"Hello {given}" not in clickable_html_of(page)


def test_a_customer_who_declined_before_is_asked_for_with_the_persons_word(
    harness: LinkHarness, desk: Desk, name: str
) -> None:
    page = open_link_page(desk, name)
    page.checkbox(key=f"wb-link-override-{name}").check().run()
    send(page)
    assert harness.log(name)[0]["outcome"] == Outcome.ACCEPTED
    receipt = desk.actions.receipt(harness.log(name)[0]["action_id"])
    assert receipt is not None
    assert receipt.record is not None
    assert receipt.record.what == {"override_declined_consent": "yes"}


def lose_the_answer(request: httpx2.Request) -> httpx2.Response | None:
    raise httpx2.ReadError("lost", request=request)


def settle(page: AppTest) -> None:
    next(button for button in page.button if button.label == "Settle").click().run()


def link_end(harness: LinkHarness, name: str) -> datetime:
    ends: datetime = harness.account(name)["link_expires_at"]
    return ends.replace(tzinfo=UTC)


def desk_at(harness: LinkHarness, moment: datetime) -> Desk:
    """Return the same desk with its own clock."""
    settings = read_settings({"WORKBENCH_ACTOR": "Ann"})
    desk = build_desk(harness.store, settings, lambda _=1.0: harness.connect())
    desk.actions.now = lambda: moment
    harness.store.stop_clock(moment)
    return desk


def let_time_pass(harness: LinkHarness, moment: datetime) -> None:
    """Move Bakkt's clock as well."""
    harness.behind = datetime.now(UTC) - moment
    harness.actions.now = lambda: moment


def said_plainly(page: AppTest) -> str:
    return unescape(page_text(page))


def test_the_dry_run_shows_the_request_and_sends_nothing(harness: LinkHarness, desk: Desk, name: str) -> None:
    page = open_link_page(desk, name)
    shown = unescape(page_text(page))
    assert f"/party/{name}/kyc/documentVerificationDetails" in shown
    assert "It has no live link." in shown
    assert "overrideCustomerDeclinedConsent" not in shown
    page.checkbox(key=f"wb-link-override-{name}").check().run()
    assert "?overrideCustomerDeclinedConsent=true" in unescape(page_text(page))
    assert harness.asked() == 0


def settle_as(page: AppTest, outcome: Outcome) -> AppTest:
    page.radio[0].set_value(outcome)
    next(box for box in page.text_input if box.label == "How do you know?").set_value("Bakkt's support said so")
    settle(page)
    return page


@pytest.mark.slow
def test_a_lost_request_that_bakkt_did_leaves_a_link_to_fetch_at_no_cost(
    harness: LinkHarness, desk: Desk, name: str
) -> None:
    harness.add_fault(kind="lost", count=1)
    send(open_link_page(desk, name))
    page = settle_as(open_link_page(desk, name), Outcome.ACCEPTED)
    assert "This request fetches it at no cost" in said_plainly(page)
    account = harness.account(name)
    assert (account["link_state"], account["turn"], account["expirations_used"]) == ("unknown", "us", 1)
    assert account["expirations_left"] == 2, "no request is on hold any more"
    send(page)
    account = harness.account(name)
    assert (account["link_state"], account["links_seen"], account["expirations_used"]) == ("live", 2, 1)
    assert account["link_unseen_until"] is None
    harness.store.stop_clock(link_end(harness, name) + timedelta(minutes=1))
    assert harness.account(name)["expirations_used"] == 2, "the link that was not seen at first counts once"


@pytest.mark.slow
def test_a_link_that_is_never_seen_counts_as_expired_at_its_assumed_end(
    harness: LinkHarness, desk: Desk, name: str
) -> None:
    harness.add_fault(kind="lost", count=1)
    page = settle_as(send(open_link_page(desk, name)), Outcome.ACCEPTED)
    assert "Fetch the link that Bakkt issued" in {button.label for button in page.button}
    started = harness.log(name)[0]["started_at"].replace(tzinfo=UTC)
    harness.store.stop_clock(started + timedelta(hours=71, minutes=59))
    assert (harness.account(name)["link_state"], harness.account(name)["expirations_used"]) == ("unknown", 1)
    harness.store.stop_clock(started + timedelta(hours=72, minutes=1))
    assert (harness.account(name)["link_state"], harness.account(name)["expirations_used"]) == ("expired", 2)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "refusal",
    [
        {"type": "VERIFICATION_LIMIT", "detail": "Refused"},
        {"type": "X", "description": "Maximum number of links reached", "detail": "Refused"},
        {"type": "X", "detail": "3 expirations were used"},
        {"type": "X", "detail": "Refused", "details": [{"description": "The account is over its limit"}]},
    ],
)
def test_a_refusal_that_speaks_of_a_limit_ends_the_offer(
    harness: LinkHarness, desk: Desk, name: str, refusal: dict[str, object]
) -> None:
    harness.wire.instead = lambda _: httpx2.Response(400, json=refusal)
    page = send(open_link_page(desk, name))
    assert "No link is left for this account" in said_plainly(page)
    closed = open_link_page(desk, name)
    assert "Out of links" in said_plainly(closed)
    assert "Bakkt said that no link is left" in said_plainly(closed)
    assert not offers_sending(closed)
    assert harness.account(name)["expirations_used"] == 3
    assert harness.account(name)["is_used_up"]
    assert [row["client_account_id"] for row in harness.store.read_rows("verification/used_up")] == [name]


@pytest.mark.slow
def test_any_other_refusal_is_shown_whole_and_a_person_may_record_that_no_link_is_left(
    harness: LinkHarness, desk: Desk, name: str
) -> None:
    refusal = {
        "type": "X",
        "detail": "Not possible",
        "description": "No further attempt is granted",
        "details": [{"field": "party", "description": "was asked too often"}],
    }
    harness.wire.instead = lambda _: httpx2.Response(400, json=refusal)
    page = send(open_link_page(desk, name))
    for words in ("Not possible", "No further attempt is granted", "was asked too often"):
        assert words in said_plainly(page)
    assert harness.account(name)["expirations_used"] == 1
    assert offers_sending(open_link_page(desk, name))
    page.button(key="wb-link-none-left").click().run()
    assert "no link is left" in said_plainly(page)
    assert harness.account(name)["expirations_used"] == 3
    assert not offers_sending(open_link_page(desk, name))


def test_a_link_that_bakkt_sends_after_all_counts_again_as_observed(
    harness: LinkHarness, desk: Desk, name: str
) -> None:
    harness.wire.instead = lambda _: httpx2.Response(400, json={"type": "X", "detail": "limit reached"})
    send(open_link_page(desk, name))
    assert harness.account(name)["is_used_up"]
    harness.tell(name, VERIFY)
    assert (harness.account(name)["link_state"], harness.account(name)["expirations_used"]) == ("live", 1)


def test_a_warning_and_a_line_about_links_that_go_move_nothing_of_the_form(
    harness: LinkHarness, desk: Desk, name: str
) -> None:
    before = place_of(open_link_page(desk, name), f"wb-link-reason-{name}")
    harness.ask(name)
    page = open_link_page(desk_at(harness, link_end(harness, name) + timedelta(seconds=30)), name)
    assert "Bakkt's clock may be behind" in said_plainly(page)
    assert place_of(page, f"wb-link-reason-{name}") == before


@pytest.mark.slow
def test_a_link_that_was_never_seen_moves_nothing_of_the_form_when_it_expires(
    harness: LinkHarness, desk: Desk, name: str
) -> None:
    before = place_of(open_link_page(desk, name), f"wb-link-reason-{name}")
    harness.add_fault(kind="lost", count=1)
    settle_as(send(open_link_page(desk, name)), Outcome.ACCEPTED)
    page = open_link_page(desk, name)
    assert "a link that Bakkt issued, expires" in page_text(page)
    assert place_of(page, f"wb-link-reason-{name}") == before
