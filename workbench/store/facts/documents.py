"""When documents were created at Bakkt, which of them are current, and the series of those landed without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from workbench.domain.kyb.checklist import is_trust, series_of
from workbench.domain.snapshots import DocumentSnapshot
from workbench.store.derived.rows import DOCUMENT_COLUMNS
from workbench.store.engine.keys import Keys, update_rows
from workbench.store.engine.staging import schema, staged, table_of


@dataclass(frozen=True, slots=True)
class DocumentDate:
    """When a document was created, from its own metadata."""

    client_document_id: str
    created_at: datetime


_DOCUMENT_DATES = schema(client_document_id="text", created_at="time")


def land_document_dates(cursor: duckdb.DuckDBPyConnection, dates: Sequence[DocumentDate]) -> None:
    rows = [(date.client_document_id, date.created_at) for date in dates]
    update_rows(cursor, "documents", _DOCUMENT_DATES, rows, by=["client_document_id"])
    dated = Keys([date.client_document_id for date in dates], "client_document_id")
    accounts = {account for (account,) in dated.read(cursor, "documents", "client_account_id")}
    follow_documents(cursor, Keys(sorted(accounts)))


class DocumentColumns(NamedTuple):
    """What an account's row says of its documents (DOCUMENT_COLUMNS)."""

    document_expires_at: datetime | None = None
    """When the first current one expires."""
    has_undated_documents: bool = False
    """Bakkt has not told of one when it was created."""
    first_uploaded_at: datetime | None = None
    has_undated_uploads: bool = False
    """Of one neither Bakkt nor an upload from here tells when it was uploaded."""
    uploaded_again_at: datetime | None = None
    """When one was first uploaded after another of the same owner, type and series."""
    previous_upload_at: datetime | None = None
    """When that other one was."""


_MARKED = """
create or replace temp table marked as
with
dated as materialized (
    select
        client_account_id,
        client_document_id,
        document_type,
        client_owner_id,
        created_at,
        dated_at,
        expires_at,
        series
    from dated_documents
    where {condition}
),
continued as (
    select client_account_id, client_document_id, document_type, client_owner_id, dated_at, unnest(series) as one_series
    from dated
),
ranked as (
    select
        client_account_id,
        client_document_id,
        document_age_rank(
            client_account_id, client_owner_id, document_type, one_series, dated_at, client_document_id
        ) as age_rank,
        lag(dated_at) over (
            partition by client_account_id, client_owner_id, document_type, one_series
            order by dated_at nulls last, client_document_id
        ) as previous_upload_at
    from continued
),
placed as (
    select
        client_account_id,
        client_document_id,
        min(age_rank) = 1 as is_current,
        min(previous_upload_at) as previous_upload_at
    from ranked
    group by client_account_id, client_document_id
)
select
    dated.client_account_id,
    dated.client_document_id,
    dated.created_at,
    dated.dated_at,
    dated.expires_at,
    coalesce(placed.is_current, false) as is_current,
    case when dated.dated_at is not null then placed.previous_upload_at end as previous_upload_at
from dated
left join placed using (client_account_id, client_document_id)
"""

_TOLD = """
select
    client_account_id,
    min(expires_at) filter (where is_current) as document_expires_at,
    bool_or(created_at is null) as has_undated_documents,
    min(dated_at) as first_uploaded_at,
    bool_or(dated_at is null) as has_undated_uploads,
    min(dated_at) filter (where previous_upload_at is not null) as uploaded_again_at,
    arg_min(previous_upload_at, row(dated_at, previous_upload_at)) as previous_upload_at
from marked
group by client_account_id
"""


def note_documents(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> dict[str, DocumentColumns]:
    """Notes which documents of these accounts are current: the newest in one of its series (DESK.md).

    Returns what the row of each account that has documents is to say of them. Call it after a document, its date, its
    series or the outcome of an upload has changed.
    """
    if not keys.values:
        return {}
    with keys.staged(cursor):
        cursor.execute(_MARKED.format(condition=keys.condition), keys.parameters)
    cursor.execute(
        "update documents set is_current = marked.is_current from marked "
        "where documents.client_account_id = marked.client_account_id "
        "and documents.client_document_id = marked.client_document_id "
        "and documents.is_current is distinct from marked.is_current"
    )
    return {account: DocumentColumns(*told) for account, *told in cursor.execute(_TOLD).fetchall()}


_COLUMNS = pa.schema([*schema(client_account_id="text"), *DOCUMENT_COLUMNS])
_SET = ", ".join(f"{name} = incoming.{name}" for name in DOCUMENT_COLUMNS.names)
_DIFFERS = " or ".join(f"accounts.{name} is distinct from incoming.{name}" for name in DOCUMENT_COLUMNS.names)


def follow_documents(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> None:
    """Notes the current documents of accounts that have a row, and writes there what the documents tell."""
    rows = [(account, *told) for account, told in note_documents(cursor, keys).items()]
    with staged(cursor, incoming=table_of(_COLUMNS, rows)):
        cursor.execute(
            f"update accounts set {_SET} from incoming "
            f"where accounts.client_account_id = incoming.client_account_id and ({_DIFFERS})"
        )


def lacks_marks(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether an earlier version landed documents without noting which are current."""
    return cursor.execute("select 1 from documents where is_current is null limit 1").fetchone() is not None


def mark_unmarked(cursor: duckdb.DuckDBPyConnection) -> None:
    """Marks the current documents of accounts where some are unmarked."""
    rows = cursor.execute("select distinct client_account_id from documents where is_current is null").fetchall()
    follow_documents(cursor, Keys([account for (account,) in rows]))


_SERIES = schema(client_account_id="text", client_document_id="text", series="texts", is_current="flag")

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
    """Derives the series of documents that were landed without, from the accounts' newest payloads.

    Which are current has to be marked again.
    """
    rows = [_series_row(*row) for row in cursor.execute(_WITHOUT_SERIES).fetchall()]
    update_rows(cursor, "documents", _SERIES, rows, by=["client_account_id", "client_document_id"])


def _series_row(client_account_id: str, *found: Any) -> tuple[object, ...]:
    *shown, is_entity, account_type, entity_type = found
    document = DocumentSnapshot(*(*shown, None, None))
    of_trust = is_trust({"accountType": account_type, "entity": {"entityType": entity_type}})
    series = series_of(document, is_entity=is_entity, is_trust=of_trust)
    return client_account_id, document.client_document_id, series, None
