"""What is sent to Bakkt: checked strictly, then written as the caller has it, so that unknown fields are kept."""

import re
from collections.abc import Mapping

from workbench.bakkt.errors import FieldRefusal
from workbench.bakkt.lossless_json import NotJsonError, write_json
from workbench.bakkt.models import DocumentRequest, find_account_faults, find_document_faults
from workbench.domain.errors import InputError

DOCUMENT_PART = "document"
REQUEST_PART = "request"
"""The guide's name for the metadata part; the published specification calls it ``metadata`` (GUIDE.md)."""

MAX_FAULTS_NAMED = 10

Part = tuple[str | None, bytes, str]


def account_body(body: Mapping[str, object], *, stored: Mapping[str, object] | None = None) -> tuple[bytes, str]:
    """The request as JSON, and its clientAccountId; raises InputError naming the fields that are wrong.

    Faults that ``stored`` (the request that Bakkt has) also has are let through.
    """
    known = set(find_account_faults(stored)) if stored is not None else set()
    _refuse_faults("The account", [fault for fault in find_account_faults(body) if fault not in known])
    client_account_id = body.get("clientAccountId")
    if not isinstance(client_account_id, str) or not client_account_id:
        raise InputError("The account has no clientAccountId.")
    return _as_json(body), client_account_id


def document_parts(
    metadata: DocumentRequest | Mapping[str, object], content: bytes, content_type: str, filename: str
) -> tuple[list[tuple[str, Part]], str]:
    """The parts of an upload, and its clientDocumentId; raises InputError for what Bakkt cannot accept."""
    if re.fullmatch(r"[\w.+-]+/[\w.+-]+(\s*;[ -~]*)?", content_type, re.ASCII) is None:
        raise InputError("The file's content type is not valid; one like image/png is expected.")
    if not content:
        raise InputError("The file is empty.")
    fields = _fields_of(metadata)
    _refuse_faults("The document", list(find_document_faults(fields)))
    name = filename.encode("utf-8", "replace").decode() or DOCUMENT_PART
    file_part: Part = (name, content, content_type)
    request_part: Part = (None, _as_json(fields), "application/json")
    return [(DOCUMENT_PART, file_part), (REQUEST_PART, request_part)], str(fields["clientDocumentId"])


def _fields_of(metadata: DocumentRequest | Mapping[str, object]) -> Mapping[str, object]:
    if isinstance(metadata, DocumentRequest):
        return metadata.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return metadata


def _as_json(body: Mapping[str, object]) -> bytes:
    try:
        return write_json(body)
    except NotJsonError as error:
        reason = str(error)
    raise InputError(f"The request cannot be written as JSON: {reason}.")


def _refuse_faults(subject: str, faults: list[FieldRefusal]) -> None:
    if not faults:
        return
    named = "; ".join(f"{fault.field}: {fault.message}" for fault in faults[:MAX_FAULTS_NAMED])
    more = f"; and {len(faults) - MAX_FAULTS_NAMED} more" if len(faults) > MAX_FAULTS_NAMED else ""
    raise InputError(f"{subject} was not sent. {named}{more}.", next_step="Correct these fields, then send it again.")
