"""A picture in the page: the copy that the check drew, or a sentence that says why there is none."""

from typing import Literal

import streamlit as st

from workbench.domain.words import count
from workbench.files.checking import CheckedFile
from workbench.ui.html.markup import show_note, show_sentence


def show_picture(file: CheckedFile, words: str, *, width: int | Literal["content"] = "content", next_step: str) -> None:
    """Show the first frame; ``next_step`` says what to do if that is not the whole picture."""
    if file.preview:
        st.image(file.preview, width=width, alt=words)
    elif file.pixels:
        shape = f"{count(file.pixels[0])} × {count(file.pixels[1])} pixels"
        show_sentence(f"{words} has {shape}, too small or too narrow to show here. {next_step}", role="status")
    if file.preview and file.frames > 1:
        show_note(f"An animation: the first of {count(file.frames)} frames is shown. {next_step}")
