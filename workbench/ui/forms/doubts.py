"""The one confirmation of everything that is unusual in a request."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from workbench.domain.words import plural
from workbench.ui.html.markup import show_heading, show_lines


def ask_confirmation_of_doubts(lines: Sequence[str], key: str) -> bool:
    """Show what is unusual and ask once for all of it; True if there is nothing, or it is confirmed.

    With other doubts the box is another one, so that nobody has confirmed what they did not see.
    """
    if not lines:
        return True
    show_heading("Unusual", f"{plural(len(lines), 'value')} to confirm")
    show_lines(lines, tone="wb-amber")
    seen = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    return st.checkbox("I have checked this: send it as it is (recorded under your name)", key=f"{key}-{seen}")
