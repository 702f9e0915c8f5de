"""HTML that reacts to clicks, with a few lines of JavaScript and no library."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import htpy as h
import streamlit as st
from htpy import Renderable

from workbench.ui.html.markup import as_html

SCRIPT = Path(__file__).with_name("live_markup.js").read_text(encoding="utf-8")

_mount = st.components.v2.component("wb-live", html='<div class="wb-live"></div>', js=SCRIPT, isolate_styles=False)


def show_live(markup: Renderable, *, key: str, on_pick: Callable[[str], None]) -> None:
    """Show markup with clickable ``data-pick`` elements; a click calls ``on_pick`` before the page reruns."""

    def pass_on() -> None:
        picked = st.session_state[key].picked
        if picked:
            on_pick(str(picked))

    _mount(key=key, data=as_html(markup), on_picked_change=pass_on)


@dataclass(frozen=True, slots=True)
class Opening:
    """Which program opens with a text, and for whom; ``scheme`` is ``mailto`` or ``sms``."""

    scheme: str
    label: str
    to: str = field(repr=False)
    on_open: Callable[[], None]
    subject: str = ""


def show_copyable(text: str, *, key: str, opening: Opening | None = None, is_inline: bool = False) -> None:
    """Show a text with a button that copies it; ``st.code`` would load 1.5 MB of JavaScript for that.

    ``is_inline``: no wider than the text, for a row. With ``opening`` a second button opens a program with the text.
    Its address is made in the browser at the click.
    """
    copy = h.button(type="button", data_copies=True, aria_label="Copy to clipboard")["Copy"]
    if opening is None:
        markup = as_html(h.p(".wb-copyable")[h.code[text], copy])
        _mount(key=key, data=markup, width="content" if is_inline else "stretch")
        return
    about = {"data-opens": opening.scheme, "data-to": opening.to, "data-subject": opening.subject}
    button = h.button(about, type="button")[opening.label]
    _mount(key=key, data=as_html(h.p(".wb-copyable")[h.code[text], copy, button]), on_opened_change=opening.on_open)


def show_svg(markup: Renderable, *, key: str) -> None:
    """Show markup with an SVG drawing in it, which ``st.html`` would remove."""
    _mount(key=key, data=as_html(markup))
