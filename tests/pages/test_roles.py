"""What each role sees: what it may do, and of customers what it may know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.people import desk_of
from tests.support.screens import clickable_html_of, open_address, open_page, page_text, unfold, unfold_sources
from tests.support.trails import Notebook
from workbench.access.policy import Role
from workbench.desk import Desk
from workbench.store.records.segments import Segment
from workbench.ui.account.tabs import ACT_OF_TAB
from workbench.ui.live.current_desk import set_desk

LOOKING = (Role.VIEWER, Role.ANALYST)


def waiting_customer(desk: Desk) -> str:
    """A customer with a live link, a phone number and an e-mail address."""
    rows = desk.store.read_rows("verification/backlog")
    return next(str(row["client_account_id"]) for row in rows if row["link_state"] in {"live", "expiring"})


def business(desk: Desk) -> str:
    rows = desk.store.read_rows("accounts/standing")
    return next(str(row["client_account_id"]) for row in rows if row["standing"] == "kyb_documents")


def labels_of(page: AppTest) -> set[str]:
    return {button.label for button in page.button} | {
        one.proto.label for kind in ("download_button", "menu_button") for one in page.get(kind)
    }


def everything_of(page: AppTest) -> str:
    """Whatever the page sends to the browser, as text."""
    tables = [table.value.to_dict() for table in page.dataframe]
    return f"{page_text(page)}{clickable_html_of(page)}{tables}"


WRITES = {
    "open_account": "open accounts",
    "link": "request a link",
    "update": "update an account",
    "backfill": "update an account",
    "sql": "ask in SQL",
}


@pytest.mark.parametrize(("name", "act"), WRITES.items())
def test_a_viewer_at_the_address_of_a_write_reads_why_and_has_a_way_back(
    seeded_desk: Desk, name: str, act: str
) -> None:
    page = open_address(name, desk_of(seeded_desk, Role.VIEWER))
    assert f"Your role (viewer) may not {act}." in page_text(page)
    assert not page.button
    assert [link.proto.label for link in page.get("page_link")][-1] == "Go to Backlog"


@pytest.mark.parametrize(
    ("codes", "act"),
    [
        ({"send": "link"}, "request a link"),
        ({"tab": "details"}, "update an account"),
        ({"tab": "details", "form": "missing"}, "update an account"),
        ({"tab": "raw"}, "see what Bakkt answered"),
    ],
)
def test_a_viewer_who_opens_a_form_of_an_account_reads_why_and_has_a_way_back(
    seeded_desk: Desk, codes: dict[str, str], act: str
) -> None:
    page = open_page("customers", desk_of(seeded_desk, Role.VIEWER), account=waiting_customer(seeded_desk), **codes)
    assert f"Your role (viewer) may not {act}." in page_text(page)
    assert labels_of(page) == {"Back to the overview"}
    page.button(key="wb-to-overview").click().run()
    assert "may not" not in page_text(page)


@pytest.mark.parametrize("role", LOOKING)
@pytest.mark.parametrize("find", [waiting_customer, business])
def test_who_looks_has_no_button_that_writes_and_reads_neither_contact_data_nor_link(
    seeded_desk: Desk, role: Role, find: Callable[[Desk], str]
) -> None:
    name = find(seeded_desk)
    (one,) = seeded_desk.store.read_rows("accounts/one", client_account_id=name)
    owner = seeded_desk.store.read_rows("accounts/owners", client_account_id=name)[0]
    secrets = [text for text in (owner["phone_number"], owner["email_address"], one["link_url"]) if text]
    for tab in ACT_OF_TAB:
        page = open_page("customers", desk_of(seeded_desk, role), account=name, tab=tab)
        shown = everything_of(page)
        assert not page.exception
        assert not [text for text in secrets if text in shown]
        assert labels_of(page) <= {"Back to the overview", "Contact Bakkt"}


def test_a_viewer_reads_the_last_four_of_a_phone_number_and_an_agent_all_of_it(seeded_desk: Desk) -> None:
    name = waiting_customer(seeded_desk)
    phone = seeded_desk.store.read_rows("accounts/owners", client_account_id=name)[0]["phone_number"]
    texts = {
        role: everything_of(open_page("customers", desk_of(seeded_desk, role), account=name))
        for role in (Role.VIEWER, Role.AGENT)
    }
    assert f"•••• {phone[-4:]}" in texts[Role.VIEWER]
    assert (phone in texts[Role.VIEWER], phone in texts[Role.AGENT]) == (False, True)


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.VIEWER, set[str]()),
        (Role.AGENT, {"Sync due accounts", "Sync all accounts"}),
        (Role.ANALYST, {"Sync due accounts", "Sync all accounts"}),
    ],
)
def test_data_offers_what_the_role_may_do(seeded_desk: Desk, role: Role, shown: set[str]) -> None:
    page = open_page("data", desk_of(seeded_desk, role))
    assert {button.label for button in page.button} == shown
    assert not page.get("file_uploader")


def test_a_lead_imports_and_replays(seeded_desk: Desk) -> None:
    page = open_page("data", desk_of(seeded_desk, Role.LEAD))
    unfold(page, "wb-taking-out")
    assert {button.label for button in page.button} >= {"Import", "Replay", "Take this id out"}
    assert len(page.get("file_uploader")) == 2


@pytest.mark.parametrize(("role", "has_sql"), [(Role.VIEWER, False), (Role.AGENT, False), (Role.ANALYST, True)])
def test_explore_names_the_tab_sql_for_whom_it_is(seeded_desk: Desk, role: Role, has_sql: bool) -> None:
    page = open_page("explore", desk_of(seeded_desk, role))
    (tabs,) = [one for one in page.get("button_group") if one.proto.label == "Tab"]
    assert ("SQL" in [option.content for option in tabs.proto.options]) is has_sql


def test_a_viewer_has_no_files(seeded_desk: Desk) -> None:
    has_files = {}
    for role in (Role.VIEWER, Role.ANALYST):
        page = open_page("verification", desk_of(seeded_desk, role))
        unfold_sources(page)
        assert "wb-source" in page_text(page)
        assert '<pre tabindex="0" role="region" aria-label="SQL of this query">' in page_text(page)
        has_files[role] = bool(page.get("download_button"))
    assert has_files == {Role.VIEWER: False, Role.ANALYST: True}


def test_a_button_pressed_after_the_role_was_taken_away_does_nothing_and_says_why(seeded_desk: Desk) -> None:
    notebook = Notebook()
    desk = replace(seeded_desk, trail=notebook)
    desk.store.save_segment(
        Segment("s1", "Everyone", "accounts/standing", {}, is_frozen=True), "Ann", datetime.now(UTC)
    )
    page = open_page("backlog", desk_of(desk, Role.ANALYST), view="open", segment="s1")
    set_desk(desk_of(desk, Role.AGENT))
    page.button(key="wb-segment-remove").click().run()
    assert desk.store.find_segment("s1") is not None
    assert page_text(page).count("Your role (agent) may not remove segments.") == 1
    assert ("Agent", "remove segments", "", "refused") in notebook.rows
    assert not [button for button in page.button if button.key == "wb-segment-remove"]


def test_a_form_that_was_open_when_the_role_was_taken_away_is_not_sent(seeded_desk: Desk) -> None:
    notebook = Notebook()
    desk, name = replace(seeded_desk, trail=notebook), business(seeded_desk)
    page = open_page("customers", desk_of(desk, Role.AGENT), account=name, tab="kyb")
    page.text_input(key=f"wb-kyb-reason-{name}").set_value("They are on their way").run()
    set_desk(desk_of(desk, Role.VIEWER))
    page.button(key="wb-kyb-start").click().run()
    assert not page.exception
    assert [row for row in notebook.rows if row[0] == "Viewer" and row[3] == "allowed"] == []
    assert desk.store.read_rows("actions/unsettled", client_account_id=name) == []


def test_a_refusal_is_written_down_once_however_often_the_page_runs(seeded_desk: Desk) -> None:
    notebook = Notebook()
    page = open_address("open_account", desk_of(replace(seeded_desk, trail=notebook), Role.VIEWER))
    page.run()
    page.run()
    assert notebook.rows == [("Viewer", "open accounts", "", "refused")]


def test_a_search_names_phone_and_e_mail_to_whom_may_search_by_them(seeded_desk: Desk) -> None:
    pages = {role: open_page("customers", desk_of(seeded_desk, role)) for role in (Role.VIEWER, Role.AGENT)}
    assert {role: "e-mail, phone" in page.text_input(key="wb-search").placeholder for role, page in pages.items()} == {
        Role.VIEWER: False,
        Role.AGENT: True,
    }
    assert {role: "Name, phone, e-mail, id" in clickable_html_of(page) for role, page in pages.items()} == {
        Role.VIEWER: False,
        Role.AGENT: True,
    }
