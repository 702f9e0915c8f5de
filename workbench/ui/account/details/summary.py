"""What an update changes, what is still missing, and the way to its review."""

from collections.abc import Mapping

import streamlit as st

from workbench.domain.updates.answers import Reading
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.paths import path_name, path_of
from workbench.domain.updates.sections import labels_of
from workbench.ui.account.details.edit_session import Sitting, end_sitting
from workbench.ui.forms.review import end_review
from workbench.ui.html.markup import literal, show_heading, show_html, show_note
from workbench.ui.text.moments import said_moment
from workbench.ui.text.words import plural

KIND = "update_account"
FAULTS_LISTED = 6


def show_summary(sitting: Sitting, reading: Reading) -> None:
    show_heading("Changes so far", str(len(reading.edits) or ""))
    _show_changes(sitting.form, reading)
    changes = plural(len(reading.edits), "change")
    if st.button(f"Review the update — {changes}", key="wb-update-review", type="primary", width="stretch"):
        _go_to_review(sitting, reading)
    if sitting.is_judged:
        _show_what_is_missing(sitting, reading)
    elif reading.faults:
        wrong = plural(len(reading.faults), "field is", "fields are")
        show_html(f'<p class="wb-note wb-red" role="alert">{wrong} not valid yet.</p>')
    _show_bakkts_words(sitting)
    show_note(f"Bakkt's copy, read at {said_moment(sitting.held.read_at)}.")
    _show_pending(sitting)
    if st.button("Discard changes and reload", key="wb-update-again", type="tertiary"):
        end_sitting()
        st.rerun()


def _show_changes(form: UpdateForm, reading: Reading) -> None:
    labels = labels_of(form)
    lines = [labels.get(path) or path_name(path) for path in reading.edits]
    if not lines:
        show_note("Nothing changed.")
        return
    show_html(f'<ul class="wb-list">{"".join(f"<li>{literal(line)}</li>" for line in lines)}</ul>')


def _go_to_review(sitting: Sitting, reading: Reading) -> None:
    sitting.is_judged = bool(reading.faults) or not reading.edits
    if sitting.is_judged:
        st.rerun()
    sitting.is_reviewed = True
    end_review(KIND, sitting.held.client_account_id)
    st.rerun()


def _show_what_is_missing(sitting: Sitting, reading: Reading) -> None:
    if not reading.edits and not reading.faults:
        show_html('<p class="wb-note wb-amber" role="alert">Nothing has changed yet: edit a field first.</p>')
    lines = _fault_lines(sitting.form, reading.faults)
    if lines:
        more = [f"and {len(lines) - FAULTS_LISTED} more, shown at their fields"] if len(lines) > FAULTS_LISTED else []
        items = "".join(f"<li>{literal(line)}</li>" for line in [*lines[:FAULTS_LISTED], *more])
        show_html(f'<ul class="wb-findings wb-red" role="alert">{items}</ul>')


def _fault_lines(form: UpdateForm, faults: Mapping[str, str]) -> list[str]:
    labels = labels_of(form)
    return [f"{labels.get(path_of(path), path)}: {words}" for path, words in faults.items()]


def _show_bakkts_words(sitting: Sitting) -> None:
    """Show the refusals that match no field; the others are shown at their fields."""
    if sitting.refused:
        show_html(f'<p class="wb-note wb-red">Bakkt refused {plural(len(sitting.refused), "field")}: see the form.</p>')
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
