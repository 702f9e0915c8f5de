"""What a page adds to the error while the database cannot be opened: events are kept, and it is tried again."""

import streamlit as st

from workbench.domain.errors import ComingForwardError, StoreError, WorkbenchError
from workbench.ui.html.markup import show_note
from workbench.ui.live.current_desk import desk_holder
from workbench.ui.live.watching import may_rerun_page

TRIES_AGAIN = "The workbench tries again every few seconds; this page then shows it."
KEPT = "Events from Bakkt are kept on disk meanwhile and applied afterwards."
_LOOK_EVERY = 5.0


def show_what_goes_on() -> None:
    """Show nothing while a desk is open, or if only another start can open it."""
    holder = desk_holder()
    if holder.desk is not None or holder.intake is None or not isinstance(holder.failure, StoreError):
        return
    is_coming = isinstance(holder.failure, ComingForwardError)
    show_note(KEPT if _are_events_kept() else "", " ", "" if is_coming else TRIES_AGAIN)
    _watch(holder.failure)


def _are_events_kept() -> bool:
    intake = desk_holder().intake
    if intake is None or not intake.receiver.is_open:
        return False
    try:
        intake.inbox.check_writable()
    except StoreError:
        return False
    return True


@st.fragment(run_every=_LOOK_EVERY)
def _watch(shown: WorkbenchError) -> None:
    if desk_holder().failure is not shown and may_rerun_page():
        st.rerun()
