"""Addresses that name what is not there: said the same way on every page, and never dropped in silence."""

from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screen_customers import account_id
from tests.support.screens import clickable_html_of, open_address, open_page, page_text
from workbench.desk import Desk
from workbench.ui.activity.codes import CODE_WORDS as ACTION_CODE_WORDS
from workbench.ui.backlog.codes import CODE_WORDS
from workbench.ui.funnel.codes import CODE_WORDS as CODES_OF_FUNNEL

BY_ACCOUNT = ("customers", "link", "update", "documents", "kyb", "backfill")


def said(page: AppTest) -> str:
    assert not page.exception
    return unescape(page_text(page))


def address_of(page: AppTest) -> dict[str, str]:
    return {name: str(page.query_params[name]).strip("[]'") for name in page.query_params}


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("name", "leads_to"),
    [
        ("link", {"send": "link"}),
        ("update", {"tab": "details"}),
        ("documents", {"tab": "documents"}),
        ("kyb", {"tab": "kyb"}),
        ("backfill", {"tab": "details", "form": "missing"}),
    ],
)
def test_the_old_address_of_a_form_leads_to_the_accounts_tab_with_all_that_it_names(
    seeded_desk: Desk, name: str, leads_to: dict[str, str]
) -> None:
    asked = {"account": account_id(5), "type": "PASSPORT"}
    page = open_address(name, seeded_desk, **asked)
    assert address_of(page) == asked | leads_to
    assert account_id(5) in clickable_html_of(page)


def test_an_unknown_tab_is_said_and_the_overview_is_shown(seeded_desk: Desk) -> None:
    page = open_page("customers", seeded_desk, account=account_id(1), tab="nonsense")
    assert "No such tab: nonsense." in said(page)
    assert "Still needed" in said(page)


@pytest.mark.parametrize("name", BY_ACCOUNT)
def test_an_unknown_account_is_the_same_sentence_on_every_page(empty_desk: Desk, name: str) -> None:
    shown = said(open_page(name, empty_desk, account="nobody"))
    assert "Unknown account" in shown
    assert "No account with this id is registered." in shown
    assert "Check the id, or import it on Data." in shown


CODES_OF_ACTIONS = {code: words for code, words in ACTION_CODE_WORDS.items() if code != "account_id"}
"""An account may have any id."""


@pytest.mark.parametrize("name", BY_ACCOUNT)
def test_an_account_that_was_not_read_yet_is_offered_to_be_read_on_every_page(empty_desk: Desk, name: str) -> None:
    empty_desk.store.land_registry(["A-1"], "file")
    page = open_page(name, empty_desk, account="A-1")
    assert "This id is registered but has not been read from Bakkt yet." in said(page)
    assert any(button.key == "wb-read-one" for button in page.button)


@pytest.mark.parametrize(
    ("name", "code"), [("documents", "type"), ("documents", "owner"), ("documents", "requirement")]
)
def test_an_unknown_code_in_the_address_is_said_and_stays_said(seeded_desk: Desk, name: str, code: str) -> None:
    page = open_page(name, seeded_desk, **{code: "nonsense", "account": account_id(1)})
    assert f"No such {code}: nonsense." in said(page)
    assert f"No such {code}: nonsense." in said(page.run())


@pytest.mark.parametrize(("code", "words"), CODE_WORDS.items())
def test_an_unknown_code_of_a_list_is_answered(seeded_desk: Desk, code: str, words: str) -> None:
    page = open_page("backlog", seeded_desk, **{code: "nonsense"})
    assert f"No such {words}: nonsense." in said(page)
    assert f"No such {words}: nonsense." in said(page.run())
    assert "No such" not in said(open_page("backlog", seeded_desk, view="late_us", turn="us", within="90", page="1"))


@pytest.mark.parametrize(("code", "words"), CODES_OF_ACTIONS.items())
def test_an_unknown_code_of_the_action_log_is_answered(seeded_desk: Desk, code: str, words: str) -> None:
    page = open_page("actions", seeded_desk, **{code: "nonsense"})
    assert f"No such {words}: nonsense." in said(page)
    assert f"No such {words}: nonsense." in said(page.run())
    assert "No such" not in said(open_page("actions", seeded_desk, kind="update_account", outcome="refused", page="1"))


@pytest.mark.many_cases
@pytest.mark.parametrize(("code", "words"), CODES_OF_FUNNEL.items())
def test_an_unknown_code_of_the_funnel_is_answered(seeded_desk: Desk, code: str, words: str) -> None:
    page = open_page("funnel", seeded_desk, **{code: "nonsense"})
    assert not page.exception
    assert f"No such {words}: nonsense." in said(page)
    assert f"No such {words}: nonsense." in said(page.run())
    known = {
        "path": "entity",
        "since": "2026-01-01",
        "window": "7",
        "compare": "before",
        "people": "documented:stopped",
    }
    assert "No such" not in said(open_page("funnel", seeded_desk, **known))


@pytest.mark.parametrize(
    ("name", "codes", "words"),
    [
        ("explore", {"opened": "9999-12-01..9999-12-30"}, "No such period: 9999-12-01..9999-12-30."),
        ("explore", {"opened": "0001-01-01..2026-01-01"}, "No such period: 0001-01-01..2026-01-01."),
        ("funnel", {"until": "9999-12-31"}, "No such last day: 9999-12-31."),
        (
            "funnel",
            {"since": "0001-01-01", "until": "2026-01-01", "compare": "before"},
            "No such first day: 0001-01-01.",
        ),
        (
            "funnel",
            {"compare": "other", "compare_until": "9999-12-31"},
            "No such last day to compare with: 9999-12-31.",
        ),
        ("actions", {"since": "0001-01-01"}, "No such day: 0001-01-01."),
    ],
)
def test_a_day_at_the_end_of_the_calendar_is_answered(
    seeded_desk: Desk, name: str, codes: dict[str, str], words: str
) -> None:
    assert words in said(open_page(name, seeded_desk, zone="Asia/Tokyo", **codes))


@pytest.mark.parametrize("page", ["customers", "verification", "funnel"])
def test_a_page_that_no_list_can_have_is_answered(seeded_desk: Desk, page: str) -> None:
    assert "No such page: zero." in said(open_page(page, seeded_desk, page="zero"))


@pytest.mark.parametrize("name", ["link", "documents", "kyb"])
def test_an_action_of_nobody_in_the_address_is_said(seeded_desk: Desk, name: str) -> None:
    page = open_page(name, seeded_desk, account=account_id(1), action="nonsense")
    assert "names an action of another account" in said(page)


@pytest.mark.parametrize(
    ("button", "why", "key"),
    [("Import", "Choose a file to import.", "wb-upload"), ("Replay", "Choose an archive", "wb-archive")],
)
def test_a_button_without_a_file_is_shut_and_says_why(empty_desk: Desk, button: str, why: str, key: str) -> None:
    page = open_page("data", empty_desk)
    assert next(one for one in page.button if one.label == button).disabled
    assert why in said(page)
    page.file_uploader(key=key).upload("ids.csv" if button == "Import" else "a.jsonl", b"A-1\n").run()
    assert not next(one for one in page.button if one.label == button).disabled
    assert why not in said(page)
