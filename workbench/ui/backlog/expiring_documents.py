"""Documents: those of all accounts that expire soon, those of one account, and one opened in the page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.domain.documents import spec_of
from workbench.ui.backlog.missing_identity import missing_identity_words
from workbench.ui.forms.address_codes import show_unknown_codes
from workbench.ui.frame.first_step import show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult, read
from workbench.ui.tables.columns import badges, calendar_day, code, number, text
from workbench.ui.tables.tables import show_accounts
from workbench.ui.text.document_words import go_to_upload, reupload_address
from workbench.ui.text.words import code_word, plural

DAYS = {"7 days": 7, "30 days": 30, "90 days": 90, "a year": 365}
USUAL_DAYS = "30 days"
EXPIRING_COLUMNS = [
    "client_account_id",
    "display_name",
    "document",
    "document_side",
    "client_owner_id",
    "description",
    "issue_country",
    "expires_at",
    "days_left",
    "state",
]
_EXPIRING_LOOKS = {
    "document": text("Document", 180),
    "document_side": code("Side", 64),
    "client_owner_id": text("Owner id", 170),
    "description": text("Description", 150),
    "issue_country": text("Issued in", 74),
    "expires_at": calendar_day("Expires", 100),
    "days_left": number("Days left", width=84),
    "state": badges(
        "State",
        {"Expired": "Expired", "Expires soon": "Expires soon", "Expires later": "Expires later"},
        {"Expires soon": "#C58A1B55"},
        100,
    ),
}


def show_expiring() -> None:
    """Show current documents of all accounts that have expired or soon will; a row opens the re-upload."""
    show_unknown_codes("expiring", {"days": {*DAYS}})
    head = st.container()
    chosen = st.segmented_control(
        "Expiring within", list(DAYS), default=USUAL_DAYS, key="days", bind="query-params", label_visibility="collapsed"
    )
    days = DAYS.get(chosen or USUAL_DAYS, DAYS[USUAL_DAYS])
    expiring = read("documents/expiring", days=days)
    rows = expiring.rows
    with head:
        show_answer(
            expiring_answer(rows, days), f"Latest version of each document only. {missing_identity_words()}".strip()
        )
    if not rows:
        show_empty_list("No current document expires within that period.", "Choose a longer period.")
        return
    show_heading("Re-upload", "open a row to upload a new version of that document")
    address = {row["client_document_id"]: reupload_address(row["client_account_id"], row) for row in rows}
    show_accounts(
        _with_words(expiring),
        EXPIRING_COLUMNS,
        key=f"expiring-{days}",
        file_name=f"documents-expiring-{days}-days",
        rows_at_once=17,
        looks=_EXPIRING_LOOKS,
        id_column="client_document_id",
        open_row=lambda document_id: go_to_upload(address[document_id]),
    )


def _with_words(expiring: QueryResult) -> QueryResult:
    """Add the document in words and how soon it expires."""
    rows = expiring.rows
    specs = [spec_of(row["document_type"]) for row in rows]
    documents = [spec.words if spec else code_word(row["document_type"]) for spec, row in zip(specs, rows, strict=True)]
    table = expiring.table.append_column("document", pa.array(documents, pa.string()))
    return replace(expiring, table=table.append_column("state", pa.array(map(_state_of, rows), pa.string())))


def _state_of(row: dict[str, Any]) -> str:
    if row["is_expired"]:
        return "Expired"
    return "Expires soon" if row["days_left"] <= DAYS["7 days"] else "Expires later"


def expiring_answer(rows: Sequence[dict[str, Any]], days: int) -> str:
    expired = sum(row["is_expired"] for row in rows)
    if not rows:
        return f"No document expires within {days} days"
    have = "has" if expired == 1 else "have"
    return f"{plural(expired, 'document')} {have} expired, {len(rows) - expired} will within {days} days"
