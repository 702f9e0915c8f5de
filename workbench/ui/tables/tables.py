"""A table to read, whose rows open nothing: dense, with badges and safe downloads."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.domain.words import count, plural
from workbench.ui.html.markup import show_note
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.columns import Look, look_of
from workbench.ui.tables.downloads import about_of, offer_files
from workbench.ui.tables.pages import SORTS_A_PART

ROW_HEIGHT = 28
HEADER_HEIGHT = 33
ROWS_SHOWN = 200


def show_table(
    reading: QueryResult,
    columns: Sequence[str],
    *,
    key: str,
    file_name: str = "",
    rows_at_once: int = 8,
    looks: Mapping[str, Look] | None = None,
) -> None:
    """Show a table; it can be downloaded if ``file_name`` is given."""
    shown = reading.table.slice(0, ROWS_SHOWN)
    is_part = reading.table.num_rows > shown.num_rows
    with st.container(key=f"wb-list-{'part-' if is_part else ''}{key}"):
        st.dataframe(
            _arranged(shown, columns, looks or {}),
            key=key,
            **_grid(columns, looks or {}, shown.num_rows, rows_at_once),
        )
    if file_name or is_part:
        _show_footer(reading, shown.num_rows, key=key, file_name=file_name)


def _arranged(table: pa.Table, columns: Sequence[str], looks: Mapping[str, Look]) -> pa.Table:
    return pa.table({name: (looks.get(name) or look_of(name)).arrange(table[name]) for name in columns})


def _grid(columns: Sequence[str], looks: Mapping[str, Look], rows: int, rows_at_once: int) -> dict[str, Any]:
    return {
        "column_config": {name: (looks.get(name) or look_of(name)).configure() for name in columns},
        "hide_index": True,
        "row_height": ROW_HEIGHT,
        "height": HEADER_HEIGHT + ROW_HEIGHT * min(rows, rows_at_once) + 1,
        "placeholder": "–",
        "lazy": False,
    }


def _show_footer(reading: QueryResult, shown: int, *, key: str, file_name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"wb-foot-{key}", gap="small"):
        show_note(_how_many(shown, reading.table.num_rows))
        if file_name:
            offer_files(lambda: reading.table, file_name, key, about_of(reading))


def _how_many(shown: int, total: int) -> str:
    if shown < total:
        return f"First {count(shown)} of {count(total)} rows · {SORTS_A_PART}"
    return plural(total, "row")
