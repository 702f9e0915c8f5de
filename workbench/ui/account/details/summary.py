"""What an update changes, what is still missing, and the way to its review."""

from collections.abc import Mapping

import htpy as h
import streamlit as st

from workbench.domain.account.field_words import field_words
from workbench.domain.updates.answers import ParsedUpdate
from workbench.domain.updates.paths import path_name, path_of
from workbench.domain.updates.sections import FormContent, labels_of
from workbench.domain.words import plural
from workbench.ui.account.details.edit_session import EditSession
from workbench.ui.forms.review import end_review
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_heading, show_lines, show_note
from workbench.ui.text.moments import clock_words

ERRORS_LISTED = 6


def show_summary(session: EditSession, reading: ParsedUpdate) -> None:
    show_heading("Changes so far", str(len(reading.edits) or ""))
    _show_changes(session.content, reading)
    changes = plural(len(reading.edits), "change")
    if st.button(label("Review the update — {}", changes), key="wb-update-review", type="primary", width="stretch"):
        _go_to_review(session, reading)
    if session.shows_errors:
        _show_errors(session, reading)
    elif reading.errors:
        wrong = plural(len(reading.errors), "field is", "fields are")
        show_note(f"{wrong} not valid yet.", tone="wb-red", role="alert")
    _show_refusals(session)
    show_note(f"Bakkt's copy, read at {clock_words(session.held.read_at)}.")
    _show_pending(session)
    if st.button("Discard changes and reload", key="wb-update-again", type="tertiary"):
        session.end()
        st.rerun()


def _show_changes(content: FormContent, reading: ParsedUpdate) -> None:
    labels = labels_of(content)
    lines = [labels.get(path) or path_name(path) for path in reading.edits]
    if not lines:
        show_note("Nothing changed.")
        return
    show_lines(lines, look="wb-list")


def _go_to_review(session: EditSession, reading: ParsedUpdate) -> None:
    session.shows_errors = bool(reading.errors) or not reading.edits
    if session.shows_errors:
        st.rerun()
    session.is_reviewed = True
    end_review(session.kind, session.held.client_account_id)
    st.rerun()


def _show_errors(session: EditSession, reading: ParsedUpdate) -> None:
    if not reading.edits and not reading.errors:
        show_note("Nothing has changed yet: edit a field first.", tone="wb-amber", role="alert")
    lines = _error_lines(session.content, reading.errors)
    if lines:
        more = [f"and {len(lines) - ERRORS_LISTED} more, shown at their fields"] if len(lines) > ERRORS_LISTED else []
        show_lines([*lines[:ERRORS_LISTED], *more], tone="wb-red", role="alert")


def _error_lines(content: FormContent, faults: Mapping[str, str]) -> list[str]:
    labels = labels_of(content)
    return [f"{labels.get(path_of(path), path)}: {words}" for path, words in faults.items()]


def _show_refusals(session: EditSession) -> None:
    """Show the refusals that match no field; the others are shown at their fields."""
    if session.refused:
        show_note(f"Bakkt refused {plural(len(session.refused), 'field')}: see the form.", tone="wb-red")
    for path, words in session.refused_elsewhere:
        show_note(f"{field_words(path)}: {words}" if path else words, tone="wb-red")


def _show_pending(session: EditSession) -> None:
    pending = session.held.pending_update_ids
    if pending:
        words = f"Bakkt is still working on {plural(len(pending), 'update')}: "
        show_note(words, h.span(".wb-id")[", ".join(pending)], tone="wb-amber")
    if session.notice:
        show_note(session.notice, tone="wb-amber")
