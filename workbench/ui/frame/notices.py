"""Flash messages that survive reruns; each is shown for five minutes."""

import time

import streamlit as st

from workbench.domain.errors import WorkbenchError
from workbench.ui.frame.failures import error_markup
from workbench.ui.html.markup import literal, show_html

SHOWN_SECONDS = 300.0


def keep_said(place: str, words: str) -> None:
    _keep(place, f'<p class="wb-said" role="status">{literal(words)}</p>')


def keep_error(place: str, error: WorkbenchError) -> None:
    _keep(place, error_markup(error))


def forget_notice(place: str) -> None:
    st.session_state.pop(_key(place), None)


def show_notice(place: str) -> None:
    """Show the last message kept under this name, unless it is older than ``SHOWN_SECONDS``."""
    kept: tuple[str, float] | None = st.session_state.get(_key(place))
    if kept is not None and time.monotonic() - kept[1] < SHOWN_SECONDS:
        show_html(kept[0])


def _keep(place: str, markup: str) -> None:
    st.session_state[_key(place)] = (markup, time.monotonic())


def _key(place: str) -> str:
    return f"wb-notice-{place}"
