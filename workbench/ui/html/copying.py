"""Buttons that copy a text which is in no page: the server gives it at the click, straight to the clipboard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import htpy as h
import streamlit as st

from workbench.ui.html.markup import as_html

SCRIPT = Path(__file__).with_name("copying.js").read_text(encoding="utf-8")
NOT_THERE = "It is no longer there: reload the page."

_mount = st.components.v2.component(
    "wb-copying", html='<div class="wb-copying"></div>', js=SCRIPT, isolate_styles=False
)


@dataclass(frozen=True, slots=True)
class CopyButton:
    """``asks`` is the code that ``give`` is called with, ``done`` what is said once the text is in the clipboard."""

    asks: str
    words: str
    done: str
    is_primary: bool = False


def show_copy_buttons(
    buttons: Sequence[CopyButton], *, key: str, give: Callable[[str], str | None], is_inline: bool = False
) -> None:
    """Show the buttons. ``give`` returns the text of a code, or None if there is none now.

    ``is_inline``: no wider than the buttons, for a row.

    Without a clipboard, as in a page served over plain http, the text is shown for a minute instead.
    """
    answer_key = f"{key}-answer"

    def pass_on() -> None:
        asks, _, asked_id = str(st.session_state[key].asked or "").partition(" ")
        if asks in {button.asks for button in buttons}:
            text = give(asks)
            st.session_state[answer_key] = {"id": asked_id, "text": text, "refusal": NOT_THERE}

    answer = st.session_state.pop(answer_key, None)
    _mount(
        key=key,
        data={"markup": _markup(buttons), "answer": answer},
        on_asked_change=pass_on,
        width="content" if is_inline else "stretch",
    )


def _markup(buttons: Sequence[CopyButton]) -> str:
    drawn = [
        h.button(
            {"data-asks": button.asks, "data-done": button.done},
            type="button",
            class_=["wb-button", button.is_primary and "wb-primary"],
        )[button.words]
        for button in buttons
    ]
    return as_html(h.div(".wb-buttons")[drawn], h.p(".wb-note", role="status")[""])
