"""The one table of the workbench: dense, id first, badges, one click to the account, safe to download."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.ui import exports
from workbench.ui.columns import Look, look_of
from workbench.ui.markup import show_html
from workbench.ui.places import open_account
from workbench.ui.reads import Reading
from workbench.ui.words import count

ROW_HEIGHT = 28
HEADER_HEIGHT = 33
ROWS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Whole:
    """A list as long as it is: its rows are read only when somebody takes them home."""

    rows: int
    read: Callable[[], pa.Table]


def show_accounts(
    reading: Reading,
    columns: Sequence[str],
    *,
    key: str,
    file_name: str,
    rows_at_once: int = 11,
    looks: Mapping[str, Look] | None = None,
    whole: Whole | None = None,
) -> None:
    """A list of accounts; choosing a row opens that account, looked up by the id that the row showed.

    ``whole`` is the list behind ``reading`` where that holds only its first rows.
    """
    shown = reading.table.slice(0, ROWS_SHOWN)
    state = st.dataframe(
        _arranged(shown, columns, looks or {}),
        key=table_key(key, shown),
        on_select="rerun",
        selection_mode="single-row",
        **_grid(columns, looks or {}, shown.num_rows, rows_at_once),
    )
    _show_foot(whole or _all_of(reading.table), shown.num_rows, key=key, file_name=file_name)
    if state.selection.rows and state.selection.rows[0] < shown.num_rows:
        open_account(shown["client_account_id"][state.selection.rows[0]].as_py())


def show_table(
    reading: Reading,
    columns: Sequence[str],
    *,
    key: str,
    file_name: str = "",
    rows_at_once: int = 8,
    looks: Mapping[str, Look] | None = None,
) -> None:
    """A list that opens nothing; it is offered as a file when ``file_name`` is given."""
    shown = reading.table.slice(0, ROWS_SHOWN)
    st.dataframe(
        _arranged(shown, columns, looks or {}),
        key=table_key(key, shown),
        **_grid(columns, looks or {}, shown.num_rows, rows_at_once),
    )
    if file_name or reading.table.num_rows > shown.num_rows:
        _show_foot(_all_of(reading.table), shown.num_rows, key=key, file_name=file_name)


def table_key(key: str, shown: pa.Table) -> str:
    """Other rows or another order, another key.

    Streamlit keeps a keyed table's selection by position when its data changes (#17026), so the wrong account would be
    opened; while the rows stay the same ones, the key stays, and with it the reader's sorting and scroll.
    """
    ids = "\x1f".join(str(name) for name in shown.column(0).to_pylist()) if shown.num_columns else ""
    return f"{key}-{hashlib.blake2s(ids.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"


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


def _all_of(table: pa.Table) -> Whole:
    return Whole(table.num_rows, lambda: table)


def _show_foot(whole: Whole, shown: int, *, key: str, file_name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"wb-foot-{key}", gap="small"):
        show_html(f'<p class="wb-note">{_how_many(shown, whole.rows)}</p>')
        if file_name:
            _offer_file(whole, "CSV", f"{file_name}.csv", key)
            _offer_file(whole, "Excel", f"{file_name}.xlsx", key)


def _how_many(shown: int, total: int) -> str:
    if shown < total:
        return f"Showing {count(shown)} of {count(total)}. Filter, or download all of them."
    return f"{count(total)} {'row' if total == 1 else 'rows'}"


def _offer_file(whole: Whole, label: str, file_name: str, key: str) -> None:
    is_csv = label == "CSV"
    st.download_button(
        label,
        data=(lambda: exports.csv_bytes(whole.read())) if is_csv else (lambda: exports.xlsx_bytes(whole.read())),
        file_name=file_name,
        mime=exports.CSV_TYPE if is_csv else exports.XLSX_TYPE,
        key=f"wb-{label.lower()}-{key}",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )
