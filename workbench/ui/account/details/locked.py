"""Fields of an update that Bakkt does not allow to be changed."""

from typing import Any

import htpy as h
import streamlit as st

from workbench.access.masking import DOTS, masked_number, masked_payload
from workbench.domain.updates.letters import restricted_change_letter
from workbench.domain.updates.paths import Path, path_name
from workbench.domain.updates.permissions import restricted_fields
from workbench.domain.updates.sections import Section
from workbench.ui.account.details.edit_session import EditSession
from workbench.ui.html.labels import label
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import show_facts, show_html

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


def show_locked(session: EditSession, section: Section) -> None:
    """Show the locked fields with the reasons, and a letter that asks Bakkt's team for the change."""
    locked = [one for one in restricted_fields(session.held.request) if _belongs_to(one[0], section)]
    if not locked:
        return
    with st.expander(label("Locked: {}", ", ".join(dict.fromkeys(_label(path) for path, _, _ in locked)))):
        show_facts({_label(path): _masked(path, value) for path, value, _ in locked})
        reasons = dict.fromkeys(reason for _, _, reason in locked)
        show_html(*(h.p(".wb-note")[reason] for reason in reasons))
        changes = [(_label_with_path(path), _masked_strictly(path, value)) for path, value, _ in locked]
        letter = restricted_change_letter(session.held.client_account_id, changes)
        show_copyable(letter, key=f"wb-update-letter-{section.key}")


def _belongs_to(path: Path, section: Section) -> bool:
    """Whether the path is shown in the section; fields of the account itself are shown with the first owner."""
    match path:
        case ("owners", int(position), *_):
            return position == section.owner
        case ("entity", *_):
            return section.key == "entity"
    return section.owner == 0


def _label(path: Path) -> str:
    names = [step for step in path if isinstance(step, str) and step in _LABELS]
    return _LABELS[names[0]] if names else path_name(path)


def _label_with_path(path: Path) -> str:
    match path:
        case ("owners", int(position), *_):
            return f"{_label(path)} of owner {position + 1} ({path_name(path)})"
    return f"{_label(path)} ({path_name(path)})"


def _masked(path: Path, value: Any) -> str:
    shown = masked_payload({str(path[-1]): value})[str(path[-1])]
    return "" if shown is None else str(shown)


def _masked_strictly(path: Path, value: Any) -> str:
    """The value masked for a letter to Bakkt: birth dates are hidden too."""
    if value in (None, ""):
        return ""
    match _label(path):
        case "Birth date" | "Country of citizenship":
            return DOTS
        case "Tax id" | "Tax id of the entity":
            return masked_number(value)
    return _masked(path, value)
