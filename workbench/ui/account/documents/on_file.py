"""The documents that Bakkt holds of one account, each with its renewal."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.domain.documents import spec_of
from workbench.domain.words import day, plural
from workbench.ui.account.documents.viewer import fetch_opened, keep_opened, show_opened
from workbench.ui.account.tabs import open_tab
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.navigation import DOCUMENTS
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_heading, show_html, show_note
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.permission import may
from workbench.ui.text.document_words import added_description, document_words, reupload_codes

ROWS_SHOWN = 40
_SHOWN = "wb-documents-shown"


def _show_in_pages(rows: Sequence[dict[str, Any]], show_row: Callable[[dict[str, Any]], None]) -> None:
    """Show the first rows, and a button for more while there are any."""
    shown = st.session_state.get(_SHOWN, ROWS_SHOWN)
    with st.container(gap="xsmall"):
        for row in rows[:shown]:
            show_row(row)
    left = len(rows) - shown
    if left > 0 and st.button(label("Show {} more of {}", min(left, ROWS_SHOWN), left), key="wb-documents-more"):
        st.session_state[_SHOWN] = shown + ROWS_SHOWN
        st.rerun()


def _offer_reupload(row: dict[str, Any]) -> None:
    key = f"wb-document-reupload-{row['client_document_id']}"
    codes = {**reupload_codes(row), **({"side": row["document_side"]} if row["document_side"] else {})}
    st.button("Re-upload", key=key, type="tertiary", on_click=open_tab, args=(DOCUMENTS, codes))


def show_documents_on_file(account: dict[str, Any]) -> None:
    """Show the account's documents at Bakkt; each can be opened here, and a current one uploaded again."""
    client_account_id = account["client_account_id"]
    rows = read_of_account("accounts/documents", client_account_id).rows
    replaced = sum(not row["is_current"] for row in rows)
    show_heading("On file at Bakkt", f"{plural(len(rows) - replaced, 'current document')}, {replaced} replaced")
    if not rows:
        show_note("None uploaded.")
    show_opened(client_account_id)
    shows_replaced = replaced and st.toggle("Show replaced documents too", key="wb-documents-replaced")
    listed = [row for row in rows if row["is_current"] or shows_replaced]
    _show_in_pages(listed, partial(_show_document, client_account_id))


def _show_document(client_account_id: str, row: dict[str, Any]) -> None:
    key = row["client_document_id"]
    with st.container(horizontal=True, vertical_alignment="center", key=f"wb-foot-document-{key}"):
        state = "replaced" if not row["is_current"] else "expired" if row["is_expired"] else ""
        notes = [
            added_description(row),
            row["issue_country"],
            f"expires {day(row['expires_at'])}" if row["expires_at"] else None,
            f"uploaded {day(row['uploaded_at'])}" if row["uploaded_at"] else None,
            f"by {row['uploaded_by']}" if row["uploaded_by"] else None,
        ]
        show_html(
            h.p(".wb-row.wb-document")[
                h.span[document_words(row)],
                " ",
                h.span(".wb-note")[" · ".join(filter(None, notes))],
                " ",
                h.span(class_="wb-red" if state == "expired" else "wb-note")[state],
            ]
        )
        if may(Act.SEE_DOCUMENT) and st.button("Open", key=f"wb-document-open-{key}", type="tertiary"):
            with shown_errors():
                keep_opened(fetch_opened(client_account_id, row))
                st.rerun()
        if may(Act.UPLOAD_DOCUMENT) and row["is_current"] and spec_of(row["document_type"]):
            _offer_reupload(row)
