"""Choosing a file that is used once: after that the field is empty again."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from workbench.ui.html.labels import Label
from workbench.ui.live.while_shown import shown_file


def ask_for_file(words: Label, types: Sequence[str], key: str) -> UploadedFile | None:
    """Ask for one file; the buttons that use it are shut until there is one."""
    used = st.session_state.get(_count_key(key), 0)
    field_key = f"{key}-{used}" if used else key
    return shown_file(st.file_uploader(words, type=list(types), key=field_key, label_visibility="collapsed"))


def forget_file(key: str) -> None:
    """Empty the field: a file that was used is freed, so it cannot be used twice."""
    st.session_state[_count_key(key)] = st.session_state.get(_count_key(key), 0) + 1


def _count_key(key: str) -> str:
    return f"{key}-used"
