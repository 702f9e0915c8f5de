"""Scrolling to the top when a step of a form takes the place of another."""

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).with_name("to_top.js").read_text(encoding="utf-8")

_mount = st.components.v2.component("wb-to-top", html="<div></div>", js=SCRIPT, isolate_styles=False)


def scroll_to_top(shown: str, *, key: str) -> None:
    """Scroll to the top and focus the heading, again whenever ``shown`` changes."""
    _mount(key=key, data=shown)
