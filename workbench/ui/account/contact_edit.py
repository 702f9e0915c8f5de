"""Editing the customer's phone or e-mail alone, in a dialog that shows the old and the new value while one types."""

from typing import Any, ClassVar

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.actions.update_account import UpdatePlan, find_refused_before, plan_update
from workbench.domain.account.choices import PRIMARY_OWNER
from workbench.domain.payload import objects_of
from workbench.domain.updates.answers import ParsedUpdate, read_form
from workbench.domain.updates.letters import OWNERSHIP_REMINDER
from workbench.domain.updates.permissions import UNSURE_WORDS, Permission
from workbench.domain.updates.sections import FormContent, UpdateField, content_of
from workbench.domain.vocabulary import ActionKind
from workbench.ui.account.details.edit_session import RebasingSession
from workbench.ui.account.details.review import (
    answered_by,
    ask_doubts,
    confirm,
    letter_of,
    notice_name,
    value_words,
)
from workbench.ui.forms.away import show_away
from workbench.ui.forms.open_actions import find_open_actions, show_open_actions
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.notices import show_notice
from workbench.ui.html.markup import show_html, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.live.watching import note_dialog
from workbench.ui.text.moments import clock_words, day_here

_OPEN = "wb-contact-dialog"
_LIVE = "300ms"


class ContactSession(RebasingSession):
    """An edit session of one field of the primary owner; each field has its own, so that no other edit goes along."""

    field_name: ClassVar[str]
    changed_words = "Bakkt's data has changed: compare the old and the new value again."

    @property
    def edited(self) -> UpdateField | None:
        """The field, unless Bakkt's copy has something there that the form cannot show."""
        return self.content.fields[0] if self.content.fields else None

    def read_content(self) -> FormContent:
        """The whole form with this one field, so that the checks of the others' values stay as they are."""
        whole = content_of(self.form)
        path = f"owners[{_primary_position(self.held.request)}].{self.field_name}"
        return whole.narrowed_to(path)


class PhoneSession(ContactSession):
    kind = "edit_phone"
    prefix = "wb-edit-phone"
    field_name = "phoneNumber"


class EmailSession(ContactSession):
    kind = "edit_email"
    prefix = "wb-edit-email"
    field_name = "emailAddress"


def open_contact_edit(client_account_id: str, column: str) -> None:
    """Open the dialog and keep it open over reruns, in place of an earlier receipt; for callbacks of buttons."""
    st.query_params.pop("action", None)
    st.session_state[_OPEN] = (client_account_id, column)


def show_contact_edit(account: dict[str, Any]) -> None:
    """Show the dialog that was opened, if it is one of this account; called last, as it may wait for Bakkt."""
    client_account_id, column = st.session_state.get(_OPEN, ("", ""))
    if client_account_id != account["client_account_id"] or not may(Act.UPDATE_ACCOUNT):
        return
    note_dialog()
    if column == "phone_number":
        _show_phone_dialog(client_account_id)
    else:
        _show_email_dialog(client_account_id)


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def _cancel(kind: type[ContactSession]) -> None:
    """Close the dialog and drop what was typed; dismissing it keeps that for the next time."""
    kind.end()
    _close()


@st.dialog("Edit phone", on_dismiss=_close)
def _show_phone_dialog(client_account_id: str) -> None:
    _show(client_account_id, PhoneSession)


@st.dialog("Edit e-mail", on_dismiss=_close)
def _show_email_dialog(client_account_id: str) -> None:
    _show(client_account_id, EmailSession)


def _show(client_account_id: str, kind: type[ContactSession]) -> None:
    if _OPEN not in st.session_state:  # cancelled: only a run of the whole page leaves the dialog out
        st.rerun()
    show_away()
    found = find_open_actions(ActionKind.UPDATE_ACCOUNT, client_account_id)
    if show_open_actions(f"{kind.prefix} of {client_account_id}", found):
        return
    with shown_errors(try_again=f"{kind.prefix}-retry"):
        session = kind.for_account(client_account_id)
        session.keep_draft()
        if session.edited is None:
            show_note("Bakkt's copy has nothing here that can be edited: see the tab Details.")
        else:
            _ask(session, session.edited)


def _ask(session: ContactSession, edited: UpdateField) -> None:
    path = edited.form_field.path
    with st.container():  # in every run: a note that comes or goes would move the field
        if edited.permission is Permission.UNSURE:
            show_note(UNSURE_WORDS, tone="wb-amber")
    st.text_input(
        "New phone" if session.field_name == "phoneNumber" else "New e-mail",
        value=str(edited.typed),
        key=session.key_of(path),
        autocomplete="off",
        live=_LIVE,
    )
    parsed = read_form(session.content, day_here())
    _show_old_and_new(edited, parsed)
    _show_what_is_wrong(session, edited, parsed)
    doubts = ask_doubts(session, parsed)
    plan = plan_update(session.held, parsed.edits, session.acknowledgements, day_here(), doubts)
    _ask_confirmation(session, plan, is_ready=bool(parsed.edits) and not parsed.errors)
    show_note(f"Bakkt's copy, read at {clock_words(session.held.read_at)}.")


def _show_old_and_new(edited: UpdateField, parsed: ParsedUpdate) -> None:
    old = str(edited.shown) or "nothing"
    new = value_words(edited.path, parsed.edits[edited.path]) if edited.path in parsed.edits else ""
    after = [" → ", h.strong[new]] if new else h.span(".wb-note")[" not changed yet"]
    show_html(h.p(".wb-old-new", aria_live="polite")[h.s[old] if new else old, after])


def _show_what_is_wrong(session: ContactSession, edited: UpdateField, parsed: ParsedUpdate) -> None:
    path = edited.form_field.path
    if session.notice:
        show_note(session.notice, tone="wb-amber", role="status")
    if path in parsed.errors:
        show_note(parsed.errors[path], tone="wb-red", role="alert")
    if path in session.refused:
        show_note(f"Bakkt refused this: {session.refused[path]}", tone="wb-red", role="alert")
    for _, words in session.refused_elsewhere:
        show_note(f"Bakkt: {words}", tone="wb-red", role="alert")


def _ask_confirmation(session: ContactSession, plan: UpdatePlan, *, is_ready: bool) -> None:
    refused_before = find_refused_before(current_desk().actions, plan) if is_ready else None
    blockers = [*plan.blockers, *filter(None, [refused_before])] if is_ready else []
    for blocker in blockers:
        show_blocker(blocker)
    if plan.changes_ownership:
        show_note(OWNERSHIP_REMINDER, tone="wb-amber")
    show_note("The whole record is sent. Bakkt acknowledges at once and decides later.")
    with st.container(horizontal=True, gap="xsmall"):
        is_confirmed = st.button(
            "Send the update",
            key=f"{session.prefix}-send",
            type="primary",
            disabled=not is_ready or refused_before is not None,
        )
        st.button("Cancel", key=f"{session.prefix}-cancel", on_click=_cancel, args=(type(session),))
    if is_confirmed:
        with st.spinner("Sending…"):
            confirm(session, plan, letter=letter_of(plan) if plan.changes_ownership else "", on_record=_close)
    show_notice(notice_name(session), about=answered_by(plan))


def _primary_position(request: Any) -> int:
    owners = objects_of(request.get("owners"))
    return next((place for place, owner in enumerate(owners) if owner.get("role") == PRIMARY_OWNER), 0)
