"""Names in a list in full, when the pointer rests on a row in which one is shortened."""

from pathlib import Path

import pyarrow as pa
import streamlit as st

from workbench.ui.tables.columns import shortened

SCRIPT = Path(__file__).with_name("full_names.js").read_text(encoding="utf-8")

_mount = st.components.v2.component("wb-full-names", html="<div></div>", js=SCRIPT, isolate_styles=False)


def offer_full_names(rows: pa.Table, *, list_key: str, opened_by: str, key: str) -> None:
    """Show the full names of the list in the container ``list_key``, whose rows show ``opened_by`` in their button."""
    names = long_names(rows, opened_by)
    if names:
        with st.container(key=f"wb-full-names-{key}"):
            _mount(key=f"wb-full-names-of-{key}", data={"list": list_key, "names": names})


def long_names(rows: pa.Table, opened_by: str) -> dict[str, str]:
    """The names that the list shortens, by what the button of their row says."""
    if "display_name" not in rows.column_names:
        return {}
    pairs = zip(rows[opened_by].to_pylist(), rows["display_name"].to_pylist(), strict=True)
    return {words: name for words, name in pairs if name and shortened(name) != name}
