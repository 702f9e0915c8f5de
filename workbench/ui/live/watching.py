"""When a fragment that runs by itself, such as the watch for new data, may rerun the whole page."""

import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

BELATED_WITHIN_SECONDS = 10.0
"""So long after a page was shown, a message may name an address that the browser had before."""
_SHOWN = "wb-shown-address"
_DIALOG = "wb-dialog-shown"
_Address = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class _Shown:
    address: _Address = field(repr=False)
    at: float
    is_cleared: bool = False


def note_run_started() -> None:
    """Called at the start of each run of the whole page."""
    st.session_state.pop(_DIALOG, None)


def note_dialog() -> None:
    """Called by a run of the whole page that shows a dialog."""
    st.session_state[_DIALOG] = True


def note_shown_address() -> None:
    """Called at the end of each run of the whole page, which may have put something in the address."""
    context = get_script_run_ctx()
    if context is not None:
        st.session_state[_SHOWN] = _Shown(_address(context), time.monotonic())


def may_rerun_page() -> bool:
    """Whether ``st.rerun`` loses nothing now; if not, the fragment asks again when it runs next.

    A dialog disappears while the page runs, and what is typed meanwhile is lost. It covers the page anyway.
    While the page runs, Streamlit collects the browser's messages and then runs their fragments one after the other. A
    rerun by the first would leave out the others, and with them a button that a person pressed there. And a message
    that was sent before the browser heard of a new address would bring back the one that was left.
    """
    context = get_script_run_ctx()
    if context is None or not context.fragment_ids_this_run:
        return True
    if st.session_state.get(_DIALOG):
        return False
    return not _is_belated(context) and len(context.fragment_ids_this_run) == 1


def is_page_cleared() -> bool:
    """Whether a belated message ran since the page was shown: for one of another page the browser clears what it shows.

    Streamlit runs the fragment, not the page, so nothing would fill it again. A run of the whole page does.
    """
    context, shown = get_script_run_ctx(), st.session_state.get(_SHOWN)
    if context is None or not context.fragment_ids_this_run:
        return False
    return isinstance(shown, _Shown) and shown.is_cleared


def _is_belated(context: ScriptRunContext) -> bool:
    shown: _Shown | None = st.session_state.get(_SHOWN)
    if shown is None or time.monotonic() - shown.at > BELATED_WITHIN_SECONDS:
        return False
    is_belated = _address(context) != shown.address
    shown.is_cleared = shown.is_cleared or is_belated
    return is_belated


def _address(context: ScriptRunContext) -> _Address:
    return context.page_script_hash, tuple(sorted(parse_qsl(context.query_string, keep_blank_values=True)))
