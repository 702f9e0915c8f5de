"""The KYB page: missing documents and what would meet each requirement, the trigger, manual decisions, and the form."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.facts import company_documents, owner, poll
from tests.support.kyb_harness import KybHarness
from tests.support.screens import build_desk, forget_desk, open_page, page_text, place_of
from tests.support.stores import new_store
from workbench.actions.trigger_kyb import trigger_kyb
from workbench.casework.kyb_records import start_manual_kyb
from workbench.desk import Desk
from workbench.domain.facts import KybStart
from workbench.domain.words import plural


@pytest.fixture(scope="module")
def harness() -> Iterator[KybHarness]:
    made = KybHarness()
    yield made
    made.close()
    forget_desk()


@pytest.fixture
def desk(harness: KybHarness) -> Desk:
    return replace(build_desk(harness.store), actions=harness.actions)


def show(desk: Desk, name: str, **query: str) -> AppTest:
    page = open_page("kyb", desk, account=name, **query)
    assert not page.exception
    return page


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def test_without_an_account_it_lists_who_is_ready_and_what_screens_took(desk: Desk, harness: KybHarness) -> None:
    page = open_page("kyb", desk)
    assert not page.exception
    assert harness.one_in("kyb_ready") in list(page.dataframe[0].value["client_account_id"])
    assert f"{plural(len(page.dataframe[0].value), 'account')}" in page_text(page)
    assert "Screenings" in page_text(open_page("backlog", desk, view="kyb_screening"))


def test_each_line_says_why_and_what_would_meet_it(desk: Desk, harness: KybHarness) -> None:
    name = harness.one_in("kyb_documents")
    page = show(desk, name)
    unmet = [line for line in harness.lines(name) if not line["is_met"]]
    assert "You can trigger screening once " in page_text(page)
    assert all(line["reason"].split(" ")[0] in page_text(page) for line in unmet)
    uploads = [button for button in page.button if button.label == "Upload"]
    assert len(uploads) == len(unmet)
    assert all(line["requirement"] != "managing_person" for line in unmet)
    uploads[0].click().run()
    assert str(page.query_params["account"]).strip("[]'") == name
    assert str(page.query_params["tab"]).strip("[]'") == "documents"
    assert {"requirement", "type"} & set(page.query_params)
    page = show(desk, name)
    assert "Start without these documents" in labels(page)


def test_shut_it_says_why_and_sends_nothing(desk: Desk, harness: KybHarness) -> None:
    name = harness.one_in("kyb_documents")
    before = harness.triggers()
    page = show(desk, name)
    page.button(key="wb-kyb-start").click().run()
    assert "The checklist is not complete" in page_text(page)
    assert harness.triggers() == before


@pytest.mark.slow
def test_an_owner_is_waived_with_a_reason_and_taken_back(desk: Desk, harness: KybHarness) -> None:
    name, owner_id = next(
        (name, line["client_owner_id"])
        for name in harness.names
        if harness.account(name)["standing"] == "kyb_documents"
        for line in harness.lines(name)
        if not line["is_met"] and line["client_owner_id"]
    )
    page = show(desk, name)
    lines = page.selectbox(key=f"wb-ruling-line-{name}")
    lines.select_index(next(place for place, words in enumerate(lines.options) if owner_id in words)).run()
    page.button(key="wb-ruling-record").click().run()
    assert "A reason is needed" in page_text(page)
    page.text_input(key=f"wb-ruling-reason-{name}").set_value("Holds 4%").run()
    page.button(key="wb-ruling-record").click().run()
    assert not page.exception
    assert next(line for line in harness.lines(name) if line["client_owner_id"] == owner_id)["is_met"]
    assert "no documents needed" in page_text(page)
    page.button(key=f"wb-take-back-owner_identity|{owner_id}|None").click().run()
    assert not next(line for line in harness.lines(name) if line["client_owner_id"] == owner_id)["is_met"]


@pytest.mark.slow
def test_a_ready_business_is_started_once_and_shows_its_receipt(desk: Desk, harness: KybHarness) -> None:
    name, before = harness.one_in("kyb_ready"), harness.triggers()
    page = show(desk, name)
    assert "You can trigger screening." in page_text(page)
    page.button(key="wb-kyb-start").click().run()
    assert not page.exception
    assert (harness.triggers() - before, harness.began(name)) == (1, True)
    assert "Done" in page_text(page)
    (action,) = harness.store.read_rows("actions/log", client_account_id=name)
    assert page.query_params["action"] in ([action["action_id"]], action["action_id"])
    again = show(desk, name)
    assert "KYB has already started" in page_text(again)
    assert "Trigger KYB screening" not in labels(again)


@pytest.mark.slow
def test_manual_kyb_counts_as_screened_in_the_funnel(desk: Desk, harness: KybHarness) -> None:
    def screened() -> tuple[int, ...]:
        rows = harness.store.read_rows("funnel/steps", path="entity", window_days=9_000)
        return tuple(row["accounts"] for row in rows if row["step"] in {"documented", "screened"})

    (documented_before, screened_before), name = screened(), harness.one_in("kyb_documents")
    page = show(desk, name)
    next(field for field in page.text_input if field.label == "Reason for manual KYB").set_value("Owned by a company")
    next(button for button in page.button if button.label == "Record that manual KYB was started").click().run()
    assert screened() == (documented_before + 1, screened_before + 1)
    funnel = page_text(open_page("funnel", desk, path="entity"))
    assert f"<td>{screened_before + 1:,}</td>" in funnel


@pytest.mark.slow
def test_manual_kyb_is_recorded_and_its_end_too(desk: Desk, harness: KybHarness) -> None:
    name = harness.one_in("kyb_documents")
    page = show(desk, name)
    next(field for field in page.text_input if field.label == "Reason for manual KYB").set_value(
        "An owner is a company"
    )
    next(button for button in page.button if button.label == "Record that manual KYB was started").click().run()
    assert harness.account(name)["standing"] == "kyb_screening"
    assert "An owner is a company" in page_text(page)
    next(field for field in page.radio if field.label == "How did it end?").set_value("withdrawn")
    next(field for field in page.text_input if field.label == "What Bakkt said").set_value("The customer left")
    steps = next(field for field in page.text_input if field.label.startswith("Next steps that Bakkt named"))
    steps.set_value("Apply again with a new registry")
    next(button for button in page.button if button.label == "Record how it ended").click().run()
    assert not page.exception
    assert "Withdrawn" in page_text(page)
    assert harness.account(name)["standing"] == "kyb_documents"
    told = "Recorded. The account depends on its documents again, and KYB screening can be triggered."
    assert told in page_text(page)
    screen = harness.store.read_rows("kyb/screens", client_account_id=name)[0]
    assert (screen["ended_words"], screen["next_steps"]) == ("The customer left", "Apply again with a new registry")
    assert "Apply again with a new registry" in page_text(page)


def test_the_form_is_offered_with_what_it_lacks(desk: Desk, harness: KybHarness) -> None:
    page = show(desk, harness.one_in("kyb_documents"))
    (download,) = [one for one in page.get("download_button") if one.proto.label == "Download the prefilled form"]
    assert download
    assert "Anticipated transaction volume (monthly)" in page_text(page)


def test_a_person_is_told_that_kyb_is_for_businesses(desk: Desk, harness: KybHarness) -> None:
    page = show(desk, harness.one_in("submitted"))
    assert "KYB is for businesses" in page_text(page)
    assert not labels(page)


@pytest.fixture
def company() -> Iterator[Desk]:
    """A desk with one company of two owners, all documents in but those of the second, and nothing recorded."""
    store = new_store()
    owners = (owner("o1", given_name="Ada"), owner("o2", given_name="Bo", position=1))
    at = datetime.now(UTC) - timedelta(hours=9)
    documents = company_documents(("o1",))
    store.land_readings(
        [poll("C", at, account_type="ENTITY", owners=owners, documents=documents, created_at=at, is_managed=False)]
    )
    yield build_desk(store)
    store.close()
    forget_desk()


def say_of_owner(page: AppTest, owner_id: str, share: float, manages: str) -> AppTest:
    chosen = next(box for box in page.selectbox if box.label == "Owner")
    chosen.select_index(next(place for place, words in enumerate(chosen.options) if owner_id in words)).run()
    page.number_input(key=f"wb-owner-share-C-{owner_id}").set_value(share)
    page.radio(key=f"wb-owner-manages-C-{owner_id}").set_value(manages)
    page.button(key="wb-owner-facts-record").click().run()
    assert not page.exception
    return page


@pytest.mark.slow
def test_what_owners_hold_and_who_manages_is_asked_once_and_completes_the_checklist(company: Desk) -> None:
    page = show(company, "C")
    assert "0 of 2 recorded" in page_text(page)
    assert "One individual with significant responsibility" in page_text(page)
    assert "nobody is recorded as managing the entity" in page_text(page)
    page = say_of_owner(page, "o1", 80.0, "Yes")
    assert "Ada Test (o1)</bdi>: holds 80% and manages the entity" in page_text(page)
    page = say_of_owner(page, "o2", 20.0, "No")
    assert "2 of 2 recorded" in page_text(page)
    assert "You can trigger screening." in page_text(page)
    account = company.store.read_rows("accounts/one", client_account_id="C")[0]
    assert account["standing"] == "kyb_ready"
    owners = open_page("customers", company, account="C").dataframe[0].value
    assert (list(owners["share_percent"]), list(owners["manages"])) == ([80.0, 20.0], ["Yes", "No"])


@pytest.mark.slow
def test_shares_that_add_up_to_more_than_the_whole_are_refused_where_they_are_asked(company: Desk) -> None:
    page = say_of_owner(show(company, "C"), "o1", 80.0, "Yes")
    page = say_of_owner(page, "o2", 30.0, "No")
    assert "The owners would hold 110% together." in page_text(page)
    assert "1 of 2 recorded" in page_text(page)


def land_owned_by_a_company(desk: Desk) -> None:
    """Read the company C, whose second owner has a company's name and an EIN."""
    people: list[dict[str, Any]] = [
        {"clientOwnerId": "o1", "identity": {"givenName": "Ada", "familyName": "Test", "dateOfBirth": "1984-05-06"}},
        {"clientOwnerId": "o2", "identity": {"givenName": "Larch", "familyName": "GmbH", "taxIdType": "EIN"}},
    ]
    owners = (owner("o1"), owner("o2", given_name="Larch", family_name="GmbH", position=1))
    read = poll("C", datetime.now(UTC), account_type="ENTITY", owners=owners, documents=company_documents(("o1", "o2")))
    request = {"accountType": "ENTITY", "owners": people}
    desk.store.land_readings([replace(read, account_json=json.dumps({"request": request}))])


@pytest.mark.slow
def test_an_owner_with_a_companys_name_is_asked_about_and_yes_ends_in_manual_kyb(company: Desk) -> None:
    land_owned_by_a_company(company)
    page = show(company, "C")
    why = "the name holds a legal form, and there is no date of birth, and the tax ID is an EIN."
    assert f"Is this owner a business? Larch GmbH: T{why[1:]}" in page_text(page)
    assert "wb-business-yes-1" not in [button.key for button in page.button]
    page.button(key="wb-business-yes-2").click().run()
    assert not page.exception
    text = page_text(page)
    assert "Larch GmbH is a business." in text
    assert "Contact Bakkt Compliance or SRE via Slack" in text
    assert "An owner is a business: manual KYB is needed." in text
    assert "wb-kyb-start" not in [button.key for button in page.button]
    assert "Record that manual KYB was started" in labels(page)
    blocked = trigger_kyb(company.actions, "C", confirm_key="k", reason="do it anyway").blocker
    assert blocked is not None
    assert blocked.code == "owner_is_business"


@pytest.mark.slow
def test_no_is_recorded_and_asked_no_more(company: Desk) -> None:
    land_owned_by_a_company(company)
    page = show(company, "C")
    page.button(key="wb-business-no-2").click().run()
    assert "Larch GmbH is a person." in page_text(page)
    assert "Is this owner a business?" not in page_text(show(company, "C"))
    assert "wb-kyb-start" in [button.key for button in page.button]


@pytest.mark.slow
def test_a_checklist_that_gets_complete_moves_nothing_of_the_form_below_it(company: Desk) -> None:
    page = show(company, "C")
    before = place_of(page, "Share of equity, in %")
    say_of_owner(say_of_owner(show(company, "C"), "o1", 80.0, "Yes"), "o2", 20.0, "No")
    page.run()
    assert "You can trigger screening." in page_text(page)
    assert place_of(page, "Share of equity, in %") == before


@pytest.mark.slow
def test_a_screening_that_begins_moves_nothing_of_the_form_of_manual_kyb(company: Desk) -> None:
    start_manual_kyb(company.actions, "C", "An owner is a company")
    page = show(company, "C")
    before = place_of(page, "What Bakkt said")
    company.store.land_kyb_starts([("C", KybStart(datetime.now(UTC)))], "our own system")
    page.run()
    assert "our own system" in page_text(page)
    assert place_of(page, "What Bakkt said") == before
