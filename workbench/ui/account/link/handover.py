"""Handing a link to the customer: copied, scanned from the screen, or in a ready message. It is never opened here."""

from dataclasses import dataclass, field

import htpy as h
import segno
import streamlit as st
from htpy import Element

from workbench.casework.handover import Handover, log_channel, prepare_handover
from workbench.domain.links.handover import SUBJECT
from workbench.ui.html.live_markup import Opening, show_copyable, show_svg
from workbench.ui.html.markup import show_note, trusted_markup
from workbench.ui.live.current_desk import current_desk

_MIN_MODULE_PIXELS = 3
_USUAL_WIDTH_PIXELS = 172
_QUIET_MODULES = 4
_SHOWN = "wb-link-shown-of"
"""The account whose link is on the screen, which is written down once and not with each rerun."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code as SVG with its width on the screen, at which a phone can tell its modules apart."""

    markup: Element = field(repr=False)
    width_pixels: int


def show_qr_code_toggle(client_account_id: str) -> None:
    """Show the stored live link with its QR code and messages once someone asks for it."""
    with st.container(gap="xsmall", key="wb-handover"):
        if not st.toggle("Show QR code, link and messages", key=f"wb-hand-{client_account_id}"):
            st.session_state.pop(_SHOWN, None)
            return
        is_shown = st.session_state.get(_SHOWN) == client_account_id
        handover = prepare_handover(current_desk().actions, client_account_id, is_shown=is_shown)
        st.session_state[_SHOWN] = client_account_id
        if handover is not None and handover.is_live:
            _show_secret(handover)


def _show_secret(handover: Handover) -> None:
    code = draw_qr_code(handover.url)
    is_narrow = code is not None and code.width_pixels <= _USUAL_WIDTH_PIXELS
    words, picture = st.columns([0.7, 0.3], gap="medium") if is_narrow else (st.container(), st.container())
    with words:
        show_copyable(handover.url, key="wb-link-url")
        show_note("A message for the customer:")
        show_copyable(handover.message, key="wb-link-message", opening=_mail(handover))
        if handover.sms is None:
            show_note("The link is too long for one SMS.")
        else:
            show_note("The same for an SMS:")
            show_copyable(handover.sms, key="wb-link-sms", opening=_text_message(handover))
        show_note("Works once: don't open it yourself.")
    with picture:
        _show_code(code)


def _mail(handover: Handover) -> Opening:
    return Opening("mailto", "Open in mail", handover.email_address, lambda: log_channel("mail"), SUBJECT)


def _text_message(handover: Handover) -> Opening:
    return Opening("sms", "Open in messages", handover.phone_number, lambda: log_channel("SMS"))


def _show_code(code: QrCode | None) -> None:
    if code is None:
        show_note("The link is too long for a QR code.")
        return
    show_svg(code.markup, key="wb-link-code")
    show_note("Scan it with the customer's phone when they are with you.")


def draw_qr_code(url: str) -> QrCode | None:
    """Draw the link as a QR code, dark on white in both themes for phone cameras; None if the link is too long."""
    try:
        code = segno.make(url, error="l", micro=False)  # segno raises it as far as the size allows
    except segno.DataOverflowError:
        return None
    modules, _ = code.symbol_size(border=_QUIET_MODULES)
    scale = max(_MIN_MODULE_PIXELS, _USUAL_WIDTH_PIXELS // int(modules))
    drawn: str = code.svg_inline(scale=scale, border=_QUIET_MODULES, dark="#000", light="#fff")
    markup = h.div(".wb-code", role="img", aria_label="The link as a QR code")[trusted_markup(drawn)]
    return QrCode(markup, int(modules) * scale)
