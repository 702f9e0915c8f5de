"""The page that fills in missing data: it asks only for that and sends it with all that Bakkt holds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.applicants import company, individual
from tests.support.facts import NOW, poll
from tests.support.link_harness import LinkHarness, link_harness
from tests.support.screens import open_page, page_text, place_of
from tests.support.tables import change
from workbench.desk import Desk, build_desk
from workbench.domain.account import body_of
from workbench.domain.errors import StoreError
from workbench.sandbox.life.clients import open_account, update_account
from workbench.settings import read_settings
from workbench.ui.account.details.backfill import BackfillSession

LACKING = "old-1"
PHONE = "owners[0].phoneNumber"


@pytest.fixture
def harness() -> Iterator[LinkHarness]:
    with link_harness(accounts=1) as made:
        yield made
        st.cache_resource.clear()


@pytest.fixture
def desk(harness: LinkHarness) -> Desk:
    """A migrated account without phone and employment, and with an unknown field."""
    body = {**body_of(individual(LACKING), harness.actions.now().date()), "riskModel": {"score": None}}
    del body["owners"][0]["phoneNumber"], body["owners"][0]["identity"]["employment"]
    return desk_holding(harness, body)


def desk_holding(harness: LinkHarness, body: dict[str, Any]) -> Desk:
    open_account(harness.sandbox.simulation, body, harness.sandbox.options.now())
    harness.store.land_registry([LACKING], "file")
    desk = build_desk(
        harness.store,
        read_settings({"WORKBENCH_ACTOR": "Ann"}, Path("no-such-file")),
        lambda _=1.0: harness.connect(),
    )
    desk.sync.run()
    return desk


def held(harness: LinkHarness) -> dict[str, Any]:
    simulation = harness.sandbox.simulation
    return simulation.request_of(simulation.accounts[LACKING])


def overwrite(harness: LinkHarness, newer: dict[str, Any]) -> None:
    """Change the account as another client."""
    simulation = harness.sandbox.simulation
    update_account(simulation, simulation.accounts[LACKING], newer, harness.sandbox.options.now())
    simulation.on_change(LACKING)


def type_in(page: AppTest, path: str, typed: str) -> AppTest:
    field = next(one for one in page.text_input if one.key and one.key.endswith(f"-{path}"))
    return field.set_value(typed).run()


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=f"wb-backfill-{key}").click().run()


def words(page: AppTest) -> str:
    return unescape(page_text(page))


@pytest.mark.slow
def test_only_what_is_missing_is_asked(desk: Desk) -> None:
    page = open_page("backfill", desk, account=LACKING)
    assert not page.exception
    labels = {box.label for box in page.text_input}
    assert {"Phone", "Employer", "Position"} <= labels
    assert not {"Given name", "E-mail", "Number"} & labels


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "pasted",
    ["303\u2011555\u20110142", "\u202a+1\u00a0303–555–0142\u202c", "（３０３）５５５ー０１４２", "+١ ٣٠٣ ٥٥٥ ٠١٤٢"],
)
def test_a_phone_number_is_read_in_the_signs_it_was_pasted_with(harness: LinkHarness, desk: Desk, pasted: str) -> None:
    page = press(type_in(open_page("backfill", desk, account=LACKING), PHONE, pasted), "review")
    press(page, "send")
    assert held(harness)["owners"][0]["phoneNumber"] == "+13035550142"


def test_what_is_filled_in_goes_out_with_all_that_bakkt_holds(harness: LinkHarness, desk: Desk) -> None:
    before = held(harness)
    page = press(type_in(open_page("backfill", desk, account=LACKING), PHONE, "303 555 0142"), "review")
    assert "+13035550142" in words(page)
    page = press(page, "send")
    assert "Accepted" in words(page)
    before["owners"][0]["phoneNumber"] = "+13035550142"
    assert held(harness) == before
    assert harness.log(LACKING)[0]["changed_fields"] == PHONE


def test_nothing_is_sent_with_a_field_to_correct_or_with_none_filled_in(harness: LinkHarness, desk: Desk) -> None:
    page = press(open_page("backfill", desk, account=LACKING), "review")
    assert "Nothing is filled in yet." in words(page)
    page = press(type_in(page, PHONE, "555"), "review")
    assert "1 field to correct first" in words(page)
    assert harness.log(LACKING) == []


def test_what_a_click_answered_stays_until_the_person_acts_again(desk: Desk) -> None:
    """The page runs again by itself whenever data changes."""
    page = press(open_page("backfill", desk, account=LACKING), "review")
    for _ in range(3):
        page = page.run()
        assert "Nothing is filled in yet." in words(page)
    assert "Nothing is filled in yet." not in words(type_in(page, PHONE, "303 555 0142"))


def test_a_missing_number_that_looks_wrong_is_warned_about_and_may_be_sent(harness: LinkHarness) -> None:
    body = body_of(individual(LACKING), harness.actions.now().date())
    del body["owners"][0]["identity"]["taxId"]
    page = open_page("backfill", desk_holding(harness, body), account=LACKING)
    assert "does not look like" not in words(page)
    page = type_in(page, "owners[0].identity.taxId", "078 05 1120")
    assert "This does not look like a US Social Security number (SSN)" in words(page)
    page = press(page, "review")
    (box,) = (one for one in page.checkbox if str(one.key).startswith("wb-backfill-doubts-"))
    assert "Some values are unusual" in words(page)
    assert "Tax number · Number: sent as its nine digits" in words(page)
    page = press(box.check().run(), "send")
    assert "Accepted" in words(page)
    assert held(harness)["owners"][0]["identity"]["taxId"] == "078051120"


def test_half_an_employment_is_questioned_at_its_fields(desk: Desk) -> None:
    page = type_in(open_page("backfill", desk, account=LACKING), "owners[0].identity.employment.employerName", "Larch")
    assert words(page).count("This is required.") >= 3


def test_typed_values_stay_between_the_form_and_the_review(desk: Desk) -> None:
    page = press(type_in(open_page("backfill", desk, account=LACKING), PHONE, "303 555 0142"), "review")
    page = press(page, "back")
    assert next(one for one in page.text_input if one.label == "Phone").value == "303 555 0142"


@pytest.mark.slow
def test_when_bakkts_copy_changed_meanwhile_nothing_is_sent(harness: LinkHarness, desk: Desk) -> None:
    page = press(type_in(open_page("backfill", desk, account=LACKING), PHONE, "303 555 0142"), "review")
    newer = held(harness)
    newer["owners"][0]["emailAddress"] = "new@example.com"
    overwrite(harness, newer)
    page = press(page, "send")
    assert "Not sent" in words(page)
    page = press(press(page, "more"), "review")
    page = press(page, "send")
    assert "Accepted" in words(page)
    assert held(harness)["owners"][0]["emailAddress"] == "new@example.com"
    assert held(harness)["owners"][0]["phoneNumber"] == "+13035550142"


@pytest.mark.slow
def test_values_typed_for_an_owner_follow_the_owner_to_bakkts_newer_copy(harness: LinkHarness) -> None:
    body = dict(body_of(company(LACKING), harness.actions.now().date()))
    del body["owners"][1]["phoneNumber"]
    page = open_page("backfill", desk_holding(harness, body), account=LACKING)
    page = press(type_in(page, "owners[1].phoneNumber", "303 555 0142"), "review")
    overwrite(harness, {**body, "owners": [body["owners"][0], body["owners"][2], body["owners"][1]]})
    page = press(press(page, "send"), "more")
    assert "Bakkt's data has changed" in words(page)
    page = press(press(page, "review"), "send")
    assert "Accepted" in words(page)
    numbers = {one["clientOwnerId"]: one.get("phoneNumber") for one in held(harness)["owners"]}
    assert numbers[body["owners"][1]["clientOwnerId"]] == "+13035550142"


def test_a_refusal_lands_at_its_field_and_any_other_is_told_above_the_form(harness: LinkHarness, desk: Desk) -> None:
    entries = [
        {"field": PHONE, "message": "is not in use", "code": 1},
        {"field": "owners[0].identity.dateOfBirth", "message": "is unknown", "code": 1},
    ]
    page = press(type_in(open_page("backfill", desk, account=LACKING), PHONE, "303 555 0142"), "review")
    refusal = {"code": 422, "message": "no", "validationErrors": entries}
    harness.wire.instead = lambda one: httpx2.Response(422, json=refusal) if one.method == "POST" else None
    page = press(press(page, "send"), "more")
    assert "Bakkt refused this: is not in use" in words(page)
    assert "Bakkt: Primary owner: date of birth: is unknown" in words(page)


@pytest.mark.slow
def test_what_was_refused_cannot_go_out_unchanged(harness: LinkHarness, desk: Desk) -> None:
    page = press(type_in(open_page("backfill", desk, account=LACKING), PHONE, "303 555 0142"), "review")
    entries = [{"field": PHONE, "message": "is not in use", "code": 1}]
    refusal = {"code": 422, "message": "no", "validationErrors": entries}
    harness.wire.instead = lambda one: httpx2.Response(422, json=refusal) if one.method == "POST" else None
    page = press(press(press(page, "send"), "more"), "review")
    assert "Still refused by Bakkt" in words(page)
    assert "Bakkt refused exactly this" in words(page)
    assert page.button(key="wb-backfill-send").disabled
    page = press(type_in(press(page, "back"), PHONE, "303 555 0199"), "review")
    assert "Still refused by Bakkt" not in words(page)
    assert not page.button(key="wb-backfill-send").disabled


def test_an_old_form_that_nobody_typed_in_is_read_again_when_it_is_opened_again(
    harness: LinkHarness, desk: Desk
) -> None:
    page = open_page("backfill", desk, account=LACKING)
    newer = held(harness)
    newer["owners"][0]["phoneNumber"] = "+13035550142"
    overwrite(harness, newer)
    session = page.session_state[BackfillSession.state_key()]
    session.held = replace(session.held, read_at=session.held.read_at - timedelta(minutes=2))
    page.run()
    assert "Phone" in {box.label for box in page.text_input}
    for tab in ("documents", "details"):
        page.query_params["tab"] = tab
        page.run()
    assert "Phone" not in {box.label for box in page.text_input}


def test_without_an_account_the_page_says_how_far_the_backfill_has_come(desk: Desk, empty_desk: Desk) -> None:
    page = open_page("backfill", desk)
    assert "1 account" in words(page)
    assert LACKING in list(page.dataframe[0].value["client_account_id"])
    assert "Owner: phone" in list(page.dataframe[1].value["field"])
    empty_desk.store.land_readings([poll("A", NOW)])
    assert "Nothing is in this view." in words(open_page("backlog", empty_desk, view="missing"))


def test_an_identity_document_that_arrives_moves_no_field(harness: LinkHarness, desk: Desk) -> None:
    change(
        harness.store, "update accounts set missing_fields = list_append(missing_fields, 'owners[0].identityDocument')"
    )
    page = open_page("backfill", desk, account=LACKING)
    assert "has no identity document" in words(page)
    before = place_of(page, "Phone")
    change(harness.store, "update accounts set missing_fields = ['owners[0].phoneNumber']")
    page.run()
    assert "has no identity document" not in words(page)
    assert place_of(page, "Phone") == before


def test_a_draft_that_cannot_be_kept_moves_no_field(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> object:
        raise StoreError("The disk is full.", title="Nothing could be recorded")

    page = open_page("backfill", desk, account=LACKING)
    before = place_of(page, "Phone")
    monkeypatch.setattr("workbench.ui.account.details.edit_session.save_update_draft", fail)
    type_in(page, PHONE, "+12025550123")
    assert "not being saved as a draft: The disk is full." in words(page)
    assert place_of(page, "Phone") == before
