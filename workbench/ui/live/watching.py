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
_Address = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class _Shown:
    address: _Address = field(repr=False)
    at: float


def note_shown_address() -> None:
    """Called at the end of each run of the whole page, which may have put something in the address."""
    context = get_script_run_ctx()
    if context is not None:
        st.session_state[_SHOWN] = _Shown(_address(context), time.monotonic())


def may_rerun_page() -> bool:
    """Whether ``st.rerun`` loses nothing now; if not, the fragment asks again when it runs next.

    While the page runs, Streamlit collects the browser's messages and then runs their fragments one after the other. A
    rerun by the first would leave out the others, and with them a button that a person pressed there. And a message
    that was sent before the browser heard of a new address would bring back the one that was left.
    """
    context = get_script_run_ctx()
    if context is None or not context.fragment_ids_this_run:
        return True
    return len(context.fragment_ids_this_run) == 1 and not _is_belated(context)


def _is_belated(context: ScriptRunContext) -> bool:
    shown: _Shown | None = st.session_state.get(_SHOWN)
    if shown is None or time.monotonic() - shown.at > BELATED_WITHIN_SECONDS:
        return False
    return _address(context) != shown.address


def _address(context: ScriptRunContext) -> _Address:
    return context.page_script_hash, tuple(sorted(parse_qsl(context.query_string, keep_blank_values=True)))
