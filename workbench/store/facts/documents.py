"""When documents were created at Bakkt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

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
