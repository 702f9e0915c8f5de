"""Documents in words, and the address of their upload form."""

from typing import Any

import streamlit as st

from workbench.domain.documents import DESCRIPTIONS, DUE_DILIGENCE, spec_of
from workbench.ui.text.words import code_word


def go_to_upload(address: dict[str, str]) -> None:
    """Open the re-upload form; a link to the page already open would not change the address, so set it here."""
    st.query_params.from_dict(address)
    st.rerun()


def document_words(row: dict[str, Any]) -> str:
    """ "Driver's licence, back, of o1"."""
    form = spec_of(row["document_type"])
    words = [form.words if form else code_word(row["document_type"])]
    if form is None or len(form.sides) > 1:
        words.append((row["document_side"] or "").lower())
    words.append(f"of {row['client_owner_id']}" if row["client_owner_id"] else "")
    return ", ".join(filter(None, words))


def reupload_address(client_account_id: str, row: dict[str, Any]) -> dict[str, str]:
    """Return the address of the upload form for the same document and owner: ids and codes only."""
    address = {"account": client_account_id, "owner": row["client_owner_id"] or "", "type": row["document_type"] or ""}
    line = next((one for one in (row.get("series") or "").split(", ") if one in DESCRIPTIONS), None)
    return address | {"requirement": line} if line and row["document_type"] == DUE_DILIGENCE else address
