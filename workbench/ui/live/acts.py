"""What a person did in a tab, told apart from what a clock asks for: idle time counts acts alone.

Streamlit's browser part says of each message whether a timer sent it, and does not tell the script.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import streamlit as st
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx

_CONNECTION = "wb-connection"
_ENTRIES_OF_A_RETURNING_TAB = 3
"""Of the header with which a tab connects: the last one is the session that it had."""


@cache
def _acted() -> set[str]:
    """The ids of the sessions in which a person did something that no script has seen yet."""
    return set()


@contextmanager
def acts_noted() -> Iterator[None]:
    """Within the block, each message that a person's act sent is noted."""
    original = AppSession.request_rerun

    def request_rerun(self: AppSession, client_state: ClientState | None = None) -> None:
        if client_state is not None and not client_state.is_auto_rerun:
            _acted().add(self.id)
        original(self, client_state)

    AppSession.request_rerun = request_rerun  # type: ignore[method-assign]
    try:
        yield
    finally:
        AppSession.request_rerun = original  # type: ignore[method-assign]


def is_act_of_person() -> bool:
    """Whether the person did something in this tab since this was asked last."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or context.session_id not in _acted():
        return False
    _acted().discard(context.session_id)
    return not _has_only_come_back()


def _has_only_come_back() -> bool:
    """Whether this is the first run of a connection that the browser made again by itself."""
    headers = st.context.headers
    connection = headers.get("Sec-WebSocket-Key")
    if connection is None or st.session_state.get(_CONNECTION) == connection:
        return False
    st.session_state[_CONNECTION] = connection
    entries = [one.strip() for one in headers.get("Sec-WebSocket-Protocol", "").split(",")]
    return len(entries) >= _ENTRIES_OF_A_RETURNING_TAB and bool(entries[_ENTRIES_OF_A_RETURNING_TAB - 1])
