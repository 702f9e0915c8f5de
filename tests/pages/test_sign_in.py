"""The gate: who sees the pages of a workbench with sign-in, and what the others see."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.people import acting_as
from tests.support.screens import build_desk, forget_desk, open_as, open_page, page_text
from tests.support.sign_in import claims_of, desk_with_sign_in, sign_ins_of
from tests.support.stores import new_store
from workbench.access.claims import SignedOutError
from workbench.desk import Desk
from workbench.ui.live.current_desk import current_desk, set_desk

ADMIN = acting_as("Bo")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_with_sign_in(tmp_path) as desk:
        yield desk


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def shows_workbench(page: AppTest) -> bool:
    """Whether anything of the app ran: the bar is the first thing that each page shows."""
    return bool(page.get("bidi_component")) or bool(page.get("page_link"))


def test_whoever_signed_in_sees_the_page_with_their_name_role_and_the_way_out(desk: Desk) -> None:
    page = open_as(claims_of("Ann", "desk-agents"), "verification", desk)
    assert not page.exception
    assert shows_workbench(page)
    assert "Signed in as Ann, agent." in page_text(page)
    assert "Sign out" in buttons(page)
    assert "Sign-in is off" not in page_text(page)


@pytest.mark.parametrize(
    ("group", "expected"),
    [("desk-admins", ["Known people", "Audit trail"]), ("desk-leads", []), ("desk-viewers", [])],
)
def test_an_admin_finds_people_and_the_audit_trail_below_their_name(
    desk: Desk, group: str, expected: list[str]
) -> None:
    page = open_as(claims_of("Ann", group), "verification", desk)
    assert links_of_person(page) == expected


def links_of_person(page: AppTest) -> list[str]:
    """Where the menu below the person's name leads."""
    links = [link.proto.label for link in page.get("page_link")]
    return [label for label in links if label in {"Known people", "Audit trail"}]


def test_whoever_has_no_role_reads_why_and_sees_nothing_else(desk: Desk) -> None:
    page = open_as(claims_of("Eve", "everyone"), "verification", desk)
    assert not shows_workbench(page)
    assert "You are signed in, but you have no role in this workbench." in page_text(page)
    assert buttons(page) == ["Sign out"]
    row = desk.store.read_rows("audit/log")[0]
    assert (row["person"], row["person_role"], row["act"], row["outcome"]) == ("Eve", "none", "sign in", "refused")
    assert desk.check_audit_trail().holds


@pytest.mark.parametrize("claims", [{"is_logged_in": False}, {"is_logged_in": "true"}, {"email": "a@example.com"}])
def test_claims_that_no_sign_in_made_are_nobody(desk: Desk, claims: dict[str, object]) -> None:
    page = open_as({**claims_of("Ann", "desk-admins"), "is_logged_in": None, **claims}, "verification", desk)
    assert not shows_workbench(page)
    assert buttons(page) == ["Sign in"]


def test_a_page_that_is_open_ends_with_the_session(desk: Desk) -> None:
    page = open_as(claims_of("Ann", "desk-agents"), "verification", desk)
    sign_ins_of(desk).sign_out(claims_of_page(page))
    page.run()
    assert not shows_workbench(page)
    assert "You are signed out." in page_text(page)
    assert buttons(page) == ["Sign in"]


def claims_of_page(page: AppTest) -> dict[str, object]:
    return dict(page.user)


def test_whoever_is_removed_is_refused_at_the_next_run(desk: Desk) -> None:
    page = open_as(claims_of("Ann", "desk-agents"), "verification", desk)
    subject = sign_ins_of(desk).admit(claims_of_page(page), is_act=False).subject
    sign_ins_of(desk).remove(ADMIN, subject)
    page.run()
    assert not shows_workbench(page)
    assert "An admin removed you from this workbench." in page_text(page)
    assert buttons(page) == ["Sign out"]


def test_a_button_that_is_pressed_after_the_session_ended_does_nothing(desk: Desk) -> None:
    page = open_as(claims_of("Ann", "desk-agents"), "verification", desk)
    sign_ins_of(desk).sign_out(claims_of_page(page))
    page.button[0].click().run()
    assert not shows_workbench(page)


def test_whoever_is_signed_in_can_sign_out_while_the_database_cannot_be_used(desk: Desk) -> None:
    def script() -> None:
        from workbench.ui.frame.gate import sign_out

        sign_out()

    set_desk(desk)
    app = AppTest.from_function(script)
    ann = claims_of("Ann", "desk-agents")
    app.user = dict(ann)
    sign_ins_of(desk).admit(ann, is_act=True)
    desk.store.close()
    assert not app.run().exception
    with pytest.raises(SignedOutError):
        sign_ins_of(desk).admit(ann, is_act=False)


def test_whoever_is_signed_in_is_not_asked_to_sign_in_because_the_database_cannot_be_read(desk: Desk) -> None:
    desk.store.close()
    page = open_as(claims_of("Ann", "desk-agents"), "verification", desk)
    assert not shows_workbench(page)
    assert buttons(page) == ["Try again"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("away", "The sign-in provider does not answer."),
        ("declined", "did not let you in"),
        ("failed", "did not succeed"),
    ],
)
def test_the_gate_says_why_a_sign_in_did_not_succeed(desk: Desk, code: str, words: str) -> None:
    page = open_page("backlog", desk, sign_in=code)
    assert words in page_text(page)
    assert buttons(page) == ["Sign in"]


def test_an_unknown_code_says_nothing(desk: Desk) -> None:
    assert "zebulon" not in page_text(open_page("backlog", desk, sign_in="zebulon"))


def test_a_thread_without_a_page_is_nobody_unless_it_was_given_somebody(desk: Desk) -> None:
    set_desk(desk)
    with pytest.raises(SignedOutError):
        current_desk()


def test_without_sign_in_the_name_of_the_settings_acts() -> None:
    store = new_store()
    local = build_desk(store)
    page = open_page("verification", local)
    assert shows_workbench(page)
    assert "Sign out" not in buttons(page)
    assert f"You act as {local.actor}." in page_text(page)
    assert links_of_person(page) == ["Known people", "Audit trail"]
    local.inbox.close()
    store.close()
    forget_desk()


def test_a_download_is_made_as_whoever_it_was_offered_to_while_they_are_signed_in(desk: Desk) -> None:
    def script() -> None:
        from concurrent.futures import ThreadPoolExecutor

        import streamlit as st

        from workbench.ui.live.current_desk import current_desk
        from workbench.ui.live.current_person import for_same_person

        with ThreadPoolExecutor() as threads:
            st.session_state["made"] = threads.submit(for_same_person(lambda: current_desk().actor)).result()
            st.session_state["make"] = for_same_person(lambda: current_desk().actor)

    set_desk(desk)
    app = AppTest.from_function(script)
    app.user = claims_of("Ann", "desk-agents")
    app.run()
    assert app.session_state["made"] == "Ann"
    sign_ins_of(desk).sign_out(dict(app.user))
    with pytest.raises(SignedOutError):
        app.session_state["make"]()
