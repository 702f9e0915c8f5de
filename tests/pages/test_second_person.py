"""What waits for a second person: asked for in the form, answered on the account's page and on Backlog."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.link_harness import VERIFY, LinkHarness, link_harness
from tests.support.people import desk_for, person
from tests.support.screens import (
    clickable_html_of,
    forget_desk,
    gaps_of,
    open_page,
    page_text,
    place_of,
    unfold_sources,
)
from tests.support.tables import select_one
from tests.support.two_people import ANN, BO, TwoPeople
from workbench.access.acting import Person
from workbench.access.policy import Role
from workbench.actions.second_person import withdraw_action
from workbench.desk import Desk, build_desk
from workbench.domain.vocabulary import Outcome
from workbench.settings import read_settings

VIC = person("Vic", Role.VIEWER)


@pytest.fixture
def harness() -> Iterator[LinkHarness]:
    with link_harness() as made:
        yield made
        forget_desk()


@pytest.fixture
def two(harness: LinkHarness) -> TwoPeople:
    return TwoPeople(harness, is_kept=True)


@pytest.fixture
def last(harness: LinkHarness) -> str:
    """A customer two of whose links have expired."""
    name = harness.ask_all_to_verify()[0]
    harness.expire_another(name)
    return name


@pytest.fixture
def desk(two: TwoPeople) -> Desk:
    """A desk on the harness's store and connection, with the two-person rule."""
    made = build_desk(two.store, read_settings({}, Path("no-such-file")), lambda _=1.0: two.harness.connect())
    return replace(made, actions=two.of(ANN), settings=made.settings.model_copy(update={"two_person_rule": True}))


def account(desk: Desk, who: Person, name: str, **query: str) -> AppTest:
    page = open_page("customers", desk_for(desk, who), account=name, **query)
    assert not page.exception
    return page


def backlog(desk: Desk, who: Person) -> AppTest:
    page = open_page("backlog", desk_for(desk, who), view="awaiting_second")
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    ran = next(button for button in page.button if button.label == label).click().run()
    assert not ran.exception
    return ran


def labels(page: AppTest) -> set[str]:
    return {button.label for button in page.button}


CONFIRM = "Confirm and send the last link"
DECIDING = {CONFIRM, "Decline"}


def test_the_first_person_asks_in_the_form_and_reads_that_nothing_was_sent(
    harness: LinkHarness, desk: Desk, last: str
) -> None:
    page = account(desk, ANN, last, send="link")
    assert "nothing is sent until somebody else confirms it" in page_text(page)
    page.text_input(key=f"wb-link-reason-{last}").set_value("She is on the phone")
    page = press(page, "Ask for the last link (2 of 3 expired)")
    assert "Waiting for a second person" in page_text(page)
    assert "Nothing was sent." in page_text(page)
    assert "somebody else has to confirm or decline it" in page_text(page)
    assert not labels(page) & DECIDING
    assert harness.asked() == 0
    page = press(page, "Withdraw it")
    assert "Withdrawn " in page_text(page)
    assert harness.store.read_rows("actions/awaiting") == []


def test_a_second_person_sees_what_it_is_and_costs_and_confirms_on_the_accounts_page(
    harness: LinkHarness, two: TwoPeople, desk: Desk, last: str
) -> None:
    two.ask_link(last)
    page = account(desk, BO, last)
    told = page_text(page)
    for words in ("Waiting for a second person", "Link request", "Ann, ", "She is on the phone", "in 24 h"):
        assert words in told
    assert "This uses the last of the customer&#39;s 3 links" in told
    page = press(page, CONFIRM)
    assert "Bakkt issued a new link." in page_text(page)
    assert "Confirmed by Bo" in page_text(page)
    assert harness.asked(last) == 1


def test_the_form_is_closed_for_everybody_while_it_waits(two: TwoPeople, desk: Desk, last: str) -> None:
    two.ask_link(last)
    page = account(desk, BO, last, send="link")
    assert not any(label.startswith(("Ask for", "Send a new link")) for label in labels(page))
    assert labels(page) >= DECIDING


def test_a_viewer_sees_it_and_why_they_may_do_nothing(two: TwoPeople, desk: Desk, last: str) -> None:
    two.ask_link(last)
    for page in (account(desk, VIC, last), backlog(desk, VIC)):
        assert "Waiting for a second person" in page_text(page)
        assert "Your role (viewer) may not request a link." in page_text(page)
        assert not labels(page) & (DECIDING | {"Withdraw it"})


def test_on_backlog_it_is_counted_and_declined_with_a_reason(
    harness: LinkHarness, two: TwoPeople, desk: Desk, last: str
) -> None:
    asked = two.ask_link(last)
    page = backlog(desk, BO)
    assert last in page_text(page)
    assert "1 action waits for a second person." in page_text(page)
    page.text_input(key=f"wb-second-why-{asked.record and asked.record.action_id}").set_value("She has hung up")
    page = press(page, "Decline")
    assert "Declined by Bo" in page_text(page)
    assert "She has hung up" in page_text(page)
    assert "Nothing waits for a second person." in page_text(page)
    assert two.record(asked).outcome is Outcome.NOT_SENT
    assert harness.asked() == 0


def test_somebody_who_comes_too_late_is_told(harness: LinkHarness, two: TwoPeople, desk: Desk, last: str) -> None:
    asked = two.ask_link(last)
    page = backlog(desk, BO)
    harness.tell(last, VERIFY)
    page = press(page, CONFIRM)
    assert "This is no longer waiting" in page_text(page)
    assert "a new link arrived" in page_text(page)
    assert two.record(asked).outcome is Outcome.NOT_SENT
    assert harness.asked() == 0


def test_what_lapsed_says_when_and_why(harness: LinkHarness, two: TwoPeople, desk: Desk, last: str) -> None:
    two.ask_link(last)
    harness.tell(last, VERIFY)
    assert "Lapsed just now: a new link arrived." in page_text(account(desk, ANN, last))
    assert "Lapsed just now: a new link arrived." in page_text(backlog(desk, ANN))


@pytest.mark.slow
def test_the_view_is_there_while_the_rule_is_on_or_something_waits(two: TwoPeople, desk: Desk, last: str) -> None:
    off = replace(desk, settings=desk.settings.model_copy(update={"two_person_rule": False}))
    assert 'data-pick=\\"awaiting_second\\"' not in clickable_html_of(open_page("backlog", desk_for(off, BO)))
    assert 'data-pick=\\"awaiting_second\\"' in clickable_html_of(open_page("backlog", desk_for(desk, BO)))
    two.ask_link(last)
    assert 'data-pick=\\"awaiting_second\\"' in clickable_html_of(open_page("backlog", desk_for(off, BO)))


def test_activity_marks_it_and_its_receipt_has_the_buttons(two: TwoPeople, desk: Desk, last: str) -> None:
    asked = two.ask_link(last)
    page = open_page("actions", desk_for(desk, BO))
    assert "1 action waits for a second person" in page_text(page)
    row = page.dataframe[0].value.iloc[0]
    assert row["waits_for"] == "A second person"
    receipt = open_page("actions", desk_for(desk, BO), action=str(asked.record and asked.record.action_id))
    assert labels(receipt) >= DECIDING
    assert "What would be sent" in page_text(receipt)


def test_a_day_later_nothing_waits(two: TwoPeople, desk: Desk, last: str) -> None:
    two.ask_link(last)
    two.store.stop_clock(datetime.now(UTC) + timedelta(hours=25))
    page = backlog(desk, BO)
    assert "Nothing waits for a second person." in page_text(page)
    assert "nobody confirmed it within 24 hours" in page_text(page)
    assert select_one(two.store, "select outcome from actions") == ("awaiting_second",), "nothing has run since"


@pytest.mark.slow
def test_an_answer_to_one_action_moves_none_of_the_others_on_backlog(
    harness: LinkHarness, two: TwoPeople, desk: Desk
) -> None:
    names = harness.ask_all_to_verify()[:2]
    for name in names:
        harness.expire_another(name)
    first, second = (two.record(two.ask_link(name)).action_id for name in names)
    page = backlog(desk, BO)
    before = place_of(page, f"wb-second-why-{second}")
    withdraw_action(two.of(ANN), first)
    page.run()
    assert f"wb-second-why-{first}" not in {box.key for box in page.text_input}
    assert place_of(page, f"wb-second-why-{second}") == before
    unfold_sources(page)
    assert "<code>actions/awaiting</code>" in page_text(page)
    withdraw_action(two.of(ANN), second)
    assert gaps_of(page.run()) == []


def test_what_somebody_else_asks_for_and_withdraws_moves_nothing_of_the_form(
    two: TwoPeople, desk: Desk, last: str
) -> None:
    page = account(desk, BO, last, send="link")
    before = place_of(page, f"wb-link-reason-{last}")
    withdraw_action(two.of(ANN), two.record(two.ask_link(last)).action_id)
    page.run()
    assert "Nothing was sent." in page_text(page)
    assert place_of(page, f"wb-link-reason-{last}") == before
    assert gaps_of(page) == []
