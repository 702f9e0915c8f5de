"""Saving the people behind a number as a segment."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import InputError
from workbench.domain.words import plural
from workbench.store.records.segments import Segment
from workbench.ui.frame.failures import shown_errors
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.segments.choosing import segment_names

LONGEST_NAME = 60


def offer_segment(query: str, params: Mapping[str, Any], total: int, opened: str) -> None:
    """Offer to save the accounts that the query lists under a name; ``opened`` has the days that it is asked for."""
    if not may(Act.SAVE_SEGMENT):
        return
    keeps = {
        "live": f"Kept up to date, of those opened {opened}" if opened else "Kept up to date",
        "frozen": "Exactly these accounts",
    }
    with st.popover("Save as segment", key="wb-segment", icon=":material/group_add:"):
        name = st.text_input("Name", key="wb-segment-name", max_chars=LONGEST_NAME, placeholder="Stuck in October")
        keep = st.radio(
            "Who belongs to it", list(keeps), format_func=lambda kept: label("{}", keeps[kept]), key="wb-segment-keep"
        )
        show_note(f"{plural(total, 'account')} now. Choose the segment on Backlog or here.")
        if st.button("Save segment", key="wb-segment-save", type="primary"):
            with shown_errors():
                _save(Segment(uuid4().hex[:12], name.strip(), query, dict(params), keep == "frozen"))


def _save(segment: Segment) -> None:
    """Raises InputError without a name, or with one that another segment has."""
    if not segment.name:
        raise InputError("Give it a name.", title="The segment was not saved")
    if segment.name in segment_names().values():
        raise InputError("Another segment has this name.", title="The segment was not saved")
    desk = current_desk()
    found = desk.store.save_segment(segment, desk.actor, datetime.now(UTC))
    st.toast(label("Saved: {}.", plural(found, "account")))
