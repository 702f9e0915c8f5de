"""The form of an update: one owner or part at a time, what is locked, and what the changes come to so far."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.access.masking import DOTS, masked_number, masked_payload
from workbench.domain.account import Group
from workbench.domain.updates.answers import Reading, read_form
from workbench.domain.updates.form import MOST_NEW_OWNERS, UpdateForm
from workbench.domain.updates.letters import OWNERSHIP_REMINDER, restricted_change_letter
from workbench.domain.updates.paths import Path, path_name, path_of
from workbench.domain.updates.permissions import UNSURE_WORDS, Permission, restricted_fields
from workbench.domain.updates.sections import CONTACTS, Section, labels_of, owner_name, sections_of, whole_form
from workbench.ui import asking
from workbench.ui.live_markup import show_copyable
from workbench.ui.markup import literal, show_facts, show_heading, show_html, show_note
from workbench.ui.moments import said_moment
from workbench.ui.opening_fields import Told, ask_group
from workbench.ui.update_contacts import show_contacts
from workbench.ui.update_sitting import Sitting, end_sitting
from workbench.ui.words import plural

KIND = "update_account"
FIRST_PART = "owner-1"
FAULTS_LISTED = 6
_LABELS = {
    "clientAccountId": "Client account id",
    "id": "Bakkt account id",
    "accountType": "Account type",
    "enrollments": "Enrollments",
    "dateOfBirth": "Birth date",
    "citizenshipCountry": "Country of citizenship",
    "taxId": "Tax id",
    "taxIdType": "Type of tax id",
    "taxIdCountry": "Country of tax id",
    "entityTaxId": "Tax id of the entity",
    "clientOwnerId": "Client owner id",
    "ownerId": "Bakkt's owner id",
    "identityId": "Bakkt's identity id",
}


def show_form(sitting: Sitting) -> None:
    """Fields on the left, what they come to on the right: the way to the review is there without scrolling."""
    reading = read_form(sitting.form, datetime.now(UTC).date())
    form, summary = st.columns([0.74, 0.26], gap="large")
    with form:
        _show_part(sitting, reading)
    with summary:
        _show_summary(sitting, reading)


def _show_part(sitting: Sitting, reading: Reading) -> None:
    section = _choose_part(sitting)
    if section is None:
        show_note("Nothing of this account can be edited here.")
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
        _show_locked(sitting, section)
        _offer_owner_out(sitting, section)


def _choose_part(sitting: Sitting) -> Section | None:
    sections = {section.key: section for section in sections_of(sitting.form)}
    choice, more = st.columns([0.6, 0.4], vertical_alignment="bottom", gap="small")
    with choice:
        keys = list(sections)
        sitting.part = st.selectbox(
            "What changes",
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
    out = ", taken out" if section.owner in form.owners_out else ""
    return f"{section.title}: {name}{out}" if name else f"{section.title}{out}"


def _told(sitting: Sitting, section: Section, reading: Reading) -> Mapping[str, Told]:
    """What is wrong with each field: by our rules, or by Bakkt's last answer until the field is changed."""
    refused = {path: Told(f"Bakkt: {words}", "wb-red") for path, words in sitting.refused.items()}
    judged = {
        one.asked.path: Told(reading.faults[one.asked.path], "wb-red")
        for one in section.fields
        if one.asked.path in reading.faults and (one.is_touched or sitting.is_judged)
    }
    return {**refused, **judged}


def _show_groups(sitting: Sitting, section: Section, told: Mapping[str, Told]) -> None:
    """What Bakkt lets change stands open; the rest is folded, with what it means to change it."""
    _ask(sitting, section, Permission.ALLOWED, told)
    if _has(section, Permission.UNSURE):
        is_all = not _has(section, Permission.ALLOWED)
        with st.expander("Other fields: Bakkt may refuse a change", expanded=is_all or _is_wrong(section, told)):
            show_html(f'<p class="wb-note wb-amber">{UNSURE_WORDS}</p>')
            _ask(sitting, section, Permission.UNSURE, told)
    if _has(section, Permission.AGREEMENT):
        with st.expander("Agreements: a change is acknowledged by both sides first"):
            show_html('<p class="wb-note wb-amber">The review asks for both acknowledgements, each with its day.</p>')
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


def _show_locked(sitting: Sitting, section: Section) -> None:
    """Locked fields with their reason, and a text that asks Bakkt's team for the change."""
    locked = [one for one in restricted_fields(sitting.held.request) if _belongs(one[0], section)]
    if not locked:
        return
    with st.expander(f"Locked: {', '.join(dict.fromkeys(_label(path) for path, _, _ in locked))}"):
        show_facts({_label(path): _masked(path, value) for path, value, _ in locked})
        reasons = dict.fromkeys(reason for _, _, reason in locked)
        show_html("".join(f'<p class="wb-note">{literal(reason)}</p>' for reason in reasons))
        asked = [(_named(path), _masked_strictly(path, value)) for path, value, _ in locked]
        letter = restricted_change_letter(sitting.held.client_account_id, asked)
        show_copyable(letter, key=f"wb-update-letter-{section.key}")


def _belongs(path: Path, section: Section) -> bool:
    """Those of the account stand beside its first owner."""
    match path:
        case ("owners", int(place), *_):
            return place == section.owner
        case ("entity", *_):
            return section.key == "entity"
    return section.owner == 0


def _label(path: Path) -> str:
    names = [step for step in path if isinstance(step, str) and step in _LABELS]
    return _LABELS[names[0]] if names else path_name(path)


def _named(path: Path) -> str:
    match path:
        case ("owners", int(place), *_):
            return f"{_label(path)} of owner {place + 1} ({path_name(path)})"
    return f"{_label(path)} ({path_name(path)})"


def _masked(path: Path, value: Any) -> str:
    shown = masked_payload({str(path[-1]): value})[str(path[-1])]
    return "" if shown is None else str(shown)


def _masked_strictly(path: Path, value: Any) -> str:
    """For a text that leaves the house: no birth date either."""
    if value in (None, ""):
        return ""
    match _label(path):
        case "Birth date" | "Country of citizenship":
            return DOTS
        case "Tax id" | "Tax id of the entity":
            return masked_number(value)
    return _masked(path, value)


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
    show_note(f"A new beneficial owner, a natural person. {OWNERSHIP_REMINDER}")
    whole = whole_form(sitting.form)
    for group, offered in section.groups:
        asked = tuple(one.asked for one in offered)
        ask_group(Group(group.title, asked, group.note), whole, told, sitting.key_of)
    if st.button("Do not add the new owners", key="wb-update-no-new"):
        sitting.begin_anew(sitting.form.without_new_owners())
        sitting.turn_to(FIRST_PART)
        st.rerun()


def _offer_owner_out(sitting: Sitting, section: Section) -> None:
    place = section.owner
    if not sitting.form.is_entity or not place:
        return
    if st.button("Take this owner out of the account", key=f"wb-update-out-{place}"):
        sitting.form = sitting.form.with_owner_out(place, is_out=True)
        st.rerun()


def _show_owner_out(sitting: Sitting, section: Section) -> None:
    show_note(f"This owner goes out with the update. {OWNERSHIP_REMINDER}")
    place = section.owner or 0
    if st.button("Keep this owner", key=f"wb-update-keep-{place}"):
        sitting.form = sitting.form.with_owner_out(place, is_out=False)
        st.rerun()


def _show_summary(sitting: Sitting, reading: Reading) -> None:
    show_heading("Changes so far", str(len(reading.edits) or ""))
    _show_changes(sitting.form, reading)
    changes = plural(len(reading.edits), "change")
    if st.button(f"Review the update — {changes}", key="wb-update-review", type="primary", width="stretch"):
        _go_to_review(sitting, reading)
    if sitting.is_judged:
        _show_what_is_missing(sitting, reading)
    elif reading.faults:
        wrong = plural(len(reading.faults), "field is", "fields are")
        show_html(f'<p class="wb-note wb-red" role="alert">{wrong} not right yet.</p>')
    _show_bakkts_words(sitting)
    show_note(f"Bakkt's copy as read at {said_moment(sitting.held.read_at)}.")
    _show_pending(sitting)
    if st.button("Read it again and drop the changes", key="wb-update-again", type="tertiary"):
        end_sitting()
        st.rerun()


def _show_changes(form: UpdateForm, reading: Reading) -> None:
    labels = labels_of(form)
    lines = [labels.get(path) or path_name(path) for path in reading.edits]
    if not lines:
        show_note("None yet. Everything goes out as Bakkt holds it.")
        return
    show_html(f'<ul class="wb-list">{"".join(f"<li>{literal(line)}</li>" for line in lines)}</ul>')


def _go_to_review(sitting: Sitting, reading: Reading) -> None:
    sitting.is_judged = bool(reading.faults) or not reading.edits
    if sitting.is_judged:
        st.rerun()
    sitting.is_reviewed = True
    asking.end_review(KIND, sitting.held.client_account_id)
    st.rerun()


def _show_what_is_missing(sitting: Sitting, reading: Reading) -> None:
    if not reading.edits and not reading.faults:
        show_html('<p class="wb-note wb-amber" role="alert">Nothing is changed yet: change a field first.</p>')
    lines = _fault_lines(sitting.form, reading.faults)
    if lines:
        more = [f"and {len(lines) - FAULTS_LISTED} more, each said at its field"] if len(lines) > FAULTS_LISTED else []
        items = "".join(f"<li>{literal(line)}</li>" for line in [*lines[:FAULTS_LISTED], *more])
        show_html(f'<ul class="wb-findings wb-red" role="alert">{items}</ul>')


def _fault_lines(form: UpdateForm, faults: Mapping[str, str]) -> list[str]:
    labels = labels_of(form)
    return [f"{labels.get(path_of(path), path)}: {words}" for path, words in faults.items()]


def _show_bakkts_words(sitting: Sitting) -> None:
    """Refusals that no field of the form has; those of fields stand there."""
    if sitting.refused:
        show_html(f'<p class="wb-note wb-red">Bakkt refused {plural(len(sitting.refused), "field")}: see there.</p>')
    for path, words in sitting.refused_elsewhere:
        show_html(f'<p class="wb-note wb-red">{literal(path)}: {literal(words)}</p>')


def _show_pending(sitting: Sitting) -> None:
    pending = sitting.held.pending_update_ids
    if pending:
        show_html(
            f'<p class="wb-note wb-amber">Bakkt is still working on {plural(len(pending), "update")}: '
            f'<span class="wb-id">{literal(", ".join(pending))}</span></p>'
        )
    if sitting.notice:
        show_html(f'<p class="wb-note wb-amber">{literal(sitting.notice)}</p>')
