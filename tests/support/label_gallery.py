"""A Streamlit script that shows strange texts in every kind of label; the query says which kinds."""

from collections.abc import Callable
from time import sleep

import pandas as pd
import streamlit as st

from tests.support.strange_texts import COMPOUND, HARMLESS, TEXTS
from workbench.ui.html.labels import Label, literal


def show_in_dialog(text: str) -> None:
    st.dialog(literal(text))(lambda: st.write("open"))()


MARKDOWN: dict[str, Callable[[Label, str], object]] = {
    "button": lambda text, key: st.button(text, key=key),
    "download_button": lambda text, key: st.download_button(text, "x", key=key),
    "link_button": lambda text, _: st.link_button(text, "http://127.0.0.1:9/"),
    "page_link": lambda text, _: st.page_link("http://127.0.0.1:9/", label=text),
    "text_input": lambda text, key: st.text_input(text, key=key),
    "text_area": lambda text, key: st.text_area(text, key=key),
    "number_input": lambda text, key: st.number_input(text, key=key),
    "date_input": lambda text, key: st.date_input(text, key=key),
    "selectbox": lambda text, key: st.selectbox(text, ["a"], key=key),
    "multiselect": lambda text, key: st.multiselect(text, ["a"], key=key),
    "file_uploader": lambda text, key: st.file_uploader(text, key=key),
    "checkbox": lambda text, key: st.checkbox(text, key=key),
    "toggle": lambda text, key: st.toggle(text, key=key),
    "radio": lambda text, key: st.radio(text, ["a"], key=key),
    "radio_option": lambda text, key: st.radio("x", [text], key=key, label_visibility="collapsed"),
    "pills": lambda text, key: st.pills("x", [text], key=key, label_visibility="collapsed"),
    "segmented_control": lambda text, key: st.segmented_control("x", [text], key=key, label_visibility="collapsed"),
    "tabs": lambda text, _: st.tabs([text]),
    "expander": lambda text, _: st.expander(text),
    "popover": lambda text, _: st.popover(text),
    "status": lambda text, _: st.status(text),
    "progress": lambda text, _: st.progress(0.5, text),
    "badge": lambda text, _: st.badge(text),
    "metric": lambda text, _: st.metric(text, 1),
    "caption": lambda text, _: st.caption(text),
    "markdown": lambda text, _: st.markdown(text),
    "error": lambda text, _: st.error(text),
    "warning": lambda text, _: st.warning(text),
    "info": lambda text, _: st.info(text),
    "success": lambda text, _: st.success(text),
}
"""Kinds of label that are Markdown."""

PLAIN: dict[str, Callable[[str, str], object]] = {
    "selectbox_option": lambda text, key: st.selectbox("x", [text], key=key),
    "multiselect_option": lambda text, key: st.multiselect("x", [text], default=[text], key=key),
    "placeholder": lambda text, key: st.text_input("x", placeholder=text, key=key),
}
"""Kinds of text that Streamlit shows as it is: ``literal`` would show its escapes there."""

ONCE: dict[str, Callable[[], object]] = {
    "toast": lambda: st.toast(literal(COMPOUND), duration="infinite"),
    "dialog": lambda: show_in_dialog(COMPOUND),
    "help": lambda: st.button("x", key="helped", help=literal(COMPOUND)),
    "column": lambda: st.dataframe(pd.DataFrame({COMPOUND: [COMPOUND]}), hide_index=True),
    "title": lambda: st.set_page_config(page_title=COMPOUND),
}
"""Shown with one text alone."""


def show(kind: str) -> None:
    if kind in ONCE:
        ONCE[kind]()
        return
    if kind == "spinner":
        with st.spinner(literal(COMPOUND)):
            sleep(20)
    with st.container(key=f"shown-{kind}"):
        for number, text in enumerate([*TEXTS, *HARMLESS]):
            if kind in MARKDOWN:
                MARKDOWN[kind](literal(text), f"{kind}-{number}")
            elif number < len(TEXTS):
                PLAIN[kind](text, f"{kind}-{number}")


if __name__ == "__main__":
    for kind in st.query_params.get_all("kind"):
        show(kind)
