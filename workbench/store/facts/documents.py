"""When documents were created at Bakkt, and the series of those that an earlier version landed without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from workbench.domain.kyb.checklist import is_trust, series_of
from workbench.domain.snapshots import DocumentSnapshot
from workbench.store.engine.staging import schema, staged, table_of


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """When a document was created, from its own metadata."""

    client_document_id: str
    created_at: datetime


_DOCUMENT_DATES = schema(client_document_id="text", created_at="time")


def land_document_dates(cursor: duckdb.DuckDBPyConnection, dates: Sequence[DocumentDate]) -> None:
    rows = [(date.client_document_id, date.created_at) for date in dates]
    with staged(cursor, incoming=table_of(_DOCUMENT_DATES, rows)):
        cursor.execute(
            "update documents set created_at = incoming.created_at from incoming "
            "where documents.client_document_id = incoming.client_document_id"
        )
        cursor.execute(
            """
            update accounts set has_undated_documents = false
            where has_undated_documents and client_account_id not in (
                select client_account_id from documents where created_at is null
            )
            """
        )


_SERIES = schema(client_account_id="text", client_document_id="text", series="texts")

_WITHOUT_SERIES = """
select
    documents.client_account_id,
    documents.client_document_id,
    documents.document_type,
    documents.document_side,
    documents.client_owner_id,
    documents.description,
    coalesce(accounts.is_entity, false) as is_entity,
    accounts.account_type,
    json_extract_string(readings.account_json, '$.request.entity.entityType') as entity_type
from documents
left join accounts using (client_account_id)
left join readings
    on readings.client_account_id = accounts.client_account_id and readings.content_hash = accounts.content_hash
where documents.series is null
qualify row_number() over (
    partition by documents.client_account_id, documents.client_document_id order by readings.started_at desc
) = 1
"""


def lacks_series(cursor: duckdb.DuckDBPyConnection) -> bool:
    return cursor.execute("select 1 from documents where series is null limit 1").fetchone() is not None


def land_series(cursor: duckdb.DuckDBPyConnection) -> None:
    """Derives the series of documents that were landed without, from the accounts' newest payloads."""
    rows = [_series_row(*row) for row in cursor.execute(_WITHOUT_SERIES).fetchall()]
    with staged(cursor, incoming=table_of(_SERIES, rows)):
        cursor.execute(
            "update documents set series = incoming.series from incoming "
            "where documents.client_account_id = incoming.client_account_id "
            "and documents.client_document_id = incoming.client_document_id"
        )


def _series_row(client_account_id: str, *found: Any) -> tuple[object, ...]:
    *shown, is_entity, account_type, entity_type = found
    document = DocumentSnapshot(*(*shown, None, None))
    of_trust = is_trust({"accountType": account_type, "entity": {"entityType": entity_type}})
    return client_account_id, document.client_document_id, series_of(document, is_entity=is_entity, is_trust=of_trust)
