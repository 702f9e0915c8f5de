"""The documents of one account as a table."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from workbench.ui.account.owners import columns_with_values, owner_names
from workbench.ui.html.markup import show_heading, show_note
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.columns import badges, calendar_day, code, moment, text
from workbench.ui.tables.tables import show_table

DOCUMENT_COLUMNS = [
    "document_type",
    "document_side",
    "owner",
    "state",
    "expires_at",
    "issue_country",
    "created_at",
    "description",
]


def show_documents(documents: QueryResult, owners: QueryResult) -> None:
    """Show the account's documents with the owners' names, because owner ids differ in their last characters only."""
    rows = documents.rows
    show_heading("Documents", _documents_note(rows))
    if not rows:
        show_note("No documents uploaded.")
        return
    names = dict(zip(owners.table["client_owner_id"].to_pylist(), owner_names(owners.table).to_pylist(), strict=True))
    owner = [names.get(row["client_owner_id"]) or row["client_owner_id"] for row in rows]
    table = _with_state(documents.table, rows).append_column("owner", pa.array(owner, pa.string()))
    shown = replace(documents, table=table)
    show_table(
        shown,
        columns_with_values(shown, DOCUMENT_COLUMNS),
        key="account-documents",
        looks={
            "document_type": code("Document", 186),
            "document_side": code("Side", 58),
            "owner": text("Owner", 140),
            "state": badges(
                "State",
                {"Current": "Current", "Replaced": "Replaced", "Expired": "Expired"},
                {"Expired": "#C2342B44"},
                86,
            ),
            "expires_at": calendar_day("Expires", 94),
            "issue_country": text("Issued in", 72),
            "created_at": moment("Uploaded", "D MMM YYYY", 94),
            "description": text("Description", 130),
        },
    )


def _with_state(table: pa.Table, rows: Sequence[dict[str, Any]]) -> pa.Table:
    return table.append_column("state", pa.array([_document_state(row) for row in rows], pa.string()))


def _document_state(row: dict[str, Any]) -> str:
    if not row["is_current"]:
        return "Replaced"
    return "Expired" if row["is_expired"] else "Current"


def _documents_note(rows: Sequence[dict[str, Any]]) -> str:
    expired = sum(_document_state(row) == "Expired" for row in rows)
    return f"{len(rows)}, {expired} expired" if expired else str(len(rows) or "")
