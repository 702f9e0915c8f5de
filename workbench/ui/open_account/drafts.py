"""Drafts of accounts to open: list them, find the one in the address, start one and delete one."""

from typing import NoReturn

import htpy as h
import streamlit as st

from workbench.actions.drafts import Draft, begin_draft, delete_draft, find_draft, read_drafts, save_draft
from workbench.domain.account import errors_of
from workbench.domain.words import plural
from workbench.ui.forms.away import show_away
from workbench.ui.forms.fields import choice_words
from workbench.ui.html.markup import show_empty, show_heading, show_html, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.moments import ago_cell, day_here

REVIEW = "review"
MAX_ID_LENGTH = 64
_WORKING = "wb-opening-drafts"


def draft_in_address() -> Draft | None:
    """The draft that the address names, with this tab's unsaved values if it is open here."""
    draft_id = st.query_params.get("draft", "")[:MAX_ID_LENGTH]
    opened = open_drafts()
    if draft_id and draft_id not in opened:
        kept = find_draft(current_desk().actions, draft_id)
        if kept is not None:
            opened[draft_id] = kept
    return opened.get(draft_id)


def open_drafts() -> dict[str, Draft]:
    """The drafts open in this tab, by id."""
    drafts: dict[str, Draft] = st.session_state.setdefault(_WORKING, {})
    return drafts


def show_drafts(*, is_not_found: bool) -> None:
    show_html(h.h1(".wb-answer")["Open an account"])
    show_away()
    if is_not_found:
        show_note(
            "This draft is no longer here: it was deleted, its account was opened, or it belongs to someone else."
        )
    drafts = read_drafts(current_desk().actions)
    show_note("Saved as you go; nothing is sent until you confirm.")
    if st.button("Start a new account", key="wb-opening-begin", type="primary"):
        _begin()
    show_heading("Your drafts", str(len(drafts)))
    if not drafts:
        show_empty("No drafts yet.", "A draft stays here until its account is opened or you delete it.")
    for draft in drafts:
        _show_line(draft)


def _show_line(draft: Draft) -> None:
    left = len(errors_of(draft.form, day_here()))
    saved = ago_cell(draft.saved_at)
    name = draft.form.title or "No name yet"
    kind = choice_words(draft.form.account_type) or "No type yet"
    state = f"{plural(left, 'field')} to fill in or correct" if left else "ready to review"
    words, go_on, delete = st.columns([0.7, 0.12, 0.18], vertical_alignment="center")
    with words:
        rest = f" {kind} · {state} · saved {saved.text if saved else ''}"
        show_html(h.p(".wb-row")[h.strong(".wb-name")[h.bdi[name]], rest])
    with go_on:
        if st.button("Continue", key=f"wb-opening-go-{draft.draft_id}"):
            go_to(draft.draft_id, "account")
    with delete:
        offer_deletion(draft)


def _begin() -> None:
    draft = save_draft(current_desk().actions, begin_draft())
    open_drafts()[draft.draft_id] = draft
    go_to(draft.draft_id, "account")


def go_to(draft_id: str, step: str) -> NoReturn:
    """Put the draft and its step in the address, and rerun the page."""
    st.query_params.from_dict({"draft": draft_id, "step": step})
    st.rerun()


def offer_deletion(draft: Draft) -> None:
    """Offer to delete the draft; a second click confirms, as it cannot be undone."""
    state_key = f"wb-opening-deletes-{draft.draft_id}"
    if not st.session_state.get(state_key):
        if st.button("Delete this draft…", key=f"wb-opening-delete-{draft.draft_id}", type="tertiary"):
            st.session_state[state_key] = True
            st.rerun()
    elif st.button("Yes, delete this draft", key=f"wb-opening-deleted-{draft.draft_id}"):
        delete_draft(current_desk().actions, draft.draft_id)
        open_drafts().pop(draft.draft_id, None)
        st.query_params.clear()
        st.rerun()
