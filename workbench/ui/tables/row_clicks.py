"""Which row a click on a list meant, when the list may have moved while the hand was on its way."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from workbench.ui.live.current_desk import current_edition

SETTLED_AFTER_SECONDS = 1.0
MOVED = "The list moved as you clicked, so nothing was opened. Click again."


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows as a tab shows them by their ids, and since when. Another ``round`` drops what was chosen in it."""

    ids: tuple[str, ...]
    edition: int
    moved_at: float = -math.inf
    round: int = 0
    note: str = ""


def listed_before(key: str) -> Listed | None:
    """What this tab showed under the key until now."""
    before: Listed | None = st.session_state.get(_place(key))
    return before


def chosen_id(before: Listed, row: int) -> str | None:
    """The id of the row that was clicked; None where the list had just moved, as nobody knows which one was meant.

    Streamlit tells a row by its place alone, in what it showed then (#17026): it is looked up there.
    """
    if time.monotonic() - before.moved_at < SETTLED_AFTER_SECONDS or row >= len(before.ids):
        return None
    return before.ids[row]


def keep_listed(key: str, before: Listed | None, ids: Sequence[str], *, is_fresh: bool) -> None:
    """Remembers what is shown now. It moved where news changed its rows, and not where the person asked for others."""
    edition, now = current_edition(), tuple(ids)
    if before is None or is_fresh:
        kept = Listed(now, edition, round=before.round if before else 0)
    elif now == before.ids:
        kept = replace(before, edition=edition)
    else:
        moved_at = time.monotonic() if edition != before.edition else -math.inf
        kept = Listed(now, edition, moved_at, before.round)
    st.session_state[_place(key)] = kept


def refuse_click(key: str, before: Listed) -> None:
    """Nothing is opened, nothing stays chosen, and the person is told."""
    st.session_state[_place(key)] = replace(before, round=before.round + 1, note=MOVED, moved_at=-math.inf)
    st.rerun()


def _place(key: str) -> str:
    return f"wb-listed-{key}"
