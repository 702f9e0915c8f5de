"""What the published copy holds of each column: texts only if they are named here, so that a new one stays out."""

from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.store.published.treatments import Treatment

PUBLISHED_TEXTS = frozenset(
    {
        *("client_account_id", "bakkt_account_id", "client_owner_id", "client_document_id", "action_id", "run_id"),
        *("import_id", "next_import_id", "request_id", "pending_ids", "account_type", "country", "issue_country"),
        *("origin", "request_status", "settlement_method", "standing", "standing_cause", "cause", "turn", "turn_after"),
        *("previous_standing", "previous_reason_code", "standing_reason_code"),
        *("party_status", "reason_code", "document_type", "document_side", "requirement", "role"),
        *("missing_fields", "changed_fields", "kind", "slot", "outcome", "ended_as", "scope", "segment_id"),
        *("lapse_reason", "waiting_ended_as"),
    }
)
"""Codes and ids. Every other text, and every column of an unusual type, is empty in the copy."""

HASHED_TEXTS = frozenset({"url", "verification_url", "actor", "second_actor", "series"})
"""Links, series of documents (one may be a description), and with ``…_by`` who did something: what is the same stays
the same, and says nothing else."""

_UNUSUAL_PUBLISHED = frozenset({"valid_through", "documents_valid_through", "kyb_ready_through"})
_USUAL_TYPES = frozenset({"boolean", "integer", "bigint", "double", "timestamp"})
_UPLOAD = "what"
_STATE = "state"
"""A code in some countries; in others, whatever was written."""
LEFT_OUT = frozenset(
    {
        *("api_tokens", "audit_trail", "drafts", "events_set_aside", "losses", "name_words", "people"),
        *("saved_questions", "settings_in_force", "sign_in_sessions", "source", "statement_runs", "views_applied"),
    }
)
"""Tables that are empty in the copy: they serve the workbench itself."""


def treatment_of(name: str, kind: str) -> Treatment:
    """What becomes of a column of this name and DuckDB type."""
    if kind in _USUAL_TYPES:
        return Treatment.EMPTY if name.endswith("_hash") else Treatment.KEEP
    if kind == "varchar":
        return _of_text(name)
    return Treatment.KEEP if name in _UNUSUAL_PUBLISHED else Treatment.EMPTY


def _of_text(name: str) -> Treatment:
    if name in HASHED_TEXTS or name.endswith("_by"):
        return Treatment.HASH
    if name == _STATE:
        return Treatment.CODE
    if name == _UPLOAD:
        return Treatment.DOCUMENT_ID
    return Treatment.KEEP if name in PUBLISHED_TEXTS - PERSONAL_COLUMNS else Treatment.EMPTY
