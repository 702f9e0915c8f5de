"""The table that all pages share: dense, with badges, a click that opens the account, and safe downloads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import htpy as h
import pyarrow as pa
import streamlit as st
from pandas.io.formats.style import Styler

from workbench import exports
from workbench.ui.charts.palette import GREY
from workbench.ui.frame.navigation import go_to_account
from workbench.ui.html.markup import show_note
from workbench.ui.live.cached_queries import Param, QueryResult
from workbench.ui.tables import row_clicks
from workbench.ui.tables.columns import Look, look_of
from workbench.ui.tables.downloads import about_of, offer_files
from workbench.ui.text.words import count

ROW_HEIGHT = 28
HEADER_HEIGHT = 33
ROWS_SHOWN = 200
HOW_TO_OPEN = " · tick a row to open it (Shift+Space)"


@dataclass(frozen=True, slots=True)
class FullList:
    """A list in full length: its number of rows, a function that reads them only when they are downloaded, and what it
    is asked with."""

    rows: int
    read: Callable[[], exports.Rows]
    params: Mapping[str, Param] | None = None


def show_accounts(
    reading: QueryResult,
    columns: Sequence[str],
    *,
    key: str,
    file_name: str,
    rows_at_once: int = 11,
    looks: Mapping[str, Look] | None = None,
    full_list: FullList | None = None,
    id_column: str = "client_account_id",
    open_row: Callable[[str], None] = go_to_account,
) -> None:
    """Show a list of accounts; selecting a row opens the account whose id the row showed.

    ``key`` identifies the list with its filters: while it is the same, new data keeps the reader's sorting and
    scroll position. ``full_list`` is the full list, for a ``reading`` that holds only the first rows.
    """
    shown = reading.table.slice(0, ROWS_SHOWN)
    before = row_clicks.previous_rows(key)
    table_key = f"{key}-{before.generation if before else 0}"
    is_fresh = table_key not in st.session_state
    state = st.dataframe(
        _arranged(shown, columns, looks or {}),
        key=table_key,
        on_select="rerun",
        selection_mode="single-row",
        **_grid(columns, looks or {}, shown.num_rows, rows_at_once),
    )
    note = before.note if before else ""
    whole = full_list or _full_list_of(reading.table)
    about = about_of(reading, whole.params)
    _show_footer(whole, shown.num_rows, key=key, file_name=file_name, about=about, note=note, hint=HOW_TO_OPEN)
    if state.selection.rows and before is not None:
        _open_chosen_row(key, before, state.selection.rows[0], open_row)
    row_clicks.remember_rows(key, before, shown[id_column].to_pylist(), is_fresh=is_fresh)


def _open_chosen_row(key: str, before: row_clicks.ShownRows, row: int, open_row: Callable[[str], None]) -> None:
    chosen = row_clicks.clicked_id(before, row)
    if chosen is None:
        row_clicks.refuse_click(key, before)
    else:
        open_row(chosen)


def show_table(
    reading: QueryResult,
    columns: Sequence[str],
    *,
    key: str,
    file_name: str = "",
    rows_at_once: int = 8,
    looks: Mapping[str, Look] | None = None,
    quiet_rows: Collection[int] = (),
) -> None:
    """Show a table whose rows open nothing; it can be downloaded if ``file_name`` is given.

    ``quiet_rows`` are shown in grey.
    """
    shown = reading.table.slice(0, ROWS_SHOWN)
    arranged = _arranged(shown, columns, looks or {})
    st.dataframe(
        _with_quiet_rows(arranged, quiet_rows) if quiet_rows else arranged,
        key=key,
        **_grid(columns, looks or {}, shown.num_rows, rows_at_once),
    )
    if file_name or reading.table.num_rows > shown.num_rows:
        whole = _full_list_of(reading.table)
        _show_footer(whole, shown.num_rows, key=key, file_name=file_name, about=about_of(reading))


def _arranged(table: pa.Table, columns: Sequence[str], looks: Mapping[str, Look]) -> pa.Table:
    return pa.table({name: (looks.get(name) or look_of(name)).arrange(table[name]) for name in columns})


def _with_quiet_rows(table: pa.Table, rows: Collection[int]) -> Styler:
    styled: Styler = table.to_pandas().style
    return styled.apply(lambda row: [f"color: {GREY}" if row.name in rows else ""] * len(row), axis="columns")


def _grid(columns: Sequence[str], looks: Mapping[str, Look], rows: int, rows_at_once: int) -> dict[str, Any]:
    return {
        "column_config": {name: (looks.get(name) or look_of(name)).configure() for name in columns},
        "hide_index": True,
        "row_height": ROW_HEIGHT,
        "height": HEADER_HEIGHT + ROW_HEIGHT * min(rows, rows_at_once) + 1,
        "placeholder": "–",
        "lazy": False,
    }


def _full_list_of(table: pa.Table) -> FullList:
    return FullList(table.num_rows, lambda: table)


def _show_footer(
    full_list: FullList,
    shown: int,
    *,
    key: str,
    file_name: str,
    about: exports.About | None,
    note: str = "",
    hint: str = "",
) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"wb-foot-{key}", gap="small"):
        notice = note and h.fragment[h.span(".wb-amber", role="status")[note], " "]
        show_note(notice, _how_many(shown, full_list.rows), hint)
        if file_name:
            offer_files(full_list.read, file_name, key, about)


def _how_many(shown: int, total: int) -> str:
    if shown < total:
        return f"Showing {count(shown)} of {count(total)}. Filter, or download all of them."
    return f"{count(total)} {'row' if total == 1 else 'rows'}"
