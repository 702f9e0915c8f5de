"""Landing readings: the history, the newest reading's details, and what is derived from both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import duckdb
import pyarrow as pa

from workbench.domain.account.search_text import account_text, ids_of
from workbench.domain.facts import Reading, Requirement
from workbench.domain.kyb.checklist import series_of
from workbench.domain.moments import naive
from workbench.domain.snapshots import AccountSnapshot, DocumentSnapshot
from workbench.domain.standing.advance import StoredState
from workbench.store.derived.advance import advance, copy_states
from workbench.store.derived.derivation import derive, derive_first
from workbench.store.derived.facts_read import OTHER_FACT_TABLES
from workbench.store.derived.rows import DETAILS
from workbench.store.derived.rulings import write_lines
from workbench.store.engine.keys import Keys, insert_rows, replace_rows
from workbench.store.engine.staging import schema, staged, table_of
from workbench.store.facts.history import (
    Filing,
    HistoryKey,
    LastRead,
    apply_filings,
    file_readings,
    find_changed,
    last_reads_of,
    renew_read_times,
)
from workbench.store.facts.kyb import follow_managers


@dataclass(frozen=True, slots=True)
class AccountReading:
    """One complete poll of an account: the fact for the journey, the raw answers, and their typed content."""

    client_account_id: str
    reading: Reading
    account_json: str
    status_json: str
    documents_json: str
    account: AccountSnapshot
    documents: tuple[DocumentSnapshot, ...]
    settlement_method: str | None
    missing_fields: tuple[str, ...]
    requirements: tuple[Requirement, ...]


_READINGS = schema(
    client_account_id="text",
    started_at="time",
    content_hash="text",
    created_at="time",
    is_entity="flag",
    request_status="text",
    can_trade_crypto="flag",
    documents_complete="flag",
    documents_valid_through="day",
    checklist="text",
    missing_fields="text",
    account_json="text",
    status_json="text",
    documents_json="text",
)
_OWNERS = schema(
    client_account_id="text",
    position="count",
    client_owner_id="text",
    role="text",
    given_name="text",
    middle_names="text",
    family_name="text",
    email_address="text",
    phone_number="text",
    country="text",
)
_DOCUMENTS = schema(
    client_account_id="text",
    client_document_id="text",
    document_type="text",
    document_side="text",
    client_owner_id="text",
    description="text",
    expires_at="time",
    issue_country="text",
    series="texts",
    first_seen_at="time",
)
_MISSING_FIELDS = schema(client_account_id="text", ordinal="count", field="text")
_REQUIREMENTS = schema(
    client_account_id="text",
    ordinal="count",
    requirement="text",
    client_owner_id="text",
    has_documents="flag",
    valid_through="day",
    reason="text",
)


Rows = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A table that holds one part of each account's newest reading; ``is_dated``: with the time of first sight."""

    table: str
    columns: pa.Schema
    rows_of: Callable[[AccountReading], Rows]
    is_dated: bool = False


def land_readings(cursor: duckdb.DuckDBPyConnection, readings: Sequence[AccountReading]) -> int:
    """Saves readings that differ from the one before and rederives their accounts; returns how many differed.

    A reading older than the newest one is saved at its own time and overwrites nothing.
    """
    by_id = {reading.client_account_id: reading for reading in readings}
    repeated = [reading for reading in readings if by_id[reading.client_account_id] is not reading]
    changed = land_readings(cursor, repeated) if repeated else 0
    marks = {account: _history_key(read.reading) for account, read in by_id.items()}
    last_reads = last_reads_of(cursor, Keys(list(marks)))
    filings = _file(cursor, by_id, marks, last_reads)
    renew_read_times(cursor, marks, last_reads)
    newest = {account: by_id[account] for account, _, filing in filings if filing.is_newest}
    states = copy_states(cursor, [account for account in newest if account in last_reads])
    hashes = _land_parts(cursor, list(newest.values()), states)
    details = table_of(DETAILS, [_details_row(read, hashes[account]) for account, read in newest.items()])
    moved = advance(cursor, {account: read.reading for account, read in newest.items()}, states, details)
    first = _first_known(cursor, [account for account in newest if account not in last_reads])
    if first:
        derive_first(cursor, {account: newest[account].reading for account in first}, details)
    derive(cursor, [account for account, _, _ in filings if account not in moved | first], details)
    entities = {account: read.reading.started_at for account, read in newest.items() if read.account.is_entity}
    if entities:
        follow_managers(cursor, entities)
    return changed + len(filings)


def _file(
    cursor: duckdb.DuckDBPyConnection,
    by_id: dict[str, AccountReading],
    marks: dict[str, HistoryKey],
    last_reads: dict[str, LastRead],
) -> list[tuple[str, HistoryKey, Filing]]:
    """Adds new readings to the history; returns them with their filings."""
    changed = {account: marks[account] for account in find_changed(marks, last_reads)}
    kept = [filed for filed in file_readings(cursor, changed, last_reads) if filed[2].is_kept]
    if not kept:
        return []
    apply_filings(cursor, kept)
    insert_rows(cursor, "readings", table_of(_READINGS, [_reading_row(by_id[account]) for account, _, _ in kept]))
    return kept


def _first_known(cursor: duckdb.DuckDBPyConnection, unread: Sequence[str]) -> set[str]:
    """The accounts of which nothing was known before they were read."""
    known = Keys(unread).read(cursor, _OTHER_FACTS, "client_account_id") if unread else []
    return {*unread}.difference(account for (account,) in known)


_OTHER_FACTS = f"({' union all '.join(f'select client_account_id from {table}' for table in OTHER_FACT_TABLES)})"


def _history_key(reading: Reading) -> HistoryKey:
    return naive(reading.started_at), reading.content_hash


def _land_parts(
    cursor: duckdb.DuckDBPyConnection, newest: Sequence[AccountReading], states: Mapping[str, StoredState]
) -> dict[str, list[int]]:
    """Replaces the rows of parts that differ from the reading before; returns the part hashes by account."""
    hashes: dict[str, list[int]] = {read.client_account_id: [] for read in newest}
    for position, part in enumerate(_PARTS):
        differing = list[str]()
        landed = Rows()
        for read in newest:
            account, rows = read.client_account_id, part.rows_of(read)
            part_hash = _hash_of(rows)
            hashes[account].append(part_hash)
            if part_hash != (states[account].part_hashes[position] if account in states else _HASH_OF_NOTHING):
                differing.append(account)
                dated = (read.reading.started_at,) if part.is_dated else ()
                landed += [(account, *row, *dated) for row in rows]
        if differing:
            known = Keys([account for account in differing if account in states])
            _replace_part(cursor, part, known, landed)
    return hashes


def _replace_part(cursor: duckdb.DuckDBPyConnection, part: _Part, known: Keys, landed: Rows) -> None:
    if part.is_dated:
        _land_documents(cursor, known, table_of(part.columns, landed))
    else:
        replace_rows(cursor, part.table, known, table_of(part.columns, landed))


def _hash_of(rows: Rows) -> int:
    return int.from_bytes(blake2b(repr(rows).encode(), digest_size=8).digest(), signed=True)


_HASH_OF_NOTHING = _hash_of([])


def _land_documents(cursor: duckdb.DuckDBPyConnection, keys: Keys, incoming: pa.Table) -> None:
    """Lands documents. Known ones keep their dates, and those missing from a newer list are kept too."""
    if not keys.values:
        insert_rows(cursor, "documents", incoming)
        return
    keys.copy(cursor, "documents", "known_documents")
    with staged(cursor, incoming=incoming):
        cursor.execute(
            """
            create or replace temp table next_documents as
            select
                incoming.client_account_id, client_document_id, incoming.document_type, incoming.document_side,
                incoming.client_owner_id, incoming.description, incoming.expires_at, incoming.issue_country,
                incoming.series, known.created_at,
                coalesce(known.first_seen_at, incoming.first_seen_at) as first_seen_at
            from incoming
            left join known_documents as known using (client_account_id, client_document_id)
            qualify row_number() over (partition by incoming.client_account_id, client_document_id) = 1
            union all by name
            from known_documents
            anti join incoming using (client_account_id, client_document_id)
            """
        )
    keys.delete(cursor, "documents")
    cursor.execute("insert into documents by name from next_documents")


def _reading_row(read: AccountReading) -> tuple[object, ...]:
    reading = read.reading
    return (
        read.client_account_id,
        reading.started_at,
        reading.content_hash,
        reading.created_at,
        reading.is_entity,
        reading.request_status,
        reading.can_trade_crypto,
        reading.checklist.is_complete,
        reading.checklist.valid_through,
        write_lines(read.requirements),
        "\n".join(read.missing_fields),
        read.account_json,
        read.status_json,
        read.documents_json,
    )


def _details_row(read: AccountReading, part_hashes: Sequence[int]) -> tuple[object, ...]:
    account = read.account
    return (
        read.client_account_id,
        account.account_type,
        account.is_entity,
        account.display_name,
        account.bakkt_account_id,
        account.created_at,
        account.request_status,
        read.reading.can_trade_crypto,
        read.settlement_method,
        len(account.pending_update_ids),
        read.reading.content_hash,
        *part_hashes,
        read.reading.lacks_identity_document,
        _search_text(read),
    )


def _search_text(read: AccountReading) -> str:
    account = read.account
    ids = ids_of(account.bakkt_account_id, (document.client_document_id for document in read.documents))
    return account_text(read.client_account_id, (account.display_name, account.entity_name), account.owners, ids)


def _owner_rows(read: AccountReading) -> Rows:
    return [
        (
            owner.position,
            owner.client_owner_id,
            owner.role,
            owner.given_name,
            owner.middle_names,
            owner.family_name,
            owner.email_address,
            owner.phone_number,
            owner.country,
        )
        for owner in read.account.owners
    ]


def _document_rows(read: AccountReading) -> Rows:
    return [
        (
            document.client_document_id,
            document.document_type,
            document.document_side,
            document.client_owner_id,
            document.description,
            document.expires_at,
            document.issue_country,
            series_of(document, is_entity=read.account.is_entity, is_trust=read.account.is_trust),
        )
        for document in read.documents
    ]


def _missing_field_rows(read: AccountReading) -> Rows:
    return list(enumerate(read.missing_fields))


def _requirement_rows(read: AccountReading) -> Rows:
    return [
        (ordinal, line.requirement, line.client_owner_id, line.has_documents, line.valid_through, line.reason)
        for ordinal, line in enumerate(read.requirements)
    ]


_PARTS = (
    _Part("owners", _OWNERS, _owner_rows),
    _Part("documents", _DOCUMENTS, _document_rows, is_dated=True),
    _Part("missing_fields", _MISSING_FIELDS, _missing_field_rows),
    _Part("requirements", _REQUIREMENTS, _requirement_rows),
)
