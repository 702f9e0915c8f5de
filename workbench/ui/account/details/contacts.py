"""Trusted contacts in the update form: edit, remove or add them."""

from collections.abc import Mapping

import streamlit as st

from workbench.domain.account import Group
from workbench.domain.updates.contacts import MAX_NEW_CONTACTS, contact_name, contact_of, held_contacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.permissions import UNSURE_WORDS
from workbench.domain.updates.sections import Section, UpdateField
from workbench.ui.account.details.edit_session import EditSession
from workbench.ui.forms.fields import FieldMessage, ask_group
from workbench.ui.html.markup import show_note


def show_contacts(session: EditSession, section: Section, messages: Mapping[str, FieldMessage]) -> None:
    """Show each contact's fields, with a button below to remove or keep it."""
    show_note(UNSURE_WORDS, tone="wb-amber")
    if not section.groups:
        show_note("The account has no trusted contact yet.")
    for group, offered in section.groups:
        _show_contact(session, group, offered, messages)
    added = session.form.added_contacts
    if added < MAX_NEW_CONTACTS and st.button("Add a trusted contact", key="wb-update-add-contact"):
        session.form = session.form.with_new_contact()
        st.rerun()
    if added and st.button("Discard the new contacts", key="wb-update-no-new-contacts"):
        session.restart(session.form.without_new_contacts())
        st.rerun()


def _show_contact(
    session: EditSession, group: Group, offered: tuple[UpdateField, ...], messages: Mapping[str, FieldMessage]
) -> None:
    position = contact_of(offered[0].form_field.path) or 0
    if position in session.form.removed_contacts:
        show_note(f"{_name(session.form, position)} will be removed by this update.")
        if st.button("Keep this contact", key=f"wb-update-keep-contact-{position}"):
            _set_removed(session, position, is_removed=False)
        return
    fields = tuple(one.form_field for one in offered)
    ask_group(Group(group.title, fields), session.content.filled, messages, session.key_of, is_live=True)
    is_new = session.form.is_new_contact(position)
    if not is_new and st.button("Remove this contact", key=f"wb-update-contact-out-{position}"):
        _set_removed(session, position, is_removed=True)


def _set_removed(session: EditSession, position: int, *, is_removed: bool) -> None:
    session.form = session.form.with_contact_removed(position, is_removed=is_removed)
    st.rerun()


def _name(form: UpdateForm, position: int) -> str:
    return contact_name(form.request, position) or f"Contact {position + 1} of {held_contacts(form.request)}"
