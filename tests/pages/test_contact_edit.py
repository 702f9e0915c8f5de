"""The dialogs that edit the phone or the e-mail alone: old and new, what goes out, and what holds it back."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import clickable_html_of, forget_desk, open_page, page_text
from tests.support.update_harness import UpdateHarness
from workbench.desk import Desk, build_desk
from workbench.domain.vocabulary import Outcome
from workbench.settings import read_settings
from workbench.ui.account.contact_edit import EmailSession, PhoneSession

NEW = "+1 303 555 0142"
CLOSED = {"partyStatus": "CLOSED", "reasonCode": "CLOSED"}


@pytest.fixture
def bench() -> Iterator[UpdateHarness]:
    made = UpdateHarness(is_read=True)
    yield made
    made.close()
    forget_desk()


@pytest.fixture
def desk(bench: UpdateHarness) -> Desk:
    return build_desk(bench.store, read_settings({}, Path("no-such-file")), lambda _=1.0: bench.connect())


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def open_dialog(desk: Desk, name: str, column: str = "phone_number") -> AppTest:
    return press(open_page("customers", desk, account=name), f"wb-edit-{column}")


def type_in(page: AppTest, typed: str, label: str = "New phone") -> AppTest:
    next(field for field in page.text_input if field.label == label).set_value(typed).run()
    return page


def send(page: AppTest, prefix: str = "wb-edit-phone") -> AppTest:
    return press(page, f"{prefix}-send")


def said(page: AppTest) -> str:
    return unescape(page_text(page))


def letter_in(page: AppTest) -> str:
    """Return the letter that tells Bakkt of a change in ownership."""
    return next(piece for piece in clickable_html_of(page).splitlines() if "eneficial owner" in piece)


def phone(request: dict[str, Any]) -> str:
    return str(request["owners"][0]["phoneNumber"])


def test_before_a_dialog_is_opened_bakkt_is_not_read(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    bench.sandbox.reset_calls()
    open_page("customers", desk, account=name)
    assert sum(bench.sandbox.calls()["operations"].values()) == 0


def test_the_old_and_the_new_number_stand_side_by_side_in_the_form_that_is_sent(
    bench: UpdateHarness, desk: Desk
) -> None:
    name = bench.individual()
    old = phone(bench.request(name))
    page = open_dialog(desk, name)
    assert f"{old} not changed yet" in said(page).replace('<span class="wb-note">', "")
    assert page.button(key="wb-edit-phone-send").disabled
    type_in(page, NEW)
    assert f"<s>{old}</s> → <strong>+13035550142</strong>" in said(page)
    assert not page.button(key="wb-edit-phone-send").disabled


def test_the_button_is_the_confirmation_and_the_whole_record_goes_out_with_this_field_changed(
    bench: UpdateHarness, desk: Desk
) -> None:
    name = bench.individual()
    expected = bench.request(name)
    page = send(type_in(open_dialog(desk, name), NEW))
    expected["owners"][0]["phoneNumber"] = "+13035550142"
    assert bench.request(name) == expected
    assert "Done" in said(page)
    assert not [field for field in page.text_input if field.label == "New phone"], "the dialog is closed"
    log = desk.store.read_rows("actions/log", client_account_id=name)
    assert [row["changed_fields"] for row in log] == ["owners[0].phoneNumber"]
    assert str(page.query_params["action"]).strip("[]'") == log[0]["action_id"]
    assert "303" not in str(dict(page.query_params))
    assert PhoneSession.state_key() not in page.session_state


def test_a_typed_number_stays_while_the_page_runs_again_and_nothing_is_read_twice(
    bench: UpdateHarness, desk: Desk
) -> None:
    page = type_in(open_dialog(desk, bench.individual()), NEW)
    bench.sandbox.reset_calls()
    for _ in range(3):
        page.run()
    assert next(field for field in page.text_input if field.label == "New phone").value == NEW
    assert "+13035550142" in said(page)
    assert sum(bench.sandbox.calls()["operations"].values()) == 0


@pytest.mark.slow
def test_what_was_typed_for_the_phone_does_not_go_out_with_the_e_mail(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    before = bench.request(name)
    page = type_in(open_dialog(desk, name), NEW)
    press(page, "wb-edit-phone-cancel")
    press(page, "wb-edit-email_address")
    assert "so it may refuse an update" in said(page)
    send(type_in(page, "ada@example.com", "New e-mail"), "wb-edit-email")
    before["owners"][0]["emailAddress"] = "ada@example.com"
    assert bench.request(name) == before
    assert EmailSession.state_key() not in page.session_state


@pytest.mark.parametrize("typed", ["12", "••••", ""])
def test_a_wrong_number_is_said_and_cannot_be_sent(bench: UpdateHarness, desk: Desk, typed: str) -> None:
    page = type_in(open_dialog(desk, bench.individual()), typed)
    assert page.button(key="wb-edit-phone-send").disabled
    assert 'role="alert"' in page_text(page)
    assert bench.posts() == 0


@pytest.mark.slow
def test_an_unusual_number_is_confirmed_first(bench: UpdateHarness, desk: Desk) -> None:
    page = type_in(open_dialog(desk, bench.individual()), "+1 111 111 1111")
    send(page)
    assert bench.posts() == 0
    box = next(box for box in page.checkbox if box.label.startswith("I have checked this"))
    box.check().run()
    send(page)
    assert bench.posts() == 1


@pytest.mark.slow
def test_a_copy_that_changed_meanwhile_is_not_overwritten_and_the_typed_number_is_kept(
    bench: UpdateHarness, desk: Desk
) -> None:
    name = bench.individual()
    page = type_in(open_dialog(desk, name), NEW)
    bench.move(name)
    posts = bench.posts()
    send(page)
    assert "This account has changed at Bakkt" in said(page)
    assert bench.posts() == posts
    press(page, "wb-edit-phone_number")
    assert "compare the old and the new value again" in said(page)
    assert "+13035550142" in said(page)
    send(page)
    assert phone(bench.request(name)) == "+13035550142"
    assert bench.request(name)["owners"][0]["identity"]["personalAddress"]["city"] == "Elsewhere"


def test_a_lost_answer_is_not_sent_again_and_the_dialog_says_so_before_anything_is_asked(
    bench: UpdateHarness, desk: Desk
) -> None:
    def lose(request: httpx2.Request) -> httpx2.Response | None:
        if request.method == "POST":
            raise httpx2.ReadError("lost", request=request)
        return None

    name = bench.individual()
    page = type_in(open_dialog(desk, name), NEW)
    bench.wire.instead = lose
    send(page)
    assert desk.store.read_rows("actions/log", client_account_id=name)[0]["outcome"] == Outcome.UNKNOWN
    press(page, "wb-edit-phone_number")
    assert "The last attempt is not settled" in said(page)
    assert not [field for field in page.text_input if field.label == "New phone"]


@pytest.mark.slow
def test_a_bakkt_that_is_away_is_said_in_the_dialog(bench: UpdateHarness, desk: Desk) -> None:
    bench.wire.instead = lambda _: httpx2.Response(503)
    page = open_dialog(desk, bench.individual())
    assert "Try again" in {button.label for button in page.button}
    assert not [field for field in page.text_input if field.label == "New phone"]


def test_an_owner_of_an_entity_is_edited_and_bakkt_is_told_by_a_letter(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.entity()
    page = type_in(open_dialog(desk, name), NEW)
    assert "You must tell Bakkt about every change in an entity's beneficial ownership." in said(page)
    send(page)
    assert phone(bench.request(name)) == "+13035550142"
    assert "phone" in letter_in(page)


def test_a_closed_account_offers_no_edit(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    bench.tell(name, CLOSED)
    page = open_page("customers", desk, account=name)
    assert not [button for button in page.button if str(button.key).startswith("wb-edit-")]
