"""A list to work from: an id opens, a tick selects, and pages of it are sorted as a whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import htpy as h
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from workbench import exports
from workbench.domain.words import count, plural
from workbench.ui.frame.navigation import go_to_account
from workbench.ui.html.copying import CopyButton, show_copy_buttons
from workbench.ui.html.markup import show_html, show_note
from workbench.ui.tables.columns import Look, look_of
from workbench.ui.tables.downloads import offer_files
from workbench.ui.tables.full_names import offer_full_names
from workbench.ui.tables.pages import ask_for_page, pages_of, rows_in_words
from workbench.ui.tables.provenance import SOURCE_AND_FILES, offer_source, show_source_of
from workbench.ui.tables.row_menu import ask_for_row_action
from workbench.ui.tables.tables import HEADER_HEIGHT, ROW_HEIGHT
from workbench.ui.tables.ticks import Ticks, clear_ticks, table_key, ticks_of

OPENS_NOTHING = "That row is no longer in the list, so nothing was opened."


@dataclass(frozen=True, slots=True)
class WorkList:
    """One page of a list. ``key`` names the list with its filters, sort and page; ``name`` the place on the screen.

    ``total`` counts the rows of all pages, and ``read_whole`` reads them for a file. ``rows_at_once`` is the height;
    None fills what the window has left.
    """

    key: str
    name: str
    rows: pa.Table
    columns: Sequence[str]
    total: int
    file_name: str
    read_whole: Callable[[], exports.Rows]
    page: int = 1
    looks: Mapping[str, Look] | None = None
    noun: str = "account"
    id_column: str = "client_account_id"
    opened_by: str = "client_account_id"
    rows_at_once: int | None = None
    about: exports.About | None = None

    @property
    def pages(self) -> int:
        return pages_of(self.total)

    def look(self, name: str) -> Look:
        return (self.looks or {}).get(name) or look_of(name)


OpenRow = Callable[..., None]
"""Opens the row with this id. Of an account, keywords are the codes of the part of its page that is wanted."""


def show_work_list(
    shown: WorkList,
    *,
    bar: Any,
    open_row: OpenRow = go_to_account,
    go_to_page: Callable[[int], None] | None = None,
) -> None:
    """Show the list, above it in ``bar`` what can be done with its ticked rows, and below it its pages and files."""
    ticks = ticks_of(shown.key, shown.rows[shown.id_column].to_pylist())
    with bar:
        wanted = _show_picked(shown, ticks)
    clicked = _show_table(shown, ticks)
    _show_foot(shown, ticks, go_to_page)
    if wanted is not None:
        open_row(ticks.ticked[0], **wanted)
    elif clicked:
        _open_clicked(shown, clicked, open_row)


def _show_picked(shown: WorkList, ticks: Ticks) -> Mapping[str, str] | None:
    """What can be done with the ticked rows; the part of the one row's page to open, if a button for it was used."""
    if not ticks.ticked:
        return None
    wanted = None
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"wb-picked-{shown.name}"):
        if len(ticks.ticked) == 1:
            wanted = _ask_for_part(shown, ticks)
        _offer_ids(shown, ticks)
        st.button("Clear", key=f"wb-clear-{shown.name}", type="tertiary", on_click=clear_ticks, args=(shown.key,))
    return wanted


def _ask_for_part(shown: WorkList, ticks: Ticks) -> Mapping[str, str] | None:
    """Offer to open the row; an account has a menu of what can be done there besides."""
    if st.button("Open", key=f"wb-open-{shown.name}"):
        return {}
    if shown.id_column != shown.opened_by:
        return None
    return ask_for_row_action(_ticked_rows(shown, ticks)().to_pylist()[0], f"wb-more-{shown.name}")


def _offer_ids(shown: WorkList, ticks: Ticks) -> None:
    """Offer to copy the ids that the ticked rows show, one a line."""
    ids = _ticked_rows(shown, ticks)()[shown.opened_by].to_pylist()
    words = "Copy id" if len(ids) == 1 else "Copy ids"
    show_copy_buttons(
        [CopyButton("ids", words, "Copied.")],
        key=f"wb-copy-{shown.name}",
        give=lambda _: "\n".join(ids),
        is_inline=True,
    )


def _ticked_rows(shown: WorkList, ticks: Ticks) -> Callable[[], pa.Table]:
    wanted = pa.array(ticks.ticked, pa.string())
    return lambda: shown.rows.filter(pc.is_in(shown.rows[shown.id_column], value_set=wanted))


def _show_table(shown: WorkList, ticks: Ticks) -> Any:
    """Show the rows; the row that was clicked, if one was, with the words of its button."""
    click_key = f"wb-row-{table_key(shown.key, ticks)}"
    fills = shown.rows_at_once is None
    config = {name: shown.look(name).configure() for name in shown.columns}
    config[shown.opened_by] = st.column_config.ButtonColumn(
        "Account", type="tertiary", alignment="left", pinned=True, width=132, key=click_key
    )
    if fills:
        show_html(h.style[f":root {{ --wb-rows: {shown.rows.num_rows} }}"])
    list_key = f"wb-{'fill' if fills else 'list'}-{'part-' if shown.pages > 1 else ''}{shown.name}"
    offer_full_names(shown.rows, list_key=list_key, opened_by=shown.opened_by, key=shown.name)
    with st.container(key=list_key, height="stretch" if fills else "content"):
        st.dataframe(
            pa.table({name: shown.look(name).arrange(shown.rows[name]) for name in shown.columns}),
            key=table_key(shown.key, ticks),
            on_select="rerun",
            selection_mode="multi-row",
            selection_default={"selection": {"rows": ticks.positions}},
            column_config=config,
            hide_index=True,
            row_height=ROW_HEIGHT,
            height=_height(shown),
            placeholder="–",
            lazy=False,
            alt=f"{plural(shown.total, shown.noun)}, page {shown.page} of {shown.pages}",
        )
    click: Any = st.session_state.get(click_key)
    return click


def _height(shown: WorkList) -> Any:
    if shown.rows_at_once is None:
        return "stretch"
    return HEADER_HEIGHT + ROW_HEIGHT * min(shown.rows.num_rows, shown.rows_at_once) + 2


def _open_clicked(shown: WorkList, click: Any, open_row: OpenRow) -> None:
    """Open the row whose button was pressed. The button's words tell it: rows may have moved since (#17026)."""
    labels = shown.rows[shown.opened_by].to_pylist()
    rows = [row for row, words in enumerate(labels) if words == click["label"]]
    if rows:
        open_row(shown.rows[shown.id_column][click["row"] if click["row"] in rows else rows[0]].as_py())
    else:
        st.toast(OPENS_NOTHING)


def _show_foot(shown: WorkList, ticks: Ticks, go_to_page: Callable[[int], None] | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"wb-foot-{shown.name}", gap="small"):
        notice = ticks.note and h.fragment[h.span(".wb-amber", role="status")[ticks.note], " "]
        ticked = f" · {_selected(ticks)}" if ticks.ticked else ""
        show_note(notice, rows_in_words(shown.page, shown.rows.num_rows, shown.total, shown.noun), ticked)
        _offer_source(shown, ticks)
        if go_to_page is not None:
            ask_for_page(shown.name, shown.page, shown.total, go_to_page)


def _offer_source(shown: WorkList, ticks: Ticks) -> None:
    """Offer where the rows are from, if that is a query, together with the files of them or of the ticked ones."""
    if shown.about is None:
        _offer_files(shown, ticks)
        return
    about = shown.about

    def show() -> None:
        show_source_of(about, shown.name)
        with st.container(horizontal=True, gap="small"):
            _offer_files(shown, ticks)

    offer_source(SOURCE_AND_FILES, shown.name, show)


def _offer_files(shown: WorkList, ticks: Ticks) -> None:
    if ticks.ticked:
        file_name, key = f"{shown.file_name}-selected", f"picked-{shown.name}"
        offer_files(_ticked_rows(shown, ticks), file_name, key, shown.about, of=f"of {_selected(ticks)}")
    else:
        offer_files(shown.read_whole, shown.file_name, shown.name, shown.about)


def _selected(ticks: Ticks) -> str:
    return f"{count(len(ticks.ticked))} selected"
