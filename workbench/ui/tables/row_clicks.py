"""Which row of a list was clicked, even if the list changed just before the click."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from workbench.ui.live.current_desk import shown_data_version

SETTLED_AFTER_SECONDS = 1.0
MOVED = "The list changed as you clicked, so nothing was opened. Click again."


@dataclass(frozen=True, slots=True)
class ShownRows:
    """The row ids that a tab shows, and when they last changed. A new ``generation`` clears the selection."""

    ids: tuple[str, ...]
    data_version: int
    moved_at: float = -math.inf
    generation: int = 0
    note: str = ""


def previous_rows(key: str) -> ShownRows | None:
    """Return what this tab last showed under the key."""
    before: ShownRows | None = st.session_state.get(_state_key(key))
    return before


def clicked_id(before: ShownRows, row: int) -> str | None:
    """Return the id of the clicked row; None if the list had just changed, since the click is then ambiguous.

    Streamlit reports only the row's position in the list shown at that time (#17026), so it is looked up there.
    """
    if time.monotonic() - before.moved_at < SETTLED_AFTER_SECONDS or row >= len(before.ids):
        return None
    return before.ids[row]


def remember_rows(key: str, before: ShownRows | None, ids: Sequence[str], *, is_fresh: bool) -> None:
    """Remember what is shown now. It counts as moved if new data changed the rows, not if the person's filters did."""
    data_version, now = shown_data_version(), tuple(ids)
    if before is None or is_fresh:
        kept = ShownRows(now, data_version, generation=before.generation if before else 0)
    elif now == before.ids:
        kept = replace(before, data_version=data_version)
    else:
        moved_at = time.monotonic() if data_version != before.data_version else -math.inf
        kept = ShownRows(now, data_version, moved_at, before.generation)
    st.session_state[_state_key(key)] = kept


def refuse_click(key: str, before: ShownRows) -> None:
    """Open nothing, clear the selection and tell the person."""
    st.session_state[_state_key(key)] = replace(
        before, generation=before.generation + 1, note=MOVED, moved_at=-math.inf
    )
    st.rerun()


def _state_key(key: str) -> str:
    return f"wb-listed-{key}"
