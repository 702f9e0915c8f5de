"""HTML that reacts to clicks, with a few lines of JavaScript and no library."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from workbench.ui.html.markup import literal

SCRIPT = Path(__file__).with_name("live_markup.js").read_text(encoding="utf-8")

_mount = st.components.v2.component("wb-live", html='<div class="wb-live"></div>', js=SCRIPT, isolate_styles=False)


def show_live(markup: str, *, key: str, on_pick: Callable[[str], None]) -> None:
    """Show markup with clickable ``data-pick`` elements; a click calls ``on_pick`` before the page reruns.

    Foreign text in the markup must have gone through ``literal``: the browser takes the markup as it is.
    """

    def pass_on() -> None:
        picked = st.session_state[key].picked
        if picked:
            on_pick(str(picked))

    _mount(key=key, data=markup, on_picked_change=pass_on)


def show_copyable(text: str, *, key: str) -> None:
    """Show a text with a button that copies it; ``st.code`` would load 1.5 MB of JavaScript for that."""
    button = '<button type="button" data-copies aria-label="Copy to clipboard">Copy</button>'
    _mount(key=key, data=f'<p class="wb-copyable"><code>{literal(text)}</code>{button}</p>')


def show_svg(markup: str, *, key: str) -> None:
    """Show markup with an SVG drawing in it, which ``st.html`` would remove."""
    _mount(key=key, data=markup)
