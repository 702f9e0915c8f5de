"""Who is on an account, what papers are there, and what is missing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.ui.columns import badges, calendar_day, code, moment, text
from workbench.ui.field_words import field_words
from workbench.ui.markup import literal, show_heading, show_html, show_note
from workbench.ui.reads import Reading
from workbench.ui.tables import show_table
from workbench.ui.words import code_in_sentence

REQUIREMENT_WORDS = {
    "certificate_of_incorporation": "Certificate of incorporation or formation",
    "governing_document": "Governing document",
    "shareholder_registry": "Shareholder registry",
    "structure_chart": "Organisation structure chart",
    "certificate_of_beneficial_owners": "Certificate of beneficial owners",
    "owner_identity": "Identity of owner",
}


OWNER_COLUMNS = [
    "name",
    "role",
    "email_address",
    "phone_number",
    "country",
    "client_owner_id",
]


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
_CODE = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]+)+\b")


def show_owners(owners: Reading) -> None:
    show_heading("Owners", str(owners.table.num_rows))
    if not owners.table.num_rows:
        show_note("The payload names none.")
        return
    named = replace(owners, table=owners.table.append_column("name", _names(owners.table)))
    show_table(
        named,
        _told(named, OWNER_COLUMNS),
        key="account-owners",
        looks={
            "name": text("Name", 160),
            "role": code("Role", 112),
            "email_address": text("E-mail", 210),
            "phone_number": text("Phone", 116),
            "country": text("Country", 66),
            "client_owner_id": text("Owner id", 160),
        },
    )


def _names(owners: pa.Table) -> pa.Array:
    """Given, middle and family name in one, whichever there are."""
    parts = [owners[name].cast(pa.string()) for name in ("given_name", "middle_names", "family_name")]
    return pc.binary_join_element_wise(*parts, " ", null_handling="skip")


def show_documents(documents: Reading, owners: Reading) -> None:
    """The account's papers, each with its owner by name: owner ids differ at their ends alone."""
    rows = documents.rows
    show_heading("Documents", _documents_note(rows))
    if not rows:
        show_note("None uploaded.")
        return
    names = dict(zip(owners.table["client_owner_id"].to_pylist(), _names(owners.table).to_pylist(), strict=True))
    owner = [names.get(row["client_owner_id"]) or row["client_owner_id"] for row in rows]
    table = _with_state(documents.table, rows).append_column("owner", pa.array(owner, pa.string()))
    shown = replace(documents, table=table)
    show_table(
        shown,
        _told(shown, DOCUMENT_COLUMNS),
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
    return f'<li class="{met}">{literal(_requirement(line))} <span>{literal(reason_words(line["reason"]))}</span></li>'


def reason_words(reason: str | None) -> str:
    """Why a line is met or not, Bakkt's codes in it as words."""
    return _CODE.sub(lambda found: code_in_sentence(found[0]), reason or "")


def is_ours_to_complete(account: dict[str, Any], lines: Sequence[dict[str, Any]]) -> bool:
    """Whether what the checklist lacks is what is to be done now."""
    return account["turn"] == "us" and any(not line["is_met"] for line in lines)


def _requirement(line: dict[str, Any]) -> str:
    words = REQUIREMENT_WORDS.get(line["requirement"], line["requirement"])
    return f"{words} {line['client_owner_id'] or ''}".strip()


def show_missing(fields: Sequence[str]) -> None:
    show_heading("Missing data", str(len(fields)) if fields else "none")
    if fields:
        items = "".join(f'<li title="{literal(field)}">{literal(field_words(field))}</li>' for field in fields)
        show_html(f'<ul class="wb-list">{items}</ul>')
