"""The one place that shows an error to a person."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import htpy as h
import streamlit as st
from htpy import Element

from workbench.access.acting import NotAllowedError
from workbench.domain.errors import WorkbenchError
from workbench.ui.html.markup import show_html
from workbench.ui.text.moments import in_reader_zone

log = logging.getLogger(__name__)


def show_error(error: WorkbenchError) -> None:
    show_html(error_markup(error))


def error_markup(error: WorkbenchError) -> Element:
    """Return the error as HTML: what happened, what was kept and what to do; calmly where a role is not for it."""
    if isinstance(error, NotAllowedError):
        return h.div(".wb-empty", role="status")[h.strong[error.message], h.span[error.next_step]]
    next_step = error.next_step and h.p[error.next_step]
    return h.div(".wb-error", role="alert")[h.strong[error.title], h.p[in_reader_zone(error.message)], next_step]


@contextmanager
def shown_errors(*, try_again: str = "") -> Iterator[None]:
    """Show a WorkbenchError in place of the page's content; ``try_again`` is the key of a button that reruns it."""
    try:
        yield
    except WorkbenchError as error:
        log.warning("page failed: %s (%s)", error.title, type(error).__name__)
        show_error(error)
        if try_again:
            st.button("Try again", key=try_again)


def show_unexpected(error: BaseException) -> bool:
    """Show an unexpected error; log only its type and traceback, since its message may hold a name.

    What a button's callback raises comes here too, and may be one that a person can understand.
    """
    if isinstance(error, WorkbenchError):
        show_error(error)
        return True
    trace = "".join(traceback.format_tb(error.__traceback__))
    log.error("unexpected error on a page: %s\n%s", type(error).__name__, trace)
    show_error(
        WorkbenchError(
            "This page could not be shown. No stored data was changed.",
            title="Something unexpected happened",
            next_step="Reload the page. If it happens again, the server's log names the cause.",
        )
    )
    return True
