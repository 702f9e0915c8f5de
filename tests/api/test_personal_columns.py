"""Every column of every query that can hold a text is known as personal or as not personal."""

import pyarrow as pa
import pytest

from tests.support.query_parameters import parameters_of
from tests.support.stores import new_store
from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.store.engine.catalogue import catalogue

IDS = {
    *("action_id", "bakkt_account_id", "client_account_id", "client_document_id", "client_owner_id", "content_hash"),
    *("import_id", "reference", "request_id", "row_seal", "run_id", "seal", "segment_id", "sha256", "token_id"),
}
CODES = {
    *("account_type", "basis", "cause", "contradiction", "country", "document_side", "document_type", "ended_as"),
    *("first_document_type", "found_in", "issue_country", "kind", "last_step", "link_state", "list", "open_outcome"),
    *("lapse_reason", "waiting_ended_as"),
    *("origin", "outcome", "party_status", "path", "reason_code", "request_status", "requirement", "role", "scope"),
    *("next_standing", "parameters", "query", "settlement_method", "slot", "standing", "standing_cause", "state"),
    *("step", "turn"),
}
GROUPS_OF_BREAKDOWNS = {"first_group", "first_kind", "second_group", "second_kind", "value"}
"""Types, countries, states and months that several accounts have."""
NAMES_OF_FIELDS = {"changed_fields", "confirmed_although", "field"}
WORDS_OF_OURS = {
    *("about", "act", "harmed", "last_run_stopped_because", "scopes", "set_aside", "stopped_because", "title"),
    "token_name",
}
COLLEAGUES = {
    *("actor", "changed_by", "ended_by", "first_link_sent_by", "imported_by", "open_actor", "recorded_by", "ruled_by"),
    *("screening_started_by", "second_link_sent_by", "settled_by", "started_by", "taken_back_by", "taken_out_by"),
    *("third_link_sent_by", "saved_by", "uploaded_by", "person", "person_role", "subject", "made_by", "person_name"),
    *("removed_by", "revoked_by", "second_actor"),
}
"""Who works with the workbench, which is not what a customer is called."""

NOT_PERSONAL = IDS | CODES | GROUPS_OF_BREAKDOWNS | NAMES_OF_FIELDS | WORDS_OF_OURS | COLLEAGUES


def holds_no_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_primitive(kind) or pa.types.is_decimal(kind))


@pytest.fixture(scope="module")
def text_columns() -> dict[str, str]:
    """Each column that can hold a text, with one of its queries."""
    store, found = new_store(), {}
    for name, query in catalogue().items():
        schema = store.read(name, **parameters_of(query)).schema
        found.update({column.name: name for column in schema if not holds_no_text(column.type)})
    store.close()
    return found


def test_every_column_with_text_is_known_as_personal_or_not(text_columns: dict[str, str]) -> None:
    unknown = {column: query for column, query in text_columns.items() if column not in PERSONAL_COLUMNS | NOT_PERSONAL}
    assert not unknown, "Put these into PERSONAL_COLUMNS, or here if they hold nothing of a customer's."


def test_no_column_is_known_that_no_query_has(text_columns: dict[str, str]) -> None:
    assert set(text_columns) == PERSONAL_COLUMNS | NOT_PERSONAL


def test_no_column_is_both() -> None:
    assert not PERSONAL_COLUMNS & NOT_PERSONAL
