"""Which rows of a list are ticked, by id, however the list changes below the ticks (streamlit #17026)."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from workbench.ui.live.current_desk import shown_data_version

SETTLED_AFTER_SECONDS = 1.0
MOVED = "The list changed as you clicked, so nothing was selected. Click again."
_NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Ticks:
    """What a tab shows of a list: the ids of its rows in order, and those that are ticked.

    Streamlit keeps only the positions of ticks. So when the rows change below them, the table is made anew
    (``generation``) with the ticks where their ids are now.
    """

    ids: tuple[str, ...]
    ticked: tuple[str, ...] = ()
    generation: int = 0
    data_version: int = 0
    moved_at: float = -math.inf
    note: str = ""

    @property
    def positions(self) -> list[int]:
        return [self.ids.index(one) for one in self.ticked]


def ticks_of(key: str, ids: Sequence[str]) -> Ticks:
    """The ticks of this tab's list, which has these rows now, and remember them."""
    before: Ticks | None = st.session_state.get(_state_key(key))
    now = _advanced(key, before, tuple(ids))
    st.session_state[_state_key(key)] = now
    return now


def clear_ticks(key: str) -> None:
    before: Ticks | None = st.session_state.get(_state_key(key))
    if before is not None:
        st.session_state[_state_key(key)] = replace(before, ticked=(), generation=before.generation + 1, note="")


def table_key(key: str, ticks: Ticks) -> str:
    return f"{key}-{ticks.generation}"


def _advanced(key: str, before: Ticks | None, ids: tuple[str, ...]) -> Ticks:
    version = shown_data_version()
    if before is None:
        return Ticks(ids, data_version=version)
    rows = _rows_ticked(table_key(key, before))
    if rows is None:  # the tab comes back to the list, or the ticks were cleared
        return _put_back(before, before.ticked, ids, version)
    clicked = tuple(before.ids[row] for row in rows if row < len(before.ids))
    if set(clicked) - set(before.ticked) and time.monotonic() - before.moved_at < SETTLED_AFTER_SECONDS:
        return replace(_put_back(before, before.ticked, ids, version), note=MOVED)
    if ids == before.ids:
        return replace(
            before, ticked=clicked, data_version=version, note=before.note if clicked == before.ticked else ""
        )
    if clicked:
        return _put_back(before, clicked, ids, version)
    moved_at = time.monotonic() if version != before.data_version else -math.inf
    return replace(before, ids=ids, ticked=(), data_version=version, moved_at=moved_at, note="")


def _rows_ticked(widget_key: str) -> list[int] | None:
    """The positions that Streamlit has as ticked; None if it does not show the table."""
    state: Any = st.session_state.get(widget_key)
    return None if state is None else list(state["selection"]["rows"])


def _put_back(before: Ticks, ticked: tuple[str, ...], ids: tuple[str, ...], version: int) -> Ticks:
    gone = tuple(one for one in ticked if one not in ids)
    return Ticks(
        ids, tuple(one for one in ticked if one in ids), before.generation + 1, version, note=_gone_words(gone)
    )


def _gone_words(gone: Sequence[str]) -> str:
    if not gone:
        return ""
    named, more = ", ".join(gone[:_NAMED_AT_MOST]), len(gone) - _NAMED_AT_MOST
    return f"No longer on this page, so no longer selected: {named}{f' and {more} more' if more > 0 else ''}."


def _state_key(key: str) -> str:
    return f"wb-ticks-{key}"
