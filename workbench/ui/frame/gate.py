"""The gate: whoever is not signed in, or may not come in, sees this page and nothing else of the workbench."""

from contextlib import suppress

import htpy as h
import streamlit as st

from workbench.access.acting import Person
from workbench.access.claims import SignedOutError, SignInRefusedError
from workbench.domain.errors import StoreError, WorkbenchError
from workbench.ui.frame.failures import error_markup
from workbench.ui.frame.navigation import ACT_OF_PAGE, TITLES, page_named
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_html
from workbench.ui.live.current_desk import current_desk, desk_holder
from workbench.ui.live.current_person import claims_of_page, current_person
from workbench.web.wanted_address import WHY_FAILED

_LOOKED_AFTER = {"known_people": ":material/group:", "audit": ":material/history:"}
_WHY_FAILED = {
    "away": "The sign-in provider does not answer. Nobody can sign in until it does. "
    "People who are signed in can carry on.",
    "declined": "The sign-in provider did not let you in.",
    "failed": "The sign-in did not succeed. Try again; if it fails again, the server's log names the cause.",
}


def refusal() -> WorkbenchError | None:
    """Return why the person in this tab may not come in; None if they may, or if no desk is open yet."""
    desk = desk_holder().desk
    if desk is None or desk.sign_ins is None:
        return None
    try:
        current_person(desk)
    except WorkbenchError as error:
        return error
    return None


def show_gate(refused: WorkbenchError) -> None:
    """Show why, and the one thing to do."""
    with st.container(key="wb-gate", width=420, gap="medium"):
        if not claims_of_page():
            _show_welcome()
        elif isinstance(refused, SignedOutError):
            show_html(h.h1(".wb-answer")[f"{refused.title}."], h.p(".wb-lead")[refused.message])
        else:
            show_html(error_markup(refused))
        _show_why_sign_in_failed()
        _show_button(refused)


def _show_welcome() -> None:
    words = "Sign in to see where customers are in onboarding at Bakkt, and to move them on."
    show_html(h.h1(".wb-answer")["Onboarding Workbench"], h.p(".wb-lead")[words])


def _show_why_sign_in_failed() -> None:
    words = _WHY_FAILED.get(st.query_params.get(WHY_FAILED, ""))
    if words:
        show_html(h.p(".wb-lead.wb-amber", role="alert")[words])


def _show_button(refused: WorkbenchError) -> None:
    if isinstance(refused, SignInRefusedError):
        st.button("Sign out", key="wb-sign-out", on_click=sign_out)
    elif not isinstance(refused, SignedOutError):
        st.button("Try again", key="wb-try-again")
    else:
        st.button("Sign in", key="wb-sign-in", type="primary", on_click=st.login)


def sign_out() -> None:
    """End the session in every tab, then the provider's too, where it has an address for that."""
    desk, claims = desk_holder().desk, claims_of_page()
    if desk is not None and desk.sign_ins is not None and claims:
        with suppress(StoreError):  # a database that cannot be read is told of wherever it is used
            desk.sign_ins.sign_out(claims)
    st.logout()


def show_person(person: Person) -> None:
    """Show whose page this is, what an admin looks after, and with sign-in the way out."""
    is_signed_in = current_desk().has_sign_in
    name = label("{} · {}", person.name, person.role) if is_signed_in else label("{}", person.name)
    with st.popover(name, key="wb-person", type="tertiary", icon=":material/account_circle:"):
        words = f"Signed in as {person.name}, {person.role}." if is_signed_in else f"You act as {person.name}."
        show_html(h.p(".wb-note")[words])
        for page, icon in _LOOKED_AFTER.items():
            if person.may(ACT_OF_PAGE[page]):
                st.page_link(page_named(page), label=TITLES[page], icon=icon)
        if is_signed_in:
            st.button("Sign out", key="wb-sign-out", on_click=sign_out)
