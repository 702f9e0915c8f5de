"""Trusted contacts in the update form: edit, remove or add them."""

from collections.abc import Mapping

import streamlit as st

from workbench.domain.account import Group
from workbench.domain.updates.contacts import MOST_NEW_CONTACTS, contact_name, contact_of, held_contacts
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.permissions import UNSURE_WORDS
from workbench.domain.updates.sections import Section, UpdateField, whole_form
from workbench.ui.account.details.edit_session import Sitting
from workbench.ui.forms.fields import Told, ask_group
from workbench.ui.html.markup import literal, show_html, show_note


def show_contacts(sitting: Sitting, section: Section, told: Mapping[str, Told]) -> None:
    """Show each contact's fields, with a button below to remove or keep it."""
    show_html(f'<p class="wb-note wb-amber">{UNSURE_WORDS}</p>')
    if not section.groups:
        show_note("The account has no trusted contact yet.")
    for group, offered in section.groups:
        _show_contact(sitting, group, offered, told)
    added = sitting.form.added_contacts
    if added < MOST_NEW_CONTACTS and st.button("Add a trusted contact", key="wb-update-add-contact"):
        sitting.form = sitting.form.with_new_contact()
        st.rerun()
    if added and st.button("Discard the new contacts", key="wb-update-no-new-contacts"):
        sitting.begin_anew(sitting.form.without_new_contacts())
        st.rerun()


def _show_contact(sitting: Sitting, group: Group, offered: tuple[UpdateField, ...], told: Mapping[str, Told]) -> None:
    place = contact_of(offered[0].asked.path) or 0
    if place in sitting.form.contacts_out:
        show_html(f'<p class="wb-note">{literal(_name(sitting.form, place))} will be removed by this update.</p>')
        if st.button("Keep this contact", key=f"wb-update-keep-contact-{place}"):
            _take_out(sitting, place, is_out=False)
        return
    ask_group(Group(group.title, tuple(one.asked for one in offered)), whole_form(sitting.form), told, sitting.key_of)
    is_new = sitting.form.is_new_contact(place)
    if not is_new and st.button("Remove this contact", key=f"wb-update-contact-out-{place}"):
        _take_out(sitting, place, is_out=True)


def _take_out(sitting: Sitting, place: int, *, is_out: bool) -> None:
    sitting.form = sitting.form.with_contact_out(place, is_out=is_out)
    st.rerun()


def _name(form: UpdateForm, place: int) -> str:
    return contact_name(form.request, place) or f"Contact {place + 1} of {held_contacts(form.request)}"
