"""Landing readings: the history, the newest reading's details, and what is derived from both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from operator import attrgetter

import duckdb

from workbench.domain.account.search_text import account_text, ids_of
from workbench.domain.facts import AccountFacts, Reading, Requirement
from workbench.domain.kyb.checklist import series_of
from workbench.domain.moments import naive
from workbench.domain.snapshots import AccountSnapshot, DocumentSnapshot
from workbench.store.derived.facts_read import OTHER_FACT_TABLES
from workbench.store.derived.rows import DETAILS, OWNER, PAYLOAD, REQUIREMENT, Row
from workbench.store.derived.rulings import write_lines
from workbench.store.derived.states import derive, fold, move_on, read_states, write
from workbench.store.engine.keys import Keys, insert_rows
from workbench.store.engine.staging import schema, staged, table_of
from workbench.store.facts.documents import DocumentColumns, note_documents
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
from workbench.store.facts.name_words import land_name_words
from workbench.store.facts.registry import note_first_readings


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
Rows = list[Row]


def land_readings(cursor: duckdb.DuckDBPyConnection, readings: Sequence[AccountReading]) -> int:
    """Saves readings that differ from the one before and moves their accounts on; returns how many differed.

    A reading older than the newest one is saved at its own time and overwrites nothing.
    """
    by_id = {reading.client_account_id: reading for reading in readings}
    repeated = [reading for reading in readings if by_id[reading.client_account_id] is not reading]
    changed = land_readings(cursor, repeated) if repeated else 0
    marks = {account: _history_key(read.reading) for account, read in by_id.items()}
    last_reads = last_reads_of(cursor, Keys(list(marks)))
    filings = _file(cursor, by_id, marks, last_reads)
    newest = {account: by_id[account] for account, _, filing in filings if filing.is_newest}
    renew_read_times(cursor, {one: mark for one, mark in marks.items() if one not in newest}, last_reads)
    _land_newest(cursor, newest, last_reads)
    note_first_readings(cursor, [account for account in newest if account not in last_reads])
    derive(cursor, [account for account, _, filing in filings if not filing.is_newest])
    entities = {account: read.reading.started_at for account, read in newest.items() if read.account.is_entity}
    if entities:
        follow_managers(cursor, entities)
    return changed + len(filings)


def _land_newest(
    cursor: duckdb.DuckDBPyConnection, newest: Mapping[str, AccountReading], last_reads: Mapping[str, LastRead]
) -> None:
    if not newest:
        return
    landed = _land_documents(cursor, newest, last_reads)
    details = table_of(DETAILS, [_details_row(read, *landed[one]) for one, read in newest.items()])
    rows = {account: last.row for account, last in last_reads.items()}
    stored = read_states(cursor, list(newest), rows, checklists=False)
    first = _first_known(cursor, [account for account in newest if account not in stored])
    facts = {account: AccountFacts(readings=(newest[account].reading,)) for account in first}
    others = {
        account: [replace(read.reading, lines=read.requirements) if read.requirements else read.reading]
        for account, read in newest.items()
        if account not in facts
    }
    moves = move_on(cursor, others, stored) | fold(cursor, list(facts), facts)
    write(cursor, moves, stored, details)
    land_name_words(cursor, details.column("search_text").to_pylist())


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
    insert_rows(cursor, "readings", _READINGS, [_reading_row(by_id[account]) for account, _, _ in kept])
    return kept


def _first_known(cursor: duckdb.DuckDBPyConnection, unread: Sequence[str]) -> set[str]:
    """The accounts of which nothing was known before they were read."""
    return {*unread} - Keys(unread).find_in(cursor, _OTHER_FACTS)


_OTHER_FACTS = f"({' union all '.join(f'select client_account_id from {table}' for table in OTHER_FACT_TABLES)})"


def _history_key(reading: Reading) -> HistoryKey:
    return naive(reading.started_at), reading.content_hash


def _land_documents(
    cursor: duckdb.DuckDBPyConnection, newest: Mapping[str, AccountReading], last_reads: Mapping[str, LastRead]
) -> dict[str, tuple[int, DocumentColumns]]:
    """Lands documents that differ from the list before; returns the hash of each account's list, and its columns.

    Known documents keep their dates, and those missing from a newer list are kept too.
    """
    rows = {account: _document_rows(read) for account, read in newest.items()}
    hashes = {account: _hash_of(found) for account, found in rows.items()}
    before = {account: last_reads[account] for account in newest if account in last_reads}
    differing = [
        account
        for account, one in hashes.items()
        if one != (before[account].documents_hash if account in before else _HASH_OF_NOTHING)
    ]
    incoming = [(account, *row, newest[account].reading.started_at) for account in differing for row in rows[account]]
    _merge_documents(cursor, Keys([account for account in differing if account in before]), incoming)
    columns = {account: last.documents for account, last in before.items()} | note_documents(cursor, Keys(differing))
    return {account: (one, columns.get(account, DocumentColumns())) for account, one in hashes.items()}


def _hash_of(rows: Rows) -> int:
    return int.from_bytes(blake2b(repr(rows).encode(), digest_size=8).digest(), signed=True)


_HASH_OF_NOTHING = _hash_of([])


def _merge_documents(cursor: duckdb.DuckDBPyConnection, keys: Keys, incoming: Rows) -> None:
    """``keys``: the accounts that may have documents already."""
    if not keys.values:
        insert_rows(cursor, "documents", _DOCUMENTS, incoming)
        return
    keys.copy(cursor, "documents", "known_documents")
    with staged(cursor, incoming=table_of(_DOCUMENTS, incoming)):
        cursor.execute(
            """
            create or replace temp table next_documents as
            select
                incoming.client_account_id, client_document_id, incoming.document_type, incoming.document_side,
                incoming.client_owner_id, incoming.description, incoming.expires_at, incoming.issue_country,
                incoming.series, known.created_at, known.is_current,
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


def _reading_row(read: AccountReading) -> Row:
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


def _details_row(read: AccountReading, documents_hash: int, documents: DocumentColumns) -> Row:
    account = read.account
    return (
        *_of_payload(account),
        read.client_account_id,
        read.reading.can_trade_crypto,
        read.settlement_method,
        len(account.pending_update_ids),
        read.reading.content_hash,
        documents_hash,
        read.reading.lacks_identity_document,
        len(read.missing_fields),
        read.reading.started_at,
        _search_text(read),
        read.missing_fields,
        [_of_owner(owner) for owner in account.owners],
        [_of_requirement(line) for line in read.requirements],
        *documents,
    )


_of_payload, _of_owner, _of_requirement = (attrgetter(*columns.names) for columns in (PAYLOAD, OWNER, REQUIREMENT))


def _search_text(read: AccountReading) -> str:
    account = read.account
    ids = ids_of(account.bakkt_account_id, (document.client_document_id for document in read.documents))
    return account_text(read.client_account_id, (account.display_name, account.entity_name), account.owners, ids)


def _document_rows(read: AccountReading) -> Rows:
    is_entity, is_trust = read.account.is_entity, read.account.is_trust
    return [
        (*_of_document(document), series_of(document, is_entity=is_entity, is_trust=is_trust))
        for document in read.documents
    ]


_of_document = attrgetter(*(one.name for one in fields(DocumentSnapshot)))
