"""The KYB page: missing documents and what would meet each requirement, the trigger, manual decisions, and the form."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.kyb_harness import KybHarness
from tests.support.screens import build_desk, forget_desk, open_page, page_text
from workbench.desk import Desk
from workbench.ui.text.words import plural


@pytest.fixture(scope="module")
def harness() -> Iterator[KybHarness]:
    made = KybHarness()
    yield made
    made.close()
    forget_desk()


@pytest.fixture
def desk(harness: KybHarness) -> Desk:
    made = build_desk(harness.store)
    made.actions.connect = harness.connect
    return made


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
    ready = len(page.dataframe[0].value)
    assert f"{plural(ready, 'business is', 'businesses are')} ready for KYB screening" in page_text(page)


def test_each_line_says_why_and_what_would_meet_it(desk: Desk, harness: KybHarness) -> None:
    name = harness.one_in("kyb_documents")
    page = show(desk, name)
    unmet = [line for line in harness.lines(name) if not line["is_met"]]
    assert "You can trigger screening once " in page_text(page)
    assert all(line["reason"].split(" ")[0] in page_text(page) for line in unmet)
    uploads = [link for link in page.get("page_link") if link.proto.label == "Upload"]
    assert len(uploads) == len(unmet)
    assert all(f"account={name}" in link.proto.query_string for link in uploads)
    assert "Start without these documents" in labels(page)


def test_shut_it_says_why_and_sends_nothing(desk: Desk, harness: KybHarness) -> None:
    name = harness.one_in("kyb_documents")
    before = harness.triggers()
    page = show(desk, name)
    page.button(key="wb-kyb-start").click().run()
    assert "The checklist is not complete" in page_text(page)
    assert harness.triggers() == before


def test_an_owner_is_waived_with_a_reason_and_taken_back(desk: Desk, harness: KybHarness) -> None:
    name, owner_id = next(
        (name, line["client_owner_id"])
        for name in harness.names
        for line in harness.lines(name)
        if harness.account(name)["standing"] == "kyb_documents" and not line["is_met"] and line["client_owner_id"]
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


def test_manual_kyb_counts_as_screened_in_the_funnel(desk: Desk, harness: KybHarness) -> None:
    def screened() -> tuple[int, ...]:
        rows = harness.store.read_rows("funnel/steps", path="entity", window_days=9_000)
        return tuple(row["accounts"] for row in rows if row["step"] in {"documented", "screened"})

    (documented_before, screened_before), name = screened(), harness.one_in("kyb_documents")
    page = show(desk, name)
    next(field for field in page.text_input if field.label == "Reason for manual KYB").set_value("Owned by a company")
    next(button for button in page.button if button.label == "Record that manual KYB was started").click().run()
    assert screened() == (documented_before + 1, screened_before + 1)
    funnel = page_text(open_page("funnel", desk, path="Entities"))
    assert f"<td>{screened_before + 1:,}</td>" in funnel


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
    next(button for button in page.button if button.label == "Record how it ended").click().run()
    assert not page.exception
    assert "Withdrawn" in page_text(page)
    assert harness.account(name)["standing"] == "kyb_documents"
    told = "Recorded. The account depends on its documents again, and KYB screening can be triggered."
    assert told in page_text(page)
    assert harness.store.read_rows("kyb/screens", client_account_id=name)[0]["ended_words"] == "The customer left"


def test_the_form_is_offered_with_what_it_lacks(desk: Desk, harness: KybHarness) -> None:
    page = show(desk, harness.one_in("kyb_documents"))
    (download,) = [one for one in page.get("download_button") if one.proto.label == "Download the prefilled form"]
    assert download
    assert "Anticipated transaction volume (monthly)" in page_text(page)


def test_a_person_is_told_that_kyb_is_for_businesses(desk: Desk, harness: KybHarness) -> None:
    page = show(desk, harness.one_in("submitted"))
    assert "KYB is for businesses" in page_text(page)
    assert not labels(page)
