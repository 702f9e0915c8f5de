"""The page Known people: who signed in, how they are signed out and removed, and tokens made and revoked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import build_desk, clickable_html_of, forget_desk, open_as, open_page, page_text, place_of
from tests.support.sign_in import claims_of, desk_with_sign_in, sign_ins_of
from tests.support.stores import new_store
from workbench.access.claims import SignedOutError, SignInRefusedError
from workbench.desk import Desk
from workbench.store.records.api_tokens import StoredToken
from workbench.ui.frame import notices
from workbench.ui.live.current_desk import set_desk
from workbench.web.api_tokens import Doorkeeper, Scope

PAGE = "known_people"
BO, ANN = claims_of("Bo", "desk-admins"), claims_of("Ann", "desk-agents")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_with_sign_in(tmp_path) as desk:
        yield desk


def shown(page: AppTest) -> str:
    assert not page.exception
    return page_text(page) + clickable_html_of(page)


def click(desk: Desk, code: str) -> str:
    """What Bo reads after a click on the list, with this code from the browser."""

    def script() -> None:
        import streamlit as st

        from workbench.ui.people.list import act_on, known_people, show_people

        act_on(st.session_state["code"], known_people())
        show_people(known_people())

    set_desk(desk)
    app = AppTest.from_function(script)
    app.user = dict(BO)
    app.session_state["code"] = code
    assert not app.run().exception
    return page_text(app)


def test_an_admin_sees_who_signed_in_as_what_and_how_many_are_here(desk: Desk) -> None:
    sign_ins_of(desk).admit(ANN, is_act=True)
    page = open_as(BO, PAGE, desk)
    text = shown(page)
    assert "2 people signed in so far" in text
    assert "2 signed in now." in text
    assert text.index(">Ann<") > 0
    assert "agent" in text
    assert "End sessions: Ann" in text
    assert "Remove: Ann" in text
    assert "Remove: Bo" not in text, "nobody removes themselves"


@pytest.mark.parametrize("group", ["desk-viewers", "desk-agents", "desk-analysts", "desk-leads"])
def test_nobody_else_sees_anything_of_it(desk: Desk, group: str) -> None:
    sign_ins_of(desk).admit(BO, is_act=True)
    page = open_as(claims_of("Eve", group), PAGE, desk)
    role = group.removeprefix("desk-").removesuffix("s")
    assert f"Your role ({role}) may not manage people and tokens." in page_text(page)
    assert ">Bo<" not in shown(page)
    assert "API tokens" not in shown(page)


def test_without_sign_in_it_says_so_and_tokens_can_be_made() -> None:
    store = new_store()
    local = build_desk(store)
    page = open_page(PAGE, local)
    assert "Sign-in is off: nobody signs in here" in page_text(page)
    assert "This machine's command line needs none." in page_text(page).replace("&#39;", "'")
    local.inbox.close()
    store.close()
    forget_desk()


def make_token(page: AppTest, name: str) -> str:
    """Make a token with the form; return its text as it is shown."""
    page.text_input(key="wb-token-name").set_value(name)
    next(button for button in page.button if button.label == "Make token").click()
    page.run()
    html = clickable_html_of(page)
    start = html.index("wb_")
    return html[start : start + 46]


def test_a_token_is_made_shown_while_the_page_is_open_and_accepted(desk: Desk) -> None:
    page = open_as(BO, PAGE, desk)
    secret = make_token(page, "nightly-report")
    caller = Doorkeeper(desk.api_tokens.in_force()).admit(f"Bearer {secret}")
    assert caller is not None
    assert (caller.name, caller.scopes) == ("nightly-report", frozenset({Scope.READ}))
    assert "Copy it now: it is not shown again." in page_text(page)
    later = open_as(BO, PAGE, desk)
    assert secret not in shown(later)
    assert "nightly-report" in shown(later)


def land_token(desk: Desk, name: str, ends_in: timedelta, used: timedelta | None = None) -> None:
    """A token that was made long ago, and the part of a day or more until it ends."""
    now = datetime.now(UTC)
    desk.store.api_tokens.land(StoredToken(name, name, "read", name, now + ends_in), now - timedelta(days=90), "Bo")
    if used is not None:
        desk.store.api_tokens.note_use(name, now - used)


def test_tokens_say_when_they_end_and_were_used_and_are_warned_of_a_week_before(desk: Desk) -> None:
    sign_ins_of(desk).admit(BO, is_act=True)
    land_token(desk, "over", timedelta(days=-3, minutes=-1))
    land_token(desk, "soon", timedelta(days=5, hours=1), used=timedelta(hours=2, minutes=1))
    land_token(desk, "later", timedelta(days=7, hours=1))
    page = open_as(BO, PAGE, desk)
    text = shown(page)
    assert "Expired, so that their programs are refused: over." in text
    assert "These expire within a week: soon." in text
    assert [words for words in ("expired 3 d ago", "in 5 d", "in 7 d", "2 h ago", "never") if words not in text] == []


def test_a_token_is_made_for_as_long_as_was_chosen(desk: Desk) -> None:
    page = open_as(BO, PAGE, desk)
    days = page.radio(key="wb-token-days")
    assert (list(days.options), days.value) == (["30 days", "90 days", "365 days"], 90)
    days.set_value(30)
    make_token(page, "nightly-report")
    [token] = desk.api_tokens.in_force()
    now = datetime.now(UTC)
    assert [token.has_expired(now + timedelta(days=days)) for days in (29, 31)] == [False, True]


def test_a_token_that_cannot_be_made_says_why(desk: Desk) -> None:
    page = open_as(BO, PAGE, desk)
    page.text_input(key="wb-token-name").set_value("two words")
    next(button for button in page.button if button.label == "Make token").click()
    page.run()
    assert "The token was not made" in page_text(page)
    assert desk.api_tokens.in_force() == []


def test_a_token_is_revoked_once_its_name_is_confirmed(desk: Desk) -> None:
    page = open_as(BO, PAGE, desk)
    make_token(page, "nightly-report")
    pick_token(page, token_id(desk))
    assert "Revoke nightly-report? Programs that use it are refused at once." in page_text(page)
    assert len(desk.api_tokens.in_force()) == 1
    page.button(key="wb-token-keep").click().run()
    assert "Revoke nightly-report?" not in page_text(page)
    pick_token(page, token_id(desk))
    page.button(key="wb-token-revoke").click().run()
    assert desk.api_tokens.in_force() == []
    assert "nightly-report is revoked." in page_text(page)


def token_id(desk: Desk) -> str:
    return str(desk.store.read("people/tokens").column("token_id")[0].as_py())


def pick_token(page: AppTest, token_id: str) -> None:
    """What a click on Revoke in the list does."""
    page.session_state["wb-while-shown"].values["wb-token-asked"] = token_id
    page.run()


def test_an_admin_who_removes_somebody_reads_which_tokens_they_made(desk: Desk) -> None:
    cy = claims_of("Cy", "desk-admins")
    make_token(open_as(cy, PAGE, desk), "nightly-report")
    read = click(desk, f"remove {sign_ins_of(desk).admit(cy, is_act=True).subject}")
    assert "Cy is signed out and cannot sign in." in read
    assert "Still in force are the tokens that they made: nightly-report." in read
    ann = sign_ins_of(desk).admit(ANN, is_act=True)
    assert "Still in force" not in click(desk, f"remove {ann.subject}")


def test_whoever_is_removed_is_refused_and_comes_in_again_when_let_in(desk: Desk) -> None:
    subject = sign_ins_of(desk).admit(ANN, is_act=True).subject
    click(desk, f"remove {subject}")
    with pytest.raises(SignInRefusedError):
        sign_ins_of(desk).admit(ANN, is_act=True)
    page = shown(open_as(BO, PAGE, desk))
    assert "removed by Bo" in page
    assert "Let in again: Ann" in page
    click(desk, f"let-in {subject}")
    assert sign_ins_of(desk).admit(claims_of("Ann", "desk-agents", "2"), is_act=True).subject == subject


def test_sessions_are_ended_and_the_person_may_sign_in_again(desk: Desk) -> None:
    subject = sign_ins_of(desk).admit(ANN, is_act=True).subject
    click(desk, f"end {subject}")
    with pytest.raises(SignedOutError):
        sign_ins_of(desk).admit(ANN, is_act=True)
    sign_ins_of(desk).admit(claims_of("Ann", "desk-agents", "2"), is_act=True)


@pytest.mark.parametrize("code", ["remove nobody", "remove", "destroy {}", "{}", ""])
def test_what_no_button_says_does_nothing(desk: Desk, code: str) -> None:
    subject = sign_ins_of(desk).admit(ANN, is_act=True).subject
    click(desk, code.format(subject))
    assert sign_ins_of(desk).admit(ANN, is_act=True).subject == subject


def test_the_form_does_not_move_when_a_message_disappears(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_as(BO, PAGE, desk)
    make_token(page, "nightly-report")
    pick_token(page, token_id(desk))
    page.button(key="wb-token-revoke").click().run()
    before = place_of(page, "wb-token-name")
    monkeypatch.setattr(notices, "SHOWN_SECONDS", 0.0)
    page.run()
    assert "nightly-report is revoked." not in page_text(page)
    assert place_of(page, "wb-token-name") == before
