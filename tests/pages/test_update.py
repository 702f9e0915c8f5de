"""The page that updates an account, over its own sandbox: what is typed, reviewed, sent and read back."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from markupsafe import escape
from streamlit.testing.v1 import AppTest

from tests.support.call_counts import counted_calls
from tests.support.screens import clickable_html_of, forget_desk, open_page, page_text
from tests.support.tables import change
from tests.support.update_harness import CITY, UpdateHarness
from workbench.desk import Desk, build_desk
from workbench.domain.account.field_words import field_words
from workbench.domain.updates.answers import read_form
from workbench.domain.updates.sections import content_of, filled_form
from workbench.settings import read_settings
from workbench.ui.account.details.edit_session import EditSession

CLOSED = {"partyStatus": "CLOSED", "reasonCode": "CLOSED"}


class UpdatePage:
    """The page as one person has it open."""

    def __init__(self, app: AppTest) -> None:
        self.app = app

    def key_of(self, path: str) -> str:
        return str(self.app.session_state[EditSession.state_key()].key_of(path))

    def type(self, path: str, text: str) -> None:
        self.app.text_input(key=self.key_of(path)).set_value(text).run()

    def choose(self, path: str, code: str) -> None:
        self.app.selectbox(key=self.key_of(path)).set_value(code).run()

    def field(self, path: str) -> Any:
        return self.app.text_input(key=self.key_of(path))

    def press(self, key: str) -> None:
        self.app.button(key=key).click().run()
        assert not self.app.exception

    def choose_part(self, part: str) -> None:
        chooser = next(box for box in self.app.selectbox if str(box.key).startswith("wb-update-part-"))
        chooser.set_value(part).run()

    def send(self) -> None:
        self.press("wb-update-review")
        self.press("wb-update-send")

    @property
    def page_text(self) -> str:
        return page_text(self.app)

    def held(self) -> Any:
        return self.app.session_state[EditSession.state_key()].held


@pytest.fixture
def bench() -> Iterator[UpdateHarness]:
    made = UpdateHarness(is_read=True)
    yield made
    made.close()
    forget_desk()


@pytest.fixture
def desk(bench: UpdateHarness) -> Desk:
    """A desk whose Bakkt is the harness's sandbox, with all accounts read once."""
    return build_desk(bench.store, read_settings({}, Path("no-such-file")), lambda _=1.0: bench.connect())


def opened(desk: Desk, name: str, **query: str) -> UpdatePage:
    return UpdatePage(open_page("update", desk, account=name, **query))


@pytest.mark.slow
def test_an_address_is_changed_from_the_form_to_the_receipt(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    old = bench.request(name)["owners"][0]["identity"]["personalAddress"]["city"]
    page = opened(desk, name)
    page.type(CITY, "Springfield")
    assert "Primary owner · Personal address · City" in page.page_text
    page.press("wb-update-review")
    assert f"<s>{escape(old)}</s> → <strong>Springfield</strong>" in page.page_text
    assert "0 lost" in page.page_text
    page.press("wb-update-send")
    assert "Done" in page.page_text
    assert field_words(CITY) in page.page_text
    assert bench.request(name)["owners"][0]["identity"]["personalAddress"]["city"] == "Springfield"
    assert page.app.query_params["account"] in (name, [name])
    assert set(page.app.query_params) == {"account", "tab", "action"}
    assert EditSession.state_key() not in page.app.session_state
    assert desk.background.read_back.state().waiting == 1, "it is read back at once"


@pytest.mark.slow
def test_the_receipt_tells_that_bakkts_copy_shows_the_change(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    page = opened(desk, name)
    page.type(CITY, "Springfield")
    page.send()
    assert "Reading the account back…" in page.page_text
    desk.sync.run(everything=True)
    page.app.run()
    assert "Bakkt's copy shows the update" in literal_back(page.page_text)


def literal_back(markup: str) -> str:
    return markup.replace("&#39;", "'")


def test_nothing_personal_enters_the_address(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, "Springfield")
    page.press("wb-update-review")
    assert "Springfield" not in str(dict(page.app.query_params))


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "This is required."),
        ("••• •", "masked value"),
        ("Spring\u202efield", "text-direction"),
        ("x" * 1001, "long"),
    ],
)
def test_a_wrong_field_says_so_itself_and_keeps_the_review_shut(
    bench: UpdateHarness, desk: Desk, typed: str, words: str
) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, typed)
    assert words in page.page_text
    page.press("wb-update-review")
    assert "wb-findings" in page.page_text
    assert page.app.button(key="wb-update-review")
    assert bench.posts() == 0


def test_a_review_of_nothing_says_what_is_missing(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    page.press("wb-update-review")
    assert "Nothing has changed yet: edit a field first." in page.page_text


def test_going_back_to_the_form_keeps_what_was_typed(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, "Springfield")
    page.press("wb-update-review")
    page.press("wb-update-back")
    assert page.field(CITY).value == "Springfield"


def test_locked_fields_are_masked_with_their_reason_and_a_ready_text(bench: UpdateHarness, desk: Desk) -> None:
    name = next(
        one
        for one in bench.names
        if "taxId" in bench.request(one)["owners"][0]["identity"] and not bench.is_entity(one)
    )
    identity = bench.request(name)["owners"][0]["identity"]
    page = opened(desk, name)
    shown = page.page_text + clickable_html_of(page.app)
    assert identity["taxId"] not in shown
    assert f"•••• {''.join(filter(str.isalnum, identity['taxId']))[-4:]}" in page.page_text
    assert "operations team" in page.page_text
    letter = literal_back(clickable_html_of(page.app))
    assert "To Bakkt's operations and compliance team" in letter
    assert identity["dateOfBirth"] not in letter
    assert not [box for box in page.app.text_input if "taxId" in str(box.key)]


@pytest.mark.slow
def test_a_copy_that_changed_meanwhile_shows_three_versions_and_keeps_mine(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    page = opened(desk, name)
    page.type(CITY, "Springfield")
    bench.move(name, "Elsewhere")
    posts = bench.posts()
    page.send()
    assert bench.posts() == posts
    shown = literal_back(page.page_text)
    assert "This account has changed at Bakkt" in shown
    for words in ("Three versions side by side", "As first read", "Bakkt's latest", "Mine", "Elsewhere", "Springfield"):
        assert words in shown
    page.press("wb-update-rebase")
    assert page.field(CITY).value == "Springfield"
    page.send()
    assert "Done" in page.page_text
    assert bench.request(name)["owners"][0]["identity"]["personalAddress"]["city"] == "Springfield"


@pytest.mark.slow
def test_a_rerun_works_out_the_form_at_most_once(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.entity(2))
    steps: list[tuple[Callable[[], object], int]] = [
        (lambda: page.type(CITY, "Springfield"), 1),
        (lambda: page.choose_part("owner-2"), 0),
        (page.app.run, 0),
        (lambda: page.press("wb-update-review"), 0),
        (page.app.run, 0),
    ]
    for step, times in steps:
        with counted_calls(content_of, filled_form, read_form) as calls:
            step()
        assert calls["read_form"] > 0
        assert (calls["content_of"], calls["filled_form"]) == (times, times)


def test_an_account_closed_meanwhile_is_told(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    page = opened(desk, name)
    page.type(CITY, "Springfield")
    page.press("wb-update-review")
    bench.tell(name, CLOSED)
    page.press("wb-update-send")
    assert "The account is closed" in page.page_text
    assert bench.posts() == 0


@pytest.mark.slow
def test_a_refusal_lands_at_its_field_and_goes_when_it_is_corrected(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, "Springfield")
    entries = [
        {"field": CITY, "message": "is not a town", "code": 1, "rejectedValue": "Springfield"},
        {"field": "owners[0].identity.taxId", "message": "is unknown", "code": 1},
    ]
    bench.answer_posts(422, {"code": 422, "message": "no", "validationErrors": entries})
    page.send()
    assert "Refused by Bakkt" in page.page_text
    page.press("wb-update-correct")
    assert "Bakkt: is not a town" in page.page_text
    assert "Primary owner: tax id: is unknown" in page.page_text
    page.type(CITY, "Shelbyville")
    assert "is not a town" not in page.page_text


@pytest.mark.slow
def test_what_was_refused_cannot_go_out_unchanged_and_the_review_says_what_is_refused(
    bench: UpdateHarness, desk: Desk
) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, "Springfield")
    entries = [
        {"field": CITY, "message": "is not a town", "code": 1},
        {"field": "owners[0].identity.taxId", "message": "is unknown", "code": 1},
    ]
    bench.answer_posts(422, {"code": 422, "message": "no", "validationErrors": entries})
    page.send()
    page.press("wb-update-correct")
    page.press("wb-update-review")
    assert "Still refused by Bakkt" in page.page_text
    assert "Primary owner · Personal address · City: is not a town" in page.page_text
    assert "Primary owner: tax id: is unknown" in page.page_text
    assert "Bakkt refused exactly this" in page.page_text
    assert page.app.button(key="wb-update-send").disabled
    page.press("wb-update-back")
    page.type(CITY, "Shelbyville")
    page.press("wb-update-review")
    assert "is not a town" not in page.page_text
    assert "Primary owner: tax id: is unknown" in page.page_text, "it may be the reason of the next refusal"
    assert not page.app.button(key="wb-update-send").disabled


@pytest.mark.slow
def test_a_refused_update_cannot_go_out_unchanged_from_another_session(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    bench.answer_posts(422, {"code": 422, "message": "no", "validationErrors": []})
    for _ in range(2):
        page = opened(desk, name)
        page.type(CITY, "Springfield")
        page.press("wb-update-review")
        if not page.app.button(key="wb-update-send").disabled:
            page.press("wb-update-send")
    assert "Bakkt refused exactly this" in page.page_text
    assert len(bench.store.read_rows("actions/log", client_account_id=name)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_bakkt_is_told_and_may_be_asked_again(bench: UpdateHarness, desk: Desk, status: int) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, "Springfield")
    bench.add_fault(kind="status", status=status)
    page.send()
    assert "Not sent" in page.page_text
    assert "Refused by Bakkt" not in page.page_text
    bench.clear_faults()
    page.press("wb-update-correct")
    page.send()
    assert "Done" in page.page_text


@pytest.mark.slow
def test_a_double_click_in_two_tabs_makes_one_request_each_review(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    tabs = [opened(desk, name), opened(desk, name)]
    for tab in tabs:
        tab.type(CITY, "Springfield")
        tab.press("wb-update-review")
    for tab in tabs:
        tab.press("wb-update-send")
    assert bench.posts() == 1
    assert "This account has changed at Bakkt" in tabs[1].page_text


def test_owners_of_an_entity_are_chosen_taken_out_and_told_to_bakkt(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.entity(2)
    before = bench.request(name)["owners"]
    page = opened(desk, name)
    page.choose_part("owner-2")
    page.press("wb-update-out-1")
    assert "beneficial ownership" in page.page_text
    page.press("wb-update-review")
    assert "You must tell Bakkt about every change in an entity's beneficial ownership." in literal_back(page.page_text)
    letter = clickable_html_of(page.app)
    assert "was removed" in letter
    assert str(before[1]["identity"].get("taxId", "no number")) not in letter
    page.press("wb-update-send")
    assert bench.request(name)["owners"] == [before[0], *before[2:]]
    assert "was removed" in clickable_html_of(page.app), "the text is there when it is time to send it"


def test_a_new_owner_begins_empty_and_says_what_is_needed_when_reviewed(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.entity(2)
    count = len(bench.request(name)["owners"])
    page = opened(desk, name)
    page.press("wb-update-add-owner")
    assert "A new owner (a natural person)" in page.page_text
    assert page.field(f"owners[{count}].identity.givenName").value == ""
    assert "This is required." not in page.page_text
    page.press("wb-update-review")
    assert "This is required." in page.page_text
    page.press("wb-update-no-new")
    assert "Nothing changed." in page.page_text


def test_a_new_owners_number_that_looks_wrong_is_warned_about(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.entity(2)
    identity = f"owners[{len(bench.request(name)['owners'])}].identity"
    page = opened(desk, name)
    page.press("wb-update-add-owner")
    page.choose(f"{identity}.taxIdType", "SSN")
    page.type(f"{identity}.taxId", "219-09-9881")
    assert "does not look like" not in page.page_text
    page.type(f"{identity}.taxId", "078-05-1120")
    assert "This does not look like a US Social Security number (SSN)" in page.page_text


@pytest.mark.slow
def test_a_trusted_contact_is_added_and_one_is_taken_out(bench: UpdateHarness, desk: Desk) -> None:
    name = next(one for one in bench.names if len(bench.request(one).get("trustedContacts", [])) == 1)
    page = UpdatePage(open_page("update", desk, account=name))
    page.choose_part("contacts")
    page.press("wb-update-add-contact")
    page.press("wb-update-review")
    assert "Trusted contacts · Trusted contact 2 · Given name: This is required." in page.page_text
    page.type("trustedContacts[1].givenName", "Eve")
    page.type("trustedContacts[1].familyName", "Moss")
    page.press("wb-update-contact-out-0")
    assert "will be removed by this update" in page.page_text
    page.send()
    assert bench.request(name)["trustedContacts"] == [{"givenName": "Eve", "familyName": "Moss"}]


@pytest.mark.slow
def test_numbers_pasted_with_look_alike_signs_are_sent_in_plain_ones(bench: UpdateHarness, desk: Desk) -> None:
    name = next(one for one in bench.names if len(bench.request(one).get("trustedContacts", [])) == 1)
    page = UpdatePage(open_page("update", desk, account=name))
    page.type("owners[0].phoneNumber", "\u202a+1\u00a0202\u2011555\u20110199\u202c")
    page.choose_part("contacts")
    page.type("trustedContacts[0].phoneNumber", "＋１ ２０２ ５５５ ０１８８")
    page.send()
    sent = bench.request(name)
    assert sent["owners"][0]["phoneNumber"] == "+12025550199"
    assert sent["trustedContacts"][0]["phoneNumber"] == "+12025550188"


@pytest.mark.slow
def test_what_was_not_edited_goes_out_exactly_as_bakkt_holds_it(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.entity(2)
    held = bench.request(name)
    for position, owner in enumerate(held["owners"]):
        owner["identity"] |= {"taxId": f"123-45-678{position}", "taxIdType": "SSN", "taxIdCountry": "USA"}
        owner["phoneNumber"] = f"+1 202 555 01{position:02}"
    held["entity"] |= {"entityTaxId": "66-1234567", "entityPhoneNumber": "+1 (202) 555-0155"}
    bench.reset(held)
    posted: list[bytes] = []
    bench.wire.instead = lambda request: posted.append(request.content) if request.method == "POST" else None
    page = opened(desk, name)
    page.choose_part("entity")
    page.choose_part("owner-1")
    page.type(CITY, "Springfield")
    page.send()
    held["owners"][0]["identity"]["personalAddress"]["city"] = "Springfield"
    assert [json.loads(body) for body in posted] == [held]


def test_the_text_of_an_agreement_is_shown_and_can_be_given(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    held = bench.request(name)
    held["owners"][0]["agreements"] = [{"name": "Terms", "version": "1", "text": "You agree.\r\nAll of it."}]
    bench.reset(held)
    page = opened(desk, name)
    area = page.app.text_area(key=page.key_of("owners[0].agreements[0].text"))
    assert area.value == "You agree.\r\nAll of it."
    assert "Nothing changed." in page.page_text
    area.set_value("You agree.\nTo more.").run()
    assert "Agreement · Text of the agreement" in page.page_text


def test_the_whole_record_says_which_fields_are_deprecated(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    held = bench.request(name)
    held["owners"][0]["identity"]["citizenshipCountry"] = "USA"
    bench.reset(held)
    page = opened(desk, name)
    page.type(CITY, "Springfield")
    page.press("wb-update-review")
    fields = [field for table in page.app.dataframe for field in table.value["field"]]
    assert "owners[0].identity.citizenshipCountry · deprecated" in fields
    assert "owners[0].identity.givenName" in fields


def test_the_review_says_in_which_form_a_typed_phone_is_sent(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    page.type("owners[0].phoneNumber", "+1 (202) 555-0199")
    page.press("wb-update-review")
    assert "Primary owner · Person · Phone: sent as +12025550199" in page.page_text


@pytest.mark.slow
def test_a_role_is_shown_and_edited_and_another_than_beneficial_owner_is_confirmed(
    bench: UpdateHarness, desk: Desk
) -> None:
    name = bench.entity(2)
    page = opened(desk, name)
    page.choose_part("owner-2")
    role = page.app.selectbox(key=page.key_of("owners[1].role"))
    assert role.value == "BENEFICIAL_OWNER"
    assert {"Authorized agent", "Authorized member", "Authorized owner", "Treasurer"} <= set(role.options)
    assert "A person who enjoys the benefits of ownership even though title is in another name." in page.page_text
    page.choose("owners[1].role", "TREASURER")
    assert "Oversees financial operations and management of an entity." in page.page_text
    page.press("wb-update-review")
    assert "asks for BENEFICIAL_OWNER for every owner of an entity after the first" in page.page_text
    (box,) = (one for one in page.app.checkbox if str(one.key).startswith("wb-update-doubts-"))
    box.check().run()
    page.press("wb-update-send")
    (row,) = bench.log(name)
    assert row["confirmed_although"] == "owners[1].role: another role than BENEFICIAL_OWNER"
    assert row["changed_fields"] == "owners[1].role"


@pytest.mark.slow
def test_a_customer_who_moved_to_kosovo_has_its_country_and_prefix(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    address = "owners[0].identity.personalAddress"
    page = opened(desk, name)
    assert "Kosovo" in next(box for box in page.app.selectbox if str(box.key).endswith(f"{address}.country")).options
    page.choose(f"{address}.country", "XKX")
    page.type(f"{address}.state", "")
    page.type(f"{address}.postalCode", "10000")
    page.type("owners[0].phoneNumber", "044 123 456")
    page.send()
    sent = bench.request(name)["owners"][0]
    assert (sent["identity"]["personalAddress"]["country"], sent["phoneNumber"]) == ("XKX", "+38344123456")


@pytest.mark.slow
def test_a_new_owners_numbers_are_read_in_any_signs(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.entity(2)
    owner = f"owners[{len(bench.request(name)['owners'])}]"
    page = opened(desk, name)
    page.press("wb-update-add-owner")
    page.choose(f"{owner}.identity.taxIdType", "NATIONAL_ID")
    page.choose(f"{owner}.identity.taxIdCountry", "HKG")
    page.choose(f"{owner}.identity.personalAddress.country", "HKG")
    page.type(f"{owner}.identity.taxId", "A123456（7）")
    page.type(f"{owner}.phoneNumber", "２１２３\u20114567")
    page.press("wb-update-review")
    assert "Family name: This is required." in page.page_text
    assert "· Number: " not in page.page_text
    assert "· Phone: " not in page.page_text


def test_an_individual_is_offered_no_other_owner(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    assert "wb-update-add-owner" not in [button.key for button in page.app.button]


@pytest.mark.slow
def test_agreements_wait_for_both_acknowledgements(bench: UpdateHarness, desk: Desk) -> None:
    name = next(one for one in bench.names if bench.request(one)["owners"][0].get("agreements"))
    page = opened(desk, name)
    page.type("owners[0].agreements[0].version", "9.9")
    page.send()
    assert "Both sides must acknowledge this first" in page.page_text
    assert bench.posts() == 0
    for side in ("us", "bakkt"):
        page.app.checkbox(key=f"wb-update-ack-{side}").check().run()
        page.app.date_input(key=f"wb-update-ack-day-{side}").set_value(date(2026, 11, 20)).run()
    page.press("wb-update-send")
    assert "Done" in page.page_text


def test_updates_that_bakkt_still_works_on_are_shown(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    page = opened(desk, name)
    page.type(CITY, "Springfield")
    page.send()
    page.press("wb-update-more")
    assert "still working on 1 update" in page.page_text


def test_a_bakkt_that_is_away_is_said_and_nothing_else_is_shown(bench: UpdateHarness, desk: Desk) -> None:
    bench.wire.instead = lambda _: httpx2.Response(401)
    page = opened(desk, bench.names[0])
    assert "Bakkt denied access" in page.page_text
    assert not page.app.text_input


def test_the_dry_run_shows_method_path_rules_and_a_masked_body(bench: UpdateHarness, desk: Desk) -> None:
    name = next(one for one in bench.names if "taxId" in bench.request(one)["owners"][0]["identity"])
    page = opened(desk, name)
    page.type(CITY, "Springfield")
    page.press("wb-update-review")
    assert "POST /apex-crypto/api/v2/accounts" in page.page_text
    assert "No masked value is sent." in page.page_text
    assert bench.request(name)["owners"][0]["identity"]["taxId"] not in clickable_html_of(page.app)
    assert "Springfield" in clickable_html_of(page.app)


def test_the_whole_outgoing_body_stands_beside_what_bakkt_holds(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, "Springfield")
    page.press("wb-update-review")
    rows = page.app.dataframe[0].value
    assert next(iter(rows["what"])) == "changed"
    assert set(rows["what"]) == {"changed", "unchanged"}
    assert "clientAccountId" in list(rows["field"])


def test_an_old_form_that_nobody_typed_in_is_read_again_when_it_is_opened_again(
    bench: UpdateHarness, desk: Desk
) -> None:
    """While it is open it stays: somebody may have typed the first letters, which a browser has not sent yet."""
    name = bench.individual()
    page = opened(desk, name)
    before = page.field(CITY)
    bench.move(name, "Elsewhere")
    held = page.held()
    page.app.session_state[EditSession.state_key()].held = replace(held, read_at=held.read_at - timedelta(minutes=2))
    page.app.run()
    assert (page.field(CITY).id, page.field(CITY).value) == (before.id, before.value)
    for tab in ("documents", "details"):
        page.app.query_params["tab"] = tab
        page.app.run()
    assert page.field(CITY).value == "Elsewhere"


def test_another_account_begins_anew(bench: UpdateHarness, desk: Desk) -> None:
    first, second = bench.individual(), bench.entity()
    page = opened(desk, first)
    page.type(CITY, "Springfield")
    page.app.query_params["account"] = second
    page.app.run()
    assert page.held().client_account_id == second
    assert "Nothing changed." in page.page_text


def test_a_receipt_says_in_the_words_of_the_form_what_was_refused(bench: UpdateHarness, desk: Desk) -> None:
    page = opened(desk, bench.individual())
    page.type(CITY, "Springfield")
    entry = {"field": "owners[0].agreements[0].eSignedDate", "message": "lies ahead", "code": 1}
    bench.answer_posts(422, {"code": 422, "message": "no", "validationErrors": [entry]})
    page.send()
    assert "Primary owner: agreement, signed on: lies ahead" in page.page_text
    assert "agreements[0]" not in page.page_text


def test_the_account_says_when_it_was_read_itself(bench: UpdateHarness, desk: Desk) -> None:
    name = bench.individual()
    desk.sync.run(everything=True)
    change(bench.store, "update accounts set read_at = read_at - interval 5 hour where client_account_id = $1", [name])
    assert "this account last read 5 h ago" in opened(desk, name).page_text
    assert "last read just now" in page_text(open_page("verification", desk))
