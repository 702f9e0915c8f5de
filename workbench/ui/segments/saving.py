"""Saving the people behind a number as a segment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import InputError, WorkbenchError
from workbench.domain.text import one_line
from workbench.domain.words import plural
from workbench.store.records.segments import Segment
from workbench.ui.frame.notices import forget_notice, keep_error, keep_message, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.segments.choosing import segment_names

LONGEST_NAME = 60
_FORM, _NAME, _KEEP = "wb-segment", "wb-segment-name", "wb-segment-keep"
"""The keys of the form, which is open or not, and of what is asked there."""
_SAVED = "wb-segment-saved"
"""The segment that this session saved last, and how many accounts it has."""
_NOTICE, _DONE = "segment", "segment-saved"


def offer_segment(query: str, params: Mapping[str, Any], total: int, opened: str) -> None:
    """Offer to save the accounts that the query lists under a name; ``opened`` has the days that it is asked for."""
    if not may(Act.SAVE_SEGMENT):
        return
    keeps = {
        "live": f"Kept up to date, of those opened {opened}" if opened else "Kept up to date",
        "frozen": "Exactly these accounts",
    }
    with st.popover("Save as segment", key=_FORM, icon=":material/group_add:", on_change="rerun"):
        name = st.text_input("Name", key=_NAME, max_chars=LONGEST_NAME, placeholder="Stuck in October")
        st.radio("Who belongs to it", list(keeps), format_func=lambda kept: label("{}", keeps[kept]), key=_KEEP)
        show_note(f"{plural(total, 'account')} now. Choose the segment on Backlog or here.")
        st.button("Save segment", key="wb-segment-save", type="primary", on_click=_save, args=(query, dict(params)))
        show_notice(_NOTICE, about=name)
    with st.container(width="content"):
        show_notice(_DONE)


def _save(query: str, params: Mapping[str, Any]) -> None:
    """Save the segment, close its form and empty the name, so that another press cannot save it again."""
    forget_notice(_NOTICE)
    forget_notice(_DONE)
    typed = st.session_state[_NAME]
    segment = Segment(uuid4().hex[:12], typed.strip(), query, params, st.session_state[_KEEP] == "frozen")
    try:
        found = _saved_just_now(segment)
        found = _saved(segment) if found is None else found
    except WorkbenchError as error:
        keep_error(_NOTICE, error, about=typed)
        return
    st.session_state[_NAME], st.session_state[_FORM] = "", False
    keep_message(_DONE, f"Segment “{one_line(segment.name)}” is saved: {plural(found, 'account')}.")


def _saved_just_now(segment: Segment) -> int | None:
    """How many accounts it has if this session saved it last, else None: a rerun can repeat a press and its name."""
    last: Segment | None
    last, found = st.session_state.get(_SAVED, (None, None))
    if last is None or last != replace(segment, segment_id=last.segment_id):
        return None
    return found if last.segment_id in segment_names() else None


def _saved(segment: Segment) -> int:
    """Return how many accounts it has. Raises InputError without a name, or with one that another segment has."""
    if not segment.name:
        raise InputError("Give it a name.", title="The segment was not saved")
    if segment.name in segment_names().values():
        raise InputError("Another segment has this name.", title="The segment was not saved")
    desk = current_desk()
    found = desk.store.save_segment(segment, desk.actor, datetime.now(UTC))
    st.session_state[_SAVED] = (segment, found)
    return found
