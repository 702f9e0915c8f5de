"""Giving a link to the customer: copied, scanned from the screen, or in a ready message. Nothing here opens it."""

import segno
import streamlit as st

from workbench.actions.handing_over import Handover, handing_over
from workbench.ui.desk import current_desk
from workbench.ui.live_markup import show_copyable, show_drawn
from workbench.ui.markup import show_heading, show_note

_MODULE_PIXELS = 4


def show_handover(client_account_id: str) -> None:
    """The stored live link, masked until somebody asks for it."""
    handover = handing_over(current_desk().store, client_account_id)
    if handover is None or not handover.is_live:
        return
    with st.container(border=True, gap="xsmall", key="wb-handover"):
        show_heading("Give it to the customer", f"ends {handover.ends_words}")
        if st.toggle("Show the link, its code and a ready message", key=f"wb-hand-{client_account_id}"):
            _show_secret(handover)
        else:
            show_note("The link is a secret of this customer: it shows when you ask for it.")


def _show_secret(handover: Handover) -> None:
    words, picture = st.columns([0.7, 0.3], gap="medium")
    with words:
        show_copyable(handover.url, key="wb-link-url")
        show_note("A message for the customer, ready to copy:")
        show_copyable(handover.message, key="wb-link-message")
        show_note("It opens once: do not try it yourself.")
    with picture:
        show_drawn(qr_code(handover.url), key="wb-link-code")
        show_note("For the customer's phone, when they are with you.")


def qr_code(url: str) -> str:
    """The link as a QR code in SVG, dark on white in both themes, as phones want it."""
    code = segno.make(url, error="m", micro=False)
    drawn: str = code.svg_inline(scale=_MODULE_PIXELS, border=4, dark="#000", light="#fff", omitsize=True)
    return f'<div class="wb-code" role="img" aria-label="The link as a QR code">{drawn}</div>'
