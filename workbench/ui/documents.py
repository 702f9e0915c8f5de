"""Papers: which end soon at all accounts, those of one account, and one of them opened in place."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.bakkt.answers import FILE_BYTE_LIMIT, DocumentFile
from workbench.casework.documents import fetch_document
from workbench.domain.documents import form_of
from workbench.domain.errors import InputError
from workbench.files.checking import CheckedFile, check_file
from workbench.ui.columns import badges, calendar_day, code, number, text
from workbench.ui.desk import current_desk
from workbench.ui.failures import show_error, shown_errors
from workbench.ui.first_step import show_empty_list
from workbench.ui.frame import show_answer
from workbench.ui.markup import literal, show_heading, show_html, show_note
from workbench.ui.reads import Reading, read, read_once
from workbench.ui.tables import show_accounts
from workbench.ui.words import code_word, day, plural

DAYS = {"7 days": 7, "30 days": 30, "90 days": 90, "a year": 365}
USUAL_DAYS = "30 days"
ROWS_SHOWN = 40
_SHOWN = "wb-papers-shown"
OPEN_SECONDS = 300.0
PDF_HEIGHT = 560
_OPENED = "wb-opened-document"
EXPIRING_COLUMNS = [
    "client_account_id",
    "display_name",
    "document",
    "document_side",
    "client_owner_id",
    "issue_country",
    "expires_at",
    "days_left",
    "state",
]
_EXPIRING_LOOKS = {
    "document": text("Document", 180),
    "document_side": code("Side", 64),
    "client_owner_id": text("Owner id", 170),
    "issue_country": text("Issued in", 74),
    "expires_at": calendar_day("Expires", 100),
    "days_left": number("Days left", width=84),
    "state": badges(
        "State",
        {"Expired": "Expired", "Ends soon": "Ends soon", "Ends later": "Ends later"},
        {"Ends soon": "#C58A1B55"},
        100,
    ),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that this tab has open, for some minutes and in its memory alone."""

    client_account_id: str
    client_document_id: str
    title: str
    name: str
    file: DocumentFile = field(repr=False)
    picture: bytes | None = field(repr=False)
    objection: InputError | None
    opened_at: float


def show_expiring() -> None:
    """Current papers of all accounts that have expired or soon will, each with the way to renew it."""
    head = st.container()
    chosen = st.segmented_control(
        "Ending within", list(DAYS), default=USUAL_DAYS, key="days", bind="query-params", label_visibility="collapsed"
    )
    days = DAYS.get(chosen or USUAL_DAYS, DAYS[USUAL_DAYS])
    expiring = read("documents/expiring", days=days)
    rows = expiring.rows
    with head:
        show_answer(expiring_answer(rows, days), "Current documents alone: what was replaced is not listed.")
    if not rows:
        show_empty_list("No current document ends within that time.", "Choose a longer time.")
        return
    show_heading("Re-upload", "a row opens the form for the same document of the same person")
    address = {row["client_document_id"]: address_of(row["client_account_id"], row) for row in rows}
    show_accounts(
        _said(expiring),
        EXPIRING_COLUMNS,
        key=f"expiring-{days}",
        file_name=f"documents-ending-{days}-days",
        rows_at_once=17,
        looks=_EXPIRING_LOOKS,
        id_column="client_document_id",
        open_row=lambda document_id: _renew(address[document_id]),
    )


def _said(expiring: Reading) -> Reading:
    """The rows with the document in words and how urgent its end is."""
    rows = expiring.rows
    forms = [form_of(row["document_type"]) for row in rows]
    said = [form.words if form else code_word(row["document_type"]) for form, row in zip(forms, rows, strict=True)]
    table = expiring.table.append_column("document", pa.array(said, pa.string()))
    return replace(expiring, table=table.append_column("state", pa.array(map(_state_of, rows), pa.string())))


def _state_of(row: dict[str, Any]) -> str:
    if row["is_expired"]:
        return "Expired"
    return "Ends soon" if row["days_left"] <= DAYS["7 days"] else "Ends later"


def _renew(address: dict[str, str]) -> None:
    """A link to the page that is open would leave the address as it is, so the address is set here."""
    st.query_params.from_dict(address)
    st.rerun()


def _show_in_pages(rows: Sequence[dict[str, Any]], show_row: Callable[[dict[str, Any]], None]) -> None:
    """Some rows, and a button for the next ones as long as there are any."""
    shown = st.session_state.get(_SHOWN, ROWS_SHOWN)
    with st.container(gap="xsmall"):
        for row in rows[:shown]:
            show_row(row)
    left = len(rows) - shown
    if left > 0 and st.button(f"Show {min(left, ROWS_SHOWN)} more of {left}", key="wb-papers-more"):
        st.session_state[_SHOWN] = shown + ROWS_SHOWN
        st.rerun()


def expiring_answer(rows: Sequence[dict[str, Any]], days: int) -> str:
    expired = sum(row["is_expired"] for row in rows)
    if not rows:
        return f"No document ends within {days} days"
    have = "has" if expired == 1 else "have"
    return f"{plural(expired, 'document')} {have} expired, {len(rows) - expired} will within {days} days"


def _offer_renewal(client_account_id: str, row: dict[str, Any]) -> None:
    if st.button("Re-upload", key=f"wb-paper-renew-{row['client_document_id']}", type="tertiary"):
        _renew(address_of(client_account_id, row))


def paper_words(row: dict[str, Any]) -> str:
    """ "Driver's licence, back, of o1"."""
    form = form_of(row["document_type"])
    words = [form.words if form else code_word(row["document_type"])]
    if form is None or len(form.sides) > 1:
        words.append((row["document_side"] or "").lower())
    words.append(f"of {row['client_owner_id']}" if row["client_owner_id"] else "")
    return ", ".join(filter(None, words))


def address_of(client_account_id: str, row: dict[str, Any]) -> dict[str, str]:
    """The form for the same paper of the same person (no owner: about the account): ids and codes alone."""
    return {"account": client_account_id, "owner": row["client_owner_id"] or "", "type": row["document_type"] or ""}


def show_papers(account: dict[str, Any]) -> None:
    """What Bakkt has of one account; each can be opened in place, and a current one renewed."""
    client_account_id = account["client_account_id"]
    rows = read_once("documents/by_account", client_account_id=client_account_id).rows
    replaced = sum(not row["is_current"] for row in rows)
    show_heading("At Bakkt", f"{plural(len(rows) - replaced, 'current document')}, {replaced} replaced")
    if not rows:
        show_note("None uploaded.")
    _show_opened(client_account_id)
    shows_replaced = replaced and st.toggle("Show replaced ones too", key="wb-papers-replaced")
    listed = [row for row in rows if row["is_current"] or shows_replaced]
    _show_in_pages(listed, partial(_show_paper, client_account_id))


def _show_paper(client_account_id: str, row: dict[str, Any]) -> None:
    key = row["client_document_id"]
    with st.container(horizontal=True, vertical_alignment="center", key=f"wb-foot-paper-{key}"):
        state = "replaced" if not row["is_current"] else "expired" if row["is_expired"] else ""
        told = [
            row["description"],
            row["issue_country"],
            f"expires {day(row['expires_at'])}" if row["expires_at"] else None,
            f"uploaded {day(row['uploaded_at'])}" if row["uploaded_at"] else None,
            f"by {row['uploaded_by']}" if row["uploaded_by"] else None,
        ]
        show_html(
            f'<p class="wb-row wb-paper"><span>{literal(paper_words(row))}</span> '
            f'<span class="wb-note">{literal(" · ".join(filter(None, told)))}</span> '
            f'<span class="{"wb-red" if state == "expired" else "wb-note"}">{state}</span></p>'
        )
        if st.button("Open", key=f"wb-paper-open-{key}", type="tertiary"):
            with shown_errors():
                st.session_state[_OPENED] = _open(client_account_id, row)
                st.rerun()
        if row["is_current"] and form_of(row["document_type"]):
            _offer_renewal(client_account_id, row)


def _open(client_account_id: str, row: dict[str, Any]) -> Opened:
    """Fetches it from Bakkt; what would not be taken as an upload is not shown, only offered."""
    with st.spinner("Fetching it from Bakkt"):
        file = fetch_document(current_desk().connect, row["client_document_id"])
        checked, objection = _look_at(file)
    extension = checked.kind.extension if checked else "bin"
    side = f"-{row['document_side']}" if row["document_side"] else ""
    return Opened(
        client_account_id,
        row["client_document_id"],
        title=paper_words(row),
        name=f"{row['document_type']}{side}-{row['client_document_id'][:8]}.{extension}".lower(),
        file=file,
        picture=checked.content if checked and checked.pixels else None,
        objection=objection,
        opened_at=time.monotonic(),
    )


def _look_at(file: DocumentFile) -> tuple[CheckedFile | None, InputError | None]:
    try:
        return check_file(file.content, FILE_BYTE_LIMIT), None
    except InputError as error:
        return None, error


def _show_opened(client_account_id: str) -> None:
    opened: Opened | None = st.session_state.get(_OPENED)
    if opened is None:
        return
    is_of_here = opened.client_account_id == client_account_id
    if not is_of_here or time.monotonic() - opened.opened_at > OPEN_SECONDS:
        del st.session_state[_OPENED]
        return
    with st.container(border=True, key="wb-opened"):
        show_heading(opened.title, "open in this tab alone, for five minutes at most")
        if opened.picture is not None:
            st.image(opened.picture, alt=opened.title)
        elif opened.objection is not None:
            show_error(opened.objection)
            show_note("It is not shown here. Download it only where you may open what you cannot trust.")
        else:
            st.pdf(opened.file.content, height=PDF_HEIGHT, key="wb-opened-pdf")
        _show_ways_out(opened)


def _show_ways_out(opened: Opened) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Download",
            data=opened.file.content,
            file_name=opened.name,
            mime="application/octet-stream",
            key="wb-opened-download",
            on_click="ignore",
        )
        if st.button("Close", key="wb-opened-close"):
            del st.session_state[_OPENED]
            st.rerun()
