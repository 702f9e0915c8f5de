"""The update form: one section at a time, its locked fields, and a summary of the changes so far."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from workbench.domain.account import Group
from workbench.domain.updates.answers import Reading, read_form
from workbench.domain.updates.form import MOST_NEW_OWNERS, UpdateForm
from workbench.domain.updates.letters import OWNERSHIP_REMINDER
from workbench.domain.updates.permissions import UNSURE_WORDS, Permission
from workbench.domain.updates.sections import CONTACTS, Section, owner_name, sections_of, whole_form
from workbench.ui.account.details.contacts import show_contacts
from workbench.ui.account.details.edit_session import Sitting
from workbench.ui.account.details.locked import show_locked
from workbench.ui.account.details.summary import show_summary
from workbench.ui.forms.fields import Told, ask_group
from workbench.ui.html.markup import show_html, show_note

FIRST_PART = "owner-1"


def show_form(sitting: Sitting) -> None:
    """Show the fields on the left and a summary on the right, where the review is reached without scrolling."""
    reading = read_form(sitting.form, datetime.now(UTC).date())
    form, summary = st.columns([0.74, 0.26], gap="large")
    with form:
        _show_part(sitting, reading)
    with summary:
        show_summary(sitting, reading)


def _show_part(sitting: Sitting, reading: Reading) -> None:
    section = _choose_part(sitting)
    if section is None:
        show_note("Nothing in this account can be edited here.")
        return
    told = _told(sitting, section, reading)
    if sitting.form.is_new_owner(section.owner):
        _show_new_owner(sitting, section, told)
    elif section.owner in sitting.form.owners_out:
        _show_owner_out(sitting, section)
    elif section.key == CONTACTS:
        show_contacts(sitting, section, told)
    else:
        _show_groups(sitting, section, told)
        show_locked(sitting, section)
        _offer_owner_out(sitting, section)


def _choose_part(sitting: Sitting) -> Section | None:
    sections = {section.key: section for section in sections_of(sitting.form)}
    choice, more = st.columns([0.6, 0.4], vertical_alignment="bottom", gap="small")
    with choice:
        keys = list(sections)
        sitting.part = st.selectbox(
            "Section",
            keys,
            index=next((keys.index(part) for part in (sitting.part, FIRST_PART) if part in keys), 0),
            format_func=lambda key: _title(sitting.form, sections[key]),
            key=f"wb-update-part-{sitting.serial}-{sitting.turns}",
        )
    with more:
        _offer_new_owner(sitting)
    return sections.get(sitting.part) if sitting.part else None


def _title(form: UpdateForm, section: Section) -> str:
    if section.owner is None:
        return "Settlement" if section.key == "account" else section.title
    if form.is_new_owner(section.owner):
        return f"Owner {section.owner + 1}, new"
    name = owner_name(form.request, section.owner)
    out = ", removed" if section.owner in form.owners_out else ""
    return f"{section.title}: {name}{out}" if name else f"{section.title}{out}"


def _told(sitting: Sitting, section: Section, reading: Reading) -> Mapping[str, Told]:
    """Errors by field: from our own checks, or Bakkt's last refusal until the field is edited."""
    refused = {path: Told(f"Bakkt: {words}", "wb-red") for path, words in sitting.refused.items()}
    judged = {
        one.asked.path: Told(reading.faults[one.asked.path], "wb-red")
        for one in section.fields
        if one.asked.path in reading.faults and (one.is_touched or sitting.is_judged)
    }
    return {**refused, **judged}


def _show_groups(sitting: Sitting, section: Section, told: Mapping[str, Told]) -> None:
    """Show the fields that Bakkt lets us change; the others are in expanders with a warning."""
    _ask(sitting, section, Permission.ALLOWED, told)
    if _has(section, Permission.UNSURE):
        is_all = not _has(section, Permission.ALLOWED)
        with st.expander("Other fields: Bakkt may refuse a change", expanded=is_all or _is_wrong(section, told)):
            show_html(f'<p class="wb-note wb-amber">{UNSURE_WORDS}</p>')
            _ask(sitting, section, Permission.UNSURE, told)
    if _has(section, Permission.AGREEMENT):
        with st.expander("Agreements: both sides must acknowledge a change first"):
            show_html('<p class="wb-note wb-amber">The review asks for both acknowledgements, each with its date.</p>')
            _ask(sitting, section, Permission.AGREEMENT, told)


def _ask(sitting: Sitting, section: Section, permission: Permission, told: Mapping[str, Told]) -> None:
    whole = whole_form(sitting.form)
    for group, offered in section.groups:
        asked = tuple(one.asked for one in offered if one.permission is permission)
        if asked:
            ask_group(Group(group.title, asked), whole, told, sitting.key_of)


def _has(section: Section, permission: Permission) -> bool:
    return any(one.permission is permission for one in section.fields)


def _is_wrong(section: Section, told: Mapping[str, Told]) -> bool:
    return any(one.asked.path in told for one in section.fields if one.permission is Permission.UNSURE)


def _offer_new_owner(sitting: Sitting) -> None:
    form = sitting.form
    if not form.is_entity or form.added_owners >= MOST_NEW_OWNERS:
        return
    if st.button("Add an owner", key="wb-update-add-owner"):
        sitting.form = form.with_new_owner(f"owner-{uuid.uuid4().hex[:8]}")
        place = form.held_owners + form.added_owners
        sitting.turn_to(f"owner-{place + 1}")
        st.rerun()


def _show_new_owner(sitting: Sitting, section: Section, told: Mapping[str, Told]) -> None:
    show_note(f"A new beneficial owner (a natural person). {OWNERSHIP_REMINDER}")
    whole = whole_form(sitting.form)
    for group, offered in section.groups:
        asked = tuple(one.asked for one in offered)
        ask_group(Group(group.title, asked, group.note), whole, told, sitting.key_of)
    if st.button("Discard the new owners", key="wb-update-no-new"):
        sitting.begin_anew(sitting.form.without_new_owners())
        sitting.turn_to(FIRST_PART)
        st.rerun()


def _offer_owner_out(sitting: Sitting, section: Section) -> None:
    place = section.owner
    if not sitting.form.is_entity or not place:
        return
    if st.button("Remove this owner from the account", key=f"wb-update-out-{place}"):
        sitting.form = sitting.form.with_owner_out(place, is_out=True)
        st.rerun()


def _show_owner_out(sitting: Sitting, section: Section) -> None:
    show_note(f"This owner will be removed by this update. {OWNERSHIP_REMINDER}")
    place = section.owner or 0
    if st.button("Keep this owner", key=f"wb-update-keep-{place}"):
        sitting.form = sitting.form.with_owner_out(place, is_out=False)
        st.rerun()
