"""Who is on an account, what papers are there, and what is missing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from workbench.ui.columns import badges, code, moment, text
from workbench.ui.markup import literal, show_heading, show_html, show_note
from workbench.ui.reads import Reading
from workbench.ui.tables import show_table

REQUIREMENT_WORDS = {
    "certificate_of_incorporation": "Certificate of incorporation or formation",
    "governing_document": "Governing document",
    "shareholder_registry": "Shareholder registry",
    "structure_chart": "Organisation structure chart",
    "certificate_of_beneficial_owners": "Certificate of beneficial owners",
    "owner_identity": "Identity of owner",
}


OWNER_COLUMNS = [
    "given_name",
    "middle_names",
    "family_name",
    "role",
    "email_address",
    "phone_number",
    "country",
    "client_owner_id",
]


DOCUMENT_COLUMNS = [
    "document_type",
    "document_side",
    "state",
    "expires_at",
    "client_owner_id",
    "description",
    "issue_country",
    "created_at",
]


def show_owners(owners: Reading) -> None:
    show_heading("Owners", str(owners.table.num_rows))
    if not owners.table.num_rows:
        show_note("The payload names none.")
        return
    show_table(
        owners,
        _told(owners, OWNER_COLUMNS),
        key="account-owners",
        looks={
            "given_name": text("Given name", 100),
            "middle_names": text("Middle", 80),
            "family_name": text("Family name", 106),
            "role": code("Role", 112),
            "email_address": text("E-mail", 230),
            "phone_number": text("Phone", 108),
            "country": text("Country", 62),
            "client_owner_id": text("Owner id", 90),
        },
    )


def show_documents(documents: Reading) -> None:
    rows = documents.rows
    show_heading("Documents", _documents_note(rows))
    if not rows:
        show_note("None uploaded.")
        return
    shown = replace(documents, table=_with_state(documents.table, rows))
    show_table(
        shown,
        _told(shown, DOCUMENT_COLUMNS),
        key="account-documents",
        looks={
            "document_type": code("Document", 190),
            "document_side": code("Side", 82),
            "state": badges(
                "State",
                {"Current": "Current", "Replaced": "Replaced", "Expired": "Expired"},
                {"Expired": "#C2342B44"},
                86,
            ),
            "expires_at": moment("Expires", "D MMM YYYY", 92),
            "client_owner_id": text("Owner id", 92),
            "description": text("Description", 150),
            "issue_country": text("Issued in", 70),
            "created_at": moment("Uploaded", "D MMM YYYY", 92),
        },
    )


def _with_state(table: pa.Table, rows: Sequence[dict[str, Any]]) -> pa.Table:
    return table.append_column("state", pa.array([_document_state(row) for row in rows], pa.string()))


def _told(reading: Reading, columns: Sequence[str]) -> list[str]:
    """The columns in which something stands: one that is empty throughout would only take room."""
    return [name for name in columns if reading.table[name].null_count < reading.table.num_rows]


def _document_state(row: dict[str, Any]) -> str:
    if not row["is_current"]:
        return "Replaced"
    return "Expired" if row["is_expired"] else "Current"


def _documents_note(rows: Sequence[dict[str, Any]]) -> str:
    expired = sum(_document_state(row) == "Expired" for row in rows)
    return f"{len(rows)}, {expired} of them expired" if expired else str(len(rows) or "")


def show_checklist(lines: Sequence[dict[str, Any]]) -> None:
    """What the KYB screen needs, met or not, and why."""
    if not lines:
        return
    show_heading("KYB checklist", f"{sum(line['is_met'] for line in lines)} of {len(lines)} met")
    show_html(f'<ul class="wb-checks">{"".join(_checked(line) for line in lines)}</ul>')


def _checked(line: dict[str, Any]) -> str:
    met = "wb-met" if line["is_met"] else ""
    return f'<li class="{met}">{literal(_requirement(line))} <span>{literal(line["reason"])}</span></li>'


def _requirement(line: dict[str, Any]) -> str:
    words = REQUIREMENT_WORDS.get(line["requirement"], line["requirement"])
    return f"{words} {line['client_owner_id'] or ''}".strip()


def show_missing(fields: Sequence[str]) -> None:
    show_heading("Missing data", str(len(fields)) if fields else "complete")
    if fields:
        items = "".join(f'<li class="wb-id">{literal(field)}</li>' for field in fields)
        show_html(f'<ul class="wb-list">{items}</ul>')
