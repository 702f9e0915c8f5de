"""The questions about a document to upload: whose, which type, country, expiry date, description, sides and files."""

import json
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from workbench.actions.upload_document import DocumentUpload
from workbench.domain.account.places import country_name, country_names
from workbench.domain.documents import (
    DESCRIPTIONS,
    DOCUMENT_SPECS,
    DUE_DILIGENCE,
    MAX_DESCRIPTION_LENGTH,
    NO_EXPIRY_THROUGH,
    Confirmations,
    DocumentDetails,
    DocumentSpec,
    Subject,
    descriptions_for,
    spec_of,
    specs_for,
    subject_of,
)
from workbench.domain.payload import object_of
from workbench.domain.text import one_line
from workbench.files.checking import CheckedFile
from workbench.ui.account.documents.upload_files import ask_files
from workbench.ui.forms.address_codes import show_unknown_codes
from workbench.ui.html.labels import literal
from workbench.ui.html.markup import show_note
from workbench.ui.live.cached_queries import read_of_account

EARLIEST_EXPIRY = NO_EXPIRY_THROUGH + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UploadAnswers:
    """The answers so far; ``files`` holds, by side, the files that passed the check."""

    client_account_id: str
    spec: DocumentSpec
    subject: Subject
    client_owner_id: str | None
    sides: tuple[str, ...]
    issue_country: str | None
    expires_on: date | None
    has_no_expiry: bool
    description: str
    files: dict[str, CheckedFile]

    def document(self, side: str) -> DocumentDetails:
        return DocumentDetails(
            self.spec.document_type,
            side,
            self.client_owner_id,
            self.issue_country,
            None if self.has_no_expiry else self.expires_on,
            self.description.strip(),
        )

    def uploads(self, confirmed: Confirmations, today: date) -> list[DocumentUpload]:
        return [
            DocumentUpload(self.document(side), self.files[side], confirmed, today)
            for side in self.sides
            if side in self.files
        ]


def ask_document(account: dict[str, Any], open_slots: Set[str]) -> UploadAnswers | None:
    """The answers; None once it is known that the document is one of those whose last upload is not settled."""
    client_account_id = account["client_account_id"]
    owners = read_of_account("accounts/owners", client_account_id).rows
    codes = {
        "owner": {one["client_owner_id"] for one in owners},
        "type": {spec.document_type for spec in DOCUMENT_SPECS},
    }
    show_unknown_codes("documents", {**codes, "requirement": DESCRIPTIONS})
    left, right = st.columns([0.5, 0.5])
    with left:
        owner_id = _ask_subject(account, owners)
    subject = subject_of(owner_id, [one["client_owner_id"] for one in owners], is_entity=account["is_entity"])
    with right:
        spec = _ask_type(subject, f"{client_account_id}-{owner_id}")
    sides_left = _sides_left(spec, owner_id, open_slots)
    if not sides_left:
        show_note("This document cannot be sent until its last upload is settled: see above.", tone="wb-amber")
        return None
    scope = f"{client_account_id}-{owner_id}-{spec.document_type}"
    description = _ask_description(client_account_id, spec, scope)
    left, right = st.columns([0.5, 0.5])
    with left:
        country = _ask_country(spec, subject, scope, _issue_country_before(client_account_id, owner_id, spec))
    with right:
        expires_on, has_no_expiry = _ask_expiry(spec, scope)
    sides = _ask_sides(spec, sides_left, scope)
    files = ask_files(spec, sides, scope)
    return UploadAnswers(
        *(client_account_id, spec, subject, owner_id, sides),
        *(country, expires_on, has_no_expiry, description, files),
    )


def _ask_subject(account: dict[str, Any], owners: Sequence[dict[str, Any]]) -> str | None:
    names = {one["client_owner_id"]: _name_of(one) for one in owners if one["client_owner_id"]}
    itself = "The entity itself" if account["is_entity"] else "The account as a whole" if names else "The customer"
    choices: list[str | None] = [None, *names] if account["is_entity"] else [*names, None]
    wanted = st.query_params.get("owner", choices[0]) or None
    chosen: str | None = st.selectbox(
        "Whose document",
        choices,
        index=choices.index(wanted) if wanted in choices else 0,
        format_func=lambda owner_id: one_line(names[owner_id]) if owner_id else itself,
        key=f"wb-upload-owner-{account['client_account_id']}-{wanted}",
    )
    return chosen


def _name_of(owner: dict[str, Any]) -> str:
    name = " ".join(filter(None, (owner["given_name"], owner["family_name"])))
    return f"{name} ({owner['client_owner_id']})" if name else str(owner["client_owner_id"])


def _ask_type(subject: Subject, scope: str) -> DocumentSpec:
    specs = specs_for(subject)
    wanted = spec_of(DUE_DILIGENCE if "requirement" in st.query_params else st.query_params.get("type"))
    chosen: DocumentSpec = st.selectbox(
        "Document type",
        specs,
        index=specs.index(wanted) if wanted in specs else 0,
        format_func=lambda spec: spec.words,
        key=f"wb-upload-type-{scope}-{wanted.document_type if wanted else ''}",
    )
    return chosen


def _ask_description(client_account_id: str, spec: DocumentSpec, scope: str) -> str:
    """Ask for the description; it is all that tells one due diligence document from another."""
    if spec.document_type != DUE_DILIGENCE:
        return st.text_input(
            "Description (optional)", key=f"wb-upload-description-{scope}", max_chars=MAX_DESCRIPTION_LENGTH
        )
    request = _request_of(client_account_id)
    offered = [words for requirement in DESCRIPTIONS for words in descriptions_for(requirement, request)]
    wanted = next(iter(descriptions_for(st.query_params.get("requirement", ""), request)), "")
    chosen = st.selectbox(
        "What it is (the checklist goes by this description)",
        offered,
        index=offered.index(wanted) if wanted in offered else None,
        placeholder="Choose or type your own",
        accept_new_options=True,
        key=f"wb-upload-description-{scope}-{wanted}",
    )
    return str(chosen or "")


def _request_of(client_account_id: str) -> dict[str, Any]:
    """The account's request in Bakkt's newest answer; empty if it was never read."""
    payload = read_of_account("accounts/payload", client_account_id).first
    return dict(object_of(object_of(json.loads(payload.get("account_json") or "{}")).get("request")))


def _issue_country_before(client_account_id: str, owner_id: str | None, spec: DocumentSpec) -> str | None:
    """The country that issued this owner's last document of the same type."""
    rows = read_of_account("accounts/documents", client_account_id).rows
    wanted = (owner_id, spec.document_type)
    return next(
        (one["issue_country"] for one in rows if (one["client_owner_id"], one["document_type"]) == wanted), None
    )


def _ask_country(spec: DocumentSpec, subject: Subject, scope: str, before: str | None) -> str | None:
    codes = list(country_names())
    chosen: str | None = st.selectbox(
        "Issued in" if spec.is_country_required(subject) else "Issued in (optional)",
        codes,
        index=codes.index(before) if before in codes else None,
        format_func=country_name,
        placeholder="Choose a country",
        key=f"wb-upload-country-{scope}",
    )
    return chosen


def _ask_expiry(spec: DocumentSpec, scope: str) -> tuple[date | None, bool]:
    expires_on = st.date_input(
        "Expires on" if spec.has_expiry_date else "Expires on (if stated)",
        value=None,
        min_value=EARLIEST_EXPIRY,
        max_value=date.max,
        format="YYYY-MM-DD",
        key=f"wb-upload-expiry-{scope}",
    )
    if not spec.has_expiry_date:
        return expires_on, expires_on is None
    return expires_on, st.checkbox("No expiry date", key=f"wb-upload-endless-{scope}")


def _sides_left(spec: DocumentSpec, owner_id: str | None, open_slots: Set[str]) -> tuple[str, ...]:
    """The sides whose last upload is settled, so that they can be sent."""
    return tuple(
        side for side in spec.sides if DocumentDetails(spec.document_type, side, owner_id).slot not in open_slots
    )


def _ask_sides(spec: DocumentSpec, sides_left: tuple[str, ...], scope: str) -> tuple[str, ...]:
    if len(sides_left) == 1:
        return sides_left
    choices = {"Both sides": spec.sides, **{f"{side.capitalize()} only": (side,) for side in spec.sides}}
    wanted = st.query_params.get("side", "")
    words = f"{wanted.capitalize()} only"
    chosen = st.radio(
        "Which sides",
        list(choices),
        index=list(choices).index(words) if words in choices else 0,
        format_func=literal,
        horizontal=True,
        key=f"wb-upload-sides-{scope}-{wanted}",
    )
    return choices[chosen or "Both sides"]


def missing_words(answers: UploadAnswers) -> list[str]:
    """What the upload still needs, in words for the screen."""
    spec = answers.spec
    files = [
        f"{side.lower()} side" if len(spec.sides) > 1 else "file" for side in answers.sides if side not in answers.files
    ]
    return [
        *(["description"] if spec.document_type == DUE_DILIGENCE and not answers.description.strip() else []),
        *(["issuing country"] if _lacks_country(answers) else []),
        *(['expiry date (or "none")'] if answers.expires_on is None and not answers.has_no_expiry else []),
        *files,
    ]


def _lacks_country(answers: UploadAnswers) -> bool:
    return answers.spec.is_country_required(answers.subject) and not answers.issue_country
