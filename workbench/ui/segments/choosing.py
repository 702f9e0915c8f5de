"""A segment as a filter: a box that puts its code in the address, and what is said of the one that is chosen."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.domain.text import one_line
from workbench.domain.words import plural
from workbench.ui.forms.address_codes import ask_for_code, show_unknown
from workbench.ui.frame.notices import error_kept
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_note
from workbench.ui.live.cached_queries import read, read_uncached
from workbench.ui.live.current_desk import current_desk, desk_holder
from workbench.ui.live.permission import may
from workbench.ui.tables.pages import go_to_first_page
from workbench.ui.text.moments import clock_words
from workbench.ui.text.words import sentences

ANY_SEGMENT = "Everyone"
_FOUND_AGAIN_AFTER = timedelta(minutes=1)
_LONGEST_NAME = 60


def segment_names() -> dict[str, str]:
    """What each segment is called, by its code, in the order of names."""
    return {row["segment_id"]: one_line(row["segment_name"]) for row in read("explore/segments").rows}


def segment_in_address() -> str | None:
    """The segment that the address names; one that is none, as it was removed, is answered."""
    code = st.query_params.get("segment") or None
    is_unknown = code is not None and code not in segment_names()
    show_unknown({"segment": code} if code and is_unknown else {})
    return None if is_unknown else code


def go_to_segment(code: str | None) -> None:
    """Put another segment in the address, or none; the list of the page begins anew."""
    st.query_params.pop("segment", None)
    go_to_first_page()
    if code:
        st.query_params["segment"] = code


def ask_for_segment(chosen: str | None, *, key: str, on_choose: Callable[[str | None], None]) -> None:
    """Show the box; nothing while there is no segment."""
    names = segment_names()
    if names or chosen:
        ask_for_code(
            label("Segment"),
            [*names, *([chosen] if chosen and chosen not in names else [])],
            chosen,
            key=key,
            say=lambda code: names.get(code, code)[:_LONGEST_NAME],
            on_choose=on_choose,
            width=170,
            anything=ANY_SEGMENT,
        )


def show_segment(segment_id: str | None) -> None:
    """Bring the chosen segment up to date, and say how many accounts it has and which of them vanished."""
    with st.container():  # in every run: somebody else may remove it while a form below is filled in
        if segment_id is not None:
            _show_chosen(segment_id)


def _show_chosen(segment_id: str) -> None:
    problem = _bring_up_to_date(segment_id)
    row = next((row for row in read_uncached("explore/segments").rows if row["segment_id"] == segment_id), None)
    if row is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="wb-segment-shown"):
        show_note(sentences(_words_of(row), problem), tone="wb-amber" if problem or row["vanished"] else "")
        if may(Act.REMOVE_SEGMENT):
            _offer_removal(segment_id)


def _offer_removal(segment_id: str) -> None:
    """A segment is shared and cannot be brought back, so one click does not remove it."""
    with st.popover("Remove segment", type="tertiary", key="wb-segment-removal"):
        show_note("It is removed for everybody. Its accounts stay as they are.")
        st.button("Remove", key="wb-segment-remove", on_click=_remove, args=(segment_id,))


@error_kept
def _remove(segment_id: str) -> None:
    """Forget the segment; its accounts stay as they are, and the page lists everyone again."""
    current_desk().store.remove_segment(segment_id)
    st.query_params.pop("segment", None)


def _words_of(row: Mapping[str, Any]) -> str:
    saved = f"saved by {one_line(row['saved_by'])} {clock_words(row['saved_at'])}"
    found = "" if row["is_frozen"] else f"found {clock_words(row['refreshed_at'])}, "
    vanished = (
        f"{plural(row['vanished'], 'of them is', 'of them are')} no longer registered." if row["vanished"] else ""
    )
    return sentences(
        f"Segment “{one_line(row['segment_name'])}”: {plural(row['accounts'], 'account')}, {found}{saved}.",
        vanished,
    )


def _bring_up_to_date(segment_id: str) -> str:
    """Find the accounts again if that was a while ago; what is wrong with the segment, if something is."""
    store = current_desk().store
    segment = store.find_segment(segment_id)
    if segment is None or segment.is_frozen:
        return ""
    now = datetime.now(UTC)
    if segment.refreshed_at and now - segment.refreshed_at < _FOUND_AGAIN_AFTER:
        return ""
    try:
        if store.refresh_segment(segment, now):
            desk_holder().data_version.renew(store.data_version)
    except WorkbenchError as error:
        return sentences(str(error), error.next_step or "")
    return ""
