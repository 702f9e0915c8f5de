"""The KYB checklist to work on: each requirement, met or not, why, what would meet it, and people's rulings."""

from collections.abc import Mapping, Sequence
from typing import Any

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.actions.kyb_case import rulings_of
from workbench.casework.kyb_records import (
    MAX_REASON_LENGTH,
    OWNER_LINE,
    document_ruling,
    mark_document,
    take_back,
    waive_owner,
)
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.checklist import MANAGING_PERSON
from workbench.domain.kyb.requirements import requirement_words
from workbench.domain.text import one_line
from workbench.ui.account.checklist import requirement_item
from workbench.ui.account.tabs import open_tab
from workbench.ui.frame.navigation import DOCUMENTS
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_heading, show_html, show_note
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.document_words import added_description, document_words, upload_codes
from workbench.ui.text.moments import ago_cell

WAIVED, MARKED = "The owner needs no documents", "A document at Bakkt meets it"


def show_checklist(account: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
    """Show every requirement with the upload that would meet it, then the form to record a ruling."""
    client_account_id = account["client_account_id"]
    names = _owner_names(client_account_id)
    show_heading("Checklist", f"{sum(line['is_met'] for line in lines)} of {len(lines)} met, as of today")
    with st.container(gap="xxsmall"):
        for position, line in enumerate(lines):
            _show_line(line, names, position)
    unmet = [line for line in lines if not line["is_met"] and _can_be_ruled(line)]
    if unmet and may(Act.RECORD_KYB):
        _ask_ruling(client_account_id, unmet, names)
    show_notice(_notice_name(client_account_id))


def _show_line(line: dict[str, Any], names: Mapping[str, str], position: int) -> None:
    description, action = st.columns([0.84, 0.16], gap="small", vertical_alignment="center")
    with description:
        show_html(h.ul(".wb-checks")[requirement_item(_line_words(line, names), line)])
    with action, st.container(key=f"wb-line-{position}"):
        if not line["is_met"] and line["requirement"] != MANAGING_PERSON and may(Act.UPLOAD_DOCUMENT):
            st.button("Upload", key=f"wb-upload-{position}", on_click=open_tab, args=(DOCUMENTS, upload_codes(line)))


def _ask_ruling(client_account_id: str, unmet: Sequence[dict[str, Any]], names: Mapping[str, str]) -> None:
    with st.expander("Mark a requirement as met another way"):
        line = st.selectbox(
            "Requirement",
            unmet,
            format_func=lambda line: one_line(_line_words(line, names)),
            key=f"wb-ruling-line-{client_account_id}",
        )
        is_owner = line["requirement"] == OWNER_LINE
        ways = [WAIVED, MARKED] if is_owner else [MARKED]
        way = st.radio("How", ways, key=f"wb-ruling-way-{client_account_id}-{is_owner}", horizontal=True)
        document = _ask_document(client_account_id) if way == MARKED else None
        reason = st.text_input(
            "Reason (recorded under your name)",
            key=f"wb-ruling-reason-{client_account_id}",
            max_chars=MAX_REASON_LENGTH,
            placeholder="Holds 4% and does not manage the business",
            autocomplete="off",
        )
        if st.button("Record", key="wb-ruling-record"):
            _record(client_account_id, line, way or WAIVED, document, reason)


def _ask_document(client_account_id: str) -> str | None:
    documents = read_of_account("accounts/documents", client_account_id).rows
    current = {document["client_document_id"]: document for document in documents if not document["is_expired"]}
    if not current:
        show_note("Bakkt has no unexpired document: upload one first.")
        return None
    chosen: str | None = st.selectbox(
        "Document",
        list(current),
        index=None,
        format_func=lambda document_id: one_line(_document_label(current[document_id])),
        placeholder="Choose a document at Bakkt",
        key=f"wb-ruling-document-{client_account_id}",
    )
    return chosen


def _record(
    client_account_id: str, line: Mapping[str, Any], way: str, client_document_id: str | None, reason: str
) -> None:
    actions, where = current_desk().actions, _notice_name(client_account_id)
    try:
        if way == WAIVED:
            waive_owner(actions, client_account_id, line["client_owner_id"], reason)
        elif client_document_id is None:
            raise InputError("Choose the document that meets the requirement.")
        else:
            mark = document_ruling(
                actions, client_account_id, line["requirement"], line["client_owner_id"], client_document_id
            )
            mark_document(actions, client_account_id, mark, reason)
    except WorkbenchError as error:
        keep_error(where, error)
    else:
        keep_message(where, "Recorded. It counts from now on and can be taken back below.")
    st.rerun()


def show_rulings(client_account_id: str) -> None:
    """Show people's rulings: those in force with a button to take them back, then earlier ones."""
    rows = read_of_account("kyb/rulings", client_account_id).rows
    counting = [row for row in rows if row["is_in_force"]]
    if not rows:
        return
    show_heading("Met on someone's word", f"{len(counting)} in force")
    for row, ruling in zip(counting, rulings_of(rows), strict=True):
        _show_ruling(client_account_id, row, ruling)
    over = [row for row in rows if not row["is_in_force"]]
    if over:
        with st.expander(label("Taken back or replaced: {}", len(over))):
            for row in over:
                show_note(_ruling_words(row))


def _show_ruling(client_account_id: str, row: Mapping[str, Any], ruling: Ruling) -> None:
    description, action = st.columns([0.8, 0.2], gap="small", vertical_alignment="center")
    with description:
        show_note(_ruling_words(row))
    with action:
        if ruling.requirement == MANAGING_PERSON and ruling.client_document_id is None:
            show_note("change it under Owners")
        elif may(Act.RECORD_KYB) and st.button("Take back", key=f"wb-take-back-{'|'.join(map(str, ruling.subject))}"):
            _take_back(client_account_id, ruling)


def _take_back(client_account_id: str, ruling: Ruling) -> None:
    where = _notice_name(client_account_id)
    try:
        take_back(current_desk().actions, client_account_id, ruling)
    except WorkbenchError as error:
        keep_error(where, error)
    else:
        keep_message(where, "Taken back. The requirement depends on its documents again.")
    st.rerun()


def _ruling_words(row: Mapping[str, Any]) -> str:
    what = (
        "taken back"
        if row["is_taken_back"]
        else "a document meets it"
        if row["client_document_id"]
        else "met"
        if row["requirement"] == MANAGING_PERSON
        else "no documents needed"
    )
    ruled_at = ago_cell(row["ruled_at"])
    line = _line_words(row, {})
    return f"{line}: {what} — {row['ruled_by']}, {ruled_at.text if ruled_at else ''}: {row['reason']}"


def _line_words(line: Mapping[str, Any], names: Mapping[str, str]) -> str:
    owner_id = line["client_owner_id"]
    return requirement_words(line["requirement"], names.get(owner_id, owner_id))


def _owner_names(client_account_id: str) -> dict[str, str]:
    rows = read_of_account("accounts/owners", client_account_id).rows
    named = {row["client_owner_id"]: " ".join(filter(None, (row["given_name"], row["family_name"]))) for row in rows}
    return {owner_id: f"{name} ({owner_id})" for owner_id, name in named.items() if owner_id and name}


def _can_be_ruled(line: Mapping[str, Any]) -> bool:
    return line["requirement"] != OWNER_LINE or bool(line["client_owner_id"])


def _document_label(row: dict[str, Any]) -> str:
    return " · ".join(filter(None, (document_words(row), added_description(row))))


def _notice_name(client_account_id: str) -> str:
    return f"kyb-line-{client_account_id}"
