"""The current documents of one account, one line a document with its sides, each ready to open and to upload again."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import htpy as h
import streamlit as st
from htpy import Element, Node

from workbench.access.policy import Act
from workbench.domain.documents import find_account_blocker, spec_of
from workbench.domain.words import day, plural
from workbench.ui.account.documents.viewer import fetch_opened, keep_opened, show_opened
from workbench.ui.account.owners import owner_names_by_id
from workbench.ui.account.reads import AccountReads
from workbench.ui.account.tabs import open_tab
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.navigation import DOCUMENTS
from workbench.ui.html.labels import Label, label, literal
from workbench.ui.html.markup import show_heading, show_html, show_note
from workbench.ui.live.permission import may
from workbench.ui.text.document_words import added_description, document_title, reupload_codes

LINES_SHOWN = 12
Sides = Sequence[dict[str, Any]]


def show_documents_by_side(account: dict[str, Any], reads: AccountReads) -> None:
    """Show current documents alone; replaced ones are in the tab Documents."""
    rows = reads.documents.rows
    current = [row for row in rows if row["is_current"]]
    expired = sum(bool(row["is_expired"]) for row in current)
    replaced = len(rows) - len(current)
    notes = [f"{expired} expired" if expired else "", f"{replaced} replaced" if replaced else ""]
    show_heading("Documents", ", ".join(filter(None, notes)) or ("" if current else "none uploaded"))
    show_opened(account["client_account_id"])
    names = owner_names_by_id(reads.owners.rows) if len(reads.owners.rows) > 1 else {}
    lines = _lines(current)
    can_upload = find_account_blocker(account["standing"], is_known=True) is None and may(Act.UPLOAD_DOCUMENT)
    with st.container(gap="xxsmall"):
        for place, sides in enumerate(lines[:LINES_SHOWN]):
            _show_line(account["client_account_id"], sides, names, place, can_upload=can_upload)
    if len(lines) > LINES_SHOWN:
        show_note(f"{plural(len(lines) - LINES_SHOWN, 'more document')} in the tab Documents.")


def _lines(rows: Sequence[dict[str, Any]]) -> list[Sides]:
    """The sides of one document of one owner together; what expired comes first."""
    in_order = sorted(rows, key=lambda row: (_document(row), row["document_side"] != "FRONT"))
    lines = [list(sides) for _, sides in groupby(in_order, key=_document)]
    return sorted(lines, key=lambda sides: not any(row["is_expired"] for row in sides))


def _document(row: dict[str, Any]) -> tuple[str, ...]:
    """What the sides of one document share; a document without sides is told apart by what it counts towards."""
    parts = [row["client_owner_id"], row["document_type"]]
    if not _has_sides(row):
        parts += [row["series"], row["description"]]
    return tuple(part or "" for part in parts)


def _has_sides(row: dict[str, Any]) -> bool:
    spec = spec_of(row["document_type"])
    return spec is not None and len(spec.sides) > 1


def _show_line(client_account_id: str, sides: Sides, names: dict[str, str], place: int, *, can_upload: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"wb-foot-line-{place}"):
        show_html(_words(sides, names))
        if may(Act.SEE_DOCUMENT):
            _show_open(client_account_id, sides, place)
        if can_upload and spec_of(sides[0]["document_type"]) is not None:
            words = label("Re-upload both sides" if _has_sides(sides[0]) else "Re-upload")
            st.button(words, key=f"wb-reupload-{place}", on_click=open_tab, args=(DOCUMENTS, reupload_codes(sides[0])))


def _words(sides: Sides, names: dict[str, str]) -> Element:
    first = sides[0]
    owner = names.get(first["client_owner_id"])
    parts: list[Node] = [h.span[document_title(first), owner and [" of ", h.bdi[owner]]], " "]
    parts += [[_side(row, is_alone=len(sides) == 1), " "] for row in sides]
    notes = filter(None, (first["issue_country"], added_description(first)))
    return h.p(".wb-row")[parts, h.span(".wb-note")[" · ".join(notes)]]


def _side(row: dict[str, Any], *, is_alone: bool) -> Element:
    """ "front ✓ until 31 Jan 2035", in red once it has expired."""
    side = f"{(row['document_side'] or '').lower()} " if _has_sides(row) or not is_alone else ""
    if row["is_expired"]:
        return h.span(".wb-red")[f"{side}✗ expired {day(row['expires_at'])}"]
    until = f" until {day(row['expires_at'])}" if row["expires_at"] else ", no expiry date"
    return h.span(".wb-note")[f"{side}✓{until}"]


def _show_open(client_account_id: str, sides: Sides, place: int) -> None:
    opened: dict[str, Any] | None = None
    if len(sides) == 1:
        opened = sides[0] if st.button("Open", key=f"wb-open-{place}", type="tertiary") else None
    else:
        words = {row["client_document_id"]: _open_words(row) for row in sides}
        chosen = st.menu_button(
            "Open", list(words), key=f"wb-open-{place}", type="tertiary", format_func=words.__getitem__
        )
        opened = next((row for row in sides if row["client_document_id"] == chosen), None)
    if opened is not None:
        with shown_errors():
            keep_opened(fetch_opened(client_account_id, opened))
            st.rerun()


def _open_words(row: dict[str, Any]) -> Label:
    return literal((row["document_side"] or "the file").capitalize())
