"""Documents in words, and the codes of their uploads in the address."""

from collections.abc import Mapping
from typing import Any

from workbench.domain.documents import DESCRIPTIONS, DUE_DILIGENCE, spec_of
from workbench.domain.words import code_word

_TYPES = {
    "certificate_of_incorporation": "CERTIFICATE_OF_INCORPORATION",
    "certificate_of_beneficial_owners": "CERTIFICATE_OF_BENEFICIAL_OWNERS",
    "owner_identity": "PASSPORT",
}
"""The document that meets a requirement which has a type of its own."""


def document_words(row: dict[str, Any]) -> str:
    """ "Driver's licence, back, of o1"."""
    form = spec_of(row["document_type"])
    words = [document_title(row)]
    if form is None or len(form.sides) > 1:
        words.append((row["document_side"] or "").lower())
    words.append(f"of {row['client_owner_id']}" if row["client_owner_id"] else "")
    return ", ".join(filter(None, words))


def document_title(row: Mapping[str, Any]) -> str:
    """The document's type in words: "Driver's licence"."""
    return code_word(row["document_type"])


def added_description(row: Mapping[str, Any]) -> str:
    """The document's description, unless it only repeats what its type says."""
    description = row["description"] or ""
    return "" if description.casefold() == document_title(row).casefold() else description


def upload_codes(line: Mapping[str, Any]) -> dict[str, str]:
    """What the address says of the upload that would meet a requirement of the KYB checklist: ids and codes only."""
    requirement = line["requirement"]
    wanted = {"requirement": requirement} if requirement in DESCRIPTIONS else {"type": _TYPES.get(requirement)}
    return {name: value for name, value in {"owner": line["client_owner_id"], **wanted}.items() if value}


def reupload_codes(row: Mapping[str, Any]) -> dict[str, str]:
    """What the address says of the upload of the same document and owner: ids and codes only."""
    codes = {"owner": row["client_owner_id"] or "", "type": row["document_type"] or ""}
    line = next((one for one in (row.get("series") or "").split(", ") if one in DESCRIPTIONS), None)
    return codes | {"requirement": line} if line and row["document_type"] == DUE_DILIGENCE else codes
