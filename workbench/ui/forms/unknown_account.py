"""An account that the address names and of which nothing is known: the same sentences on every page."""

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.ui.frame.notices import forget_notice, keep_error, show_notice
from workbench.ui.html.markup import show_empty, show_html, show_note
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may

MAX_ID_LENGTH = 300
READ_NOTICE = "read-one"
_BEING_READ = "Reading from Bakkt, unread accounts first. This page fills in when the answer arrives."


def show_unknown_account(client_account_id: str) -> None:
    """An id with nothing to show: taken out of the registry, not read yet, or never registered."""
    registration = read_of_account("accounts/registration", client_account_id[:MAX_ID_LENGTH]).first
    is_taken_out = bool(registration) and registration["taken_out_at"] is not None
    is_registered = bool(registration) and not is_taken_out
    known = "This account has not been read yet" if is_registered else "Unknown account"
    if is_taken_out:
        known = "This id was taken out of the registry"
    show_html(h.h1(".wb-answer")[known], h.p(".wb-id.wb-name")[client_account_id[:MAX_ID_LENGTH]])
    if is_taken_out:
        show_empty(
            f"By {registration['taken_out_by']}: {registration['taken_out_reason']}",
            "What was known of it is kept. Import the id on Data to bring it back.",
        )
        return
    if not is_registered:
        show_empty("No account with this id is registered.", "Check the id, or import it on Data.")
        return
    show_empty("This id is registered but has not been read from Bakkt yet.")
    offer_to_read(client_account_id)


def offer_to_read(client_account_id: str) -> None:
    """Offer to read the account from Bakkt now, unless a sync is running, which reads it anyway."""
    if current_desk().sync.is_running:
        show_note(_BEING_READ)
    elif may(Act.SYNC) and st.button("Read from Bakkt now", key="wb-read-one", type="primary"):
        _read_now(client_account_id)
    show_notice(READ_NOTICE)


def _read_now(client_account_id: str) -> None:
    try:
        current_desk().sync.start(client_account_id=client_account_id)
    except WorkbenchError as error:
        keep_error(READ_NOTICE, error)
    else:
        forget_notice(READ_NOTICE)
        show_note(_BEING_READ)
