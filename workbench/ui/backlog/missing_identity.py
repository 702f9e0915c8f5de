"""Owners outside the USA who have no identity document yet, of all accounts."""

from dataclasses import replace
from typing import Any

import pyarrow as pa

from workbench.domain.account.choices import DocumentType
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import read
from workbench.ui.tables.columns import moment, number, text
from workbench.ui.tables.tables import show_accounts
from workbench.ui.text.document_words import go_to_upload, reupload_address
from workbench.ui.text.words import plural

COLUMNS = [
    "client_account_id",
    "display_name",
    "owner_number",
    "client_owner_id",
    "country",
    "standing",
    "turn",
    "standing_since",
]
_LOOKS = {
    "owner_number": number("Owner", width=64),
    "client_owner_id": text("Owner id", 170),
    "country": text("Lives in", 74),
    "standing_since": moment("Since", width=104),
}


def show_missing_identity() -> None:
    """Show who needs an identity document, our turn first; a row opens the upload. Nothing if nobody does."""
    missing = read("documents/identity_missing")
    if not missing.rows:
        return
    show_heading("Identity documents to upload", "open a row to upload that owner's document")
    address = {_row_id(row): _upload_address(row) for row in missing.rows}
    row_ids = pa.array(list(address), pa.string())
    show_accounts(
        replace(missing, table=missing.table.append_column("row_id", row_ids)),
        COLUMNS,
        key="identity-missing",
        file_name="identity-documents-missing",
        rows_at_once=8,
        looks=_LOOKS,
        id_column="row_id",
        open_row=lambda row_id: go_to_upload(address[row_id]),
    )


def missing_identity_words() -> str:
    """How many owners lack one, as a sentence; empty if nobody does."""
    owners = read("documents/identity_missing").table.num_rows
    if not owners:
        return ""
    return (
        f"{plural(owners, 'owner')} outside the USA {'has' if owners == 1 else 'have'} no identity document: see below."
    )


def _row_id(row: dict[str, Any]) -> str:
    return f"{row['client_account_id']} {row['owner_number']}"


def _upload_address(row: dict[str, Any]) -> dict[str, str]:
    passport = {"client_owner_id": row["client_owner_id"], "document_type": DocumentType.PASSPORT.value}
    return reupload_address(row["client_account_id"], passport)
