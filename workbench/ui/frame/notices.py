"""Flash messages that survive reruns; each is shown for five minutes."""

import time

import htpy as h
import streamlit as st
from htpy import Renderable

from workbench.domain.errors import WorkbenchError
from workbench.ui.frame.failures import error_markup
from workbench.ui.html.markup import show_html

SHOWN_SECONDS = 300.0


def keep_message(name: str, words: str) -> None:
    _keep(name, h.p(".wb-sentence", role="status")[words])


def keep_error(name: str, error: WorkbenchError) -> None:
    _keep(name, error_markup(error))


def forget_notice(name: str) -> None:
    st.session_state.pop(_key(name), None)


def show_notice(name: str) -> None:
    """Show the last message kept under this name, unless it is older than ``SHOWN_SECONDS``."""
    kept: tuple[Renderable, float] | None = st.session_state.get(_key(name))
    if kept is not None and time.monotonic() - kept[1] < SHOWN_SECONDS:
        show_html(kept[0])


def _keep(name: str, markup: Renderable) -> None:
    st.session_state[_key(name)] = (markup, time.monotonic())


def _key(name: str) -> str:
    return f"wb-notice-{name}"
