"""HTML of ours that answers a click. Nothing is loaded for it but a few lines that come with it."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from workbench.ui.html.markup import literal

SCRIPT = Path(__file__).with_name("live_markup.js").read_text(encoding="utf-8")

_mount = st.components.v2.component("wb-live", html='<div class="wb-live"></div>', js=SCRIPT, isolate_styles=False)


def show_live(markup: str, *, key: str, on_pick: Callable[[str], None]) -> None:
    """Show markup whose ``data-pick`` elements choose something: ``on_pick`` gets it before the page runs again.

    Whatever is not ours in the markup must have gone through ``literal``: the browser takes it as it is.
    """

    def pass_on() -> None:
        picked = st.session_state[key].picked
        if picked:
            on_pick(str(picked))

    _mount(key=key, data=markup, on_picked_change=pass_on)


def show_copyable(text: str, *, key: str) -> None:
    """An id or a link as it is, with a button that copies it; ``st.code`` loads 1.5 MB of JavaScript for that."""
    button = '<button type="button" data-copies aria-label="Copy to clipboard">Copy</button>'
    _mount(key=key, data=f'<p class="wb-copyable"><code>{literal(text)}</code>{button}</p>')


def show_drawn(markup: str, *, key: str) -> None:
    """Markup of ours with a drawing in it, which ``st.html`` would take out."""
    _mount(key=key, data=markup)
