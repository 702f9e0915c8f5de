"""Taking account ids out of the registry: one by one, or all that an import added."""

from collections.abc import Callable, Sequence
from typing import Any

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.domain.text import one_line
from workbench.domain.words import count, plural
from workbench.registry.importing import taken_back_in_words
from workbench.ui.data.importing import IMPORTED
from workbench.ui.forms.emptied import empty_if_done, rerun_done
from workbench.ui.frame.notices import forget_notice, keep_error, keep_message, show_notice
from workbench.ui.html.markup import show_lines, show_note
from workbench.ui.live.cached_queries import read
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.moments import ago_cell

IDS_SHOWN = 10
_TAKEN_OUT = "taken out"
_TAKE_BACK, _TAKE_OUT = "wb-take-back", "wb-take-out"


def show_taking_out() -> None:
    """Nothing for whoever may not take ids out. How many ids each import added is read once somebody opens the fold."""
    if not may(Act.IMPORT_ACCOUNTS):
        return
    fold = st.expander("Take ids out again", key="wb-taking-out", on_change="rerun")
    if fold.open:
        with fold:
            _show_ways()
    show_notice(_TAKEN_OUT)


def _show_ways() -> None:
    show_note("They are no longer synced, listed or counted. What is known of them stays; importing brings them back.")
    revocable = [row for row in read("data/imports").rows if row["ids_alone"] + row["ids_shared"]]
    with st.container():  # in every run: a form that moves loses what is typed and not sent
        if revocable:
            _ask_for_import(revocable)
    _ask_for_id()
    _show_taken_out(read("data/taken_out").rows)


def _ask_for_import(imports: Sequence[dict[str, Any]]) -> None:
    by_id = {row["import_id"]: row for row in imports}
    empty_if_done(_TAKE_BACK, {"wb-take-back-import": None, "wb-take-back-reason": ""})
    with st.form(_TAKE_BACK, border=False):
        chosen: str | None = st.selectbox(
            "Import",
            list(by_id),
            index=None,
            key="wb-take-back-import",
            format_func=lambda import_id: _import_words(by_id[import_id]),
            placeholder="Choose an import",
        )
        reason = st.text_input("Reason", key="wb-take-back-reason")
        is_sent = st.form_submit_button("Take this import back")
    if is_sent and chosen is None:
        keep_message(_TAKEN_OUT, "Choose an import first.")
    elif is_sent:
        _take(_TAKE_BACK, lambda: taken_back_in_words(current_desk().take_import_back(chosen or "", reason)))


def _import_words(row: dict[str, Any]) -> str:
    """An option of a select box, which is plain text and no Markdown."""
    at = ago_cell(row["imported_at"])
    ids = plural(row["ids_alone"] + row["ids_shared"], "id")
    shared = f", {count(row['ids_shared'])} named elsewhere too" if row["ids_shared"] else ""
    return one_line(f"{row['file_name']}, {at.text if at else ''}: {ids}{shared}")


def _ask_for_id() -> None:
    empty_if_done(_TAKE_OUT, {"wb-take-out-id": "", "wb-take-out-reason": ""})
    with st.form(_TAKE_OUT, border=False):
        client_account_id = st.text_input("Account id", key="wb-take-out-id")
        reason = st.text_input("Reason", key="wb-take-out-reason")
        is_sent = st.form_submit_button("Take this id out")
    if is_sent:
        _take(
            _TAKE_OUT, lambda: f"{plural(len(current_desk().take_out([client_account_id], reason)), 'id')} taken out."
        )


def _take(form: str, take: Callable[[], str]) -> None:
    """Takes ids out and says so; ``take`` returns the words."""
    try:
        words = take()
    except WorkbenchError as error:
        keep_error(_TAKEN_OUT, error)
        return
    forget_notice(IMPORTED)
    keep_message(_TAKEN_OUT, words)
    rerun_done(form)


def _show_taken_out(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    show_note(f"{plural(len(rows), 'id')} taken out so far:")
    show_lines(
        [
            [h.span(".wb-id")[row["client_account_id"]], f", by {row['taken_out_by']}: {row['reason']}"]
            for row in rows[:IDS_SHOWN]
        ]
    )
