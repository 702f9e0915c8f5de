"""An end in time for sessions whose tab is closed, with the files and documents that they hold.

Streamlit lets a tab come back for a while. After that it only forgets the session, and not before another one ends.
"""

import asyncio
import time
from functools import cache

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

SECONDS_BETWEEN_LOOKS = 5.0


@cache
def open_sessions() -> set[str]:
    """The ids of the sessions of this process that ran a page and were not closed here."""
    return set()


def note_session() -> None:
    """Called in each run of a page."""
    context = get_script_run_ctx()
    if context is not None:
        open_sessions().add(context.session_id)


async def close_left_sessions() -> None:
    """Close each session shortly before its closed tab could no longer come back, until cancelled."""
    runtime, left_at = get_instance(), dict[str, float]()
    seconds_to_come_back = float(st.get_option("server.disconnectedSessionTTL")) - 3 * SECONDS_BETWEEN_LOOKS
    while True:
        now = time.monotonic()
        left = [one for one in list(open_sessions()) if not runtime.is_active_session(one)]
        left_at = {one: left_at.get(one, now) for one in left}
        for one in [one for one, since in left_at.items() if now - since >= seconds_to_come_back]:
            runtime.close_session(one)
            runtime.uploaded_file_mgr.remove_session_files(one)
            open_sessions().discard(one)
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
