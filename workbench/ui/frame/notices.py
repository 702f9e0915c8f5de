"""Flash messages that survive reruns; each is shown for five minutes, or until what it is about has changed."""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec

import htpy as h
import streamlit as st
from htpy import Renderable

from workbench.domain.actions import Blocker
from workbench.domain.errors import WorkbenchError
from workbench.ui.frame.blockers import blocker_markup
from workbench.ui.frame.failures import error_markup
from workbench.ui.html.markup import show_html

SHOWN_SECONDS = 300.0
PRESSED = "pressed"
"""What a button that was pressed came to, shown at the top of the page."""
_P = ParamSpec("_P")


def keep_message(name: str, words: str) -> None:
    _keep(name, h.p(".wb-sentence", role="status")[words])


def keep_error(name: str, error: WorkbenchError, about: Hashable = None) -> None:
    """Keep an error; ``about`` is what the person had entered, so that the error goes once that changes."""
    _keep(name, error_markup(error), about)


def keep_blocker(name: str, blocker: Blocker, about: Hashable = None) -> None:
    """Keep why a click did nothing, as ``keep_error`` does."""
    _keep(name, blocker_markup(blocker), about)


def forget_notice(name: str) -> None:
    st.session_state.pop(_key(name), None)


def show_notice(name: str, about: Hashable = None) -> None:
    """Show the last message kept under this name, unless it is older than ``SHOWN_SECONDS`` or about something else."""
    kept: tuple[Renderable, float, Hashable] | None = st.session_state.get(_key(name))
    with st.container():  # in every run: a form below that moves when it goes loses what is typed and not sent
        if kept is not None and time.monotonic() - kept[1] < SHOWN_SECONDS and kept[2] == about:
            show_html(kept[0])


def error_kept(callback: Callable[_P, None]) -> Callable[_P, None]:
    """A callback of a button whose error is shown at the top of the page: an error in one would leave no page at all.

    The person's role, or their session, may have ended since the button was shown.
    """

    @wraps(callback)
    def kept(*args: _P.args, **named: _P.kwargs) -> None:
        forget_notice(PRESSED)
        try:
            callback(*args, **named)
        except WorkbenchError as error:
            keep_error(PRESSED, error)

    return kept


def _keep(name: str, markup: Renderable, about: Hashable = None) -> None:
    st.session_state[_key(name)] = (markup, time.monotonic(), about)


def _key(name: str) -> str:
    return f"wb-notice-{name}"
