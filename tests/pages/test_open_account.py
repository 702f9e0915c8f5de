"""The page that opens an account: step by step, saved, checked at each field, reviewed as a whole and sent once."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.applicants import company, individual
from tests.support.link_harness import LinkHarness, link_harness
from tests.support.screens import markup, open_page, page_text, place_of
from tests.support.tables import change
from workbench.actions import Actions
from workbench.actions.drafts import Draft, find_draft, read_drafts, save_draft
from workbench.actions.open_account import open_account
from workbench.casework.kyb_records import read_owner_facts
from workbench.desk import Desk, build_desk
from workbench.domain.account import Form, Kind, steps_of
from workbench.domain.errors import StoreError
from workbench.domain.vocabulary import Outcome
from workbench.settings import read_settings

CHOSEN = frozenset({Kind.CHOICE, Kind.YES_NO, Kind.TAX_ID_TYPE, Kind.COUNTRY, Kind.TAX_ID_COUNTRY})
SETTINGS = read_settings({"WORKBENCH_ACTOR": "Ann"}, Path("no-such-file"))


@pytest.fixture
def harness() -> Iterator[LinkHarness]:
    with link_harness(accounts=3) as made:
        yield made
        st.cache_resource.clear()


@pytest.fixture
def desk(harness: LinkHarness) -> Desk:
    return build_desk(harness.store, SETTINGS, lambda _=1.0: harness.connect())


def start_fresh(desk: Desk) -> AppTest:
    return open_page("open_account", desk).button(key="wb-opening-begin").click().run()


def in_address(page: AppTest, name: str) -> str:
    return str(page.query_params[name]).strip("[]'")


def draft_id_of(page: AppTest) -> str:
    return in_address(page, "draft")


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=f"wb-opening-{key}").click().run()


def fill(page: AppTest, form: Form, step_key: str) -> AppTest:
    """Type the answers of one step field by field, as a person does."""
    step = next(one for one in steps_of(form) if one.key == step_key)
    for one in step.fields:
        answer, key = form.answers.get(one.path), f"wb-opening-{draft_id_of(page)}-{form.owners}-{one.path}"
        if not answer:
            continue
        if one.kind is Kind.SAME:
            page.checkbox(key=key).check()
        elif one.kind in CHOSEN:
            page.selectbox(key=key).set_value(answer)
        else:
            page.text_input(key=key).set_value(str(answer))
    return page.run()


def walk(page: AppTest, form: Form) -> AppTest:
    for step in steps_of(form):
        page = press(fill(page, form, step.key), f"next-{step.key}")
    return page


def kept(desk: Desk, form: Form) -> Draft:
    return save_draft(desk.actions, Draft("d1", form))


def at_review(desk: Desk, form: Form) -> AppTest:
    return open_page("open_account", desk, draft=kept(desk, form).draft_id, step="review")


def words(page: AppTest) -> str:
    return unescape(page_text(page))


def doubt_boxes(page: AppTest) -> list[str]:
    return [str(box.key) for box in page.checkbox if str(box.key).startswith("wb-opening-doubts-")]


def confirm_doubts(page: AppTest) -> AppTest:
    (key,) = doubt_boxes(page)
    return page.checkbox(key=key).check().run()


@pytest.mark.slow
def test_an_individual_is_opened_step_by_step(harness: LinkHarness, desk: Desk) -> None:
    page = walk(start_fresh(desk), individual())
    assert "•••• 9881" in words(page)
    assert "219-09" not in words(page)
    page = press(page, "send")
    assert not page.exception
    assert "Accepted" in words(page)
    assert in_address(page, "account") == "cust-1001"
    assert [row["outcome"] for row in harness.log("cust-1001")] == ["accepted"]
    assert read_drafts(desk.actions) == []


def test_a_draft_whose_number_cannot_be_decrypted_opens_without_it_and_says_so(
    harness: LinkHarness, desk: Desk
) -> None:
    draft = kept(desk, individual())
    change(harness.store, 'update drafts set content = replace(content, \'"sealed": "\', \'"sealed": "x\')')
    page = open_page("open_account", desk, draft=draft.draft_id, step="owner-1")
    assert not page.exception
    assert "Saved, but cannot be read: Primary owner: tax id." in words(page)
    field = page.text_input(key=f"wb-opening-{draft.draft_id}-1-owners[0].identity.taxId")
    assert field.value == ""
    assert page.text_input(key=f"wb-opening-{draft.draft_id}-1-owners[0].identity.givenName").value
    page = press(fill(page, individual(), "owner-1"), "keep")
    assert "cannot be read" not in words(page)
    again = find_draft(desk.actions, draft.draft_id)
    assert again is not None
    assert again.form == draft.form


@pytest.mark.slow
def test_an_entity_of_three_owners_is_opened_and_its_foreign_owner_must_show_a_document(
    harness: LinkHarness, desk: Desk
) -> None:
    form = company()
    alone = Form({path: answer for path, answer in form.answers.items() if "owners[0]" in path}, 1)
    page = fill(start_fresh(desk), Form(form.answers, 1), "account")
    page = press(page, "next-account")
    page = press(fill(page, Form(form.answers, 1), "profile"), "next-profile")
    page = press(press(fill(page, alone, "owner-1"), "add-owner"), "add-owner")
    for key in ("owner-1", "owner-2", "owner-3", "entity"):
        page = fill(press(page, f"step-{key}"), form, key)
    page = press(page, "next-entity")
    assert "Owner 3 lives outside the USA" in words(page)
    page = press(page, "send")
    assert "Accepted" in words(page)
    told = "Upload an identity document (passport, ID card or driver's licence) for each owner outside the USA"
    assert told in words(page)
    assert harness.log("firm-1001")[0]["outcome"] == "accepted"


def test_nothing_personal_is_ever_in_the_address(desk: Desk) -> None:
    page = start_fresh(desk)
    for step in steps_of(individual()):
        page = press(fill(page, individual(), step.key), f"next-{step.key}")
        assert set(page.query_params) == {"draft", "step"}
        assert in_address(page, "step") in {"profile", "owner-1", "review"}


def test_what_was_typed_is_found_again_in_another_session(desk: Desk) -> None:
    page = press(fill(start_fresh(desk), individual(), "account"), "next-account")
    again = open_page("open_account", desk)
    assert "Individual" in words(again)
    again = again.button(key=f"wb-opening-go-{draft_id_of(page)}").click().run()
    assert again.text_input(key=f"wb-opening-{draft_id_of(page)}-1-clientAccountId").value == "cust-1001"


def test_typed_values_stay_through_every_step_and_back(desk: Desk) -> None:
    page = press(fill(start_fresh(desk), individual(), "account"), "step-owner-1")
    page = press(fill(page, individual(), "owner-1"), "step-account")
    page = press(page, "step-owner-1")
    key = f"wb-opening-{draft_id_of(page)}-1-owners[0].identity.givenName"
    assert page.text_input(key=key).value == "Ada"


def test_a_wrong_answer_is_named_at_once_and_stays_as_it_was_typed(desk: Desk) -> None:
    page = open_page("open_account", desk, draft=kept(desk, individual()).draft_id, step="owner-1")
    key = "wb-opening-d1-1-owners[0].emailAddress"
    page = page.text_input(key=key).set_value("two words").run()
    assert "This is not an e-mail address like name@example.com." in words(page)
    assert page.text_input(key=key).value == "two words"


def test_a_number_that_looks_wrong_is_warned_about_and_may_be_sent(harness: LinkHarness, desk: Desk) -> None:
    form = individual("doubted-1", **{"owners[0].identity.taxId": "078-05-1120"})
    page = open_page("open_account", desk, draft=kept(desk, form).draft_id, step="owner-1")
    doubt = "This does not look like a US Social Security number (SSN)"
    assert doubt in words(page)
    assert "wb-amber" in next(one for one in markup(page) if doubt in one)
    page = press(page, "step-review")
    assert f"Primary owner · Number: {doubt}" in words(page)
    page = press(confirm_doubts(page), "send")
    assert harness.sandbox.simulation.accounts["doubted-1"]


def test_numbers_pasted_with_look_alike_signs_are_sent_in_plain_ones(harness: LinkHarness, desk: Desk) -> None:
    form = company(
        "pasted-1",
        **{
            "entity.entityTaxId": "12—1234567",
            "entity.entityPhoneNumber": "\u202a+1\u00a0303\u2011555\u20110143\u202c",
            "entity.registeredAddress.postalCode": "80202–1234",
            "owners[0].phoneNumber": "（３０３）５５５−０１４２",
            "owners[0].identity.taxId": "219\u201109\u20119881",
            "owners[0].identity.dateOfBirth": "1984‑05‑06",
            "owners[0].identity.personalAddress.postalCode": "\u200e80202",
            "owners[2].identity.taxId": "A123456（7）",
            "owners[2].identity.taxIdCountry": "HKG",
        },
    )
    whole = save_draft(desk.actions, Draft("d2", form)).draft_id
    page = press(open_page("open_account", desk, draft=whole, step="review"), "send")
    assert "Accepted" in words(page)
    simulation = harness.sandbox.simulation
    sent = simulation.request_of(simulation.accounts["pasted-1"])
    entity, first, third = sent["entity"], sent["owners"][0], sent["owners"][2]
    assert entity["entityTaxId"].replace("-", "") == "121234567"
    assert entity["entityPhoneNumber"] == "+13035550143"
    assert entity["registeredAddress"]["postalCode"] == "80202-1234"
    assert first["phoneNumber"] == "+13035550142"
    assert first["identity"]["taxId"].replace("-", "") == "219099881"
    assert first["identity"]["dateOfBirth"] == "1984-05-06"
    assert first["identity"]["personalAddress"]["postalCode"] == "80202"
    assert third["identity"]["taxId"] == "A123456(7)"


def test_a_customer_who_lives_in_kosovo_is_opened_with_its_prefix_and_country(harness: LinkHarness, desk: Desk) -> None:
    identity = "owners[0].identity"
    form = individual(
        "kosovar-1",
        **{
            "owners[0].phoneNumber": "044 123 456",
            f"{identity}.taxIdType": "NATIONAL_ID",
            f"{identity}.taxIdCountry": "XKX",
            f"{identity}.taxId": "1234567890",
            f"{identity}.personalAddress.city": "Prishtina",
            f"{identity}.personalAddress.country": "XKX",
            f"{identity}.personalAddress.state": "",
            f"{identity}.personalAddress.postalCode": "10000",
        },
    )
    page = walk(start_fresh(desk), form)
    press(page, "send")
    simulation = harness.sandbox.simulation
    sent = simulation.request_of(simulation.accounts["kosovar-1"])["owners"][0]
    assert sent["phoneNumber"] == "+38344123456"
    assert sent["identity"]["personalAddress"]["country"] == sent["identity"]["taxIdCountry"] == "XKX"


def test_a_company_can_operate_in_kosovo(harness: LinkHarness, desk: Desk) -> None:
    form = company("firm-2", **{"entity.operatingCountries": ["USA", "XKX"]})
    page = open_page("open_account", desk, draft=kept(desk, form).draft_id, step="entity")
    (countries,) = page.multiselect
    assert "Kosovo" in countries.options
    press(press(page, "step-review"), "send")
    simulation = harness.sandbox.simulation
    held = simulation.request_of(simulation.accounts["firm-2"])
    assert held["entity"]["operatingCountries"] == ["USA", "XKX"]


def test_the_form_says_what_to_type_for_a_person_with_one_name(harness: LinkHarness, desk: Desk) -> None:
    form = individual("one-name", **{"owners[0].identity.givenName": "", "owners[0].identity.familyName": ""})
    page = open_page("open_account", desk, draft=kept(desk, form).draft_id, step="owner-1")
    assert "Only one name: FNU here" in words(page)
    assert "Only one name: that name here" in words(page)
    path = "wb-opening-d1-1-owners[0].identity"
    page.text_input(key=f"{path}.givenName").set_value("FNU")
    page.text_input(key=f"{path}.familyName").set_value("Suharto")
    press(press(page.run(), "step-review"), "send")
    simulation = harness.sandbox.simulation
    identity = simulation.request_of(simulation.accounts["one-name"])["owners"][0]["identity"]
    assert (identity["givenName"], identity["familyName"]) == ("FNU", "Suharto")


def test_empty_fields_are_spoken_of_only_once_their_step_was_left(desk: Desk) -> None:
    page = start_fresh(desk)
    assert "This is required." not in words(page)
    page = press(press(page, "next-account"), "step-account")
    assert "This is required." in words(page)


def test_the_review_says_what_is_missing_and_leads_there(desk: Desk) -> None:
    page = at_review(desk, individual().with_answer("owners[0].phoneNumber", ""))
    assert "1 field to fill in or correct" in words(page)
    assert not any(button.key == "wb-opening-send" for button in page.button)
    page = press(page, "correct-owner-1")
    assert in_address(page, "step") == "owner-1"
    assert any(box.label == "Phone" for box in page.text_input)


def test_an_id_can_be_made(desk: Desk) -> None:
    page = press(start_fresh(desk), "make-id")
    value = page.text_input(key=f"wb-opening-{draft_id_of(page)}-1-clientAccountId").value
    assert value is not None
    assert len(value) == 36


def test_an_owner_in_the_middle_is_removed_and_the_others_keep_their_answers(desk: Desk) -> None:
    draft = kept(desk, company())
    page = press(open_page("open_account", desk, draft=draft.draft_id, step="owner-2"), "remove-owner")
    page = press(page, "step-owner-2")
    assert page.text_input(key="wb-opening-d1-2-owners[1].identity.givenName").value == "Cleo"


def test_bakkts_refusal_stands_at_its_field_until_it_is_changed(harness: LinkHarness, desk: Desk) -> None:
    entry = {"code": 1, "field": "owners[0].phoneNumber", "message": "is not reachable"}
    answer = httpx2.Response(422, json={"code": 422, "message": "no", "validationErrors": [entry]})
    harness.wire.instead = lambda request: answer if request.method == "POST" else None
    page = press(at_review(desk, individual()), "send")
    assert "Refused by Bakkt" in words(page)
    page = press(page, "again")
    assert in_address(page, "step") == "owner-1"
    assert "Bakkt refused this: is not reachable" in words(page)
    page = page.text_input(key="wb-opening-d1-1-owners[0].phoneNumber").set_value("303 555 0199").run()
    assert "Bakkt refused this" not in words(page)


@pytest.mark.slow
def test_what_was_refused_cannot_go_out_unchanged(harness: LinkHarness, desk: Desk) -> None:
    entry = {"code": 1, "field": "owners[0].phoneNumber", "message": "is not reachable"}
    answer = httpx2.Response(422, json={"code": 422, "message": "no", "validationErrors": [entry]})
    harness.wire.instead = lambda request: answer if request.method == "POST" else None
    page = press(press(at_review(desk, individual()), "send"), "again")
    page = open_page("open_account", desk, draft="d1", step="review")
    assert "Still refused by Bakkt" in words(page)
    assert "Phone: is not reachable" in words(page)
    assert "Bakkt refused exactly this" in words(page)
    assert not any(button.key == "wb-opening-send" for button in page.button)
    page = open_page("open_account", desk, draft="d1", step="owner-1")
    page.text_input(key="wb-opening-d1-1-owners[0].phoneNumber").set_value("303 555 0199").run()
    page = press(page, "step-review")
    assert "Still refused by Bakkt" not in words(page)
    assert any(button.key == "wb-opening-send" for button in page.button)


def test_a_second_click_sends_nothing_more(harness: LinkHarness, desk: Desk) -> None:
    page = at_review(desk, individual())
    other_tab = open_page("open_account", desk, draft="d1", step="review")
    press(page, "send")
    press(other_tab, "send")
    assert harness.sandbox.calls()["operations"]["createAccount"] == 1


def test_a_taken_id_is_said_at_the_review(harness: LinkHarness, desk: Desk) -> None:
    harness.store.land_registry(["cust-1001"], "file")
    page = at_review(desk, individual())
    assert "This account id is taken" in words(page)
    assert not any(button.key == "wb-opening-send" for button in page.button)


def test_a_draft_is_deleted_after_a_second_question(desk: Desk) -> None:
    kept(desk, individual())
    page = press(open_page("open_account", desk), "delete-d1")
    assert len(read_drafts(desk.actions)) == 1
    press(page, "deleted-d1")
    assert read_drafts(desk.actions) == []


def test_somebody_elses_draft_is_not_shown(desk: Desk) -> None:
    kept(desk, individual())
    other = build_desk(desk.store, SETTINGS.model_copy(update={"workbench_actor": "Ben"}), desk.connect)
    page = open_page("open_account", other, draft="d1", step="owner-1")
    assert "This draft is no longer here" in words(page)
    assert "Ada" not in words(page)


def test_without_drafts_the_page_says_what_to_do(empty_desk: Desk) -> None:
    page = open_page("open_account", empty_desk)
    assert not page.exception
    assert "No drafts yet." in words(page)


def test_a_lost_answer_is_said_and_the_form_stays(harness: LinkHarness, desk: Desk) -> None:
    def lose() -> None:
        raise httpx2.ReadError("gone")

    page = at_review(desk, individual())
    harness.wire.after = lambda: lose() if harness.sandbox.calls()["operations"].get("createAccount") else None
    page = press(page, "send")
    assert "the answer was lost" in words(page)
    assert harness.log("cust-1001")[0]["outcome"] == Outcome.UNKNOWN
    assert len(read_drafts(desk.actions)) == 1


def test_a_draft_whose_owner_is_a_business_ends_in_manual_kyb_with_the_form(harness: LinkHarness, desk: Desk) -> None:
    owned = company(**{"owners[1].identity.givenName": "Larch", "owners[1].identity.familyName": "Timber GmbH"})
    page = at_review(desk, owned)
    assert "Is this owner a business? Larch Timber GmbH: The name holds a legal form." in words(page)
    page.button(key="wb-business-yes-2").click().run()
    assert not page.exception
    assert "An owner is a business" in words(page)
    assert "Contact Bakkt Compliance or SRE via Slack" in words(page)
    assert "wb-opening-send" not in [button.key for button in page.button]
    assert [one.proto.label for one in page.get("download_button")] == ["Download the prefilled form"]
    (draft,) = read_drafts(desk.actions)
    assert draft.business_owner_ids == (owned.text("owners[1].clientOwnerId"),)
    receipt = open_account(desk.actions, draft, confirm_key="k")
    assert receipt.blocker is not None
    assert receipt.blocker.code == "owner_is_business"


def test_an_owner_of_a_draft_who_is_a_person_is_not_asked_about_again_once_the_account_is_open(
    harness: LinkHarness, desk: Desk
) -> None:
    form = company(**{"owners[1].identity.familyName": "Trust"})
    page = at_review(desk, form)
    page.button(key="wb-business-no-2").click().run()
    press(page, "send")
    account_id, owner_id = form.client_account_id, form.text("owners[1].clientOwnerId")
    assert read_owner_facts(desk.store.read_rows, account_id)[owner_id].is_business is False


def test_why_nothing_was_sent_is_said_until_the_draft_is_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: Actions, _work: object) -> None:
        raise StoreError("The disk is full.", title="Nothing could be recorded")

    monkeypatch.setattr(Actions, "perform", fail)
    page = press(at_review(desk, individual("cust-1")), "send")
    assert "Nothing could be recorded" in words(page)
    assert "Nothing could be recorded" in words(page.run())
    page = press(page, "step-account")
    page.text_input(key=f"wb-opening-{draft_id_of(page)}-1-clientAccountId").set_value("cust-2")
    page = press(page.run(), "step-review")
    assert "Nothing could be recorded" not in words(page)


def test_the_review_says_in_which_form_numbers_are_sent(desk: Desk) -> None:
    form = company(
        **{
            "entity.entityTaxId": "12-1234567",
            "owners[0].identity.taxId": "219-09-9881",
            "owners[1].identity.taxId": "219099882",
            "owners[1].phoneNumber": "+13035550142",
        }
    )
    shown = words(at_review(desk, form))
    for line in (
        "Primary owner · Number: sent as its nine digits",
        "Primary owner · Phone: sent as +13035550142",
        "Owner 3 · Number: sent without blanks, in plain signs",
        "Entity · Tax id: sent as its nine digits",
    ):
        assert line in shown
    assert "Owner 2 · Number" not in shown
    assert "Owner 2 · Phone" not in shown


def test_a_joint_owner_of_an_individual_account_is_added_and_sent(harness: LinkHarness, desk: Desk) -> None:
    draft_id = kept(desk, individual()).draft_id
    page = press(open_page("open_account", desk, draft=draft_id, step="owner-1"), "add-owner")
    role = page.selectbox(key=f"wb-opening-{draft_id}-2-owners[1].role")
    assert role.value == "JOINT_OWNER"
    assert "Treasurer" not in role.options
    assert "Shares ownership of an account or asset with one or more persons." in words(page)
    form = company("cust-1001", 2).with_answer("accountType", "INDIVIDUAL")
    whole = save_draft(desk.actions, Draft("d2", form)).draft_id
    page = press(open_page("open_account", desk, draft=whole, step="review"), "send")
    assert "Accepted" in words(page)
    simulation = harness.sandbox.simulation
    sent = simulation.request_of(simulation.accounts["cust-1001"])
    assert [owner["role"] for owner in sent["owners"]] == ["PRIMARY_OWNER", "JOINT_OWNER"]


def test_a_custodial_account_is_opened_for_a_minor_once_the_role_is_confirmed(harness: LinkHarness, desk: Desk) -> None:
    minor = {"accountType": "CUSTODIAL", "owners[1].role": "MINOR_OWNER"}
    form = company("cust-1001", 2, **minor, **{"owners[1].identity.dateOfBirth": "2015-01-02"})
    page = at_review(desk, form)
    assert "asks for BENEFICIAL_OWNER for every owner of an entity after the first" in words(page)
    assert "Under 18" not in words(page)
    page = press(confirm_doubts(page), "send")
    assert "Accepted" in words(page)
    (row,) = harness.log("cust-1001")
    assert row["confirmed_although"] == "owners[1].role: another role than BENEFICIAL_OWNER"
    simulation = harness.sandbox.simulation
    assert simulation.request_of(simulation.accounts["cust-1001"])["owners"][1]["role"] == "MINOR_OWNER"


def test_the_text_of_the_agreement_can_be_given_and_is_sent_as_it_is(harness: LinkHarness, desk: Desk) -> None:
    draft_id, signed = kept(desk, individual()).draft_id, "You agree to everything.\n\n\tIn full."
    page = open_page("open_account", desk, draft=draft_id, step="owner-1")
    page.text_area(key=f"wb-opening-{draft_id}-1-owners[0].agreements[0].text").set_value(signed)
    page = press(press(page.run(), "step-review"), "send")
    assert "Accepted" in words(page)
    simulation = harness.sandbox.simulation
    sent = simulation.request_of(simulation.accounts["cust-1001"])
    assert sent["owners"][0]["agreements"][0]["text"] == signed


def test_an_agreement_with_invisible_characters_is_refused_at_its_field(desk: Desk) -> None:
    page = at_review(desk, individual(**{"owners[0].agreements[0].text": "You agree.\nAll of\u202e it."}))
    assert "Agreement, Text of the agreement: This has a hidden text-direction mark" in words(page)


def test_a_number_that_is_typed_again_moves_no_field(desk: Desk, harness: LinkHarness) -> None:
    """The next field may be half typed when the line about the number goes."""
    draft = kept(desk, individual())
    change(harness.store, 'update drafts set content = replace(content, \'"sealed": "\', \'"sealed": "x\')')
    page = open_page("open_account", desk, draft=draft.draft_id, step="owner-1")
    field = f"wb-opening-{draft.draft_id}-1-owners[0].identity"
    before = place_of(page, f"{field}.givenName")
    page.text_input(key=f"{field}.taxId").set_value("219-09-9881").run()
    assert "Saved, but cannot be read" not in words(page)
    assert place_of(page, f"{field}.givenName") == before


def test_an_error_that_is_shown_once_moves_no_field_when_it_goes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Draft:
        raise StoreError("The disk is full.", title="Nothing could be recorded")

    page = start_fresh(desk)
    monkeypatch.setattr("workbench.ui.open_account.page.save_draft", fail)
    page = press(page, "keep")
    assert "The disk is full." in words(page)
    before = place_of(page, f"wb-opening-{draft_id_of(page)}-1-clientAccountId")
    page.run()
    assert "The disk is full." not in words(page)
    assert place_of(page, f"wb-opening-{draft_id_of(page)}-1-clientAccountId") == before
