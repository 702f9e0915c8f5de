"""The update form: one section at a time, its locked fields, and a summary of the changes so far."""

import uuid
from collections.abc import Mapping
from datetime import date

import streamlit as st

from workbench.domain.account import Group
from workbench.domain.text import one_line
from workbench.domain.updates.answers import ParsedUpdate, read_form
from workbench.domain.updates.form import MAX_NEW_OWNERS, UpdateForm
from workbench.domain.updates.letters import OWNERSHIP_REMINDER
from workbench.domain.updates.permissions import UNSURE_WORDS, Permission
from workbench.domain.updates.sections import CONTACTS, Section, owner_name
from workbench.ui.account.details.contacts import show_contacts
from workbench.ui.account.details.edit_session import EditSession
from workbench.ui.account.details.locked import show_locked
from workbench.ui.account.details.summary import show_summary
from workbench.ui.forms.fields import FieldMessage, ask_group, warnings_about
from workbench.ui.html.markup import show_note
from workbench.ui.text.moments import day_here

FIRST_SECTION = "owner-1"


def show_form(session: EditSession) -> None:
    """Show the fields on the left and a summary on the right, where the review is reached without scrolling."""
    today = day_here()
    reading = read_form(session.content, today)
    form, summary = st.columns([0.74, 0.26], gap="large")
    with form:
        _show_section(session, reading, today)
    with summary:
        show_summary(session, reading)


def _show_section(session: EditSession, reading: ParsedUpdate, today: date) -> None:
    section = _choose_section(session)
    if section is None:
        show_note("Nothing in this account can be edited here.")
        return
    touched = (one.form_field for one in section.fields if one.is_touched)
    warnings = warnings_about(touched, session.content.filled, today)
    messages = {**warnings, **_errors(session, section, reading)}
    if session.form.is_new_owner(section.owner):
        _show_new_owner(session, section, messages)
    elif section.owner in session.form.removed_owners:
        _show_removed_owner(session, section)
    elif section.key == CONTACTS:
        show_contacts(session, section, messages)
    else:
        _show_groups(session, section, messages)
        show_locked(session, section)
        _offer_owner_removal(session, section)


def _choose_section(session: EditSession) -> Section | None:
    sections = {section.key: section for section in session.content.sections}
    choice, more = st.columns([0.6, 0.4], vertical_alignment="bottom", gap="small")
    with choice:
        keys = list(sections)
        session.section_key = st.selectbox(
            "Section",
            keys,
            index=next((keys.index(part) for part in (session.section_key, FIRST_SECTION) if part in keys), 0),
            format_func=lambda key: one_line(_title(session.form, sections[key])),
            key=f"wb-update-part-{session.serial}-{session.section_changes}",
        )
    with more:
        _offer_new_owner(session)
    return sections.get(session.section_key) if session.section_key else None


def _title(form: UpdateForm, section: Section) -> str:
    if section.owner is None:
        return "Settlement" if section.key == "account" else section.title
    if form.is_new_owner(section.owner):
        return f"Owner {section.owner + 1}, new"
    name = owner_name(form.request, section.owner)
    out = ", removed" if section.owner in form.removed_owners else ""
    return f"{section.title}: {name}{out}" if name else f"{section.title}{out}"


def _errors(session: EditSession, section: Section, reading: ParsedUpdate) -> Mapping[str, FieldMessage]:
    """Errors by field: from our own checks, or Bakkt's last refusal until the field is edited."""
    refused = {path: FieldMessage(f"Bakkt: {words}", "wb-red") for path, words in session.refused.items()}
    judged = {
        one.form_field.path: FieldMessage(reading.errors[one.form_field.path], "wb-red")
        for one in section.fields
        if one.form_field.path in reading.errors and (one.is_touched or session.shows_errors)
    }
    return {**refused, **judged}


def _show_groups(session: EditSession, section: Section, messages: Mapping[str, FieldMessage]) -> None:
    """Show the fields that Bakkt lets us change; the others are in expanders with a warning."""
    _ask(session, section, Permission.ALLOWED, messages)
    if _has_fields(section, Permission.UNSURE):
        is_all = not _has_fields(section, Permission.ALLOWED)
        with st.expander("Other fields: Bakkt may refuse a change", expanded=is_all or _has_errors(section, messages)):
            show_note(UNSURE_WORDS, tone="wb-amber")
            _ask(session, section, Permission.UNSURE, messages)
    if _has_fields(section, Permission.AGREEMENT):
        with st.expander("Agreements: both sides must acknowledge a change first"):
            show_note("The review asks for both acknowledgements, each with its date.", tone="wb-amber")
            _ask(session, section, Permission.AGREEMENT, messages)


def _ask(session: EditSession, section: Section, permission: Permission, messages: Mapping[str, FieldMessage]) -> None:
    for group, offered in section.groups:
        fields = tuple(one.form_field for one in offered if one.permission is permission)
        if fields:
            ask_group(Group(group.title, fields), session.content.filled, messages, session.key_of, is_live=True)


def _has_fields(section: Section, permission: Permission) -> bool:
    return any(one.permission is permission for one in section.fields)


def _has_errors(section: Section, messages: Mapping[str, FieldMessage]) -> bool:
    return any(one.form_field.path in messages for one in section.fields if one.permission is Permission.UNSURE)


def _offer_new_owner(session: EditSession) -> None:
    form = session.form
    if not form.is_entity or form.added_owners >= MAX_NEW_OWNERS:
        return
    if st.button("Add an owner", key="wb-update-add-owner"):
        session.form = form.with_new_owner(f"owner-{uuid.uuid4().hex[:8]}")
        position = form.held_owners + form.added_owners
        session.show_section(f"owner-{position + 1}")
        st.rerun()


def _show_new_owner(session: EditSession, section: Section, messages: Mapping[str, FieldMessage]) -> None:
    show_note(f"A new owner (a natural person). {OWNERSHIP_REMINDER}")
    for group, offered in section.groups:
        fields = tuple(one.form_field for one in offered)
        ask_group(
            Group(group.title, fields, group.note), session.content.filled, messages, session.key_of, is_live=True
        )
    if st.button("Discard the new owners", key="wb-update-no-new"):
        session.restart(session.form.without_new_owners())
        session.show_section(FIRST_SECTION)
        st.rerun()


def _offer_owner_removal(session: EditSession, section: Section) -> None:
    position = section.owner
    if not session.form.is_entity or not position:
        return
    if st.button("Remove this owner from the account", key=f"wb-update-out-{position}"):
        session.form = session.form.with_owner_removed(position, is_removed=True)
        st.rerun()


def _show_removed_owner(session: EditSession, section: Section) -> None:
    show_note(f"This owner will be removed by this update. {OWNERSHIP_REMINDER}")
    position = section.owner or 0
    if st.button("Keep this owner", key=f"wb-update-keep-{position}"):
        session.form = session.form.with_owner_removed(position, is_removed=False)
        st.rerun()
